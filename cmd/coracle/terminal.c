#include "cmd/coracle/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "cmd/coracle/client.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"

#define INPUT_SIZE 16384
#define ENOUGH_SIGNALS 3 /* so many ends us also while the container ignores them */

/* A pump at work. */
struct running {
    struct pump *pump;
    struct frames frames;
    bool input;               /* standard input has not ended */
    char pending[INPUT_SIZE]; /* input the server has not taken yet */
    size_t pending_at, pending_len;
    int signals; /* signalfd */
    int ends;    /* signals of the ending kind so far */
};

bool terminal_size(int *ret_rows, int *ret_columns)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0)
        return false;
    *ret_rows = size.ws_row;
    *ret_columns = size.ws_col;
    return size.ws_row && size.ws_col;
}

int terminal_check(bool tty, bool stdin_open, struct error **err)
{
    if (tty && stdin_open && !isatty(STDIN_FILENO))
        return error_set(err, ERROR_INVALID, 0, "-t: standard input is not a terminal");
    return 0;
}

/* ---- signals ---- */

static sigset_t held_signals(void)
{
    static const int numbers[] = { SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaddset(&set, numbers[i]);
    return set;
}

void terminal_hold_signals(void)
{
    sigset_t set = held_signals();
    sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Nobody waits for an answer: a container that just ended has no use for it. */
static void tell(const struct client *client, const char *path)
{
    autoerror *ignored = NULL;
    const struct request request = { .method = "POST", .path = path };
    client_call(client, &request, NULL, &ignored);
}

static void tell_size(const struct pump *pump)
{
    int rows, columns;
    if (pump->resize_path && terminal_size(&rows, &columns))
        tell(pump->client, arena_printf(pump->client->arena, "%sh=%d&w=%d", pump->resize_path, rows, columns));
}

/* False when the signal is for us. */
static bool take_signal(struct running *running)
{
    struct pump *pump = running->pump;
    struct signalfd_siginfo info;
    if (read(running->signals, &info, sizeof info) != sizeof info)
        return true;
    int number = (int)info.ssi_signo;
    if (number == SIGWINCH) {
        tell_size(pump);
        return true;
    }
    running->ends += number == SIGINT || number == SIGTERM;
    if (!pump->signal_path || running->ends >= ENOUGH_SIGNALS) {
        pump->ret_signal = number;
        return false;
    }
    tell(pump->client, arena_printf(pump->client->arena, "%ssignal=%d", pump->signal_path, number));
    return true;
}

/* ---- bytes ---- */

/* 1 more may come, 0 the end, -1 with *err */
static int from_server(struct running *running, struct error **err)
{
    char chunk[65536];
    ssize_t n = read(running->pump->fd, chunk, sizeof chunk);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return 1;
    if (n <= 0)
        return 0;
    if (frames_feed(&running->frames, chunk, (size_t)n))
        return error_set(err, ERROR_INTERNAL, 0, "the output cannot be written, or the server's frames are broken");
    return 1;
}

static void end_input(struct running *running)
{
    running->input = false;
    running->pending_len = 0;
    shutdown(running->pump->fd, SHUT_WR);
}

static void from_user(struct running *running)
{
    ssize_t n = read(STDIN_FILENO, running->pending, sizeof running->pending);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        end_input(running);
        return;
    }
    running->pending_at = 0;
    running->pending_len = (size_t)n;
    if (running->pump->keys.count) {
        char rest[INPUT_SIZE + DETACH_KEYS_MAX];
        detach_keys_filter(&running->pump->keys, running->pending, (size_t)n, rest, &running->pump->ret_detached);
    }
}

/* What the server does not take now stays: it may wait for us to take its output first. */
static void to_server(struct running *running)
{
    ssize_t n = send(running->pump->fd, running->pending + running->pending_at, running->pending_len, MSG_NOSIGNAL);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n < 0) {
        end_input(running);
        return;
    }
    running->pending_at += (size_t)n;
    running->pending_len -= (size_t)n;
}

static int run(struct running *running, struct error **err)
{
    int fd = running->pump->fd;
    for (;;) {
        bool full = running->pending_len > 0;
        bool listen = running->input && !full && !running->pump->ret_detached;
        struct pollfd polls[] = {
            { fd, POLLIN | (full ? POLLOUT : 0), 0 },
            { listen ? STDIN_FILENO : -1, POLLIN, 0 },
            { running->signals, POLLIN, 0 },
        };
        if (poll(polls, 3, -1) < 0) {
            if (errno == EINTR)
                continue;
            return error_set(err, ERROR_INTERNAL, errno, "waiting for input");
        }
        if (polls[0].revents & ~POLLOUT) {
            int more = from_server(running, err);
            if (more <= 0)
                return more;
        }
        if (polls[0].revents & POLLOUT)
            to_server(running);
        if (polls[1].revents)
            from_user(running);
        if (polls[2].revents && !take_signal(running))
            return 0;
    }
}

/* ---- the terminal ---- */

static bool make_raw(struct termios *ret_saved)
{
    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, ret_saved) < 0)
        return false;
    struct termios raw = *ret_saved;
    cfmakeraw(&raw);
    return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

int terminal_pump(struct pump *pump, struct error **err)
{
    struct termios saved;
    sigset_t set = held_signals();
    terminal_hold_signals();
    autofd signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0 || fcntl(pump->fd, F_SETFL, O_NONBLOCK) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "preparing to pass signals and bytes on");
    struct running running = {
        .pump = pump,
        .frames = { .raw = pump->tty, .pending = BUF(FRAMES_MAX) },
        .input = pump->stdin_open,
        .signals = signals,
    };
    bool raw = pump->tty && pump->stdin_open && make_raw(&saved);
    if (pump->tty)
        tell_size(pump);
    int rc = 0;
    if (frames_feed(&running.frames, buf_text(pump->early), pump->early->len))
        rc = error_set(err, ERROR_INTERNAL, 0, "the output cannot be written, or the server's frames are broken");
    else
        rc = run(&running, err);
    buf_free(&running.frames.pending);
    if (raw)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
    return rc;
}
