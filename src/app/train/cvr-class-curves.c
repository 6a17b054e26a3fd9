/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ROC, precision and recall, and calibration of one class, with a threshold to move. */
#include "cvr-class-curves.h"

#include "cvr-canvas.h"
#include "cvr-paint-xy.h"
#include "cvr-scores.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef enum { ROC, PRECISION, CALIBRATION } Kind;

struct _CvrClassCurves
{
  AdwBin parent_instance;

  CvrCanvas       *canvas;
  GtkToggleButton *precision, *calibration;
  GtkAdjustment   *threshold;
  GtkWidget       *threshold_box;
  GtkLabel        *sentence;

  CvrEvaluation   *evaluation;
  guint            k, paint;
  char            *title;

  /* Of the class and the kind that is shown. */
  GArray          *x, *y, *thresholds; /* of double */
  GArray          *counts;             /* of guint64: pictures of each bin */
  double           hover;
};

G_DEFINE_FINAL_TYPE (CvrClassCurves, cvr_class_curves, ADW_TYPE_BIN)

enum { N_BINS = 10 };
/* Of the threshold's slider: whole per cents. */
enum { N_STEPS = 100 };

static Kind
kind_of (CvrClassCurves *self)
{
  if (gtk_toggle_button_get_active (self->precision))
    return PRECISION;

  return gtk_toggle_button_get_active (self->calibration) ? CALIBRATION : ROC;
}

static void
add_point (CvrClassCurves *self,
           double          x,
           double          y,
           double          threshold)
{
  g_array_append_val (self->x, x);
  g_array_append_val (self->y, y);
  g_array_append_val (self->thresholds, threshold);
}

static void
take_roc (CvrClassCurves *self)
{
  guint n = 0;
  g_autofree NnRocPoint *points = cvr_scores_roc (self->evaluation, self->k, &n);

  for (guint i = 0; points != NULL && i < n; i++)
    add_point (self, points[i].fpr, points[i].tpr, points[i].threshold);
}

/* By rising recall. */
static void
take_precision (CvrClassCurves *self)
{
  guint n = 0;
  g_autofree NnPrecisionPoint *points = cvr_scores_precision (self->evaluation, self->k, &n);

  for (guint i = n; points != NULL && i > 0; i--)
    add_point (self, points[i - 1].recall, points[i - 1].precision, points[i - 1].threshold);
}

static void
take_calibration (CvrClassCurves *self)
{
  g_autofree NnCalibrationBin *bins =
    cvr_scores_calibration (self->evaluation, -1, N_BINS, NN_BINS_UNIFORM);

  for (guint i = 0; bins != NULL && i < N_BINS; i++)
    {
      g_array_append_val (self->counts, bins[i].n);
      if (bins[i].n > 0)
        add_point (self, bins[i].predicted, bins[i].observed, NAN);
    }
}

static void
take (CvrClassCurves *self)
{
  g_array_set_size (self->x, 0);
  g_array_set_size (self->y, 0);
  g_array_set_size (self->thresholds, 0);
  g_array_set_size (self->counts, 0);
  if (self->evaluation == NULL)
    return;
  switch (kind_of (self))
    {
    case PRECISION:
      take_precision (self);
      break;
    case CALIBRATION:
      take_calibration (self);
      break;
    case ROC:
    default:
      take_roc (self);
      break;
    }
}

/* Chart */

static void
mark_threshold (CvrClassCurves *self,
                CvrXyChart     *chart)
{
  CvrThresholdScores scores =
    cvr_scores_at (self->evaluation, self->k, cvr_class_curves_get_threshold (self));

  chart->mark_x = kind_of (self) == ROC ? scores.fpr : scores.recall;
  chart->mark_y = kind_of (self) == ROC ? scores.recall : scores.precision;
}

static CvrXyChart
chart_of (CvrClassCurves *self,
          const CvrTheme *theme,
          CvrXyCurve     *curve)
{
  Kind kind = kind_of (self);
  CvrXyChart chart = cvr_paint_xy_chart ();

  *curve = (CvrXyCurve){ .x = (const double *) (gpointer) self->x->data,
                         .y = (const double *) (gpointer) self->y->data,
                         .n = self->x->len,
                         .colour = kind == CALIBRATION
                                     ? theme->validation
                                     : cvr_paint_class_colour (theme, self->paint),
                         .style = kind == CALIBRATION ? CVR_XY_DOTS : CVR_XY_LINE };
  chart.curves = curve;
  chart.n_curves = 1;
  chart.x_percent = chart.y_percent = TRUE;
  chart.x_low = chart.y_low = 0;
  chart.x_high = chart.y_high = 1;
  chart.diagonal = kind != PRECISION;
  chart.hover_x = self->hover;
  chart.x_label = kind == ROC         ? _("false alarms: others taken for it")
                  : kind == PRECISION ? _("recall: how many of them it finds")
                                      : _("how sure it is");
  chart.y_label = kind == ROC         ? _("How many of them it finds")
                  : kind == PRECISION ? _("Precision: right when it says so")
                                      : _("How often it is right then");
  chart.x_name = kind == ROC         ? _("false alarms")
                 : kind == PRECISION ? _("recall")
                                     : _("sure");
  chart.y_name = kind == ROC         ? _("found")
                 : kind == PRECISION ? _("precision")
                                     : _("right");
  if (kind == CALIBRATION)
    {
      chart.counts = (const guint64 *) (gpointer) self->counts->data;
      chart.n_counts = self->counts->len;
    }
  else if (self->evaluation != NULL && self->x->len > 0)
    mark_threshold (self, &chart);

  return chart;
}

