/* Contexts: our files, and what is taken of clients. */
#include "core/base/tls.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/tls_library.h"

static int wrong(const struct tls_context *context, const char *what, const char *file, struct error **err)
{
    const struct tls_library *lib = context->lib;
    const char *reason = lib->ERR_reason_error_string(lib->ERR_peek_error());
    lib->ERR_clear_error();
    if (access(file, R_OK) < 0)
        return error_set(err, ERROR_INVALID, errno, "%s %s", what, file);
    return error_set(err, ERROR_INVALID, 0, "%s %s: %s", what, file, reason ? reason : "it cannot be used");
}

/* Nobody sits at a server's terminal, so a key with a passphrase is one that cannot be used. */
static int no_passphrase(char *buf, int size, int writing, void *context)
{
    (void)buf;
    (void)size;
    (void)writing;
    (void)context;
    return 0;
}

static int use_own(struct tls_context *context, const struct tls_files *files, struct error **err)
{
    const struct tls_library *lib = context->lib;
    if (lib->SSL_CTX_use_certificate_chain_file(context->ctx, files->certificate) != 1)
        return wrong(context, "the certificate", files->certificate, err);
    lib->SSL_CTX_set_default_passwd_cb(context->ctx, no_passphrase);
    if (lib->SSL_CTX_use_PrivateKey_file(context->ctx, files->key, SSL_FILETYPE_PEM) != 1)
        return wrong(context, "the key", files->key, err);
    return 0;
}

/* Of the authority that issues the certificates; one at the other side is refused when its authority has no list. */
static int use_revocations(struct tls_context *context, const char *file, struct error **err)
{
    const struct tls_library *lib = context->lib;
    X509_STORE *store = lib->SSL_CTX_get_cert_store(context->ctx);
    BIO *bio = lib->BIO_new_file(file, "r");
    if (!bio)
        return wrong(context, "the revocation list", file, err);
    size_t count = 0;
    for (X509_CRL *crl; (crl = lib->PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL)); count++) {
        lib->X509_STORE_add_crl(store, crl);
        lib->X509_CRL_free(crl);
    }
    lib->BIO_free(bio);
    if (!count)
        return wrong(context, "the revocation list", file, err);
    lib->ERR_clear_error(); /* the end of the file is one */
    lib->X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
    return 0;
}

static int use_authorities(struct tls_context *context, const struct tls_files *files, struct error **err)
{
    const struct tls_library *lib = context->lib;
    if (lib->SSL_CTX_load_verify_file(context->ctx, files->ca) != 1)
        return wrong(context, "the authorities' file", files->ca, err);
    return files->crl ? use_revocations(context, files->crl, err) : 0;
}

/* Clients with several certificates choose by this list. */
static int name_authorities(struct tls_context *context, const struct tls_files *files, struct error **err)
{
    const struct tls_library *lib = context->lib;
    STACK_OF(X509_NAME) *names = lib->SSL_load_client_CA_file(files->ca);
    if (!names)
        return wrong(context, "the authorities' file", files->ca, err);
    lib->SSL_CTX_set_client_CA_list(context->ctx, names);
    return 0;
}

/* The buffers of idle connections are given back; a resumed session would be one that nobody verified. */
static void limit(struct tls_context *context)
{
    const struct tls_library *lib = context->lib;
    SSL_CTX *ctx = context->ctx;
    lib->SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
    lib->SSL_CTX_ctrl(ctx, SSL_CTRL_MODE,
                      SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS, NULL);
    lib->SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF, NULL);
    lib->SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    lib->SSL_CTX_set_num_tickets(ctx, 0);
}

static struct tls_context *context_new(struct error **err)
{
    const struct tls_library *lib = tls_library(err);
    if (!lib)
        return NULL;
    struct tls_context *context = mem_zalloc(sizeof *context);
    context->lib = lib;
    context->ctx = lib->SSL_CTX_new(lib->TLS_server_method());
    if (!context->ctx)
        abort(); /* out of memory */
    limit(context);
    lib->SSL_CTX_set_verify(context->ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return context;
}

struct tls_context *tls_server_context(const struct tls_files *files, struct error **err)
{
    struct tls_context *context = context_new(err);
    if (context && use_own(context, files, err) == 0 && use_authorities(context, files, err) == 0 &&
        name_authorities(context, files, err) == 0)
        return context;
    tls_context_free(context);
    return NULL;
}

void tls_context_free(struct tls_context *context)
{
    if (!context)
        return;
    context->lib->SSL_CTX_free(context->ctx);
    free(context);
}
