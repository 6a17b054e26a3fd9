/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A project on a temporary path and a main loop for the window's tests. */
#include "app-support.h"

#include <glib/gstdio.h>
#include <locale.h>

static const char folder_key[] = "app-support-folder";

void
app_support_init (int    *argc,
                  char ***argv)
{
  g_test_init (argc, argv, NULL);
  setlocale (LC_ALL, "C.UTF-8");
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display: run under xvfb-run\n");
      exit (77);
    }
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

CvrProject *
app_support_project (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("convisor-app-XXXXXX", &error);
  g_autofree char *path = NULL;
  g_autofree char *warning = NULL;
  CvrProject *project;

  g_assert_no_error (error);
  path = g_build_filename (folder, "test.convisor", NULL);
  project = cvr_project_open (path, &warning, &error);
  g_assert_no_error (error);
  g_assert_nonnull (project);
  g_object_set_data_full (G_OBJECT (project), folder_key, g_steal_pointer (&folder), g_free);

  return project;
}

CvrProject *
app_support_pictures (guint n_classes,
                      guint per_class)
{
  CvrProject *project = app_support_project ();

  for (guint k = 0; k < n_classes; k++)
    {
      g_autofree char *name = g_strdup_printf ("kind %u", k + 1);

      cvr_project_add_class (project, name);
    }
  for (guint i = 0; i < n_classes * per_class; i++)
    {
      guint k = i % n_classes;
      g_autoptr (CvrImage) image = cvr_image_new (12, 12, 1);
      g_autofree char *name = g_strdup_printf ("picture %u", i + 1);

      /* Not two alike: the corner counts. */
      memset (image->data, (int) (20 + 200 * k / n_classes), cvr_image_n_bytes (image));
      image->data[0] = (guint8) i;
      cvr_project_add_image (project, image, name, (gint) k, NULL, NULL);
    }
  cvr_project_wait (project);
  app_support_spin ();

  return project;
}

void
app_support_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        app_support_remove (path);
      else
        g_remove (path);
    }
  g_rmdir (folder);
}

void
app_support_close (CvrProject *project)
{
  g_autofree char *folder = g_strdup (g_object_get_data (G_OBJECT (project), folder_key));

  cvr_project_close (project);
  app_support_spin ();
  g_assert_finalize_object (project);
  app_support_remove (folder);
}

void
app_support_spin (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

gboolean
app_support_wait (gboolean (*done) (gpointer data),
                  gpointer data,
                  guint    seconds)
{
  gboolean late = FALSE;
  guint source = g_timeout_add_seconds (seconds, late_cb, &late);

  while (!done (data) && !late)
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (source);

  return !late;
}

void
app_support_press (GtkWidget *widget,
                   guint      key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean answered = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !answered; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      GListModel *shortcuts =
          GTK_IS_SHORTCUT_CONTROLLER (controller) ? G_LIST_MODEL (controller) : NULL;

      for (guint j = 0; shortcuts != NULL && j < g_list_model_get_n_items (shortcuts) && !answered;
           j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (shortcuts, j);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

          if (GTK_IS_KEYVAL_TRIGGER (trigger)
              && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key)
            answered = gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                                     gtk_shortcut_get_arguments (shortcut));
        }
    }
  g_assert_true (answered);
}

static gboolean
activate_shortcut (GListModel *shortcuts,
                   GtkWidget  *widget,
                   guint       key)
{
  for (guint i = 0; i < g_list_model_get_n_items (shortcuts); i++)
    {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (shortcuts, i);
      GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

      if (GTK_IS_KEYVAL_TRIGGER (trigger)
          && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key)
        return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget, NULL);
    }

  return FALSE;
}

void
app_support_type (GtkWidget *widget,
                  guint      key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean answered = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !answered; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &answered);
      else if (GTK_IS_SHORTCUT_CONTROLLER (controller))
        answered = activate_shortcut (G_LIST_MODEL (controller), widget, key);
    }
  g_assert_true (answered);
}

static gboolean
is_evaluated (gpointer data)
{
  return cvr_training_get_state (cvr_project_get_training (data)) == CVR_TRAINING_IDLE
         && cvr_project_get_evaluation (data) != NULL && !cvr_project_is_evaluating (data);
}

gpointer
app_support_child (gpointer    widget,
                   GType       type,
                   const char *name)
{
  GObject *found = gtk_widget_get_template_child (GTK_WIDGET (widget), type, name);

  if (found == NULL)
    g_error ("%s has no “%s”.", g_type_name (type), name);

  return found;
}

void
app_support_train (CvrProject *project,
                   guint       epochs)
{
  CvrSettings settings = *cvr_project_get_settings (project);
  g_autoptr (GError) error = NULL;

  settings.epochs = epochs;
  cvr_project_set_settings (project, &settings);
  cvr_project_train (project, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (app_support_wait (is_evaluated, project, 60));
}
