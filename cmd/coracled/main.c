/* coracled: the server, and the subcommands that conmon and ssh start. */
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/dispatch.h"
#include "api/policy/audit.h"
#include "api/policy/policy.h"
#include "api/tally.h"
#include "cmd/coracled/sockets.h"
#include "cmd/coracled/subcommands.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/version.h"
#include "core/engine.h"
#include "server/listen.h"

#define ACTIVATED_IDLE_TIMEOUT_S 5

enum { EXIT_USAGE = 2 };

static const char help_text[] =
    "Usage: coracled [OPTION]...\n"
    "       coracled boot [--root DIR] [--runroot DIR]\n"
    "       coracled cleanup --root DIR --runroot DIR ID [--exec ID]\n"
    "       coracled dial-stdio [--url unix://PATH]\n"
    "       coracled healthcheck --root DIR --runroot DIR ID\n\n"
    "A container engine for clients of Docker, podman and varlink on one socket.\n\n"
    "  --listen unix://PATH    where to listen, may be given several times\n"
    "                          (default " SOCKETS_DEFAULT_URL ", or what LISTEN_FDS hands over)\n"
    "  --listen tcp://ADDRESS:PORT\n"
    "                          the same over TLS, for clients that have a certificate\n"
    "  --tlscert FILE, --tlskey FILE\n"
    "                          what the server shows such clients\n"
    "  --tlscacert FILE        who their certificates are from\n"
    "  --tlscrl FILE           certificates that count no more\n"
    "  --tlsverify             no change: clients are always verified\n"
    "  --idle-timeout SECONDS  end after so long without a connection\n"
    "                          (default 5 under socket activation, else 0: never)\n"
    "  --policy FILE           who may do what on which socket\n"
    "                          (default " POLICY_DEFAULT_FILE ", when it is there)\n"
    "  --root DIR              where images and containers are kept\n"
    "  --runroot DIR           where what lasts until the next boot is kept\n"
    "  --log-level LEVEL       error, warn (default), info or debug\n"
    "  --metrics               answer GET /metrics in Prometheus' format\n"
    "  --strict                refuse requests with parameters or members nobody knows\n"
    "  --version, --help       what they say\n";

struct arguments {
    struct engine_options engine;
    const char *urls[SERVER_MAX_LISTENERS];
    size_t url_count;
    struct tls_files tls;
    const char *policy;     /* NULL: the default */
    int64_t idle_timeout_s; /* -1: the default */
    bool strict, metrics;
};

static int add_url(struct arguments *arguments, const char *url, struct error **err)
{
    if (arguments->url_count == SERVER_MAX_LISTENERS)
        return error_set(err, ERROR_INVALID, 0, "--listen: at most %d sockets", SERVER_MAX_LISTENERS);
    arguments->urls[arguments->url_count++] = url;
    return 0;
}

static int set_log_level(const char *text, struct error **err)
{
    int level = log_level_from_text(text);
    if (level < 0)
        return error_set(err, ERROR_INVALID, 0, "--log-level: \"%s\" is not a level: expected error, warn, info or debug", text);
    log_init((enum log_level)level);
    return 0;
}

static int set_directory(const char **place, const char *name, const char *path, struct error **err)
{
    if (*path != '/')
        return error_set(err, ERROR_INVALID, 0, "--%s: \"%s\" is not an absolute path", name, path);
    *place = path;
    return 0;
}

static int set_file(const char **place, const char *name, const char *path, struct error **err)
{
    if (!path_exists(path))
        return error_set(err, ERROR_INVALID, 0, "--%s: there is no file \"%s\"", name, path);
    *place = path;
    return 0;
}

