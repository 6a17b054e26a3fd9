/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A project in a temporary folder, its state as text, and the proof that actions can be undone. */
#include "project-test.h"

static void
failed_cb (CvrProject     *project,
           const char     *sentence,
           ProjectFixture *fixture)
{
  g_free (fixture->failure);
  fixture->failure = g_strdup (sentence);
}

void
project_test_open (ProjectFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  fixture->project = cvr_project_open (fixture->path, &warning, &error);
  g_assert_no_error (error);
  g_assert_null (warning);
  g_signal_connect (fixture->project, "failed", G_CALLBACK (failed_cb), fixture);
}

void
project_test_close (ProjectFixture *fixture)
{
  cvr_project_close (fixture->project);
  g_assert_finalize_object (fixture->project);
  fixture->project = NULL;
}

void
project_test_open_again (ProjectFixture *fixture)
{
  project_test_close (fixture);
  project_test_open (fixture);
}

gboolean
project_test_is_trained (gpointer data)
{
  CvrProject *project = ((ProjectFixture *) data)->project;

  return cvr_training_get_state (cvr_project_get_training (project)) == CVR_TRAINING_IDLE &&
         !cvr_project_is_evaluating (project);
}

static void
set_up (ProjectFixture *fixture,
        gconstpointer   data)
{
  fixture->folder = session_test_folder ();
  fixture->path = g_build_filename (fixture->folder, "deep", "current.convisor", NULL);
  project_test_open (fixture);
}

static void
tear_down (ProjectFixture *fixture,
           gconstpointer   data)
{
  if (fixture->project != NULL)
    project_test_close (fixture);
  session_test_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->failure);
  g_clear_error (&fixture->import_error);
  g_clear_pointer (&fixture->report, cvr_project_report_free);
}

void
project_test_imported_cb (CvrJob       *job,
                          gpointer      result,
                          const GError *error,
                          gpointer      data)
{
  ProjectFixture *fixture = data;

  fixture->imported = TRUE;
  g_clear_error (&fixture->import_error);
  g_clear_pointer (&fixture->report, cvr_project_report_free);
  fixture->import_error = error != NULL ? g_error_copy (error) : NULL;
  fixture->report = result;
}

gboolean
project_test_is_imported (gpointer data)
{
  return ((ProjectFixture *) data)->imported;
}

void
project_test_import (ProjectFixture *fixture,
                     const char     *source,
                     gboolean        replace)
{
  const char *const sources[] = { source, NULL };

  fixture->imported = FALSE;
  cvr_project_import (fixture->project, sources, NULL, replace, NULL, project_test_imported_cb,
                      fixture);
  session_test_wait (project_test_is_imported, fixture);
  g_assert_no_error (fixture->import_error);
}

static void
added_cb (guint64  id,
          gpointer data)
{
  *(guint64 *) data = id;
}

guint64
project_test_add_image (ProjectFixture *fixture,
                        CvrImage       *image,
                        const char     *name,
                        gint            label)
{
  guint64 id = G_MAXUINT64;

  cvr_project_add_image (fixture->project, image, name, label, added_cb, &id);
  cvr_project_wait (fixture->project);
  g_assert_cmpuint (id, !=, G_MAXUINT64);

  return id;
}

/* The object on screen says the same as the item. */
static void
assert_shown (CvrProject    *project,
              const CvrItem *item,
              CvrImageItem  *object)
{
  g_assert_cmpuint (cvr_image_item_get_id (object), ==, item->id);
  g_assert_cmpint (cvr_image_item_get_label (object), ==, item->label);
  g_assert_cmpuint (cvr_image_item_get_split (object), ==, item->used);
  g_assert_cmpuint (cvr_image_item_get_chosen_split (object), ==, item->split);
  g_assert_cmpuint (cvr_image_item_get_group (object), ==, item->group);
  g_assert_cmpstr (cvr_image_item_get_name (object), ==, item->name);
  g_assert_true (cvr_extras_equal (cvr_image_item_get_extras (object), item->extras));
  g_assert_true (cvr_project_find_item (project, item->id) == object);
}

