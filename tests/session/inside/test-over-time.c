/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of every layer after each stored epoch; another network in place of the project's. */
#include "project-test.h"

#include "cvr-inspection.h"
#include "cvr-over-time.h"

enum { N_EPOCHS = 3 };

/* Returns the number of the run. */
static guint64
train (ProjectFixture *fixture)
{
  CvrSettings settings = session_test_settings (N_EPOCHS);
  g_autoptr (GError) error = NULL;

  project_test_import (fixture, "builtin:doodles:60", TRUE);
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, FALSE, &error));
  g_assert_no_error (error);
  session_test_wait (project_test_is_trained, fixture);
  cvr_project_wait (fixture->project);

  return cvr_run_card_get_id (
      cvr_notebook_get_newest_run (cvr_project_get_notebook (fixture->project)));
}

static gboolean
knows_all (gpointer over_time)
{
  guint n;

  cvr_over_time_get (over_time, &n);

  return n == N_EPOCHS + 1;
}

/* Asleep it reads nothing; awake it gets through them all, in order, once. */
static void
test_moments (ProjectFixture *fixture,
              gconstpointer   data)
{
  guint64 run = train (fixture);
  CvrOverTime *over_time = cvr_over_time_new (fixture->project);
  const CvrMoment *moments;
  guint n;

  cvr_over_time_set_run (over_time, run);
  session_test_settle ();
  cvr_over_time_get (over_time, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_false (cvr_over_time_is_busy (over_time));
  cvr_over_time_set_active (over_time, TRUE);
  g_assert_true (cvr_over_time_is_busy (over_time));
  session_test_wait (knows_all, over_time);
  g_assert_false (cvr_over_time_is_busy (over_time));
  moments = cvr_over_time_get (over_time, &n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (moments[i].epoch, ==, i);
      g_assert_cmpuint (moments[i].facts->n_pictures, ==, 60);
    }
  g_assert_true (moments[0].facts->model != moments[n - 1].facts->model);
  cvr_over_time_set_run (over_time, 0);
  cvr_over_time_get (over_time, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_finalize_object (over_time);
}

typedef struct
{
  CvrInspection *inspection;
  CvrModel      *model;
} Looked;

static gboolean
has_looked (gpointer data)
{
  Looked *looked = data;

  return cvr_inspection_get_maps (looked->inspection) != NULL
         && cvr_inspection_get_model (looked->inspection) == looked->model;
}

static gboolean
has_gradients (gpointer inspection)
{
  return cvr_inspection_get_gradients (inspection) != NULL;
}

/* Maps of another network than the project's; gradients only when they are wanted. */
static void
test_other_model (ProjectFixture *fixture,
                  gconstpointer   data)
{
  g_autoptr (CvrModel) first = NULL;
  g_autoptr (CvrImage) image = session_test_image (1, 2);
  CvrInspection *inspection;
  Looked looked;

  train (fixture);
  first = cvr_model_ref (cvr_project_get_model (fixture->project));
  inspection = cvr_inspection_new (fixture->project, CVR_INSPECT_MAPS);
  cvr_inspection_set_image (inspection, image);
  cvr_inspection_set_active (inspection, TRUE);
  looked = (Looked) { inspection, first };
  session_test_wait (has_looked, &looked);
  g_assert_null (cvr_inspection_get_gradients (inspection));
  train (fixture);
  looked.model = cvr_project_get_model (fixture->project);
  g_assert_true (looked.model != first);
  session_test_wait (has_looked, &looked);
  cvr_inspection_set_model (inspection, first);
  looked.model = first;
  session_test_wait (has_looked, &looked);
  cvr_inspection_set_what (inspection, CVR_INSPECT_MAPS | CVR_INSPECT_GRADIENTS);
  session_test_wait (has_gradients, inspection);
  g_assert_true (cvr_inspection_get_gradients (inspection)->model == first);
  cvr_inspection_set_model (inspection, NULL);
  looked.model = cvr_project_get_model (fixture->project);
  session_test_wait (has_looked, &looked);
  g_assert_finalize_object (inspection);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("over-time/every-stored-epoch", test_moments);
  project_test_add ("inspection/another-network", test_other_model);

  return g_test_run ();
}
