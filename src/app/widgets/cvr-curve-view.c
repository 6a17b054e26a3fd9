/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss or accuracy of a training over its epochs, with the values under the pointer. */
#include "cvr-curve-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrCurveView
{
  CvrCanvas parent_instance;

  CvrHistory *history;
  guint       n_epochs;
  gboolean    accuracy;
  double      hover;       /* epochs; NaN: none */
};

G_DEFINE_FINAL_TYPE (CvrCurveView, cvr_curve_view, CVR_TYPE_CANVAS)

/* Room for “100 %” and for a loss with three digits, so that the two charts have one time axis. */
enum { LABEL_EMS = 4 };

enum { PROP_0, PROP_ACCURACY, N_PROPS };
enum { HOVER_EPOCH, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* The painter's points out of the history's buckets; empty buckets are left out. */
static CvrCurvePoint *
dup_points (CvrHistory *history,
            CvrSeries   series,
            guint      *n_points)
{
  guint n;
  const CvrBucket *buckets = cvr_history_series (history, series, &n);
  CvrCurvePoint *points = g_new (CvrCurvePoint, MAX (n, 1));

  *n_points = 0;
  for (guint i = 0; i < n; i++)
    if (buckets[i].count > 0)
      points[(*n_points)++] =
        (CvrCurvePoint){ buckets[i].x, buckets[i].min, buckets[i].max, buckets[i].mean };

  return points;
}

typedef struct
{
  CvrCurvePoint *points[2];
  CvrCurve       curves[2];
  char          *mark;
  CvrChart       chart;
} Prepared;

static void
prepare (CvrCurveView   *self,
         const CvrTheme *theme,
         Prepared       *prepared)
{
  guint best = self->history != NULL ? cvr_history_best_epoch (self->history) : 0;
  guint n[2] = { 0, 0 };

  *prepared = (Prepared) { 0 };
  if (self->history != NULL)
    {
      prepared->points[0] =
        dup_points (self->history, self->accuracy ? CVR_SERIES_ACCURACY : CVR_SERIES_LOSS, &n[0]);
      prepared->points[1] = dup_points (
        self->history, self->accuracy ? CVR_SERIES_VAL_ACCURACY : CVR_SERIES_VAL_LOSS, &n[1]);
    }
  prepared->curves[0] = (CvrCurve){ .points = prepared->points[0],
                                    .n_points = n[0],
                                    .colour = theme->training,
                                    .label = _("learning") };
  prepared->curves[1] = (CvrCurve){ .points = prepared->points[1],
                                    .n_points = n[1],
                                    .colour = theme->validation,
                                    .dots = TRUE,
                                    .label = _("unseen pictures") };
  /* Translators: the epoch with the best result. */
  prepared->mark = best > 0 ? g_strdup_printf (_("best: %u"), best) : NULL;
  prepared->chart = (CvrChart) {
    .curves = prepared->curves,
    .n_curves = n[1] > 0 ? 2 : 1,
    .x_max = MAX (self->n_epochs, 1),
    .y_min = NAN,
    .y_max = NAN,
    .percent = self->accuracy,
    .mark_x = best > 0 ? best : NAN,
    .mark_label = prepared->mark,
    .x_label = self->accuracy ? _("epochs") : NULL,
    .y_label = self->accuracy ? _("Accuracy: how often it is right") : _("Loss: how wrong it is"),
    .hover_x = self->hover,
    .label_room = theme->text_size * LABEL_EMS,
  };
}

static void
prepared_clear (Prepared *prepared)
{
  g_free (prepared->points[0]);
  g_free (prepared->points[1]);
  g_free (prepared->mark);
}

static void
cvr_curve_view_draw (CvrCanvas      *canvas,
                     cairo_t        *cr,
                     double          width,
                     double          height,
                     const CvrTheme *theme)
{
  Prepared prepared;

  prepare (CVR_CURVE_VIEW (canvas), theme, &prepared);
  cvr_paint_chart (cr, width, height, &prepared.chart, theme);
  prepared_clear (&prepared);
}

static void
hover_cb (CvrCurveView *self,
          double        x,
          double        y)
{
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self));
  Prepared prepared;
  double epoch = NAN;

  prepare (self, &theme, &prepared);
  if (!isnan (x))
    epoch =
      cvr_paint_chart_x (gtk_widget_get_width (GTK_WIDGET (self)),
                         gtk_widget_get_height (GTK_WIDGET (self)), &prepared.chart, &theme, x);
  prepared_clear (&prepared);
  cvr_curve_view_set_hover (self, epoch);
  g_signal_emit (self, signals[HOVER_EPOCH], 0, epoch);
}

