/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training that ended with the program goes on from the end of its last epoch, and the network
 * becomes the one it would have been. */
#include "project-test.h"

enum { N_EPOCHS = 6 };

static guint
n_rows (CvrProject *project)
{
  guint n;

  cvr_history_epochs (cvr_training_get_history (cvr_project_get_training (project)), &n);

  return n;
}

static gboolean
has_learned (gpointer data)
{
  return n_rows (((ProjectFixture *) data)->project) >= 2;
}

static gboolean
is_trained (gpointer data)
{
  CvrProject *project = ((ProjectFixture *) data)->project;

  return cvr_training_get_state (cvr_project_get_training (project)) == CVR_TRAINING_IDLE &&
         cvr_project_get_model (project) != NULL && !cvr_project_is_evaluating (project);
}

static gboolean
is_training (gpointer data)
{
  CvrTraining *training = cvr_project_get_training (((ProjectFixture *) data)->project);

  return cvr_training_get_state (training) != CVR_TRAINING_IDLE;
}

static void
start (ProjectFixture *fixture,
       float           dropout)
{
  CvrSettings settings = session_test_settings (N_EPOCHS);
  g_autoptr (GError) error = NULL;

  settings.schedule.kind = NN_SCHEDULE_COSINE;
  settings.dropout = dropout;
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, FALSE, &error));
  g_assert_no_error (error);
}

/* Trains to the end, with a copy of the file as it was in the middle. Returns the network. */
static GBytes *
train_with_copy (ProjectFixture *fixture,
                 const char     *copy)
{
  CvrTraining *training = cvr_project_get_training (fixture->project);
  g_autoptr (GError) error = NULL;
  GBytes *bytes;
  guint epoch, n_epochs;

  start (fixture, -1);
  session_test_wait (has_learned, fixture);
  cvr_training_pause (training);
  cvr_project_wait (fixture->project);
  cvr_keeper_copy_to (cvr_project_keeper (fixture->project), copy, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  cvr_training_resume (training);
  session_test_wait (is_trained, fixture);
  g_assert_cmpuint (n_rows (fixture->project), ==, N_EPOCHS);
  bytes = cvr_model_to_bytes (cvr_project_get_model (fixture->project), &error);
  g_assert_no_error (error);
  project_test_close (fixture);
  project_test_open (fixture);
  g_assert_false (cvr_project_get_interrupted (fixture->project, &epoch, &n_epochs));

  return bytes;
}

/* The fixture's project is the one at @path from now on. */
static void
change_to (ProjectFixture *fixture,
           const char     *path)
{
  project_test_close (fixture);
  g_free (fixture->path);
  fixture->path = g_strdup (path);
  project_test_open (fixture);
}

static void
test_goes_on_to_the_same_network (ProjectFixture *fixture,
                                  gconstpointer   data)
{
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.convisor", NULL);
  g_autoptr (GBytes) expected = NULL;
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GError) error = NULL;
  guint epoch, n_epochs;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  expected = train_with_copy (fixture, copy);
  change_to (fixture, copy);
  g_assert_true (cvr_project_get_interrupted (fixture->project, &epoch, &n_epochs));
  g_test_message ("interrupted after epoch %u of %u", epoch, n_epochs);
  g_assert_cmpuint (epoch, >=, 1);
  g_assert_cmpuint (epoch, <, N_EPOCHS);
  g_assert_cmpuint (n_epochs, ==, N_EPOCHS);
  g_assert_cmpuint (n_rows (fixture->project), ==, epoch);
  cvr_project_resume_training (fixture->project);
  session_test_wait (is_training, fixture);
  session_test_wait (is_trained, fixture);
  g_assert_null (fixture->failure);
  g_assert_cmpuint (n_rows (fixture->project), ==, N_EPOCHS);
  found = cvr_model_to_bytes (cvr_project_get_model (fixture->project), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (expected, found));
  g_assert_false (cvr_project_get_interrupted (fixture->project, &epoch, &n_epochs));
  g_assert_false (cvr_project_model_is_stale (fixture->project));
}

