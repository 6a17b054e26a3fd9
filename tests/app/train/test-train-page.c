/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page Train: what drives a training, what its curves say, and how well the network does. */
#include "app-support.h"

#include "cvr-aside.h"
#include "cvr-class-curves.h"
#include "cvr-learning-view.h"
#include "cvr-mistakes-view.h"
#include "cvr-reading-view.h"
#include "cvr-scores-table.h"
#include "cvr-scores-view.h"
#include "cvr-settings-rows.h"
#include "cvr-train-page.h"
#include "cvr-train-settings.h"

#include <string.h>

static gpointer
child (gpointer    view,
       const char *name)
{
  return app_support_child (view, G_OBJECT_TYPE (view), name);
}

static void
test_page_has_its_views (void)
{
  static const char *const views[] = { "training", "mistakes", "scores", "notebook",
                                       "experiments" };
  CvrProject *project = app_support_pictures (2, 4);
  CvrTrainPage *page = g_object_ref_sink (g_object_new (CVR_TYPE_TRAIN_PAGE, NULL));

  cvr_train_page_set_project (page, project);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      cvr_train_page_show_view (page, views[i]);
      g_assert_cmpstr (gtk_stack_get_visible_child_name (child (page, "views")), ==, views[i]);
    }
  g_assert_finalize_object (page);
  app_support_close (project);
}

static gboolean
is_learning (gpointer project)
{
  CvrTraining *training = cvr_project_get_training (project);

  return cvr_training_get_state (training) == CVR_TRAINING_RUNNING
         && cvr_history_n_points (cvr_training_get_history (training), CVR_SERIES_LOSS) > 0;
}

static gboolean
is_idle (gpointer project)
{
  return cvr_training_get_state (cvr_project_get_training (project)) == CVR_TRAINING_IDLE
         && !cvr_project_is_evaluating (project);
}

static void
test_learning_view_follows_the_training (void)
{
  CvrProject *project = app_support_pictures (2, 12);
  CvrLearningView *view = g_object_ref_sink (g_object_new (CVR_TYPE_LEARNING_VIEW, NULL));
  CvrSettings settings = *cvr_project_get_settings (project);
  CvrReadingView *reading;
  g_autoptr (GError) error = NULL;

  cvr_learning_view_set_project (view, project);
  reading = child (view, "reading");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (view, "middle")), ==, "ready");
  g_assert_false (gtk_widget_get_visible (child (view, "drive")));

  settings.epochs = 1000;
  cvr_project_set_settings (project, &settings);
  g_assert_true (cvr_project_train (project, FALSE, &error));
  g_assert_true (app_support_wait (is_learning, project, 30));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (view, "middle")), ==, "curves");
  g_assert_cmpstr (gtk_button_get_label (child (view, "train")), ==, "_Pause");
  g_assert_cmpstr (gtk_label_get_text (child (reading, "sentence")), !=, "");
  cvr_training_stop (cvr_project_get_training (project));
  g_assert_true (app_support_wait (is_idle, project, 30));
  app_support_spin ();
  g_assert_cmpstr (gtk_button_get_label (child (view, "train")), ==, "_Train again");
  g_assert_finalize_object (view);
  app_support_close (project);
}

