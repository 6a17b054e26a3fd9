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
};

G_DEFINE_FINAL_TYPE (CvrSparsityView, cvr_sparsity_view, CVR_TYPE_CANVAS)

enum { CHOSEN, N_SIGNALS };

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

static void
hover_cb (CvrSparsityView *self,
          double           x,
          double           y)
{
  self->hover = share_at (self, x);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pressed_cb (CvrSparsityView *self,
            double           x,
            double           y,
            int              n_press)
{
  double share = share_at (self, x);

  if (isfinite (share))
    g_signal_emit (self, signals[CHOSEN], 0, share / 100);
}

static void
cvr_sparsity_view_finalize (GObject *object)
{
  CvrSparsityView *self = CVR_SPARSITY_VIEW (object);

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
  self->cut = g_array_new (FALSE, FALSE, sizeof (CvrCurvePoint));
  self->learned = g_array_new (FALSE, FALSE, sizeof (CvrCurvePoint));
  self->mark = (double) NAN;
  self->hover = (double) NAN;
  cvr_canvas_set_label (CVR_CANVAS (self), _("Accuracy against the pruned share"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
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
  g_autofree char *description = NULL;

  g_return_if_fail (CVR_IS_SPARSITY_VIEW (self));

  self->mark = (double) NAN;
  g_array_set_size (self->cut, 0);
  g_array_set_size (self->learned, 0);
  if (result != NULL)
    {
      const CvrCompressSpec *spec = &result->spec;
      double pruned = spec->prune.scope == NN_PRUNE_EACH ? result->pruned : spec->prune.amount;

      take_points (self->cut, cvr_tried_set_by_amount (tried, spec, FALSE));
      take_points (self->learned, cvr_tried_set_by_amount (tried, spec, TRUE));
      self->mark = 100 * pruned;
      right = cvr_words_percent (result->after.accuracy, result->after.n);
      share = cvr_words_percent (pruned, 1);
      /* Translators: two percentages: how much is pruned, and how many answers are right then. */
      description = g_strdup_printf (_("%s pruned: %s right"), share, right);
    }
  cvr_canvas_set_description (CVR_CANVAS (self), description);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
cvr_sparsity_view_n_points (CvrSparsityView *self,
                            gboolean         learned)
{
  g_return_val_if_fail (CVR_IS_SPARSITY_VIEW (self), 0);

  return learned ? self->learned->len : self->cut->len;
}
