/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss or accuracy of a training over its epochs, with what happened on the way. */
#include "cvr-curve-view.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrCurveView
{
  CvrChartView parent_instance;

  CvrHistory *history;
  guint       n_epochs;
  gboolean    accuracy, by_epoch, alone;

  /* What the chart points to, since it was filled last. */
  GArray     *points[2];    /* of CvrCurvePoint: learning, unseen */
  CvrCurve    curves[2];
  GArray     *events;       /* of CvrChartEvent */
  char       *mark;
};

G_DEFINE_FINAL_TYPE (CvrCurveView, cvr_curve_view, CVR_TYPE_CHART_VIEW)

/* Room for “100 %” and for a loss with three digits, so that the two charts have one time axis. */
enum { LABEL_EMS = 4 };
/* px: finer than the columns that the painter puts together, so that no bucket shows as a step. */
enum { BUCKET_WIDTH = 2 };
enum { MIN_BUCKETS = 4 };

static const double bearable_factor = 3;

enum { PROP_0, PROP_ACCURACY, N_PROPS };

static GParamSpec *props[N_PROPS];

static CvrSpan
cvr_curve_view_get_whole (CvrChartView *view)
{
  CvrCurveView *self = CVR_CURVE_VIEW (view);
  CvrSpan whole = { 0, self->n_epochs };
  double first, last;

  for (guint i = 0; self->history != NULL && i < CVR_N_SERIES; i++)
    if (cvr_history_extent (self->history, i, &first, &last))
      whole.high = MAX (whole.high, last);
  if (!(whole.high > 0))
    whole.high = 1;

  return whole;
}

/* The painter's points out of the history's buckets. */
static void
take_steps (CvrCurveView *self,
            CvrSeries     series,
            CvrSpan       span,
            guint         n_columns,
            GArray       *points)
{
  guint max = MAX (n_columns / BUCKET_WIDTH, MIN_BUCKETS);
  g_autofree CvrBucket *buckets = g_new (CvrBucket, max);
  guint n = cvr_history_range (self->history, series, span.low, span.high, max, buckets);

  for (guint i = 0; i < n; i++)
    {
      CvrCurvePoint point = { buckets[i].x, buckets[i].min, buckets[i].max, buckets[i].mean };

      g_array_append_val (points, point);
    }
}

static void
take_epochs (CvrCurveView *self,
             GArray       *points)
{
  guint n;
  const CvrEpochRow *rows = cvr_history_epochs (self->history, &n);

  for (guint i = 0; i < n; i++)
    {
      double value = self->accuracy ? rows[i].accuracy : rows[i].loss;
      CvrCurvePoint point = { rows[i].epoch, value, value, value };

      g_array_append_val (points, point);
    }
}

static CvrChartSign
sign_of (CvrHistoryEventKind kind)
{
  switch (kind)
    {
    case CVR_EVENT_PAUSED:
      return CVR_CHART_PAUSED;
    case CVR_EVENT_RESUMED:
      return CVR_CHART_RESUMED;
    case CVR_EVENT_EARLY_STOPPED:
      return CVR_CHART_STOPPED;
    case CVR_EVENT_BEST:
      return CVR_CHART_GOOD;
    case CVR_EVENT_DIVERGED:
    case CVR_EVENT_OVERFITTING:
    case CVR_EVENT_UNDERFITTING:
      return CVR_CHART_WARNING;
    case CVR_EVENT_LR_CHANGED:
    case CVR_EVENT_SETTING_CHANGED:
    case CVR_N_EVENTS:
    default:
      return CVR_CHART_CHANGED;
    }
}

static const char *
name_of (CvrHistoryEventKind kind)
{
  switch (kind)
    {
    case CVR_EVENT_PAUSED:
      return _("Paused");
    case CVR_EVENT_RESUMED:
      return _("Went on");
    case CVR_EVENT_EARLY_STOPPED:
      return _("Stopped early");
    case CVR_EVENT_BEST:
      return _("Best so far");
    case CVR_EVENT_DIVERGED:
      return _("The loss ran away");
    case CVR_EVENT_OVERFITTING:
      return _("Overfitting seen");
    case CVR_EVENT_UNDERFITTING:
      return _("Underfitting seen");
    case CVR_EVENT_LR_CHANGED:
      return _("Learning rate changed");
    case CVR_EVENT_SETTING_CHANGED:
    case CVR_N_EVENTS:
    default:
      return _("Settings changed");
    }
}

