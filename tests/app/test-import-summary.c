/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an import brought is said in words; a cancel asks first; copies come when asked for. */
#include "app-support.h"

#include "cvr-decode.h"
#include "cvr-import-summary.h"
#include "cvr-window-private.h"

#include <glib/gstdio.h>
#include <string.h>

static void
make_report (CvrLoadReport *report)
{
  *report = (CvrLoadReport) { .n_loaded = 1204, .n_damaged = 2, .n_scaled = 3, .n_classes = 4,
                              .n_with_boxes = 5, .n_boxes = 9, .n_same = 6, .n_same_out = 6,
                              .n_skipped = 1010 };
  report->skipped = g_ptr_array_new_with_free_func (g_free);
  report->notes = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (report->skipped, g_strdup_printf ("p%03u <x>.png: not a <picture> & no", i));
  report->n_notes = 1;
  g_ptr_array_add (report->notes, g_strdup ("labels.csv: line 3 names no picture"));
}

/* Whether a label under @widget says @text. */
static gboolean
says (GtkWidget  *widget,
      const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_visible (widget)
      && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;

  return FALSE;
}

static void
test_text (void)
{
  CvrLoadReport report;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  make_report (&report);
  text = cvr_import_summary_text (&report);
  g_assert_nonnull (strstr (text, "Pictures: 1204\n"));
  g_assert_nonnull (strstr (text, "Boxes: 9\n"));
  g_assert_nonnull (strstr (text, "There already, left out: 6\n"));
  g_assert_null (strstr (text, "once more"));
  g_assert_nonnull (strstr (text, "\nLeft out\nNot a <picture> & no\n  p000 <x>.png\n"));
  g_assert_nonnull (strstr (text, "  p999 <x>.png\n… and 10 more files\n"));
  g_assert_nonnull (strstr (text, "\nNotes\nlabels.csv: line 3 names no picture\n"));

  line = cvr_import_summary_line (&report);
  g_assert_nonnull (strstr (line, "1204 pictures are in"));
  g_assert_nonnull (strstr (line, "1004 were left out")); /* besides those that are there */
  cvr_load_report_clear (&report);
}

static void
test_nothing_new (void)
{
  CvrLoadReport report = { .n_same = 12, .n_same_out = 12 };
  g_autofree char *line = cvr_import_summary_line (&report);

  g_assert_cmpstr (line, ==, "Nothing new: all 12 pictures are there already");
}

static void
test_window_says_all (void)
{
  CvrLoadReport report;
  GtkWidget *dialog;

  make_report (&report);
  dialog = cvr_import_summary_new (NULL, &report, 1, 1);
  cvr_load_report_clear (&report); /* It is not needed any more. */
  gtk_window_present (GTK_WINDOW (dialog));
  app_support_spin ();
  g_assert_true (says (dialog, "Not a <picture> & no"));
  g_assert_true (says (dialog, "p000 <x>.png, p001 <x>.png, p002 <x>.png, … (1000 in all)"));
  g_assert_true (says (dialog, "… and 800 more"));
  g_assert_true (says (dialog, "line 3 names no picture"));
  g_assert_true (says (dialog, "Label them"));
  g_assert_true (says (dialog, "Add them all the same"));
  gtk_window_destroy (GTK_WINDOW (dialog));
  app_support_spin ();
}

/* In a window */

typedef struct
{
  CvrWindow  *window;
  CvrProject *project;
  char       *folder;
  guint       wanted;
  guint       n_before; /* imports */
} Scene;

static void
write_pictures (const char *folder,
                guint       first,
                guint       n)
{
  for (guint i = first; i < first + n; i++)
    {
      g_autoptr (CvrImage) image = cvr_image_new (12, 12, 1);
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GBytes) bytes = NULL;

      for (guint j = 0; j < cvr_image_n_bytes (image); j++)
        image->data[j] = (guint8) (i * 37 + j * (i + 1));
      bytes = cvr_image_encode_png (image, NULL);
      g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                          (gssize) g_bytes_get_size (bytes), NULL));
    }
}

static void
open_scene (Scene *scene)
{
  g_autoptr (GError) error = NULL;

  scene->folder = g_dir_make_tmp ("convisor-import-XXXXXX", &error);
  g_assert_no_error (error);
  write_pictures (scene->folder, 0, 3);
  scene->project = app_support_project ();
  scene->window = g_object_new (CVR_TYPE_WINDOW, NULL);
  cvr_window_set_project (scene->window, scene->project);
  gtk_window_present (GTK_WINDOW (scene->window));
  app_support_spin ();
}

