#pragma once
/* Firewall rules that netavark made and that last. Private to core/network. */
#include <stdbool.h>

struct arena;

/*
 * Whether setting up or taking down what @request asks for needs no firewall work.
 *
 * Of a container without published ports, all rules are those of its networks: the same for each container, and made
 * with the first one. They are most of netavark's work (four runs of nft), so netavark is told to leave the firewall
 * alone while they are there. The kernel is asked each time: somebody may have flushed them.
 */
bool rules_suffice(struct arena *arena, const char *request);
