/* From the other side's certificate to the names it goes by. */
#include "core/base/tls.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/certificate.h"
#include "core/base/id.h"
#include "core/base/tls_library.h"

#define MAX_SUBJECT 2048
#define MAX_NAME 1024

/* A name with a NUL in it reads otherwise to those who stop there: it counts for nothing. */
static void add_name(struct arena *arena, struct certificate *certificate, const char *kind, const void *value, int len)
{
    if (len <= 0 || len > MAX_NAME || memchr(value, '\0', (size_t)len) || certificate->names.count >= CERTIFICATE_MAX_NAMES)
        return;
    const char *name = certificate_name(arena, arena_printf(arena, "%s%.*s", kind, len, (const char *)value));
    if (name)
        str_list_add(arena, &certificate->names, name);
}

static const char *subject_text(struct arena *arena, const struct tls_library *lib, const X509 *x509)
{
    char text[MAX_SUBJECT];
    BIO *bio = lib->BIO_new(lib->BIO_s_mem());
    int len = 0;
    /* UTF-8 stays as it is: who shows the text escapes it */
    if (bio && lib->X509_NAME_print_ex(bio, lib->X509_get_subject_name(x509), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0)
        len = lib->BIO_read(bio, text, sizeof text);
    lib->BIO_free(bio);
    return arena_strndup(arena, text, len > 0 ? (size_t)len : 0);
}

static const char *kind_of(int nid)
{
    switch (nid) {
    case NID_commonName: return "CN=";
    case NID_organizationName: return "O=";
    case NID_organizationalUnitName: return "OU=";
    default: return NULL;
    }
}

static void add_subject(struct arena *arena, const struct tls_library *lib, const X509 *x509, struct certificate *certificate)
{
    const X509_NAME *subject = lib->X509_get_subject_name(x509);
    for (int i = 0; i < lib->X509_NAME_entry_count(subject); i++) {
        const X509_NAME_ENTRY *entry = lib->X509_NAME_get_entry(subject, i);
        const char *kind = kind_of(lib->OBJ_obj2nid(lib->X509_NAME_ENTRY_get_object(entry)));
        unsigned char *text = NULL;
        int len = kind ? lib->ASN1_STRING_to_UTF8(&text, lib->X509_NAME_ENTRY_get_data(entry)) : -1;
        if (len < 0)
            continue;
        add_name(arena, certificate, kind, text, len);
        lib->CRYPTO_free(text, __FILE__, __LINE__);
    }
}

static void add_alternatives(struct arena *arena, const struct tls_library *lib, const X509 *x509, struct certificate *certificate)
{
    GENERAL_NAMES *names = lib->X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; names && i < lib->OPENSSL_sk_num((const OPENSSL_STACK *)names); i++) {
        const GENERAL_NAME *name = lib->OPENSSL_sk_value((const OPENSSL_STACK *)names, i);
        const char *kind = name->type == GEN_DNS ? "DNS:" : name->type == GEN_EMAIL ? "EMAIL:" : name->type == GEN_URI ? "URI:" : NULL;
        if (kind) /* all three are the same kind of text */
            add_name(arena, certificate, kind, lib->ASN1_STRING_get0_data(name->d.ia5), lib->ASN1_STRING_length(name->d.ia5));
    }
    lib->GENERAL_NAMES_free(names);
}

const struct certificate *tls_peer(struct arena *arena, const struct tls *tls, struct error **err)
{
    const struct tls_library *lib = tls->lib;
    X509 *x509 = lib->SSL_get1_peer_certificate(tls->ssl);
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!x509 || !lib->X509_digest(x509, lib->EVP_sha256(), sum, &len)) {
        lib->X509_free(x509);
        error_set(err, ERROR_UNAUTHORIZED, 0, "the other side has shown no certificate");
        return NULL;
    }
    struct certificate *certificate = arena_zalloc(arena, sizeof *certificate);
    char *hex = arena_zalloc(arena, ID_HEX_SIZE);
    str_to_hex(sum, len, hex);
    certificate->fingerprint = hex;
    certificate->subject = subject_text(arena, lib, x509);
    str_list_add(arena, &certificate->names, arena_printf(arena, "SHA256:%s", hex));
    add_subject(arena, lib, x509, certificate);
    add_alternatives(arena, lib, x509, certificate);
    lib->X509_free(x509);
    lib->ERR_clear_error();
    return certificate;
}
