/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures and painted surfaces as textures, small ones with sharp pixels. */
#pragma once

#include "cvr-image.h"

#include <cairo.h>
#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Any thread. @side > 0: enlarged by a whole number so that the long side comes near it (never
 * over); larger pictures are scaled down to it. 0: as it is. */
GdkTexture *cvr_texture_from_image   (CvrImage        *image,
                                      guint            side) G_GNUC_WARN_UNUSED_RESULT;
/* ARGB32 or RGB24 surface; @surface stays the caller's. */
GdkTexture *cvr_texture_from_surface (cairo_surface_t *surface) G_GNUC_WARN_UNUSED_RESULT;
/* Whole number ≥ 1 by which something of @size pixels fits @side. */
guint       cvr_texture_scale        (guint            size,
                                      guint            side);

G_END_DECLS
