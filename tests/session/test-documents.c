/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live projects and the files they are saved to: whatever is opened, saved, reverted or refused,
 * nothing that was there is lost. */
#include "session-test.h"

#include "cvr-document.h"
#include "cvr-lesson.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char         *folder, *data; /* the user's, and the program's */
  CvrDocuments *documents;
  CvrOpened    *opened;
  GError       *error;
  gboolean      done;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  self->folder = session_test_folder ();
  self->data = g_build_filename (self->folder, "data", NULL);
  self->documents = cvr_documents_new (self->data);
}

static void
forget_results (Fixture *self)
{
  g_clear_pointer (&self->opened, cvr_opened_free);
  g_clear_error (&self->error);
  self->done = FALSE;
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  forget_results (self);
  g_assert_finalize_object (self->documents);
  session_test_remove (self->folder);
  g_free (self->folder);
  g_free (self->data);
}

static void
reopen_list (Fixture *self)
{
  g_assert_finalize_object (self->documents);
  self->documents = cvr_documents_new (self->data);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->done;
}

static void
opened_cb (CvrJob       *job,
           gpointer      result,
           const GError *error,
           gpointer      data)
{
  Fixture *self = data;

  self->opened = result;
  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->done = TRUE;
}

static void
open_file (Fixture *self,
           GFile   *file)
{
  forget_results (self);
  cvr_documents_open_file (self->documents, file, NULL, opened_cb, self);
  session_test_wait (is_done, self);
}

static void
saved_cb (const GError *error,
          gpointer      data)
{
  Fixture *self = data;

  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->done = TRUE;
}

static void
save (Fixture     *self,
      CvrDocument *document,
      GFile       *file)
{
  forget_results (self);
  if (file != NULL)
    cvr_document_save_as (document, file, saved_cb, self);
  else
    cvr_document_save (document, FALSE, saved_cb, self);
  session_test_wait (is_done, self);
}

static CvrDocument *
open_document (Fixture    *self,
               const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  CvrDocument *document = cvr_document_open (self->documents, id, &warning, &error);

  g_assert_no_error (error);
  g_assert_null (warning);

  return document;
}

static void
close_document (CvrDocument *document)
{
  cvr_document_close (document);
  g_assert_finalize_object (document);
}

static void
add_class (CvrDocument *document,
           const char  *name)
{
  cvr_project_add_class (cvr_document_get_project (document), name);
  cvr_project_wait (cvr_document_get_project (document));
}

/* The classes' names with blanks between them. */
static char *
classes_of (CvrDocument *document)
{
  CvrDataset *dataset = cvr_project_get_dataset (cvr_document_get_project (document));
  GString *names = g_string_new (NULL);

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    g_string_append_printf (names, "%s%s", k > 0 ? " " : "", cvr_dataset_class_name (dataset, k));

  return g_string_free (names, FALSE);
}

static void
assert_classes (CvrDocument *document,
                const char  *names)
{
  g_autofree char *found = classes_of (document);

  g_assert_cmpstr (found, ==, names);
}

/* What a file holds, seen through a project of its own. */
static void
assert_file_holds (Fixture    *self,
                   GFile      *file,
                   const char *names)
{
  g_autofree char *copy = g_build_filename (self->folder, "look.convisor", NULL);
  g_autoptr (GFile) to = g_file_new_for_path (copy);
  g_autoptr (GError) error = NULL;
  CvrDocument *document;

  g_file_copy (file, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  document = cvr_document_open_path (copy, NULL, &error);
  g_assert_no_error (error);
  assert_classes (document, names);
  close_document (document);
}

static GFile *
user_file (Fixture    *self,
           const char *name)
{
  return g_file_new_build_filename (self->folder, name, NULL);
}

/* A live project of class "cat", saved to @file, closed. Returns its name. */
static char *
make_saved (Fixture *self,
            GFile   *file)
{
  char *id = cvr_documents_add (self->documents, NULL);
  CvrDocument *document = open_document (self, id);

  add_class (document, "cat");
  cvr_project_set_name (cvr_document_get_project (document), "Pets");
  cvr_project_wait (cvr_document_get_project (document));
  save (self, document, file);
  g_assert_no_error (self->error);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_SAVED);
  close_document (document);

  return id;
}

