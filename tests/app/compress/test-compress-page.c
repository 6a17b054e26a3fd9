/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliders to figures, the answers that change, curves that fill in, fine-tuning, keeping and going
 * back. */
#include "app-support.h"

#include "cvr-bits-view.h"
#include "cvr-compress-changes.h"
#include "cvr-compress-charts.h"
#include "cvr-compress-deeds.h"
#include "cvr-compress-figures.h"
#include "cvr-compress-layers.h"
#include "cvr-compress-page.h"
#include "cvr-compress-settings.h"
#include "cvr-notebook.h"
#include "cvr-sparsity-view.h"
#include "cvr-variants-view.h"

#include <math.h>

typedef struct
{
  CvrProject      *project;
  GtkWindow       *window;
  CvrCompressPage *page;
} Fixture;

static gpointer
child (Fixture    *fixture,
       const char *name)
{
  return app_support_child (fixture->page, CVR_TYPE_COMPRESS_PAGE, name);
}

static gpointer
setting (Fixture    *fixture,
         const char *name)
{
  return app_support_child (child (fixture, "settings"), CVR_TYPE_COMPRESS_SETTINGS, name);
}

static gpointer
chart (Fixture    *fixture,
       const char *name)
{
  return app_support_child (child (fixture, "charts"), CVR_TYPE_COMPRESS_CHARTS, name);
}

static gpointer
deed (Fixture    *fixture,
      const char *name)
{
  return app_support_child (child (fixture, "deeds"), CVR_TYPE_COMPRESS_DEEDS, name);
}

static const char *
figure (Fixture        *fixture,
        CvrFigure       row,
        CvrFigureColumn column)
{
  return cvr_compress_figures_get (child (fixture, "figures"), row, column);
}

static gboolean
is_done (gpointer data)
{
  CvrCompression *compression = cvr_compress_page_get_compression (((Fixture *) data)->page);

  return cvr_compression_is_exact (compression) && !cvr_compression_is_working (compression);
}

static void
wait_for (Fixture *fixture)
{
  g_assert_true (app_support_wait (is_done, fixture, 60));
}

/* In a window: what nobody looks at isn't worked out. */
static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->project = app_support_pictures (3, 20);
  app_support_train (fixture->project, 3);
  fixture->page = g_object_ref_sink (g_object_new (CVR_TYPE_COMPRESS_PAGE, NULL));
  fixture->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (fixture->window, 1000, 800);
  gtk_window_set_child (fixture->window, GTK_WIDGET (fixture->page));
  cvr_compress_page_set_project (fixture->page, fixture->project);
  gtk_window_present (fixture->window);
  wait_for (fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  gtk_window_destroy (fixture->window);
  app_support_spin ();
  g_assert_finalize_object (fixture->page);
  app_support_close (fixture->project);
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
test_figures (Fixture      *fixture,
              gconstpointer data)
{
  g_autofree char *bytes = dup_bytes (fixture->project);
  g_autofree char *untouched = cvr_compress_page_dup_line (fixture->page);
  g_autofree char *pruned = NULL;
  g_autofree char *operations = NULL;

  g_assert_null (untouched);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_BYTES, CVR_FIGURE_BEFORE), ==, bytes);
  for (guint row = 0; row < CVR_N_FIGURES; row++)
    {
      g_assert_cmpstr (figure (fixture, row, CVR_FIGURE_BEFORE), ==,
                       figure (fixture, row, CVR_FIGURE_AFTER));
      g_assert_cmpstr (figure (fixture, row, CVR_FIGURE_DIFFERENCE), ==, "=");
    }
  g_assert_false (gtk_widget_get_sensitive (deed (fixture, "keep")));
  g_assert_false (gtk_widget_get_sensitive (deed (fixture, "original")));
  g_assert_false (gtk_widget_get_sensitive (deed (fixture, "tune")));
  operations = g_strdup (figure (fixture, CVR_FIGURE_OPERATIONS, CVR_FIGURE_BEFORE));

  /* Half of the filters gone: less work and a smaller file, and the sidebar says so. */
  gtk_adjustment_set_value (setting (fixture, "amount"), 0.5);
  wait_for (fixture);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_OPERATIONS, CVR_FIGURE_BEFORE), ==, operations);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_OPERATIONS, CVR_FIGURE_AFTER), !=, operations);
  g_assert_true (g_str_has_prefix (
    figure (fixture, CVR_FIGURE_OPERATIONS, CVR_FIGURE_DIFFERENCE), "−"));
  g_assert_true (g_str_has_prefix (figure (fixture, CVR_FIGURE_BYTES, CVR_FIGURE_DIFFERENCE),
                                   "−"));
  pruned = cvr_compress_page_dup_line (fixture->page);
  g_assert_true (g_str_has_prefix (
    pruned, figure (fixture, CVR_FIGURE_BYTES, CVR_FIGURE_DIFFERENCE)));
  g_assert_true (gtk_widget_get_sensitive (deed (fixture, "keep")));
  g_assert_true (gtk_widget_get_sensitive (deed (fixture, "tune")));
  g_assert_cmpuint (cvr_sparsity_view_n_points (chart (fixture, "sparsity"), FALSE), ==, 2);

  /* Zeros in place of weights: as many operations and bytes as before. */
  gtk_drop_down_set_selected (setting (fixture, "kind"), 1);
  wait_for (fixture);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_OPERATIONS, CVR_FIGURE_AFTER), ==, operations);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_OPERATIONS, CVR_FIGURE_DIFFERENCE), ==, "=");
  g_assert_true (g_str_has_prefix (figure (fixture, CVR_FIGURE_PACKED, CVR_FIGURE_DIFFERENCE),
                                   "−"));
}

