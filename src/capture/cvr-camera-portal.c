/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The camera as the desktop's portal hands it out: the user is asked, and nothing else of the
 * computer's devices is seen. */
#include "cvr-camera.h"

#include "cvr-capture-error.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define CAMERA "org.freedesktop.portal.Camera"

enum
{
  ANSWER_TIME = 10000, /* ms for a call */
  GLANCE = 100,        /* ms between two looks at the cancel button while the user thinks */
};

typedef struct
{
  gboolean answered;
  guint32  response; /* 0: allowed */
} Answer;

static void
response_cb (GDBusConnection *bus,
             const char      *sender,
             const char      *path,
             const char      *interface,
             const char      *signal,
             GVariant        *parameters,
             gpointer         user_data)
{
  Answer *answer = user_data;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    return;
  g_variant_get_child (parameters, 0, "u", &answer->response);
  answer->answered = TRUE;
}

/* Where the portal's answer to a request of ours will come from: known before it is made, so
 * that none is missed. */
static char *
request_path (GDBusConnection *bus,
              const char      *token)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);

  return g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s",
                          g_strdelimit (sender, ".", '_'), token);
}

static gboolean
wait_cb (gpointer data)
{
  return G_SOURCE_CONTINUE; /* It only wakes the loop. */
}

static gboolean
access_camera (GDBusConnection *bus,
               GMainContext    *context,
               GCancellable    *cancellable,
               GError         **error)
{
  g_autofree char *token = g_strdup_printf ("convisor%u", g_random_int ());
  g_autofree char *path = request_path (bus, token);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GSource) tick = g_timeout_source_new (GLANCE);
  GVariantBuilder options;
  Answer answer = { FALSE, 0 };
  guint subscription;

  subscription = g_dbus_connection_signal_subscribe (
    bus, PORTAL, "org.freedesktop.portal.Request", "Response", path, NULL,
    G_DBUS_SIGNAL_FLAGS_NONE, response_cb, &answer, NULL);
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  reply = g_dbus_connection_call_sync (
    bus, PORTAL, PORTAL_PATH, CAMERA, "AccessCamera", g_variant_new ("(a{sv})", &options),
    G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, ANSWER_TIME, cancellable, error);

  g_source_set_callback (tick, wait_cb, NULL, NULL);
  g_source_attach (tick, context);
  while (reply != NULL && !answer.answered && !g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (context, TRUE);
  g_source_destroy (tick);
  g_dbus_connection_signal_unsubscribe (bus, subscription);
  while (g_main_context_iteration (context, FALSE)) /* What was on its way speaks of @answer. */
    ;

  if (reply == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (answer.response != 0)
    {
      g_set_error_literal (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_DENIED,
                           _("The camera was not allowed. Allow it for Convisor in the system's "
                             "settings, under Apps, and try again."));
      return FALSE;
    }

  return TRUE;
}

static gboolean
is_present (GDBusConnection *bus,
            GCancellable    *cancellable,
            GError         **error)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
    bus, PORTAL, PORTAL_PATH, "org.freedesktop.DBus.Properties", "Get",
    g_variant_new ("(ss)", CAMERA, "IsCameraPresent"), G_VARIANT_TYPE ("(v)"),
    G_DBUS_CALL_FLAGS_NONE, ANSWER_TIME, cancellable, NULL);
  g_autoptr (GVariant) value = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (reply == NULL)
    {
      g_set_error_literal (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_PLUGIN,
                           _("This desktop hands out no camera (it has no camera portal). Record a "
                             "clip with a phone and import it."));
      return FALSE;
    }
  g_variant_get (reply, "(v)", &value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) || !g_variant_get_boolean (value))
    {
      g_set_error_literal (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_NO_CAMERA,
                           _("No camera was found. Plug one in and try again, or record a clip "
                             "with a phone and import it."));
      return FALSE;
    }

  return TRUE;
}

static int
open_remote (GDBusConnection *bus,
             GCancellable    *cancellable,
             GError         **error)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = NULL;
  gint32 index = 0;

  reply = g_dbus_connection_call_with_unix_fd_list_sync (
    bus, PORTAL, PORTAL_PATH, CAMERA, "OpenPipeWireRemote", g_variant_new ("(a{sv})", NULL),
    G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, ANSWER_TIME, NULL, &fds, cancellable, error);
  if (reply == NULL)
    return -1;
  g_variant_get (reply, "(h)", &index);

  return g_unix_fd_list_get (fds, index, error);
}

/**
 * cvr_camera_ask_portal:
 * @bus: the session's
 *
 * Blocks until the user has answered, where they are asked.
 *
 * Returns: a file descriptor for the caller to close, or −1
 */
int
cvr_camera_ask_portal (GDBusConnection *bus,
                       GCancellable    *cancellable,
                       GError         **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  int fd = -1;

  g_main_context_push_thread_default (context);
  if (is_present (bus, cancellable, error) && access_camera (bus, context, cancellable, error))
    fd = open_remote (bus, cancellable, error);
  g_main_context_pop_thread_default (context);

  return fd;
}