static gboolean
is_paused (gpointer data)
{
  CvrTraining *training = cvr_project_get_training (((ProjectFixture *) data)->project);

  return cvr_training_get_state (training) == CVR_TRAINING_PAUSED;
}

/* What was changed while it ran is as it was, and learns as it did. */
static void
check_tuned (ProjectFixture *fixture,
             float           before,
             float           after)
{
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.convisor", NULL);
  g_autoptr (GBytes) expected = NULL;
  g_autoptr (GBytes) found = NULL;
  CvrSettings settings;
  CvrTraining *training;
  CvrRunCard *card;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  start (fixture, before);
  training = cvr_project_get_training (fixture->project);
  settings = *cvr_training_get_settings (training);
  settings.augment.strength[CVR_AUGMENT_SHIFT] = 0.5f;
  settings.optim.lr /= 2;
  settings.batch /= 2;
  settings.dropout = after;
  cvr_project_set_settings (fixture->project, &settings);
  for (guint i = 0; i < 2; i++)
    {
      cvr_training_step_epoch (training);
      session_test_wait (is_paused, fixture);
      g_assert_true (cvr_training_tune (training, &settings, NULL));
    }
  cvr_project_wait (fixture->project);
  cvr_keeper_copy_to (cvr_project_keeper (fixture->project), copy, NULL, NULL, NULL, NULL);
  cvr_training_resume (training);
  session_test_wait (is_trained, fixture);
  expected = cvr_model_to_bytes (cvr_project_get_model (fixture->project), NULL);

  change_to (fixture, copy);
  card = cvr_notebook_get_newest_run (cvr_project_get_notebook (fixture->project));
  g_assert_cmpuint (cvr_run_card_get_facts (card)->n_changes, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const CvrCardChange *change = &cvr_run_card_get_facts (card)->changes[i];

      g_test_message ("%g: %s", change->x, change->text);
      g_assert_cmpfloat (change->x, ==, 1);
    }
  cvr_project_resume_training (fixture->project);
  session_test_wait (is_training, fixture);
  session_test_wait (is_trained, fixture);
  found = cvr_model_to_bytes (cvr_project_get_model (fixture->project), NULL);
  g_assert_true (g_bytes_equal (expected, found));
  g_assert_cmpuint (cvr_run_card_get_facts (card)->n_changes, ==, 2);
  g_assert_cmpfloat (cvr_run_card_get_facts (card)->settings.dropout, ==, before);
  g_assert_false (cvr_project_model_is_stale (fixture->project));
}

static void
test_goes_on_as_it_was_tuned (ProjectFixture *fixture,
                              gconstpointer   data)
{
  check_tuned (fixture, -1, -1);
}

/* Also without any by the end: the network keeps its layers. */
static void
test_goes_on_with_the_dropout_of_then (ProjectFixture *fixture,
                                       gconstpointer   data)
{
  check_tuned (fixture, 0.3f, 0);
}

/* Labels given and pictures added meanwhile wait for the next training. */
static void
test_goes_on_with_the_labels_of_then (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.convisor", NULL);
  g_autoptr (CvrImage) image = session_test_image (3, 3);
  g_autoptr (GBytes) expected = NULL;
  g_autoptr (GBytes) found = NULL;
  guint64 id;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  expected = train_with_copy (fixture, copy);
  change_to (fixture, copy);
  id = project_test_id_at (fixture, 5);
  cvr_project_set_labels (fixture->project, &id, 1, 9);
  project_test_add_image (fixture, image, "late", 2);
  cvr_project_resume_training (fixture->project);
  session_test_wait (is_training, fixture);
  session_test_wait (is_trained, fixture);
  g_assert_null (fixture->failure);
  found = cvr_model_to_bytes (cvr_project_get_model (fixture->project), NULL);
  g_assert_true (g_bytes_equal (expected, found));
  g_assert_true (cvr_project_model_is_stale (fixture->project));
}

