/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliders to figures, the answers that change, keeping and going back. */
#include "app-support.h"

#include "cvr-compress-page.h"
#include "cvr-sparsity-view.h"

#include <math.h>

static gpointer
child (CvrCompressPage *page,
       const char      *name)
{
  GObject *found = gtk_widget_get_template_child (GTK_WIDGET (page), CVR_TYPE_COMPRESS_PAGE, name);

  if (found == NULL)
    g_error ("The page has no “%s”.", name);

  return found;
}

/* 0 before, 1 after, 2 difference. */
static const char *
figure (CvrCompressPage *page,
        guint            row,
        guint            column)
{
  return gtk_label_get_text (
      GTK_LABEL (gtk_grid_get_child_at (child (page, "figures"), (int) column + 1, (int) row + 1)));
}

enum { ACCURACY, BYTES, OPERATIONS };

static gboolean
is_done (gpointer page)
{
  return !gtk_spinner_get_spinning (child (page, "spinner"))
         && !g_str_equal (figure (page, BYTES, 0), "–");
}

static CvrCompressPage *
page_of (CvrProject *project)
{
  CvrCompressPage *page = g_object_ref_sink (g_object_new (CVR_TYPE_COMPRESS_PAGE, NULL));

  cvr_compress_page_set_project (page, project);
  g_assert_true (app_support_wait (is_done, page, 30));

  return page;
}

static CvrProject *
trained (void)
{
  CvrProject *project = app_support_pictures (3, 20);

  app_support_train (project, 3);

  return project;
}

static char *
dup_bytes (CvrProject *project)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cvr_model_to_bytes (cvr_project_get_model (project), &error);

  g_assert_no_error (error);

  return g_format_size (g_bytes_get_size (bytes));
}

static void
test_figures (void)
{
  CvrProject *project = trained ();
  CvrCompressPage *page = page_of (project);
  g_autofree char *bytes = dup_bytes (project);
  g_autofree char *untouched = cvr_compress_page_dup_line (page);
  g_autofree char *pruned = NULL;
  g_autofree char *operations = NULL;

  g_assert_null (untouched);
  g_assert_cmpstr (figure (page, BYTES, 0), ==, bytes);
  for (guint row = 0; row < 3; row++)
    {
      g_assert_cmpstr (figure (page, row, 0), ==, figure (page, row, 1));
      g_assert_cmpstr (figure (page, row, 2), ==, "no change");
    }
  g_assert_false (gtk_widget_get_sensitive (child (page, "keep")));
  g_assert_false (gtk_widget_get_sensitive (child (page, "reset")));
  operations = g_strdup (figure (page, OPERATIONS, 0));

  /* Half of the filters gone: less work and a smaller file, and the sidebar says so. */
  gtk_adjustment_set_value (child (page, "amount"), 0.5);
  g_assert_true (app_support_wait (is_done, page, 30));
  g_assert_cmpstr (figure (page, OPERATIONS, 0), ==, operations);
  g_assert_cmpstr (figure (page, OPERATIONS, 1), !=, operations);
  g_assert_true (g_str_has_prefix (figure (page, OPERATIONS, 2), "−"));
  g_assert_true (g_str_has_prefix (figure (page, BYTES, 2), "−"));
  pruned = cvr_compress_page_dup_line (page);
  g_assert_true (g_str_has_prefix (pruned, figure (page, BYTES, 2)));
  g_assert_true (gtk_widget_get_sensitive (child (page, "keep")));
  g_assert_cmpuint (cvr_sparsity_view_n_points (child (page, "curve"), TRUE), ==, 2);

  /* Zeros in place of weights: as many operations and bytes as before. */
  gtk_drop_down_set_selected (child (page, "kind"), 1);
  g_assert_true (app_support_wait (is_done, page, 30));
  g_assert_cmpstr (figure (page, OPERATIONS, 1), ==, operations);
  g_assert_cmpstr (figure (page, OPERATIONS, 2), ==, "no change");
  g_assert_cmpuint (cvr_sparsity_view_n_points (child (page, "curve"), TRUE), ==, 1);

  g_assert_finalize_object (page);
  app_support_close (project);
}

static void
test_changed (void)
{
  CvrProject *project = trained ();
  CvrCompressPage *page = page_of (project);
  GListModel *changed = G_LIST_MODEL (gtk_grid_view_get_model (child (page, "changed")));

  g_assert_cmpuint (g_list_model_get_n_items (changed), ==, 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (page, "changed_stack")), ==, "none");
  /* A network with next to nothing left, that may not learn again, can't tell three kinds apart. */
  gtk_check_button_set_active (child (page, "learn_on"), FALSE);
  gtk_adjustment_set_value (child (page, "amount"), 0.95);
  gtk_drop_down_set_selected (child (page, "kind"), 1);
  g_assert_true (app_support_wait (is_done, page, 30));
  g_assert_cmpuint (g_list_model_get_n_items (changed), >, 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (page, "changed_stack")), ==,
                   "pictures");
  g_assert_finalize_object (page);
  app_support_close (project);
}

