/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that get another label: by a click on a class. */
#include "app-support.h"

#include "cvr-relabel-pane.h"

/* On chip @k of the pane, in its middle. */
static void
click_class (CvrRelabelPane *pane,
             int             k)
{
  GtkFlowBox *targets = GTK_FLOW_BOX (
    gtk_widget_get_template_child (GTK_WIDGET (pane), CVR_TYPE_RELABEL_PANE, "targets"));
  GtkWidget *chip =
    gtk_flow_box_child_get_child (gtk_flow_box_get_child_at_index (targets, k));
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (chip);
  guint n_clicks = 0;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_GESTURE_CLICK (controller))
        continue;
      g_signal_emit_by_name (controller, "released", 1, gtk_widget_get_width (chip) / 2.0,
                             gtk_widget_get_height (chip) / 2.0);
      n_clicks++;
    }
  g_assert_cmpuint (n_clicks, >, 0);
}

static void
test_click_on_a_class (void)
{
  CvrProject *project = app_support_pictures (2, 4);
  CvrDataset *dataset = cvr_project_get_dataset (project);
  GtkWidget *window = gtk_window_new ();
  CvrRelabelPane *pane = g_object_new (CVR_TYPE_RELABEL_PANE, NULL);
  gint before[4];
  guint64 first = cvr_dataset_item (dataset, 0)->id;

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (pane));
  cvr_relabel_pane_set_project (pane, project);
  cvr_relabel_pane_begin (pane);
  for (guint i = 0; i < 4; i++)
    cvr_relabel_pane_add (pane, cvr_dataset_item (dataset, i)->id, g_strdup ("sure"));
  cvr_relabel_pane_end (pane);
  gtk_window_present (GTK_WINDOW (window));
  app_support_spin ();
  for (guint i = 0; i < 4; i++)
    before[i] = cvr_dataset_item (dataset, i)->label;
  g_assert_cmpint (before[0], ==, 0);

  cvr_relabel_pane_pick (pane, first);
  click_class (pane, 1);
  cvr_project_wait (project);
  app_support_spin ();
  dataset = cvr_project_get_dataset (project);
  g_assert_cmpint (cvr_dataset_item (dataset, 0)->label, ==, 1);
  for (guint i = 1; i < 4; i++)
    g_assert_cmpint (cvr_dataset_item (dataset, i)->label, ==, before[i]);
  gtk_window_destroy (GTK_WINDOW (window));
  app_support_close (project);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/relabel-pane/click-on-a-class-labels", test_click_on_a_class);

  return g_test_run ();
}