static void
draw (cairo_t        *cr,
      double          width,
      double          height,
      const CvrTheme *theme,
      gpointer        data)
{
  CvrXyCurve curve;
  CvrXyChart chart = chart_of (data, theme, &curve);

  cvr_paint_xy (cr, width, height, &chart, theme);
}

/* Words */

/* Of the curve that is shown. */
static char *
dup_area_words (CvrClassCurves *self)
{
  gboolean precision = kind_of (self) == PRECISION;
  const double *areas = precision ? self->evaluation->average_precision : self->evaluation->auc;
  /* Pairs of pictures are many, however few pictures there are. */
  g_autofree char *area = cvr_words_percent (areas[self->k], 0);

  return g_strdup_printf (precision ? _("Area under this curve (average precision): %s.")
                                    : _("Area under the ROC curve (AUC): %s."), area);
}

static char *
dup_threshold_words (CvrClassCurves *self)
{
  double threshold = cvr_class_curves_get_threshold (self);
  CvrThresholdScores scores = cvr_scores_at (self->evaluation, self->k, threshold);
  g_autofree char *from = cvr_words_percent (threshold, N_STEPS);
  g_autofree char *recall = cvr_words_percent (scores.recall, scores.n_found + scores.n_missed);
  g_autofree char *precision = cvr_words_percent (scores.precision,
                                                  scores.n_found + scores.n_false);
  g_autofree char *area = dup_area_words (self);

  if (self->x->len == 0)
    return g_strdup_printf (
      _("There are no unseen pictures of “%s”, or of nothing else: no curve can be drawn."),
      self->title);
  if (scores.n_found + scores.n_false == 0)
    return g_strdup_printf (
      /* Translators: threshold, class, and a sentence about the area under the curve. */
      _("If being %1$s sure is enough to say “%2$s”, it never says so. %3$s"),
      from, self->title, area);

  return g_strdup_printf (
    /* Translators: 1 threshold, 2 class, 3 recall, 4 and 5 numbers of pictures, 6 precision,
     * 7 a sentence about the area under the curve. */
    _("If being %1$s sure is enough to say “%2$s”, it finds %3$s of them and takes %4$'u of %5$'u "
      "others for one. When it says so, it is right %6$s of the time. %7$s"),
    from, self->title, recall, (guint) scores.n_false, (guint) (scores.n_false + scores.n_rejected),
    precision, area);
}

/* Above the diagonal it is more often right than it believes. */
static char *
dup_calibration_words (CvrClassCurves *self)
{
  g_autofree NnCalibrationBin *bins =
    cvr_scores_calibration (self->evaluation, -1, N_BINS, NN_BINS_UNIFORM);
  double gap = 0, n = 0;
  const char *verdict;
  g_autofree char *error = NULL;

  if (bins == NULL)
    return g_strdup (_("No unseen pictures to measure with."));
  for (guint i = 0; i < N_BINS; i++)
    if (bins[i].n > 0)
      {
        gap += (double) bins[i].n * (bins[i].observed - bins[i].predicted);
        n += (double) bins[i].n;
      }
  error = cvr_words_percent (nn_curves_ece (bins, N_BINS), 0);
  verdict = fabs (gap / n) < 0.02 ? _("It is right about as often as it is sure.")
            : gap < 0             ? _("It is too sure of itself: right less often than it says.")
                                  : _("It is too modest: right more often than it says.");

  return g_strdup_printf (
    /* Translators: a sentence, and a percentage. */
    _("%1$s Mean distance from the diagonal: %2$s. The grey bars count the pictures."), verdict,
    error);
}

static void
update (CvrClassCurves *self)
{
  Kind kind = kind_of (self);
  g_autofree char *text = NULL;

  take (self);
  if (self->evaluation != NULL)
    text = kind == CALIBRATION ? dup_calibration_words (self) : dup_threshold_words (self);
  gtk_label_set_text (self->sentence, text != NULL ? text : "");
  gtk_widget_set_visible (self->threshold_box, kind != CALIBRATION);
  cvr_canvas_set_label (self->canvas, kind == ROC         ? _("ROC curve of the chosen class")
                                      : kind == PRECISION ? _("Precision and recall")
                                                          : _("Calibration of all answers"));
  cvr_canvas_set_description (self->canvas, text);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

/* Pointer */

static double
place_at (CvrClassCurves *self,
          double          x)
{
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self->canvas));
  CvrXyCurve curve;
  CvrXyChart chart = chart_of (self, &theme, &curve);

  return cvr_paint_xy_x (gtk_widget_get_width (GTK_WIDGET (self->canvas)),
                         gtk_widget_get_height (GTK_WIDGET (self->canvas)), &chart, &theme, x);
}