/* Somebody else writes the file: class "dog" comes into it. */
static void
change_file (Fixture *self,
             GFile   *file)
{
  g_autofree char *path = g_file_get_path (file);
  CvrDocument *document = cvr_document_open_path (path, NULL, NULL);
  struct timespec times[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);

  add_class (document, "dog");
  close_document (document);
  g_remove (lock);
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
test_list (Fixture      *self,
           gconstpointer data)
{
  g_autofree char *first = cvr_documents_add (self->documents, "One");
  g_autofree char *second = cvr_documents_add (self->documents, "Two");
  g_autofree char *index = g_build_filename (self->data, "projects.json", NULL);
  const char *const ids[] = { first, second };

  g_assert_cmpstr (first, !=, second);
  for (guint i = 0; i < 2; i++)
    close_document (open_document (self, ids[i]));
  cvr_documents_set_link (self->documents, first, "file:///tmp/One.convisor", "12:34");
  cvr_documents_set_title (self->documents, first, "Uno “y” más", FALSE);
  cvr_documents_touch (self->documents, first);
  reopen_list (self);
  g_assert_cmpuint (cvr_documents_n (self->documents), ==, 2);
  g_assert_cmpstr (cvr_documents_get (self->documents, 0)->id, ==, first);
  g_assert_cmpstr (cvr_documents_get (self->documents, 0)->title, ==, "Uno “y” más");
  g_assert_cmpstr (cvr_documents_get (self->documents, 0)->etag, ==, "12:34");
  g_assert_null (cvr_documents_get (self->documents, 2));
  g_assert_cmpstr (cvr_documents_find_uri (self->documents, "file:///tmp/One.convisor")->id, ==,
                   first);

  cvr_documents_flush (self->documents);
  for (guint i = 0; i < 4; i++)
    {
      static const char *const broken[] = { "", "{", "{\"projects\":[{\"id\":\"../../x\"},7]}",
                                            "\xff\xfe" };

      g_assert_true (g_file_set_contents (index, broken[i], -1, NULL));
      reopen_list (self);
      g_assert_cmpuint (cvr_documents_n (self->documents), ==, 2);
      g_assert_nonnull (cvr_documents_find (self->documents, first));
    }
}

static void
test_adopt (Fixture      *self,
            gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->data, "current.convisor", NULL);
  CvrDocument *document = cvr_document_open_path (path, NULL, NULL);
  g_autofree char *id = NULL;

  add_class (document, "cat");
  close_document (document);
  cvr_documents_adopt (self->documents, path);
  cvr_documents_adopt (self->documents, path);
  g_assert_cmpuint (cvr_documents_n (self->documents), ==, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  id = g_strdup (cvr_documents_get (self->documents, 0)->id);
  document = open_document (self, id);
  assert_classes (document, "cat");
  close_document (document);
}

static void
test_open_again (Fixture      *self,
                 gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "Pets.convisor");
  g_autofree char *id = make_saved (self, file);
  CvrDocument *document;

  /* The file is as it was: the live one, also with changes of its own. */
  open_file (self, file);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->opened->id, ==, id);
  document = open_document (self, id);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_SAVED);
  add_class (document, "bird");
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_UNSAVED);
  close_document (document);
  reopen_list (self);
  open_file (self, file);
  g_assert_cmpstr (self->opened->id, ==, id);
  document = open_document (self, id);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_UNSAVED);
  g_assert_true (cvr_document_needs_save (document));
  save (self, document, NULL);
  g_assert_no_error (self->error);
  g_assert_false (cvr_document_needs_save (document));
  close_document (document);
  assert_file_holds (self, file, "cat bird");
}

