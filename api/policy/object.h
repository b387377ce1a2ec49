#pragma once
/* What a call is about: for the audit. Texts as the client wrote them; NULL when the call does not say. */
struct call;
struct schema;
struct str_map;

const char *policy_object_named(const struct str_map *path_names);
/* Of one whose path names nothing: "name" and the like of the query, else of the body. */
const char *policy_object_asked(const struct call *call);
const char *policy_object_in(const struct schema *schema, const void *object);
