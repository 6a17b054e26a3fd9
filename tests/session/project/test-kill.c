/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program is killed at any moment while it labels, imports, trains and saves: the project
 * opens, every label that was shown is there, the saved copy is whole, and the training goes on
 * where it was. CONVISOR_KILLS: how often, 20 without it. */
#include "kill-test.h"
#include "session-test.h"

#include "cvr-document.h"

#include <unistd.h>

enum
{
  N_KILLS = 20,
  N_PICTURES = 300,
  MAX_PICTURES = 600,
  N_EPOCHS = 10000,
  MOST_MS = 300,
};

/* The child: does things and says what a screen would show. */

typedef struct
{
  CvrDocument *document;
  CvrProject  *project;
  GFile       *file;
  KillVoice   *voice;
  guint        n_ticks;
  gboolean     importing, saving;
  GRand       *rand;
} Child;

static void
shown_cb (Child *self)
{
  GListModel *items = cvr_project_get_items (self->project);
  guint n = g_list_model_get_n_items (items);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (CvrImageItem) item = g_list_model_get_item (items, i);

      kill_voice_shows (self->voice, cvr_image_item_get_id (item), cvr_image_item_get_label (item));
    }
  kill_voice_shows_count (self->voice, n);
}

static void
learned_cb (Child *self)
{
  guint n;

  cvr_history_epochs (cvr_training_get_history (cvr_project_get_training (self->project)), &n);
  kill_voice_shows_epoch (self->voice, n);
}

static void
state_cb (Child *self)
{
  kill_voice_shows_saved (self->voice,
                          cvr_document_get_state (self->document) == CVR_DOCUMENT_SAVED);
}

static void
failed_cb (Child      *self,
           const char *sentence)
{
  kill_voice_failed (self->voice, sentence);
}

static void
imported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  ((Child *) data)->importing = FALSE;
  cvr_project_report_free (result);
}

static void
saved_cb (const GError *error,
          gpointer      data)
{
  Child *self = data;

  self->saving = FALSE;
  if (error != NULL)
    kill_voice_failed (self->voice, error->message);
}

static void
begin_training (Child *self)
{
  CvrSettings settings = session_test_settings (N_EPOCHS);
  g_autoptr (GError) error = NULL;
  guint epoch, n_epochs;

  if (cvr_project_get_interrupted (self->project, &epoch, &n_epochs))
    {
      cvr_project_resume_training (self->project);
      return;
    }
  settings.seed = 7;
  cvr_project_set_settings (self->project, &settings);
  cvr_project_train (self->project, FALSE, &error);
  g_assert_no_error (error);
}

static gboolean
tick_cb (gpointer data)
{
  static const char *const sources[] = { "builtin:digits:20", NULL };
  Child *self = data;
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  guint n = cvr_dataset_n_items (dataset);
  guint64 id = cvr_dataset_item (dataset, (guint) g_rand_int_range (self->rand, 0, (gint) n))->id;
  gint label = g_rand_int_range (self->rand, -1, 10);

  kill_voice_asks (self->voice, id, label);
  cvr_project_set_labels (self->project, &id, 1, label);
  if (self->n_ticks % 20 == 3 && !self->importing && n < MAX_PICTURES)
    {
      self->importing = TRUE;
      cvr_project_import (self->project, sources, NULL, FALSE, NULL, imported_cb, self);
    }
  if (self->n_ticks % 15 == 5 && !self->saving)
    {
      self->saving = TRUE;
      cvr_document_save_as (self->document, self->file, saved_cb, self);
    }
  if (self->n_ticks == 1)
    begin_training (self);
  self->n_ticks++;

  return G_SOURCE_CONTINUE;
}

static int
run_child (char **arguments)
{
  Child self = { .voice = kill_voice_new (STDOUT_FILENO) };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  self.document = cvr_document_open_path (arguments[0], &warning, &error);
  g_assert_no_error (error);
  g_assert_null (warning);
  self.project = cvr_document_get_project (self.document);
  self.file = g_file_new_for_path (arguments[1]);
  self.rand = g_rand_new_with_seed ((guint32) g_ascii_strtoull (arguments[2], NULL, 10));
  g_signal_connect_swapped (self.project, "images-changed", G_CALLBACK (shown_cb), &self);
  g_signal_connect_swapped (self.project, "failed", G_CALLBACK (failed_cb), &self);
  g_signal_connect_swapped (cvr_project_get_training (self.project), "changed",
                            G_CALLBACK (learned_cb), &self);
  g_signal_connect_swapped (self.document, "changed", G_CALLBACK (state_cb), &self);
  shown_cb (&self);
  g_timeout_add (3, tick_cb, &self);
  g_main_loop_run (loop);

  return 0;
}

/* The parent */

static gboolean
is_imported (gpointer data)
{
  return *(gboolean *) data;
}

static void
first_imported_cb (CvrJob       *job,
                   gpointer      result,
                   const GError *error,
                   gpointer      data)
{
  g_assert_no_error (error);
  cvr_project_report_free (result);
  *(gboolean *) data = TRUE;
}

static void
begin (const char *path)
{
  static const char *const sources[] = { "builtin:digits:300", NULL };
  CvrProject *project = cvr_project_open (path, NULL, NULL);
  gboolean imported = FALSE;

  g_assert_nonnull (project);
  cvr_project_import (project, sources, NULL, FALSE, NULL, first_imported_cb, &imported);
  session_test_wait (is_imported, &imported);
  cvr_project_close (project);
  g_object_unref (project);
}

static void
check_live (KillTest   *test,
            const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  CvrProject *project = cvr_project_open (path, &warning, &error);

  g_assert_no_error (error);
  g_assert_null (warning);
  kill_test_check_live (test, project);
  cvr_project_close (project);
  g_object_unref (project);
}

static void
test_nothing_shown_is_lost (void)
{
  guint n_kills = kill_test_times (N_KILLS);
  guint32 seed = (guint32) g_test_rand_int ();
  g_autoptr (KillTest) test = kill_test_new (seed);
  g_autofree char *folder = session_test_folder ();
  g_autofree char *live = g_build_filename (folder, "live.convisor", NULL);
  g_autofree char *file = g_build_filename (folder, "Digits.convisor", NULL);
  const char *const arguments[] = { live, file, NULL };

  g_test_message ("seed %u", seed);
  begin (live);
  for (guint i = 0; i < n_kills; i++)
    {
      kill_test_run (test, arguments, NULL, MOST_MS);
      check_live (test, live);
      kill_test_check_file (test, file);
      g_test_message ("kill %u: %u pictures shown, epoch %u, called saved %u times", i + 1,
                      kill_test_count (test), kill_test_epoch (test), kill_test_n_saved (test));
    }
  g_assert_cmpuint (kill_test_n_labelled (test), >=, N_PICTURES);

  session_test_remove (folder);
}

int
main (int    argc,
      char **argv)
{
  if (argc == 5 && g_str_equal (argv[1], "--child"))
    return run_child (argv + 2);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/kill/nothing-shown-is-lost", test_nothing_shown_is_lost);

  return g_test_run ();
}
