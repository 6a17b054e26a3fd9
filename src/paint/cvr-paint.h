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
  gboolean             dashed;
  gboolean             closing;    /* each value is of the stretch up to it: read off within it */
} CvrCurve;
/* What happened at a place of the x axis, as a sign at the foot of the plot. */
typedef enum
{
  CVR_CHART_CHANGED,
  CVR_CHART_PAUSED,
  CVR_CHART_RESUMED,
  CVR_CHART_STOPPED,
  CVR_CHART_GOOD,
  CVR_CHART_WARNING,
} CvrChartSign;
typedef struct { double x; CvrChartSign sign; const char *label; } CvrChartEvent;
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
  double          x_low, x_high;   /* what is shown of the x axis; both 0: all of it */
  const CvrChartEvent *events;     /* by rising x */
  guint           n_events;
  const char     *hover_label;     /* over the values at hover_x; nullable */
  const char     *empty_label;     /* instead of a chart without values; NULL: that there are none */
  double          select_low, select_high; /* a stretch that is being chosen; equal: none */
} CvrChart;
void     cvr_paint_chart         (cairo_t *cr, double width, double height, const CvrChart *chart,
                                  const CvrTheme *theme);
/* The place on the x axis under the pointer, for hover_x; NaN beside the plot. */
double   cvr_paint_chart_x       (double width, double height, const CvrChart *chart,
                                  const CvrTheme *theme, double x);
/* What stands in the panel at hover_x, in one line, for a screen reader. */
char    *cvr_paint_chart_values  (const CvrChart *chart) G_GNUC_WARN_UNUSED_RESULT;

/* Confusion matrix; selected −1: none. */
typedef struct
{
  guint              n_classes;
  const guint64     *counts;        /* truth × n + predicted */
  const char *const *classes;
  gint               selected_truth, selected_predicted;
  gint               hover_truth, hover_predicted;
  const guint       *paints;        /* colour of each class; nullable: none is shown */
  gboolean           percent;       /* shares of the row in place of counts */
  const guint64     *before;        /* nullable: what changed since is shown in place of counts */
} CvrMatrix;
void     cvr_paint_matrix        (cairo_t *cr, double width, double height, const CvrMatrix *matrix,
                                  const CvrTheme *theme);
/* The cell at a point; FALSE outside. */
gboolean cvr_paint_matrix_cell   (double width, double height, const CvrMatrix *matrix,
                                  const CvrTheme *theme, double x, double y,
                                  guint *truth, guint *predicted);

/* Histogram of sizes with a threshold moving through it; NaN: none. @share: of all, that went; @gone:
 * what became of them, with a "%s" for that share ("%s become zero"). */
typedef struct
{
  const guint64 *counts;           /* [n_bins] of equal bins over 0 … high */
  guint          n_bins;
  double         high, threshold, share;
  const char    *x_label, *gone;
} CvrHistogram;
void     cvr_paint_histogram     (cairo_t *cr, double width, double height,
                                  const CvrHistogram *histogram, const CvrTheme *theme);

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
  gboolean     has_weights, frozen; /* frozen: they stay as they are while it learns */
} CvrNodeBox;
typedef struct { double x, y, width, height; } CvrBoxPlace;
/* Places of the boxes for a height; returns the drawing's natural width. Merges nothing: one box a
 * node. */
double   cvr_paint_network_layout (const CvrNodeBox *boxes, guint n_boxes, double height,
                                   const CvrTheme *theme, CvrBoxPlace *places);
void     cvr_paint_network       (cairo_t *cr, const CvrNodeBox *boxes, const CvrBoxPlace *places,
                                  guint n_boxes, gint selected, gint hover,
                                  const CvrTheme *theme);
/* The box at a point; −1: none. */
gint     cvr_paint_network_box   (const CvrBoxPlace *places, guint n_boxes, double x, double y);

/* Where a picture lies on the drawing: its upper left corner, and how wide one of its pixels is. */
typedef struct { double left, top, scale; } CvrZoom;
/* Changes @n RGB pixels in place before they are drawn. */
typedef void (*CvrRecolour) (guint8 *rgb, gsize n, gpointer data);
/* What of a picture (grey or RGB bytes) shows in @width × @height, transparent beside it: sharp
 * pixels when enlarged, means of them when made smaller. @recolour NULL: as it is. */
cairo_surface_t *cvr_paint_view  (const guint8 *pixels, guint channels, guint columns, guint rows,
                                  const CvrZoom *zoom, guint width, guint height,
                                  CvrRecolour recolour, gpointer data)
                 G_GNUC_WARN_UNUSED_RESULT;
/* Lines between the pixels of a picture of @columns × @rows, where they are wide enough. */
void     cvr_paint_pixel_grid    (cairo_t *cr, double width, double height, const CvrZoom *zoom,
                                  guint columns, guint rows);
/* The numbers of a rectangle of pixels, written in them. */
typedef struct
{
  guint         column, row;       /* the upper left one */
  guint         columns, rows;
  guint         n_each;            /* numbers a pixel, under each other */
  const guint8 *ground;            /* [rows, columns, 3]: the colours they stand on */
  const gint16 *numbers;           /* [rows, columns, n_each] */
} CvrPixelNumbers;
enum { CVR_NUMBERS_SIDE = 36 };    /* px: narrower pixels get no number */
void     cvr_paint_pixel_numbers (cairo_t *cr, const CvrZoom *zoom, const CvrPixelNumbers *numbers,
                                  const CvrTheme *theme);
/* A frame around one pixel. */
void     cvr_paint_pixel_frame   (cairo_t *cr, const CvrZoom *zoom, guint column, guint row,
                                  const CvrTheme *theme);

/* How often each level of a channel comes, drawn as bars over a strip of what the levels look
 * like; several under each other. */
typedef struct
{
  const char    *name;
  const guint64 *counts;           /* [n_bins] */
  const guint32 *colours;          /* [n_bins], 0xRRGGBB */
  guint          n_bins;
  double         high;             /* the last level; the first is 0 */
  double         mark;             /* a level that is pointed at; NaN: none */
} CvrLevels;
void     cvr_paint_levels        (cairo_t *cr, double width, double height,
                                  const CvrLevels *levels, guint n_levels, const CvrTheme *theme);

/* Boxes around things in a picture, in px of the drawing. */
typedef struct
{
  double      x, y, width, height;
  gint        colour;              /* as of cvr_paint_class_colour(); −1: no class */
  const char *label;
} CvrThing;
typedef struct
{
  const CvrThing *things;
  guint           n_things;
  gint            selected, hover; /* −1: none */
  gboolean        handles;         /* the selected one can be resized */
} CvrThings;
/* From the upper left corner with the clock. */
enum { CVR_N_HANDLES = 8 };
void     cvr_paint_things        (cairo_t *cr, double width, double height,
                                  const CvrThings *things, const CvrTheme *theme);
/* The middle of a handle; FALSE where the box is too small for it. */
gboolean cvr_paint_thing_handle  (const CvrThing *thing, guint handle, double *x, double *y);

G_END_DECLS
