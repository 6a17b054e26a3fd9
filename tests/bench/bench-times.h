/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times that the programs measuring the window collect and sum up. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends the ms since *@last to @values (of double), but the first time; *@last (µs) is now then. */
void   bench_note_gap   (GArray *values, gint64 *last);
/* Of @values (of double), which it sorts; 0 where there are none. @p: 0 the smallest, 1 the largest. */
double bench_percentile (GArray *values, double p);

G_END_DECLS
