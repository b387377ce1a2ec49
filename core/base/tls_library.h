#pragma once
/* libssl and libcrypto, opened when TLS is first needed: nobody else pays for them. Private to core/base/tls*.c. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "core/base/error.h"

#define TLS_FUNCTIONS(F)                                                                                               \
    F(TLS_server_method)                                                                                               \
    F(SSL_CTX_new)                                                                                                     \
    F(SSL_CTX_free)                                                                                                    \
    F(SSL_CTX_ctrl)                                                                                                    \
    F(SSL_CTX_set_options)                                                                                             \
    F(SSL_CTX_set_num_tickets)                                                                                         \
    F(SSL_CTX_set_default_passwd_cb)                                                                                   \
    F(SSL_CTX_use_certificate_chain_file)                                                                              \
    F(SSL_CTX_use_PrivateKey_file)                                                                                     \
    F(SSL_CTX_load_verify_file)                                                                                        \
    F(SSL_load_client_CA_file)                                                                                         \
    F(SSL_CTX_set_client_CA_list)                                                                                      \
    F(SSL_CTX_set_verify)                                                                                              \
    F(SSL_CTX_get_cert_store)                                                                                          \
    F(SSL_new)                                                                                                         \
    F(SSL_free)                                                                                                        \
    F(SSL_set_fd)                                                                                                      \
    F(SSL_accept)                                                                                                      \
    F(SSL_read)                                                                                                        \
    F(SSL_write)                                                                                                       \
    F(SSL_shutdown)                                                                                                    \
    F(SSL_get_error)                                                                                                   \
    F(SSL_get_verify_result)                                                                                           \
    F(SSL_get1_peer_certificate)                                                                                       \
    F(X509_verify_cert_error_string)                                                                                   \
    F(X509_STORE_set_flags)                                                                                            \
    F(X509_STORE_add_crl)                                                                                              \
    F(X509_CRL_free)                                                                                                   \
    F(X509_free)                                                                                                       \
    F(X509_digest)                                                                                                     \
    F(X509_get_subject_name)                                                                                           \
    F(X509_NAME_print_ex)                                                                                              \
    F(X509_NAME_entry_count)                                                                                           \
    F(X509_NAME_get_entry)                                                                                             \
    F(X509_NAME_ENTRY_get_object)                                                                                      \
    F(X509_NAME_ENTRY_get_data)                                                                                        \
    F(X509_get_ext_d2i)                                                                                                \
    F(GENERAL_NAMES_free)                                                                                              \
    F(OPENSSL_sk_num)                                                                                                  \
    F(OPENSSL_sk_value)                                                                                                \
    F(OBJ_obj2nid)                                                                                                     \
    F(ASN1_STRING_to_UTF8)                                                                                             \
    F(ASN1_STRING_get0_data)                                                                                           \
    F(ASN1_STRING_length)                                                                                              \
    F(PEM_read_bio_X509_CRL)                                                                                           \
    F(BIO_new_file)                                                                                                    \
    F(BIO_new)                                                                                                         \
    F(BIO_s_mem)                                                                                                       \
    F(BIO_read)                                                                                                        \
    F(BIO_free)                                                                                                        \
    F(CRYPTO_free)                                                                                                     \
    F(EVP_sha256)                                                                                                      \
    F(ERR_peek_error)                                                                                                  \
    F(ERR_reason_error_string)                                                                                         \
    F(ERR_clear_error)

struct tls_library {
#define TLS_MEMBER(name) __typeof__(name) *name;
    TLS_FUNCTIONS(TLS_MEMBER)
#undef TLS_MEMBER
};

/* NULL with *err when it cannot be loaded. The same one each time. */
const struct tls_library *tls_library(struct error **err);

struct tls_context {
    const struct tls_library *lib;
    SSL_CTX *ctx;
};
struct tls {
    const struct tls_library *lib;
    SSL *ssl;
    int fd; /* borrowed */
};