/* What was changed is said in full; a warning by its name, since its reasons fill a paragraph. */
static const char *
label_of (const CvrHistoryEvent *event)
{
  return event->text != NULL && sign_of (event->kind) != CVR_CHART_WARNING ? event->text
                                                                            : name_of (event->kind);
}

/* Every best epoch would be a forest: the last of them has a line of its own. */
static void
take_events (CvrCurveView *self)
{
  guint n;
  const CvrHistoryEvent *events = cvr_history_events (self->history, &n);

  for (guint i = 0; i < n; i++)
    {
      /* Both charts have the mark; the upper one says what it was. */
      CvrChartEvent event = { events[i].x, sign_of (events[i].kind),
                              self->accuracy ? NULL : label_of (&events[i]) };

      if (events[i].kind != CVR_EVENT_BEST)
        g_array_append_val (self->events, event);
    }
}

static void
forget (CvrCurveView *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->points); i++)
    g_array_set_size (self->points[i], 0);
  g_array_set_size (self->events, 0);
  g_clear_pointer (&self->mark, g_free);
}

static void
take (CvrCurveView *self,
      CvrSpan       span,
      guint         n_columns)
{
  guint best;

  forget (self);
  if (self->history == NULL)
    return;
  best = cvr_history_best_epoch (self->history);
  if (self->by_epoch)
    take_epochs (self, self->points[0]);
  else
    take_steps (self, self->accuracy ? CVR_SERIES_ACCURACY : CVR_SERIES_LOSS, span, n_columns,
                self->points[0]);
  take_steps (self, self->accuracy ? CVR_SERIES_VAL_ACCURACY : CVR_SERIES_VAL_LOSS, span,
              n_columns, self->points[1]);
  take_events (self);
  if (best > 0)
    /* Translators: the epoch with the best result. */
    self->mark = g_strdup_printf (_("best: %u"), best);
}

/* The loss where a chart of it ends. One step that ran away would press all others flat: what is
 * far above the beginning, the end and everything unseen leaves the chart at its top. */
static double
highest_loss (CvrCurveView *self)
{
  const CvrCurvePoint *points = (const CvrCurvePoint *) (gpointer) self->points[0]->data;
  CvrBucket first, last;
  double highest = 0, bearable;

  if (self->history == NULL || self->points[0]->len == 0
      || !cvr_history_nearest (self->history, CVR_SERIES_LOSS, 0, &first)
      || !cvr_history_nearest (self->history, CVR_SERIES_LOSS, INFINITY, &last))
    return NAN;
  bearable = MAX (first.mean, last.mean);
  for (guint i = 0; i < self->points[1]->len; i++)
    bearable = MAX (bearable, g_array_index (self->points[1], CvrCurvePoint, i).mean);
  for (guint i = 0; i < self->points[0]->len; i++)
    highest = MAX (highest, points[i].max);
  bearable *= bearable_factor;

  return highest > bearable && bearable > 0 ? bearable : NAN;
}

static void
cvr_curve_view_fill (CvrChartView   *view,
                     const CvrTheme *theme,
                     CvrSpan         span,
                     guint           n_columns,
                     CvrChart       *chart)
{
  CvrCurveView *self = CVR_CURVE_VIEW (view);
  CvrSpan shown;

  take (self, span, n_columns);
  for (guint i = 0; i < G_N_ELEMENTS (self->curves); i++)
    self->curves[i] = (CvrCurve){
      .points = (const CvrCurvePoint *) (gpointer) self->points[i]->data,
      .n_points = self->points[i]->len,
      .colour = i == 0 ? theme->training : theme->validation,
      .dots = i == 1 || self->by_epoch,
      /* “In epoch 9” has its own value, also close behind that of epoch 8. */
      .closing = i == 1 && !self->by_epoch && !cvr_chart_view_get_span (view, &shown),
      .label = i == 0 ? _("learning") : _("unseen pictures"),
    };
  chart->curves = self->curves;
  chart->n_curves = self->points[1]->len > 0 ? 2 : 1;
  chart->percent = self->accuracy;
  chart->y_max = self->accuracy ? (double) NAN : highest_loss (self);
  chart->mark_x = self->mark != NULL ? cvr_history_best_epoch (self->history) : NAN;
  chart->mark_label = self->mark;
  chart->x_label = self->accuracy || self->alone ? _("epochs") : NULL;
  chart->y_label =
    self->accuracy ? _("Accuracy: how often it is right") : _("Loss: how wrong it is");
  chart->label_room = theme->text_size * LABEL_EMS;
  chart->events = (const CvrChartEvent *) (gpointer) self->events->data;
  chart->n_events = self->events->len;
}

