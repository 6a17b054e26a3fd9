/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and folders on their way into the project and out of it. */
#include "project-test.h"

#include "cvr-data-export.h"
#include "cvr-import-report.h"
#include "cvr-test-pictures.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
put (ProjectFixture *fixture,
     const char     *name,
     GBytes         *bytes)
{
  char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);

  return path;
}

static char *
put_picture (ProjectFixture *fixture,
             const char     *name,
             guint           width,
             guint           height,
             guint32         colour)
{
  g_autoptr (GBytes) bytes = cvr_test_file ("png", width, height, colour);

  return put (fixture, name, bytes);
}

static void
start (ProjectFixture  *fixture,
       const CvrImport *import)
{
  fixture->imported = FALSE;
  cvr_project_import_with (fixture->project, import, NULL, project_test_imported_cb, fixture);
}

static void
import_all (ProjectFixture  *fixture,
            const CvrImport *import)
{
  start (fixture, import);
  session_test_wait (project_test_is_imported, fixture);
  g_assert_no_error (fixture->import_error);
}

/* A label file that was dropped together with its pictures. */
static void
test_files_dropped_together (ProjectFixture *fixture,
                             gconstpointer   data)
{
  static const char table[] = "path,label,split,tags\none.png,cat,valid,blurred\ntwo.png,dog,,\n";
  g_autoptr (GBytes) text = g_bytes_new_static (table, sizeof table - 1);
  g_autofree char *labels = put (fixture, "in/labels.csv", text);
  g_autofree char *one = put_picture (fixture, "in/one.png", 6, 4, 0x010000);
  g_autofree char *two = put_picture (fixture, "other/two.png", 6, 4, 0x020000);
  const char *const sources[] = { one, labels, two, NULL };
  const CvrImport import = { .sources = sources, .label = "unknown" };
  g_autofree char *before = project_test_dump (fixture->project);
  CvrDataset *dataset;

  import_all (fixture, &import);
  dataset = cvr_project_get_dataset (fixture->project);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, 2);
  g_assert_cmpstr (cvr_dataset_item (dataset, 0)->name, ==, "one.png");
  g_assert_cmpint (cvr_dataset_item (dataset, 0)->label, ==,
                   cvr_dataset_find_class (dataset, "cat"));
  g_assert_cmpint (cvr_dataset_item (dataset, 0)->split, ==, CVR_SPLIT_VALID);
  g_assert_true (cvr_extras_has_tag (cvr_dataset_item (dataset, 0)->extras, "blurred"));
  g_assert_cmpint (cvr_dataset_item (dataset, 1)->label, ==,
                   cvr_dataset_find_class (dataset, "dog"));
  g_assert_cmpuint (cvr_dataset_item (dataset, 0)->digest, !=, 0);
  g_assert_cmpuint (cvr_dataset_item (dataset, 0)->look, !=, 0);
  project_test_assert_undoable (fixture, before, "Add 2 pictures");
}

static void
assert_labelled (ProjectFixture *fixture,
                 guint           place,
                 const char     *class_name)
{
  CvrDataset *dataset = cvr_project_get_dataset (fixture->project);

  g_assert_cmpint (cvr_dataset_item (dataset, place)->label, ==,
                   cvr_dataset_find_class (dataset, class_name));
}

/* Two folders that were dropped together are two classes, unless the drop itself said which. */
static void
test_folders_dropped_together (ProjectFixture *fixture,
                               gconstpointer   data)
{
  g_autofree char *one = put_picture (fixture, "in/cat/one.png", 6, 4, 0x010000);
  g_autofree char *two = put_picture (fixture, "in/dog/two.png", 6, 4, 0x020000);
  g_autofree char *cats = g_path_get_dirname (one);
  g_autofree char *dogs = g_path_get_dirname (two);
  const char *const sources[] = { dogs, cats, NULL };
  const CvrImport import = { .sources = sources };
  const CvrImport told = { .sources = sources, .label = "pet" };

  import_all (fixture, &import);
  assert_labelled (fixture, 0, "dog");
  assert_labelled (fixture, 1, "cat");
  g_assert_cmpstr (cvr_project_get_name (fixture->project), ==, "dog, cat");
  import_all (fixture, &told);
  assert_labelled (fixture, 2, "pet");
  assert_labelled (fixture, 3, "pet");
}

/* A label file whose pictures came before: one action that can be undone, and words that say what
 * became of it. */