static void
test_open_changed_file (Fixture      *self,
                        gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "Pets.convisor");
  g_autofree char *id = make_saved (self, file);
  CvrDocument *document;

  change_file (self, file);
  open_file (self, file);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->opened->id, !=, id);
  g_assert_cmpstr (self->opened->replaced, ==, id);
  g_assert_null (self->opened->kept);
  document = open_document (self, self->opened->id);
  assert_classes (document, "cat dog");
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_SAVED);
  g_assert_true (cvr_documents_delete (self->documents, id, NULL));
  g_assert_cmpuint (cvr_documents_n (self->documents), ==, 1);
  close_document (document);
}

static void
test_open_when_both_changed (Fixture      *self,
                             gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "Pets.convisor");
  g_autofree char *id = make_saved (self, file);
  CvrDocument *document = open_document (self, id);

  add_class (document, "bird");
  close_document (document);
  change_file (self, file);
  open_file (self, file);
  g_assert_no_error (self->error);
  g_assert_null (self->opened->replaced);
  g_assert_cmpstr (self->opened->kept, ==, "Pets (before opening the file)");
  document = open_document (self, self->opened->id);
  assert_classes (document, "cat dog");
  close_document (document);
  document = open_document (self, id);
  cvr_project_wait (cvr_document_get_project (document));
  assert_classes (document, "cat bird");
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_LOCAL);
  g_assert_cmpstr (cvr_project_get_name (cvr_document_get_project (document)), ==,
                   "Pets (before opening the file)");
  close_document (document);
}

/* Killed before the index could say that there are changes. */
static void
test_changes_are_seen_without_the_index (Fixture      *self,
                                         gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "Pets.convisor");
  g_autofree char *id = make_saved (self, file);
  CvrDocument *document = open_document (self, id);

  g_assert_false (cvr_documents_is_unsaved (self->documents, id));
  add_class (document, "bird");
  close_document (document);
  cvr_documents_set_dirty (self->documents, id, FALSE);
  g_assert_true (cvr_documents_is_unsaved (self->documents, id));
  document = open_document (self, id);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_UNSAVED);
  close_document (document);
}

static void
test_save_finds_another_version (Fixture      *self,
                                 gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "Pets.convisor");
  g_autofree char *id = make_saved (self, file);
  CvrDocument *document = open_document (self, id);

  add_class (document, "bird");
  change_file (self, file);
  save (self, document, NULL);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_CONFLICT);
  g_assert_false (cvr_document_needs_save (document));
  assert_file_holds (self, file, "cat dog");

  forget_results (self);
  cvr_document_save (document, TRUE, saved_cb, self);
  session_test_wait (is_done, self);
  g_assert_no_error (self->error);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_SAVED);
  assert_file_holds (self, file, "cat bird");
  close_document (document);
}

static void
test_revert (Fixture      *self,
             gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "Pets.convisor");
  g_autofree char *id = make_saved (self, file);
  CvrDocument *document = open_document (self, id);

  add_class (document, "bird");
  close_document (document);
  forget_results (self);
  cvr_documents_revert (self->documents, id, NULL, opened_cb, self);
  session_test_wait (is_done, self);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->opened->kept, ==, "Pets (before reverting)");
  document = open_document (self, self->opened->id);
  assert_classes (document, "cat");
  g_assert_true (g_file_equal (cvr_document_get_file (document), file));
  close_document (document);
  document = open_document (self, id);
  assert_classes (document, "cat bird");
  g_assert_null (cvr_document_get_file (document));
  close_document (document);
}

/* The project is open while its file is opened anew or reverted to: it doesn't write there any
 * more. */
