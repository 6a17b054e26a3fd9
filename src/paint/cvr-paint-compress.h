/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Painters of the compression: pure functions of (cairo, size, values, theme). Any thread with its
 * own cairo_t; the background is left as it is. */
#pragma once

#include "cvr-paint.h"

G_BEGIN_DECLS

/* Right answers (0 … 1) when a share (0 … 1) of one layer is gone: a line without an axis, as small
 * as a line of text. @mark: the share that is chosen; NaN: none. */
typedef struct { double share, accuracy; } CvrSensitivityPoint;
void     cvr_paint_sensitivity    (cairo_t *cr, double width, double height,
                                   const CvrSensitivityPoint *points, guint n_points, double mark,
                                   const CvrTheme *theme);

/* Values at a few named steps, side by side. @values [n_steps]: NaN: not known yet. */
typedef struct
{
  const double *values;
  CvrRgba       colour;
  const char   *label;
} CvrStepsLine;
typedef struct
{
  const char *const  *steps;        /* [n_steps]: what they are called */
  guint               n_steps;
  const CvrStepsLine *lines;
  guint               n_lines;
  gint                selected;     /* −1: none */
  gint                hover;        /* −1: none */
  const char         *x_label;
} CvrSteps;
/* 0 … 1 as per cent. */
void     cvr_paint_steps          (cairo_t *cr, double width, double height, const CvrSteps *steps,
                                   const CvrTheme *theme);
/* The step under a point; −1: none. */
gint     cvr_paint_steps_at       (double width, double height, const CvrSteps *steps,
                                   const CvrTheme *theme, double x, double y);

/* Networks as dots: what they cost against how often they are right. */
typedef enum
{
  CVR_VARIANT_PLAIN,    /* a disc */
  CVR_VARIANT_LEARNED,  /* a square: fine-tuned */
  CVR_VARIANT_KEPT,     /* a diamond */
  CVR_VARIANT_ORIGINAL, /* a ring */
} CvrVariantShape;
typedef struct
{
  double          cost, accuracy;
  gboolean        best;     /* nothing is both cheaper and better: on the line */
  CvrVariantShape shape;
} CvrVariantDot;
typedef struct
{
  const CvrVariantDot *dots;
  guint                n_dots;
  gint                 selected, hover; /* −1: none */
  char              *(*dup_cost) (double cost); /* writes a cost: "1.2 MB" */
  const char          *x_label;
} CvrVariants;
void     cvr_paint_variants       (cairo_t *cr, double width, double height,
                                   const CvrVariants *variants, const CvrTheme *theme);
/* The dot at a point; −1: none. */
gint     cvr_paint_variants_at    (double width, double height, const CvrVariants *variants,
                                   const CvrTheme *theme, double x, double y);

G_END_DECLS
