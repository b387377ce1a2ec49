#pragma once
/* Networks' files and netavark's input: rows in document.def. Private to core/network. */
#include "core/schema/declare.h"
#include "core/network/document.def"
#include "core/schema/done.h"
