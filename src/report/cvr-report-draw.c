/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawings of a training for pages: curves, table of answers, ROC, calibration. */
#include "cvr-report-draw.h"

#include "cvr-paint-xy.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static CvrCurvePoint *
step_points (CvrHistory *history,
             CvrSeries   series,
             guint      *n)
{
  guint n_buckets;
  const CvrBucket *buckets = cvr_history_series (history, series, &n_buckets);
  CvrCurvePoint *points = g_new0 (CvrCurvePoint, MAX (n_buckets, 1));

  *n = 0;
  for (guint i = 0; i < n_buckets; i++)
    if (buckets[i].count > 0)
      points[(*n)++] = (CvrCurvePoint) { buckets[i].x, buckets[i].min, buckets[i].max,
                                         buckets[i].mean };

  return points;
}

static CvrCurvePoint *
epoch_points (CvrHistory *history,
              gboolean    accuracy,
              guint      *n)
{
  const CvrEpochRow *rows = cvr_history_epochs (history, n);
  CvrCurvePoint *points = g_new0 (CvrCurvePoint, MAX (*n, 1));

  for (guint i = 0; i < *n; i++)
    {
      double value = accuracy ? rows[i].val_accuracy : rows[i].val_loss;

      points[i] = (CvrCurvePoint) { rows[i].epoch, value, value, value };
    }

  return points;
}

/* Epochs that were planned and never came would press the others against the left edge. */
static double
last_epoch (CvrHistory *history)
{
  double first, last, furthest = 0;

  for (guint series = 0; series < CVR_N_SERIES; series++)
    if (cvr_history_extent (history, series, &first, &last))
      furthest = MAX (furthest, last);

  return furthest > 0 ? furthest : 1;
}

void
cvr_report_paint_curves (cairo_t        *cr,
                         double          width,
                         double          height,
                         CvrHistory     *history,
                         guint           best,
                         gboolean        accuracy,
                         const CvrTheme *theme)
{
  guint n_steps, n_rows;
  g_autofree CvrCurvePoint *steps =
    step_points (history, accuracy ? CVR_SERIES_ACCURACY : CVR_SERIES_LOSS, &n_steps);
  g_autofree CvrCurvePoint *epochs = epoch_points (history, accuracy, &n_rows);
  const CvrCurve curves[] = { { steps, n_steps, theme->training, FALSE, _("Training") },
                              { epochs, n_rows, theme->validation, TRUE, _("Validation") } };
  CvrChart chart = { .curves = curves, .n_curves = 2, .x_max = last_epoch (history),
                     .y_min = NAN, .y_max = NAN,
                     .percent = accuracy, .mark_x = best > 0 ? (double) best : (double) NAN,
                     .mark_label = _("best"),
                     .x_label = _("Epoch"),
                     .hover_x = NAN };

  cvr_paint_chart (cr, width, height, &chart, theme);
}

void
cvr_report_paint_matrix (cairo_t             *cr,
                         double               width,
                         double               height,
                         const CvrEvaluation *evaluation,
                         const char *const   *titles,
                         const CvrTheme      *theme)
{
  CvrMatrix matrix = { .n_classes = evaluation->n_classes,
                       .counts = evaluation->confusion->counts, .classes = titles,
                       .selected_truth = -1, .selected_predicted = -1,
                       .hover_truth = -1, .hover_predicted = -1 };

  cvr_paint_matrix (cr, width, height, &matrix, theme);
}

/* Classes by rising area under their curve; those without one are left out. */
static guint
choose_classes (const CvrEvaluation *evaluation,
                guint                chosen[CVR_REPORT_CURVES])
{
  guint n = 0;

  for (guint k = 0; k < evaluation->n_classes; k++)
    {
      guint at = n;

      if (isnan (evaluation->auc[k]))
        continue;
      while (at > 0 && evaluation->auc[k] < evaluation->auc[chosen[at - 1]])
        at--;
      if (at == CVR_REPORT_CURVES)
        continue;
      if (n < CVR_REPORT_CURVES)
        n++;
      for (guint i = n - 1; i > at; i--)
        chosen[i] = chosen[i - 1];
      chosen[at] = k;
    }

  return n;
}