static void
test_changed (Fixture      *fixture,
              gconstpointer data)
{
  CvrCompressChanges *changes = child (fixture, "changes");
  GtkStack *stack = app_support_child (changes, CVR_TYPE_COMPRESS_CHANGES, "stack");

  g_assert_cmpuint (cvr_compress_changes_n_pictures (changes), ==, 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "none");
  /* A network with next to nothing left can't tell three kinds apart. */
  gtk_adjustment_set_value (setting (fixture, "amount"), 0.95);
  gtk_drop_down_set_selected (setting (fixture, "kind"), 1);
  wait_for (fixture);
  app_support_spin ();
  while (cvr_compress_changes_n_pictures (changes) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "pictures");
  gtk_toggle_button_set_active (
    app_support_child (changes, CVR_TYPE_COMPRESS_CHANGES, "as_pictures"), FALSE);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "matrix");

  /* Nothing changed: words, not a matrix without a cell. */
  g_signal_emit_by_name (deed (fixture, "original"), "clicked");
  wait_for (fixture);
  while (cvr_compress_changes_n_pictures (changes) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "none");
}

static void
click (Fixture    *fixture,
       const char *button)
{
  g_signal_emit_by_name (deed (fixture, button), "clicked");
}

static void
test_reset (Fixture      *fixture,
            gconstpointer data)
{
  gtk_adjustment_set_value (setting (fixture, "bits"), 2); /* 8 bits */
  wait_for (fixture);
  g_assert_true (g_str_has_prefix (figure (fixture, CVR_FIGURE_BYTES, CVR_FIGURE_DIFFERENCE),
                                   "−"));
  g_assert_true (gtk_widget_get_sensitive (setting (fixture, "scales")));
  g_assert_true (gtk_widget_get_sensitive (setting (fixture, "calibration")));
  click (fixture, "original");
  g_assert_cmpfloat (gtk_adjustment_get_value (setting (fixture, "bits")), ==, 0);
  g_assert_false (gtk_widget_get_sensitive (setting (fixture, "calibration")));
  wait_for (fixture);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_BYTES, CVR_FIGURE_DIFFERENCE), ==, "=");
}

static void
test_use (Fixture      *fixture,
           gconstpointer data)
{
  CvrModel *before = cvr_model_ref (cvr_project_get_model (fixture->project));
  g_autofree char *promised = NULL;
  g_autofree char *bytes = NULL;

  gtk_adjustment_set_value (setting (fixture, "amount"), 0.4);
  gtk_adjustment_set_value (setting (fixture, "bits"), 2);
  wait_for (fixture);
  promised = g_strdup (figure (fixture, CVR_FIGURE_BYTES, CVR_FIGURE_AFTER));
  click (fixture, "use");
  cvr_project_wait (fixture->project);
  app_support_spin ();
  g_assert_true (cvr_project_get_model (fixture->project) != before);
  /* The project's file is as small as was said, and the sliders begin again from there. */
  bytes = dup_bytes (fixture->project);
  g_assert_cmpstr (bytes, ==, promised);
  g_assert_cmpfloat (gtk_adjustment_get_value (setting (fixture, "amount")), ==, 0);
  wait_for (fixture);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_BYTES, CVR_FIGURE_BEFORE), ==, promised);
  cvr_project_undo (fixture->project);
  g_assert_cmpuint (nn_graph_n_values (cvr_project_get_model (fixture->project)->graph), ==,
                    nn_graph_n_values (before->graph));
  cvr_model_unref (before);
}

