/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clips made on the spot by GStreamer itself. */
#include "capture-support.h"

#include <glib/gstdio.h>

void
capture_support_init (int    *argc,
                      char ***argv)
{
  g_test_init (argc, argv, NULL);
  gst_init (NULL, NULL);
}

gboolean
capture_support_has (const char *const *elements)
{
  for (guint i = 0; elements[i] != NULL; i++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (elements[i]);

      if (factory == NULL)
        {
          g_autofree char *reason =
            g_strdup_printf ("GStreamer's %s is not installed", elements[i]);

          g_test_skip (reason);
          return FALSE;
        }
    }

  return TRUE;
}

GFile *
capture_support_make (const char *description,
                      const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("convisor-clip-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = g_strdup_printf ("%s ! filesink name=out", description);
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) out = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;

  g_assert_no_error (error);
  pipeline = gst_parse_launch_full (text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (pipeline == NULL)
    {
      g_test_skip (error->message);
      g_rmdir (folder);
      return NULL;
    }
  gst_object_ref_sink (pipeline);
  out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_object_set (out, "location", path, NULL);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message =
    gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return g_file_new_for_path (path);
}

void
capture_support_drop (GFile *file)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);

  g_file_delete (file, NULL, NULL);
  g_file_delete (folder, NULL, NULL);
  g_object_unref (file);
}