static void
test_revert_of_an_open_project (Fixture      *self,
                                gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "Pets.convisor");
  g_autofree char *id = make_saved (self, file);
  CvrDocument *document = open_document (self, id);

  add_class (document, "bird");
  g_assert_true (cvr_document_needs_save (document));
  forget_results (self);
  cvr_documents_revert (self->documents, id, NULL, opened_cb, self);
  session_test_wait (is_done, self);
  g_assert_no_error (self->error);
  g_assert_false (cvr_document_needs_save (document));
  g_assert_null (cvr_document_get_file (document));
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_LOCAL);
  g_assert_true (cvr_documents_is_unsaved (self->documents, id));
  close_document (document);
  assert_file_holds (self, file, "cat");
}

static void
test_second_window_looks (Fixture      *self,
                          gconstpointer data)
{
  g_autofree char *id = cvr_documents_add (self->documents, NULL);
  CvrDocument *first = open_document (self, id);
  CvrDocument *second;
  g_autoptr (GError) error = NULL;

  add_class (first, "cat");
  second = open_document (self, id);
  g_assert_cmpint (cvr_document_get_state (second), ==, CVR_DOCUMENT_READ_ONLY);
  g_assert_cmpint (cvr_document_get_since (second), >, 1500000000);
  assert_classes (second, "cat");
  cvr_project_add_class (cvr_document_get_project (second), "dog");
  cvr_project_wait (cvr_document_get_project (second));
  assert_classes (second, "cat");
  add_class (first, "bird");
  g_assert_false (cvr_documents_delete (self->documents, id, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED);
  close_document (second);
  close_document (first);
  first = open_document (self, id);
  g_assert_cmpint (cvr_document_get_state (first), ==, CVR_DOCUMENT_LOCAL);
  assert_classes (first, "cat bird");
  close_document (first);
}

/* No room for the copy that is made first, nor for the file. */
static void
test_full_disk (Fixture      *self,
                gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "Pets.convisor");
  g_autofree char *id = make_saved (self, file);
  CvrDocument *document = open_document (self, id);
  struct rlimit before, small;

  add_class (document, "bird");
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 8192;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  save (self, document, NULL);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_nonnull (self->error);
  g_test_message ("%s", self->error->message);
  g_assert_true (g_str_has_prefix (self->error->message, "“Pets.convisor” could not be saved: "));
  g_assert_null (strstr (self->error->message, "not an error"));
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_UNSAVED);
  assert_file_holds (self, file, "cat");
  save (self, document, NULL);
  g_assert_no_error (self->error);
  assert_file_holds (self, file, "cat bird");
  close_document (document);
}

static void
test_folder_that_is_not_there (Fixture      *self,
                               gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "nowhere/Pets.convisor");
  g_autofree char *id = cvr_documents_add (self->documents, NULL);
  CvrDocument *document = open_document (self, id);

  add_class (document, "cat");
  save (self, document, file);
  g_assert_nonnull (self->error);
  g_test_message ("%s", self->error->message);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_LOCAL);
  close_document (document);
  document = open_document (self, id);
  assert_classes (document, "cat");
  close_document (document);
}

