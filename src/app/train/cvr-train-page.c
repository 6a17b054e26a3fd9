/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training and what comes of it: the training itself, its mistakes, its scores, the notebook of all
 * trainings, and experiments. */
#include "cvr-train-page.h"

#include "cvr-experiments-view.h"
#include "cvr-focus-heir.h"
#include "cvr-learning-view.h"
#include "cvr-mistakes-view.h"
#include "cvr-notebook-view.h"
#include "cvr-scores-view.h"

struct _CvrTrainPage
{
  AdwBin parent_instance;

  GtkStackSwitcher   *tabs;
  GtkStack           *views;
  CvrLearningView    *training;
  CvrMistakesView    *mistakes;
  CvrScoresView      *scores;
  CvrNotebookView    *notebook;
  CvrExperimentsView *experiments;
  CvrProject         *project;
};

G_DEFINE_FINAL_TYPE (CvrTrainPage, cvr_train_page, ADW_TYPE_BIN)

static void
cvr_train_page_dispose (GObject *object)
{
  cvr_train_page_set_project (CVR_TRAIN_PAGE (object), NULL);

  G_OBJECT_CLASS (cvr_train_page_parent_class)->dispose (object);
}

static void
cvr_train_page_class_init (CvrTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_EXPERIMENTS_VIEW);
  g_type_ensure (CVR_TYPE_LEARNING_VIEW);
  g_type_ensure (CVR_TYPE_MISTAKES_VIEW);
  g_type_ensure (CVR_TYPE_NOTEBOOK_VIEW);
  g_type_ensure (CVR_TYPE_SCORES_VIEW);

  G_OBJECT_CLASS (klass)->dispose = cvr_train_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-train-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, tabs);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, views);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, training);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, mistakes);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, scores);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, notebook);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainPage, experiments);
}

static void
cvr_train_page_init (CvrTrainPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_focus_heir_tabs (self->tabs);
}

/**
 * cvr_train_page_set_project:
 * @project: (nullable): the project to show
 */
void
cvr_train_page_set_project (CvrTrainPage *self,
                            CvrProject   *project)
{
  g_return_if_fail (CVR_IS_TRAIN_PAGE (self));

  if (self->project == project)
    return;
  if (self->views != NULL)
    {
      cvr_learning_view_set_project (self->training, project);
      cvr_mistakes_view_set_project (self->mistakes, project);
      cvr_scores_view_set_project (self->scores, project);
      cvr_notebook_view_set_project (self->notebook, project);
      cvr_experiments_view_set_project (self->experiments, project);
      gtk_stack_set_visible_child_name (self->views, "training");
    }
  g_set_object (&self->project, project);
}

/**
 * cvr_train_page_show_view:
 * @name: "training", "mistakes", "scores", "notebook" or "experiments"
 */
void
cvr_train_page_show_view (CvrTrainPage *self,
                          const char   *name)
{
  g_return_if_fail (CVR_IS_TRAIN_PAGE (self));

  gtk_stack_set_visible_child_name (self->views, name);
}
