/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A video file: what it is, and pictures from it at chosen moments. */
#include "cvr-clip.h"

#include "cvr-capture-error.h"
#include "cvr-pipeline.h"

#include <glib/gi18n-lib.h>

enum
{
  PATIENCE = 20,    /* s without a picture at the beginning */
  GLANCE = 50,      /* ms between two looks at the cancel button */
  QUICK_START = 2,  /* s: reading on to an early beginning is no slower than jumping there */
};

/* Shared with the pipeline's thread, which sees each decoded picture before it is scaled: what
 * nobody asked for goes no further. Times in seconds. */
typedef struct
{
  GMutex            lock;
  const CvrMoments *moments;   /* NULL: none is wanted, only the end */
  double            frame;     /* how long a picture is shown that doesn't say so */
  guint             n, next;   /* moments, and the first one not yet passed */
  gboolean          armed;     /* before: everything passes */
  GQueue            chosen;    /* of k, in the order in which they come out */
  double            last_end;  /* of the latest picture */
} Gate;

/* The place of a picture in the clip; < 0: it doesn't say. */
static double
place_of (GstPad    *pad,
          GstBuffer *buffer)
{
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;
  GstClockTime time;

  if (event == NULL || !GST_BUFFER_PTS_IS_VALID (buffer))
    return -1;
  gst_event_parse_segment (event, &segment);
  time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));

  return GST_CLOCK_TIME_IS_VALID (time) ? (double) time / GST_SECOND : -1;
}

/* Whether the picture shown from @from to @to is one of the moments'; passes all that it covers. */
static gboolean
choose (Gate  *gate,
        double from,
        double to)
{
  guint first = gate->next;

  while (gate->next < gate->n && cvr_moments_at (gate->moments, gate->next) < to - 1e-4)
    gate->next++;
  if (gate->next == first)
    return FALSE;
  g_queue_push_tail (&gate->chosen, GUINT_TO_POINTER (first));

  return TRUE;
}

