/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stretch of an axis that is looked at: zoomed and moved within the whole. Pure. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Plain value, in units of the axis; low < high. */
typedef struct { double low, high; } CvrSpan;

/* @factor below 1 comes nearer. What is at @at stays there where the ends let it. Not shorter than
 * @smallest, not longer than @whole. */
CvrSpan  cvr_span_zoom     (CvrSpan span, CvrSpan whole, double at, double factor,
                            double smallest);
/* As far as there is something. */
CvrSpan  cvr_span_move     (CvrSpan span, CvrSpan whole, double by);
gboolean cvr_span_is_whole (CvrSpan span, CvrSpan whole);

G_END_DECLS