void
cvr_report_paint_roc (cairo_t             *cr,
                      double               width,
                      double               height,
                      const CvrEvaluation *evaluation,
                      const char *const   *titles,
                      const CvrTheme      *theme)
{
  guint chosen[CVR_REPORT_CURVES];
  CvrXyCurve curves[CVR_REPORT_CURVES] = { { NULL } };
  char *labels[CVR_REPORT_CURVES];
  CvrXyChart chart = cvr_paint_xy_chart ();
  guint n = choose_classes (evaluation, chosen);

  for (guint c = 0; c < n; c++)
    {
      guint n_points;
      g_autofree NnRocPoint *points = cvr_scores_roc (evaluation, chosen[c], &n_points);
      double *xy = g_new (double, 2 * MAX (n_points, 1));

      for (guint i = 0; i < n_points; i++)
        {
          xy[i] = points[i].fpr;
          xy[n_points + i] = points[i].tpr;
        }
      labels[c] = g_strdup_printf ("%s (%.3f)", titles[chosen[c]], evaluation->auc[chosen[c]]);
      curves[c] = (CvrXyCurve) { xy, xy + n_points, NULL, n_points,
                                 cvr_paint_class_colour (theme, chosen[c]), CVR_XY_LINE,
                                 labels[c] };
    }
  chart.curves = curves;
  chart.n_curves = n;
  chart.x_low = chart.y_low = 0;
  chart.x_high = chart.y_high = 1;
  chart.x_percent = chart.y_percent = chart.diagonal = TRUE;
  chart.x_label = _("False alarms: others taken for it");
  cvr_paint_xy (cr, width, height, &chart, theme);
  for (guint c = 0; c < n; c++)
    {
      g_free ((gpointer) curves[c].x);
      g_free (labels[c]);
    }
}

void
cvr_report_paint_calibration (cairo_t             *cr,
                              double               width,
                              double               height,
                              const CvrEvaluation *evaluation,
                              const CvrTheme      *theme)
{
  g_autofree NnCalibrationBin *bins =
    cvr_scores_calibration (evaluation, -1, CVR_REPORT_BINS, NN_BINS_UNIFORM);
  double x[CVR_REPORT_BINS], y[CVR_REPORT_BINS];
  guint64 counts[CVR_REPORT_BINS];
  const CvrXyCurve curve = { x, y, NULL, bins != NULL ? CVR_REPORT_BINS : 0, theme->validation,
                             CVR_XY_DOTS, NULL };
  CvrXyChart chart = cvr_paint_xy_chart ();

  for (guint i = 0; i < curve.n; i++)
    {
      x[i] = bins[i].predicted;
      y[i] = bins[i].observed;
      counts[i] = bins[i].n;
    }
  chart.curves = &curve;
  chart.n_curves = 1;
  chart.counts = counts;
  chart.n_counts = curve.n;
  chart.x_low = chart.y_low = 0;
  chart.x_high = chart.y_high = 1;
  chart.x_percent = chart.y_percent = chart.diagonal = TRUE;
  chart.x_label = _("How sure it says it is");
  cvr_paint_xy (cr, width, height, &chart, theme);
}

void
cvr_report_paint_numbers (cairo_t                *cr,
                          double                  width,
                          double                  height,
                          const CvrNumberAnswers *numbers,
                          const CvrTheme         *theme)
{
  guint n = (guint) numbers->scores.n;
  g_autofree double *truth = g_new (double, MAX (n, 1));
  g_autofree double *answers = g_new (double, MAX (n, 1));
  const CvrXyCurve curve = { truth, answers, NULL, n, theme->validation, CVR_XY_CLOUD, NULL };
  CvrXyChart chart = cvr_paint_xy_chart ();
  double low = INFINITY, high = -INFINITY;

  for (guint i = 0; i < n; i++)
    {
      truth[i] = (double) numbers->truth[i];
      answers[i] = (double) numbers->predicted[i];
      low = MIN (low, MIN (truth[i], answers[i]));
      high = MAX (high, MAX (truth[i], answers[i]));
    }
  chart.curves = &curve;
  chart.n_curves = 1;
  /* One scale for both, so that the diagonal is where they are equal. */
  chart.diagonal = high > low;
  chart.x_low = chart.y_low = low - (high - low) * 0.04;
  chart.x_high = chart.y_high = high + (high - low) * 0.04;
  chart.x_label = _("Truth");
  cvr_paint_xy (cr, width, height, &chart, theme);
}
