/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One GStreamer pipeline that ends in upright RGB pictures. */
#include "cvr-pipeline.h"

#include "cvr-capture-error.h"

#include <glib/gi18n-lib.h>
#include <gst/pbutils/pbutils.h>
#include <gst/video/video.h>

/* Between two looks at what else has happened. */
static const GstClockTime glance = 50 * GST_MSECOND;

/* Upright, square pixels, never enlarged: the caps leave the scaler no other choice. */
static const char tail[] =
  "videoscale name=entry method=bilinear2 add-borders=false ! videoconvert"
  " ! videoflip video-direction=auto"
  " ! video/x-raw,format=RGB,width=[1,%d],height=[1,%d],pixel-aspect-ratio=1/1"
  " ! appsink name=sink enable-last-sample=false";

static CvrPipeline *
make (const char *head,
      const char *clip,
      GError    **error)
{
  g_autofree char *end = g_strdup_printf (tail, CVR_PIPELINE_MAX_SIDE, CVR_PIPELINE_MAX_SIDE);
  g_autofree char *text = g_strdup_printf ("%s ! %s", head, end);
  g_autoptr (GstElement) entry = NULL;
  g_autoptr (GError) problem = NULL;
  GstElement *pipeline;
  CvrPipeline *self;

  if (!gst_init_check (NULL, NULL, &problem))
    {
      g_set_error (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_PLUGIN,
                   _("GStreamer does not start: %s"), problem->message);
      return NULL;
    }
  pipeline = gst_parse_launch_full (text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &problem);
  if (pipeline == NULL)
    {
      g_set_error (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_PLUGIN,
                   _("Pictures can't be taken: %s. Install the packages gstreamer1.0-plugins-base "
                     "and gstreamer1.0-plugins-good."),
                   problem->message);
      return NULL;
    }

  self = g_new0 (CvrPipeline, 1);
  self->pipeline = gst_object_ref_sink (pipeline);
  self->sink = GST_APP_SINK (gst_bin_get_by_name (GST_BIN (pipeline), "sink"));
  entry = gst_bin_get_by_name (GST_BIN (pipeline), "entry");
  self->entry = gst_element_get_static_pad (entry, "sink");
  self->bus = gst_element_get_bus (pipeline);
  self->clip = g_strdup (clip);
  self->codecs = g_ptr_array_new_with_free_func (g_free);
  self->state = GST_STATE_NULL;

  return self;
}

/**
 * cvr_pipeline_new_camera:
 * @source: an element with its properties, or several
 *
 * Returns: (transfer full) (nullable): it, not yet running; only its newest picture is kept
 */
CvrPipeline *
cvr_pipeline_new_camera (const char *source,
                         GError    **error)
{
  CvrPipeline *self = make (source, NULL, error);

  if (self != NULL)
    g_object_set (self->sink, "sync", FALSE, "drop", TRUE, "max-buffers", 1u, NULL);

  return self;
}

/**
 * cvr_pipeline_new_clip:
 * @file: a video in any container that GStreamer reads
 * @in_time: at the speed at which it is played
 *
 * Decoders of graphics cards are left out: their pictures lie where the scaler can't reach them.
 *
 * Returns: (transfer full) (nullable): it, not yet running
 */
CvrPipeline *
cvr_pipeline_new_clip (GFile    *file,
                       gboolean  in_time,
                       GError  **error)
{
  static const char head[] = "uridecodebin name=source expose-all-streams=false"
                             " force-sw-decoders=true caps=video/x-raw";
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *clip = g_filename_display_name (name != NULL ? name : "");
  g_autofree char *uri = g_file_get_uri (file);
  g_autoptr (GstElement) source = NULL;
  CvrPipeline *self = make (head, clip, error);

  if (self == NULL)
    return NULL;
  source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  g_object_set (source, "uri", uri, NULL);
  g_object_set (self->sink, "sync", in_time, "drop", in_time, "max-buffers", in_time ? 1u : 4u,
                NULL);

  return self;
}

/**
 * cvr_pipeline_free:
 *
 * Stops it first, which may wait for the device.
 */
void
cvr_pipeline_free (CvrPipeline *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->entry);
  gst_object_unref (self->sink);
  gst_object_unref (self->bus);
  gst_object_unref (self->pipeline);
  g_ptr_array_unref (self->codecs);
  g_free (self->clip);
  g_free (self);
}

static void
fail (CvrPipeline *self,
      GstMessage  *message,
      GError     **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *debug = NULL;

  gst_message_parse_error (message, &problem, &debug);
  g_debug ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), problem->message, debug);
  g_ptr_array_add (self->codecs, NULL);
  g_propagate_error (error, cvr_capture_error_new (problem,
                                                   (const char *const *) self->codecs->pdata,
                                                   self->clip));
  g_ptr_array_remove_index (self->codecs, self->codecs->len - 1);
}

/* @settled (nullable): set when a change of state has come to its end. */
static gboolean
read_bus (CvrPipeline *self,
          GstClockTime wait,
          gboolean    *settled,
          GError     **error)
{
  const GstMessageType types =
    GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT | GST_MESSAGE_ASYNC_DONE | GST_MESSAGE_EOS;
  GstMessage *message;
  gboolean good = TRUE;

  while (good && (message = gst_bus_timed_pop_filtered (self->bus, wait, types)) != NULL)
    {
      if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
        {
          fail (self, message, error);
          good = FALSE;
        }
      else if (gst_is_missing_plugin_message (message))
        g_ptr_array_add (self->codecs, gst_missing_plugin_message_get_description (message));
      else if (settled != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ASYNC_DONE)
        *settled = TRUE;
      gst_message_unref (message);
      wait = 0;
    }

  return good;
}

