#pragma once
/* How long events are kept. Private to core/event. */
struct engine;
struct error;

/* After an event was added, in its transaction: forgets those that are too old, or too many bytes back. Looks at one of
 * so many additions only; the newest event stays, whatever it is. */
int event_forget_old(struct engine *engine, struct error **err);