static void
test_labels_for_pictures_that_are_there (ProjectFixture *fixture,
                                         gconstpointer   data)
{
  static const char text[] =
    "{\"convisor\":1,\"classes\":[{\"name\":\"dog\",\"colour\":5,\"key\":2},\"cat\"],\"images\":["
    "{\"path\":\"one.png\",\"label\":\"dog\",\"split\":\"test\",\"tags\":[\"new\"],\"boxes\":["
    "{\"label\":\"cat\",\"x\":3,\"y\":1,\"width\":3,\"height\":2}]},"
    "{\"path\":\"else/two.jpg\",\"label\":\"cat\"},{\"path\":\"three.png\",\"label\":\"cat\"}]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autofree char *one = put_picture (fixture, "in/one.png", 6, 4, 0x010000);
  g_autofree char *two = put_picture (fixture, "in/two.png", 6, 4, 0x020000);
  g_autofree char *labels = put (fixture, "labels/all.json", bytes);
  const char *const pictures[] = { one, two, NULL };
  const char *const files[] = { labels, NULL };
  const CvrImport first = { .sources = pictures, .label = "cat" };
  const CvrImport second = { .sources = files, .skip_same = TRUE };
  g_autofree char *before = NULL;
  g_autofree char *words = NULL;
  guint64 id;
  const CvrItem *item;
  CvrDataset *dataset;

  import_all (fixture, &first);
  id = project_test_id_at (fixture, 0);
  cvr_project_set_tag (fixture->project, &id, 1, "old", TRUE);
  before = project_test_dump (fixture->project);

  import_all (fixture, &second);
  words = cvr_import_report_text (fixture->report);
  g_assert_cmpstr (words, ==, "1 picture that was here already got its labels · 1 picture had "
                              "these labels already · 1 name was not found");
  assert_labelled (fixture, 0, "dog");
  assert_labelled (fixture, 1, "cat");
  dataset = cvr_project_get_dataset (fixture->project);
  item = cvr_dataset_item (dataset, 0);
  g_assert_cmpint (item->split, ==, CVR_SPLIT_TEST);
  g_assert_true (cvr_extras_has_tag (item->extras, "old") &&
                 cvr_extras_has_tag (item->extras, "new"));
  g_assert_cmpuint (item->extras->n_boxes, ==, 1);
  g_assert_cmpint (cvr_dataset_class (dataset, 1)->colour, ==, 5);
  g_assert_cmpuint (cvr_dataset_class (dataset, 1)->key, ==, 2);
  project_test_assert_undoable (fixture, before, "Label 1 picture");

  /* Once more: there is nothing to do, and nothing to undo. */
  import_all (fixture, &second);
  g_assert_cmpuint (fixture->report->n_labelled, ==, 0);
  g_assert_cmpuint (fixture->report->n_given, ==, 2);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Label 1 picture");
}

/* New pictures, and labels for those that stay out because they are there: one action. */
static void
test_pictures_and_labels_in_one_action (ProjectFixture *fixture,
                                        gconstpointer   data)
{
  static const char table[] = "path,label\none.png,dog\ntwo.png,dog\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (table, sizeof table - 1);
  g_autofree char *one = put_picture (fixture, "in/one.png", 6, 4, 0x010000);
  const char *const pictures[] = { one, NULL };
  const CvrImport first = { .sources = pictures };
  g_autofree char *two = NULL;
  g_autofree char *labels = NULL;
  g_autofree char *folder = g_path_get_dirname (one);
  const char *const sources[] = { folder, NULL };
  const CvrImport all = { .sources = sources, .skip_same = TRUE };
  const CvrImport only = { .sources = sources, .labels_only = TRUE };
  g_autofree char *before = NULL;

  import_all (fixture, &first);
  before = project_test_dump (fixture->project);
  two = put_picture (fixture, "in/two.png", 6, 4, 0x020000);
  labels = put (fixture, "in/labels.csv", bytes);

  import_all (fixture, &only);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture->project)), ==, 1);
  assert_labelled (fixture, 0, "dog");
  cvr_project_undo (fixture->project);
  cvr_project_wait (fixture->project);

  import_all (fixture, &all);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture->project)), ==, 2);
  assert_labelled (fixture, 0, "dog");
  assert_labelled (fixture, 1, "dog");
  project_test_assert_undoable (fixture, before, "Add 1 picture");
}

static gboolean
holds (const void *data,
       gsize       length,
       const char *word)
{
  return memmem (data, length, word, strlen (word)) != NULL;
}

/* Where and with what a photo was taken stays outside: neither the kept bytes nor anything else in
 * the file has it. */
