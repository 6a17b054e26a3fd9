/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest picture of a camera or a clip, as large as there is room. */
#pragma once

#include "cvr-image.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CVR_TYPE_LIVE_VIEW (cvr_live_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrLiveView, cvr_live_view, CVR, LIVE_VIEW, GtkWidget)

/* @image nullable: RGB; its pixels are shown, not copied. */
void cvr_live_view_set_image    (CvrLiveView *self, CvrImage *image);
/* Left and right change places, as in a mirror: on the screen alone. */
void cvr_live_view_set_mirrored (CvrLiveView *self, gboolean mirrored);

G_END_DECLS
