#pragma once
/* Firewall rules that netavark made and that last. Private to core/network. */
#include <stdbool.h>

struct arena;
struct engine;
struct network;

/*
 * Whether setting up or taking down what @request asks for needs no firewall work.
 *
 * Of a container without published ports, all rules are those of its networks: the same for each container, and made
 * with the first one. They are most of netavark's work (four runs of nft), so netavark is told to leave the firewall
 * alone while they are there. The kernel is asked each time: somebody may have flushed them.
 */
bool rules_suffice(struct arena *arena, const char *request);

/* Takes away what rules_suffice() speaks of, of a network that no container is on. What does not work is logged: the
 * rules are of no use without the network, and do no harm. */
void rules_drop(struct engine *engine, struct arena *arena, const struct network *network);
