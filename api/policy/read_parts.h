#pragma once
/* Reading a policy file, part by part. Private to api/policy. */
#include <stdbool.h>

struct error;
struct policy;
struct policy_set;
struct str_list;
struct toml;

/* "FILE:LINE: KEY: expected …", ERROR_INVALID. */
int policy_wrong(const struct policy_set *set, const struct toml *at, const char *key, const char *expected, struct error **err);
/* @keys: NULL-terminated; another one is an error. */
int policy_check_keys(const struct policy_set *set, const struct toml *table, const char *const *keys, struct error **err);
/* Texts of a list; the result stays when the key is absent. */
int policy_read_texts(const struct policy_set *set, const struct toml *table, const char *key, struct str_list *ret_texts, struct error **err);

/* `labels` and [socket.rules]: limited sockets have rules, also when none are written. */
int policy_read_rules(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err);
