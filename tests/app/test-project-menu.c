/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project as a file, from the window: what the button says; saving, switching, closing. */
#include "app-support.h"

#include "cvr-application.h"
#include "cvr-lesson.h"
#include "cvr-project-menu.h"
#include "cvr-window-private.h"

typedef struct
{
  char            *folder;
  GFile           *file;    /* the user's */
  CvrApplication  *application;
  CvrWindow       *window;
  CvrDocumentState wanted;
  gboolean         checked;
} Check;

static gboolean
has_state (gpointer data)
{
  Check *self = data;

  return self->window->document != NULL
         && cvr_document_get_state (self->window->document) == self->wanted;
}

static void
wait_for (Check           *self,
          CvrDocumentState state,
          const char      *text)
{
  self->wanted = state;
  g_assert_true (app_support_wait (has_state, self, 20));
  app_support_spin ();
  g_assert_cmpstr (gtk_label_get_text (self->window->project_state), ==, text);
}

static gboolean
is_enabled (Check      *self,
            const char *name)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (self->window), name);
}

static void
activate (Check      *self,
          const char *name,
          GVariant   *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), name, parameter);
  app_support_spin ();
}

static guint
n_classes (Check *self)
{
  return cvr_dataset_n_classes (cvr_project_get_dataset (self->window->project));
}

static gboolean
is_empty (gpointer data)
{
  Check *self = data;

  return self->window->project != NULL && n_classes (self) == 0;
}

/* The topmost dialog, which answers and goes. */
static void
close_dialogs (Check *self)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (GTK_WIDGET (window) != GTK_WIDGET (self->window))
        gtk_window_destroy (window);
    }
  app_support_spin ();
}

static void
check_saving (Check *self)
{
  wait_for (self, CVR_DOCUMENT_LOCAL, "on this computer");
  g_assert_true (is_enabled (self, "save"));
  g_assert_false (is_enabled (self, "revert"));
  cvr_project_menu_save_as (self->window, self->file);
  wait_for (self, CVR_DOCUMENT_SAVED, "saved");
  g_assert_true (g_file_query_exists (self->file, NULL));
  cvr_project_add_class (self->window->project, "dog");
  wait_for (self, CVR_DOCUMENT_UNSAVED, "changes not yet in Pets.convisor");
  activate (self, "save", NULL);
  wait_for (self, CVR_DOCUMENT_SAVED, "saved");
  cvr_project_add_class (self->window->project, "bird");
  wait_for (self, CVR_DOCUMENT_UNSAVED, "changes not yet in Pets.convisor");
}

/* A new project saves the one before; its file opens with all that was done. */
static void
check_switching (Check *self)
{
  GSList files = { self->file, NULL };

  activate (self, "new-project", NULL);
  g_assert_true (app_support_wait (is_empty, self, 20));
  wait_for (self, CVR_DOCUMENT_LOCAL, "on this computer");
  cvr_project_add_class (self->window->project, "one");
  cvr_project_wait (self->window->project);
  app_support_spin ();
  cvr_window_open_files (self->window, &files);
  wait_for (self, CVR_DOCUMENT_SAVED, "saved");
  g_assert_cmpuint (n_classes (self), ==, 3);
  g_assert_true (is_enabled (self, "revert"));
  g_assert_cmpint (g_menu_model_get_n_items (G_MENU_MODEL (self->window->recent_menu)), ==, 1);
}

static void
check_dialogs (Check *self)
{
  static const char *const names[] = { "all-projects", "project-size", "revert", "save-as",
                                       "duplicate-lesson" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_test_message ("%s", names[i]);
      activate (self, names[i], NULL);
      close_dialogs (self);
    }
}

/* Only the lesson's pages are there, and the one that was shown gives way. */
static void
check_lesson (Check *self)
{
  static const char *const pages[] = { "train", "try", NULL };

  cvr_window_show_page (self->window, "network");
  cvr_lesson_set_pages (self->window->project, pages);
  cvr_project_menu_watch (self->window);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (self->window->stack), ==, "train");
  cvr_window_show_page (self->window, "images");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (self->window->stack), ==, "train");
  cvr_window_show_page (self->window, "try");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (self->window->stack), ==, "try");
  cvr_lesson_set_pages (self->window->project, NULL);
  cvr_project_menu_watch (self->window);
}

/* It is read beside the main loop. */
static gboolean
has_project (gpointer data)
{
  return ((Check *) data)->window->project != NULL;
}

static gboolean
check_cb (gpointer data)
{
  Check *self = data;

  self->window =
    CVR_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (self->application)));
  g_assert_true (app_support_wait (has_project, self, 20));
  check_saving (self);
  check_switching (self);
  check_dialogs (self);
  check_lesson (self);
  self->checked = TRUE;
  /* What isn't in the file yet goes there before the window closes. */
  cvr_project_add_class (self->window->project, "fish");
  cvr_project_wait (self->window->project);
  gtk_window_close (GTK_WINDOW (self->window));

  return G_SOURCE_REMOVE;
}

static void
activate_cb (GApplication *application,
             Check        *check)
{
  g_idle_add (check_cb, check);
}

static void
make_project (const char *path,
              const char *const *classes,
              guint       n)
{
  CvrProject *project = cvr_project_open (path, NULL, NULL);

  g_assert_nonnull (project);
  for (guint i = 0; i < n; i++)
    {
      gint k;

      cvr_project_add_class (project, classes[i]);
      cvr_project_wait (project);
      k = cvr_dataset_find_class (cvr_project_get_dataset (project), classes[i]);
      g_assert_cmpint (k, ==, i);
    }
  cvr_project_close (project);
  g_object_unref (project);
}

static void
assert_holds (const char *path,
              guint       n)
{
  CvrProject *project = cvr_project_open (path, NULL, NULL);

  g_assert_cmpuint (cvr_dataset_n_classes (cvr_project_get_dataset (project)), ==, n);
  cvr_project_close (project);
  g_object_unref (project);
}

static void
test_a_project_is_a_file (void)
{
  static const char *const classes[] = { "cat" };
  g_autofree char *folder = g_dir_make_tmp ("convisor-menu-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "live.convisor", NULL);
  g_autofree char *saved = g_build_filename (folder, "Pets.convisor", NULL);
  g_autofree char *option = g_strdup_printf ("--project=%s", path);
  char *arguments[] = { (char *) "convisor", option, NULL };
  Check check = { .folder = folder };

  make_project (path, classes, 1);
  check.file = g_file_new_for_path (saved);
  check.application = cvr_application_new ();
  g_application_set_default (G_APPLICATION (check.application));
  g_signal_connect_after (check.application, "activate", G_CALLBACK (activate_cb), &check);
  g_assert_cmpint (g_application_run (G_APPLICATION (check.application), 2, arguments), ==, 0);
  g_assert_true (check.checked);
  g_assert_finalize_object (check.application);
  assert_holds (saved, 4);
  g_object_unref (check.file);
  app_support_remove (folder);
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);
  g_test_add_func ("/app/project-menu/a-project-is-a-file", test_a_project_is_a_file);

  return g_test_run ();
}
