/* Apart from id.c, so that who only needs ids does not link the library that sums. */
#include <dlfcn.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/base/id.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/str.h"

/* Loaded at the first digest: libcrypto's relocations are half the start of a process, and neither a server that is
 * asked for something small nor what conmon calls at the end of a container needs a sum. */
#define CRYPTO_FUNCTIONS(F)                                                                                            \
    F(EVP_MD_CTX_new)                                                                                                  \
    F(EVP_MD_CTX_free)                                                                                                 \
    F(EVP_sha256)                                                                                                      \
    F(EVP_sha1)                                                                                                        \
    F(EVP_Digest)                                                                                                      \
    F(EVP_DigestInit_ex)                                                                                               \
    F(EVP_DigestUpdate)                                                                                                \
    F(EVP_DigestFinal_ex)

static struct {
#define CRYPTO_MEMBER(name) __typeof__(name) *name;
    CRYPTO_FUNCTIONS(CRYPTO_MEMBER)
#undef CRYPTO_MEMBER
} crypto;

static void load_crypto(void)
{
    void *handle = dlopen("libcrypto.so.3", RTLD_LAZY | RTLD_LOCAL);
    bool all = handle != NULL;
#define CRYPTO_LOAD(name) all = all && (crypto.name = (__typeof__(crypto.name))dlsym(handle, #name)) != NULL;
    CRYPTO_FUNCTIONS(CRYPTO_LOAD)
#undef CRYPTO_LOAD
    if (all)
        return;
    log_error("libcrypto.so.3 cannot be loaded: install the package libssl3");
    abort();
}

struct sha256 {
    EVP_MD_CTX *ctx;
};

static void need_crypto(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load_crypto);
}

struct sha256 *sha256_start(void)
{
    need_crypto();
    struct sha256 *sum = mem_zalloc(sizeof *sum);
    sum->ctx = crypto.EVP_MD_CTX_new();
    if (!sum->ctx || !crypto.EVP_DigestInit_ex(sum->ctx, crypto.EVP_sha256(), NULL))
        abort();
    return sum;
}

void sha256_add(struct sha256 *sum, const void *data, size_t len)
{
    if (!crypto.EVP_DigestUpdate(sum->ctx, data, len))
        abort();
}

void sha256_finish(struct sha256 *sum, char ret_hex[ID_HEX_SIZE])
{
    if (!sum)
        return;
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!crypto.EVP_DigestFinal_ex(sum->ctx, bytes, &len))
        abort();
    if (ret_hex)
        str_to_hex(bytes, len, ret_hex);
    crypto.EVP_MD_CTX_free(sum->ctx);
    free(sum);
}

void sha256_hex(const void *data, size_t len, char ret_hex[ID_HEX_SIZE])
{
    struct sha256 *sum = sha256_start();
    sha256_add(sum, data, len);
    sha256_finish(sum, ret_hex);
}

void sha1_sum(const void *data, size_t len, unsigned char ret_sum[SHA1_SIZE])
{
    need_crypto();
    if (!crypto.EVP_Digest(data, len, ret_sum, NULL, crypto.EVP_sha1(), NULL))
        abort();
}
