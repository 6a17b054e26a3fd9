/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application: opens the project, makes the window, knows the keys. */
#include "cvr-application.h"

#include "config.h"
#include "cvr-app-settings.h"
#include "cvr-pages.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrApplication
{
  AdwApplication parent_instance;

  CvrProject *project;
  char       *project_path;
};

G_DEFINE_FINAL_TYPE (CvrApplication, cvr_application, ADW_TYPE_APPLICATION)

static const struct
{
  const char *action;
  const char *keys[3];
} accels[] = {
  { "win.train", { "F5", "<Control>Return" } },
  { "win.stop", { "<Shift>F5" } },
  { "win.step", { "<Control>period" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z", "<Control>y" } },
  { "win.import-files", { "<Control>o" } },
  { "win.paste", { "<Control>v" } },
  { "win.help", { "F1" } },
  { "win.show-help-overlay", { "<Control>question" } },
  { "win.page::images", { "<Alt>1" } },
  { "win.page::network", { "<Alt>2" } },
  { "win.page::train", { "<Alt>3" } },
  { "win.page::inside", { "<Alt>4" } },
  { "win.page::compress", { "<Alt>5" } },
  { "win.page::try", { "<Alt>6" } },
  { "win.page::export", { "<Alt>7" } },
  { "window.close", { "<Control>w" } },
  { "app.quit", { "<Control>q" } },
};

static CvrWindow *
find_window (CvrApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (CVR_IS_WINDOW (l->data))
      return l->data;

  return NULL;
}

static char *
dup_project_path (CvrApplication *self)
{
  const char *given = g_getenv ("CONVISOR_PROJECT");

  if (self->project_path != NULL)
    return g_strdup (self->project_path);
  if (given != NULL && given[0] != '\0')
    return g_strdup (given);

  return g_build_filename (g_get_user_data_dir (), "convisor", "current.convisor", NULL);
}

/* Opens the live project and hands it to @window; a new one begins with the sample when @sample. */
static void
open_project (CvrApplication *self,
              CvrWindow      *window,
              gboolean        sample)
{
  g_autofree char *warning = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = dup_project_path (self);

  g_free (self->project_path);
  self->project_path = g_steal_pointer (&path);
  self->project = cvr_project_open (self->project_path, &warning, &error);
  if (self->project == NULL)
    {
      cvr_show_error (GTK_WIDGET (window), _("The project can't be opened"), error->message);
      return;
    }

  cvr_window_set_project (window, self->project);
  if (warning != NULL)
    cvr_show_error (GTK_WIDGET (window), _("A new project was begun"), warning);
  if (sample && cvr_project_is_new (self->project))
    {
      cvr_project_set_name (self->project, _("Doodles"));
      cvr_window_import_sample (window);
    }
}

static void
close_project (CvrApplication *self)
{
  CvrWindow *window = find_window (self);

  if (self->project == NULL)
    return;
  if (window != NULL)
    cvr_window_set_project (window, NULL);
  cvr_project_close (self->project);
  g_clear_object (&self->project);
}

static void
show_first_page (CvrApplication *self,
                 CvrWindow      *window)
{
  g_autoptr (GSettings) settings = cvr_app_settings_new ();
  g_autofree char *page = settings != NULL ? g_settings_get_string (settings, "page") : NULL;

  if (self->project == NULL || cvr_window_is_importing (window) || cvr_page_find (page) < 0)
    cvr_window_show_page (window, "train");
  else
    cvr_window_show_page (window, page);
}

static void
cvr_application_activate (GApplication *application)
{
  CvrApplication *self = CVR_APPLICATION (application);
  CvrWindow *window = find_window (self);

  if (window == NULL)
    {
      window = cvr_window_new (GTK_APPLICATION (self));
      gtk_window_present (GTK_WINDOW (window));
      open_project (self, window, TRUE);
      show_first_page (self, window);
    }
  gtk_window_present (GTK_WINDOW (window));
}

static void
cvr_application_open (GApplication  *application,
                      GFile        **files,
                      int            n_files,
                      const char    *hint)
{
  CvrApplication *self = CVR_APPLICATION (application);
  GSList *list = NULL;

  g_application_activate (application);
  for (int i = n_files - 1; i >= 0; i--)
    list = g_slist_prepend (list, files[i]);
  if (find_window (self) != NULL)
    cvr_window_open_files (find_window (self), list);
  g_slist_free (list);
}

static int
cvr_application_handle_local_options (GApplication *application,
                                      GVariantDict *options)
{
  CvrApplication *self = CVR_APPLICATION (application);
  g_autofree char *path = NULL;

  if (g_variant_dict_lookup (options, "version", "b", NULL))
    {
      g_print ("Convisor %s\n", CVR_VERSION);
      return 0;
    }
  if (g_variant_dict_lookup (options, "project", "^ay", &path))
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

      g_free (self->project_path);
      self->project_path = g_file_get_path (file);
    }
  /* A project of one's own gets a process of its own; otherwise a second start raises the window
   * there is. */
  if (self->project_path != NULL || g_getenv ("CONVISOR_PROJECT") != NULL)
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *window = find_window (user_data);

  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
  else
    g_application_quit (user_data);
}

static void
cvr_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = { { "quit", quit_cb } };

  G_APPLICATION_CLASS (cvr_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    {
      const char *keys[4] = { accels[i].keys[0], accels[i].keys[1], accels[i].keys[2], NULL };

      gtk_application_set_accels_for_action (GTK_APPLICATION (application), accels[i].action, keys);
    }
  gtk_window_set_default_icon_name (CVR_APP_ID);
}

static void
cvr_application_window_removed (GtkApplication *application,
                                GtkWindow      *window)
{
  if (CVR_IS_WINDOW (window))
    close_project (CVR_APPLICATION (application));

  GTK_APPLICATION_CLASS (cvr_application_parent_class)->window_removed (application, window);
}

static void
cvr_application_shutdown (GApplication *application)
{
  close_project (CVR_APPLICATION (application));

  G_APPLICATION_CLASS (cvr_application_parent_class)->shutdown (application);
}

static void
cvr_application_finalize (GObject *object)
{
  CvrApplication *self = CVR_APPLICATION (object);

  g_clear_object (&self->project);
  g_clear_pointer (&self->project_path, g_free);

  G_OBJECT_CLASS (cvr_application_parent_class)->finalize (object);
}

static void
cvr_application_class_init (CvrApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cvr_application_finalize;
  application_class->activate = cvr_application_activate;
  application_class->open = cvr_application_open;
  application_class->handle_local_options = cvr_application_handle_local_options;
  application_class->startup = cvr_application_startup;
  application_class->shutdown = cvr_application_shutdown;
  GTK_APPLICATION_CLASS (klass)->window_removed = cvr_application_window_removed;
}

static void
cvr_application_init (CvrApplication *self)
{
  static const GOptionEntry options[] = {
    { "project", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Keep the project in this file"),
      N_("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[FILE…]"));
}

/**
 * cvr_application_new:
 *
 * Returns: (transfer full): the application. A project given on the command line or in the
 * environment gets a process of its own.
 */
CvrApplication *
cvr_application_new (void)
{
  return g_object_new (CVR_TYPE_APPLICATION, "application-id", CVR_APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/convisor/Convisor", NULL);
}

/**
 * cvr_application_project_path:
 *
 * Returns: (transfer none) (nullable): the live project's file
 */
const char *
cvr_application_project_path (CvrApplication *self)
{
  g_return_val_if_fail (CVR_IS_APPLICATION (self), NULL);

  return self->project_path;
}

/* A free name beside the live project, from its name and the date: "Doodles 2026-05-04
 * 10.31.convisor". */
static GFile *
aside_file (const char *path,
            const char *name)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y-%m-%d %H.%M.%S");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *clean = g_strdelimit (g_strdup (name), "/\\:", '-');
  g_autofree char *file = g_strdup_printf ("%s %s.convisor", clean, stamp);

  return g_file_new_build_filename (folder, file, NULL);
}

/**
 * cvr_application_begin_project:
 * @from: (nullable): a project file to open; it is copied and not changed
 */
void
cvr_application_begin_project (CvrApplication *self,
                               GFile          *from)
{
  CvrWindow *window = find_window (self);
  g_autoptr (GFile) live = NULL;
  g_autoptr (GFile) aside = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  g_return_if_fail (CVR_IS_APPLICATION (self));
  g_return_if_fail (self->project_path != NULL && window != NULL);

  live = g_file_new_for_path (self->project_path);
  if (self->project != NULL)
    {
      aside = aside_file (self->project_path, cvr_project_get_name (self->project));
      close_project (self);
    }
  if (aside != NULL && g_file_query_exists (live, NULL))
    {
      if (!g_file_move (live, aside, G_FILE_COPY_NONE, NULL, NULL, NULL, &error))
        cvr_show_error (GTK_WIDGET (window), _("The project could not be set aside"),
                        error->message);
      else
        kept = g_file_get_basename (aside);
    }
  if (error == NULL && from != NULL
      && !g_file_copy (from, live, G_FILE_COPY_NONE, NULL, NULL, NULL, &error))
    cvr_show_error (GTK_WIDGET (window), _("The project can't be opened"), error->message);

  open_project (self, window, FALSE);
  cvr_window_show_page (window, "images");
  if (kept != NULL)
    {
      /* Translators: %s is a file name. */
      g_autofree char *text = g_strdup_printf (_("The project before is kept as “%s”"), kept);

      cvr_toast (GTK_WIDGET (window), text);
    }
}