static GtkWidget *
find_button (GtkWidget  *widget,
             const char *label)
{
  if (GTK_IS_BUTTON (widget)
      && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *inner = gtk_widget_get_first_child (widget); inner != NULL;
       inner = gtk_widget_get_next_sibling (inner))
    {
      GtkWidget *found = find_button (inner, label);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* Settings that the running training can take stay open. */
static void
test_settings_change_while_it_runs (void)
{
  CvrProject *project = app_support_pictures (2, 12);
  CvrSettings settings = *cvr_project_get_settings (project);
  CvrTraining *training = cvr_project_get_training (project);

  settings.epochs = 1000;
  cvr_project_set_settings (project, &settings);
  g_assert_nonnull (cvr_setting_row (CVR_FIELD_LR)->live);
  g_assert_nonnull (cvr_setting_row (CVR_FIELD_WEIGHT_DECAY)->live);
  g_assert_nonnull (cvr_setting_row (CVR_FIELD_CLIP)->live);
  g_assert_nonnull (cvr_setting_row (CVR_FIELD_BATCH)->live);
  g_assert_nonnull (cvr_setting_row (CVR_FIELD_DROPOUT)->live);
  g_assert_nonnull (cvr_setting_row (CVR_FIELD_MOMENTUM)->live);
  g_assert_null (cvr_setting_row (CVR_FIELD_OPTIM)->live);
  g_assert_true (cvr_project_train (project, FALSE, NULL));
  g_assert_true (app_support_wait (is_learning, project, 30));
  settings.optim.lr = 0.0003f;
  g_assert_true (cvr_training_tune (training, &settings, NULL));
  g_assert_cmpfloat (cvr_training_get_settings (training)->optim.lr, ==, 0.0003f);
  cvr_training_stop (training);
  g_assert_true (app_support_wait (is_idle, project, 30));
  app_support_close (project);
}

static void
test_reset_is_undoable (void)
{
  CvrProject *project = app_support_pictures (2, 12);

  app_support_train (project, 2);
  cvr_project_set_model (project, NULL);
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_null (cvr_project_get_model (project));
  g_assert_null (cvr_project_get_evaluation (project));
  cvr_project_undo (project);
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_nonnull (cvr_project_get_model (project));
  g_assert_true (app_support_wait (is_idle, project, 30));
  app_support_close (project);
}

static void
test_scores (void)
{
  CvrProject *project = app_support_pictures (3, 16);
  CvrScoresView *view = g_object_ref_sink (g_object_new (CVR_TYPE_SCORES_VIEW, NULL));
  CvrClassCurves *curves;
  g_autofree char *before = NULL;

  cvr_scores_view_set_project (view, project);
  curves = child (view, "curves");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (view, "stack")), ==, "empty");
  app_support_train (project, 4);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (view, "stack")), ==, "scores");
  g_assert_cmpint (cvr_scores_table_get_selected (child (view, "table")), ==, 0);

  /* The threshold is read in words, and moves. */
  before = g_strdup (gtk_label_get_text (child (curves, "sentence")));
  g_assert_nonnull (strstr (before, "50"));
  cvr_class_curves_set_threshold (curves, 0.9);
  g_assert_nonnull (strstr (gtk_label_get_text (child (curves, "sentence")), "90"));
  g_signal_emit_by_name (find_button (GTK_WIDGET (curves), "Best"), "clicked");
  g_assert_cmpfloat (cvr_class_curves_get_threshold (curves), >, 0);

  /* Each curve has its own area. */
  g_assert_nonnull (strstr (gtk_label_get_text (child (curves, "sentence")), "ROC"));
  gtk_toggle_button_set_active (child (curves, "precision"), TRUE);
  g_assert_null (strstr (gtk_label_get_text (child (curves, "sentence")), "ROC"));
  g_assert_nonnull (strstr (gtk_label_get_text (child (curves, "sentence")), "average precision"));

  /* Calibration has no threshold. */
  gtk_toggle_button_set_active (child (curves, "calibration"), TRUE);
  g_assert_false (gtk_widget_get_visible (child (curves, "threshold_box")));
  g_assert_cmpstr (gtk_label_get_text (child (curves, "sentence")), !=, "");
  g_assert_finalize_object (view);
  app_support_close (project);
}

/* GTK's heads answer to clicks only: Tab reaches ours, Return sorts and turns the order around. */
static void
test_scores_are_sorted_by_keyboard (void)
{
  CvrProject *project = app_support_pictures (3, 16);
  CvrScoresView *view = g_object_ref_sink (g_object_new (CVR_TYPE_SCORES_VIEW, NULL));
  CvrScoresTable *table;
  GtkColumnView *columns;
  GtkWidget *head;
  GtkSingleSelection *rows;

  cvr_scores_view_set_project (view, project);
  app_support_train (project, 2);
  table = child (view, "table");
  columns = GTK_COLUMN_VIEW (
    gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (adw_bin_get_child (ADW_BIN (table)))));
  rows = GTK_SINGLE_SELECTION (gtk_column_view_get_model (columns));
  head = gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (columns)));
  g_assert_true (gtk_widget_get_focusable (head));
  app_support_type (head, GDK_KEY_Return);
  gtk_single_selection_set_selected (rows, 0);
  g_assert_cmpint (cvr_scores_table_get_selected (table), ==, 0);
  app_support_type (head, GDK_KEY_space);
  gtk_single_selection_set_selected (rows, 0);
  g_assert_cmpint (cvr_scores_table_get_selected (table), ==, 2);

  /* What a figure's short head means. */
  head = gtk_widget_get_next_sibling (head);
  g_assert_true (gtk_widget_get_focusable (head));
  g_assert_nonnull (gtk_widget_get_tooltip_text (head));
  g_assert_finalize_object (view);
  app_support_close (project);
}