/* 1: the program is done (help, version). */
static int parse(int argc, char **argv, struct arguments *arguments, struct error **err)
{
    static const struct option options[] = {
        { "listen", required_argument, NULL, 'l' },  { "idle-timeout", required_argument, NULL, 'i' },
        { "policy", required_argument, NULL, 'p' },
        { "tlscert", required_argument, NULL, 'c' }, { "tlskey", required_argument, NULL, 'k' },
        { "tlscacert", required_argument, NULL, 'a' }, { "tlscrl", required_argument, NULL, 'x' },
        { "tlsverify", no_argument, NULL, 'V' },
        { "root", required_argument, NULL, 'r' },    { "runroot", required_argument, NULL, 'R' },
        { "log-level", required_argument, NULL, 'L' }, { "strict", no_argument, NULL, 's' }, { "metrics", no_argument, NULL, 'm' },
        { "version", no_argument, NULL, 'v' },       { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    int rc = 0;
    opterr = 0;
    for (int option; !rc && (option = getopt_long(argc, argv, "hv", options, NULL)) != -1;) {
        switch (option) {
        case 'l': rc = add_url(arguments, optarg, err); break;
        case 'i':
            arguments->idle_timeout_s = str_to_int(optarg);
            if (arguments->idle_timeout_s < 0 || arguments->idle_timeout_s > 1000000)
                rc = error_set(err, ERROR_INVALID, 0, "--idle-timeout: \"%s\" is not a number of seconds", optarg);
            break;
        case 'p': rc = set_file(&arguments->policy, "policy", optarg, err); break;
        case 'c': rc = set_file(&arguments->tls.certificate, "tlscert", optarg, err); break;
        case 'k': rc = set_file(&arguments->tls.key, "tlskey", optarg, err); break;
        case 'a': rc = set_file(&arguments->tls.ca, "tlscacert", optarg, err); break;
        case 'x': rc = set_file(&arguments->tls.crl, "tlscrl", optarg, err); break;
        case 'V': break; /* clients are verified in any case */
        case 'r': rc = set_directory(&arguments->engine.root, "root", optarg, err); break;
        case 'R': rc = set_directory(&arguments->engine.runroot, "runroot", optarg, err); break;
        case 'L': rc = set_log_level(optarg, err); break;
        case 's': arguments->strict = true; break;
        case 'm': arguments->metrics = true; break;
        case 'v': puts("coracled version " CORACLE_VERSION); return 1;
        case 'h': fputs(help_text, stdout); return 1;
        default: rc = error_set(err, ERROR_INVALID, 0, "%s: unknown option or missing argument: see coracled --help", argv[optind - 1]);
        }
    }
    if (!rc && optind < argc)
        rc = error_set(err, ERROR_INVALID, 0, "\"%s\" is not a subcommand: see coracled --help", argv[optind]);
    return rc;
}

static int listen_all(struct server *server, const struct arguments *arguments, const struct policy_set *policies,
                      struct error **err)
{
    const struct sockets sockets = { arguments->urls, arguments->url_count, arguments->tls, policies };
    bool handed_over = false;
    if (sockets_open(server, &sockets, &handed_over, err) < 0)
        return -1;
    int64_t idle_s = handed_over ? ACTIVATED_IDLE_TIMEOUT_S : 0;
    if (arguments->idle_timeout_s >= 0)
        idle_s = arguments->idle_timeout_s;
    server->idle_timeout_ms = idle_s * 1000;
    return 0;
}

static int serve_engine(const struct arguments *arguments, struct engine *engine, const struct policy_set *policies,
                        struct error **err)
{
    struct audit *audit = policies ? audit_open(policies->audit, err) : NULL;
    if (*err)
        return -1;
    struct tally *tally = arguments->metrics ? tally_new() : NULL;
    const struct api api = { .engine = engine, .strict = arguments->strict, .audit = audit, .tally = tally };
    struct server server = { .api = &api };
    int rc = listen_all(&server, arguments, policies, err);
    if (!rc)
        rc = server_run(&server, err);
    server_close(&server);
    audit_close(audit);
    tally_free(tally);
    return rc;
}

static int read_policy(const struct arguments *arguments, struct policy_set **ret_policies, struct error **err)
{
    if (arguments->policy || path_exists(POLICY_DEFAULT_FILE))
        *ret_policies = policy_read(str_or(arguments->policy, POLICY_DEFAULT_FILE), err);
    return *err ? -1 : 0;
}

static int serve(const struct arguments *arguments, struct error **err)
{
    struct policy_set *policies = NULL;
    if (read_policy(arguments, &policies, err) < 0)
        return -1;
    autoengine *engine = engine_open(&arguments->engine, err);
    int rc = engine ? serve_engine(arguments, engine, policies, err) : -1;
    policy_free(policies);
    return rc;
}

/* Many threads, little memory: two heaps, and freed pages go back soon; but not before a list of some hundred containers
 * was answered twice, for to fault a buffer in again costs more than to fill it. */
static void tune_memory(void)
{
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TRIM_THRESHOLD, 2 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

int main(int argc, char **argv)
{
    autoerror *err = NULL;
    struct arguments arguments = { .idle_timeout_s = -1 };
    tune_memory();
    log_init(LOG_WARN);
    for (size_t i = 0; argc > 1 && subcommands[i].name; i++)
        if (!strcmp(argv[1], subcommands[i].name))
            return subcommands[i].run(argc - 1, argv + 1);
    int rc = parse(argc, argv, &arguments, &err);
    if (rc > 0)
        return 0;
    if (rc < 0) {
        fprintf(stderr, "coracled: %s\n", err->message);
        return EXIT_USAGE;
    }
    if (serve(&arguments, &err) < 0) {
        log_error("%s", err->message);
        return 1;
    }
    return 0;
}
