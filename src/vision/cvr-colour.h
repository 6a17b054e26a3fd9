/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours as other numbers than red, green and blue, for a pixel and for a whole picture. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

/**
 * CvrColourSpace:
 * @CVR_COLOUR_RGB: red, green, blue, 0 … 255
 * @CVR_COLOUR_HSV: hue 0 … 360 degrees (0 for greys), saturation and value 0 … 1 (A. R. Smith,
 *   "Color Gamut Transform Pairs", SIGGRAPH 1978)
 * @CVR_COLOUR_CMYK: cyan, magenta, yellow, black, 0 … 1, without ink profiles: black is what all
 *   three have in common
 * @CVR_COLOUR_YCBCR: brightness, blue and red difference, 0 … 255 (ITU-R T.871, as in JPEG files)
 * @CVR_COLOUR_GREY: brightness of ITU-R BT.601, 0 … 255
 */
typedef enum
{
  CVR_COLOUR_RGB,
  CVR_COLOUR_HSV,
  CVR_COLOUR_CMYK,
  CVR_COLOUR_YCBCR,
  CVR_COLOUR_GREY,
  CVR_N_COLOUR_SPACES,
} CvrColourSpace;

enum { CVR_COLOUR_MAX_CHANNELS = 4 };

const char *cvr_colour_name         (CvrColourSpace space); /* "rgb" … never translated */
guint       cvr_colour_n_channels   (CvrColourSpace space);
/* "Hue"; translated. */
const char *cvr_colour_channel_name (CvrColourSpace space, guint channel);
/* The largest value a channel has; the smallest is 0. */
float       cvr_colour_top          (CvrColourSpace space, guint channel);
/* As people read it: whole degrees, percent, or 0 … 255. */
guint       cvr_colour_shown        (CvrColourSpace space, guint channel, float value);
/* "°", "%" or "". */
const char *cvr_colour_unit         (CvrColourSpace space, guint channel);
/* One pixel. @values: cvr_colour_n_channels() of them. */
void        cvr_colour_from_rgb     (CvrColourSpace space, const guint8 *rgb, float *values);
void        cvr_colour_to_rgb       (CvrColourSpace space, const float *values, guint8 *rgb);
/* (transfer full): [channels, H, W]; grey pictures count as RGB. NULL without memory. */
float      *cvr_colour_planes       (const CvrImage *image, CvrColourSpace space)
                                     G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): back from those; RGB. NULL without memory. */
CvrImage   *cvr_colour_image        (const float *planes, guint width, guint height,
                                     CvrColourSpace space) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): one channel as a grey picture, its largest value white. NULL without memory. */
CvrImage   *cvr_colour_channel      (const CvrImage *image, CvrColourSpace space, guint channel)
                                     G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
