/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a picture to what a network takes: size, channels, scaling. The model file keeps it. */
#pragma once

#include "cvr-image.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  CVR_RESIZE_FIT,     /* whole picture, padded with its border's mean colour */
  CVR_RESIZE_FILL,    /* centre of the picture, cropped */
  CVR_RESIZE_STRETCH, /* whole picture, proportions lost */
} CvrResizeMode;

typedef enum
{
  CVR_SCALE_UNIT,        /* 0 … 1 */
  CVR_SCALE_STANDARDISE, /* (x/255 − mean) / deviation, per channel */
} CvrScaleMode;

/* Plain value. x = (v / 255 − mean[c]) / deviation[c]; UNIT has mean 0, deviation 1. */
typedef struct
{
  guint         width, height, channels;
  CvrResizeMode resize;
  CvrScaleMode  scale;
  float         mean[3], deviation[3];
} CvrPreprocess;

CvrPreprocess cvr_preprocess_default   (guint                width,
                                        guint                height,
                                        guint                channels);
gboolean      cvr_preprocess_check     (const CvrPreprocess *self,
                                        GError             **error);
/* Pixels at the network's size and channels (transfer full), still 8 bits; NULL without memory. */
CvrImage     *cvr_preprocess_pixels    (const CvrPreprocess *self,
                                        CvrImage            *image) G_GNUC_WARN_UNUSED_RESULT;
/* Where in a picture of @width × @height pixels the network's input lies: left, top, width and
 * height in fractions of the picture's sides; outside 0 … 1 where something is put around the
 * picture. */
void          cvr_preprocess_window    (const CvrPreprocess *self,
                                        guint                width,
                                        guint                height,
                                        double               window[4]);
/* @x [C, H, W] from pixels that already have the size and channels. */
void          cvr_preprocess_floats    (const CvrPreprocess *self,
                                        const CvrImage      *pixels,
                                        float               *x);
/* Back again, clamped, for pictures of what the network sees (transfer full). */
CvrImage     *cvr_preprocess_invert    (const CvrPreprocess *self,
                                        const float         *x) G_GNUC_WARN_UNUSED_RESULT;
JsonNode     *cvr_preprocess_to_json   (const CvrPreprocess *self);
gboolean      cvr_preprocess_from_json (CvrPreprocess       *self,
                                        JsonNode            *node,
                                        GError             **error);
const char   *cvr_resize_name          (CvrResizeMode        mode); /* "fit" … */
gboolean      cvr_resize_parse         (const char          *name,
                                        CvrResizeMode       *mode);

G_END_DECLS
