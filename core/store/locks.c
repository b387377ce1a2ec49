#include "core/store/locks.h"

#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/lock.h"
#include "core/store/internal.h"

int locks_take(struct store *store, enum store_lock which, struct error **err)
{
    if (store_prepare(store, err) < 0)
        return -1;
    return lock_file(store->lock_paths[which], true, err);
}

int locks_sign(struct store *store, int lock, char ret_token[TOKEN_SIZE], struct error **err)
{
    uint64_t now = htole64((uint64_t)clock_now());
    uint64_t count = htole64(atomic_fetch_add(&store->tokens, 1) + 1);
    uint32_t pid = htole32((uint32_t)getpid());
    memcpy(ret_token, &now, 8);
    memcpy(ret_token + 8, &count, 8);
    memcpy(ret_token + 16, &pid, 4);
    if (getrandom(ret_token + 20, TOKEN_SIZE - 20, 0) != TOKEN_SIZE - 20)
        abort();
    if (pwrite(lock, ret_token, TOKEN_SIZE, 0) != TOKEN_SIZE)
        return error_set(err, ERROR_INTERNAL, errno, "writing a token to a lock file of the store");
    return 0;
}
