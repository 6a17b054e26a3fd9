/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page Images is made of: inspector, balance, look-alikes, large view, class list. */
#include "app-support.h"

#include "cvr-balance-bar.h"
#include "cvr-box-editor.h"
#include "cvr-class-list.h"
#include "cvr-duplicates-dialog.h"
#include "cvr-large-view.h"
#include "cvr-picture-inspector.h"
#include "cvr-tag-editor.h"

static gboolean
is_alone (gpointer object)
{
  return G_OBJECT (object)->ref_count == 1;
}

/* A picture that is being read holds who asked for it. */
static void
finalize (gpointer widget)
{
  g_assert_true (app_support_wait (is_alone, widget, 5));
  g_assert_finalize_object (G_OBJECT (widget));
}

static guint64
id_at (CvrProject *project,
       guint       index)
{
  return cvr_dataset_item (cvr_project_get_dataset (project), index)->id;
}

static void
taken_cb (GtkWidget  *widget,
          const char *tag,
          GString    *taken)
{
  g_string_append_printf (taken, "%s;", tag);
}

static GtkWidget *
find_child (GtkWidget *widget,
            GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_child (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
test_tags (void)
{
  GtkWidget *editor = g_object_ref_sink (cvr_tag_editor_new ());
  const char *tags[] = { "blurred", "red", NULL };
  const guint counts[] = { 2, 3 };
  g_autoptr (GString) taken = g_string_new (NULL);
  GtkWidget *chip, *entry;

  g_signal_connect (editor, "tag-removed", G_CALLBACK (taken_cb), taken);
  g_signal_connect (editor, "tag-added", G_CALLBACK (taken_cb), taken);
  cvr_tag_editor_set_tags (CVR_TAG_EDITOR (editor), tags, counts, 3);
  chip = find_child (editor, GTK_TYPE_BUTTON);
  gtk_test_accessible_assert_property (chip, GTK_ACCESSIBLE_PROPERTY_LABEL, "Take off “blurred”");
  g_signal_emit_by_name (chip, "clicked");
  entry = find_child (editor, GTK_TYPE_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (entry), "  new one ");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (taken->str, ==, "blurred;new one;");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  g_assert_finalize_object (CVR_TAG_EDITOR (editor));
}

/* Two pictures at once: the part that both get. */
static void
test_inspector (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  CvrPictureInspector *inspector =
    g_object_ref_sink (g_object_new (CVR_TYPE_PICTURE_INSPECTOR, NULL));
  g_autoptr (GtkMultiSelection) selection =
    gtk_multi_selection_new (g_object_ref (cvr_project_get_items (project)));
  GtkTextView *note;

  cvr_picture_inspector_set_project (inspector, project);
  g_assert_false (cvr_picture_inspector_add_tag (inspector));
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (selection), 1, TRUE);
  cvr_picture_inspector_set_selection (inspector, GTK_SELECTION_MODEL (selection));
  g_assert_true (cvr_picture_inspector_add_tag (inspector));

  /* A note is kept when another picture is chosen. */
  note = GTK_TEXT_VIEW (find_child (GTK_WIDGET (inspector), GTK_TYPE_TEXT_VIEW));
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (note), "whose is it?", -1);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (selection), 2, FALSE);
  cvr_picture_inspector_set_selection (inspector, GTK_SELECTION_MODEL (selection));
  cvr_project_wait (project);
  g_assert_cmpstr (cvr_dataset_item (cvr_project_get_dataset (project), 1)->extras->note, ==,
                   "whose is it?");
  g_assert_null (cvr_dataset_item (cvr_project_get_dataset (project), 2)->extras);

  finalize (inspector);
  app_support_close (project);
}

static void
collect_cb (CvrBalanceBar *bar,
            guint          k,
            guint          n,
            guint         *collected)
{
  collected[0] = k;
  collected[1] = n;
}