static void
test_keep (Fixture      *fixture,
           gconstpointer data)
{
  GListModel *notebook = G_LIST_MODEL (cvr_project_get_notebook (fixture->project));
  guint n = g_list_model_get_n_items (notebook);
  CvrModel *model = cvr_project_get_model (fixture->project);
  g_autoptr (CvrRunCard) card = NULL;
  const CvrCardFacts *facts;
  CvrCompressed *result;

  gtk_adjustment_set_value (setting (fixture, "amount"), 0.4);
  gtk_adjustment_set_value (setting (fixture, "bits"), 2);
  wait_for (fixture);
  result = cvr_compression_get_result (cvr_compress_page_get_compression (fixture->page));
  click (fixture, "keep");
  cvr_project_wait (fixture->project);
  /* One card more, which says what was on the page; the project's network is the same. */
  g_assert_cmpuint (g_list_model_get_n_items (notebook), ==, n + 1);
  card = g_list_model_get_item (notebook, n);
  facts = cvr_run_card_get_facts (card);
  g_assert_cmpint (facts->kind, ==, CVR_CARD_VARIANT);
  g_assert_cmpuint (facts->bytes, ==, result->after.bytes);
  g_assert_cmpstr (facts->what, ==, "40\u202f% of the filters removed, 8 bits");
  g_assert_true (cvr_project_get_model (fixture->project) == model);
}

static gboolean
is_tuned (gpointer data)
{
  return cvr_compression_get_tuning (
           cvr_compress_page_get_compression (((Fixture *) data)->page)) == NULL;
}

static void
test_fine_tune (Fixture      *fixture,
                gconstpointer data)
{
  gtk_adjustment_set_value (setting (fixture, "amount"), 0.5);
  wait_for (fixture);
  gtk_adjustment_set_value (deed (fixture, "epochs"), 2);
  click (fixture, "tune");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (deed (fixture, "stack")), ==, "tuning");
  g_assert_false (gtk_widget_get_sensitive (child (fixture, "settings")));
  g_assert_nonnull (cvr_project_get_occupation (fixture->project));
  g_assert_true (app_support_wait (is_tuned, fixture, 60));
  wait_for (fixture);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (deed (fixture, "stack")), ==, "choose");
  g_assert_null (cvr_project_get_occupation (fixture->project));
  g_assert_true (gtk_widget_get_sensitive (child (fixture, "settings")));
  g_assert_false (gtk_widget_get_visible (child (fixture, "message")));
  g_assert_cmpuint (cvr_sparsity_view_n_points (chart (fixture, "sparsity"), TRUE), ==, 2);

  /* Cancelled, the figures of before stay. */
  gtk_adjustment_set_value (setting (fixture, "amount"), 0.3);
  wait_for (fixture);
  gtk_adjustment_set_value (deed (fixture, "epochs"), 100);
  click (fixture, "tune");
  click (fixture, "cancel");
  g_assert_true (app_support_wait (is_tuned, fixture, 60));
  wait_for (fixture);
  g_assert_true (gtk_widget_get_sensitive (deed (fixture, "keep")));
}

static gboolean
is_filled (gpointer data)
{
  guint n_done, n;

  return !cvr_compression_get_study (cvr_compress_page_get_compression (((Fixture *) data)->page),
                                     &n_done, &n) &&
         is_done (data);
}

