/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The notebook: cards of trainings, compared, renamed, noted, returned to, removed, reported. */
#include "app-support.h"

#include "cvr-card-report.h"
#include "cvr-compare-view.h"
#include "cvr-notebook-view.h"
#include "cvr-reading-view.h"
#include "cvr-overlay-view.h"
#include "cvr-transport.h"

#include <glib/gstdio.h>

static gpointer
child (CvrNotebookView *view,
       const char      *name)
{
  return app_support_child (view, CVR_TYPE_NOTEBOOK_VIEW, name);
}

static CvrNotebookView *
view_of (CvrProject *project)
{
  CvrNotebookView *view = g_object_ref_sink (g_object_new (CVR_TYPE_NOTEBOOK_VIEW, NULL));

  cvr_notebook_view_set_project (view, project);

  return view;
}

/* Two trainings: the second with another learning rate. */
static CvrProject *
trained_twice (void)
{
  CvrProject *project = app_support_pictures (2, 12);
  CvrSettings settings;

  app_support_train (project, 3);
  settings = *cvr_project_get_settings (project);
  settings.optim.lr = 0.01f;
  cvr_project_set_settings (project, &settings);
  app_support_train (project, 4);
  cvr_project_wait (project);
  app_support_spin ();

  return project;
}

static CvrRunCard *
card_of (CvrNotebookView *view,
         guint            position)
{
  GtkSelectionModel *model = gtk_list_view_get_model (child (view, "list"));
  g_autoptr (CvrRunCard) card = g_list_model_get_item (G_LIST_MODEL (model), position);

  return card;
}

static guint
n_cards (CvrNotebookView *view)
{
  return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (child (view, "list"))));
}

static void
test_empty (void)
{
  CvrProject *project = app_support_pictures (2, 2);
  CvrNotebookView *view = view_of (project);

  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (view, "stack")), ==, "empty");
  g_assert_finalize_object (view);
  app_support_close (project);
}

static const char *
cell (CvrNotebookView *view,
      int              column,
      int              row)
{
  CvrCompareView *compare = child (view, "compare");
  GtkGrid *table = GTK_GRID (
    gtk_widget_get_template_child (GTK_WIDGET (compare), CVR_TYPE_COMPARE_VIEW, "table"));
  GtkWidget *label = gtk_grid_get_child_at (table, column, row);

  return GTK_IS_LABEL (label) ? gtk_label_get_text (GTK_LABEL (label)) : NULL;
}

/* The row that begins with @title; 0: there is none. */
static int
find_row (CvrNotebookView *view,
          const char      *title)
{
  for (int row = 1; cell (view, 0, row) != NULL; row++)
    if (g_str_equal (cell (view, 0, row), title))
      return row;

  return 0;
}

static void
test_cards_are_compared (void)
{
  CvrProject *project = trained_twice ();
  CvrNotebookView *view = view_of (project);
  int row;

  g_assert_cmpuint (n_cards (view), ==, 2);
  /* The newest first, and alone all its settings. */
  g_assert_cmpuint (cvr_run_card_get_id (card_of (view, 0)), >,
                    cvr_run_card_get_id (card_of (view, 1)));
  g_assert_true (cvr_notebook_view_get_card (view) == card_of (view, 0));
  row = find_row (view, "Learning rate");
  g_assert_cmpint (row, >, 0);
  g_assert_cmpstr (cell (view, 1, row), ==, "0.01");
  g_assert_cmpint (find_row (view, "Optimiser"), >, 0);

  /* Of two, what differs. */
  cvr_notebook_view_compare (view, cvr_run_card_get_id (card_of (view, 0)), TRUE);
  cvr_notebook_view_compare (view, cvr_run_card_get_id (card_of (view, 1)), TRUE);
  row = find_row (view, "Learning rate");
  g_assert_cmpint (row, >, 0);
  g_assert_cmpstr (cell (view, 1, row), ==, "0.01");
  g_assert_cmpstr (cell (view, 2, row), ==, "0.001");
  g_assert_cmpint (find_row (view, "Optimiser"), ==, 0);
  row = find_row (view, "Epochs");
  g_assert_cmpstr (cell (view, 1, row), ==, "4");
  g_assert_cmpstr (cell (view, 2, row), ==, "3");
  cvr_notebook_view_compare (view, cvr_run_card_get_id (card_of (view, 1)), FALSE);
  g_assert_cmpint (find_row (view, "Optimiser"), >, 0);
  g_assert_finalize_object (view);
  app_support_close (project);
}

