/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live pictures of a camera or a clip, for the main thread. */
#include "cvr-capture.h"

#include "cvr-camera.h"
#include "cvr-pipeline.h"

#include <glib/gstdio.h>

enum
{
  PATIENCE = 15,                            /* s until the first picture */
  GLANCE = 40,                              /* ms between two looks at what is wanted */
  BELOW_REDRAW = G_PRIORITY_HIGH_IDLE + 30, /* pictures don't keep the window from painting */
};

/* How long a place in a clip may take to be shown before another one is asked for. */
static const gint64 seek_time = G_USEC_PER_SEC;

/* What the working thread and the main thread share, one for each thing that is opened: counted,
 * so that neither waits for the other at the end. */
typedef struct
{
  gatomicrefcount n_refs;
  GMainContext   *context;
  GCancellable   *quit;
  char           *description;
  GFile          *file;         /* NULL: a camera */
  GThread        *thread;       /* main thread */
  CvrCapture     *owner;        /* main thread; weak, NULL once it looks at something else */

  GMutex          lock;
  GCond           wanted;
  gboolean        paused;       /* what the main thread wants */
  double          seek;         /* s; < 0: nothing */
  gboolean        awake;        /* the main thread has been told */
  CvrCaptureState state;        /* what there is */
  gboolean        finished;     /* the working thread touches nothing any more */
  GError         *error;
  CvrImage       *frame;        /* newer than what the main thread has; NULL: none */
  double          position;
  CvrClipInfo     info;
} Core;

struct _CvrCapture
{
  GObject          parent_instance;
  Core            *core;        /* NULL: closed */
  gboolean         paused;
  CvrCaptureState  state;
  GError          *error;
  CvrImage        *frame;
  double           position;
  CvrClipInfo      info;
};

