#pragma once
/*
 * Prometheus' text format, version 0.0.4: what a metric is, then its samples.
 *
 *   metrics_begin(&out, "coracle_images", "gauge", "Images in the store");
 *   metrics_sample(&out, "coracle_images", 3, NULL);
 *   metrics_sample(&out, "x_total", 1, "route", "ContainerList", "status", "200", NULL);
 *
 * A metric's samples stand together, so a loop over objects goes inside the one over metrics.
 */
#include <stdint.h>

struct buf;

void metrics_begin(struct buf *out, const char *name, const char *type, const char *help);
/* Pairs of label and value up to NULL; values are escaped. */
void metrics_sample(struct buf *out, const char *name, double value, ...) __attribute__((sentinel));
/* The same for what is counted in whole numbers beyond what a double holds. */
void metrics_count(struct buf *out, const char *name, uint64_t value, ...) __attribute__((sentinel));
