#pragma once
/* A volume as Docker's dialect shows it. */
struct docker_volume;
struct volume;

/* Borrows from @volume. */
void docker_show_volume(const struct volume *volume, struct docker_volume *ret_shown);
