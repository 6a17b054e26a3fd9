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

/* What a screen reader says: what the pointer or the keys are at, else where the slider is. */
static void
speak (CvrBitsView *self)
{
  gint step = self->hover >= 0 ? self->hover : self->selected;
  guint bits = step >= 0 ? cvr_bit_steps[step] : 0;
  double accuracy = step >= 0 ? self->cut[step] : (double) NAN;
  g_autofree char *right = NULL;
  g_autofree char *description = NULL;

  if (step >= 0 && isfinite (self->learned[step]))
    accuracy = self->learned[step];
  if (isfinite (accuracy))
    {
      right = cvr_words_percent (accuracy, 0);
      description = g_strdup_printf (ngettext ("%1$u bit: %2$s right", "%1$u bits: %2$s right",
                                               bits), bits, right);
    }
  else if (step >= 0)
    description = g_strdup_printf (ngettext ("%u bit", "%u bits", bits), bits);
  cvr_canvas_set_description (CVR_CANVAS (self), description);
}

static void
set_hover (CvrBitsView *self,
           gint         step)
{
  self->hover = step;
  speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
hover_cb (CvrBitsView *self,
          double       x,
          double       y)
{
  set_hover (self, isfinite (x) ? step_at (self, x, y) : -1);
}

static void
choose (CvrBitsView *self,
        gint         step)
{
  if (step >= 0)
    g_signal_emit (self, signals[CHOSEN], 0, (guint) step);
}

static void
pressed_cb (CvrBitsView *self,
            double       x,
            double       y,
            int          n_press)
{
  choose (self, step_at (self, x, y));
}

static void
focus_left_cb (CvrBitsView *self)
{
  set_hover (self, -1);
}

/* Arrows go from step to step, Enter chooses one. */
static gboolean
key_cb (CvrBitsView *self,
        guint        key)
{
  gint from = self->hover >= 0 ? self->hover : self->selected;

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      set_hover (self, MAX (from - 1, 0));
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      set_hover (self, MIN (from + 1, CVR_N_BITS - 1));
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      choose (self, self->hover);
      return TRUE;
    default:
      return FALSE;
    }
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
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  forget (self);
  self->hover = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  cvr_canvas_set_label (CVR_CANVAS (self), _("Accuracy against the bits of each weight"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
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

  g_return_if_fail (CVR_IS_BITS_VIEW (self));

  memcpy (cut, self->cut, sizeof cut);
  memcpy (learned, self->learned, sizeof learned);
  forget (self);
  if (result != NULL)
    {
      take_values (self->cut, cvr_tried_set_by_bits (tried, &result->spec, FALSE));
      take_values (self->learned, cvr_tried_set_by_bits (tried, &result->spec, TRUE));
      self->selected = step_of (result->spec.bits);
    }
  speak (self);
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