static void
test_curves_by_keys (Fixture      *fixture,
                     gconstpointer data)
{
  GtkWidget *sparsity = chart (fixture, "sparsity"), *bits = chart (fixture, "bits");

  g_assert_true (gtk_widget_get_focusable (sparsity));
  app_support_type (sparsity, GDK_KEY_Return); /* nothing is read off yet */
  g_assert_cmpfloat (gtk_adjustment_get_value (setting (fixture, "amount")), ==, 0);
  app_support_type (sparsity, GDK_KEY_Right);
  app_support_type (sparsity, GDK_KEY_Right);
  app_support_type (sparsity, GDK_KEY_Right);
  app_support_type (sparsity, GDK_KEY_Left);
  app_support_type (sparsity, GDK_KEY_Return);
  g_assert_cmpfloat (gtk_adjustment_get_value (setting (fixture, "amount")), ==, 0.1);
  /* What was not measured is not said. */
  app_support_type (sparsity, GDK_KEY_Right);
  app_support_type (sparsity, GDK_KEY_Right);
  app_support_type (sparsity, GDK_KEY_Right);
  g_assert_cmpstr (cvr_canvas_get_description (CVR_CANVAS (sparsity)), ==, "25\u202f%");

  g_assert_true (gtk_widget_get_focusable (bits));
  g_assert_cmpstr (cvr_canvas_get_description (CVR_CANVAS (bits)), !=, "16 bits");
  app_support_type (bits, GDK_KEY_Right);
  g_assert_cmpstr (cvr_canvas_get_description (CVR_CANVAS (bits)), ==, "16 bits");
  app_support_type (bits, GDK_KEY_Right);
  app_support_type (bits, GDK_KEY_space);
  g_assert_cmpfloat (gtk_adjustment_get_value (setting (fixture, "bits")), ==, 2);
  wait_for (fixture);
}

static void
test_curves (Fixture      *fixture,
             gconstpointer data)
{
  guint n_best;

  g_signal_emit_by_name (chart (fixture, "fill"), "clicked");
  g_assert_true (gtk_widget_get_visible (chart (fixture, "stop")));
  g_assert_true (app_support_wait (is_filled, fixture, 60));
  g_assert_false (gtk_widget_get_visible (chart (fixture, "stop")));
  g_assert_cmpuint (cvr_sparsity_view_n_points (chart (fixture, "sparsity"), FALSE), ==, 11);
  g_assert_cmpuint (cvr_bits_view_n_points (chart (fixture, "bits")), ==, CVR_N_BITS);
  /* What is neither pruned nor rounded is in both. */
  g_assert_cmpuint (cvr_variants_view_n_dots (chart (fixture, "variants"), &n_best), ==,
                    11 + CVR_N_BITS - 1);
  g_assert_cmpuint (n_best, >=, 1);

  /* A click on one of them takes the sliders there. */
  g_signal_emit_by_name (chart (fixture, "sparsity"), "chosen", 0.6);
  g_assert_cmpfloat (gtk_adjustment_get_value (setting (fixture, "amount")), ==, 0.6);
  g_signal_emit_by_name (chart (fixture, "bits"), "chosen", 3u);
  g_assert_cmpfloat (gtk_adjustment_get_value (setting (fixture, "bits")), ==, 3);
  wait_for (fixture);

  /* Another network: nothing of that counts. */
  click (fixture, "use");
  cvr_project_wait (fixture->project);
  app_support_spin ();
  wait_for (fixture);
  g_assert_cmpuint (cvr_compress_charts_n_tried (child (fixture, "charts")), ==, 1);
}

/* What takes long waits for what takes long elsewhere, and the other way round. */
static void
test_threads (Fixture      *fixture,
              gconstpointer data)
{
  guint n_done, n;

  gtk_adjustment_set_value (setting (fixture, "amount"), 0.5);
  wait_for (fixture);
  g_assert_true (gtk_widget_get_sensitive (deed (fixture, "tune")));
  cvr_project_set_measuring (fixture->project, CVR_MEASURING_EXPERIMENT, TRUE);
  g_assert_false (gtk_widget_get_sensitive (deed (fixture, "tune")));
  g_assert_false (gtk_widget_get_sensitive (chart (fixture, "fill")));
  cvr_compression_fine_tune (cvr_compress_page_get_compression (fixture->page), 1);
  g_assert_true (is_tuned (fixture));
  cvr_project_set_measuring (fixture->project, CVR_MEASURING_EXPERIMENT, FALSE);
  g_assert_true (gtk_widget_get_sensitive (chart (fixture, "fill")));

  g_signal_emit_by_name (chart (fixture, "fill"), "clicked");
  g_assert_nonnull (cvr_project_get_occupation (fixture->project));
  /* Nobody looks: the threads are free, and an experiment may have them. */
  gtk_widget_set_visible (GTK_WIDGET (fixture->page), FALSE);
  g_assert_null (cvr_project_get_occupation (fixture->project));
  cvr_project_set_measuring (fixture->project, CVR_MEASURING_EXPERIMENT, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (fixture->page), TRUE);
  wait_for (fixture);
  g_assert_true (cvr_compression_get_study (cvr_compress_page_get_compression (fixture->page),
                                            &n_done, &n));
  cvr_project_set_measuring (fixture->project, CVR_MEASURING_EXPERIMENT, FALSE);
  g_assert_nonnull (cvr_project_get_occupation (fixture->project));
  g_assert_true (app_support_wait (is_filled, fixture, 60));
  g_assert_null (cvr_project_get_occupation (fixture->project));
}