static void
test_cards_are_ticked_by_keyboard (void)
{
  CvrProject *project = trained_twice ();
  CvrNotebookView *view = view_of (project);
  GtkListView *list = child (view, "list");
  GtkSingleSelection *cards = GTK_SINGLE_SELECTION (gtk_list_view_get_model (list));

  for (guint i = 0; i < 2; i++)
    {
      gtk_single_selection_set_selected (cards, i);
      app_support_type (GTK_WIDGET (list), GDK_KEY_space);
    }
  /* Both, in the order of ticking, whichever is selected. */
  g_assert_cmpstr (cell (view, 1, find_row (view, "Learning rate")), ==, "0.01");
  g_assert_cmpstr (cell (view, 2, find_row (view, "Learning rate")), ==, "0.001");
  app_support_type (GTK_WIDGET (list), GDK_KEY_space);
  gtk_single_selection_set_selected (cards, 0);
  g_assert_null (cell (view, 2, find_row (view, "Learning rate")));
  g_assert_finalize_object (view);
  app_support_close (project);
}

static void
test_card_is_edited (void)
{
  CvrProject *project = trained_twice ();
  CvrNotebookView *view = view_of (project);

  gtk_editable_set_text (child (view, "name"), "ten times as fast");
  g_signal_emit_by_name (child (view, "name"), "activate");
  gtk_editable_set_text (child (view, "note"), "jumps about");
  g_signal_emit_by_name (child (view, "note"), "activate");
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpstr (cvr_run_card_get_name (card_of (view, 0)), ==, "ten times as fast");
  g_assert_cmpstr (cvr_run_card_get_note (card_of (view, 0)), ==, "jumps about");
  cvr_project_undo (project);
  cvr_project_undo (project);
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpstr (cvr_run_card_get_name (card_of (view, 0)), !=, "ten times as fast");
  g_assert_cmpstr (gtk_editable_get_text (child (view, "name")), ==,
                   cvr_run_card_get_name (card_of (view, 0)));

  g_signal_emit_by_name (child (view, "remove"), "clicked");
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpuint (n_cards (view), ==, 1);
  cvr_project_undo (project);
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpuint (n_cards (view), ==, 2);
  g_assert_finalize_object (view);
  app_support_close (project);
}

/* Ticked, selected and removed, one after the other, and all of it taken back. */
static void
test_ticked_cards_are_removed (void)
{
  CvrProject *project = trained_twice ();
  CvrNotebookView *view = view_of (project);

  for (guint i = 0; i < 2; i++)
    cvr_notebook_view_compare (view, cvr_run_card_get_id (card_of (view, i)), TRUE);
  for (guint n = 2; n > 0; n--)
    {
      g_assert_cmpuint (n_cards (view), ==, n);
      g_signal_emit_by_name (child (view, "remove"), "clicked");
      cvr_project_wait (project);
      app_support_spin ();
      if (n > 1)
        g_assert_null (cell (view, 2, find_row (view, "Learning rate")));
    }
  cvr_project_undo (project);
  cvr_project_undo (project);
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpuint (n_cards (view), ==, 2);
  g_assert_finalize_object (view);
  app_support_close (project);
}

static gboolean
has_first_rate (gpointer project)
{
  return cvr_project_get_settings (project)->optim.lr < 0.002f;
}

static const char *
sentence_of (CvrReadingView *reading)
{
  return gtk_label_get_text (GTK_LABEL (
    gtk_widget_get_template_child (GTK_WIDGET (reading), CVR_TYPE_READING_VIEW, "sentence")));
}

/* The page says that its curves are another training's. */
static void
test_returns_to_a_card (void)
{
  CvrProject *project = trained_twice ();
  CvrReadingView *reading = g_object_ref_sink (g_object_new (CVR_TYPE_READING_VIEW, NULL));
  CvrNotebookView *view = view_of (project);
  GtkSingleSelection *selection =
    GTK_SINGLE_SELECTION (gtk_list_view_get_model (child (view, "list")));

  gtk_single_selection_set_selected (selection, 1);
  g_assert_true (gtk_widget_get_sensitive (child (view, "go_back")));
  g_signal_emit_by_name (child (view, "go_back"), "clicked");
  cvr_reading_view_set_project (reading, project);
  g_assert_false (g_str_has_prefix (sentence_of (reading), "The network"));
  g_assert_true (app_support_wait (has_first_rate, project, 10));
  cvr_project_wait (project);
  app_support_spin ();
  cvr_reading_view_update (reading);
  g_assert_true (g_str_has_prefix (sentence_of (reading), "The network is that of"));
  g_assert_finalize_object (reading);
  g_assert_finalize_object (view);
  app_support_close (project);
}

