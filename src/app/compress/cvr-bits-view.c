/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accuracy against the bits of a weight, filling in as compressions are tried. */
#include "cvr-bits-view.h"

#include "cvr-paint-compress.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _CvrBitsView
{
  CvrCanvas parent_instance;

  double cut[CVR_N_BITS], learned[CVR_N_BITS]; /* right answers; NaN: not tried */
  gint   selected, hover;                      /* places; −1: none */
};

G_DEFINE_FINAL_TYPE (CvrBitsView, cvr_bits_view, CVR_TYPE_CANVAS)

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

const guint cvr_bit_steps[CVR_N_BITS] = { 32, 16, 8, 4, 2, 1 };

static const char *const names[CVR_N_BITS] = { "32", "16", "8", "4", "2", "1" };

static gint
step_of (guint bits)
{
  for (gint i = 0; i < CVR_N_BITS; i++)
    if (cvr_bit_steps[i] == bits)
      return i;

  return -1;
}

static void
fill_steps (CvrBitsView    *self,
            const CvrTheme *theme,
            CvrStepsLine   *lines, /* [2] */
            CvrSteps       *steps)
{
  gboolean learned = FALSE;

  for (guint i = 0; i < CVR_N_BITS; i++)
    learned |= isfinite (self->learned[i]);
  lines[0] = (CvrStepsLine) { self->cut, learned ? theme->dim : theme->validation,
                              learned ? _("only rounded") : NULL };
  lines[1] = (CvrStepsLine) { self->learned, theme->validation, _("fine-tuned") };
  *steps = (CvrSteps) { names, CVR_N_BITS, lines, learned ? 2 : 1, self->selected, self->hover,
                        _("Bits of each weight") };
}

static void
cvr_bits_view_draw (CvrCanvas      *canvas,
                    cairo_t        *cr,
                    double          width,
                    double          height,
                    const CvrTheme *theme)
{
  CvrStepsLine lines[2];
  CvrSteps steps;

  fill_steps (CVR_BITS_VIEW (canvas), theme, lines, &steps);
  cvr_paint_steps (cr, width, height, &steps, theme);
}

static gint
step_at (CvrBitsView *self,
         double       x,
         double       y)
{
  GtkWidget *widget = GTK_WIDGET (self);
  CvrTheme theme = cvr_app_theme (widget);
  CvrStepsLine lines[2];
  CvrSteps steps;

  fill_steps (self, &theme, lines, &steps);

  return cvr_paint_steps_at (gtk_widget_get_width (widget), gtk_widget_get_height (widget), &steps,
                             &theme, x, y);
}

static void
hover_cb (CvrBitsView *self,
          double       x,
          double       y)
{
  self->hover = isfinite (x) ? step_at (self, x, y) : -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pressed_cb (CvrBitsView *self,
            double       x,
            double       y,
            int          n_press)
{
  gint step = step_at (self, x, y);

  if (step >= 0)
    g_signal_emit (self, signals[CHOSEN], 0, (guint) step);
}

static void
cvr_bits_view_class_init (CvrBitsViewClass *klass)
{
  CVR_CANVAS_CLASS (klass)->draw = cvr_bits_view_draw;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
forget (CvrBitsView *self)
{
  for (guint i = 0; i < CVR_N_BITS; i++)
    self->cut[i] = self->learned[i] = (double) NAN;
  self->selected = -1;
}

static void
cvr_bits_view_init (CvrBitsView *self)
{
  forget (self);
  self->hover = -1;
  cvr_canvas_set_label (CVR_CANVAS (self), _("Accuracy against the bits of each weight"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
}

static void
take_values (double *values,
             GArray *tried) /* (transfer full) of CvrTried */
{
  for (guint i = 0; i < tried->len; i++)
    {
      const CvrTried *one = &g_array_index (tried, CvrTried, i);
      gint step = step_of (one->spec.bits);

      if (step >= 0)
        values[step] = one->accuracy;
    }
  g_array_unref (tried);
}

void
cvr_bits_view_show (CvrBitsView         *self,
                    CvrTriedSet         *tried,
                    const CvrCompressed *result)
{
  double cut[CVR_N_BITS], learned[CVR_N_BITS];
  gint selected = self->selected;
  g_autofree char *right = NULL;
  g_autofree char *description = NULL;

  g_return_if_fail (CVR_IS_BITS_VIEW (self));

  memcpy (cut, self->cut, sizeof cut);
  memcpy (learned, self->learned, sizeof learned);
  forget (self);
  if (result != NULL)
    {
      take_values (self->cut, cvr_tried_set_by_bits (tried, &result->spec, FALSE));
      take_values (self->learned, cvr_tried_set_by_bits (tried, &result->spec, TRUE));
      self->selected = step_of (result->spec.bits);
      right = cvr_words_percent (result->after.accuracy, result->after.n);
      description = g_strdup_printf (ngettext ("%1$u bit: %2$s right", "%1$u bits: %2$s right",
                                               result->spec.bits),
                                     result->spec.bits, right);
    }
  cvr_canvas_set_description (CVR_CANVAS (self), description);
  /* A slider that moves changes little here. */
  if (selected != self->selected || memcmp (cut, self->cut, sizeof cut) != 0 ||
      memcmp (learned, self->learned, sizeof learned) != 0)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
cvr_bits_view_n_points (CvrBitsView *self)
{
  guint n = 0;

  g_return_val_if_fail (CVR_IS_BITS_VIEW (self), 0);

  for (guint i = 0; i < CVR_N_BITS; i++)
    n += isfinite (self->cut[i]) ? 1 : 0;

  return n;
}