static void
test_photos_lose_position_and_camera (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  static const char secret[] = "SECRET 41.3851 N 2.1734 E SECRETCAM";
  g_autoptr (GBytes) orientation = cvr_test_exif (6, TRUE);
  g_autoptr (GByteArray) exif = g_byte_array_new ();
  g_autoptr (GBytes) all = NULL;
  g_autoptr (GBytes) plain_jpeg = cvr_test_file ("jpeg", 1300, 200, 0x445566);
  g_autoptr (GBytes) plain_png = cvr_test_file ("png", 100, 80, 0x445566);
  g_autoptr (GBytes) jpeg = NULL, png = NULL;
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  CvrDataset *dataset;

  g_byte_array_append (exif, g_bytes_get_data (orientation, NULL),
                       (guint) g_bytes_get_size (orientation));
  g_byte_array_append (exif, (const guint8 *) secret, sizeof secret);
  all = g_bytes_new (exif->data, exif->len);
  jpeg = cvr_test_jpeg_with_exif (plain_jpeg, all);
  png = cvr_test_png_with_exif (plain_png, all);
  g_assert_true (holds (g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), "SECRET"));
  a = put (fixture, "in/a.jpg", jpeg);
  b = put (fixture, "in/b.png", png);
  {
    const char *const sources[] = { a, b, NULL };
    const CvrImport import = { .sources = sources };

    import_all (fixture, &import);
  }

  dataset = cvr_project_get_dataset (fixture->project);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, 2);
  g_assert_cmpuint (fixture->report->n_scaled, ==, 1);
  for (guint i = 0; i < 2; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      const CvrPictureFacts *facts = cvr_picture_facts (item->picture);
      const char *ending = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) kept = cvr_keeper_picture_bytes (
        cvr_project_keeper (fixture->project), item->id, &ending, &error);

      g_assert_no_error (error);
      g_assert_nonnull (kept);
      g_assert_cmpstr (ending, ==, i == 0 ? ".jpg" : ".png");
      g_assert_false (holds (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), "SECRET"));
      g_assert_false (holds (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), "Exif"));
      g_assert_false (holds (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), "eXIf"));
      g_assert_cmpuint (facts->height, >, facts->width); /* upright already */
      g_assert_cmpuint (facts->was_height, ==, i == 0 ? 1300 : 100);
    }

  project_test_close (fixture);
  {
    g_autofree char *contents = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (fixture->path, &contents, &length, NULL));
    g_assert_false (holds (contents, length, "SECRET"));
  }
  project_test_open (fixture);
}

static void
test_pictures_that_are_there_are_told (ProjectFixture *fixture,
                                       gconstpointer   data)
{
  g_autofree char *one = put_picture (fixture, "in/1.png", 6, 4, 0x010000);
  g_autofree char *two = put_picture (fixture, "in/2.png", 6, 4, 0x020000);
  const char *const first[] = { one, NULL };
  const char *const both[] = { one, two, NULL };
  CvrImport import = { .sources = first };

  import_all (fixture, &import);
  import.sources = both;
  import_all (fixture, &import);
  g_assert_cmpuint (fixture->report->n_loaded, ==, 2);
  g_assert_cmpuint (fixture->report->n_same, ==, 1);

  import.skip_same = TRUE;
  cvr_project_undo (fixture->project);
  cvr_project_wait (fixture->project);
  import_all (fixture, &import);
  g_assert_cmpuint (fixture->report->n_loaded, ==, 1);
  g_assert_cmpuint (fixture->report->n_same, ==, 1);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture->project)), ==, 2);

  /* Nothing new: no action, no error. */
  import_all (fixture, &import);
  g_assert_cmpuint (fixture->report->n_loaded, ==, 0);
  g_assert_cmpuint (fixture->report->n_same, ==, 2);
  g_assert_cmpstr (cvr_project_undo_name (fixture->project), ==, "Add 1 picture");
}

