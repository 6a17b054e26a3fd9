/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live projects in a folder of their own, and what is done with them again and again. */
#include "documents-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

static void
fixture_set_up (Fixture      *self,
                gconstpointer data)
{
  self->folder = session_test_folder ();
  self->data = g_build_filename (self->folder, "data", NULL);
  self->documents = cvr_documents_new (self->data);
}

static void
fixture_forget (Fixture *self)
{
  g_clear_pointer (&self->opened, cvr_opened_free);
  g_clear_error (&self->error);
  self->done = FALSE;
}

static void
fixture_tear_down (Fixture      *self,
                   gconstpointer data)
{
  fixture_forget (self);
  g_assert_finalize_object (self->documents);
  session_test_remove (self->folder);
  g_free (self->folder);
  g_free (self->data);
}

void
fixture_add (const char *suite,
             const char *name,
             void       (*test) (Fixture *self, gconstpointer data))
{
  g_autofree char *path = g_strconcat (suite, name, NULL);

  g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down);
}

void
fixture_reopen_list (Fixture *self)
{
  g_assert_finalize_object (self->documents);
  self->documents = cvr_documents_new (self->data);
}

GFile *
fixture_file (Fixture    *self,
              const char *name)
{
  return g_file_new_build_filename (self->folder, name, NULL);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->done;
}

void
fixture_wait (Fixture *self)
{
  session_test_wait (is_done, self);
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

void
fixture_open_file (Fixture *self,
                   GFile   *file)
{
  fixture_forget (self);
  cvr_documents_open_file (self->documents, file, NULL, opened_cb, self);
  fixture_wait (self);
}

void
fixture_recover (Fixture *self,
                 GFile   *file)
{
  fixture_forget (self);
  cvr_documents_recover (self->documents, file, NULL, opened_cb, self);
  fixture_wait (self);
}

void
fixture_revert (Fixture    *self,
                const char *id)
{
  fixture_forget (self);
  cvr_documents_revert (self->documents, id, NULL, opened_cb, self);
  fixture_wait (self);
}

void
fixture_saved_cb (const GError *error,
                  gpointer      fixture)
{
  Fixture *self = fixture;

  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->done = TRUE;
}

void
fixture_save (Fixture     *self,
              CvrDocument *document,
              GFile       *file)
{
  fixture_forget (self);
  if (file != NULL)
    cvr_document_save_as (document, file, fixture_saved_cb, self);
  else
    cvr_document_save (document, FALSE, fixture_saved_cb, self);
  fixture_wait (self);
}

void
fixture_save_over (Fixture     *self,
                   CvrDocument *document)
{
  fixture_forget (self);
  cvr_document_save (document, TRUE, fixture_saved_cb, self);
  fixture_wait (self);
}

CvrDocument *
fixture_open (Fixture    *self,
              const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  CvrDocument *document = cvr_document_open (self->documents, id, &warning, &error);

  g_assert_no_error (error);
  g_assert_null (warning);

  return document;
}

void
fixture_close (CvrDocument *document)
{
  cvr_document_close (document);
  g_assert_finalize_object (document);
}

void
fixture_add_class (CvrDocument *document,
                   const char  *name)
{
  cvr_project_add_class (cvr_document_get_project (document), name);
  cvr_project_wait (cvr_document_get_project (document));
}

char *
fixture_saved (Fixture *self,
               GFile   *file)
{
  char *id = cvr_documents_add (self->documents, NULL);
  CvrDocument *document = fixture_open (self, id);

  fixture_add_class (document, "cat");
  cvr_project_set_name (cvr_document_get_project (document), "Pets");
  cvr_project_wait (cvr_document_get_project (document));
  fixture_save (self, document, file);
  g_assert_no_error (self->error);
  g_assert_cmpint (cvr_document_get_state (document), ==, CVR_DOCUMENT_SAVED);
  fixture_close (document);

  return id;
}

CvrDocument *
fixture_changed (Fixture *self,
                 GFile   *file,
                 char   **id)
{
  CvrDocument *document;

  *id = fixture_saved (self, file);
  document = fixture_open (self, *id);
  fixture_add_class (document, "bird");

  return document;
}

void
fixture_change_file (Fixture *self,
                     GFile   *file)
{
  g_autofree char *path = g_file_get_path (file);
  CvrDocument *document = cvr_document_open_path (path, NULL, NULL);
  struct timespec times[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);

  fixture_add_class (document, "dog");
  fixture_close (document);
  g_remove (lock);
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static char *
classes_of (CvrDocument *document)
{
  CvrDataset *dataset = cvr_project_get_dataset (cvr_document_get_project (document));
  GString *names = g_string_new (NULL);

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    g_string_append_printf (names, "%s%s", k > 0 ? " " : "", cvr_dataset_class_name (dataset, k));

  return g_string_free (names, FALSE);
}

void
assert_classes (CvrDocument *document,
                const char  *names)
{
  g_autofree char *found = classes_of (document);

  g_assert_cmpstr (found, ==, names);
}

void
assert_live (Fixture          *self,
             const char       *id,
             CvrDocumentState  state,
             const char       *names)
{
  CvrDocument *document = fixture_open (self, id);

  g_assert_cmpint (cvr_document_get_state (document), ==, state);
  assert_classes (document, names);
  fixture_close (document);
}

void
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
  fixture_close (document);
}
