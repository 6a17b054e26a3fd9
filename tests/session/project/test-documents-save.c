/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A project is saved to its file, or the file comes back in its place: the other state stays, and
 * what can't be written says so. */
#include "documents-fixture.h"

#include "cvr-document-mark.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void
test_save_finds_another_version (Fixture      *self,
                                 gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);

  fixture_change_file (self, file);
  fixture_save (self, document, NULL);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_CONFLICT);
  g_assert_false (cvr_document_needs_save (document));
  assert_file_holds (self, file, "cat dog");

  fixture_save_over (self, document);
  g_assert_no_error (self->error);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_SAVED);
  assert_file_holds (self, file, "cat bird");
  fixture_close (document);
}

/* A program that is killed when the file is new and the list of projects doesn't say so yet knows
 * its own work again. */
static void
test_own_work_is_known (Fixture      *self,
                        gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);
  g_autofree char *before = g_strdup (cvr_documents_find (self->documents, id)->etag);

  fixture_save (self, document, NULL);
  g_assert_no_error (self->error);
  fixture_close (document);
  cvr_documents_set_link (self->documents, id, uri, before);
  fixture_open_file (self, file);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->opened->id, ==, id);

  cvr_documents_set_link (self->documents, id, uri, before);
  document = fixture_open (self, id);
  fixture_add_class (document, "fox");
  fixture_save (self, document, NULL);
  g_assert_no_error (self->error);
  fixture_close (document);
  assert_file_holds (self, file, "cat bird fox");
}

/* And also when it was killed once more, before the next content took the place of the last. */
static void
test_own_work_is_known_twice (Fixture      *self,
                              gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);
  g_autofree char *mark = cvr_document_mark_path (cvr_document_get_path (document));
  g_autofree char *sum = NULL;
  g_autofree char *known = NULL;
  g_autofree char *known_then = NULL;

  fixture_save (self, document, NULL);
  g_assert_no_error (self->error);
  fixture_close (document);
  known = cvr_document_mark_etag (mark, file, &sum, NULL);
  g_assert_cmpstr (known, ==, cvr_documents_find (self->documents, id)->etag);
  cvr_document_mark_write (mark, "another", sum);
  known_then = cvr_document_mark_etag (mark, file, NULL, NULL);
  g_assert_cmpstr (known_then, ==, known);
  cvr_document_mark_write (mark, "another", NULL);
  g_assert_null (cvr_document_mark_etag (mark, file, NULL, NULL));
}

/* What an experiment measured is saved like a change; where somebody looks is none. */
static void
test_results_are_changes (Fixture      *self,
                          gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);
  CvrProject *project = cvr_document_get_project (document);

  fixture_save (self, document, NULL);
  g_assert_no_error (self->error);
  g_assert_false (cvr_document_needs_save (document));
  cvr_project_set_state (project, "images/filter", "{}");
  cvr_project_wait (project);
  g_assert_false (cvr_document_needs_save (document));
  cvr_project_keep_result (project, "experiment/rate", "[1, 2]");
  cvr_project_wait (project);
  g_assert_true (cvr_document_needs_save (document));
  fixture_save (self, document, NULL);
  g_assert_no_error (self->error);
  g_assert_false (cvr_document_needs_save (document));
  fixture_close (document);
}

static void
test_revert (Fixture      *self,
             gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);

  fixture_close (document);
  fixture_revert (self, id);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->opened->kept, ==, "Pets (before reverting)");
  document = fixture_open (self, self->opened->id);
  assert_classes (document, "cat");
  g_assert_true (g_file_equal (cvr_document_get_file (document), file));
  fixture_close (document);
  assert_live (self, id, CVR_DOCUMENT_LOCAL, "cat bird");
}

/* The project is open while its file is opened anew or reverted to: it doesn't write there any
 * more. */
static void
test_revert_of_an_open_project (Fixture      *self,
                                gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);

  g_assert_true (cvr_document_needs_save (document));
  fixture_revert (self, id);
  g_assert_no_error (self->error);
  g_assert_false (cvr_document_needs_save (document));
  g_assert_null (cvr_document_get_file (document));
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_LOCAL);
  g_assert_true (cvr_documents_is_unsaved (self->documents, id));
  fixture_close (document);
  assert_file_holds (self, file, "cat");
}

