/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each number that a network answered against the true one. */
#include "cvr-truth-chart.h"

#include "cvr-paint-xy.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrTruthChart
{
  CvrCanvas parent_instance;

  CvrEvaluation *evaluation;
  double        *truth, *predicted; /* [evaluation->n] */
  gint           marked;            /* −1: none */
};

G_DEFINE_FINAL_TYPE (CvrTruthChart, cvr_truth_chart, CVR_TYPE_CANVAS)

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

/* One scale for both: on the diagonal the answer is the truth. @curve is what the chart draws. */
static CvrXyChart
chart_of (CvrTruthChart  *self,
          const CvrTheme *theme,
          CvrXyCurve     *curve)
{
  CvrXyChart chart = cvr_paint_xy_chart ();
  double low = INFINITY, high = -INFINITY;

  *curve = (CvrXyCurve) { .x = self->truth, .y = self->predicted,
                          .n = self->evaluation != NULL ? self->evaluation->n : 0,
                          .colour = theme->validation, .style = CVR_XY_CLOUD };
  for (guint i = 0; i < curve->n; i++)
    {
      low = MIN (low, MIN (self->truth[i], self->predicted[i]));
      high = MAX (high, MAX (self->truth[i], self->predicted[i]));
    }
  chart.curves = curve;
  chart.n_curves = 1;
  chart.diagonal = TRUE;
  chart.x_low = chart.y_low = low;
  chart.x_high = chart.y_high = high > low ? high : low + 1;
  chart.x_label = _("the truth");
  chart.y_label = _("Answer of the network");
  if (self->marked >= 0)
    {
      chart.mark_x = self->truth[self->marked];
      chart.mark_y = self->predicted[self->marked];
    }

  return chart;
}

static void
cvr_truth_chart_draw (CvrCanvas      *canvas,
                      cairo_t        *cr,
                      double          width,
                      double          height,
                      const CvrTheme *theme)
{
  CvrTruthChart *self = CVR_TRUTH_CHART (canvas);
  CvrXyCurve curve;
  CvrXyChart chart;

  if (self->evaluation == NULL)
    return;
  chart = chart_of (self, theme, &curve);
  cvr_paint_xy (cr, width, height, &chart, theme);
}

static gint
place_at (CvrTruthChart *self,
          double         x,
          double         y)
{
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self));
  CvrXyCurve curve;
  CvrXyChart chart;

  if (self->evaluation == NULL || isnan (x))
    return -1;
  chart = chart_of (self, &theme, &curve);

  return cvr_paint_xy_at (gtk_widget_get_width (GTK_WIDGET (self)),
                          gtk_widget_get_height (GTK_WIDGET (self)), &chart, &theme, 0, x, y);
}

static void
hover_cb (CvrTruthChart *self,
          double         x,
          double         y)
{
  gint place = place_at (self, x, y);
  g_autofree char *words = NULL;

  if (place >= 0)
    /* Translators: true number, the number that the network answered. */
    words = g_strdup_printf (_("%.4g taken for %.4g"), self->truth[place], self->predicted[place]);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), words);
}

static void
pressed_cb (CvrTruthChart *self,
            double         x,
            double         y,
            int            n_press)
{
  gint place = place_at (self, x, y);

  if (place >= 0)
    g_signal_emit (self, signals[CHOSEN], 0, (guint) place);
}

static void
forget (CvrTruthChart *self)
{
  g_clear_pointer (&self->evaluation, cvr_evaluation_unref);
  g_clear_pointer (&self->truth, g_free);
  g_clear_pointer (&self->predicted, g_free);
  self->marked = -1;
}

static void
cvr_truth_chart_finalize (GObject *object)
{
  forget (CVR_TRUTH_CHART (object));

  G_OBJECT_CLASS (cvr_truth_chart_parent_class)->finalize (object);
}

static void
cvr_truth_chart_class_init (CvrTruthChartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_truth_chart_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_truth_chart_draw;
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
cvr_truth_chart_init (CvrTruthChart *self)
{
  self->marked = -1;
  cvr_canvas_set_min_size (CVR_CANVAS (self), 240, 220);
  cvr_canvas_set_label (CVR_CANVAS (self), _("Answers against the truth"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
}

void
cvr_truth_chart_set_evaluation (CvrTruthChart *self,
                                CvrEvaluation *evaluation)
{
  g_return_if_fail (CVR_IS_TRUTH_CHART (self));
  g_return_if_fail (evaluation == NULL || evaluation->numbers != NULL);

  if (evaluation != NULL && evaluation == self->evaluation)
    return;
  forget (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (evaluation == NULL)
    return;
  self->evaluation = cvr_evaluation_ref (evaluation);
  self->truth = g_new (double, MAX (evaluation->n, 1));
  self->predicted = g_new (double, MAX (evaluation->n, 1));
  for (guint i = 0; i < evaluation->n; i++)
    {
      self->truth[i] = evaluation->numbers->truth[i];
      self->predicted[i] = evaluation->numbers->predicted[i];
    }
}

void
cvr_truth_chart_mark (CvrTruthChart *self,
                      gint           place)
{
  g_return_if_fail (CVR_IS_TRUTH_CHART (self));

  self->marked = self->evaluation != NULL && place < (gint) self->evaluation->n ? place : -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
