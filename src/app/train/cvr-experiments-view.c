/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All experiments beside each other; one runs at a time. */
#include "cvr-experiments-view.h"

#include "cvr-experiment-view.h"
#include "cvr-finder-view.h"
#include "cvr-tab-stop.h"

struct _CvrExperimentsView
{
  AdwBin parent_instance;

  CvrFinderView     *finder;
  CvrExperimentView *race, *folds, *pictures;

  CvrProject        *project;
};

G_DEFINE_FINAL_TYPE (CvrExperimentsView, cvr_experiments_view, ADW_TYPE_BIN)

/* The processor is one: what measures shall not be disturbed. */
static void
update (CvrExperimentsView *self)
{
  CvrExperimentView *const views[] = { self->race, self->folds, self->pictures };
  gboolean measuring = cvr_finder_view_is_running (self->finder);
  g_autoptr (GError) error = NULL;
  const char *why_not;

  if (self->project == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    measuring |= cvr_experiment_view_is_running (views[i]);
  cvr_project_set_measuring (self->project, CVR_MEASURING_EXPERIMENT, measuring);
  why_not = cvr_project_get_graph (self->project, &error) == NULL
              ? error->message
              : cvr_project_get_occupation (self->project);
  /* Never what keeps the others waiting: its button would be grey for a moment when it ends, and a
   * pointer that rests there would have to move before it can press it again. */
  cvr_finder_view_set_why_not (self->finder,
                               cvr_finder_view_is_running (self->finder) ? NULL : why_not);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    cvr_experiment_view_set_why_not (views[i],
                                     cvr_experiment_view_is_running (views[i]) ? NULL : why_not);
}

static void
cvr_experiments_view_dispose (GObject *object)
{
  cvr_experiments_view_set_project (CVR_EXPERIMENTS_VIEW (object), NULL);

  G_OBJECT_CLASS (cvr_experiments_view_parent_class)->dispose (object);
}

static void
cvr_experiments_view_class_init (CvrExperimentsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_EXPERIMENT_VIEW);
  g_type_ensure (CVR_TYPE_FINDER_VIEW);
  g_type_ensure (CVR_TYPE_TAB_STOP);
  G_OBJECT_CLASS (klass)->dispose = cvr_experiments_view_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-experiments-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentsView, finder);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentsView, race);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentsView, folds);
  gtk_widget_class_bind_template_child (widget_class, CvrExperimentsView, pictures);
  gtk_widget_class_bind_template_callback (widget_class, update);
}

static void
cvr_experiments_view_init (CvrExperimentsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cvr_experiments_view_set_project (CvrExperimentsView *self,
                                  CvrProject         *project)
{
  g_return_if_fail (CVR_IS_EXPERIMENTS_VIEW (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
    }
  if (self->project != NULL)
    cvr_project_set_measuring (self->project, CVR_MEASURING_EXPERIMENT, FALSE);
  g_set_object (&self->project, project);
  if (self->finder != NULL)
    {
      cvr_finder_view_set_project (self->finder, project);
      cvr_experiment_view_set_project (self->race, project);
      cvr_experiment_view_set_project (self->folds, project);
      cvr_experiment_view_set_project (self->pictures, project);
    }
  if (project == NULL)
    return;
  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "settings-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (project, "measuring-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "notify::state",
                            G_CALLBACK (update), self);
  update (self);
}
