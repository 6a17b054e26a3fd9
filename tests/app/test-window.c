/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application as it starts: sample, pages, actions, toasts, close. */
#include "app-support.h"

#include "cvr-application.h"
#include "cvr-window.h"

static gboolean
is_filled (gpointer data)
{
  CvrWindow *window = data;

  return cvr_window_get_project (window) != NULL && !cvr_window_is_importing (window);
}

static void
activate (CvrWindow  *window,
          const char *name,
          GVariant   *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (window), name, parameter);
  app_support_spin ();
}

static gboolean
is_enabled (CvrWindow  *window,
            const char *name)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (window), name);
}

static void
check_window (CvrApplication *application,
              CvrWindow      *window)
{
  static const char *const ids[] = { "images",   "network", "train", "inside",
                                     "compress", "try",     "export" };
  CvrProject *project;

  g_assert_true (app_support_wait (is_filled, window, 30));
  project = cvr_window_get_project (window);
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (project)), >=, 1000);
  g_assert_cmpuint (cvr_dataset_n_classes (cvr_project_get_dataset (project)), ==, 10);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      activate (window, "page", g_variant_new_string (ids[i]));
      g_assert_true (gtk_widget_get_mapped (cvr_window_get_page (window, ids[i])));
    }
  g_assert_null (cvr_window_get_page (window, "nowhere"));

  g_assert_true (is_enabled (window, "train"));
  g_assert_false (is_enabled (window, "stop"));
  g_assert_false (is_enabled (window, "step"));
  g_assert_false (is_enabled (window, "continue"));

  cvr_project_add_class (project, "penguin");
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_true (is_enabled (window, "undo"));
  activate (window, "undo", NULL);
  cvr_project_wait (project);
  app_support_spin ();
  g_assert_cmpuint (cvr_dataset_n_classes (cvr_project_get_dataset (project)), ==, 10);
  g_assert_true (is_enabled (window, "redo"));

  activate (window, "new-project", NULL);
  g_assert_nonnull (cvr_window_get_project (window));
  g_assert_cmpuint (cvr_dataset_n_items (cvr_project_get_dataset (cvr_window_get_project (window))),
                    ==, 0);
  cvr_toast (GTK_WIDGET (window), "a < b & c"); /* Not read as markup. */
  app_support_spin ();
}

typedef struct
{
  gboolean checked;
} Check;

static gboolean
check_cb (gpointer data)
{
  CvrApplication *application = CVR_APPLICATION (g_application_get_default ());
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  check_window (application, CVR_WINDOW (window));
  ((Check *) data)->checked = TRUE;
  gtk_window_close (window);

  return G_SOURCE_REMOVE;
}

static void
activate_cb (GApplication *application,
             Check        *check)
{
  g_idle_add (check_cb, check);
}

static void
test_first_start (void)
{
  g_autofree char *folder = g_dir_make_tmp ("convisor-window-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "live.convisor", NULL);
  g_autofree char *option = g_strdup_printf ("--project=%s", path);
  CvrApplication *application = cvr_application_new ();
  char *arguments[] = { (char *) "convisor", option, NULL };
  Check check = { FALSE };

  g_application_set_default (G_APPLICATION (application));
  g_signal_connect_after (application, "activate", G_CALLBACK (activate_cb), &check);
  g_assert_cmpint (g_application_run (G_APPLICATION (application), 2, arguments), ==, 0);
  g_assert_true (check.checked);
  g_assert_cmpstr (cvr_application_project_path (application), ==, path);
  /* The new project is one of several beside the one before, which stays. */
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpuint (cvr_documents_n (cvr_application_get_documents (application)), ==, 1);
  g_assert_finalize_object (application);
  app_support_remove (folder);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);
  g_test_add_func ("/app/window/first-start", test_first_start);

  return g_test_run ();
}