G_DEFINE_FINAL_TYPE (CvrCapture, cvr_capture, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_FRAME,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static Core *
core_ref (Core *self)
{
  g_atomic_ref_count_inc (&self->n_refs);

  return self;
}

static void
core_unref (gpointer data)
{
  Core *self = data;

  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  g_main_context_unref (self->context);
  g_object_unref (self->quit);
  g_clear_object (&self->file);
  g_free (self->description);
  g_clear_error (&self->error);
  g_clear_pointer (&self->frame, cvr_image_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wanted);
  g_free (self);
}

/* Main thread: what the working thread has left. */

static gboolean
news_cb (gpointer data)
{
  Core *core = data;
  CvrCapture *owner = core->owner;
  g_autoptr (CvrImage) frame = NULL;
  g_autoptr (CvrCapture) held = owner != NULL ? g_object_ref (owner) : NULL;
  CvrCaptureState before = owner != NULL ? owner->state : CVR_CAPTURE_CLOSED;
  gboolean finished;

  g_mutex_lock (&core->lock);
  core->awake = FALSE;
  finished = core->finished;
  frame = g_steal_pointer (&core->frame);
  if (owner != NULL)
    {
      owner->state = core->state;
      owner->info = core->info;
      if (frame != NULL)
        owner->position = core->position;
      if (core->error != NULL && owner->error == NULL)
        owner->error = g_error_copy (core->error);
    }
  g_mutex_unlock (&core->lock);

  if (finished && core->thread != NULL)
    g_thread_join (g_steal_pointer (&core->thread)); /* It is at its last line. */
  if (owner != NULL && frame != NULL)
    {
      g_clear_pointer (&owner->frame, cvr_image_unref);
      owner->frame = g_steal_pointer (&frame);
      g_signal_emit (owner, signals[SIGNAL_FRAME], 0);
    }
  if (owner != NULL && owner->core == core && owner->state != before)
    g_signal_emit (owner, signals[SIGNAL_CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/* Working thread, locked. */
static void
wake (Core *core)
{
  g_autoptr (GSource) source = NULL;

  if (core->awake)
    return;
  core->awake = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, BELOW_REDRAW);
  g_source_set_callback (source, news_cb, core_ref (core), core_unref);
  g_source_attach (source, core->context);
}

static void
say_state (Core           *core,
           CvrCaptureState state)
{
  g_mutex_lock (&core->lock);
  if (core->state != state)
    {
      core->state = state;
      wake (core);
    }
  g_mutex_unlock (&core->lock);
}

static void
publish (Core     *core,
         CvrImage *image,
         double    position)
{
  g_mutex_lock (&core->lock);
  g_clear_pointer (&core->frame, cvr_image_unref);
  core->frame = image;
  core->position = position;
  core->state = CVR_CAPTURE_LIVE;
  wake (core);
  g_mutex_unlock (&core->lock);
}

/* What the main thread wants is brought about. *asked: when the place was asked for that has not
 * been shown yet, in µs; 0: none. */
static void
follow_wants (Core        *core,
              CvrPipeline *pipeline,
              gint64      *asked)
{
  GstState state;
  double seek = -1;

  g_mutex_lock (&core->lock);
  state = core->paused ? GST_STATE_PAUSED : GST_STATE_PLAYING;
  if (core->seek >= 0 && (*asked == 0 || g_get_monotonic_time () - *asked > seek_time))
    {
      seek = core->seek;
      core->seek = -1;
    }
  g_mutex_unlock (&core->lock);

  if (pipeline->state != state)
    cvr_pipeline_begin (pipeline, state);
  if (seek >= 0 && cvr_pipeline_seek (pipeline, seek))
    *asked = g_get_monotonic_time ();
}

/* Nothing comes any more: the processor rests until something is wanted. */
static void
rest (Core *core)
{
  const gint64 end = g_get_monotonic_time () + GLANCE * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&core->lock);
  if (core->seek < 0 && !g_cancellable_is_cancelled (core->quit))
    g_cond_wait_until (&core->wanted, &core->lock, end);
  g_mutex_unlock (&core->lock);
}

static void
run (Core         *core,
     CvrPipeline  *pipeline,
     GError      **error)
{
  g_autoptr (GError) problem = NULL;
  gint64 asked = 0;

  while (problem == NULL && !g_cancellable_is_cancelled (core->quit))
    {
      CvrImage *image;
      double position = 0;

      follow_wants (core, pipeline, &asked);
      image = cvr_pipeline_pull (pipeline, GLANCE, &position, &problem);
      if (image != NULL)
        {
          asked = 0;
          publish (core, image, position);
        }
      else if (problem == NULL && cvr_pipeline_is_over (pipeline))
        {
          say_state (core, CVR_CAPTURE_OVER);
          rest (core);
        }
    }
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
}

static void
run_camera (Core    *core,
            GError **error)
{
  g_autoptr (CvrPipeline) pipeline = NULL;
  g_autofree char *source = NULL;
  int fd = -1;

  source = cvr_camera_find (core->description, &fd, core->quit, error);
  if (source != NULL)
    pipeline = cvr_pipeline_new_camera (source, error);
  if (pipeline != NULL
      && cvr_pipeline_set_state (pipeline, GST_STATE_PLAYING, PATIENCE, core->quit, error))
    run (core, pipeline, error);
  g_clear_pointer (&pipeline, cvr_pipeline_free);
  if (fd >= 0)
    g_close (fd, NULL);
}

static void
run_file (Core    *core,
          GError **error)
{
  g_autoptr (CvrPipeline) pipeline = NULL;
  CvrClipInfo info;

  if (!cvr_clip_read_info (core->file, &info, core->quit, error))
    return;
  pipeline = cvr_pipeline_new_clip (core->file, TRUE, error);
  if (pipeline == NULL
      || !cvr_pipeline_set_state (pipeline, GST_STATE_PAUSED, PATIENCE, core->quit, error))
    return;
  g_mutex_lock (&core->lock);
  core->info = info;
  g_mutex_unlock (&core->lock);
  run (core, pipeline, error);
}

static gpointer
thread_func (gpointer data)
{
  Core *core = data;
  GError *error = NULL;

  if (core->file != NULL)
    run_file (core, &error);
  else
    run_camera (core, &error);

  g_mutex_lock (&core->lock);
  core->state = error != NULL && !g_cancellable_is_cancelled (core->quit) ? CVR_CAPTURE_FAILED
                                                                          : CVR_CAPTURE_CLOSED;
  core->error = error;
  core->finished = TRUE;
  core->awake = FALSE; /* The thread has to be joined, whatever was told before. */
  wake (core);
  g_mutex_unlock (&core->lock);
  core_unref (core);

  return NULL;
}

/* The object */

static void
let_go (CvrCapture *self)
{
  Core *core = g_steal_pointer (&self->core);

  if (core == NULL)
    return;
  core->owner = NULL;
  g_cancellable_cancel (core->quit);
  g_cond_signal (&core->wanted);
  core_unref (core);
}

static void
cvr_capture_dispose (GObject *object)
{
  CvrCapture *self = CVR_CAPTURE (object);

  let_go (self);
  g_clear_pointer (&self->frame, cvr_image_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (cvr_capture_parent_class)->dispose (object);
}

static void
cvr_capture_class_init (CvrCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_capture_dispose;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", CVR_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FRAME] = g_signal_new ("frame", CVR_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
cvr_capture_init (CvrCapture *self)
{
  self->state = CVR_CAPTURE_CLOSED;
}

/**
 * cvr_capture_new:
 *
 * Returns: (transfer full): one that is closed
 */
CvrCapture *
cvr_capture_new (void)
{
  return g_object_new (CVR_TYPE_CAPTURE, NULL);
}

static void
open_source (CvrCapture *self,
             const char *description,
             GFile      *file)
{
  Core *core = g_new0 (Core, 1);

  let_go (self);
  g_clear_pointer (&self->frame, cvr_image_unref);
  g_clear_error (&self->error);
  self->info = (CvrClipInfo) { 0 };
  self->position = 0;
  self->paused = file != NULL;
  self->state = CVR_CAPTURE_OPENING;

  g_atomic_ref_count_init (&core->n_refs);
  core->context = g_main_context_ref_thread_default ();
  core->quit = g_cancellable_new ();
  core->description = g_strdup (description);
  core->file = file != NULL ? g_object_ref (file) : NULL;
  core->paused = self->paused;
  core->seek = -1;
  core->state = CVR_CAPTURE_OPENING;
  core->owner = self;
  g_mutex_init (&core->lock);
  g_cond_init (&core->wanted);
  self->core = core;
  core->thread = g_thread_new ("capture", thread_func, core_ref (core));

  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * cvr_capture_open_camera:
 * @description: (nullable): a GStreamer source from the settings
 */
void
cvr_capture_open_camera (CvrCapture *self,
                         const char *description)
{
  g_return_if_fail (CVR_IS_CAPTURE (self));

  open_source (self, description, NULL);
}

/**
 * cvr_capture_open_file:
 * @file: a video
 */
void
cvr_capture_open_file (CvrCapture *self,
                       GFile      *file)
{
  g_return_if_fail (CVR_IS_CAPTURE (self));
  g_return_if_fail (G_IS_FILE (file));

  open_source (self, NULL, file);
}

/**
 * cvr_capture_close:
 *
 * The device is let go soon; the last picture stays.
 */
void
cvr_capture_close (CvrCapture *self)
{
  g_return_if_fail (CVR_IS_CAPTURE (self));

  if (self->core == NULL)
    return;
  g_cancellable_cancel (self->core->quit);
  g_cond_signal (&self->core->wanted);
}

/**
 * cvr_capture_set_paused:
 * @paused: the picture stands still; a camera's light may stay on
 */
void
cvr_capture_set_paused (CvrCapture *self,
                        gboolean    paused)
{
  g_return_if_fail (CVR_IS_CAPTURE (self));

  self->paused = paused;
  if (self->core == NULL)
    return;
  g_mutex_lock (&self->core->lock);
  self->core->paused = paused;
  g_cond_signal (&self->core->wanted);
  g_mutex_unlock (&self->core->lock);
}

/**
 * cvr_capture_get_paused:
 *
 * Returns: what was asked for last
 */
gboolean
cvr_capture_get_paused (CvrCapture *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE (self), FALSE);

  return self->paused;
}

/**
 * cvr_capture_seek:
 * @seconds: from the clip's beginning
 */
void
cvr_capture_seek (CvrCapture *self,
                  double      seconds)
{
  g_return_if_fail (CVR_IS_CAPTURE (self));

  if (self->core == NULL || self->core->file == NULL)
    return;
  g_mutex_lock (&self->core->lock);
  self->core->seek = MAX (seconds, 0);
  g_cond_signal (&self->core->wanted);
  g_mutex_unlock (&self->core->lock);
}

/**
 * cvr_capture_get_state:
 *
 * Returns: what the working thread said last
 */
CvrCaptureState
cvr_capture_get_state (CvrCapture *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE (self), CVR_CAPTURE_CLOSED);

  return self->state;
}

/**
 * cvr_capture_get_error:
 *
 * Returns: (transfer none) (nullable): why it failed, as a sentence for the user
 */
const GError *
cvr_capture_get_error (CvrCapture *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE (self), NULL);

  return self->error;
}

/**
 * cvr_capture_get_frame:
 *
 * Returns: (transfer none) (nullable): the newest picture; shared, so it must not be changed
 */
CvrImage *
cvr_capture_get_frame (CvrCapture *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE (self), NULL);

  return self->frame;
}

/**
 * cvr_capture_get_position:
 *
 * Returns: where in the clip the newest picture stands, in seconds
 */
double
cvr_capture_get_position (CvrCapture *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE (self), 0);

  return self->position;
}

/**
 * cvr_capture_get_info:
 *
 * Returns: (transfer none): length and frame rate of a clip, zeros before it is open
 */
const CvrClipInfo *
cvr_capture_get_info (CvrCapture *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE (self), NULL);

  return &self->info;
}