/* An automatic save is under way when its user reverts: whichever came first, what is opened then is
 * what the file holds, and saving goes on. */
static void
test_revert_while_it_saves (Fixture      *self,
                            gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);
  g_autofree char *kept = NULL;

  cvr_document_save (document, FALSE, fixture_saved_cb, self);
  while (cvr_document_get_job (document) == NULL && self->error == NULL)
    g_main_context_iteration (NULL, TRUE);
  cvr_document_stop_saving (document);
  g_assert_null (cvr_document_get_job (document));
  kept = g_strdup (self->error != NULL ? "cat" : "cat bird");
  if (self->error != NULL)
    g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&self->error);
  fixture_revert (self, id);
  g_assert_no_error (self->error);
  fixture_close (document);
  document = fixture_open (self, self->opened->id);
  assert_classes (document, kept);
  fixture_add_class (document, "fox");
  fixture_save (self, document, NULL);
  g_assert_no_error (self->error);
  fixture_close (document);
}

/* No room for the copy that is made first, nor for the file. */
static void
test_full_disk (Fixture      *self,
                gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);
  struct rlimit before, small;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 8192;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  fixture_save (self, document, NULL);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_nonnull (self->error);
  g_test_message ("%s", self->error->message);
  g_assert_true (g_str_has_prefix (self->error->message, "“Pets.convisor” could not be saved: "));
  g_assert_null (strstr (self->error->message, "not an error"));
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_UNSAVED);
  assert_file_holds (self, file, "cat");
  fixture_save (self, document, NULL);
  g_assert_no_error (self->error);
  assert_file_holds (self, file, "cat bird");
  fixture_close (document);
}

static void
test_folder_that_is_not_there (Fixture      *self,
                               gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "nowhere/Pets.convisor");
  g_autofree char *id = cvr_documents_add (self->documents, NULL);
  CvrDocument *document = fixture_open (self, id);

  fixture_add_class (document, "cat");
  fixture_save (self, document, file);
  g_assert_nonnull (self->error);
  g_test_message ("%s", self->error->message);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_LOCAL);
  fixture_close (document);
  assert_live (self, id, CVR_DOCUMENT_LOCAL, "cat");
}

static void
test_folder_that_is_read_only (Fixture      *self,
                               gconstpointer data)
{
  g_autofree char *locked = g_build_filename (self->folder, "locked", NULL);
  g_autoptr (GFile) file = fixture_file (self, "locked/Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document;

  if (geteuid () == 0)
    {
      g_test_skip ("nothing is read-only for root");
      return;
    }
  g_assert_cmpint (g_mkdir (locked, 0700), ==, 0);
  id = fixture_saved (self, file);
  document = fixture_open (self, id);
  fixture_add_class (document, "bird");
  g_assert_cmpint (g_chmod (locked, 0500), ==, 0);
  fixture_save (self, document, NULL);
  g_chmod (locked, 0700);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  assert_file_holds (self, file, "cat");
  fixture_close (document);
}

int
main (int    argc,
      char **argv)
{
  static const char suite[] = "/session/documents-save/";

  g_test_init (&argc, &argv, NULL);
  fixture_add (suite, "another-version-is-not-overwritten", test_save_finds_another_version);
  fixture_add (suite, "own-work-is-known", test_own_work_is_known);
  fixture_add (suite, "own-work-is-known-twice", test_own_work_is_known_twice);
  fixture_add (suite, "results-are-changes", test_results_are_changes);
  fixture_add (suite, "revert-keeps-the-present-state", test_revert);
  fixture_add (suite, "revert-of-an-open-project", test_revert_of_an_open_project);
  fixture_add (suite, "revert-while-it-saves", test_revert_while_it_saves);
  fixture_add (suite, "full-disk", test_full_disk);
  fixture_add (suite, "folder-that-is-not-there", test_folder_that_is_not_there);
  fixture_add (suite, "folder-that-is-read-only", test_folder_that_is_read_only);

  return g_test_run ();
}
