#pragma once
/*
 * Entries for systemd's journal, by its native protocol: one datagram each.
 *
 * Source of truth: systemd's "Native Journal Protocol". Values here have no line feeds, so the plain form does.
 */
struct buf;

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* "NAME=value" and a line feed; a line feed in @value becomes a blank. */
void journal_add(struct buf *entry, const char *name, const char *value);
/* Waits a second at most for a journal that is busy. 0, or -1 with errno: nobody is there, or it was too long. */
int journal_send(const char *socket_path, const struct buf *entry);
