/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pixels of a picture, one of their channels, and their numbers where there is room. */
#pragma once

#include "cvr-pixel-channel.h"
#include "cvr-zoom-view.h"

G_BEGIN_DECLS

#define CVR_TYPE_PIXEL_SHEET (cvr_pixel_sheet_get_type ())
G_DECLARE_FINAL_TYPE (CvrPixelSheet, cvr_pixel_sheet, CVR, PIXEL_SHEET, CvrZoomView)

/* Signal "pointed": another pixel is pointed at, by the pointer or the arrow keys (Shift: ten at
 * once). At first it is the one in the middle; the wheel, + and − zoom to it. */
void     cvr_pixel_sheet_set_picture (CvrPixelSheet *self, CvrImage *picture);
void     cvr_pixel_sheet_set_channel (CvrPixelSheet *self, CvrPixelChannel channel);
/* FALSE without a picture. */
gboolean cvr_pixel_sheet_get_pixel   (CvrPixelSheet *self, guint *column, guint *row);
void     cvr_pixel_sheet_point       (CvrPixelSheet *self, guint column, guint row);

G_END_DECLS
