/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well the network does: figures of each class, ROC with a threshold to move, calibration. */
#include "cvr-scores-view.h"

#include "cvr-class-curves.h"
#include "cvr-labelling.h"
#include "cvr-numbers-view.h"
#include "cvr-scores-table.h"
#include "cvr-scores.h"
#include "cvr-unevaluated.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrScoresView
{
  AdwBin parent_instance;

  GtkStack       *stack;
  CvrUnevaluated *empty;
  GtkLabel       *accuracy, *loss, *f1, *auc, *stands_on;
  CvrScoresTable *table;
  CvrClassCurves *curves;
  CvrNumbersView *numbers;

  CvrProject     *project;
};

G_DEFINE_FINAL_TYPE (CvrScoresView, cvr_scores_view, ADW_TYPE_BIN)

static void
show_class (CvrScoresView *self)
{
  CvrEvaluation *evaluation = cvr_project_get_evaluation (self->project);
  CvrModel *model = cvr_project_get_model (self->project);
  gint k = cvr_scores_table_get_selected (self->table);
  g_auto (GStrv) titles = NULL;

  if (evaluation == NULL || model == NULL || k < 0)
    {
      cvr_class_curves_set (self->curves, NULL, 0, NULL, 0);
      return;
    }
  titles = cvr_labelling_dup_model_titles (self->project, model);
  cvr_class_curves_set (self->curves, evaluation, (guint) k, titles[k],
                        cvr_labelling_model_paint (self->project, model, (guint) k));
}

static void
update_means (CvrScoresView *self,
              CvrEvaluation *evaluation)
{
  CvrScores mean = cvr_scores_mean (evaluation, FALSE);
  g_autofree char *accuracy = cvr_words_percent (evaluation->accuracy, evaluation->n);
  g_autofree char *loss = g_strdup_printf ("%.3f", evaluation->loss);
  g_autofree char *f1 = cvr_words_percent (mean.f1, evaluation->n);
  g_autofree char *auc = cvr_words_percent (mean.auc, 0); /* pairs of pictures are many */
  g_autofree char *text =
    g_strdup_printf (ngettext ("On %'u picture kept unseen. F1 and AUC: mean of the classes.",
                               "On %'u pictures kept unseen. F1 and AUC: mean of the classes.",
                               evaluation->n),
                     evaluation->n);

  gtk_label_set_text (self->accuracy, accuracy);
  gtk_label_set_text (self->loss, loss);
  gtk_label_set_text (self->f1, f1);
  gtk_label_set_text (self->auc, auc);
  gtk_label_set_text (self->stands_on, text);
}

static void
update (CvrScoresView *self)
{
  CvrEvaluation *evaluation;
  CvrModel *model;

  if (self->project == NULL)
    return;
  evaluation = cvr_project_get_evaluation (self->project);
  model = cvr_project_get_model (self->project);
  if (evaluation == NULL || model == NULL || evaluation->n == 0)
    {
      cvr_scores_table_set (self->table, NULL, NULL, NULL);
      cvr_numbers_view_set (self->numbers, NULL);
      show_class (self);
      cvr_unevaluated_update (
        self->empty, self->project, _("Its scores are worked out when the training has ended."),
        _("No scores yet"),
        _("Train first: then precision, recall and curves of each class are here."));
      gtk_stack_set_visible_child_name (self->stack, "empty");
      return;
    }
  cvr_numbers_view_set (self->numbers, evaluation->numbers != NULL ? evaluation : NULL);
  if (evaluation->numbers != NULL)
    {
      gtk_stack_set_visible_child_name (self->stack, "numbers");
      return;
    }
  update_means (self, evaluation);
  cvr_scores_table_set (self->table, self->project, model, evaluation);
  show_class (self);
  gtk_stack_set_visible_child_name (self->stack, "scores");
}

static void
cvr_scores_view_dispose (GObject *object)
{
  cvr_scores_view_set_project (CVR_SCORES_VIEW (object), NULL);

  G_OBJECT_CLASS (cvr_scores_view_parent_class)->dispose (object);
}

static void
cvr_scores_view_class_init (CvrScoresViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CLASS_CURVES);
  g_type_ensure (CVR_TYPE_NUMBERS_VIEW);
  g_type_ensure (CVR_TYPE_SCORES_TABLE);
  g_type_ensure (CVR_TYPE_UNEVALUATED);
  G_OBJECT_CLASS (klass)->dispose = cvr_scores_view_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-scores-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, empty);
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, accuracy);
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, loss);
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, f1);
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, auc);
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, stands_on);
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, table);
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, curves);
  gtk_widget_class_bind_template_child (widget_class, CvrScoresView, numbers);
  gtk_widget_class_bind_template_callback (widget_class, show_class);
}

static void
cvr_scores_view_init (CvrScoresView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cvr_scores_view_set_project (CvrScoresView *self,
                             CvrProject    *project)
{
  g_return_if_fail (CVR_IS_SCORES_VIEW (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
    }
  if (self->table != NULL)
    {
      cvr_class_curves_set (self->curves, NULL, 0, NULL, 0);
      cvr_scores_table_set (self->table, NULL, NULL, NULL);
      cvr_numbers_view_set (self->numbers, NULL);
    }
  g_set_object (&self->project, project);
  if (project == NULL)
    return;
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "evaluation-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "notify::state",
                            G_CALLBACK (update), self);
  update (self);
}