static void
close_scene (Scene *scene)
{
  cvr_window_set_project (scene->window, NULL);
  scene->window->closing = TRUE;
  gtk_window_destroy (GTK_WINDOW (scene->window));
  app_support_spin ();
  app_support_close (scene->project);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autofree char *path = g_build_filename (scene->folder, name, NULL);

      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (scene->folder), ==, 0);
  g_free (scene->folder);
}

static guint
n_items (Scene *scene)
{
  return cvr_dataset_n_items (cvr_project_get_dataset (scene->project));
}

static const CvrLoadReport *
newest_report (Scene *scene)
{
  return ((CvrImported *) g_queue_peek_head (&scene->window->imported))->report;
}

static gboolean
has_come (gpointer data)
{
  Scene *scene = data;

  return !cvr_window_is_importing (scene->window)
         && scene->window->n_imported > scene->n_before
         && n_items (scene) == scene->wanted;
}

/* The newest import was one of labels. */
static gboolean
is_labelled (gpointer data)
{
  Scene *scene = data;

  return has_come (scene) && newest_report (scene)->n_labelled > 0;
}

static gboolean
is_quiet (gpointer data)
{
  return !cvr_window_is_importing (((Scene *) data)->window);
}

static void
open_folder (Scene *scene)
{
  g_autoptr (GFile) file = g_file_new_for_path (scene->folder);
  GSList files = { file, NULL };

  scene->n_before = scene->window->n_imported;
  cvr_window_open_files (scene->window, &files);
  g_assert_false (cvr_window_is_importing (scene->window)); /* It asks the disk first. */
}

static gboolean
is_enabled (Scene      *scene,
            const char *name)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (scene->window), name);
}

/* Whether the details that stand open say @text; they are closed. */
static gboolean
details_say (const char *text)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());
  gboolean said = FALSE;

  for (guint i = g_list_model_get_n_items (windows); i > 0; i--)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i - 1);

      if (ADW_IS_APPLICATION_WINDOW (window))
        continue;
      said = said || says (GTK_WIDGET (window), text);
      gtk_window_destroy (window);
    }

  return said;
}

static void
test_copies_are_left_out (void)
{
  Scene scene = { .wanted = 3 };

  open_scene (&scene);
  g_assert_false (is_enabled (&scene, "import-details"));
  open_folder (&scene);
  g_assert_true (app_support_wait (has_come, &scene, 20));
  g_assert_true (is_enabled (&scene, "import-details"));
  g_assert_false (is_enabled (&scene, "import-same"));

  /* The same folder with one more: only that comes. */
  write_pictures (scene.folder, 3, 1);
  scene.wanted = 4;
  open_folder (&scene);
  g_assert_true (app_support_wait (has_come, &scene, 20));
  g_assert_cmpuint (newest_report (&scene)->n_same_out, ==, 3);
  g_assert_true (is_enabled (&scene, "import-same"));

  /* Those three, not the one that came with them. */
  scene.wanted = 7;
  scene.n_before = scene.window->n_imported;
  g_action_group_activate_action (G_ACTION_GROUP (scene.window), "import-same", NULL);
  g_assert_true (app_support_wait (has_come, &scene, 20));
  g_assert_false (is_enabled (&scene, "import-same"));

  /* Nothing new is no error. */
  open_folder (&scene);
  g_assert_true (app_support_wait (has_come, &scene, 20));
  g_assert_cmpuint (newest_report (&scene)->n_loaded, ==, 0);
  g_assert_cmpuint (newest_report (&scene)->n_same, ==, 4);
  g_action_group_activate_action (G_ACTION_GROUP (scene.window), "import-details", NULL);
  app_support_spin ();
  g_assert_true (details_say ("Nothing new"));

  /* The message of an earlier import shows that one. */
  g_action_group_activate_action (G_ACTION_GROUP (scene.window), "import-details-of",
                                  g_variant_new_uint32 (1));
  app_support_spin ();
  g_assert_true (details_say ("What came"));
  close_scene (&scene);
}

/* A label file of pictures that are there: the message says what they got, and how to take it
 * back. */
