#pragma once
/* Where configuration files are looked for. Private to core/registry. */
struct arena;
struct str_list;

/* Adds $HOME/@below, when there is a home. */
void places_add_home(struct arena *arena, struct str_list *places, const char *below);
/* The first that exists; NULL when none does. */
const char *places_first(const struct str_list *places);
