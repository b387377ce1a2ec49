#include "core/base/tls_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

static struct tls_library library;
static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* What libssl needs of libcrypto is found through it. */
static void load(void)
{
    void *handle = dlopen("libssl.so.3", RTLD_LAZY | RTLD_LOCAL);
    loaded = handle != NULL;
#define TLS_LOAD(name) loaded = loaded && (library.name = (__typeof__(library.name))dlsym(handle, #name)) != NULL;
    TLS_FUNCTIONS(TLS_LOAD)
#undef TLS_LOAD
}

const struct tls_library *tls_library(struct error **err)
{
    pthread_once(&once, load);
    if (loaded)
        return &library;
    error_set(err, ERROR_UNSUPPORTED, 0, "libssl.so.3 cannot be loaded: TLS needs the package libssl3");
    return NULL;
}
