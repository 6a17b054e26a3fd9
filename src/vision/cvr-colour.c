/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours as other numbers than red, green and blue. */
#include "cvr-colour.h"

#include "cvr-size.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef enum { LEVEL, SHARE, DEGREES } Unit;

typedef struct
{
  const char *name;
  guint       n_channels;
  const char *channels[CVR_COLOUR_MAX_CHANNELS];
  Unit        units[CVR_COLOUR_MAX_CHANNELS];
} Space;

static const Space spaces[CVR_N_COLOUR_SPACES] = {
  [CVR_COLOUR_RGB] = { "rgb", 3, { N_("Red"), N_("Green"), N_("Blue") }, { LEVEL, LEVEL, LEVEL } },
  [CVR_COLOUR_HSV] = { "hsv",
                       3,
                       { N_("Hue"), N_("Saturation"), N_("Value") },
                       { DEGREES, SHARE, SHARE } },
  [CVR_COLOUR_CMYK] = { "cmyk",
                        4,
                        { N_("Cyan"), N_("Magenta"), N_("Yellow"), N_("Black") },
                        { SHARE, SHARE, SHARE, SHARE } },
  [CVR_COLOUR_YCBCR] = { "ycbcr",
                         3,
                         { N_("Brightness"), N_("Blue difference"), N_("Red difference") },
                         { LEVEL, LEVEL, LEVEL } },
  [CVR_COLOUR_GREY] = { "grey", 1, { N_("Brightness") }, { LEVEL } },
};

static const float tops[] = { [LEVEL] = 255, [SHARE] = 1, [DEGREES] = 360 };

const char *
cvr_colour_name (CvrColourSpace space)
{
  g_return_val_if_fail ((guint) space < CVR_N_COLOUR_SPACES, NULL);

  return spaces[space].name;
}

guint
cvr_colour_n_channels (CvrColourSpace space)
{
  g_return_val_if_fail ((guint) space < CVR_N_COLOUR_SPACES, 0);

  return spaces[space].n_channels;
}

const char *
cvr_colour_channel_name (CvrColourSpace space,
                         guint          channel)
{
  g_return_val_if_fail (channel < cvr_colour_n_channels (space), NULL);

  return _(spaces[space].channels[channel]);
}

float
cvr_colour_top (CvrColourSpace space,
                guint          channel)
{
  g_return_val_if_fail (channel < cvr_colour_n_channels (space), 0);

  return tops[spaces[space].units[channel]];
}

guint
cvr_colour_shown (CvrColourSpace space,
                  guint          channel,
                  float          value)
{
  float top = cvr_colour_top (space, channel);
  float clamped = CLAMP (value, 0.0f, top);
  guint shown = (guint) lroundf (top == tops[SHARE] ? 100.0f * clamped : clamped);

  return top == tops[DEGREES] ? shown % 360 : shown;
}

const char *
cvr_colour_unit (CvrColourSpace space,
                 guint          channel)
{
  g_return_val_if_fail (channel < cvr_colour_n_channels (space), NULL);

  switch (spaces[space].units[channel])
    {
    case DEGREES:
      return "°";
    case SHARE:
      return "%";
    case LEVEL:
    default:
      return "";
    }
}

static float
brightness (const guint8 *rgb)
{
  return 0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2];
}

static void
hsv_from_rgb (const guint8 *rgb,
              float        *hsv)
{
  float r = rgb[0], g = rgb[1], b = rgb[2];
  float high = MAX (r, MAX (g, b));
  float span = high - MIN (r, MIN (g, b));
  float sector = 0;

  if (span > 0 && high == r)
    sector = (g - b) / span + (g < b ? 6.0f : 0.0f);
  else if (span > 0 && high == g)
    sector = (b - r) / span + 2;
  else if (span > 0)
    sector = (r - g) / span + 4;

  hsv[0] = 60 * sector;
  hsv[1] = high > 0 ? span / high : 0;
  hsv[2] = high / 255;
}

static void
cmyk_from_rgb (const guint8 *rgb,
               float        *cmyk)
{
  float high = MAX (rgb[0], MAX (rgb[1], rgb[2]));

  for (guint c = 0; c < 3; c++)
    cmyk[c] = high > 0 ? (high - rgb[c]) / high : 0;
  cmyk[3] = 1 - high / 255;
}

static void
ycbcr_from_rgb (const guint8 *rgb,
                float        *ycbcr)
{
  float y = brightness (rgb);

  ycbcr[0] = y;
  ycbcr[1] = CLAMP (128 + (rgb[2] - y) / 1.772f, 0.0f, 255.0f);
  ycbcr[2] = CLAMP (128 + (rgb[0] - y) / 1.402f, 0.0f, 255.0f);
}

/**
 * cvr_colour_from_rgb:
 * @rgb: [3]
 * @values: (out caller-allocates): [cvr_colour_n_channels()]
 *
 * Any thread.
 */
void
cvr_colour_from_rgb (CvrColourSpace space,
                     const guint8  *rgb,
                     float         *values)
{
  switch (space)
    {
    case CVR_COLOUR_RGB:
      for (guint c = 0; c < 3; c++)
        values[c] = rgb[c];
      break;
    case CVR_COLOUR_HSV:
      hsv_from_rgb (rgb, values);
      break;
    case CVR_COLOUR_CMYK:
      cmyk_from_rgb (rgb, values);
      break;
    case CVR_COLOUR_YCBCR:
      ycbcr_from_rgb (rgb, values);
      break;
    case CVR_COLOUR_GREY:
      values[0] = brightness (rgb);
      break;
    case CVR_N_COLOUR_SPACES:
    default:
      g_return_if_reached ();
    }
}

