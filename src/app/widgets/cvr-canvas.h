/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A widget that lets a painter draw it: theme, pointer and what a screen reader is told. */
#pragma once

#include "cvr-app-theme.h"

G_BEGIN_DECLS

#define CVR_TYPE_CANVAS (cvr_canvas_get_type ())
G_DECLARE_DERIVABLE_TYPE (CvrCanvas, cvr_canvas, CVR, CANVAS, GtkWidget)

typedef void (*CvrCanvasDraw) (cairo_t        *cr,
                               double          width,
                               double          height,
                               const CvrTheme *theme,
                               gpointer        data);

/**
 * CvrCanvasClass:
 * @draw: draws into width × height; the default calls what cvr_canvas_set_draw() was given
 *
 * Signals: "hover" (double x, double y; both NaN when the pointer leaves) and "pressed" (double x,
 * double y, int n_press; primary button). Properties: "min-width", "min-height" (int, px),
 * "label", "description" (string: what a screen reader says).
 */
struct _CvrCanvasClass
{
  GtkWidgetClass parent_class;

  void (*draw) (CvrCanvas      *self,
                cairo_t        *cr,
                double          width,
                double          height,
                const CvrTheme *theme);
};

void       cvr_canvas_set_draw        (CvrCanvas *self, CvrCanvasDraw draw, gpointer data,
                                       GDestroyNotify free_data);
void       cvr_canvas_set_min_size    (CvrCanvas *self, int width, int height);
void       cvr_canvas_set_label       (CvrCanvas *self, const char *label);
void       cvr_canvas_set_description (CvrCanvas *self, const char *description);
const char *cvr_canvas_get_description (CvrCanvas *self);

G_END_DECLS
