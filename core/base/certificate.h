#pragma once
/*
 * Whom a certificate is for, and by which names it may be called. No cryptography: tls.h makes these from certificates
 * that were verified.
 *
 * A name is KIND and value: "CN=…", "O=…", "OU=…" of the subject; "DNS:…", "EMAIL:…", "URI:…" of the alternative names;
 * "SHA256:…", the fingerprint of the whole certificate.
 */
#include <stdbool.h>

#include "core/base/str.h"

struct arena;

#define CERTIFICATE_MAX_NAMES 100 /* more are not looked at */

struct certificate {
    const char *subject;     /* as RFC 2253 writes it: "CN=alice,O=ops" */
    const char *fingerprint; /* SHA-256, 64 lower-case digits */
    struct str_list names;   /* all of them, as certificate_name() spells them */
};

/* The one spelling of a name: kind in capitals, host names and digits in lower case, digits without colons. NULL: it is
 * no name. Arena. */
const char *certificate_name(struct arena *arena, const char *text);
/* @names: any of these, spelled so */
bool certificate_fits(const struct certificate *certificate, const struct str_list *names);
