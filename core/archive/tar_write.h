#pragma once
/*
 * Writing tar archives as a stream: ustar, with pax headers for what does not fit (long names, large numbers, extended
 * attributes). Nothing is kept between members.
 */
#include "core/archive/tar.h"

struct sink;

/* The head of a member: its name, link, mode, owner, size, mtime (in seconds), device and extended attributes count;
 * `path` and `link_path` are not looked at. Directories get their slash. @size bytes of payload follow, then
 * tar_write_padding(). */
int tar_write_member(const struct sink *to, const struct tar_member *member, struct error **err);
int tar_write_padding(const struct sink *to, int64_t size, struct error **err);
/* The end of the archive. */
int tar_write_end(const struct sink *to, struct error **err);
