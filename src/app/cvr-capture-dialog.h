/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of one class from a camera, or moments of a clip. */
#pragma once

#include "cvr-capture.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_CAPTURE_DIALOG (cvr_capture_dialog_get_type ())
G_DECLARE_FINAL_TYPE (CvrCaptureDialog, cvr_capture_dialog, CVR, CAPTURE_DIALOG, AdwWindow)

/**
 * CvrCaptured:
 *
 * What a camera gave: @images (of CvrImage, as the camera sees: never mirrored) and their @names
 * (of char), oldest first.
 */
typedef struct
{
  GPtrArray *images, *names;
} CvrCaptured;

/* Signals, each at most once, right before it closes: "captured" (CvrCaptured *captured, int label;
 * −1: none), "moments-chosen" (const CvrMoments *moments, int label). What they point to is
 * borrowed. @classes: titles; @label: the class chosen at first, −1: none. */
CvrCaptureDialog  *cvr_capture_dialog_new         (GtkWindow *parent, const char *const *classes,
                                                   gint label) G_GNUC_WARN_UNUSED_RESULT;
/* @description nullable: a GStreamer source; see cvr_camera_find(). */
void               cvr_capture_dialog_open_camera (CvrCaptureDialog *self, const char *description);
void               cvr_capture_dialog_open_file   (CvrCaptureDialog *self, GFile *file);
/* What the clip is; zeros before it is open. */
const CvrClipInfo *cvr_capture_dialog_get_info    (CvrCaptureDialog *self);
GFile             *cvr_capture_dialog_get_file    (CvrCaptureDialog *self); /* borrowed; NULL */
/* As the button's: for keys, and for tests. */
void               cvr_capture_dialog_hold        (CvrCaptureDialog *self, gboolean held);

G_END_DECLS
