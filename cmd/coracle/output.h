#pragma once
/*
 * What commands print: tables for people, JSON and templates for scripts.
 *
 * --format json prints each row as the server sent it, one per line; a template is text in which {{.Name}} or {{.A.B}}
 * stand for members (any letter case) and {{json .}} for the whole; everything else is copied, with \n and \t.
 */
#include <stddef.h>

struct arena;
struct error;
struct json;

struct column {
    const char *title;
    const char *(*text)(struct arena *arena, const struct json *row); /* arena or borrowed */
};
/* @format: NULL for the table. @rows: a JSON list */
int output_rows(struct arena *arena, const char *format, const struct column *columns, size_t count,
                const struct json *rows, struct error **err);
/* One object by format "json" or a template. NULL: JSON too, indented on a terminal. */
int output_object(const char *format, const struct json *object, struct error **err);

/* Members as text; "" when absent. */
const char *output_member(const struct json *object, const char *key);
const char *output_size(struct arena *arena, double bytes);          /* "2.13 MB" */
const char *output_age(struct arena *arena, long long unix_seconds); /* "5 minutes"; "less than a second" */
const char *output_age(struct arena *arena, long long unix_seconds); /* "5 minutes"; "less than a second" */
const char *output_ago(struct arena *arena, long long unix_seconds); /* "5 minutes ago" */
/* Cut to so many characters, with dots where something is missing. */
const char *output_shorten(struct arena *arena, const char *text, size_t max);
/* With '?' for control characters, which from a server or an image must not reach a terminal, but those in @keep. */
const char *output_harmless(struct arena *arena, const char *text, const char *keep);