/* Ends early once something has come: that is kept, as one action. */
static void
test_finishing_early_keeps_what_came (ProjectFixture *fixture,
                                      gconstpointer   data)
{
  const char *const sources[] = { "builtin:doodles:20000", NULL };
  const CvrImport import = { .sources = sources };
  g_autofree char *before = project_test_dump (fixture->project);
  g_autofree char *name = NULL;
  CvrJob *job;

  fixture->imported = FALSE;
  job = cvr_project_import_with (fixture->project, &import, NULL, project_test_imported_cb,
                                 fixture);
  while (cvr_project_import_n_kept (job) < 20)
    g_main_context_iteration (NULL, TRUE);
  cvr_project_import_finish_early (job);
  session_test_wait (project_test_is_imported, fixture);
  g_assert_no_error (fixture->import_error);
  g_assert_cmpuint (fixture->report->n_loaded, >=, 20);
  g_assert_cmpuint (fixture->report->n_loaded, <, 20000);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (fixture->project)), ==,
                    fixture->report->n_loaded);
  name = g_strdup_printf ("Add %'u pictures", fixture->report->n_loaded);
  project_test_assert_undoable (fixture, before, name);
}

/* Done: result to @data. */
static void
exported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  CvrSaveOutReport **report = data;

  g_assert_no_error (error);
  *report = result;
}

static gboolean
is_exported (gpointer data)
{
  return *(CvrSaveOutReport **) data != NULL;
}

static char *
describe (CvrProject *project)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  GString *text = g_string_new (NULL);

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    g_string_append_printf (text, "%s %d %u %d\n", cvr_dataset_class (dataset, k)->name,
                            cvr_dataset_class (dataset, k)->colour,
                            cvr_dataset_class (dataset, k)->key,
                            cvr_dataset_class (dataset, k)->off);
  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      g_autofree char *extras = cvr_extras_to_json (item->extras);

      g_string_append_printf (text, "%s %d %d %s %" G_GINT64_MODIFIER "x\n", item->name,
                              item->label, item->split, extras, item->digest);
    }

  return g_string_free (text, FALSE);
}

/* A project with something of everything. */
static void
fill (ProjectFixture *fixture)
{
  const CvrBox box = { 1, 0.25, 0.125, 0.5, 0.375 };
  guint64 ids[3];

  project_test_import (fixture, "builtin:shapes:12", FALSE);
  for (guint i = 0; i < 3; i++)
    ids[i] = project_test_id_at (fixture, i);
  cvr_project_set_tag (fixture->project, ids, 2, "blurred", TRUE);
  cvr_project_set_note (fixture->project, ids[1], "a note");
  cvr_project_set_boxes (fixture->project, ids[2], &box, 1);
  cvr_project_set_splits (fixture->project, ids, 1, CVR_SPLIT_TEST);
  cvr_project_set_labels (fixture->project, ids + 2, 1, CVR_LABEL_NONE);
  cvr_project_set_class_look (fixture->project, 1, 3, 7, TRUE);
  cvr_project_wait (fixture->project);
}

/* Out as an archive and in again; the pixels that are kept bare go out as PNG. */
static void
test_out_and_in_again (ProjectFixture *fixture,
                       gconstpointer   data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "out.zip", NULL);
  const CvrDataExport export = { .path = path, .form = CVR_SAVE_JSON, .archive = TRUE };
  CvrSaveOutReport *report = NULL;
  g_autofree char *name = NULL;
  g_autofree char *again = NULL;
  CvrDataset *dataset;
  const CvrItem *item;

  fill (fixture);
  name = cvr_data_export_dup_name (fixture->project, &export);
  g_assert_true (g_str_has_suffix (name, ".zip"));
  cvr_data_export_start (fixture->project, &export, NULL, exported_cb, &report);
  session_test_wait (is_exported, &report);
  g_assert_cmpuint (report->n_pictures, ==, 12);
  g_assert_cmpuint (report->n_boxes, ==, 1);
  cvr_data_export_report_free (report);

  project_test_import (fixture, path, TRUE);
  dataset = cvr_project_get_dataset (fixture->project);
  g_assert_cmpuint (cvr_dataset_n_items (dataset), ==, 12);
  g_assert_cmpuint (cvr_dataset_n_classes (dataset), ==, 6);
  item = cvr_dataset_item (dataset, 0);
  g_assert_cmpstr (item->name, ==, "shapes 1.png");
  g_assert_cmpint (item->split, ==, CVR_SPLIT_TEST);
  g_assert_true (cvr_extras_has_tag (item->extras, "blurred"));
  for (guint i = 0; i < 12; i++)
    if (g_str_equal (cvr_dataset_item (dataset, i)->name, "shapes 3.png"))
      {
        g_assert_cmpint (cvr_dataset_item (dataset, i)->label, ==, CVR_LABEL_NONE);
        g_assert_cmpfloat (cvr_dataset_item (dataset, i)->extras->boxes[0].height, ==, 0.375);
      }
}

