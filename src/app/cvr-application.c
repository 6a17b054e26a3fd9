/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The application as a process: what it is started with, its one window, its keys. */
#include "cvr-application-private.h"

#include "config.h"
#include "cvr-list-focus.h"
#include "cvr-project-menu.h"
#include "cvr-spoken-names.h"

#include <glib/gi18n-lib.h>

enum
{
  LINGER_MS = 1000, /* after the last window: starts that came meanwhile are answered */
  WAIT_S = 120,     /* for a process before this one that has no window any more */
  AGAIN_MS = 50,
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
  { "win.step-epoch", { "<Control>e" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z", "<Control>y" } },
  { "win.import-files", { "<Control>o" } },
  { "win.save", { "<Control>s" } },
  { "win.save-as", { "<Control><Shift>s" } },
  { "win.open-project", { "<Control><Shift>o" } },
  { "win.new-project", { "<Control>n" } },
  { "win.paste", { "<Control>v" } },
  { "win.help", { "F1" } },
  { "win.tell", { "<Control>F1" } },
  { "win.next-part", { "F6" } },
  { "win.previous-part", { "<Shift>F6" } },
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

static void
cvr_application_activate (GApplication *application)
{
  CvrApplication *self = CVR_APPLICATION (application);
  CvrWindow *window = cvr_application_find_window (self);

  if (window == NULL)
    {
      window = cvr_window_new (GTK_APPLICATION (self));
      gtk_window_present (GTK_WINDOW (window));
      if (!self->awaits_file)
        cvr_application_open_last (self);
    }
  cvr_project_menu_stay_open (window);
  gtk_window_present (GTK_WINDOW (window));
}

/* A project file and nothing else, for a window that isn't there yet. */
static gboolean
begins_with (CvrApplication *self,
             GFile         **files,
             int             n_files)
{
  g_autofree char *name = n_files == 1 ? g_file_get_basename (files[0]) : NULL;

  return cvr_application_find_window (self) == NULL && self->project_path == NULL && name != NULL
         && g_str_has_suffix (name, ".convisor");
}

static void
cvr_application_open (GApplication  *application,
                      GFile        **files,
                      int            n_files,
                      const char    *hint)
{
  CvrApplication *self = CVR_APPLICATION (application);
  gboolean awaits_file = begins_with (self, files, n_files);
  GSList *list = NULL;

  if (awaits_file)
    {
      self->awaits_file = TRUE;
      g_application_activate (application);
      self->awaits_file = FALSE;
      cvr_project_menu_open_file (cvr_application_find_window (self), files[0]);
      return;
    }
  for (int i = n_files - 1; i >= 0; i--)
    list = g_slist_prepend (list, g_object_ref (files[i]));
  /* Before the first project is made: it begins otherwise where pictures come with it. */
  self->files = g_slist_concat (self->files, list);
  g_application_activate (application);
  if (!self->is_opening)
    cvr_application_open_waiting (self, cvr_application_find_window (self));
}

/* Whether somebody had the name who is no longer there, or is too busy to answer. */
static gboolean
is_going_away (const GError *error)
{
  static const GDBusError codes[] = { G_DBUS_ERROR_NO_REPLY,        G_DBUS_ERROR_TIMEOUT,
                                      G_DBUS_ERROR_TIMED_OUT,       G_DBUS_ERROR_SERVICE_UNKNOWN,
                                      G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_UNKNOWN_METHOD,
                                      G_DBUS_ERROR_UNKNOWN_OBJECT };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, G_DBUS_ERROR, (gint) codes[i]))
      return TRUE;

  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* A process whose window is closed may still write its project; then this one takes its place. What
 * does not work in that time either, g_application_run() tries once more and says. */
static void
wait_for_the_one_before (GApplication *application)
{
  gint64 end = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end)
    {
      g_autoptr (GError) error = NULL;

      if (g_application_register (application, NULL, &error) || !is_going_away (error))
        return;
      g_usleep (AGAIN_MS * 1000);
    }
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
  wait_for_the_one_before (application);

  return -1;
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  CvrWindow *window = cvr_application_find_window (user_data);

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
  cvr_list_focus_watch_popups ();
  cvr_spoken_names_watch ();
  /* Who started it while it closed gets a window, not silence. */
  if (!(g_application_get_flags (application) & G_APPLICATION_NON_UNIQUE))
    g_application_set_inactivity_timeout (application, LINGER_MS);
}

static void
cvr_application_window_removed (GtkApplication *application,
                                GtkWindow      *window)
{
  if (CVR_IS_WINDOW (window))
    cvr_application_close (CVR_APPLICATION (application));

  GTK_APPLICATION_CLASS (cvr_application_parent_class)->window_removed (application, window);
}

static void
cvr_application_shutdown (GApplication *application)
{
  cvr_application_close (CVR_APPLICATION (application));

  G_APPLICATION_CLASS (cvr_application_parent_class)->shutdown (application);
}

static void
cvr_application_finalize (GObject *object)
{
  CvrApplication *self = CVR_APPLICATION (object);

  g_clear_object (&self->document);
  g_clear_object (&self->documents);
  g_clear_slist (&self->files, g_object_unref);
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
