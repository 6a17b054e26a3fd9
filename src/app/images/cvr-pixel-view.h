/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture as data: its pixels with their numbers, by channel, and how often each level comes. */
#pragma once

#include "cvr-pixel-sheet.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_PIXEL_VIEW (cvr_pixel_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrPixelView, cvr_pixel_view, CVR, PIXEL_VIEW, AdwBin)

GtkWidget      *cvr_pixel_view_new         (void) G_GNUC_WARN_UNUSED_RESULT;
/* @picture nullable; the channel stays. */
void            cvr_pixel_view_set_picture (CvrPixelView *self, CvrImage *picture);
void            cvr_pixel_view_set_channel (CvrPixelView *self, CvrPixelChannel channel);
CvrPixelChannel cvr_pixel_view_get_channel (CvrPixelView *self);
CvrPixelSheet  *cvr_pixel_view_get_sheet   (CvrPixelView *self); /* borrowed */

G_END_DECLS
