#pragma once
/* What a word of `allow` comes to. Private to api/policy. */
struct arena;
struct policy;

/* A preset, a right, a route's id or a varlink method. -1: it is none of them. @term: kept */
int policy_add_term(struct arena *arena, struct policy *policy, const char *term);
