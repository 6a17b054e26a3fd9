/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a confusion matrix changed: more of a right answer is green, more of a wrong one red; fewer
 * the other way round. */
#include "cvr-paint-compress-private.h"

#include <glib/gi18n-lib.h>

typedef struct { double left, top, cell; gboolean names; } Layout;

static const char *
class_name (const CvrMatrixChange *matrix,
            guint                  k)
{
  return matrix->classes != NULL && matrix->classes[k] != NULL ? matrix->classes[k] : "";
}

static gboolean
find_layout (double                 width,
             double                 height,
             const CvrMatrixChange *matrix,
             const CvrTheme        *theme,
             Layout                *layout)
{
  double text = theme->text_size, beside, widest = 0;
  guint n = matrix->n_classes;
  cairo_t *cr;

  if (n == 0 || matrix->change == NULL || !(width >= 40) || !(height >= 40))
    return FALSE;

  cr = cvr_paint_measure_new ();
  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint k = 0; k < n; k++)
    widest = MAX (widest, cvr_paint_text_width (cr, class_name (matrix, k)));
  cairo_destroy (cr);
  beside = text * 1.8 + MIN (widest, width * 0.3) + text * 0.5;
  layout->left = beside;
  layout->top = text * 1.8;
  layout->cell = MIN ((width - beside - 2) / n, (height - layout->top - text * 1.6) / n);
  layout->names = layout->cell >= text * 1.1;

  return layout->cell >= 1;
}

static CvrRgba
cell_colour (const CvrMatrixChange *matrix,
             guint                  truth,
             guint                  predicted,
             gint64                 largest,
             const CvrTheme        *theme)
{
  gint64 change = matrix->change[(gsize) truth * matrix->n_classes + predicted];
  CvrRgba ground = cvr_paint_mix (theme->paper, theme->grid, 0.25);
  gboolean good = (change > 0) == (truth == predicted);

  if (change == 0)
    return ground;

  return cvr_paint_mix (ground, good ? theme->right : theme->wrong,
                        0.25 + 0.7 * sqrt ((double) ABS (change) / (double) largest));
}

static void
draw_cell (cairo_t               *cr,
           const CvrMatrixChange *matrix,
           const Layout          *layout,
           guint                  truth,
           guint                  predicted,
           gint64                 largest,
           const CvrTheme        *theme)
{
  gint64 change = matrix->change[(gsize) truth * matrix->n_classes + predicted];
  CvrRgba colour = cell_colour (matrix, truth, predicted, largest, theme);
  double gap = layout->cell >= 12 ? 1.5 : layout->cell >= 4 ? 0.5 : 0;
  double x = layout->left + predicted * layout->cell, y = layout->top + truth * layout->cell;
  double text = MIN (1, layout->cell * 0.42 / theme->text_size);

  cvr_paint_rounded (cr, x + gap / 2, y + gap / 2, layout->cell - gap, layout->cell - gap,
                     layout->cell >= 24 ? 3 : 0);
  cvr_paint_set (cr, colour);
  cairo_fill (cr);
  if (change != 0 && text * theme->text_size >= 7)
    {
      g_autofree char *number = cvr_paint_number ((double) ABS (change), 0);
      g_autofree char *signed_number = g_strconcat (change > 0 ? "+" : "−", number, NULL);

      cvr_paint_font (cr, theme, text, FALSE);
      if (cvr_paint_text_width (cr, signed_number) > layout->cell - 2)
        cvr_paint_font (cr, theme, text * (layout->cell - 2) /
                                     cvr_paint_text_width (cr, signed_number), FALSE);
      cvr_paint_set (cr, cvr_paint_ink_on (colour));
      cvr_paint_text (cr, signed_number, x + layout->cell / 2,
                      y + layout->cell / 2 + text * theme->text_size * 0.36, 0.5);
    }
  if (matrix->hover_truth == (gint) truth && matrix->hover_predicted == (gint) predicted)
    {
      cvr_paint_rounded (cr, x + 1, y + 1, layout->cell - 2, layout->cell - 2, 3);
      cvr_paint_set (cr, theme->ink);
      cairo_set_line_width (cr, 2);
      cairo_stroke (cr);
    }
}

static void
draw_names (cairo_t               *cr,
            double                 height,
            const CvrMatrixChange *matrix,
            const Layout          *layout,
            const CvrTheme        *theme)
{
  double text = theme->text_size, side = layout->cell * matrix->n_classes;

  cvr_paint_font (cr, theme, 0.92, FALSE);
  cvr_paint_set (cr, theme->ink);
  for (guint k = 0; k < matrix->n_classes && layout->names; k++)
    cvr_paint_text_in (cr, class_name (matrix, k), layout->left - text * 0.5,
                       layout->top + (k + 0.5) * layout->cell + text * 0.33,
                       layout->left - text * 2.1, 1);
  cvr_paint_set (cr, theme->dim);
  cvr_paint_text_in (cr, _("Answer of the network →"), layout->left + side / 2, text * 1.1,
                     side + layout->left, 0.5);
  cairo_save (cr);
  cairo_translate (cr, text * 1.1, layout->top + side / 2);
  cairo_rotate (cr, -G_PI_2);
  cvr_paint_text_in (cr, _("← Truth"), 0, 0, side, 0.5);
  cairo_restore (cr);
}

void
cvr_paint_matrix_change (cairo_t               *cr,
                         double                 width,
                         double                 height,
                         const CvrMatrixChange *matrix,
                         const CvrTheme        *theme)
{
  Layout layout;
  gint64 largest = 1;

  if (!find_layout (width, height, matrix, theme, &layout))
    return;

  for (gsize i = 0; i < (gsize) matrix->n_classes * matrix->n_classes; i++)
    largest = MAX (largest, ABS (matrix->change[i]));
  cairo_save (cr);
  for (guint t = 0; t < matrix->n_classes; t++)
    for (guint p = 0; p < matrix->n_classes; p++)
      draw_cell (cr, matrix, &layout, t, p, largest, theme);
  draw_names (cr, height, matrix, &layout, theme);
  cairo_restore (cr);
}

gboolean
cvr_paint_matrix_change_cell (double                 width,
                              double                 height,
                              const CvrMatrixChange *matrix,
                              const CvrTheme        *theme,
                              double                 x,
                              double                 y,
                              guint                 *truth,
                              guint                 *predicted)
{
  Layout layout;
  double column, row;

  if (!find_layout (width, height, matrix, theme, &layout))
    return FALSE;

  column = floor ((x - layout.left) / layout.cell);
  row = floor ((y - layout.top) / layout.cell);
  if (!(column >= 0 && column < matrix->n_classes && row >= 0 && row < matrix->n_classes))
    return FALSE;
  *truth = (guint) row;
  *predicted = (guint) column;

  return TRUE;
}