static void
dump_item (GString       *text,
           const CvrItem *item)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrImage) image = cvr_picture_read (item->picture, &error);
  const CvrPictureFacts *facts = cvr_picture_facts (item->picture);
  g_autofree char *extras = cvr_extras_to_json (item->extras);
  g_autofree char *hash = NULL;

  g_assert_no_error (error);
  hash = g_compute_checksum_for_data (G_CHECKSUM_MD5, image->data, cvr_image_n_bytes (image));
  g_string_append_printf (
    text, "%" G_GUINT64_FORMAT " %s %d %d %d %s %ux%u %" G_GINT64_MODIFIER "x %" G_GUINT64_FORMAT
          " %s\n", item->id,
    item->name, item->label, item->split, item->used, hash, facts->was_width, facts->was_height,
    item->digest, item->group, extras);
}

/* Everything that a person can see, as text; both list and data set, which must agree. */
char *
project_test_dump (CvrProject *project)
{
  GString *text = g_string_new (NULL);
  CvrDataset *dataset;
  GListModel *items = cvr_project_get_items (project);
  g_autofree char *settings = NULL;
  CvrModel *model;

  cvr_project_wait (project);
  dataset = cvr_project_get_dataset (project);
  settings = cvr_settings_to_json (cvr_project_get_settings (project));
  model = cvr_project_get_model (project);

  g_string_append_printf (text, "name %s\nsettings %s\n", cvr_project_get_name (project), settings);
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    {
      const CvrClass *klass = cvr_dataset_class (dataset, k);

      g_string_append_printf (text, "class %s %d %u %d\n", klass->name, klass->colour, klass->key,
                              klass->off);
    }

  g_assert_cmpuint (g_list_model_get_n_items (items), ==, cvr_dataset_n_items (dataset));
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      g_autoptr (CvrImageItem) object = g_list_model_get_item (items, i);

      assert_shown (project, item, object);
      dump_item (text, item);
    }

  if (model != NULL)
    {
      g_autoptr (GBytes) bytes = cvr_model_to_bytes (model, NULL);
      g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes);

      g_string_append_printf (text, "model %s\n", hash);
    }

  return g_string_free (text, FALSE);
}

/* What was done can be undone and redone, in this run and in the next one. */
void
project_test_assert_undoable (ProjectFixture *fixture,
                              const char     *before,
                              const char     *undo_name)
{
  g_autofree char *after = project_test_dump (fixture->project);
  g_autofree char *now = NULL;

  g_assert_cmpstr (before, !=, after);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, undo_name);
  g_assert_null (fixture->failure);

  cvr_project_undo (fixture->project);
  now = project_test_dump (fixture->project);
  g_assert_cmpstr (now, ==, before);
  g_assert_cmpstr (cvr_project_redo_name (fixture->project), ==, undo_name);

  cvr_project_redo (fixture->project);
  g_free (now);
  now = project_test_dump (fixture->project);
  g_assert_cmpstr (now, ==, after);

  project_test_close (fixture);
  project_test_open (fixture);
  g_free (now);
  now = project_test_dump (fixture->project);
  g_assert_cmpstr (now, ==, after);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, undo_name);

  cvr_project_undo (fixture->project);
  g_free (now);
  now = project_test_dump (fixture->project);
  g_assert_cmpstr (now, ==, before);

  project_test_close (fixture);
  project_test_open (fixture);
  cvr_project_redo (fixture->project);
  g_free (now);
  now = project_test_dump (fixture->project);
  g_assert_cmpstr (now, ==, after);
  g_assert_null (fixture->failure);
}

guint64
project_test_id_at (ProjectFixture *fixture,
                    guint           place)
{
  return cvr_dataset_item (cvr_project_get_dataset (fixture->project), place)->id;
}

void
project_test_add (const char *name,
                  void       (*test) (ProjectFixture *fixture, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/session/project/", name, NULL);

  g_test_add (path, ProjectFixture, NULL, set_up, test, tear_down);
}
