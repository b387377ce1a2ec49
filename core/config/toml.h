#pragma once
/*
 * The TOML that containers.conf, storage.conf and registries.conf use, read strictly: tables, arrays of tables, dotted and
 * quoted keys, all four kinds of strings, integers, booleans, floats (as text), arrays, inline tables.
 *
 * Source of truth: TOML 1.0. Left out, as no such file has them: dates and times.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct error;

enum toml_kind { TOML_TEXT, TOML_INTEGER, TOML_BOOL, TOML_LIST, TOML_TABLE };

struct toml_entry;
struct toml {
    enum toml_kind kind;
    unsigned line;     /* where it begins, from 1: for messages */
    const char *text;  /* TOML_TEXT; a float's spelling */
    int64_t integer;
    bool truth;
    struct toml **items; /* TOML_LIST */
    struct toml_entry *entries; /* TOML_TABLE */
    size_t count;
    bool closed; /* while reading: an inline table or list takes nothing more */
};
struct toml_entry {
    const char *key;
    struct toml *value;
};

/* The root table; arena. NULL with ERROR_INVALID naming @file and the line. */
struct toml *toml_parse(struct arena *arena, const char *text, const char *file, struct error **err);
/* "a.b.c" from a table; NULL when absent. */
const struct toml *toml_get(const struct toml *table, const char *path);
/* Typed look-ups: the fallback when absent or of another kind. */
const char *toml_text(const struct toml *table, const char *path, const char *fallback);
int64_t toml_integer(const struct toml *table, const char *path, int64_t fallback);
bool toml_bool(const struct toml *table, const char *path, bool fallback);
/* Appends a list's texts (or one text). @present: whether the key is there */
bool toml_texts(struct arena *arena, const struct toml *table, const char *path, struct str_list *list);
