/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live projects on this computer: the list is kept or made again, and one window writes
 * each. */
#include "documents-fixture.h"

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
    fixture_close (fixture_open (self, ids[i]));
  cvr_documents_set_link (self->documents, first, "file:///tmp/One.convisor", "12:34");
  cvr_documents_set_title (self->documents, first, "Uno “y” más", FALSE);
  cvr_documents_touch (self->documents, first);
  fixture_reopen_list (self);
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
      fixture_reopen_list (self);
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

  fixture_add_class (document, "cat");
  fixture_close (document);
  cvr_documents_adopt (self->documents, path);
  cvr_documents_adopt (self->documents, path);
  g_assert_cmpuint (cvr_documents_n (self->documents), ==, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  id = g_strdup (cvr_documents_get (self->documents, 0)->id);
  assert_live (self, id, CVR_DOCUMENT_LOCAL, "cat");
}

static void
test_second_window_looks (Fixture      *self,
                          gconstpointer data)
{
  g_autofree char *id = cvr_documents_add (self->documents, NULL);
  CvrDocument *first = fixture_open (self, id);
  CvrDocument *second;
  g_autoptr (GError) error = NULL;

  fixture_add_class (first, "cat");
  second = fixture_open (self, id);
  g_assert_cmpint (cvr_document_get_state (second), ==, CVR_DOCUMENT_READ_ONLY);
  g_assert_cmpint (cvr_document_get_since (second), >, 1500000000);
  assert_classes (second, "cat");
  cvr_project_add_class (cvr_document_get_project (second), "dog");
  cvr_project_wait (cvr_document_get_project (second));
  assert_classes (second, "cat");
  fixture_add_class (first, "bird");
  g_assert_false (cvr_documents_delete (self->documents, id, &error));
  g_assert_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_LOCKED);
  fixture_close (second);
  fixture_close (first);
  assert_live (self, id, CVR_DOCUMENT_LOCAL, "cat bird");
}

typedef struct
{
  CvrDocument *document;
  char        *error;
} Opened;

static void
ready_cb (CvrDocument  *document,
          const char   *warning,
          const GError *error,
          gpointer      data)
{
  Opened *opened = data;

  g_assert_null (warning);
  opened->document = document;
  opened->error = error != NULL ? g_strdup (error->message) : NULL;
}

static gboolean
has_opened (gpointer data)
{
  const Opened *opened = data;

  return opened->document != NULL || opened->error != NULL;
}

static CvrDocument *
open_beside (Fixture    *self,
             const char *id)
{
  Opened opened = { 0 };

  cvr_document_start_opening (self->documents, id, NULL, ready_cb, &opened);
  g_assert_false (has_opened (&opened)); /* it comes from the main loop */
  session_test_wait (has_opened, &opened);
  g_assert_null (opened.error);

  return opened.document;
}

static void
test_opens_beside_the_main_loop (Fixture      *self,
                                 gconstpointer data)
{
  g_autofree char *id = cvr_documents_add (self->documents, NULL);
  CvrDocument *first = open_beside (self, id);
  CvrDocument *second;

  fixture_add_class (first, "cat");
  second = open_beside (self, id);
  g_assert_cmpint (cvr_document_get_state (second), ==, CVR_DOCUMENT_READ_ONLY);
  assert_classes (second, "cat");
  fixture_close (second);
  fixture_close (first);
  first = open_beside (self, id);
  assert_classes (first, "cat");
  g_assert_cmpstr (cvr_document_get_id (first), ==, id);
  fixture_close (first);
}

static void
test_a_cancelled_opening_leaves_nothing_open (Fixture      *self,
                                              gconstpointer data)
{
  g_autofree char *id = cvr_documents_add (self->documents, NULL);
  Opened opened = { 0 };
  CvrDocument *document;

  cvr_job_cancel (cvr_document_start_opening (self->documents, id, NULL, ready_cb, &opened));
  session_test_wait (has_opened, &opened);
  g_assert_null (opened.document);
  g_free (opened.error);
  document = open_beside (self, id);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_LOCAL); /* not locked */
  fixture_close (document);
}

typedef struct
{
  gboolean ended;
  char    *error;
} Saved;

static void
saved_cb (const GError *error,
          gpointer      data)
{
  Saved *saved = data;

  saved->ended = TRUE;
  saved->error = error != NULL ? g_strdup (error->message) : NULL;
}

static gboolean
has_ended (gpointer data)
{
  return ((const Saved *) data)->ended;
}

static void
test_one_that_is_not_open_is_saved (Fixture      *self,
                                    gconstpointer data)
{
  g_autofree char *other = cvr_documents_add (self->documents, NULL);
  g_autofree char *path = g_build_filename (self->folder, "Other.convisor", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *present = NULL;
  Saved saved = { FALSE, NULL }, refused = { FALSE, NULL };
  CvrDocument *document = fixture_open (self, other);
  const CvrDocumentInfo *info;

  fixture_add_class (document, "cat");
  cvr_documents_save_as (self->documents, other, file, saved_cb, &refused);
  session_test_wait (has_ended, &refused);
  g_assert_nonnull (refused.error); /* it is open */
  g_free (refused.error);
  fixture_close (document);

  present = cvr_documents_add (self->documents, NULL);
  document = fixture_open (self, present);
  cvr_documents_save_as (self->documents, other, file, saved_cb, &saved);
  session_test_wait (has_ended, &saved);
  session_test_settle ();
  g_assert_null (saved.error);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  info = cvr_documents_find (self->documents, other);
  g_assert_nonnull (info->uri);
  g_assert_cmpstr (cvr_documents_get (self->documents, 0)->id, ==, present);
  fixture_close (document);
  assert_live (self, other, CVR_DOCUMENT_SAVED, "cat");
}

int
main (int    argc,
      char **argv)
{
  static const char suite[] = "/session/documents/";

  g_test_init (&argc, &argv, NULL);
  fixture_add (suite, "list-is-kept-or-made-again", test_list);
  fixture_add (suite, "single-project-of-before-is-adopted", test_adopt);
  fixture_add (suite, "second-window-looks-only", test_second_window_looks);
  fixture_add (suite, "opens-beside-the-main-loop", test_opens_beside_the_main_loop);
  fixture_add (suite, "one-that-is-not-open-is-saved", test_one_that_is_not_open_is_saved);
  fixture_add (suite, "a-cancelled-opening-leaves-nothing-open",
               test_a_cancelled_opening_leaves_nothing_open);

  return g_test_run ();
}
