/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A slider that goes through the networks of epochs. */
#include "project-test.h"

static void
train (ProjectFixture *fixture,
       guint           n_epochs)
{
  CvrSettings settings = session_test_settings (n_epochs);

  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, FALSE, NULL));
  session_test_wait (project_test_is_trained, fixture);
  cvr_project_wait (fixture->project);
}

typedef struct
{
  GString *seen;
  guint    last;
} Seen;

static void
seen_cb (guint64       run,
         guint         epoch,
         CvrModel     *model,
         const GError *error,
         gpointer      data)
{
  Seen *seen = data;

  g_assert_no_error (error);
  g_assert_nonnull (model);
  seen->last = epoch;
  g_string_append_printf (seen->seen, "%u ", epoch);
}

static gboolean
is_shown (gpointer data)
{
  return ((Seen *) data)->last == 4;
}

static void
test_a_slider_gets_the_newest (ProjectFixture *fixture,
                               gconstpointer   data)
{
  Seen seen = { g_string_new (NULL), 99 };
  CvrEpochReader *reader;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  train (fixture, 5);
  project_test_open_again (fixture);
  reader = cvr_epoch_reader_new (cvr_project_get_epochs (fixture->project), seen_cb, &seen);
  for (guint i = 0; i < 5; i++)
    cvr_epoch_reader_ask (reader, 1, i);
  session_test_wait (is_shown, &seen);
  g_test_message ("shown: %s", seen.seen->str);
  g_assert_cmpuint (seen.seen->len, <=, 4); /* the first, perhaps, and the last */
  g_assert_false (cvr_epoch_reader_is_busy (reader));
  /* From memory: at once. */
  cvr_epoch_reader_ask (reader, 1, 4);
  g_assert_true (g_str_has_suffix (seen.seen->str, "4 4 "));
  cvr_epoch_reader_ask (reader, 1, 2);
  cvr_epoch_reader_free (reader);
  session_test_settle ();
  g_string_free (seen.seen, TRUE);
}

static void
count_cb (guint64       run,
          guint         epoch,
          CvrModel     *model,
          const GError *error,
          gpointer      data)
{
  ++*(guint *) data;
}

static gboolean
is_at_rest (gpointer reader)
{
  return !cvr_epoch_reader_is_busy (reader);
}

static void
test_a_slider_outlives_its_project (ProjectFixture *fixture,
                                    gconstpointer   data)
{
  guint n = 0;
  CvrEpochReader *reader;

  project_test_import (fixture, "builtin:digits:100", FALSE);
  train (fixture, 2);
  project_test_open_again (fixture);
  reader = cvr_epoch_reader_new (cvr_project_get_epochs (fixture->project), count_cb, &n);
  cvr_epoch_reader_ask (reader, 1, 0);
  cvr_epoch_reader_ask (reader, 1, 2);
  project_test_close (fixture);
  session_test_wait (is_at_rest, reader);
  session_test_join ();
  g_assert_cmpuint (n, <=, 1);
  cvr_epoch_reader_free (reader);
}

int
main (int    argc,
       char **argv)
{
  g_test_init (&argc, &argv, NULL);
  project_test_add ("epochs/a-slider-gets-the-newest", test_a_slider_gets_the_newest);
  project_test_add ("epochs/a-slider-outlives-its-project", test_a_slider_outlives_its_project);

  return g_test_run ();
}
