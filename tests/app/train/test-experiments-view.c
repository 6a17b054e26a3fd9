/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Experiments on the page: what races, that one runs at a time, what comes of it. */
#include "app-support.h"

#include "cvr-experiment-plans.h"
#include "cvr-experiment-view.h"
#include "cvr-experiments-view.h"
#include "cvr-finder-view.h"

#include <math.h>
#include <string.h>

static gpointer
child (gpointer    view,
       const char *name)
{
  return app_support_child (view, G_OBJECT_TYPE (view), name);
}

static void
test_racers_differ_in_one_field (void)
{
  CvrSettings settings = cvr_settings_default (), racers[CVR_MAX_RACERS];
  guint n = cvr_race_choice_fill (CVR_RACE_OPTIMISERS, &settings, racers);

  g_assert_cmpuint (n, ==, 5);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpstr (racers[i].arch, ==, settings.arch);
      g_assert_cmpuint (racers[i].batch, ==, settings.batch);
      for (guint k = 0; k < i; k++)
        g_assert_cmpint (racers[i].optim.kind, !=, racers[k].optim.kind);
    }
  settings.optim.lr = 0.02f;
  n = cvr_race_choice_fill (CVR_RACE_RATES, &settings, racers);
  g_assert_cmpuint (n, ==, 5);
  g_assert_cmpfloat_with_epsilon (racers[0].optim.lr, 0.2f, 1e-6);
  g_assert_cmpfloat_with_epsilon (racers[2].optim.lr, 0.02f, 1e-6);
  g_assert_cmpfloat_with_epsilon (racers[4].optim.lr, 0.002f, 1e-6);
  for (guint choice = 0; choice < CVR_N_RACES; choice++)
    {
      n = cvr_race_choice_fill (choice, &settings, racers);
      g_assert_cmpuint (n, >=, 2);
      g_assert_cmpuint (n, <=, CVR_MAX_RACERS);
      g_assert_nonnull (cvr_race_choice_title (choice));
      for (guint i = 0; i < n; i++)
        g_assert_true (cvr_settings_check (&racers[i], NULL));
    }
}

static CvrExperimentView *
view_of (CvrProject       *project,
         CvrExperimentKind kind)
{
  CvrExperimentView *view =
    g_object_ref_sink (g_object_new (CVR_TYPE_EXPERIMENT_VIEW, "kind", kind, NULL));

  cvr_experiment_view_set_project (view, project);

  return view;
}

static gboolean
has_ended (gpointer view)
{
  return !cvr_experiment_view_is_running (view);
}

static void
run (CvrExperimentView *view)
{
  gtk_spin_button_set_value (child (view, "epochs"), 2);
  g_signal_emit_by_name (child (view, "start"), "clicked");
  g_assert_true (cvr_experiment_view_is_running (view));
  g_assert_false (gtk_widget_get_sensitive (child (view, "options")));
  g_assert_true (app_support_wait (has_ended, view, 60));
  app_support_spin ();
}

static guint
n_rows (CvrExperimentView *view)
{
  guint n = 0;

  while (gtk_grid_get_child_at (child (view, "table"), 1, (int) n + 1) != NULL)
    n++;

  return n;
}

static const char *
text_at (CvrExperimentView *view,
         int                column,
         int                row)
{
  return gtk_label_get_text (
    GTK_LABEL (gtk_grid_get_child_at (GTK_GRID (child (view, "table")), column, row)));
}

static void
test_race (void)
{
  CvrProject *project = app_support_pictures (2, 10);
  CvrExperimentView *view = view_of (project, CVR_EXPERIMENT_RACE);
  CvrExperimentView *again;
  guint batch = cvr_project_get_settings (project)->batch;

  g_assert_false (gtk_widget_get_visible (child (view, "best")));
  gtk_drop_down_set_selected (child (view, "choice"), CVR_RACE_DROPOUT);
  run (view);
  g_assert_cmpuint (n_rows (view), ==, 3);
  g_assert_cmpstr (gtk_label_get_text (child (view, "sentence")), !=, "");
  /* The winner's settings become the project's; its network is as it was. */
  g_assert_true (gtk_widget_get_visible (child (view, "best")));
  g_signal_emit_by_name (child (view, "best"), "clicked");
  g_assert_cmpfloat (cvr_project_get_settings (project)->dropout, >=, 0);
  g_assert_cmpuint (cvr_project_get_settings (project)->batch, ==, batch);
  g_assert_null (cvr_project_get_model (project));
  /* It is remembered. */
  again = view_of (project, CVR_EXPERIMENT_RACE);
  g_assert_cmpuint (n_rows (again), ==, 3);
  g_assert_finalize_object (again);
  g_assert_finalize_object (view);
  app_support_close (project);
}

