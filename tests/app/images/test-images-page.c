/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelling: keys, filters, removal, the summary; and the mistakes with their labels. */
#include "app-support.h"

#include "cvr-class-row.h"
#include "cvr-box-editor.h"
#include "cvr-images-page.h"
#include "cvr-labelling.h"
#include "cvr-mistakes-view.h"
#include "cvr-picture-tile.h"
#include "cvr-settings-rows.h"

static CvrImagesPage *
page_with (CvrProject *project)
{
  CvrImagesPage *page = g_object_ref_sink (g_object_new (CVR_TYPE_IMAGES_PAGE, NULL));

  cvr_images_page_set_project (page, project);
  app_support_spin ();

  return page;
}

static gint
label_at (CvrProject *project,
          guint       index)
{
  return cvr_dataset_item (cvr_project_get_dataset (project), index)->label;
}

static void
test_keys (void)
{
  gint label = 99;

  g_assert_true (cvr_labelling_key (GDK_KEY_1, &label));
  g_assert_cmpint (label, ==, 0);
  g_assert_true (cvr_labelling_key (GDK_KEY_KP_9, &label));
  g_assert_cmpint (label, ==, 8);
  g_assert_true (cvr_labelling_key (GDK_KEY_0, &label));
  g_assert_cmpint (label, ==, CVR_LABEL_NONE);
  g_assert_false (cvr_labelling_key (GDK_KEY_space, &label));
  g_assert_false (cvr_labelling_key (GDK_KEY_a, &label));
}

static void
test_label_selection (void)
{
  CvrProject *project = app_support_pictures (3, 2);
  CvrImagesPage *page = page_with (project);
  GtkSelectionModel *selection = cvr_images_page_get_selection (page);

  gtk_selection_model_select_item (selection, 0, TRUE);
  gtk_selection_model_select_item (selection, 4, FALSE);
  cvr_images_page_label_selection (page, 2);
  cvr_project_wait (project);
  g_assert_cmpint (label_at (project, 0), ==, 2);
  g_assert_cmpint (label_at (project, 4), ==, 2);
  g_assert_cmpint (label_at (project, 1), ==, 1);
  g_assert_nonnull (cvr_project_undo_name (project));

  cvr_project_undo (project);
  cvr_project_wait (project);
  g_assert_cmpint (label_at (project, 0), ==, 0);
  g_assert_cmpint (label_at (project, 4), ==, 1);

  cvr_images_page_label_selection (page, 8); /* There is no ninth class. */
  g_assert_cmpint (label_at (project, 0), ==, 0);
  cvr_images_page_label_selection (page, CVR_LABEL_NONE);
  g_assert_cmpint (label_at (project, 0), ==, CVR_LABEL_NONE);

  g_assert_finalize_object (page);
  app_support_close (project);
}

/* The pile without labels is worked off with the number keys alone. */
static void
test_queue (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  CvrImagesPage *page = page_with (project);
  GtkSelectionModel *selection = cvr_images_page_get_selection (page);
  guint64 ids[3];

  for (guint i = 0; i < 3; i++)
    ids[i] = cvr_dataset_item (cvr_project_get_dataset (project), i)->id;
  cvr_project_set_labels (project, ids, 3, CVR_LABEL_NONE);
  cvr_project_wait (project);
  cvr_images_page_show_unlabelled (page);
  app_support_spin ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (selection)), ==, 3);
  for (guint left = 3; left > 0; left--)
    {
      g_assert_true (gtk_selection_model_is_selected (selection, 0));
      cvr_images_page_label_selection (page, 1);
      cvr_project_wait (project);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (selection)), ==, left - 1);
    }
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (label_at (project, i), ==, 1);

  g_assert_finalize_object (page);
  app_support_close (project);
}

/* A second key that comes before the disk is done finds the second picture, not the first again. */
static void
test_faster_than_the_disk (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  CvrImagesPage *page = page_with (project);
  guint64 ids[3];

  for (guint i = 0; i < 3; i++)
    ids[i] = cvr_dataset_item (cvr_project_get_dataset (project), i)->id;
  cvr_project_set_labels (project, ids, 3, CVR_LABEL_NONE);
  cvr_project_wait (project);
  cvr_images_page_show_unlabelled (page);
  cvr_images_page_label_selection (page, 0);
  cvr_images_page_label_selection (page, 1);
  cvr_images_page_label_selection (page, 0);
  cvr_project_wait (project);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (label_at (project, i), ==, i % 2);

  g_assert_finalize_object (page);
  app_support_close (project);
}