/* What a screen reader says: the newest values in words. */
static void
describe (CvrCurveView *self)
{
  g_autofree char *text = NULL;
  guint n;
  const CvrEpochRow *rows;

  if (self->history == NULL)
    return;
  rows = cvr_history_epochs (self->history, &n);
  if (n > 0 && self->accuracy)
    text = g_strdup_printf (
      _("After epoch %u: %.1f %% right on pictures it learns from, %.1f %% on unseen ones"), n,
      100 * rows[n - 1].accuracy, 100 * rows[n - 1].val_accuracy);
  else if (n > 0)
    text = g_strdup_printf (
      _("After epoch %u: loss %.3f on pictures it learns from, %.3f on unseen ones"), n,
      rows[n - 1].loss, rows[n - 1].val_loss);
  cvr_canvas_set_description (CVR_CANVAS (self), text != NULL ? text : _("No values yet"));
}

static void
cvr_curve_view_constructed (GObject *object)
{
  CvrCurveView *self = CVR_CURVE_VIEW (object);

  G_OBJECT_CLASS (cvr_curve_view_parent_class)->constructed (object);
  cvr_canvas_set_label (CVR_CANVAS (self), self->accuracy ? _("Accuracy over the epochs")
                                                          : _("Loss over the epochs"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
}

static void
cvr_curve_view_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  if (id == PROP_ACCURACY)
    g_value_set_boolean (value, CVR_CURVE_VIEW (object)->accuracy);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_curve_view_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  if (id == PROP_ACCURACY)
    CVR_CURVE_VIEW (object)->accuracy = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_curve_view_class_init (CvrCurveViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = cvr_curve_view_constructed;
  object_class->get_property = cvr_curve_view_get_property;
  object_class->set_property = cvr_curve_view_set_property;
  CVR_CANVAS_CLASS (klass)->draw = cvr_curve_view_draw;

  props[PROP_ACCURACY] =
    g_param_spec_boolean ("accuracy", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[HOVER_EPOCH] = g_signal_new ("hover-epoch", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
}

static void
cvr_curve_view_init (CvrCurveView *self)
{
  self->hover = NAN;
  cvr_canvas_set_min_size (CVR_CANVAS (self), 260, 140);
}

/**
 * cvr_curve_view_set_history:
 * @history: (nullable): what to draw; call again (or with the same) when it has grown
 * @n_epochs: planned
 */
void
cvr_curve_view_set_history (CvrCurveView *self,
                            CvrHistory   *history,
                            guint         n_epochs)
{
  g_return_if_fail (CVR_IS_CURVE_VIEW (self));

  self->history = history;
  self->n_epochs = n_epochs;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_curve_view_set_hover:
 * @epoch: where values are read off, or NaN
 */
void
cvr_curve_view_set_hover (CvrCurveView *self,
                          double        epoch)
{
  g_return_if_fail (CVR_IS_CURVE_VIEW (self));

  if (self->hover == epoch || (isnan (self->hover) && isnan (epoch)))
    return;
  self->hover = epoch;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_curve_view_get_hover:
 *
 * Returns: the place read off, in epochs; NaN when there is none
 */
double
cvr_curve_view_get_hover (CvrCurveView *self)
{
  g_return_val_if_fail (CVR_IS_CURVE_VIEW (self), NAN);

  return self->hover;
}
