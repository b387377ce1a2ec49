#pragma once
/* Processes that are known by their command line alone: what a program that was killed has left running. */

/*
 * Ends every process whose program is one of @programs (names without folder, NULL at the end) and that has @word as
 * one of its arguments: sends @signal (0: none) and waits until none is left, also of those that appear meanwhile.
 *
 * Returns 0, or -1 when some are left after @timeout_ms.
 */
int procs_end(const char *const *programs, const char *word, int signal, int timeout_ms);
/* How many there are. */
int procs_count(const char *const *programs, const char *word);
