/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the camera comes from: a variable, the settings, or the desktop's portal, which may say
 * no. A portal of our own answers on a private bus. */
#include "capture-support.h"

#include "cvr-camera.h"
#include "cvr-capture-error.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

static const char portal_xml[] =
  "<node><interface name='org.freedesktop.portal.Camera'>"
  "<method name='AccessCamera'><arg type='a{sv}' direction='in'/>"
  "<arg type='o' direction='out'/></method>"
  "<method name='OpenPipeWireRemote'><arg type='a{sv}' direction='in'/>"
  "<arg type='h' direction='out'/></method>"
  "<property name='IsCameraPresent' type='b' access='read'/>"
  "</interface></node>";

typedef struct
{
  GTestDBus       *bus;
  GDBusConnection *server, *client;
  gboolean         present;
  guint            response;     /* 0: allowed */
  int              ends[2];      /* what the portal hands out is the first end of a pipe */
  int              fd;
  GError          *error;
  gboolean         done;
} Portal;

static void
call_cb (GDBusConnection       *connection,
         const char            *sender,
         const char            *path,
         const char            *interface,
         const char            *method,
         GVariant              *parameters,
         GDBusMethodInvocation *invocation,
         gpointer               user_data)
{
  Portal *portal = user_data;
  g_autoptr (GVariant) options = g_variant_get_child_value (parameters, 0);
  g_autoptr (GUnixFDList) fds = NULL;
  g_autofree char *name = NULL;
  g_autofree char *request = NULL;
  const char *token;

  if (g_str_equal (method, "OpenPipeWireRemote"))
    {
      fds = g_unix_fd_list_new ();
      g_unix_fd_list_append (fds, portal->ends[0], NULL);
      g_dbus_method_invocation_return_value_with_unix_fd_list (invocation,
                                                               g_variant_new ("(h)", 0), fds);
      return;
    }
  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  name = g_strdelimit (g_strdup (sender + 1), ".", '_');
  request = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", name, token);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", request));
  g_dbus_connection_emit_signal (connection, sender, request, "org.freedesktop.portal.Request",
                                 "Response",
                                 g_variant_new ("(ua{sv})", portal->response, NULL), NULL);
}

static GVariant *
property_cb (GDBusConnection *connection,
             const char      *sender,
             const char      *path,
             const char      *interface,
             const char      *property,
             GError         **error,
             gpointer         user_data)
{
  return g_variant_new_boolean (((Portal *) user_data)->present);
}

static GDBusConnection *
connect_to (Portal *portal)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (portal->bus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
      | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);

  return connection;
}

static gpointer
ask_func (gpointer data)
{
  Portal *portal = data;

  portal->fd = cvr_camera_ask_portal (portal->client, NULL, &portal->error);
  g_atomic_int_set (&portal->done, TRUE);
  g_main_context_wakeup (NULL);

  return NULL;
}

/* FALSE: the test was skipped. */
static gboolean
ask (Portal  *portal,
     gboolean with_portal)
{
  static const GDBusInterfaceVTable table = { call_cb, property_cb, NULL };
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (portal_xml, NULL);
  g_autoptr (GVariant) reply = NULL;
  GThread *thread;

  if (daemon == NULL)
    {
      g_test_skip ("dbus-daemon is not installed");
      return FALSE;
    }
  portal->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (portal->bus);
  portal->server = connect_to (portal);
  portal->client = connect_to (portal);
  g_assert_cmpint (pipe (portal->ends), ==, 0);
  if (with_portal)
    {
      g_dbus_connection_register_object (portal->server, "/org/freedesktop/portal/desktop",
                                         info->interfaces[0], &table, portal, NULL, NULL);
      reply = g_dbus_connection_call_sync (
        portal->server, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "RequestName", g_variant_new ("(su)", "org.freedesktop.portal.Desktop", 0u), NULL,
        G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
      g_assert_nonnull (reply);
    }

  thread = g_thread_new ("ask", ask_func, portal);
  while (!g_atomic_int_get (&portal->done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);

  return TRUE;
}

static void
portal_clear (Portal *portal)
{
  g_dbus_connection_close_sync (portal->client, NULL, NULL);
  g_dbus_connection_close_sync (portal->server, NULL, NULL);
  g_clear_object (&portal->client);
  g_clear_object (&portal->server);
  g_test_dbus_down (portal->bus);
  g_clear_object (&portal->bus);
  g_clear_error (&portal->error);
  close (portal->ends[0]);
  close (portal->ends[1]);
}

static void
test_allowed (void)
{
  Portal portal = { .present = TRUE };
  char byte = 0;

  if (!ask (&portal, TRUE))
    return;
  g_assert_no_error (portal.error);
  g_assert_cmpint (portal.fd, >=, 0);
  g_assert_cmpint (write (portal.ends[1], "x", 1), ==, 1);
  g_assert_cmpint (read (portal.fd, &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'x');
  close (portal.fd);
  portal_clear (&portal);
}

static void
test_not_allowed (void)
{
  Portal portal = { .present = TRUE, .response = 1 };

  if (!ask (&portal, TRUE))
    return;
  g_assert_error (portal.error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_DENIED);
  g_assert_cmpint (portal.fd, ==, -1);
  portal_clear (&portal);
}

static void
test_no_camera (void)
{
  Portal portal = { .present = FALSE };

  if (!ask (&portal, TRUE))
    return;
  g_assert_error (portal.error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_NO_CAMERA);
  portal_clear (&portal);
}

static void
test_no_portal (void)
{
  Portal portal = { 0 };

  if (!ask (&portal, FALSE))
    return;
  g_assert_error (portal.error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_PLUGIN);
  portal_clear (&portal);
}

static void
test_given (void)
{
  g_autofree char *from_settings = NULL;
  g_autofree char *from_variable = NULL;
  int fd = 0;

  from_settings = cvr_camera_find ("v4l2src device=/dev/video7", &fd, NULL, NULL);
  g_assert_cmpstr (from_settings, ==, "v4l2src device=/dev/video7");
  g_assert_cmpint (fd, ==, -1);
  g_setenv ("CONVISOR_CAMERA", "videotestsrc", TRUE);
  from_variable = cvr_camera_find ("v4l2src device=/dev/video7", &fd, NULL, NULL);
  g_assert_cmpstr (from_variable, ==, "videotestsrc");
  g_unsetenv ("CONVISOR_CAMERA");
}

/* On a computer with a camera it is found, on another one a sentence says so. */
static void
test_first_camera (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *source = NULL;
  int fd;

  if (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("inside a sandbox the portal is asked, and it the user");
      return;
    }
  source = cvr_camera_find (NULL, &fd, NULL, &error);
  if (source != NULL)
    g_assert_nonnull (strstr (source, " ! decodebin"));
  else
    g_assert_error (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_NO_CAMERA);
}

int
main (int    argc,
      char **argv)
{
  capture_support_init (&argc, &argv);
  g_test_add_func ("/capture/camera/given-by-name", test_given);
  g_test_add_func ("/capture/camera/first-one-or-a-sentence", test_first_camera);
  g_test_add_func ("/capture/camera/portal-allows", test_allowed);
  g_test_add_func ("/capture/camera/portal-refuses", test_not_allowed);
  g_test_add_func ("/capture/camera/portal-has-no-camera", test_no_camera);
  g_test_add_func ("/capture/camera/no-portal", test_no_portal);

  return g_test_run ();
}