static const char *
header_says (CvrTransport *transport,
             const char   *name)
{
  return gtk_label_get_text (
    GTK_LABEL (gtk_widget_get_template_child (GTK_WIDGET (transport), CVR_TYPE_TRANSPORT, name)));
}

/* Its epoch, and which card it is of, also where that isn't the last training. */
static void
test_the_header_speaks_of_the_network_in_use (void)
{
  CvrProject *project = trained_twice ();
  CvrNotebookView *view = view_of (project);
  CvrTransport *transport = g_object_ref_sink (g_object_new (CVR_TYPE_TRANSPORT, NULL));
  guint64 first = cvr_run_card_get_id (card_of (view, 1));
  g_autofree char *of_second = NULL;
  guint epoch = 0;

  cvr_transport_set_project (transport, project);
  g_assert_cmpstr (header_says (transport, "left"), ==, "Run 2");
  of_second = g_strdup (header_says (transport, "epoch"));
  cvr_notebook_return_to (cvr_project_get_notebook (project), first, 1, NULL, NULL, NULL);
  g_assert_true (app_support_wait (has_first_rate, project, 10));
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpstr (header_says (transport, "left"), ==, "Run 1");
  g_assert_cmpstr (header_says (transport, "epoch"), !=, of_second);
  g_assert_true (cvr_run_card_is_present (card_of (view, 1), &epoch));
  g_assert_cmpuint (epoch, ==, 1);
  g_assert_true (g_str_has_suffix (header_says (transport, "epoch"), "· epoch 1"));
  cvr_notebook_rename (cvr_project_get_notebook (project), first, "The good one");
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpstr (header_says (transport, "left"), ==, "The good one");
  cvr_project_set_model (project, NULL);
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpstr (header_says (transport, "epoch"), ==, "");
  g_assert_cmpstr (header_says (transport, "left"), ==, "");
  g_assert_finalize_object (transport);
  g_assert_finalize_object (view);
  app_support_close (project);
}

static void
written_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  g_assert_no_error (error);
  *(char **) data = result;
}

static gboolean
is_set (gpointer data)
{
  return *(char **) data != NULL;
}

static void
test_report_is_written (void)
{
  CvrProject *project = trained_twice ();
  CvrNotebookView *view = view_of (project);
  g_autofree char *folder = g_dir_make_tmp ("convisor-report-XXXXXX", NULL);
  static const struct { guint card; const char *name, *begins; } forms[] = {
    { 0, "report.pdf", "%PDF-" },
    { 0, "report.html", "<!DOCTYPE html" },
    { 1, "older.html", "<!DOCTYPE html" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *path = g_build_filename (folder, forms[i].name, NULL);
      g_autofree char *written = NULL;
      g_autofree char *text = NULL;

      cvr_card_report_write (project, card_of (view, forms[i].card), card_of (view, 1), path, i > 0,
                             G_OBJECT (view), written_cb, &written);
      g_assert_true (app_support_wait (is_set, &written, 20));
      g_assert_cmpstr (written, ==, path);
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_cmpint (g_ascii_strncasecmp (text, forms[i].begins, strlen (forms[i].begins)), ==, 0);
      if (i > 0)
        {
          g_assert_nonnull (strstr (text, cvr_run_card_get_name (card_of (view, forms[i].card))));
          g_assert_nonnull (strstr (text, "alt=\"Confusion matrix\""));
        }
      g_remove (path);
    }
  g_rmdir (folder);
  g_assert_finalize_object (view);
  app_support_close (project);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/notebook/the-header-speaks-of-the-network-in-use",
                   test_the_header_speaks_of_the_network_in_use);
  g_test_add_func ("/app/notebook/empty-says-what-to-do", test_empty);
  g_test_add_func ("/app/notebook/cards-are-compared", test_cards_are_compared);
  g_test_add_func ("/app/notebook/cards-are-ticked-by-keyboard",
                   test_cards_are_ticked_by_keyboard);
  g_test_add_func ("/app/notebook/card-is-edited-and-removed", test_card_is_edited);
  g_test_add_func ("/app/notebook/ticked-cards-are-removed", test_ticked_cards_are_removed);
  g_test_add_func ("/app/notebook/returns-to-a-card", test_returns_to_a_card);
  g_test_add_func ("/app/notebook/report-is-written", test_report_is_written);

  return g_test_run ();
}
