#pragma once
/*
 * libcurl, loaded when the first registry is asked and not before: it and what it pulls in take longer to load than the
 * whole server takes to start. For core/registry, and for plugins of core/volume.
 */
#include <curl/curl.h>

struct error;

/* The functions in use, by their own names. */
#define CURL_FUNCTIONS(F)                                                                                              \
    F(easy_init)                                                                                                       \
    F(easy_cleanup)                                                                                                    \
    F(easy_reset)                                                                                                      \
    F(easy_setopt)                                                                                                     \
    F(easy_perform)                                                                                                    \
    F(easy_getinfo)                                                                                                    \
    F(easy_pause)                                                                                                      \
    F(easy_strerror)                                                                                                   \
    F(multi_init)                                                                                                      \
    F(multi_cleanup)                                                                                                   \
    F(multi_add_handle)                                                                                                \
    F(multi_remove_handle)                                                                                             \
    F(multi_perform)                                                                                                   \
    F(multi_poll)                                                                                                      \
    F(multi_info_read)                                                                                                 \
    F(slist_append)                                                                                                    \
    F(slist_free_all)                                                                                                  \
    F(global_init)

#undef curl_easy_setopt
#undef curl_easy_getinfo

struct curl_library {
#define CURL_MEMBER(name) __typeof__(curl_##name) *name;
    CURL_FUNCTIONS(CURL_MEMBER)
#undef CURL_MEMBER
};

/* Borrowed, the same for all threads. NULL with ERROR_UNSUPPORTED naming the package. */
const struct curl_library *curl_library(struct error **err);