/* One kind has far too few: the bar comes, its cures work, even classes send it away. */
static void
test_balance (void)
{
  CvrProject *project = app_support_pictures (2, 12);
  CvrBalanceBar *bar = g_object_ref_sink (g_object_new (CVR_TYPE_BALANCE_BAR, NULL));
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint collected[2] = { 99, 99 }, n_buttons = 0;

  for (guint i = 1; i < 23; i += 2)
    {
      guint64 id = id_at (project, i);

      g_array_append_val (ids, id);
    }
  cvr_balance_bar_set_project (bar, project);
  g_assert_false (cvr_balance_bar_is_shown (bar));
  g_signal_connect (bar, "collect", G_CALLBACK (collect_cb), collected);
  cvr_project_remove_items (project, (const guint64 *) (gpointer) ids->data, ids->len);
  cvr_project_wait (project);
  g_assert_true (cvr_balance_bar_is_shown (bar));

  for (GtkWidget *child =
         gtk_widget_get_first_child (find_child (GTK_WIDGET (bar), GTK_TYPE_FLOW_BOX));
       child != NULL;)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      n_buttons++;
      if (next == NULL) /* "Collect more …" is the last. */
        g_signal_emit_by_name (gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (child)),
                               "clicked");
      child = next;
    }
  g_assert_cmpuint (n_buttons, ==, 3);
  g_assert_cmpuint (collected[0], ==, 1);
  g_assert_cmpuint (collected[1], ==, 5); /* Half of twelve. */
  g_assert_false (cvr_project_get_settings (project)->class_weights);
  g_signal_emit_by_name (
    find_child (find_child (GTK_WIDGET (bar), GTK_TYPE_FLOW_BOX), GTK_TYPE_BUTTON), "clicked");
  g_assert_true (cvr_project_get_settings (project)->class_weights);
  cvr_project_undo (project);
  cvr_project_wait (project);
  g_assert_false (cvr_project_get_settings (project)->class_weights);

  finalize (bar);
  app_support_close (project);
}

/* Three copies of one picture: one stays, and undo brings the others back. */
static void
test_duplicates (void)
{
  CvrProject *project = app_support_pictures (2, 2);
  g_autoptr (CvrImage) image = cvr_image_new (80, 80, 1);
  g_autoptr (CvrAlike) alike = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *dialog;
  guint n;

  for (guint i = 0; i < cvr_image_n_bytes (image); i++)
    image->data[i] = (guint8) (i * 7 % 251 + i / 80);
  for (guint i = 0; i < 3; i++)
    cvr_project_add_image (project, image, "copy", 0, NULL, NULL);
  cvr_project_wait (project);
  n = cvr_dataset_n_items (cvr_project_get_dataset (project));
  alike = cvr_alike_find (cvr_project_get_dataset (project), NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (alike->n_groups, >=, 1);
  dialog = cvr_duplicates_dialog_new (NULL, project, alike);
  cvr_duplicates_dialog_keep_one (CVR_DUPLICATES_DIALOG (dialog), TRUE);
  gtk_window_destroy (GTK_WINDOW (dialog)); /* It was never on screen. */
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (project)), ==, n - 2);
  cvr_project_undo (project);
  cvr_project_wait (project);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (project)), ==, n);
  app_support_close (project);
}

