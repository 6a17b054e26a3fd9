/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Started again while the window before closes: a window comes in every case. Needs a session bus of
 * its own. */
#include "app-support.h"

#include "config.h"
#include "cvr-application.h"
#include "cvr-project-menu.h"
#include "cvr-window-private.h"

static const char path_of_application[] = "/io/github/convisor/Convisor";

typedef struct
{
  CvrApplication  *application;
  GDBusConnection *other;    /* the second start's */
  guint            n_windows;
} Starts;

static GDBusConnection *
connect_to_bus (void)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);

  return connection;
}

static CvrWindow *
window_of (CvrApplication *application)
{
  return CVR_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
}

static gboolean
has_project (gpointer data)
{
  return cvr_window_get_project (data) != NULL;
}

static void
run (CvrApplication *application,
     const char     *file)
{
  char *arguments[] = { (char *) "convisor", (char *) file, NULL };

  g_application_set_default (G_APPLICATION (application));
  g_assert_cmpint (g_application_run (G_APPLICATION (application), file != NULL ? 2 : 1,
                                      arguments), ==, 0);
  g_assert_finalize_object (application);
}

static gboolean
close_cb (gpointer data)
{
  Starts *self = data;
  CvrWindow *window = window_of (self->application);

  g_assert_true (app_support_wait (has_project, window, 20));
  self->n_windows++;
  gtk_window_close (GTK_WINDOW (window));

  return G_SOURCE_REMOVE;
}

static void
close_when_active_cb (GApplication *application,
                      Starts       *self)
{
  g_idle_add (close_cb, self);
}

/* Worker. The one before dies with the question unanswered. */
static GDBusMessage *
die_cb (GDBusConnection *connection,
        GDBusMessage    *message,
        gboolean         incoming,
        gpointer         data)
{
  if (!incoming || g_strcmp0 (g_dbus_message_get_member (message), "DescribeAll") != 0)
    return message;
  g_atomic_int_inc ((int *) data);
  g_dbus_connection_close (connection, NULL, NULL, NULL);
  g_object_unref (message);

  return NULL;
}

static void
test_one_that_dies (void)
{
  g_autoptr (GDBusConnection) before = connect_to_bus ();
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  Starts self = { cvr_application_new (), NULL, 0 };
  int n_asked = 0;

  g_dbus_connection_add_filter (before, die_cb, &n_asked, NULL);
  reply = g_dbus_connection_call_sync (before, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", CVR_APP_ID, 4u), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect_after (self.application, "activate", G_CALLBACK (close_when_active_cb), &self);
  run (self.application, NULL);
  g_assert_cmpint (n_asked, ==, 1);
  g_assert_cmpuint (self.n_windows, ==, 1);
}

/* What a second process sends. */
static void
start_again (Starts *self)
{
  g_dbus_connection_call (self->other, CVR_APP_ID, path_of_application, "org.gtk.Application",
                          "Activate", g_variant_new ("(a{sv})", NULL), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static gboolean
close_and_start_cb (gpointer data)
{
  Starts *self = data;
  gboolean first = self->n_windows == 0;

  close_cb (self);
  if (first)
    start_again (self);

  return G_SOURCE_REMOVE;
}

static void
start_when_closed_cb (GApplication *application,
                      Starts       *self)
{
  g_idle_add (close_and_start_cb, self);
}

/* The question comes when the window is gone and all is written. */
static void
test_one_that_just_closed (void)
{
  Starts self = { cvr_application_new (), connect_to_bus (), 0 };

  g_signal_connect_after (self.application, "activate", G_CALLBACK (start_when_closed_cb), &self);
  run (self.application, NULL);
  g_assert_cmpuint (self.n_windows, ==, 2);
  g_object_unref (self.other);
}

static gboolean
is_local (gpointer data)
{
  CvrWindow *window = data;

  return window->document != NULL
         && cvr_document_get_state (window->document) == CVR_DOCUMENT_LOCAL;
}

static gboolean
is_saved (gpointer data)
{
  CvrWindow *window = data;

  return cvr_document_get_state (window->document) == CVR_DOCUMENT_SAVED;
}

/* Closed with changes, wanted again before they are in the file: it stays, and closes later. */
static gboolean
close_twice_cb (gpointer data)
{
  Starts *self = data;
  CvrWindow *window = window_of (self->application);
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "Pets.convisor", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_assert_true (app_support_wait (has_project, window, 20));
  g_assert_true (app_support_wait (is_local, window, 20));
  cvr_project_menu_save_as (window, file);
  g_assert_true (app_support_wait (is_saved, window, 20));
  cvr_project_add_class (cvr_window_get_project (window), "dog");
  cvr_project_wait (cvr_window_get_project (window));
  gtk_window_close (GTK_WINDOW (window));
  g_application_activate (G_APPLICATION (self->application));
  g_assert_true (app_support_wait (is_saved, window, 20));
  app_support_spin ();
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (window)));
  g_assert_true (window_of (self->application) == window);
  self->n_windows++;
  gtk_window_close (GTK_WINDOW (window));

  return G_SOURCE_REMOVE;
}

static void
close_twice_when_active_cb (GApplication *application,
                            Starts       *self)
{
  g_signal_handlers_disconnect_by_data (application, self);
  g_idle_add (close_twice_cb, self);
}

static void
test_one_that_saves (void)
{
  Starts self = { cvr_application_new (), NULL, 0 };

  g_signal_connect_after (self.application, "activate", G_CALLBACK (close_twice_when_active_cb),
                          &self);
  run (self.application, NULL);
  g_assert_cmpuint (self.n_windows, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("convisor-starts-XXXXXX", NULL);
  int result;

  g_setenv ("XDG_DATA_HOME", home, TRUE);
  app_support_init (&argc, &argv);
  if (g_getenv ("DBUS_SESSION_BUS_ADDRESS") == NULL)
    {
      g_print ("1..0 # SKIP no session bus: run under dbus-run-session\n");
      return 77;
    }
  g_test_add_func ("/app/second-start/while-one-dies", test_one_that_dies);
  g_test_add_func ("/app/second-start/when-one-just-closed", test_one_that_just_closed);
  g_test_add_func ("/app/second-start/while-one-saves", test_one_that_saves);
  result = g_test_run ();
  app_support_remove (home);

  return result;
}