static void
cancelled_cb (CvrJob       *job,
              gpointer      result,
              const GError *error,
              gpointer      data)
{
  g_assert_null (result);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* Only the chosen ones, one folder a class; a cancelled one leaves nothing. */
static void
test_chosen_pictures_go_out (ProjectFixture *fixture,
                             gconstpointer   data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chosen", NULL);
  g_autofree char *file = NULL;
  guint64 ids[2];
  CvrDataExport export = { .path = path, .form = CVR_SAVE_FOLDERS, .ids = ids, .n_ids = 2 };
  CvrSaveOutReport *report = NULL;
  gboolean cancelled = FALSE;

  fill (fixture);
  ids[0] = project_test_id_at (fixture, 4);
  ids[1] = project_test_id_at (fixture, 11);
  cvr_job_cancel (cvr_data_export_start (fixture->project, &export, NULL, cancelled_cb,
                                         &cancelled));
  session_test_wait (is_true, &cancelled);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  cvr_data_export_start (fixture->project, &export, NULL, exported_cb, &report);
  session_test_wait (is_exported, &report);
  g_assert_cmpuint (report->n_pictures, ==, 2);
  cvr_data_export_report_free (report);
  file = g_build_filename (
    path, cvr_dataset_class_name (cvr_project_get_dataset (fixture->project), 4), "shapes 5.png",
    NULL);
  g_assert_true (g_file_test (file, G_FILE_TEST_IS_REGULAR));
}

/* Another project as a data set: everything comes along, and its file stays as it is. */
static void
test_another_project_comes_whole (ProjectFixture *fixture,
                                  gconstpointer   data)
{
  g_autofree char *copy = g_build_filename (fixture->folder, "lesson.convisor", NULL);
  g_autofree char *expected = NULL;
  g_autofree char *found = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before, n_after;
  g_autoptr (GError) error = NULL;

  fill (fixture);
  expected = describe (fixture->project);
  cvr_keeper_copy_to (cvr_project_keeper (fixture->project), copy, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_file_get_contents (copy, &before, &n_before, NULL);

  project_test_import (fixture, copy, TRUE);
  g_assert_cmpuint (fixture->report->n_loaded, ==, 12);
  found = describe (fixture->project);
  g_assert_cmpstr (found, ==, expected);
  g_file_get_contents (copy, &after, &n_after, NULL);
  g_assert_cmpmem (before, n_before, after, n_after);
}

/* The same reason for many files is one line; what is zero isn't said. */
static void
test_report_in_words (void)
{
  CvrLoadReport report = { .n_loaded = 12, .n_same = 1 };
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  for (guint i = 0; i < 1005; i++)
    {
      g_autofree char *note = g_strdup_printf ("%u.png: lies in a folder: of masks", i);

      cvr_load_report_skip (&report, note);
    }
  cvr_load_report_skip (&report, "never listed: too many");
  cvr_load_report_note (&report, "a.csv: row 3 names no picture");
  text = cvr_import_report_text (&report);
  g_assert_true (g_str_has_prefix (text, "12 pictures are in · 1 was there already · 1"));
  g_assert_true (g_str_has_suffix (text, "006 were left out"));
  g_assert_null (strstr (text, "boxes"));
  lines = cvr_import_report_lines (&report);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], ==,
                   "0.png, 1.png, 2.png, … (1000 in all): lies in a folder: of masks");
  g_assert_cmpstr (lines[1], ==, "… and 6 more files were left out");
  g_assert_cmpstr (lines[2], ==, "a.csv: row 3 names no picture");
  cvr_load_report_clear (&report);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  project_test_add ("files-dropped-together", test_files_dropped_together);
  project_test_add ("folders-dropped-together", test_folders_dropped_together);
  project_test_add ("labels-for-pictures-that-are-there", test_labels_for_pictures_that_are_there);
  project_test_add ("pictures-and-labels-in-one-action", test_pictures_and_labels_in_one_action);
  project_test_add ("photos-lose-position-and-camera", test_photos_lose_position_and_camera);
  project_test_add ("pictures-that-are-there-are-told", test_pictures_that_are_there_are_told);
  project_test_add ("finishing-early-keeps-what-came", test_finishing_early_keeps_what_came);
  project_test_add ("out-and-in-again", test_out_and_in_again);
  project_test_add ("chosen-pictures-go-out", test_chosen_pictures_go_out);
  project_test_add ("another-project-comes-whole", test_another_project_comes_whole);
  g_test_add_func ("/session/import-report/in-words", test_report_in_words);

  return g_test_run ();
}