static void
hover_cb (CvrClassCurves *self,
          double          x,
          double          y)
{
  self->hover = isnan (x) ? NAN : place_at (self, x);
  gtk_widget_queue_draw (GTK_WIDGET (self->canvas));
}

/* The threshold of the point of the curve that lies nearest to there. */
static void
move_threshold (CvrClassCurves *self,
                double          x)
{
  double place = place_at (self, x), nearest = INFINITY, threshold = NAN;

  if (isnan (place) || kind_of (self) == CALIBRATION)
    return;
  for (guint i = 0; i < self->x->len; i++)
    {
      double away = fabs (g_array_index (self->x, double, i) - place);
      double here = g_array_index (self->thresholds, double, i);

      if (away < nearest && isfinite (here))
        {
          nearest = away;
          threshold = here;
        }
    }
  if (isfinite (threshold))
    cvr_class_curves_set_threshold (self, threshold);
}

static void
drag_begin_cb (CvrClassCurves *self,
               double          x,
               double          y)
{
  move_threshold (self, x);
}

static void
drag_update_cb (CvrClassCurves *self,
                double          dx,
                double          dy,
                GtkGestureDrag *drag)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (drag, &x, &y))
    move_threshold (self, x + dx);
}

/* Youden's threshold: as far from guessing as it gets. */
static void
best_cb (CvrClassCurves *self)
{
  guint n = 0;
  g_autofree NnRocPoint *points = NULL;

  if (self->evaluation == NULL)
    return;
  points = cvr_scores_roc (self->evaluation, self->k, &n);
  if (points != NULL)
    cvr_class_curves_set_threshold (self, MIN (points[nn_curves_youden (points, n)].threshold, 1));
}

static void
cvr_class_curves_finalize (GObject *object)
{
  CvrClassCurves *self = CVR_CLASS_CURVES (object);

  g_clear_pointer (&self->evaluation, cvr_evaluation_unref);
  g_free (self->title);
  g_array_unref (self->x);
  g_array_unref (self->y);
  g_array_unref (self->thresholds);
  g_array_unref (self->counts);

  G_OBJECT_CLASS (cvr_class_curves_parent_class)->finalize (object);
}

static void
cvr_class_curves_class_init (CvrClassCurvesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CANVAS);
  G_OBJECT_CLASS (klass)->finalize = cvr_class_curves_finalize;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-class-curves.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrClassCurves, canvas);
  gtk_widget_class_bind_template_child (widget_class, CvrClassCurves, precision);
  gtk_widget_class_bind_template_child (widget_class, CvrClassCurves, calibration);
  gtk_widget_class_bind_template_child (widget_class, CvrClassCurves, threshold);
  gtk_widget_class_bind_template_child (widget_class, CvrClassCurves, threshold_box);
  gtk_widget_class_bind_template_child (widget_class, CvrClassCurves, sentence);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, best_cb);
}

static void
cvr_class_curves_init (CvrClassCurves *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->x = g_array_new (FALSE, FALSE, sizeof (double));
  self->y = g_array_new (FALSE, FALSE, sizeof (double));
  self->thresholds = g_array_new (FALSE, FALSE, sizeof (double));
  self->counts = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->hover = NAN;
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_canvas_set_draw (self->canvas, draw, self, NULL);
  g_signal_connect_object (self->canvas, "hover", G_CALLBACK (hover_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->canvas), GTK_EVENT_CONTROLLER (drag));
}

void
cvr_class_curves_set (CvrClassCurves *self,
                      CvrEvaluation  *evaluation,
                      guint           k,
                      const char     *title,
                      guint           paint)
{
  g_return_if_fail (CVR_IS_CLASS_CURVES (self));

  if (evaluation != NULL)
    cvr_evaluation_ref (evaluation);
  g_clear_pointer (&self->evaluation, cvr_evaluation_unref);
  self->evaluation = evaluation;
  self->k = k;
  self->paint = paint;
  g_free (self->title);
  self->title = g_strdup (title);
  update (self);
}

void
cvr_class_curves_set_threshold (CvrClassCurves *self,
                                double          threshold)
{
  g_return_if_fail (CVR_IS_CLASS_CURVES (self));

  gtk_adjustment_set_value (self->threshold, 100 * threshold);
}

double
cvr_class_curves_get_threshold (CvrClassCurves *self)
{
  g_return_val_if_fail (CVR_IS_CLASS_CURVES (self), 0);

  return gtk_adjustment_get_value (self->threshold) / 100;
}