static void
test_folder_that_is_read_only (Fixture      *self,
                               gconstpointer data)
{
  g_autofree char *locked = g_build_filename (self->folder, "locked", NULL);
  g_autoptr (GFile) file = user_file (self, "locked/Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document;

  if (geteuid () == 0)
    {
      g_test_skip ("nothing is read-only for root");
      return;
    }
  g_assert_cmpint (g_mkdir (locked, 0700), ==, 0);
  id = make_saved (self, file);
  document = open_document (self, id);
  add_class (document, "bird");
  g_assert_cmpint (g_chmod (locked, 0500), ==, 0);
  save (self, document, NULL);
  g_chmod (locked, 0700);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  assert_file_holds (self, file, "cat");
  close_document (document);
}

static void
test_files_that_are_refused (Fixture      *self,
                             gconstpointer data)
{
  static const char *const contents[] = { "", "not a project at all, but long enough to look" };

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr (GFile) file = user_file (self, "Odd.convisor");
      g_autofree char *path = g_file_get_path (file);

      g_assert_true (g_file_set_contents (path, contents[i], -1, NULL));
      open_file (self, file);
      g_assert_error (self->error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
      g_test_message ("%s", self->error->message);
      g_assert_nonnull (strstr (self->error->message, "Odd.convisor"));
      g_assert_cmpuint (cvr_documents_n (self->documents), ==, 0);
    }
}

static void
test_recover (Fixture      *self,
              gconstpointer data)
{
  g_autoptr (GFile) file = user_file (self, "Pets.convisor");
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *id = make_saved (self, file);
  g_autofree char *bytes = NULL;
  gsize length;
  CvrDocument *document;

  /* The last third of the file is lost. */
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) (length * 2 / 3), NULL));
  open_file (self, file);
  g_assert_error (self->error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  forget_results (self);
  cvr_documents_recover (self->documents, file, NULL, opened_cb, self);
  session_test_wait (is_done, self);
  g_assert_no_error (self->error);
  g_test_message ("%s", self->opened->report);
  g_assert_cmpuint (strlen (self->opened->report), >, 10);
  document = open_document (self, self->opened->id);
  g_assert_null (cvr_document_get_file (document));
  close_document (document);
  document = open_document (self, id);
  assert_classes (document, "cat");
  close_document (document);
}

static void
test_lesson (Fixture      *self,
             gconstpointer data)
{
  static const char *const pages[] = { "images", "train", NULL };
  g_autoptr (GFile) file = user_file (self, "Lesson.convisor");
  g_autofree char *id = cvr_documents_add (self->documents, NULL);
  CvrDocument *document = open_document (self, id);
  g_auto (GStrv) none = NULL;
  g_auto (GStrv) found = NULL;

  add_class (document, "cat");
  forget_results (self);
  cvr_lesson_save (self->documents, cvr_document_get_project (document), "First lesson", pages,
                   file, saved_cb, self);
  session_test_wait (is_done, self);
  g_assert_no_error (self->error);
  session_test_settle ();
  g_assert_cmpuint (cvr_documents_n (self->documents), ==, 1);
  none = cvr_lesson_get_pages (cvr_document_get_project (document));
  g_assert_null (none);
  close_document (document);

  open_file (self, file);
  g_assert_no_error (self->error);
  document = open_document (self, self->opened->id);
  assert_classes (document, "cat");
  g_assert_cmpstr (cvr_project_get_name (cvr_document_get_project (document)), ==, "First lesson");
  found = cvr_lesson_get_pages (cvr_document_get_project (document));
  g_assert_true (g_strv_equal ((const char *const *) found, pages));
  close_document (document);
}

static void
add (const char *name,
     void       (*test) (Fixture *self, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/session/documents/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("list-is-kept-or-made-again", test_list);
  add ("single-project-of-before-is-adopted", test_adopt);
  add ("unchanged-file-is-the-live-project", test_open_again);
  add ("changed-file-is-copied-anew", test_open_changed_file);
  add ("both-changed-keeps-both", test_open_when_both_changed);
  add ("changes-are-seen-without-the-index", test_changes_are_seen_without_the_index);
  add ("save-does-not-overwrite-another-version", test_save_finds_another_version);
  add ("revert-keeps-the-present-state", test_revert);
  add ("revert-of-an-open-project", test_revert_of_an_open_project);
  add ("second-window-looks-only", test_second_window_looks);
  add ("full-disk", test_full_disk);
  add ("folder-that-is-not-there", test_folder_that_is_not_there);
  add ("folder-that-is-read-only", test_folder_that_is_read_only);
  add ("files-that-are-refused", test_files_that_are_refused);
  add ("recover", test_recover);
  add ("lesson", test_lesson);

  return g_test_run ();
}