static void
click (CvrCompressPage *page,
       const char      *button)
{
  g_signal_emit_by_name (child (page, button), "clicked");
}

static void
test_reset (void)
{
  CvrProject *project = trained ();
  CvrCompressPage *page = page_of (project);

  gtk_adjustment_set_value (child (page, "bits"), 2); /* 8 bits */
  g_assert_true (app_support_wait (is_done, page, 30));
  g_assert_true (g_str_has_prefix (figure (page, BYTES, 2), "−"));
  g_assert_true (gtk_widget_get_sensitive (child (page, "per_channel")));
  click (page, "reset");
  g_assert_cmpfloat (gtk_adjustment_get_value (child (page, "bits")), ==, 0);
  g_assert_true (app_support_wait (is_done, page, 30));
  g_assert_cmpstr (figure (page, BYTES, 2), ==, "no change");
  g_assert_finalize_object (page);
  app_support_close (project);
}

static void
test_keep (void)
{
  CvrProject *project = trained ();
  CvrCompressPage *page = page_of (project);
  CvrModel *before = cvr_model_ref (cvr_project_get_model (project));
  g_autofree char *promised = NULL;
  g_autofree char *bytes = NULL;

  gtk_adjustment_set_value (child (page, "amount"), 0.4);
  gtk_adjustment_set_value (child (page, "bits"), 2);
  g_assert_true (app_support_wait (is_done, page, 30));
  promised = g_strdup (figure (page, BYTES, 1));
  click (page, "keep");
  g_assert_true (cvr_project_get_model (project) != before);
  /* The project's file is as small as was said, and the sliders begin again from there. */
  bytes = dup_bytes (project);
  g_assert_cmpstr (bytes, ==, promised);
  g_assert_cmpfloat (gtk_adjustment_get_value (child (page, "amount")), ==, 0);
  g_assert_true (app_support_wait (is_done, page, 30));
  g_assert_cmpstr (figure (page, BYTES, 0), ==, promised);
  cvr_project_undo (project);
  g_assert_cmpuint (nn_graph_n_values (cvr_project_get_model (project)->graph), ==,
                    nn_graph_n_values (before->graph));
  cvr_model_unref (before);
  g_assert_finalize_object (page);
  app_support_close (project);
}

/* What is left of the network learns on, unless that is switched off. Which filters go is decided by
 * what they do to the loss where the network learns on and by their size otherwise: smaller than
 * before either way. */
static void
test_learn_on (void)
{
  CvrProject *project = trained ();
  CvrCompressPage *page = page_of (project);
  CvrSparsityView *curve = child (page, "curve");

  g_assert_true (gtk_check_button_get_active (child (page, "learn_on")));
  gtk_adjustment_set_value (child (page, "amount"), 0.5);
  g_assert_true (gtk_spinner_get_spinning (child (page, "spinner")));
  g_assert_cmpstr (gtk_label_get_text (child (page, "doing")), !=, "");
  g_assert_true (app_support_wait (is_done, page, 60));
  g_assert_cmpstr (gtk_label_get_text (child (page, "doing")), ==, "");
  g_assert_false (gtk_widget_get_visible (child (page, "message")));
  /* A quick look at the pruned network came first. */
  g_assert_cmpuint (cvr_sparsity_view_n_points (curve, FALSE), ==, 2);
  g_assert_cmpuint (cvr_sparsity_view_n_points (curve, TRUE), ==, 2);
  g_assert_cmpstr (figure (page, BYTES, 1), !=, figure (page, BYTES, 0));
  gtk_check_button_set_active (child (page, "learn_on"), FALSE);
  g_assert_true (app_support_wait (is_done, page, 30));
  g_assert_cmpstr (figure (page, BYTES, 1), !=, figure (page, BYTES, 0));
  g_assert_finalize_object (page);
  app_support_close (project);
}

static void
test_empty (void)
{
  CvrProject *project = app_support_pictures (2, 2);
  CvrCompressPage *page = g_object_ref_sink (g_object_new (CVR_TYPE_COMPRESS_PAGE, NULL));
  g_autofree char *line = NULL;

  cvr_compress_page_set_project (page, project);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (page, "stack")), ==, "empty");
  line = cvr_compress_page_dup_line (page);
  g_assert_null (line);
  g_assert_finalize_object (page);
  app_support_close (project);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/compress/figures-follow-the-sliders", test_figures);
  g_test_add_func ("/app/compress/changed-answers", test_changed);
  g_test_add_func ("/app/compress/reset", test_reset);
  g_test_add_func ("/app/compress/keep-and-undo", test_keep);
  g_test_add_func ("/app/compress/learns-on", test_learn_on);
  g_test_add_func ("/app/compress/empty-before-training", test_empty);

  return g_test_run ();
}