static void
test_layers (Fixture      *fixture,
             gconstpointer data)
{
  CvrCompressSettings *settings = child (fixture, "settings");
  CvrCompressSpec spec;

  gtk_drop_down_set_selected (setting (fixture, "scope"), 2);
  g_assert_true (gtk_widget_get_visible (setting (fixture, "layers")));
  g_assert_false (gtk_widget_get_visible (setting (fixture, "amount_scale")));
  g_assert_cmpuint (cvr_compress_settings_n_layers (settings), >=, 2);
  spec = cvr_compress_settings_get_spec (settings);
  g_assert_false (cvr_compress_spec_prunes (&spec));
  spec.layers[0] = 60;
  g_signal_emit_by_name (child (fixture, "charts"), "chosen", &spec);
  wait_for (fixture);
  spec = cvr_compress_settings_get_spec (settings);
  g_assert_cmpuint (spec.layers[0], ==, 60);
  g_assert_cmpstr (gtk_label_get_text (setting (fixture, "amount_value")), !=, "0 %");

  /* Every layer at five shares; the pictures that were tried are not these. */
  g_signal_emit_by_name (setting (fixture, "layers"), "measure");
  g_assert_true (app_support_wait (is_filled, fixture, 60));
  g_assert_cmpuint (cvr_compress_charts_n_tried (child (fixture, "charts")), ==, 2);
}

/* Layer by layer too the curve fills in: of these layers, less and more of them. */
static void
test_curve_of_layers (Fixture      *fixture,
                      gconstpointer data)
{
  CvrCompressSettings *settings = child (fixture, "settings");
  CvrCompressSpec spec;
  guint n;

  gtk_drop_down_set_selected (setting (fixture, "scope"), 2);
  spec = cvr_compress_settings_get_spec (settings);
  spec.layers[0] = 80;
  spec.layers[1] = 40;
  g_signal_emit_by_name (child (fixture, "charts"), "chosen", &spec);
  wait_for (fixture);
  g_signal_emit_by_name (chart (fixture, "fill"), "clicked");
  g_assert_true (app_support_wait (is_filled, fixture, 60));
  n = cvr_sparsity_view_n_points (chart (fixture, "sparsity"), FALSE);
  g_assert_cmpuint (n, ==, 11);

  /* A click takes the nearest of them, in the same proportion. */
  g_signal_emit_by_name (chart (fixture, "sparsity"), "chosen", 1.0);
  spec = cvr_compress_settings_get_spec (settings);
  g_assert_cmpuint (spec.layers[0], ==, 95);
  g_assert_cmpfloat (fabs (spec.layers[1] - 47.5), <=, 0.5);
  wait_for (fixture);
  g_assert_cmpuint (cvr_sparsity_view_n_points (chart (fixture, "sparsity"), FALSE), ==, n);

  /* Another proportion is another curve. */
  spec.layers[1] = 0;
  g_signal_emit_by_name (child (fixture, "charts"), "chosen", &spec);
  wait_for (fixture);
  g_assert_cmpuint (cvr_sparsity_view_n_points (chart (fixture, "sparsity"), FALSE), ==, 2);
}