static GstPadProbeReturn
gate_cb (GstPad          *pad,
         GstPadProbeInfo *info,
         gpointer         data)
{
  Gate *gate = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  double from = place_of (pad, buffer), to;
  gboolean pass;

  g_mutex_lock (&gate->lock);
  to = from
       + (GST_BUFFER_DURATION_IS_VALID (buffer) && GST_BUFFER_DURATION (buffer) > 0
            ? (double) GST_BUFFER_DURATION (buffer) / GST_SECOND
            : gate->frame);
  if (from >= 0)
    gate->last_end = MAX (gate->last_end, to);
  if (!gate->armed)
    pass = TRUE;
  else
    pass = gate->moments != NULL && from >= 0 && choose (gate, from, to);
  g_mutex_unlock (&gate->lock);

  return pass ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static void
gate_init (Gate              *gate,
           const CvrMoments  *moments,
           const CvrClipInfo *info,
           gboolean           armed)
{
  *gate = (Gate) { .moments = moments, .armed = armed };
  g_mutex_init (&gate->lock);
  g_queue_init (&gate->chosen);
  gate->frame = info->frame_rate > 0 ? 1 / info->frame_rate : 0.04;
  gate->n = moments != NULL ? cvr_moments_count (moments) : 0;
}

static void
gate_clear (Gate *gate)
{
  g_mutex_clear (&gate->lock);
  g_queue_clear (&gate->chosen);
}

/* For a pipeline that goes on with the gate: the next picture or NULL, as cvr_pipeline_pull();
 * an error too when it was cancelled or nothing has moved for long. @moved: when something did,
 * in µs. */
static CvrImage *
pull_watched (CvrPipeline  *pipeline,
              Gate         *gate,
              double       *reached,
              gint64       *moved,
              GCancellable *cancellable,
              GError      **error)
{
  double last_end;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  g_mutex_lock (&gate->lock);
  last_end = gate->last_end;
  g_mutex_unlock (&gate->lock);
  if (last_end != *reached)
    {
      *reached = last_end;
      *moved = g_get_monotonic_time ();
    }
  else if (g_get_monotonic_time () - *moved > PATIENCE * G_USEC_PER_SEC)
    {
      g_set_error (error, CVR_CAPTURE_ERROR, CVR_CAPTURE_ERROR_NO_VIDEO,
                   _("“%s” gives no picture any more after %.1f seconds. Convert it to WebM and "
                     "try again."),
                   pipeline->clip, last_end);
      return NULL;
    }

  return cvr_pipeline_pull (pipeline, GLANCE, NULL, error);
}

/* Everything from second @start on is decoded and nothing kept: how long it was is known at the
 * end. A clip that is cut off is as long as what can be seen of it. */
static gboolean
run_through (GFile        *file,
             double        start,
             CvrClipInfo  *info,
             GCancellable *cancellable,
             GError      **error)
{
  g_autoptr (CvrPipeline) pipeline = cvr_pipeline_new_clip (file, FALSE, error);
  g_autoptr (GError) problem = NULL;
  gint64 moved = g_get_monotonic_time ();
  double reached = 0;
  Gate gate;

  if (pipeline == NULL
      || (start > 0
          && (!cvr_pipeline_set_state (pipeline, GST_STATE_PAUSED, PATIENCE, cancellable, error)
              || !cvr_pipeline_seek (pipeline, start))))
    return FALSE;
  gate_init (&gate, NULL, info, TRUE);
  gst_pad_add_probe (pipeline->entry, GST_PAD_PROBE_TYPE_BUFFER, gate_cb, &gate, NULL);
  cvr_pipeline_begin (pipeline, GST_STATE_PLAYING);
  while (problem == NULL && !cvr_pipeline_is_over (pipeline))
    {
      g_autoptr (CvrImage) none =
        pull_watched (pipeline, &gate, &reached, &moved, cancellable, &problem);
    }

  if (problem == NULL) /* An error ends it too. */
    cvr_pipeline_check (pipeline, &problem);
  cvr_pipeline_begin (pipeline, GST_STATE_NULL); /* From here on nobody knocks. */
  info->duration = gate.last_end;
  gate_clear (&gate);
  if (problem != NULL
      && (info->duration <= 0 || g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }

  return TRUE;
}

/* Some containers that don't know their length name the end of what they have read so far, and a
 * clip that is cut off the length it once had: played from just before that end, they end
 * elsewhere. One that can't be entered there can't be asked. */
static gboolean
length_is_firm (GFile             *file,
                const CvrClipInfo *info,
                GCancellable      *cancellable)
{
  const double frame = info->frame_rate > 0 ? 1 / info->frame_rate : 0.1;
  CvrClipInfo again = *info;

  if (info->duration <= 0 || !info->seekable
      || !run_through (file, MAX (info->duration - 1.5 * frame, 0), &again, cancellable, NULL))
    return FALSE;

  return ABS (again.duration - info->duration) < 1.5 * frame;
}

/**
 * cvr_clip_read_info:
 * @file: a video
 * @info: (out): filled in on success
 *
 * Blocks, for as long as reading the whole clip takes where it doesn't say its length.
 *
 * Returns: whether it can be read
 */
gboolean
cvr_clip_read_info (GFile        *file,
                    CvrClipInfo  *info,
                    GCancellable *cancellable,
                    GError      **error)
{
  g_autoptr (CvrPipeline) pipeline = NULL;

  g_return_val_if_fail (G_IS_FILE (file) && info != NULL, FALSE);

  pipeline = cvr_pipeline_new_clip (file, FALSE, error);
  if (pipeline == NULL
      || !cvr_pipeline_set_state (pipeline, GST_STATE_PAUSED, PATIENCE, cancellable, error))
    return FALSE;
  cvr_pipeline_describe (pipeline, info);
  g_clear_pointer (&pipeline, cvr_pipeline_free);

  return length_is_firm (file, info, cancellable) ||
         run_through (file, 0, info, cancellable, error);
}

/* (transfer full) (nullable): a pipeline behind @gate that is about to play, at the first moment
 * or before. */
static CvrPipeline *
start_sampling (GFile             *file,
                const CvrClipInfo *info,
                Gate              *gate,
                GCancellable      *cancellable,
                GError           **error)
{
  g_autoptr (CvrPipeline) pipeline = cvr_pipeline_new_clip (file, FALSE, error);

  if (pipeline == NULL)
    return NULL;
  gst_pad_add_probe (pipeline->entry, GST_PAD_PROBE_TYPE_BUFFER, gate_cb, gate, NULL);
  if (!gate->armed)
    {
      if (!cvr_pipeline_set_state (pipeline, GST_STATE_PAUSED, PATIENCE, cancellable, error))
        return NULL;
      g_mutex_lock (&gate->lock);
      gate->armed = TRUE;
      g_mutex_unlock (&gate->lock);
      if (!cvr_pipeline_seek (pipeline, gate->moments->start))
        {
          g_clear_pointer (&pipeline, cvr_pipeline_free);
          return start_sampling (file, info, gate, cancellable, error);
        }
    }

  return g_steal_pointer (&pipeline);
}

/* TRUE: all that was wanted has come by. */
static gboolean
is_done (Gate *gate)
{
  gboolean done;

  g_mutex_lock (&gate->lock);
  done = gate->next == gate->n && g_queue_is_empty (&gate->chosen);
  g_mutex_unlock (&gate->lock);

  return done;
}

static double
next_moment (Gate *gate)
{
  guint k;

  g_mutex_lock (&gate->lock);
  k = GPOINTER_TO_UINT (g_queue_pop_head (&gate->chosen));
  g_mutex_unlock (&gate->lock);

  return cvr_moments_at (gate->moments, k);
}

/**
 * cvr_clip_sample:
 * @info: as cvr_clip_read_info() filled it in
 * @moments: which pictures
 * @take: is called on this thread
 * @n_taken: (out) (optional): how many it was given
 *
 * Returns: %FALSE on errors and when cancelled; what @take was given before stays its own
 */
gboolean
cvr_clip_sample (GFile             *file,
                 const CvrClipInfo *info,
                 const CvrMoments  *moments,
                 CvrClipTake        take,
                 gpointer           data,
                 guint             *n_taken,
                 GCancellable      *cancellable,
                 GError           **error)
{
  g_autoptr (CvrPipeline) pipeline = NULL;
  g_autoptr (GError) problem = NULL;
  gint64 moved = g_get_monotonic_time ();
  double reached = 0;
  gboolean go_on = TRUE;
  guint n = 0;
  Gate gate;

  g_return_val_if_fail (G_IS_FILE (file) && info != NULL && moments != NULL, FALSE);

  gate_init (&gate, moments, info, !info->seekable || moments->start < QUICK_START);
  pipeline = start_sampling (file, info, &gate, cancellable, &problem);
  if (pipeline != NULL)
    cvr_pipeline_begin (pipeline, GST_STATE_PLAYING);
  while (problem == NULL && go_on && !is_done (&gate) && !cvr_pipeline_is_over (pipeline))
    {
      g_autoptr (CvrImage) image =
        pull_watched (pipeline, &gate, &reached, &moved, cancellable, &problem);
      g_autofree char *name = NULL;

      if (image == NULL)
        continue;
      name = cvr_moments_name (pipeline->clip, next_moment (&gate));
      go_on = take (image, name, n++, data);
      moved = g_get_monotonic_time ();
    }

  if (problem == NULL)
    cvr_pipeline_check (pipeline, &problem); /* An error ends it too. */
  g_clear_pointer (&pipeline, cvr_pipeline_free); /* Before the gate, on which its thread waits. */
  gate_clear (&gate);
  if (n_taken != NULL)
    *n_taken = n;
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }

  return TRUE;
}
