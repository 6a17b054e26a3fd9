/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window on a small screen: nothing that it holds asks for more width than it promises. */
#include "app-support.h"

#include "cvr-train-page.h"
#include "cvr-window.h"

/* px: half a full HD screen is 960, and the narrow column beside the page is part of it. */
enum { MOST_WIDTH = 740 };

static int
least_width (GtkWidget *widget)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);

  return least;
}

/* The views of Train, one after the other. */
static int
widest_view (CvrWindow *window,
             GtkWidget *content)
{
  static const char *const views[] = { "mistakes", "scores", "notebook", "experiments",
                                       "training" };
  int widest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      cvr_train_page_show_view (CVR_TRAIN_PAGE (cvr_window_get_page (window, "train")), views[i]);
      app_support_spin ();
      g_test_message ("%s: the page takes %d px, the window %d", views[i],
                      least_width (cvr_window_get_page (window, "train")), least_width (content));
      widest = MAX (widest, least_width (content));
    }

  return widest;
}

/* Every page, empty and with a trained network. */
static void
check_pages (CvrWindow *window)
{
  static const char *const ids[] = { "images",   "network", "train", "inside",
                                     "compress", "try",     "export" };
  GtkWidget *content = adw_application_window_get_content (ADW_APPLICATION_WINDOW (window));
  int widest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      cvr_window_show_page (window, ids[i]);
      app_support_spin ();
      g_test_message ("%s: the page takes %d px, the window %d", ids[i],
                      least_width (cvr_window_get_page (window, ids[i])), least_width (content));
      widest = MAX (widest, least_width (content));
      if (g_str_equal (ids[i], "train"))
        widest = MAX (widest, widest_view (window, content));
    }
  g_assert_cmpint (widest, <=, MOST_WIDTH);
}

static void
test_every_page_fits (void)
{
  CvrProject *project = app_support_pictures (3, 8);
  CvrWindow *window = g_object_new (CVR_TYPE_WINDOW, NULL);
  int asked;

  cvr_window_set_project (window, project);
  gtk_window_present (GTK_WINDOW (window));
  app_support_spin ();
  gtk_widget_get_size_request (GTK_WIDGET (window), &asked, NULL);
  g_assert_cmpint (asked, <=, MOST_WIDTH);
  check_pages (window);
  app_support_train (project, 1);
  check_pages (window);

  cvr_window_set_project (window, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  app_support_spin ();
  app_support_close (project);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/narrow-window/every-page-fits", test_every_page_fits);

  return g_test_run ();
}
