/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which camera: as a GStreamer source. */
#include "cvr-camera.h"

#include "cvr-capture-error.h"

#include <gst/gst.h>

#include <glib/gi18n-lib.h>

/* Pictures of a size that is enough here, packed or not: cameras offer their largest ones at few
 * a second. */
#define SMALL "video/x-raw,width=[1,1280],height=[1,1280],framerate=[10/1,60/1];" \
              "image/jpeg,width=[1,1280],height=[1,1280],framerate=[10/1,60/1]"

/* What follows a camera that has them, and any other. */
static const char narrow[] = " ! capsfilter caps=\"" SMALL "\" ! decodebin";
static const char wide[] = " ! decodebin";

static gboolean
in_sandbox (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

static char *
from_portal (int           *fd,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, cancellable, error);

  if (bus == NULL)
    return NULL;
  *fd = cvr_camera_ask_portal (bus, cancellable, error);

  return *fd >= 0 ? g_strdup_printf ("pipewiresrc fd=%d ! decodebin", *fd) : NULL;
}

/* "v4l2src device=/dev/video0" of a device. */
static char *
describe (GstDevice *device)
{
  static const char *const places[] = { "device", "target-object", "path", NULL };
  g_autoptr (GstElement) element = gst_object_ref_sink (gst_device_create_element (device, NULL));
  const char *name = GST_OBJECT_NAME (gst_element_get_factory (element));

  for (guint i = 0; places[i] != NULL; i++)
    {
      GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), places[i]);
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;

      if (spec == NULL || spec->value_type != G_TYPE_STRING)
        continue;
      g_value_init (&value, G_TYPE_STRING);
      g_object_get_property (G_OBJECT (element), places[i], &value);
      if (g_value_get_string (&value) == NULL)
        continue;
      text = gst_value_serialize (&value);
      return g_strdup_printf ("%s %s=%s", name, places[i], text);
    }

  return g_strdup (name);
}

static gboolean
offers_small (GstDevice *device)
{
  g_autoptr (GstCaps) offered = gst_device_get_caps (device);
  g_autoptr (GstCaps) small = gst_caps_from_string (SMALL);

  return offered != NULL && gst_caps_can_intersect (offered, small);
}

static char *
from_devices (GError **error)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();
  g_autofree char *source = NULL;
  GList *devices = NULL;

  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);
  if (gst_device_monitor_start (monitor))
    {
      devices = gst_device_monitor_get_devices (monitor);
      gst_device_monitor_stop (monitor);
    }
  if (devices != NULL)
    {
      g_autofree char *element = describe (devices->data);

      source = g_strconcat (element, offers_small (devices->data) ? narrow : wide, NULL);
    }
  g_list_free_full (devices, gst_object_unref);
  if (source == NULL)
    g_set_error_literal (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_NO_CAMERA,
                         _("No camera was found. Plug one in and try again, or record a clip with "
                           "a phone and import it."));

  return g_steal_pointer (&source);
}

/**
 * cvr_camera_find:
 * @wanted: (nullable): a pipeline description from the settings
 * @fd: (out): a file descriptor that the source reads from, or −1
 *
 * Returns: (transfer full) (nullable): the source as text
 */
char *
cvr_camera_find (const char    *wanted,
                 int           *fd,
                 GCancellable  *cancellable,
                 GError       **error)
{
  const char *given = g_getenv ("CONVISOR_CAMERA");
  g_autoptr (GError) problem = NULL;

  *fd = -1;
  if (given != NULL && given[0] != '\0')
    return g_strdup (given);
  if (wanted != NULL && wanted[0] != '\0')
    return g_strdup (wanted);
  if (in_sandbox ())
    return from_portal (fd, cancellable, error);
  if (!gst_init_check (NULL, NULL, &problem))
    {
      g_set_error (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_PLUGIN,
                   _("GStreamer does not start: %s"), problem->message);
      return NULL;
    }

  return from_devices (error);
}