/* Keys given to classes count, not their places. */
static void
test_chosen_keys (void)
{
  CvrProject *project = app_support_pictures (3, 1);
  CvrDataset *dataset = cvr_project_get_dataset (project);
  gint label = 99;

  g_assert_true (cvr_labelling_class (GDK_KEY_2, dataset, &label));
  g_assert_cmpint (label, ==, 1);
  cvr_project_set_class_look (project, 2, 5, 2, FALSE);
  cvr_project_wait (project);
  g_assert_true (cvr_labelling_class (GDK_KEY_KP_2, dataset, &label));
  g_assert_cmpint (label, ==, 2);
  g_assert_true (cvr_labelling_class (GDK_KEY_9, dataset, &label));
  g_assert_cmpint (label, ==, 3); /* No class has it. */
  g_assert_true (cvr_labelling_class (GDK_KEY_0, dataset, &label));
  g_assert_cmpint (label, ==, CVR_LABEL_NONE);
  g_assert_false (cvr_labelling_class (GDK_KEY_a, dataset, &label));
  g_assert_cmpuint (cvr_labelling_key_of (dataset, 2), ==, 2);
  g_assert_cmpuint (cvr_labelling_key_of (dataset, 0), ==, 1);
  g_assert_cmpuint (cvr_labelling_paint (dataset, 2), ==, 5);
  g_assert_cmpuint (cvr_labelling_paint (dataset, 0), ==, 0);
  app_support_close (project);
}

/* What the project remembers of the filter is there for the next page. */
static void
test_filter_is_remembered (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  CvrImagesPage *page;
  GtkSelectionModel *selection;

  cvr_project_set_state (project, "images.filter", "{\"show\":0,\"sort\":1,\"text\":\"ure 4\"}");
  page = page_with (project);
  selection = cvr_images_page_get_selection (page);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (selection)), ==, 1);
  gtk_widget_activate_action (GTK_WIDGET (page), "images.clear-filters", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (selection)), ==, 6);
  cvr_project_wait (project);
  g_assert_finalize_object (page);

  page = page_with (project);
  selection = cvr_images_page_get_selection (page);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (selection)), ==, 6);
  g_assert_finalize_object (page);
  app_support_close (project);
}

/* Beside the narrow sidebar of a window 800 wide: the details fold away. */
static void
test_fits (void)
{
  CvrProject *project = app_support_pictures (10, 1);
  CvrImagesPage *page = page_with (project);
  int minimum;

  gtk_widget_measure (GTK_WIDGET (page), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  g_test_message ("%d px", minimum);
  g_assert_cmpint (minimum, <=, 740);
  g_assert_finalize_object (page);
  app_support_close (project);
}

static GtkWidget *
find_grid (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_GRID_VIEW (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_grid (child);

  return found;
}

/* A double click opens the picture, then GTK gives the keyboard to the tile that was pressed: it
 * must be the picture's in the end, so that one Escape leads back. */
static void
test_double_click_leaves_the_keyboard_to_the_picture (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  CvrImagesPage *page = page_with (project);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *grid = find_grid (GTK_WIDGET (page));

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  gtk_window_present (GTK_WINDOW (window));
  app_support_spin ();
  g_signal_emit_by_name (grid, "activate", 1);
  gtk_widget_grab_focus (grid); /* as GTK's own press does */
  app_support_spin ();
  g_assert_true (CVR_IS_BOX_EDITOR (gtk_window_get_focus (GTK_WINDOW (window))));

  gtk_window_set_child (GTK_WINDOW (window), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (page);
  app_support_close (project);
}

static void
test_remove (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  CvrImagesPage *page = page_with (project);
  GtkSelectionModel *selection = cvr_images_page_get_selection (page);

  cvr_images_page_remove_selection (page); /* Nothing is selected: nothing happens. */
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (project)), ==, 6);
  gtk_selection_model_select_all (selection);
  gtk_selection_model_unselect_item (selection, 5);
  cvr_images_page_remove_selection (page);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (project)), ==, 1);
  cvr_project_wait (project);
  cvr_project_undo (project);
  cvr_project_wait (project);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (project)), ==, 6);

  g_assert_finalize_object (page);
  app_support_close (project);
}

