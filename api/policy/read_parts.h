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

/* *ret_text stays when the key is absent. */
int policy_read_text(const struct policy_set *set, const struct toml *table, const char *key, const char **ret_text, struct error **err);
int policy_read_path(const struct policy_set *set, const struct toml *table, const char *key, const char **ret_path, struct error **err);

#define POLICY_TLS_KEYS "certificates", "tls-certificate", "tls-key", "tls-client-ca", "tls-client-crl"
int policy_read_listen(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err);
/* Files and `certificates`, of a block whose place is known. */
int policy_read_tls(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err);

/* `labels` and [socket.rules]: limited sockets have rules, also when none are written. */
int policy_read_rules(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err);