static void
test_folds_and_pictures (void)
{
  CvrProject *project = app_support_pictures (2, 10);
  CvrExperimentView *folds = view_of (project, CVR_EXPERIMENT_FOLDS);
  CvrExperimentView *pictures = view_of (project, CVR_EXPERIMENT_PICTURES);

  gtk_spin_button_set_value (child (folds, "folds"), 3);
  run (folds);
  /* And under them what they come to. */
  g_assert_cmpuint (n_rows (folds), ==, 4);
  g_assert_cmpstr (text_at (folds, 1, 4), ==, "Mean ± deviation");
  g_assert_nonnull (strstr (text_at (folds, 2, 4), " ± "));
  g_assert_true (g_str_has_prefix (text_at (folds, 3, 1), "done in "));
  g_assert_false (gtk_widget_get_visible (child (folds, "best")));
  run (pictures);
  g_assert_cmpuint (n_rows (pictures), >=, 2);
  g_assert_finalize_object (folds);
  g_assert_finalize_object (pictures);
  app_support_close (project);
}

static gboolean
has_found (gpointer view)
{
  return !cvr_finder_view_is_running (view);
}

static void
test_finder (void)
{
  CvrProject *project = app_support_pictures (2, 10);
  CvrFinderView *view = g_object_ref_sink (g_object_new (CVR_TYPE_FINDER_VIEW, NULL));
  float before = cvr_project_get_settings (project)->optim.lr, bold = INFINITY;

  cvr_finder_view_set_project (view, project);
  g_assert_false (gtk_widget_get_visible (child (view, "take")));
  g_signal_emit_by_name (child (view, "start"), "clicked");
  g_assert_true (cvr_finder_view_is_running (view));
  g_assert_true (app_support_wait (has_found, view, 60));
  app_support_spin ();
  g_assert_cmpstr (gtk_label_get_text (child (view, "sentence")), !=, "");
  if (gtk_widget_get_visible (child (view, "take")))
    {
      if (gtk_widget_get_visible (child (view, "take_bold")))
        {
          g_signal_emit_by_name (child (view, "take_bold"), "clicked");
          bold = cvr_project_get_settings (project)->optim.lr;
        }
      g_signal_emit_by_name (child (view, "take"), "clicked");
      g_assert_cmpfloat (cvr_project_get_settings (project)->optim.lr, !=, before);
      g_assert_cmpfloat (cvr_project_get_settings (project)->optim.lr, >, 0);
      g_assert_cmpfloat (cvr_project_get_settings (project)->optim.lr, <=, bold);
    }
  g_assert_null (cvr_project_get_model (project));
  g_assert_finalize_object (view);
  app_support_close (project);
}

static void
never_cb (void)
{
  g_assert_not_reached ();
}

/* While one works the others say why they wait. */
static void
test_one_at_a_time (void)
{
  CvrProject *project = app_support_pictures (2, 10);
  CvrExperimentsView *view = g_object_ref_sink (g_object_new (CVR_TYPE_EXPERIMENTS_VIEW, NULL));
  CvrExperimentView *race, *folds;
  g_autofree char *waits = NULL;
  g_autofree char *again = NULL;

  cvr_experiments_view_set_project (view, project);
  race = child (view, "race");
  folds = child (view, "folds");
  g_assert_true (gtk_widget_get_sensitive (child (folds, "start")));
  g_signal_emit_by_name (child (race, "start"), "clicked");
  g_assert_true (cvr_experiment_view_is_running (race));
  g_assert_false (gtk_widget_get_sensitive (child (folds, "start")));
  g_assert_nonnull (gtk_widget_get_tooltip_text (child (folds, "start")));
  g_object_get (child (folds, "overlay"), "empty-label", &waits, NULL);
  g_assert_cmpstr (waits, ==, cvr_project_get_occupation (project));
  g_assert_true (gtk_widget_get_sensitive (child (race, "start"))); /* Stop. */
  g_signal_emit_by_name (child (race, "start"), "clicked");
  /* Whoever rests on the button can press it again: it was never grey. */
  g_signal_connect (child (race, "start"), "notify::sensitive", G_CALLBACK (never_cb),
                    NULL);
  g_assert_true (app_support_wait (has_ended, race, 60));
  app_support_spin ();
  g_assert_true (gtk_widget_get_sensitive (child (folds, "start")));
  g_object_get (child (folds, "overlay"), "empty-label", &again, NULL);
  g_assert_true (g_str_has_prefix (again, "Press Start"));
  g_assert_finalize_object (view);
  app_support_close (project);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/experiments/racers-differ-in-one-field", test_racers_differ_in_one_field);
  g_test_add_func ("/app/experiments/race-has-a-winner", test_race);
  g_test_add_func ("/app/experiments/folds-and-pictures", test_folds_and_pictures);
  g_test_add_func ("/app/experiments/finder-suggests-a-rate", test_finder);
  g_test_add_func ("/app/experiments/one-at-a-time", test_one_at_a_time);

  return g_test_run ();
}
