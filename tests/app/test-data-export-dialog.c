/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data out of the project: every form says what it can't carry, what is asked for is written. */
#include "app-support.h"

#include "cvr-data-export-dialog.h"
#include "cvr-window-private.h"

#include <glib/gstdio.h>
#include <string.h>

/* The widget of @type under @widget whose accessible or visible title is @title. */
static GtkWidget *
find (GtkWidget  *widget,
      GType       type,
      const char *title)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type)
      && (title == NULL
          || g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, title);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
says (GtkWidget  *widget,
      const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;

  return FALSE;
}

static void
select_row (CvrDataExportDialog *dialog,
            const char          *title,
            guint                row)
{
  adw_combo_row_set_selected (ADW_COMBO_ROW (find (GTK_WIDGET (dialog), ADW_TYPE_COMBO_ROW, title)),
                              row);
}

static void
set_switch (CvrDataExportDialog *dialog,
            const char          *title,
            gboolean             on)
{
  GtkWidget *row = find (GTK_WIDGET (dialog), ADW_TYPE_ACTION_ROW, title);

  gtk_switch_set_active (GTK_SWITCH (find (row, GTK_TYPE_SWITCH, NULL)), on);
}

static void
test_forms (void)
{
  static const char *const words[CVR_N_SAVE_FORMS] = {
    "from its folder", "A line for each", "Everything", "a file for each split",
    "as flags", "no label for a whole picture", "lists of the splits",
  };
  CvrProject *project = app_support_pictures (2, 3);
  CvrDataExportDialog *dialog = cvr_data_export_dialog_new (NULL, project, NULL);
  CvrDataExport what;

  for (guint i = 0; i < CVR_N_SAVE_FORMS; i++)
    {
      select_row (dialog, "Form", i);
      g_assert_true (says (GTK_WIDGET (dialog), words[i]));
      cvr_data_export_dialog_get (dialog, &what);
      g_assert_cmpuint (what.form, ==, i);
    }
  set_switch (dialog, "With the pictures", FALSE);
  cvr_data_export_dialog_get (dialog, &what);
  g_assert_true (what.labels_only);
  select_row (dialog, "Form", CVR_SAVE_FOLDERS);
  cvr_data_export_dialog_get (dialog, &what);
  g_assert_false (what.labels_only); /* The folders are made of them. */

  gtk_window_destroy (GTK_WINDOW (dialog));
  app_support_spin ();
  app_support_close (project);
}

static void
test_which (void)
{
  CvrProject *project = app_support_pictures (2, 10);
  CvrDataset *dataset = cvr_project_get_dataset (project);
  g_autoptr (GListStore) shown = g_list_store_new (CVR_TYPE_IMAGE_ITEM);
  g_autoptr (GObject) third = g_list_model_get_item (cvr_project_get_items (project), 2);
  CvrDataExportDialog *dialog;
  CvrDataExport what;
  guint n = 0;

  g_list_store_append (shown, third);
  dialog = cvr_data_export_dialog_new (NULL, project, G_LIST_MODEL (shown));
  cvr_data_export_dialog_get (dialog, &what);
  g_assert_null (what.ids);
  select_row (dialog, "Which pictures", 1);
  cvr_data_export_dialog_get (dialog, &what);
  g_assert_cmpuint (what.n_ids, ==, 1);
  g_assert_cmpuint (what.ids[0], ==, cvr_dataset_item (dataset, 2)->id);
  for (guint row = 2; row < 5; row++)
    {
      select_row (dialog, "Which pictures", row);
      cvr_data_export_dialog_get (dialog, &what);
      n += what.n_ids;
    }
  g_assert_cmpuint (n, ==, 20);

  gtk_window_destroy (GTK_WINDOW (dialog));
  app_support_spin ();
  app_support_close (project);
}

/* From the window's action to the file. */

typedef struct
{
  CvrWindow *window;
  char      *path;
} Scene;

static gboolean
is_written (gpointer data)
{
  Scene *scene = data;

  return g_strcmp0 (scene->window->written, scene->path) == 0;
}

static CvrDataExportDialog *
open_dialog (CvrWindow *window)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  g_action_group_activate_action (G_ACTION_GROUP (window), "export-data", NULL);
  app_support_spin ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) widget = g_list_model_get_item (windows, i);

      if (CVR_IS_DATA_EXPORT_DIALOG (widget))
        return CVR_DATA_EXPORT_DIALOG (widget);
    }
  g_assert_not_reached ();
}

static void
export_to (Scene               *scene,
           CvrDataExportDialog *dialog,
           const char          *place,
           const char          *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (place);

  scene->path = g_strdup (path);
  cvr_data_export_dialog_take (dialog, file);
  g_assert_true (app_support_wait (is_written, scene, 20));
  app_support_spin ();
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_free (scene->path);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
test_written (void)
{
  g_autofree char *folder = g_dir_make_tmp ("convisor-export-XXXXXX", NULL);
  g_autofree char *table = g_build_filename (folder, "labels.csv", NULL);
  g_autofree char *first = g_build_filename (folder, "Pets", NULL);
  g_autofree char *second = g_build_filename (folder, "Pets 2", NULL);
  g_autofree char *text = NULL;
  CvrProject *project = app_support_pictures (2, 3);
  Scene scene = { .window = g_object_new (CVR_TYPE_WINDOW, NULL) };
  CvrDataExportDialog *dialog;

  cvr_project_set_name (project, "Pets");
  cvr_project_wait (project);
  cvr_window_set_project (scene.window, project);
  gtk_window_present (GTK_WINDOW (scene.window));

  dialog = open_dialog (scene.window);
  select_row (dialog, "Form", CVR_SAVE_CSV);
  set_switch (dialog, "With the pictures", FALSE);
  export_to (&scene, dialog, table, table);
  g_assert_true (g_file_get_contents (table, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "kind 2"));
  g_assert_true (says (GTK_WIDGET (scene.window), "Written: labels.csv"));

  /* A folder of the project's name in the chosen one; what is there stays. */
  export_to (&scene, open_dialog (scene.window), folder, first);
  export_to (&scene, open_dialog (scene.window), folder, second);

  cvr_window_set_project (scene.window, NULL);
  scene.window->closing = TRUE;
  gtk_window_destroy (GTK_WINDOW (scene.window));
  app_support_spin ();
  app_support_close (project);
  remove_tree (folder);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);
  g_test_add_func ("/app/data-export-dialog/forms-say-what-they-lack", test_forms);
  g_test_add_func ("/app/data-export-dialog/which-pictures", test_which);
  g_test_add_func ("/app/data-export-dialog/written", test_written);

  return g_test_run ();
}
