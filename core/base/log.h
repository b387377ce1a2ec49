#pragma once
/*
 * The program's log, on stderr, one line each: "level message". Under systemd (JOURNAL_STREAM) lines carry the <N>
 * priority prefix that the journal reads. Library code logs at debug only; whoever answers a request logs its internal
 * error once.
 */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_init(enum log_level level);
/* "error", "warn", "info", "debug" (also "warning", "trace", "fatal", "panic" as podman spells them); -1 when unknown. */
int log_level_from_text(const char *text);
int log_enabled(enum log_level level);
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_write(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...) (log_enabled(LOG_DEBUG) ? log_write(LOG_DEBUG, __VA_ARGS__) : (void)0)