/* Small ones never as 1e-05. */
static void
test_settings_are_read_as_decimals (void)
{
  static const struct { float lr; const char *text; } rates[] = {
    { 0.3f, "0.3" }, { 0.003f, "0.003" }, { 0.00001f, "0.00001" }, { 0.00234f, "0.00234" },
    { 1, "1" },      { 10, "10" },
  };
  CvrSettings settings = cvr_settings_default ();

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_autofree char *text = NULL;

      settings.optim.lr = rates[i].lr;
      text = cvr_setting_dup_value (&settings, CVR_FIELD_LR);
      g_assert_cmpstr (text, ==, rates[i].text);
    }
}

/* A number has no cross-entropy and no classes to weigh: what is chosen is what it learns by. */
static void
test_settings_of_a_number (void)
{
  CvrSettings settings = cvr_settings_default ();

  g_assert_true (cvr_setting_offers (&settings, CVR_FIELD_LOSS, NN_LOSS_CROSS_ENTROPY));
  g_assert_null (cvr_setting_get_idle_reason (&settings, CVR_FIELD_CLASS_WEIGHTS));
  g_assert_cmpfloat (cvr_setting_get (&settings, CVR_FIELD_LOSS), ==, NN_LOSS_CROSS_ENTROPY);
  settings.predicts = CVR_PREDICTS_NUMBER;
  g_assert_false (cvr_setting_offers (&settings, CVR_FIELD_LOSS, NN_LOSS_CROSS_ENTROPY));
  g_assert_true (cvr_setting_offers (&settings, CVR_FIELD_LOSS, NN_LOSS_HUBER));
  g_assert_nonnull (cvr_setting_get_idle_reason (&settings, CVR_FIELD_CLASS_WEIGHTS));
  g_assert_null (cvr_setting_get_idle_reason (&settings, CVR_FIELD_LOSS));
  g_assert_cmpfloat (cvr_setting_get (&settings, CVR_FIELD_LOSS), ==, NN_LOSS_MSE);
  settings.loss = NN_LOSS_HUBER;
  g_assert_cmpfloat (cvr_setting_get (&settings, CVR_FIELD_LOSS), ==, NN_LOSS_HUBER);
}

static void
learn (CvrProject *project,
       float       rate)
{
  CvrSettings settings = *cvr_project_get_settings (project);

  settings.optim.lr = rate;
  cvr_project_set_settings (project, &settings);
  app_support_train (project, 3);
  app_support_spin ();
}

/* A network that is taken back is no “before” of the one that returns. */
static void
test_mistakes_before_survives_undo (void)
{
  CvrProject *project = app_support_pictures (2, 20);
  CvrMistakesView *view = g_object_ref_sink (g_object_new (CVR_TYPE_MISTAKES_VIEW, NULL));
  GtkLabel *summary = child (view, "summary");
  CvrEvaluation *answers[3];
  g_autoptr (CvrModel) first = NULL;
  g_autofree char *then = NULL;

  cvr_mistakes_view_set_project (view, project);
  learn (project, 1e-9f);
  first = cvr_model_ref (cvr_project_get_model (project));
  answers[0] = cvr_evaluation_ref (cvr_project_get_evaluation (project));
  learn (project, 3e-3f);
  answers[1] = cvr_evaluation_ref (cvr_project_get_evaluation (project));
  learn (project, 1e-3f);
  answers[2] = cvr_evaluation_ref (cvr_project_get_evaluation (project));
  g_assert_false (cvr_evaluation_equal (answers[0], answers[1]));
  g_assert_cmpfloat (answers[0]->accuracy, !=, answers[1]->accuracy);
  then = g_strdup (gtk_label_get_text (summary));
  g_assert_nonnull (strstr (then, "(before: "));

  cvr_project_set_model (project, first);
  g_assert_true (app_support_wait (is_idle, project, 30));
  app_support_spin ();
  g_assert_true (cvr_evaluation_equal (answers[0], cvr_project_get_evaluation (project)));
  g_assert_cmpstr (gtk_label_get_text (summary), !=, then);
  cvr_project_undo (project);
  g_assert_true (app_support_wait (is_idle, project, 30));
  app_support_spin ();
  g_assert_true (cvr_evaluation_equal (answers[2], cvr_project_get_evaluation (project)));
  g_assert_cmpstr (gtk_label_get_text (summary), ==, then);

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    cvr_evaluation_unref (answers[i]);
  g_assert_finalize_object (view);
  app_support_close (project);
}