static gboolean
has_failed (gpointer data)
{
  return ((ProjectFixture *) data)->failure != NULL;
}

static void
test_says_when_it_can_not_go_on (ProjectFixture *fixture,
                                 gconstpointer   data)
{
  g_autofree char *copy = g_build_filename (fixture->folder, "copy.convisor", NULL);
  g_autoptr (GBytes) expected = NULL;
  guint64 id;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  expected = train_with_copy (fixture, copy);
  change_to (fixture, copy);
  id = project_test_id_at (fixture, 5);
  cvr_project_remove_items (fixture->project, &id, 1);
  cvr_project_resume_training (fixture->project);
  session_test_wait (has_failed, fixture);
  g_assert_true (g_str_has_prefix (fixture->failure, "Pictures were removed"));
  g_clear_pointer (&fixture->failure, g_free);
  cvr_project_undo (fixture->project);
  cvr_project_add_class (fixture->project, "eleven");
  cvr_project_resume_training (fixture->project);
  session_test_wait (has_failed, fixture);
  g_assert_true (g_str_has_prefix (fixture->failure, "The classes have changed"));
  g_clear_pointer (&fixture->failure, g_free);
}

static void
test_closing_the_window_keeps_it (ProjectFixture *fixture,
                                  gconstpointer   data)
{
  guint epoch, n_epochs;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  start (fixture, -1);
  session_test_wait (has_learned, fixture);
  cvr_training_pause (cvr_project_get_training (fixture->project));
  project_test_close (fixture);
  project_test_open (fixture);
  g_assert_true (cvr_project_get_interrupted (fixture->project, &epoch, &n_epochs));
  g_assert_cmpuint (epoch, >=, 2);
  /* A training anew forgets it. */
  start (fixture, -1);
  session_test_wait (is_training, fixture);
  g_assert_false (cvr_project_get_interrupted (fixture->project, &epoch, &n_epochs));
  session_test_wait (is_trained, fixture);
}

static void
test_keeps_to_the_limit (ProjectFixture *fixture,
                         gconstpointer   data)
{
  CvrKeptSizes sizes;
  guint epoch, n_epochs;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  g_assert_cmpuint (cvr_project_get_checkpoint_limit (fixture->project), ==, 60000000);
  cvr_project_set_checkpoint_limit (fixture->project, 1000);
  project_test_close (fixture);
  project_test_open (fixture);
  g_assert_cmpuint (cvr_project_get_checkpoint_limit (fixture->project), ==, 1000);
  start (fixture, -1);
  session_test_wait (has_learned, fixture);
  project_test_close (fixture);
  project_test_open (fixture);
  g_assert_false (cvr_project_get_interrupted (fixture->project, &epoch, &n_epochs));

  cvr_project_set_checkpoint_limit (fixture->project, 100000000);
  start (fixture, -1);
  session_test_wait (has_learned, fixture);
  cvr_training_pause (cvr_project_get_training (fixture->project));
  cvr_project_wait (fixture->project);
  g_assert_true (cvr_keeper_sizes (cvr_project_keeper (fixture->project), &sizes, NULL));
  g_assert_cmpuint (sizes.checkpoints, >, 10000);
  g_assert_cmpuint (sizes.checkpoints, <, sizes.file);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  project_test_add ("interrupted/goes-on-to-the-same-network", test_goes_on_to_the_same_network);
  project_test_add ("interrupted/goes-on-as-it-was-tuned", test_goes_on_as_it_was_tuned);
  project_test_add ("interrupted/goes-on-with-the-dropout-of-then",
                    test_goes_on_with_the_dropout_of_then);
  project_test_add ("interrupted/goes-on-with-the-labels-of-then",
                    test_goes_on_with_the_labels_of_then);
  project_test_add ("interrupted/says-when-it-can-not-go-on", test_says_when_it_can_not_go_on);
  project_test_add ("interrupted/closing-keeps-it", test_closing_the_window_keeps_it);
  project_test_add ("interrupted/keeps-to-the-limit", test_keeps_to_the_limit);

  return g_test_run ();
}