static void
test_labels_of_pictures_that_are_there (void)
{
  Scene scene = { .wanted = 3 };
  static const char table[] = "path,label\n0.png,cat\n2.png,dog\n9.png,dog\n";
  g_autofree char *folder = g_dir_make_tmp ("convisor-labels-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "labels.csv", NULL);
  g_autofree char *line = NULL;
  const char *const sources[] = { path, NULL };

  g_assert_true (g_file_set_contents (path, table, -1, NULL));
  open_scene (&scene);
  open_folder (&scene);
  g_assert_true (app_support_wait (has_come, &scene, 20));
  cvr_window_import (scene.window, sources, NULL, FALSE);
  g_assert_true (app_support_wait (is_labelled, &scene, 20));
  line = cvr_import_summary_line (newest_report (&scene));
  g_assert_cmpstr (line, ==, "2 pictures that were here already got their labels · 1 name was not "
                             "found");
  g_assert_cmpstr (cvr_project_undo_name (cvr_window_get_project (scene.window)), ==,
                   "Label 2 pictures");
  close_scene (&scene);
  g_remove (path);
  g_rmdir (folder);
}

static GtkWidget *
find_button (GtkWidget  *widget,
             const char *text)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) && says (widget, text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, text);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static AdwMessageDialog *
find_question (void)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return ADW_MESSAGE_DIALOG (window);
    }

  return NULL;
}

/* A question stands as soon as one picture has come, for work that has not ended meanwhile. */
static gboolean
is_asked (gpointer data)
{
  Scene *scene = data;
  GtkWidget *cancel = find_button (GTK_WIDGET (scene->window->jobs), "Cancel");

  if (!cvr_window_is_importing (scene->window))
    return !g_queue_is_empty (&scene->window->imported);
  /* "12 of 400": some have come, so that there is something to ask. */
  if (find_question () == NULL && cancel != NULL && says (GTK_WIDGET (scene->window->jobs), " of 4")
      && !says (GTK_WIDGET (scene->window->jobs), "0 of 4"))
    g_signal_emit_by_name (cancel, "clicked");

  return find_question () != NULL;
}

static void
check_cancel (const char *response)
{
  static const char *const sources[] = { "builtin:shapes:4000", NULL };
  Scene scene = { 0 };
  AdwMessageDialog *question;

  open_scene (&scene);
  cvr_window_import (scene.window, sources, NULL, FALSE);
  g_assert_true (app_support_wait (is_asked, &scene, 20));
  question = find_question ();
  if (question == NULL)
    {
      g_test_skip ("all came before it could be asked");
      close_scene (&scene);
      return;
    }

  g_assert_true (g_str_has_prefix (adw_message_dialog_get_heading (question), "Keep the "));
  adw_message_dialog_response (question, response);
  gtk_window_close (GTK_WINDOW (question));
  app_support_spin ();
  if (g_str_equal (response, "go-on"))
    g_signal_emit_by_name (find_button (GTK_WIDGET (scene.window->jobs), "Cancel"), "clicked");
  else
    g_assert_true (app_support_wait (is_quiet, &scene, 20));
  if (g_str_equal (response, "go-on"))
    {
      /* It is asked anew, and the question goes with the import. */
      g_assert_nonnull (find_question ());
      g_assert_true (app_support_wait (is_quiet, &scene, 30));
      app_support_spin ();
      g_assert_null (find_question ());
    }
  cvr_project_wait (scene.project);
  app_support_spin ();
  g_test_message ("%s: %u are in", response, n_items (&scene));
  g_assert_cmpuint (n_items (&scene), <=, 4000);
  if (g_str_equal (response, "drop"))
    g_assert_cmpuint (n_items (&scene), ==, 0);
  else
    g_assert_cmpuint (n_items (&scene), >, 0);
  if (g_str_equal (response, "go-on"))
    g_assert_cmpuint (n_items (&scene), ==, 4000);
  else
    g_assert_cmpuint (n_items (&scene), <, 4000);
  close_scene (&scene);
}

static void
test_cancel_keeps (void)
{
  check_cancel ("keep");
}

static void
test_cancel_drops (void)
{
  check_cancel ("drop");
}

static void
test_cancel_goes_on (void)
{
  check_cancel ("go-on");
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);
  g_test_add_func ("/app/import-summary/text-names-all", test_text);
  g_test_add_func ("/app/import-summary/nothing-new-is-said", test_nothing_new);
  g_test_add_func ("/app/import-summary/window-says-all", test_window_says_all);
  g_test_add_func ("/app/import-summary/copies-are-left-out", test_copies_are_left_out);
  g_test_add_func ("/app/import-summary/labels-of-pictures-that-are-there",
                   test_labels_of_pictures_that_are_there);
  g_test_add_func ("/app/import-summary/cancel-keeps", test_cancel_keeps);
  g_test_add_func ("/app/import-summary/cancel-drops", test_cancel_drops);
  g_test_add_func ("/app/import-summary/cancel-goes-on", test_cancel_goes_on);

  return g_test_run ();
}
