/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes wrong with cameras and clips, as sentences that say what to do. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CVR_CAPTURE_ERROR (cvr_capture_error_quark ())

typedef enum
{
  CVR_CAPTURE_ERROR_NO_CAMERA,
  CVR_CAPTURE_ERROR_BUSY,     /* another program has the camera */
  CVR_CAPTURE_ERROR_DENIED,   /* the user or the system said no */
  CVR_CAPTURE_ERROR_CODEC,    /* the clip is of a kind that can't be read here */
  CVR_CAPTURE_ERROR_FILE,     /* can't be read, or is no clip */
  CVR_CAPTURE_ERROR_NO_VIDEO, /* sound alone */
  CVR_CAPTURE_ERROR_PLUGIN,   /* a part of GStreamer is not installed */
  CVR_CAPTURE_ERROR_FAILED,
} CvrCaptureError;

GQuark  cvr_capture_error_quark (void);
/* (transfer full). @gst: what GStreamer said; @codecs: (nullable) (array zero-terminated=1): names
 * of kinds that nothing here reads; @clip: (nullable): the clip's name, %NULL for a camera. */
GError *cvr_capture_error_new   (const GError *gst, const char *const *codecs, const char *clip)
                                 G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
