/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network as a file: what is said before, while and after it is written. */
#include "app-support.h"

#include "cvr-export-page.h"

#include <glib/gstdio.h>

static gpointer
child (CvrExportPage *page,
       const char    *name)
{
  return app_support_child (page, CVR_TYPE_EXPORT_PAGE, name);
}

static CvrExportPage *
page_of (CvrProject *project)
{
  CvrExportPage *page = g_object_ref_sink (g_object_new (CVR_TYPE_EXPORT_PAGE, NULL));

  cvr_export_page_set_project (page, project);

  return page;
}

static gboolean
is_measured (gpointer page)
{
  return *gtk_label_get_text (child (page, "bytes")) != '\0';
}

static gboolean
is_written (gpointer page)
{
  return gtk_widget_get_visible (child (page, "save"));
}

static CvrProject *
trained (void)
{
  CvrProject *project = app_support_pictures (3, 8);

  app_support_train (project, 1);

  return project;
}

static void
test_states (void)
{
  CvrProject *project = app_support_pictures (3, 8);
  CvrExportPage *page = page_of (project);
  g_autofree char *before = cvr_export_page_dup_line (page);
  g_autofree char *after = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GBytes) file = NULL;

  g_assert_null (before);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (page, "stack")), ==, "empty");
  app_support_train (project, 1);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (page, "stack")), ==, "export");
  g_assert_cmpstr (gtk_label_get_text (child (page, "input")), ==, "12 × 12, grey");
  g_assert_cmpstr (adw_action_row_get_subtitle (child (page, "classes_row")), ==,
                   "kind 1, kind 2, kind 3");
  g_assert_true (app_support_wait (is_measured, page, 30));

  file = cvr_model_to_bytes (cvr_project_get_model (project), NULL);
  bytes = g_format_size (g_bytes_get_size (file));
  g_assert_cmpstr (gtk_label_get_text (child (page, "bytes")), ==, bytes);
  after = cvr_export_page_dup_line (page);
  g_assert_true (g_str_has_suffix (after, bytes));
  g_assert_finalize_object (page);
  app_support_close (project);
}

/* The file is read back, answers as the network does, and the page shows the proof. */
static void
test_save (void)
{
  CvrProject *project = trained ();
  CvrExportPage *page = page_of (project);
  g_autofree char *folder = g_dir_make_tmp ("convisor-export-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "network.onnx", NULL);
  g_autofree char *count = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrModel) model = NULL;
  CvrDataset *dataset = cvr_project_get_dataset (project);
  guint n_valid = cvr_dataset_count (dataset, -2, CVR_SPLIT_VALID);

  cvr_export_page_save (page, path);
  g_assert_false (is_written (page));
  g_assert_true (gtk_widget_get_visible (child (page, "cancel")));
  g_assert_true (app_support_wait (is_written, page, 30));
  g_assert_false (gtk_widget_get_visible (child (page, "cancel")));
  g_assert_true (gtk_widget_has_css_class (child (page, "proof_icon"), "success"));
  count = g_strdup_printf ("%u of %u", n_valid, n_valid);
  g_assert_nonnull (strstr (gtk_label_get_text (child (page, "proof")), count));
  model = cvr_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_graph_n_values (model->graph), ==,
                    nn_graph_n_values (cvr_project_get_model (project)->graph));
  g_remove (path);
  g_rmdir (folder);
  g_assert_finalize_object (page);
  app_support_close (project);
}

static void
test_failure (void)
{
  CvrProject *project = trained ();
  CvrExportPage *page = page_of (project);

  cvr_export_page_save (page, "/nowhere/at/all/network.onnx");
  g_assert_true (app_support_wait (is_written, page, 30));
  g_assert_true (gtk_widget_has_css_class (child (page, "proof_icon"), "error"));
  g_assert_nonnull (strstr (gtk_label_get_text (child (page, "proof")), "/nowhere/at/all"));
  g_assert_finalize_object (page);
  app_support_close (project);
}

/* A page that goes away while its file is written takes no harm. */
static void
test_gone_while_writing (void)
{
  CvrProject *project = trained ();
  CvrExportPage *page = page_of (project);
  g_autofree char *folder = g_dir_make_tmp ("convisor-export-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "network.onnx", NULL);

  cvr_export_page_save (page, path);
  g_assert_finalize_object (page);
  app_support_close (project);
  g_remove (path);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/export/states", test_states);
  g_test_add_func ("/app/export/saves-and-proves", test_save);
  g_test_add_func ("/app/export/says-why-not", test_failure);
  g_test_add_func ("/app/export/gone-while-writing", test_gone_while_writing);

  return g_test_run ();
}
