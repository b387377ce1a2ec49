#include "core/container/name.h"

#include <sys/random.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"

static const char *const moods[] = {
    "amber", "brave", "brisk", "calm", "clever", "coral", "crisp", "eager", "early", "fair", "fleet", "gentle", "glad", "golden",
    "grand", "happy", "hardy", "humble", "jolly", "keen", "kind", "lively", "lucky", "mellow", "merry", "mild", "neat", "noble",
    "patient", "plain", "polite", "proud", "quick", "quiet", "rapid", "ready", "royal", "rustic", "sharp", "silent", "silver",
    "sleek", "smooth", "sober", "solid", "spry", "steady", "still", "sunny", "swift", "tidy", "upbeat", "vivid", "warm", "wise", "zesty",
};
static const char *const things[] = {
    "anchor", "barge", "basin", "bay", "beacon", "boat", "bow", "breeze", "bridge", "buoy", "canal", "canoe", "cape", "cargo",
    "channel", "clipper", "coast", "compass", "coracle", "cove", "creek", "current", "cutter", "deck", "delta", "dinghy", "dock",
    "drift", "estuary", "ferry", "fjord", "galley", "gull", "harbor", "haven", "helm", "heron", "hull", "inlet", "island", "jetty",
    "kayak", "keel", "ketch", "lagoon", "lantern", "launch", "mast", "oar", "osprey", "otter", "paddle", "pier", "pilot", "port",
    "quay", "raft", "reed", "reef", "rigging", "river", "rudder", "sail", "shoal", "shore", "skiff", "sloop", "strait", "tide", "wake", "wharf",
};

const char *container_random_name(struct arena *arena, unsigned attempt)
{
    unsigned random[2] = { 0 };
    if (getrandom(random, sizeof random, 0) < 0)
        random[0] = attempt;
    const char *mood = moods[random[0] % (sizeof moods / sizeof *moods)], *thing = things[random[1] % (sizeof things / sizeof *things)];
    if (attempt < 4)
        return arena_printf(arena, "%s_%s", mood, thing);
    return arena_printf(arena, "%s_%s%u", mood, thing, random[0] % 10000); /* the plain ones seem to be taken */
}

int container_name_in_use(struct engine *engine, const char *name, struct error **err)
{
    error_clear(err);
    autoerror *ignored = NULL;
    autocontainer *other = container_find(engine, name, &ignored);
    return error_set_about(err, ERROR_CONFLICT, "name", name,
                           "Conflict. The container name \"/%s\" is already in use by container \"%s\". You have to remove (or rename) that "
                           "container to be able to reuse that name.", name, other ? other->id : "of another program");
}
