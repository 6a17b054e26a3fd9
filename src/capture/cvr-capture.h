/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live pictures of a camera or a clip, for the main thread. */
#pragma once

#include "cvr-clip.h"

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  CVR_CAPTURE_CLOSED,
  CVR_CAPTURE_OPENING,
  CVR_CAPTURE_LIVE,
  CVR_CAPTURE_OVER,    /* the clip is at its end, or the source has no more */
  CVR_CAPTURE_FAILED,
} CvrCaptureState;

#define CVR_TYPE_CAPTURE (cvr_capture_get_type ())
G_DECLARE_FINAL_TYPE (CvrCapture, cvr_capture, CVR, CAPTURE, GObject)

/* Main thread throughout; nothing here waits: devices and files are opened, read and closed on a
 * thread of their own, which ends soon after the object does. At most 1,024 pixels on the long
 * side, upright. Signals: "changed" (state), "frame" (a newer picture is there; when they come
 * faster than the main thread looks, only the newest counts). */
CvrCapture        *cvr_capture_new          (void) G_GNUC_WARN_UNUSED_RESULT;
/* @description nullable: a GStreamer source; see cvr_camera_find(). What was open is closed. */
void               cvr_capture_open_camera  (CvrCapture *self, const char *description);
/* Stands paused at its first picture. */
void               cvr_capture_open_file    (CvrCapture *self, GFile *file);
/* CVR_CAPTURE_CLOSED follows when the device has been let go. */
void               cvr_capture_close        (CvrCapture *self);
void               cvr_capture_set_paused   (CvrCapture *self, gboolean paused);
gboolean           cvr_capture_get_paused   (CvrCapture *self);
/* A clip only; when asked faster than the clip can follow, only the last counts. */
void               cvr_capture_seek         (CvrCapture *self, double seconds);
CvrCaptureState    cvr_capture_get_state    (CvrCapture *self);
const GError      *cvr_capture_get_error    (CvrCapture *self); /* NULL unless failed */
/* Borrowed; NULL before the first. */
CvrImage          *cvr_capture_get_frame    (CvrCapture *self);
double             cvr_capture_get_position (CvrCapture *self); /* s */
const CvrClipInfo *cvr_capture_get_info     (CvrCapture *self); /* zeros for a camera */

G_END_DECLS