/* Classes that are named by numbers, and a network that answers with one. */
static void
test_numbers (void)
{
  static const char *const names[] = { "10", "20", "30" };
  CvrProject *project = app_support_pictures (3, 12);
  CvrScoresView *view = g_object_ref_sink (g_object_new (CVR_TYPE_SCORES_VIEW, NULL));
  CvrMistakesView *mistakes = g_object_ref_sink (g_object_new (CVR_TYPE_MISTAKES_VIEW, NULL));
  CvrReadingView *reading = g_object_ref_sink (g_object_new (CVR_TYPE_READING_VIEW, NULL));
  CvrSettings settings = *cvr_project_get_settings (project);
  GtkWidget *numbers;

  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    cvr_project_rename_class (project, k, names[k]);
  cvr_setting_set (&settings, CVR_FIELD_PREDICTS, CVR_PREDICTS_NUMBER);
  g_assert_cmpfloat (cvr_setting_get (&settings, CVR_FIELD_PREDICTS), ==, CVR_PREDICTS_NUMBER);
  cvr_project_set_settings (project, &settings);
  cvr_scores_view_set_project (view, project);
  cvr_mistakes_view_set_project (mistakes, project);
  cvr_reading_view_set_project (reading, project);
  app_support_train (project, 5);
  cvr_reading_view_update (reading);
  g_assert_nonnull (cvr_project_get_evaluation (project)->numbers);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (view, "stack")), ==, "numbers");
  numbers = child (view, "numbers");
  g_assert_cmpstr (gtk_label_get_text (child (numbers, "mae")), !=, "–");
  g_assert_cmpstr (gtk_label_get_text (child (numbers, "sentence")), !=, "");
  /* Mistakes are all of them, the furthest off first. */
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (mistakes, "stack")), ==, "matrix");
  g_assert_true (gtk_widget_get_visible (child (mistakes, "chart")));
  g_assert_false (gtk_widget_get_visible (child (mistakes, "matrix")));
  g_assert_cmpuint (g_list_model_get_n_items (cvr_mistakes_view_get_items (mistakes)), ==,
                    cvr_project_get_evaluation (project)->n);
  g_assert_true (g_str_has_prefix (gtk_label_get_text (child (reading, "figure")), "±"));
  g_assert_finalize_object (reading);
  g_assert_finalize_object (mistakes);
  g_assert_finalize_object (view);
  app_support_close (project);
}

static void
allocate (GtkWidget *widget,
          int        width)
{
  gtk_widget_size_allocate (widget, &(GtkAllocation){ 0, 0, width, 100 }, -1);
}

static void
test_aside_leaves_where_room_is_short (void)
{
  GtkWidget *content = gtk_label_new ("content"), *side = gtk_label_new ("side");
  CvrAside *aside = g_object_ref_sink (
    g_object_new (CVR_TYPE_ASIDE, "content", content, "side", side, "room", 300, NULL));
  int minimum;

  gtk_widget_set_size_request (content, 200, -1);
  gtk_widget_set_size_request (side, 120, -1);
  gtk_widget_measure (GTK_WIDGET (aside), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  g_assert_cmpint (minimum, ==, 200);
  allocate (GTK_WIDGET (aside), 420);
  g_assert_true (cvr_aside_is_shown (aside));
  g_assert_cmpint (gtk_widget_get_width (content), ==, 300);
  allocate (GTK_WIDGET (aside), 419);
  g_assert_false (cvr_aside_is_shown (aside));
  g_assert_cmpint (gtk_widget_get_width (content), ==, 419);
  g_assert_finalize_object (aside);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/train/page-has-its-views", test_page_has_its_views);
  g_test_add_func ("/app/train/view-follows-the-training",
                   test_learning_view_follows_the_training);
  g_test_add_func ("/app/train/settings-change-while-it-runs", test_settings_change_while_it_runs);
  g_test_add_func ("/app/train/reset-is-undoable", test_reset_is_undoable);
  g_test_add_func ("/app/train/scores-of-each-class", test_scores);
  g_test_add_func ("/app/train/scores-are-sorted-by-keyboard", test_scores_are_sorted_by_keyboard);
  g_test_add_func ("/app/train/settings-are-read-as-decimals", test_settings_are_read_as_decimals);
  g_test_add_func ("/app/train/settings-of-a-number", test_settings_of_a_number);
  g_test_add_func ("/app/train/mistakes-before-survives-undo",
                   test_mistakes_before_survives_undo);
  g_test_add_func ("/app/train/numbers-in-place-of-classes", test_numbers);
  g_test_add_func ("/app/train/aside-leaves-where-room-is-short",
                   test_aside_leaves_where_room_is_short);

  return g_test_run ();
}
