/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Painters: pure functions of (cairo, size, values, theme). Any thread with its own cairo_t. */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

typedef struct { double red, green, blue, alpha; } CvrRgba;

/* Colours by meaning; see cvr_paint_theme(). */
typedef struct
{
  gboolean dark, high_contrast;
  CvrRgba  ink, dim, paper, grid;
  CvrRgba  training, validation;    /* blue, orange */
  CvrRgba  right, wrong;            /* green, red */
  CvrRgba  classes[8];
  double   text_size;               /* px */
  const char *font;                 /* family; NULL: sans */
} CvrTheme;

CvrTheme cvr_paint_theme         (gboolean dark, gboolean high_contrast);
/* Colour of class k (fixed eight, then the same again: draw a pattern or number beside it). */
CvrRgba  cvr_paint_class_colour  (const CvrTheme *theme, guint k);
/* Sequential map for activations and heat (0 … 1, dark to light, rising luminance) and diverging
 * map for weights (−1 … 1, blue – paper – orange) as 0xRRGGBB. */
guint32  cvr_paint_sequential    (double t);
guint32  cvr_paint_diverging     (const CvrTheme *theme, double t);
/* Contrast ratio of two opaque colours, 1 … 21 (WCAG 2.1). */
double   cvr_paint_contrast      (CvrRgba a, CvrRgba b);
/* Ticks at 1, 2 or 5 × 10ⁿ. Returns how many (≤ max). */
guint    cvr_paint_nice_ticks    (double low, double high, guint max, double *ticks);

/* A curve with a band: bucketed values (x ascending; min, max, mean). */
typedef struct { double x, min, max, mean; } CvrCurvePoint;
typedef struct
{
  const CvrCurvePoint *points;
  guint                n_points;
  CvrRgba              colour;
  gboolean             dots;       /* epochs: a mark per point */
  const char          *label;
} CvrCurve;
typedef struct
{
  const CvrCurve *curves;
  guint           n_curves;
  double          x_max;           /* planned end of the x axis */
  double          y_min, y_max;    /* NaN: from the values */
  gboolean        percent;         /* y is 0 … 1 shown as per cent */
  double          mark_x;          /* best epoch; NaN: none */
  const char     *mark_label, *x_label, *y_label;
  double          hover_x;         /* NaN: none; values are read off there */
  double          label_room;      /* px kept left of the plot at least, so that charts under each other share an axis; 0: as needed */
} CvrChart;
void     cvr_paint_chart         (cairo_t *cr, double width, double height, const CvrChart *chart,
                                  const CvrTheme *theme);
/* Epochs under the pointer, for hover_x; NaN beside the plot. */
double   cvr_paint_chart_x       (double width, double height, const CvrChart *chart,
                                  const CvrTheme *theme, double x);

/* Confusion matrix; selected −1: none. */
typedef struct
{
  guint              n_classes;
  const guint64     *counts;        /* truth × n + predicted */
  const char *const *classes;
  gint               selected_truth, selected_predicted;
  gint               hover_truth, hover_predicted;
} CvrMatrix;
void     cvr_paint_matrix        (cairo_t *cr, double width, double height, const CvrMatrix *matrix,
                                  const CvrTheme *theme);
/* The cell at a point; FALSE outside. */
gboolean cvr_paint_matrix_cell   (double width, double height, const CvrMatrix *matrix,
                                  const CvrTheme *theme, double x, double y,
                                  guint *truth, guint *predicted);

/* Histogram of magnitudes with a threshold moving through it. */
void     cvr_paint_histogram     (cairo_t *cr, double width, double height, const guint64 *counts,
                                  guint n_bins, double high,
                                  double threshold, const CvrTheme *theme);

/* Bars of class probabilities, most probable first. */
typedef struct { const char *label; double p; guint class_index; gboolean truth; } CvrBar;
void     cvr_paint_bars          (cairo_t *cr, double width, double height, const CvrBar *bars,
                                  guint n_bars, const CvrTheme *theme);

/* One plane of floats as an ARGB32 image, @scale whole-number enlargement; signed_values: diverging
 * around 0, else sequential over its range. */
cairo_surface_t *cvr_paint_plane (const float *values, guint width, guint height, guint scale,
                                  gboolean signed_values, const CvrTheme *theme)
                 G_GNUC_WARN_UNUSED_RESULT;
/* Filters [K, C, R, S] of a first layer with C = 3 in colour, else by channel mean; one tile each.
 * */
cairo_surface_t *cvr_paint_kernel (const float *values, guint channels, guint height, guint width,
                                   guint scale, float limit, const CvrTheme *theme)
                 G_GNUC_WARN_UNUSED_RESULT;
/* Many tiles in a grid with gaps, for files and for one-texture views. */
cairo_surface_t *cvr_paint_tiles (cairo_surface_t *const *tiles, guint n_tiles, guint columns,
                                  guint gap, const CvrTheme *theme)
                 G_GNUC_WARN_UNUSED_RESULT;
/* Titled pictures under each other, on paper. */
cairo_surface_t *cvr_paint_sheet (const char *const *titles, cairo_surface_t *const *pictures,
                                  guint n, const CvrTheme *theme)
                 G_GNUC_WARN_UNUSED_RESULT;
/* Picture (RGB or grey bytes) with a heat map over it, @opacity of the heat 0 … 1. Heat is scaled
 * to its largest value. */
cairo_surface_t *cvr_paint_heat  (const guint8 *pixels, guint channels, const float *heat,
                                  guint width, guint height, guint scale,
                                  double opacity) G_GNUC_WARN_UNUSED_RESULT;
cairo_surface_t *cvr_paint_pixels (const guint8 *pixels, guint channels, guint width, guint height,
                                   guint scale) G_GNUC_WARN_UNUSED_RESULT;
/* A plane large, with each pixel's number written in it where there is room; the pixel under the
 * pointer framed (−1: none). */
void     cvr_paint_numbers       (cairo_t *cr, double width, double height, const float *values,
                                  guint columns, guint rows,
                                  gint hover_column, gint hover_row, gboolean signed_values,
                                  const CvrTheme *theme);
/* The number at a point; FALSE outside. */
gboolean cvr_paint_numbers_cell  (double width, double height, guint columns, guint rows, double x,
                                  double y, guint *column,
                                  guint *row);

/* The network as boxes left to right. */
typedef struct
{
  const char  *name, *op;           /* op: nn_graph_node_op_name() */
  const char  *size;                /* "16×14×14" */
  guint        channels, height, width; /* vectors: height and width 1 */
  guint        n_inputs;
  const gint  *inputs;              /* indices of earlier boxes */
  gboolean     has_weights;
} CvrBox;
typedef struct { double x, y, width, height; } CvrBoxPlace;
/* Places of the boxes for a height; returns the drawing's natural width. Merges nothing: one box a
 * node. */
double   cvr_paint_network_layout (const CvrBox *boxes, guint n_boxes, double height,
                                   const CvrTheme *theme, CvrBoxPlace *places);
void     cvr_paint_network       (cairo_t *cr, const CvrBox *boxes, const CvrBoxPlace *places,
                                  guint n_boxes, gint selected, gint hover,
                                  const CvrTheme *theme);
/* The box at a point; −1: none. */
gint     cvr_paint_network_box   (const CvrBoxPlace *places, guint n_boxes, double x, double y);

G_END_DECLS
