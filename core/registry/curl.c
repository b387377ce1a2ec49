#include "core/registry/curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

#include "core/base/error.h"

static struct curl_library library;
static bool loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void)
{
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return;
    bool all = true;
#define CURL_LOAD(name) all = (library.name = (__typeof__(library.name))dlsym(handle, "curl_" #name)) && all;
    CURL_FUNCTIONS(CURL_LOAD)
#undef CURL_LOAD
    loaded = all && library.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

const struct curl_library *curl_library(struct error **err)
{
    pthread_once(&once, load);
    if (loaded)
        return &library;
    error_set(err, ERROR_UNSUPPORTED, 0, "libcurl.so.4 cannot be loaded: registries and volume plugins need the package libcurl4");
    return NULL;
}