static void
test_summary (void)
{
  CvrProject *project = app_support_pictures (3, 4);
  CvrDataset *dataset = cvr_project_get_dataset (project);
  guint64 ids[4];
  g_autofree char *balanced = cvr_images_page_dup_summary (dataset, project);
  g_autofree char *uneven = NULL;
  g_autofree char *missing = NULL;

  g_assert_cmpstr (balanced, ==, "12 images · 3 classes · balanced");
  ids[0] = cvr_dataset_item (dataset, 0)->id;
  ids[1] = cvr_dataset_item (dataset, 3)->id;
  cvr_project_set_labels (project, ids, 2, CVR_LABEL_NONE);
  uneven = cvr_images_page_dup_summary (cvr_project_get_dataset (project), project);
  g_assert_cmpstr (uneven, ==,
                   "12 images · 3 classes · 2.0 times as many “kind 2” as “kind 1” · "
                   "2 without a label");
  cvr_project_add_class (project, "kind 4");
  missing = cvr_images_page_dup_summary (cvr_project_get_dataset (project), project);
  g_assert_cmpstr (missing, ==, "12 images · 4 classes · no “kind 4” yet · 2 without a label");
  app_support_close (project);
}

static void
renamed_cb (CvrClassRow *row,
            const char  *name,
            char       **renamed)
{
  g_free (*renamed);
  *renamed = g_strdup (name);
}

static void
test_class_row (void)
{
  CvrClassRow *row = CVR_CLASS_ROW (g_object_ref_sink (cvr_class_row_new (2, "fish")));
  g_autofree char *renamed = NULL;

  cvr_class_row_set_count (row, 1, 10);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "fish, 1 picture");
  cvr_class_row_set_count (row, 1200, 1200);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "fish, 1200 pictures");
  g_assert_cmpint (cvr_class_row_get_class (row), ==, 2);

  g_signal_connect (row, "renamed", G_CALLBACK (renamed_cb), &renamed);
  g_assert_null (renamed);
  g_assert_finalize_object (row);
}

static void
test_tile (void)
{
  CvrProject *project = app_support_pictures (2, 2);
  g_autoptr (CvrThumbnails) thumbnails = cvr_thumbnails_new (CVR_TILE_SIDE, 10);
  CvrPictureTile *tile = CVR_PICTURE_TILE (g_object_ref_sink (cvr_picture_tile_new (thumbnails)));
  g_autoptr (CvrImageItem) item = g_list_model_get_item (cvr_project_get_items (project), 0);
  guint64 id = cvr_image_item_get_id (item);

  cvr_picture_tile_bind (tile, project, item, "97 % sure");
  gtk_test_accessible_assert_property (tile, GTK_ACCESSIBLE_PROPERTY_LABEL, "picture 1: kind 1");
  cvr_project_set_labels (project, &id, 1, 1); /* The tile follows. */
  cvr_project_wait (project);
  gtk_test_accessible_assert_property (tile, GTK_ACCESSIBLE_PROPERTY_LABEL, "picture 1: kind 2");
  g_assert_true (cvr_picture_tile_get_item (tile) == item);
  cvr_picture_tile_bind (tile, NULL, NULL, NULL);
  g_assert_null (cvr_picture_tile_get_item (tile));
  g_assert_finalize_object (tile);
  app_support_close (project);
}

/* Half of the first kind is called the second: whatever the network answers for that tone, some of
 * it is a mistake. */
static void
test_mistakes (void)
{
  CvrProject *project = app_support_pictures (2, 40);
  CvrMistakesView *view = g_object_ref_sink (g_object_new (CVR_TYPE_MISTAKES_VIEW, NULL));
  GtkWidget *window = gtk_window_new (), *bar, *button;
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) train = g_simple_action_new ("train", NULL);
  CvrDataset *dataset = cvr_project_get_dataset (project);
  GListModel *items = cvr_mistakes_view_get_items (view);
  g_autoptr (GArray) wrong = g_array_new (FALSE, FALSE, sizeof (guint64));
  CvrEvaluation *evaluation;
  guint n_mistakes = 0;

  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (train));
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (actions));
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  gtk_window_present (GTK_WINDOW (window));
  cvr_mistakes_view_set_project (view, project);
  app_support_spin ();
  g_assert_cmpuint (g_list_model_get_n_items (items), ==, 0);

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i += 4)
    g_array_append_val (wrong, cvr_dataset_item (dataset, i)->id);
  cvr_project_set_labels (project, (const guint64 *) (gpointer) wrong->data, wrong->len, 1);
  app_support_train (project, 3);
  app_support_spin ();

  evaluation = cvr_project_get_evaluation (project);
  for (guint i = 0; i < evaluation->n; i++)
    n_mistakes += evaluation->answers[i].label != evaluation->answers[i].predicted;
  g_assert_cmpuint (n_mistakes, >=, 1);
  /* The worst cell is chosen by itself, and all its pictures are wrong in the same way. */
  g_assert_cmpuint (g_list_model_get_n_items (items), >=, (n_mistakes + 1) / 2);
  g_assert_cmpuint (g_list_model_get_n_items (items), <=, n_mistakes);

  cvr_project_wait (project);
  g_assert_cmpuint (cvr_project_n_changed_labels (project), ==, 0);
  cvr_project_set_labels (project, (const guint64 *) (gpointer) wrong->data, wrong->len, 0);
  g_assert_cmpuint (cvr_project_n_changed_labels (project), ==, wrong->len);
  cvr_project_wait (project);
  app_support_spin ();

  /* The bar that offers to train again closes and doesn't keep the keyboard. */
  bar = GTK_WIDGET (
    gtk_widget_get_template_child (GTK_WIDGET (view), CVR_TYPE_MISTAKES_VIEW, "changed_bar"));
  button = gtk_widget_get_last_child (gtk_revealer_get_child (GTK_REVEALER (bar)));
  g_assert_true (gtk_widget_grab_focus (button));
  cvr_project_set_labels (project, (const guint64 *) (gpointer) wrong->data, wrong->len, 1);
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_nonnull (gtk_window_get_focus (GTK_WINDOW (window)));
  g_assert_false (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), bar));

  gtk_window_set_child (GTK_WINDOW (window), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
  app_support_close (project);
}

