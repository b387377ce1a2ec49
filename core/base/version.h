#pragma once
/* What we call ourselves, and the versions of the APIs that clients compare with. */
#define CORACLE_VERSION "0.1.0"
#define CORACLE_API_VERSION "1.56"     /* newest Docker level */
#define CORACLE_API_VERSION_MIN "1.24"
#define CORACLE_API_MINOR 56
#define CORACLE_API_MINOR_MIN 24
#define CORACLE_LIBPOD_VERSION "5.4.2" /* what libpod clients compare with */
#define CORACLE_LIBPOD_VERSION_MIN "4.0.0"
