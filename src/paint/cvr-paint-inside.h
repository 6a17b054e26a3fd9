/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Painters for the inside of a network: the walk of a window, links between maps, points in a
 * plane, histograms over time. Pure functions as those of cvr-paint.h. */
#pragma once

#include "cvr-paint.h"

G_BEGIN_DECLS

/* A part of what cvr_paint_numbers() drew into the same room; cells beyond the plane are left out.
 * @step: cells from tap to tap down and across; above 1 the taps are marked. */
typedef struct
{
  gint  column, row;
  guint columns, rows, step[2];
} CvrFrame;
void     cvr_paint_frame    (cairo_t *cr, double width, double height, guint columns, guint rows,
                             const CvrFrame *frame, const CvrTheme *theme);

/* A sum line by line, numbers under each other; totals below a stroke. */
typedef struct { const char *text; double value; gboolean total; } CvrSumLine;
void     cvr_paint_sum      (cairo_t *cr, double width, double height, const CvrSumLine *lines,
                             guint n_lines, const CvrTheme *theme);
/* Curve through [n] points with the axes through zero and a mark at a place. */
void     cvr_paint_function (cairo_t *cr, double width, double height, const float *x,
                             const float *y, guint n, double at_x, double at_y,
                             const CvrTheme *theme);

/* A line between two maps, drawn as a soft curve. @weight: −1 … 1, how much goes along it: colour
 * by its sign (orange adds, blue takes away), strength by its size. */
typedef struct { double x0, y0, x1, y1, weight; } CvrLink;
void     cvr_paint_links    (cairo_t *cr, const CvrLink *links, guint n_links,
                             const CvrTheme *theme);
/* A connection that leaves out layers, as an arc over their heads. */
typedef struct { double from, to; guint level; gboolean lit; } CvrSkip;
enum { CVR_SKIP_PITCH = 9 }; /* px between two levels */
void     cvr_paint_skips    (cairo_t *cr, double foot, const CvrSkip *skips, guint n_skips,
                             const CvrTheme *theme);
/* Levels so that arcs don't cross: shorter ones below. Returns how many. */
guint    cvr_paint_skip_levels (CvrSkip *skips, guint n_skips);

/* Pictures as points. @x, @y: 0 … 1 of the room; @class_index −1: none, else it decides the shape;
 * @paint: the colour, as of cvr_paint_class_colour(). */
typedef struct { float x, y; gint class_index; guint paint; gboolean faded, chosen; } CvrDot;
void     cvr_paint_dots     (cairo_t *cr, double width, double height, const CvrDot *dots,
                             guint n_dots, double radius, const CvrTheme *theme);

/* Histograms over time, the last in front: each [n_bins], scaled to its own largest. @chosen: drawn
 * stronger; −1: none. @low, @high: the value axis; @first, @last: what stands at its two ends of
 * time. */
typedef struct
{
  const guint64 *const *counts;
  guint                 n, n_bins;
  gint                  chosen;
  double                low, high;
  const char           *first, *last;
} CvrRidges;
void     cvr_paint_ridges   (cairo_t *cr, double width, double height, const CvrRidges *ridges,
                             const CvrTheme *theme);

G_END_DECLS