/* As lroundf(), without its call: a screen has two million pixels. */
static guint8
level (float value)
{
  float clamped = CLAMP (value, 0.0f, 255.0f);
  guint8 whole = (guint8) clamped;

  return whole + (clamped - whole >= 0.5f);
}

/* Smith's formula without cases: how far each primary lies from the hue, on a circle of six. */
static void
rgb_from_hsv (const float *hsv,
              guint8      *rgb)
{
  static const float shifts[] = { 5, 3, 1 };
  float turn = hsv[0] >= 0 && hsv[0] < 360 ? hsv[0] : fmodf (hsv[0], 360.0f);
  float sector = (turn < 0 ? turn + 360 : turn) / 60;

  for (guint c = 0; c < 3; c++)
    {
      float beyond = shifts[c] + sector;
      float k = beyond < 6 ? beyond : beyond - 6; /* below 12: no fmodf() */
      float part = CLAMP (MIN (k, 4 - k), 0.0f, 1.0f);

      rgb[c] = level (255 * hsv[2] * (1 - hsv[1] * part));
    }
}

static void
rgb_from_ycbcr (const float *ycbcr,
                guint8      *rgb)
{
  float r = ycbcr[0] + 1.402f * (ycbcr[2] - 128);
  float b = ycbcr[0] + 1.772f * (ycbcr[1] - 128);

  rgb[0] = level (r);
  rgb[1] = level ((ycbcr[0] - 0.299f * r - 0.114f * b) / 0.587f);
  rgb[2] = level (b);
}

/**
 * cvr_colour_to_rgb:
 * @values: [cvr_colour_n_channels()]; what lies outside of RGB is cut off at its border
 * @rgb: (out caller-allocates): [3]
 *
 * Any thread.
 */
void
cvr_colour_to_rgb (CvrColourSpace space,
                   const float   *values,
                   guint8        *rgb)
{
  switch (space)
    {
    case CVR_COLOUR_RGB:
      for (guint c = 0; c < 3; c++)
        rgb[c] = level (values[c]);
      break;
    case CVR_COLOUR_HSV:
      rgb_from_hsv (values, rgb);
      break;
    case CVR_COLOUR_CMYK:
      for (guint c = 0; c < 3; c++)
        rgb[c] = level (255 * (1 - values[c]) * (1 - values[3]));
      break;
    case CVR_COLOUR_YCBCR:
      rgb_from_ycbcr (values, rgb);
      break;
    case CVR_COLOUR_GREY:
      rgb[0] = rgb[1] = rgb[2] = level (values[0]);
      break;
    case CVR_N_COLOUR_SPACES:
    default:
      g_return_if_reached ();
    }
}

/* Pixel @i as the channels of @space. */
static void
pixel (const CvrImage *image,
       CvrColourSpace  space,
       gsize           i,
       float          *values)
{
  const guint8 *at = image->data + i * image->channels;
  guint8 rgb[3] = { at[0], at[image->channels / 2], at[image->channels - 1] };

  cvr_colour_from_rgb (space, rgb, values);
}

/**
 * cvr_colour_planes:
 *
 * Any thread.
 */
float *
cvr_colour_planes (const CvrImage *image,
                   CvrColourSpace  space)
{
  guint n_channels = cvr_colour_n_channels (space);
  gsize n_pixels, bytes;
  float *planes;

  g_return_val_if_fail (image != NULL, NULL);

  n_pixels = (gsize) image->width * image->height;
  if (!cvr_size_product (&bytes, n_pixels, n_channels, sizeof (float), 1) ||
      (planes = g_try_malloc (bytes)) == NULL)
    return NULL;

  for (gsize i = 0; i < n_pixels; i++)
    {
      float values[CVR_COLOUR_MAX_CHANNELS];

      pixel (image, space, i, values);
      for (guint c = 0; c < n_channels; c++)
        planes[c * n_pixels + i] = values[c];
    }

  return planes;
}

/**
 * cvr_colour_image:
 *
 * Any thread.
 */
CvrImage *
cvr_colour_image (const float   *planes,
                  guint          width,
                  guint          height,
                  CvrColourSpace space)
{
  guint n_channels = cvr_colour_n_channels (space);
  CvrImage *image = cvr_image_new (width, height, 3);
  gsize n_pixels = (gsize) width * height;

  if (image == NULL)
    return NULL;

  for (gsize i = 0; i < n_pixels; i++)
    {
      float values[CVR_COLOUR_MAX_CHANNELS];

      for (guint c = 0; c < n_channels; c++)
        values[c] = planes[c * n_pixels + i];
      cvr_colour_to_rgb (space, values, image->data + 3 * i);
    }

  return image;
}

/**
 * cvr_colour_channel:
 *
 * Any thread.
 */
CvrImage *
cvr_colour_channel (const CvrImage *image,
                    CvrColourSpace  space,
                    guint           channel)
{
  float top = cvr_colour_top (space, channel);
  CvrImage *plane;
  gsize n_pixels;

  g_return_val_if_fail (image != NULL && top > 0, NULL);

  plane = cvr_image_new (image->width, image->height, 1);
  if (plane == NULL)
    return NULL;

  n_pixels = (gsize) image->width * image->height;
  for (gsize i = 0; i < n_pixels; i++)
    {
      float values[CVR_COLOUR_MAX_CHANNELS];

      pixel (image, space, i, values);
      plane->data[i] = level (255 * values[channel] / top);
    }

  return plane;
}