/**
 * cvr_pipeline_check:
 *
 * Returns: %FALSE with @error when the pipeline has said that it can't go on
 */
gboolean
cvr_pipeline_check (CvrPipeline *self,
                    GError     **error)
{
  return read_bus (self, 0, NULL, error);
}

static gboolean
too_late (CvrPipeline *self,
          GError     **error)
{
  if (self->clip != NULL)
    g_set_error (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_NO_VIDEO,
                 _("“%s” gives no picture: it has sound alone, or is damaged."), self->clip);
  else
    g_set_error_literal (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_FAILED,
                         _("The camera sends no picture. Plug it in again and try once more."));

  return FALSE;
}

/**
 * cvr_pipeline_begin:
 *
 * What goes wrong is said later: by cvr_pipeline_pull() and cvr_pipeline_check().
 */
void
cvr_pipeline_begin (CvrPipeline *self,
                    GstState     state)
{
  self->state = state;
  gst_element_set_state (self->pipeline, state);
}

/**
 * cvr_pipeline_set_state:
 * @state: paused (the first picture is there) or playing
 * @seconds: more patience there is not
 *
 * Returns: whether it is there
 */
gboolean
cvr_pipeline_set_state (CvrPipeline  *self,
                        GstState      state,
                        guint         seconds,
                        GCancellable *cancellable,
                        GError      **error)
{
  const gint64 end = g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;
  GstStateChangeReturn answer = gst_element_set_state (self->pipeline, state);
  gboolean settled = FALSE;

  self->state = state;
  /* The reason of a failure follows on the bus, at once. */
  while (answer == GST_STATE_CHANGE_ASYNC || answer == GST_STATE_CHANGE_FAILURE)
    {
      if (!read_bus (self, glance, &settled, error))
        return FALSE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (settled || cvr_pipeline_is_over (self))
        break;
      if (answer == GST_STATE_CHANGE_FAILURE || g_get_monotonic_time () > end)
        return too_late (self, error);
    }

  return read_bus (self, 0, NULL, error);
}

static CvrImage *
image_from_sample (GstSample *sample)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  CvrImage *image;
  gsize row;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return NULL;

  image = cvr_image_new ((guint) info.width, (guint) info.height, 3);
  row = (gsize) info.width * 3;
  for (int y = 0; image != NULL && y < info.height; y++)
    memcpy (image->data + (gsize) y * row,
            (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0)
              + (gssize) y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0),
            row);
  gst_video_frame_unmap (&frame);

  return image;
}

/**
 * cvr_pipeline_pull:
 * @milliseconds: to wait for one
 * @position: (nullable): where in the clip it stands, in seconds
 *
 * Returns: (transfer full) (nullable): the next picture; %NULL without @error: none yet
 */
CvrImage *
cvr_pipeline_pull (CvrPipeline *self,
                   guint        milliseconds,
                   double      *position,
                   GError     **error)
{
  const GstClockTime wait = milliseconds * GST_MSECOND;
  g_autoptr (GstSample) sample = NULL;
  CvrImage *image;

  if (!cvr_pipeline_check (self, error))
    return NULL;
  sample = self->state == GST_STATE_PLAYING ? gst_app_sink_try_pull_sample (self->sink, wait)
                                            : gst_app_sink_try_pull_preroll (self->sink, wait);
  if (sample == NULL)
    return NULL;

  if (position != NULL)
    {
      GstClockTime time =
        gst_segment_to_stream_time (gst_sample_get_segment (sample), GST_FORMAT_TIME,
                                    GST_BUFFER_PTS (gst_sample_get_buffer (sample)));

      *position = GST_CLOCK_TIME_IS_VALID (time) ? (double) time / GST_SECOND : 0;
    }
  image = image_from_sample (sample);
  if (image == NULL)
    g_set_error_literal (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_FAILED,
                         _("There is not enough memory for a picture. Close other programs."));

  return image;
}

/**
 * cvr_pipeline_is_over:
 *
 * Returns: whether the last picture has been taken
 */
gboolean
cvr_pipeline_is_over (CvrPipeline *self)
{
  return gst_app_sink_is_eos (self->sink);
}

/**
 * cvr_pipeline_seek:
 * @seconds: from the beginning
 *
 * Returns: whether the clip can be entered there
 */
gboolean
cvr_pipeline_seek (CvrPipeline *self,
                   double       seconds)
{
  return gst_element_seek_simple (self->pipeline, GST_FORMAT_TIME,
                                  GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE,
                                  (gint64) (MAX (seconds, 0) * GST_SECOND));
}

/**
 * cvr_pipeline_describe:
 *
 * Fills in what the pipeline knows without reading on.
 */
void
cvr_pipeline_describe (CvrPipeline *self,
                       CvrClipInfo *info)
{
  g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_TIME);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (self->entry);
  GstVideoInfo video;
  gint64 duration = 0;

  *info = (CvrClipInfo) { 0 };
  if (gst_element_query_duration (self->pipeline, GST_FORMAT_TIME, &duration) && duration > 0)
    info->duration = (double) duration / GST_SECOND;
  if (gst_element_query (self->pipeline, query))
    gst_query_parse_seeking (query, NULL, &info->seekable, NULL, NULL);
  if (caps != NULL && gst_video_info_from_caps (&video, caps) && video.fps_n > 0 && video.fps_d > 0)
    info->frame_rate = (double) video.fps_n / video.fps_d;
}
