/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file is opened: it is the live project, or comes in beside it, or is refused; nothing that was
 * there is lost. */
#include "documents-fixture.h"

#include "cvr-lesson.h"

#include <string.h>

static void
test_open_again (Fixture      *self,
                 gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = fixture_saved (self, file);
  CvrDocument *document;

  /* The file is as it was: the live one, also with changes of its own. */
  fixture_open_file (self, file);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->opened->id, ==, id);
  document = fixture_open (self, id);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_SAVED);
  fixture_add_class (document, "bird");
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_UNSAVED);
  fixture_close (document);
  fixture_reopen_list (self);
  fixture_open_file (self, file);
  g_assert_cmpstr (self->opened->id, ==, id);
  document = fixture_open (self, id);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_UNSAVED);
  g_assert_true (cvr_document_needs_save (document));
  fixture_save (self, document, NULL);
  g_assert_no_error (self->error);
  g_assert_false (cvr_document_needs_save (document));
  fixture_close (document);
  assert_file_holds (self, file, "cat bird");
}

static void
test_open_changed_file (Fixture      *self,
                        gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = fixture_saved (self, file);
  CvrDocument *document;

  fixture_change_file (self, file);
  fixture_open_file (self, file);
  g_assert_no_error (self->error);
  g_assert_cmpstr (self->opened->id, !=, id);
  g_assert_cmpstr (self->opened->replaced, ==, id);
  g_assert_null (self->opened->kept);
  document = fixture_open (self, self->opened->id);
  assert_classes (document, "cat dog");
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_SAVED);
  g_assert_true (cvr_documents_delete (self->documents, id, NULL));
  g_assert_cmpuint (cvr_documents_n (self->documents), ==, 1);
  fixture_close (document);
}

static void
test_open_when_both_changed (Fixture      *self,
                             gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);

  fixture_close (document);
  fixture_change_file (self, file);
  fixture_open_file (self, file);
  g_assert_no_error (self->error);
  g_assert_null (self->opened->replaced);
  g_assert_cmpstr (self->opened->kept, ==, "Pets (before opening the file)");
  assert_live (self, self->opened->id, CVR_DOCUMENT_SAVED, "cat dog");
  document = fixture_open (self, id);
  cvr_project_wait (cvr_document_get_project (document));
  assert_classes (document, "cat bird");
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_LOCAL);
  g_assert_cmpstr (cvr_project_get_name (cvr_document_get_project (document)), ==,
                   "Pets (before opening the file)");
  fixture_close (document);
}

/* Killed before the index could say that there are changes. */
static void
test_changes_are_seen_without_the_index (Fixture      *self,
                                         gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *id = NULL;
  CvrDocument *document = fixture_changed (self, file, &id);

  fixture_close (document);
  cvr_documents_set_dirty (self->documents, id, FALSE);
  g_assert_true (cvr_documents_is_unsaved (self->documents, id));
  assert_live (self, id, CVR_DOCUMENT_UNSAVED, "cat bird");
}

static void
test_files_that_are_refused (Fixture      *self,
                             gconstpointer data)
{
  static const char *const contents[] = { "", "not a project at all, but long enough to look" };

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr (GFile) file = fixture_file (self, "Odd.convisor");
      g_autofree char *path = g_file_get_path (file);

      g_assert_true (g_file_set_contents (path, contents[i], -1, NULL));
      fixture_open_file (self, file);
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
  g_autoptr (GFile) file = fixture_file (self, "Pets.convisor");
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *id = fixture_saved (self, file);
  g_autofree char *bytes = NULL;
  gsize length;
  CvrDocument *document;

  /* The last third of the file is lost. */
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) (length * 2 / 3), NULL));
  fixture_open_file (self, file);
  g_assert_error (self->error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT);
  fixture_recover (self, file);
  g_assert_no_error (self->error);
  g_test_message ("%s", self->opened->report);
  g_assert_cmpuint (strlen (self->opened->report), >, 10);
  document = fixture_open (self, self->opened->id);
  g_assert_null (cvr_document_get_file (document));
  fixture_close (document);
  assert_live (self, id, CVR_DOCUMENT_SAVED, "cat");
}

static void
test_lesson (Fixture      *self,
             gconstpointer data)
{
  static const char *const pages[] = { "images", "train", NULL };
  g_autoptr (GFile) file = fixture_file (self, "Lesson.convisor");
  g_autofree char *id = cvr_documents_add (self->documents, NULL);
  CvrDocument *document = fixture_open (self, id);
  g_auto (GStrv) none = NULL;
  g_auto (GStrv) found = NULL;

  fixture_add_class (document, "cat");
  cvr_lesson_save (self->documents, cvr_document_get_project (document), "First lesson", pages,
                   file, fixture_saved_cb, self);
  fixture_wait (self);
  g_assert_no_error (self->error);
  session_test_settle ();
  g_assert_cmpuint (cvr_documents_n (self->documents), ==, 1);
  none = cvr_lesson_get_pages (cvr_document_get_project (document));
  g_assert_null (none);
  fixture_close (document);

  fixture_open_file (self, file);
  g_assert_no_error (self->error);
  document = fixture_open (self, self->opened->id);
  assert_classes (document, "cat");
  g_assert_cmpstr (cvr_project_get_name (cvr_document_get_project (document)), ==, "First lesson");
  found = cvr_lesson_get_pages (cvr_document_get_project (document));
  g_assert_true (g_strv_equal ((const char *const *) found, pages));
  fixture_close (document);
}

int
main (int    argc,
      char **argv)
{
  static const char suite[] = "/session/documents-open/";

  g_test_init (&argc, &argv, NULL);
  fixture_add (suite, "unchanged-file-is-the-live-project", test_open_again);
  fixture_add (suite, "changed-file-is-copied-anew", test_open_changed_file);
  fixture_add (suite, "both-changed-keeps-both", test_open_when_both_changed);
  fixture_add (suite, "changes-are-seen-without-the-index",
               test_changes_are_seen_without_the_index);
  fixture_add (suite, "files-that-are-refused", test_files_that_are_refused);
  fixture_add (suite, "recover", test_recover);
  fixture_add (suite, "lesson", test_lesson);

  return g_test_run ();
}
