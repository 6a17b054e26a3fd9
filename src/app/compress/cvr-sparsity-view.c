/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accuracy against the pruned share, filling in as compressions are tried. */
#include "cvr-sparsity-view.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrSparsityView
{
  CvrCanvas parent_instance;

  GArray *cut, *learned; /* of CvrCurvePoint: per cent of the share, right answers */
  double  mark;          /* per cent; NaN: none */
  double  hover;         /* per cent; NaN: none */
  char   *present;       /* (nullable): the mark in words */
};

G_DEFINE_FINAL_TYPE (CvrSparsityView, cvr_sparsity_view, CVR_TYPE_CANVAS)

enum { CHOSEN, N_SIGNALS };

enum { KEY_STEP = 5, MOST = 95 }; /* per cent: of an arrow key, and of the slider's end */

static guint signals[N_SIGNALS];

static void
fill_chart (CvrSparsityView *self,
            const CvrTheme  *theme,
            CvrCurve        *curves, /* [2] */
            CvrChart        *chart)
{
  /* The figures are of validation pictures: the ones that count have their colour. */
  curves[0] = (CvrCurve) { .points = (const CvrCurvePoint *) (gpointer) self->cut->data,
                           .n_points = self->cut->len, .colour = theme->dim, .dots = TRUE,
                           .label = _("only pruned") };
  curves[1] = (CvrCurve) { .points = (const CvrCurvePoint *) (gpointer) self->learned->data,
                           .n_points = self->learned->len, .colour = theme->validation,
                           .dots = TRUE, .label = _("fine-tuned") };
  *chart = (CvrChart) { .curves = curves, .n_curves = self->learned->len > 1 ? 2 : 1,
                        .x_max = 100, .y_min = 0, .y_max = 1, .percent = TRUE,
                        .mark_x = self->mark, .x_label = _("Pruned (%)"),
                        .hover_x = self->hover };
}

static void
cvr_sparsity_view_draw (CvrCanvas      *canvas,
                        cairo_t        *cr,
                        double          width,
                        double          height,
                        const CvrTheme *theme)
{
  CvrCurve curves[2];
  CvrChart chart;

  fill_chart (CVR_SPARSITY_VIEW (canvas), theme, curves, &chart);
  cvr_paint_chart (cr, width, height, &chart, theme);
}

/* Per cent at a point; NaN beside the plot. */
static double
share_at (CvrSparsityView *self,
          double           x)
{
  GtkWidget *widget = GTK_WIDGET (self);
  CvrTheme theme = cvr_app_theme (widget);
  CvrCurve curves[2];
  CvrChart chart;

  if (!isfinite (x))
    return (double) NAN;
  fill_chart (self, &theme, curves, &chart);

  return cvr_paint_chart_x (gtk_widget_get_width (widget), gtk_widget_get_height (widget), &chart,
                            &theme, x);
}

/* Right answers at a share, in per cent; NaN: not measured. */
static double
measured_at (GArray *points,
             double  share)
{
  for (guint i = 0; i < points->len; i++)
    {
      const CvrCurvePoint *point = &g_array_index (points, CvrCurvePoint, i);

      if (fabs (point->x - share) < KEY_STEP / 2.0)
        return point->mean;
    }

  return (double) NAN;
}

/* What a screen reader says: what is read off, else where the slider is. */
static void
speak (CvrSparsityView *self)
{
  double right = measured_at (self->learned, self->hover);
  g_autofree char *share = NULL;
  g_autofree char *percent = NULL;
  g_autofree char *words = NULL;

  if (!isfinite (right))
    right = measured_at (self->cut, self->hover);
  if (isfinite (self->hover))
    share = cvr_words_percent (self->hover / 100, 1);
  if (isfinite (right))
    {
      percent = cvr_words_percent (right, 0);
      words = g_strdup_printf (_("%s pruned: %s right"), share, percent);
    }
  cvr_canvas_set_description (CVR_CANVAS (self), words != NULL   ? words
                                                 : share != NULL ? share
                                                                 : self->present);
}