static void
test_settings_rows (void)
{
  CvrSettings settings = cvr_settings_default ();

  for (guint field = 0; field < CVR_N_FIELDS; field++)
    {
      const CvrSettingRow *row = cvr_setting_row (field);
      double values[2] = { row->low, row->high };

      if (row->kind == CVR_ROW_CHOICE)
        {
          values[0] = row->choices[0];
          values[1] = row->choices[row->n_choices - 1];
        }
      else if (row->kind == CVR_ROW_SWITCH)
        values[1] = 1;
      /* Cross-entropy is for classes: it is no choice where the answer is a number. */
      if (field == CVR_FIELD_LOSS)
        cvr_setting_set (&settings, CVR_FIELD_PREDICTS, CVR_PREDICTS_CLASS);
      for (guint i = 0; i < 2; i++)
        {
          g_autoptr (GError) error = NULL;

          cvr_setting_set (&settings, field, values[i]);
          /* Kept as a float: seven digits. */
          g_assert_cmpfloat_with_epsilon (cvr_setting_get (&settings, field), values[i],
                                          1e-6 * MAX (1, values[i]));
          cvr_settings_check (&settings, &error);
          g_assert_no_error (error);
        }
    }
}

/* A new optimiser brings its own learning rate, but not its own weight decay. */
static void
test_optimiser_brings_rate (void)
{
  CvrSettings settings = cvr_settings_default ();

  cvr_setting_set (&settings, CVR_FIELD_WEIGHT_DECAY, 0.01);
  cvr_setting_set (&settings, CVR_FIELD_OPTIM, NN_OPTIM_SGD);
  g_assert_cmpfloat (settings.optim.lr, ==, nn_optim_spec_default (NN_OPTIM_SGD).lr);
  g_assert_cmpfloat_with_epsilon (settings.optim.weight_decay, 0.01, 1e-8);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/labelling/number-keys", test_keys);
  g_test_add_func ("/app/images/label-selection", test_label_selection);
  g_test_add_func ("/app/images/work-off-the-unlabelled", test_queue);
  g_test_add_func ("/app/images/faster-than-the-disk", test_faster_than_the_disk);
  g_test_add_func ("/app/labelling/chosen-keys", test_chosen_keys);
  g_test_add_func ("/app/images/filter-is-remembered", test_filter_is_remembered);
  g_test_add_func ("/app/images/fits-800", test_fits);
  g_test_add_func ("/app/images/double-click-leaves-the-keyboard-to-the-picture",
                   test_double_click_leaves_the_keyboard_to_the_picture);
  g_test_add_func ("/app/images/remove-and-undo", test_remove);
  g_test_add_func ("/app/images/summary", test_summary);
  g_test_add_func ("/app/class-row/says-its-count", test_class_row);
  g_test_add_func ("/app/tile/follows-the-label", test_tile);
  g_test_add_func ("/app/mistakes/shows-wrong-labels", test_mistakes);
  g_test_add_func ("/app/settings/every-row-gives-valid-settings", test_settings_rows);
  g_test_add_func ("/app/settings/optimiser-brings-its-rate", test_optimiser_brings_rate);

  return g_test_run ();
}