/* As long as no picture has been looked at, nothing is said of pictures. */
static void
test_sizes_before_pictures (Fixture      *fixture,
                            gconstpointer data)
{
  CvrCompressed *exact = cvr_compression_get_result (
    cvr_compress_page_get_compression (fixture->page));
  CvrCompressed early = *exact;
  CvrCompressChanges *changes = child (fixture, "changes");
  CvrCompressFigures *figures = child (fixture, "figures");
  g_autofree char *accuracy = NULL;
  g_autofree char *time = NULL;

  accuracy = g_strdup (figure (fixture, CVR_FIGURE_ACCURACY, CVR_FIGURE_AFTER));
  time = g_strdup (figure (fixture, CVR_FIGURE_TIME, CVR_FIGURE_AFTER));
  early.after.n = early.before.n = 0;
  early.after.accuracy = early.after.loss = early.after.ms = (double) NAN;
  early.after.bytes /= 2;
  early.n_changed = 0;
  cvr_compress_figures_show (figures, &early);
  g_assert_true (g_str_has_prefix (figure (fixture, CVR_FIGURE_BYTES, CVR_FIGURE_DIFFERENCE),
                                   "−50"));
  /* What was known before stays, dimmed. */
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_ACCURACY, CVR_FIGURE_AFTER), ==, accuracy);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_TIME, CVR_FIGURE_AFTER), ==, time);
  g_assert_true (cvr_compress_figures_is_dimmed (figures, CVR_FIGURE_ACCURACY));
  g_assert_true (cvr_compress_figures_is_dimmed (figures, CVR_FIGURE_TIME));
  g_assert_false (cvr_compress_figures_is_dimmed (figures, CVR_FIGURE_BYTES));
  cvr_compress_changes_show (changes, fixture->project, &early);
  g_assert_cmpstr (gtk_label_get_text (app_support_child (changes, CVR_TYPE_COMPRESS_CHANGES,
                                                          "none")), ==,
                   "Move a slider: the pictures whose answer changes are shown here.");
  cvr_compress_figures_show (figures, exact);
  g_assert_false (cvr_compress_figures_is_dimmed (figures, CVR_FIGURE_ACCURACY));

  /* There are none at all: nothing is a gain or a loss, and that is said. */
  early.n_pictures = 0;
  cvr_compress_figures_show (figures, &early);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_ACCURACY, CVR_FIGURE_DIFFERENCE), ==, "–");
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_LOSS, CVR_FIGURE_DIFFERENCE), ==, "–");
}

/* Rounded numbers that floats compute with: their time says nothing, and nothing is said of it. */
static void
test_simulated_time (Fixture      *fixture,
                     gconstpointer data)
{
  gtk_adjustment_set_value (setting (fixture, "bits"), 3); /* 4 bits */
  wait_for (fixture);
  g_assert_cmpstr (figure (fixture, CVR_FIGURE_TIME, CVR_FIGURE_DIFFERENCE), ==, "–");
  g_assert_true (g_str_has_prefix (figure (fixture, CVR_FIGURE_BYTES, CVR_FIGURE_DIFFERENCE),
                                   "−"));
}

static void
test_differences (void)
{
  static const struct
  {
    double      before, after;
    const char *text;
  } rows[] = {
    { 1000, 1000, NULL }, { 1000, 997, NULL },
    { 1000, 994, "−1\u202f%" }, { 1000, 1500, "+50\u202f%" },
    { 1000, 6, "−99\u202f%" }, { 1000, 4, "−99.6\u202f%" },
    { 1e6, 1, "−99.9\u202f%" }, { 1000, 0, "−100\u202f%" },
    { 0, 5, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = cvr_dup_relative (rows[i].before, rows[i].after);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_empty (void)
{
  CvrProject *project = app_support_pictures (2, 2);
  CvrCompressPage *page = g_object_ref_sink (g_object_new (CVR_TYPE_COMPRESS_PAGE, NULL));
  g_autofree char *line = NULL;

  cvr_compress_page_set_project (page, project);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (
                     app_support_child (page, CVR_TYPE_COMPRESS_PAGE, "stack")), ==, "empty");
  line = cvr_compress_page_dup_line (page);
  g_assert_null (line);
  g_assert_finalize_object (page);
  app_support_close (project);
}

static void
add (const char *name,
     void      (*test) (Fixture *fixture, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/app/compress/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  add ("figures-follow-the-sliders", test_figures);
  add ("changed-answers", test_changed);
  add ("reset", test_reset);
  add ("use-and-undo", test_use);
  add ("keep-in-the-notebook", test_keep);
  add ("fine-tunes-and-can-be-cancelled", test_fine_tune);
  add ("curves-fill-in-and-lead-back", test_curves);
  add ("curves-by-keys", test_curves_by_keys);
  add ("one-thing-has-the-threads", test_threads);
  add ("layer-by-layer", test_layers);
  add ("curve-of-layers", test_curve_of_layers);
  add ("sizes-before-pictures", test_sizes_before_pictures);
  add ("simulated-time", test_simulated_time);
  g_test_add_func ("/app/compress/differences-never-say-all", test_differences);
  g_test_add_func ("/app/compress/empty-before-training", test_empty);

  return g_test_run ();
}