static void
set_hover (CvrSparsityView *self,
           double           hover)
{
  self->hover = hover;
  speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
hover_cb (CvrSparsityView *self,
          double           x,
          double           y)
{
  set_hover (self, share_at (self, x));
}

static void
choose (CvrSparsityView *self,
        double           share)
{
  if (isfinite (share))
    g_signal_emit (self, signals[CHOSEN], 0, share / 100);
}

static void
pressed_cb (CvrSparsityView *self,
            double           x,
            double           y,
            int              n_press)
{
  choose (self, share_at (self, x));
}

static void
focus_left_cb (CvrSparsityView *self)
{
  set_hover (self, (double) NAN);
}

/* Arrows read off as the pointer does, Enter chooses what is read off. */
static gboolean
key_cb (CvrSparsityView *self,
        guint            key)
{
  double from = isfinite (self->hover) ? self->hover : isfinite (self->mark) ? self->mark : 0;

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      set_hover (self, MAX ((ceil (from / KEY_STEP) - 1) * KEY_STEP, 0));
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      set_hover (self, MIN ((floor (from / KEY_STEP) + 1) * KEY_STEP, MOST));
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
cvr_sparsity_view_finalize (GObject *object)
{
  CvrSparsityView *self = CVR_SPARSITY_VIEW (object);

  g_free (self->present);
  g_array_unref (self->cut);
  g_array_unref (self->learned);

  G_OBJECT_CLASS (cvr_sparsity_view_parent_class)->finalize (object);
}

static void
cvr_sparsity_view_class_init (CvrSparsityViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_sparsity_view_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_sparsity_view_draw;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
}

static void
cvr_sparsity_view_init (CvrSparsityView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  self->cut = g_array_new (FALSE, FALSE, sizeof (CvrCurvePoint));
  self->learned = g_array_new (FALSE, FALSE, sizeof (CvrCurvePoint));
  self->mark = (double) NAN;
  self->hover = (double) NAN;
  cvr_canvas_set_label (CVR_CANVAS (self), _("Accuracy against the pruned share"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

static void
take_points (GArray *points,
             GArray *tried) /* (transfer full) of CvrTried */
{
  g_array_set_size (points, 0);
  for (guint i = 0; i < tried->len; i++)
    {
      const CvrTried *one = &g_array_index (tried, CvrTried, i);
      CvrCurvePoint point = { 100 * cvr_tried_share (one), one->accuracy, one->accuracy,
                              one->accuracy };

      g_array_append_val (points, point);
    }
  g_array_unref (tried);
}

void
cvr_sparsity_view_show (CvrSparsityView     *self,
                        CvrTriedSet         *tried,
                        const CvrCompressed *result)
{
  g_autofree char *share = NULL;
  g_autofree char *right = NULL;
  double pruned = 0;

  g_return_if_fail (CVR_IS_SPARSITY_VIEW (self));

  self->mark = (double) NAN;
  g_clear_pointer (&self->present, g_free);
  g_array_set_size (self->cut, 0);
  g_array_set_size (self->learned, 0);
  if (result != NULL)
    {
      const CvrCompressSpec *spec = &result->spec;

      pruned = spec->prune.scope == NN_PRUNE_EACH ? result->pruned : spec->prune.amount;
      take_points (self->cut, cvr_tried_set_by_amount (tried, spec, FALSE));
      take_points (self->learned, cvr_tried_set_by_amount (tried, spec, TRUE));
      self->mark = 100 * pruned;
    }
  if (result != NULL && result->after.n > 0)
    {
      right = cvr_words_percent (result->after.accuracy, result->after.n);
      share = cvr_words_percent (pruned, 1);
      /* Translators: two percentages: how much is pruned, and how many answers are right then. */
      self->present = g_strdup_printf (_("%s pruned: %s right"), share, right);
    }
  speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
cvr_sparsity_view_n_points (CvrSparsityView *self,
                            gboolean         learned)
{
  g_return_val_if_fail (CVR_IS_SPARSITY_VIEW (self), 0);

  return learned ? self->learned->len : self->cut->len;
}