/* A box that is drawn is the picture's; the next picture comes without it. */
static void
test_large (void)
{
  CvrProject *project = app_support_pictures (2, 2);
  CvrLargeView *view = g_object_ref_sink (g_object_new (CVR_TYPE_LARGE_VIEW, NULL));
  g_autoptr (CvrImageItem) item = g_list_model_get_item (cvr_project_get_items (project), 0);
  CvrBoxEditor *editor;
  const CvrExtras *extras;
  guint n_boxes;

  cvr_large_view_set_project (view, project);
  editor = CVR_BOX_EDITOR (cvr_large_view_get_editor (view));
  cvr_large_view_open (view, cvr_project_get_items (project), item, FALSE);
  while (cvr_zoom_view_get_picture (CVR_ZOOM_VIEW (editor)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  cvr_box_editor_add (editor);
  cvr_project_wait (project);
  extras = cvr_dataset_item (cvr_project_get_dataset (project), 0)->extras;
  g_assert_nonnull (extras);
  g_assert_cmpuint (extras->n_boxes, ==, 1);
  g_assert_cmpint (extras->boxes[0].label, ==, 0); /* The kind of the picture. */
  cvr_project_undo (project);
  cvr_project_wait (project);
  cvr_box_editor_get_boxes (editor, &n_boxes);
  g_assert_cmpuint (n_boxes, ==, 0);

  g_assert_false (cvr_large_view_move (view, -1));
  g_assert_true (cvr_large_view_move (view, 1));
  g_assert_true (cvr_large_view_get_item (view) != item);
  cvr_large_view_close (view);
  finalize (view);
  app_support_close (project);
}

static CvrClassRow *
row_of (CvrClassList *list,
        gint          k)
{
  GtkListBox *box = GTK_LIST_BOX (find_child (GTK_WIDGET (list), GTK_TYPE_LIST_BOX));

  for (gint i = 0;; i++)
    {
      CvrClassRow *row = CVR_CLASS_ROW (gtk_list_box_get_row_at_index (box, i));

      if (row == NULL || cvr_class_row_get_class (row) == k)
        return row;
    }
}

/* Switched off, merged by dropping, and all of it undone. */
static void
test_class_list (void)
{
  CvrProject *project = app_support_pictures (3, 2);
  CvrDataset *dataset = cvr_project_get_dataset (project);
  CvrClassList *list = g_object_ref_sink (g_object_new (CVR_TYPE_CLASS_LIST, NULL));

  cvr_class_list_set_project (list, project);
  gtk_widget_activate_action (GTK_WIDGET (row_of (list, 1)), "class.switch", NULL);
  cvr_project_wait (project);
  g_assert_true (cvr_dataset_class (dataset, 1)->off);
  gtk_test_accessible_assert_property (row_of (list, 1), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "kind 2, 2 pictures, switched off");
  g_signal_emit_by_name (row_of (list, 1), "look-chosen", 6, 9u);
  cvr_project_wait (project);
  g_assert_cmpint (cvr_dataset_class (dataset, 1)->colour, ==, 6);
  g_assert_cmpint (cvr_dataset_class_of_key (dataset, 9), ==, 1);
  g_assert_true (cvr_dataset_class (dataset, 1)->off);

  g_signal_emit_by_name (row_of (list, 0), "class-dropped", 2);
  cvr_project_wait (project);
  g_assert_cmpuint (cvr_dataset_n_classes (dataset), ==, 2);
  g_assert_cmpuint (cvr_dataset_count (dataset, 0, CVR_SPLIT_AUTO), ==, 4);
  g_assert_null (row_of (list, 2));
  for (guint i = 0; i < 3; i++)
    {
      cvr_project_undo (project);
      cvr_project_wait (project);
    }
  g_assert_cmpuint (cvr_dataset_n_classes (dataset), ==, 3);
  g_assert_false (cvr_dataset_class (dataset, 1)->off);
  g_assert_cmpuint (cvr_dataset_count (dataset, 0, CVR_SPLIT_AUTO), ==, 2);

  finalize (list);
  app_support_close (project);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/tags/chips-and-entry", test_tags);
  g_test_add_func ("/app/inspector/note-and-several", test_inspector);
  g_test_add_func ("/app/balance/says-and-cures", test_balance);
  g_test_add_func ("/app/duplicates/keep-one-of-each", test_duplicates);
  g_test_add_func ("/app/large/boxes-are-kept", test_large);
  g_test_add_func ("/app/class-list/off-merge-undo", test_class_list);

  return g_test_run ();
}
