/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a network that predicts numbers does: its errors, and each answer against the truth. */
#include "cvr-numbers-view.h"

#include "cvr-truth-chart.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrNumbersView
{
  AdwBin parent_instance;

  GtkLabel      *mae, *rmse, *mse, *r2, *sentence;
  CvrTruthChart *chart;
};

G_DEFINE_FINAL_TYPE (CvrNumbersView, cvr_numbers_view, ADW_TYPE_BIN)

static void
set_figure (GtkLabel *label,
            double    value)
{
  g_autofree char *text = isfinite (value) ? g_strdup_printf ("%.4g", value) : g_strdup ("–");

  gtk_label_set_text (label, text);
}

static char *
dup_sentence (const CvrEvaluation *evaluation)
{
  const NnRegression *scores = &evaluation->numbers->scores;
  g_autofree char *share = cvr_words_percent (scores->r2, evaluation->n);

  if (scores->r2 <= 0)
    return g_strdup_printf (
      ngettext ("On %'u unseen picture its answers are no better than always saying the mean.",
                "On %'u unseen pictures its answers are no better than always saying the mean.",
                evaluation->n),
      evaluation->n);

  return g_strdup_printf (
    /* Translators: 1 number of pictures, 2 mean absolute error, 3 R² in per cent. */
    ngettext ("On %1$'u unseen picture it is off by %2$.3g on average, and explains %3$s of how "
              "they differ.",
              "On %1$'u unseen pictures it is off by %2$.3g on average, and explains %3$s of how "
              "they differ.",
              evaluation->n),
    evaluation->n, scores->mae, share);
}

static void
cvr_numbers_view_class_init (CvrNumbersViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_TRUTH_CHART);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-numbers-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrNumbersView, mae);
  gtk_widget_class_bind_template_child (widget_class, CvrNumbersView, rmse);
  gtk_widget_class_bind_template_child (widget_class, CvrNumbersView, mse);
  gtk_widget_class_bind_template_child (widget_class, CvrNumbersView, r2);
  gtk_widget_class_bind_template_child (widget_class, CvrNumbersView, sentence);
  gtk_widget_class_bind_template_child (widget_class, CvrNumbersView, chart);
}

static void
cvr_numbers_view_init (CvrNumbersView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cvr_numbers_view_set (CvrNumbersView *self,
                      CvrEvaluation  *evaluation)
{
  const NnRegression *scores;
  g_autofree char *text = NULL;

  g_return_if_fail (CVR_IS_NUMBERS_VIEW (self));
  g_return_if_fail (evaluation == NULL || evaluation->numbers != NULL);

  cvr_truth_chart_set_evaluation (self->chart, evaluation);
  if (evaluation == NULL)
    return;
  scores = &evaluation->numbers->scores;
  set_figure (self->mae, scores->mae);
  set_figure (self->rmse, scores->rmse);
  set_figure (self->mse, scores->mse);
  set_figure (self->r2, scores->r2);
  text = dup_sentence (evaluation);
  gtk_label_set_text (self->sentence, text);
  cvr_canvas_set_description (CVR_CANVAS (self->chart), text);
}
