/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One GStreamer pipeline that ends in upright RGB pictures; for the files of this folder. */
#pragma once

#include "cvr-clip.h"

#include <gst/app/app.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* Long side of what comes out, in pixels: that of every picture in a project. */
enum { CVR_PIPELINE_MAX_SIDE = 1024 };

/**
 * CvrPipeline:
 *
 * One working thread, never the main thread: every call may wait for a device or a file.
 */
typedef struct
{
  GstElement *pipeline;
  GstAppSink *sink;
  GstPad     *entry;   /* where decoded pictures come in, before they are scaled */
  GstBus     *bus;
  char       *clip;    /* display name; NULL: a camera */
  GPtrArray  *codecs;  /* char *: what the pipeline says is missing */
  GstState    state;   /* asked for last */
} CvrPipeline;

/* @source: what comes before the first "!" of a pipeline description. */
CvrPipeline *cvr_pipeline_new_camera (const char *source, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @in_time: pictures come when they are due; otherwise as fast as they are taken. */
CvrPipeline *cvr_pipeline_new_clip   (GFile *file, gboolean in_time,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void         cvr_pipeline_free       (CvrPipeline *self);
/* Without waiting for it. */
void         cvr_pipeline_begin      (CvrPipeline *self, GstState state);
/* Waits until it is there, at most @seconds. */
gboolean     cvr_pipeline_set_state  (CvrPipeline *self, GstState state, guint seconds,
                                      GCancellable *cancellable, GError **error);
/* Never waits. FALSE: something went wrong meanwhile. */
gboolean     cvr_pipeline_check      (CvrPipeline *self, GError **error);
/* The next picture within @milliseconds and its place in seconds; NULL without an error: none
 * yet. */
CvrImage    *cvr_pipeline_pull       (CvrPipeline *self, guint milliseconds, double *position,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     cvr_pipeline_is_over    (CvrPipeline *self);
/* Exact, dropping what was on its way. */
gboolean     cvr_pipeline_seek       (CvrPipeline *self, double seconds);
/* After it has reached GST_STATE_PAUSED. A length of 0: it doesn't know. */
void         cvr_pipeline_describe   (CvrPipeline *self, CvrClipInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrPipeline, cvr_pipeline_free)

G_END_DECLS
