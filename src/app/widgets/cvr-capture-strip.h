/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that have just been captured, the last one first; a click removes one. */
#pragma once

#include "cvr-image.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_CAPTURE_STRIP (cvr_capture_strip_get_type ())
G_DECLARE_FINAL_TYPE (CvrCaptureStrip, cvr_capture_strip, CVR, CAPTURE_STRIP, AdwBin)

/* Signal "changed": the number. */
/* Takes a reference; FALSE where no more fit in memory. */
gboolean  cvr_capture_strip_add     (CvrCaptureStrip *self, CvrImage *image, const char *name);
guint     cvr_capture_strip_count   (CvrCaptureStrip *self);
gboolean  cvr_capture_strip_is_full (CvrCaptureStrip *self);
/* Of @k, oldest first; borrowed. */
CvrImage   *cvr_capture_strip_image (CvrCaptureStrip *self, guint k);
const char *cvr_capture_strip_name  (CvrCaptureStrip *self, guint k);

G_END_DECLS