static char *
cvr_curve_view_dup_place (CvrChartView *view,
                          double        x)
{
  CvrSpan span;

  if (CVR_CURVE_VIEW (view)->by_epoch)
    return g_strdup_printf (_("After epoch %u"), (guint) MAX (floor (x + 0.5), 1));
  /* Parts of an epoch matter only from near by. */
  if (!cvr_chart_view_get_span (view, &span))
    return g_strdup_printf (_("In epoch %u"), (guint) MAX (ceil (x), 1));

  return g_strdup_printf (_("Epoch %.2f"), x);
}

/* What a screen reader says: the newest values in words. */
static void
describe (CvrCurveView *self)
{
  g_autofree char *text = NULL;
  guint n = 0;
  const CvrEpochRow *rows = NULL;

  if (self->history != NULL)
    rows = cvr_history_epochs (self->history, &n);
  if (n > 0 && self->accuracy)
    {
      g_autofree char *learned = cvr_words_percent (rows[n - 1].accuracy, 0);
      g_autofree char *fresh = cvr_words_percent (rows[n - 1].val_accuracy, 0);

      text = g_strdup_printf (
        _("After epoch %1$u: %2$s right on pictures it learns from, %3$s on unseen ones"), n,
        learned, fresh);
    }
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
}

static void
cvr_curve_view_finalize (GObject *object)
{
  CvrCurveView *self = CVR_CURVE_VIEW (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->points); i++)
    g_array_unref (self->points[i]);
  g_array_unref (self->events);
  g_free (self->mark);

  G_OBJECT_CLASS (cvr_curve_view_parent_class)->finalize (object);
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
  CvrChartViewClass *chart_class = CVR_CHART_VIEW_CLASS (klass);

  object_class->constructed = cvr_curve_view_constructed;
  object_class->finalize = cvr_curve_view_finalize;
  object_class->get_property = cvr_curve_view_get_property;
  object_class->set_property = cvr_curve_view_set_property;
  chart_class->get_whole = cvr_curve_view_get_whole;
  chart_class->fill = cvr_curve_view_fill;
  chart_class->dup_place = cvr_curve_view_dup_place;
  chart_class->smallest = 1e-4;

  props[PROP_ACCURACY] =
    g_param_spec_boolean ("accuracy", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
cvr_curve_view_init (CvrCurveView *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->points); i++)
    self->points[i] = g_array_new (FALSE, FALSE, sizeof (CvrCurvePoint));
  self->events = g_array_new (FALSE, FALSE, sizeof (CvrChartEvent));
}

/**
 * cvr_curve_view_set_history:
 * @history: (nullable): what to draw; call again (or with the same) when it has grown
 * @n_epochs: planned: room for what is to come; 0: none
 */
void
cvr_curve_view_set_history (CvrCurveView *self,
                            CvrHistory   *history,
                            guint         n_epochs)
{
  g_return_if_fail (CVR_IS_CURVE_VIEW (self));

  /* What is zoomed at is a place of that training. */
  if (history != self->history)
    cvr_chart_view_set_span (CVR_CHART_VIEW (self), NAN, NAN);
  self->history = history;
  self->n_epochs = n_epochs;
  if (isnan (cvr_chart_view_get_hover (CVR_CHART_VIEW (self))))
    describe (self);
  cvr_chart_view_changed (CVR_CHART_VIEW (self));
}

void
cvr_curve_view_set_by_epoch (CvrCurveView *self,
                             gboolean      by_epoch)
{
  g_return_if_fail (CVR_IS_CURVE_VIEW (self));

  self->by_epoch = by_epoch;
  cvr_chart_view_changed (CVR_CHART_VIEW (self));
}

void
cvr_curve_view_set_alone (CvrCurveView *self,
                          gboolean      alone)
{
  g_return_if_fail (CVR_IS_CURVE_VIEW (self));

  if (self->alone == alone)
    return;
  self->alone = alone;
  cvr_chart_view_changed (CVR_CHART_VIEW (self));
}
