/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planes of numbers and pictures as images with sharp pixels. */
#include "cvr-paint-private.h"

enum { MAX_SIDE = 32767 }; /* Cairo's limit for an image */

/* An opaque ARGB32 image of @width × @scale by @height × @scale; NULL where that can't be. */
cairo_surface_t *
cvr_paint_surface (guint width,
                   guint height,
                   guint scale)
{
  cairo_surface_t *surface;

  if (width == 0 || height == 0 || scale == 0 || width > MAX_SIDE / scale ||
      height > MAX_SIDE / scale)
    return NULL;

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) (width * scale),
                                        (int) (height * scale));
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      return NULL;
    }
  cairo_surface_flush (surface);

  return surface;
}

/* Fills one enlarged pixel. */
static void
put_pixel (cairo_surface_t *surface,
           guint            x,
           guint            y,
           guint            scale,
           guint32          rgb)
{
  guint8 *data = cairo_image_surface_get_data (surface);
  gsize stride = (gsize) cairo_image_surface_get_stride (surface);

  for (guint row = 0; row < scale; row++)
    {
      guint32 *line = (guint32 *) (gpointer) (data + ((gsize) y * scale + row)
                                              * stride) + (gsize) x * scale;

      for (guint i = 0; i < scale; i++)
        line[i] = 0xff000000u | rgb;
    }
}

/* Smallest and largest finite value; 0 and 0 where there is none. */
void
cvr_paint_value_range (const float *values,
                       gsize        n_values,
                       float       *low,
                       float       *high)
{
  gboolean any = FALSE;

  *low = *high = 0;
  for (gsize i = 0; i < n_values; i++)
    {
      if (!isfinite (values[i]))
        continue;
      *low = any ? MIN (*low, values[i]) : values[i];
      *high = any ? MAX (*high, values[i]) : values[i];
      any = TRUE;
    }
}

/* Signed: around 0 by the larger of |low| and |high|; else over low … high, and a plane of one
 * value is dark where that is 0 and in the middle where it isn't. What is not finite is in the
 * colour of wrong. */
guint32
cvr_paint_value_colour (const CvrTheme *theme,
                        float           value,
                        float           low,
                        float           high,
                        gboolean        signed_values)
{
  double limit = fmax (fabs (low), fabs (high));

  if (!isfinite (value))
    return cvr_paint_pack (theme->wrong);
  if (signed_values)
    return cvr_paint_diverging (theme, limit > 0 ? value / limit : 0);
  if (!(high > low))
    return cvr_paint_sequential (value != 0 ? 0.5 : 0);

  return cvr_paint_sequential (((double) value - low) / ((double) high - low));
}

/**
 * cvr_paint_plane:
 * @values: [height, width]; −∞ where the plane has no value at all: that stays transparent
 * @scale: whole-number enlargement
 * @signed_values: diverging around 0; else sequential over the values' own range
 *
 * Returns: (nullable): an ARGB32 image; %NULL where the size is nought or too large. Any thread.
 */
cairo_surface_t *
cvr_paint_plane (const float    *values,
                 guint           width,
                 guint           height,
                 guint           scale,
                 gboolean        signed_values,
                 const CvrTheme *theme)
{
  cairo_surface_t *surface = cvr_paint_surface (width, height, scale);
  float low, high;

  if (surface == NULL)
    return NULL;

  cvr_paint_value_range (values, (gsize) width * height, &low, &high);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      if (!cvr_paint_is_nothing (values[(gsize) y * width + x]))
        put_pixel (surface, x, y, scale,
                   cvr_paint_value_colour (theme, values[(gsize) y * width + x], low, high,
                                           signed_values));
  cairo_surface_mark_dirty (surface);

  return surface;
}

/* Mean over the channels of one place of a filter. */
static float
channel_mean (const float *values,
              guint        channels,
              gsize        plane,
              gsize        place)
{
  double sum = 0;

  for (guint c = 0; c < channels; c++)
    sum += values[c * plane + place];

  return channels > 0 ? (float) (sum / channels) : 0;
}

/* Three weights as red, green and blue around middle grey. */
static guint32
kernel_rgb (const float *values,
            gsize        plane,
            gsize        place,
            float        limit)
{
  CvrRgba colour = { 0.5 + 0.5 * values[place] / limit, 0.5 + 0.5 * values[plane + place] / limit,
                     0.5 + 0.5 * values[2 * plane + place] / limit, 1 };

  return cvr_paint_pack (colour);
}

/**
 * cvr_paint_kernel:
 * @values: one filter, [channels, height, width]
 * @limit: the weight that has the full colour; 0: this filter's largest
 *
 * Three channels in colour with middle grey for 0; otherwise the mean over the channels in the
 * diverging map.
 *
 * Returns: (nullable): an ARGB32 image; %NULL where the size is nought or too large. Any thread.
 */
cairo_surface_t *
cvr_paint_kernel (const float    *values,
                  guint           channels,
                  guint           height,
                  guint           width,
                  guint           scale,
                  float           limit,
                  const CvrTheme *theme)
{
  cairo_surface_t *surface = cvr_paint_surface (width, height, scale);
  gsize plane = (gsize) width * height;
  float low, high;

  if (surface == NULL)
    return NULL;

  if (!(limit > 0) || !isfinite (limit))
    {
      cvr_paint_value_range (values, plane * channels, &low, &high);
      limit = (float) fmax (fabs (low), fabs (high));
    }
  if (!(limit > 0))
    limit = 1;
  for (gsize i = 0; i < plane; i++)
    {
      float mean = channel_mean (values, channels, plane, i);
      guint32 rgb;

      if (!isfinite (mean))
        rgb = cvr_paint_pack (theme->wrong);
      else if (channels == 3)
        rgb = kernel_rgb (values, plane, i, limit);
      else
        rgb = cvr_paint_diverging (theme, mean / limit);
      put_pixel (surface, (guint) (i % width), (guint) (i / width), scale, rgb);
    }
  cairo_surface_mark_dirty (surface);

  return surface;
}

/**
 * cvr_paint_tiles:
 * @tiles: (array length=n_tiles): images; a %NULL one leaves its place empty
 * @columns: 0: about as many as rows
 * @gap: pixels around and between the tiles, in the theme's paper
 *
 * Every place has the size of the largest tile; smaller ones stand in its middle.
 *
 * Returns: (nullable): an image; %NULL where there is no tile or the whole is too large. Any
 * thread.
 */
cairo_surface_t *
cvr_paint_tiles (cairo_surface_t *const *tiles,
                 guint                   n_tiles,
                 guint                   columns,
                 guint                   gap,
                 const CvrTheme         *theme)
{
  guint wide = 0, high = 0, rows;
  guint64 width, height;
  cairo_surface_t *surface;
  cairo_t *cr;

  for (guint i = 0; i < n_tiles; i++)
    if (tiles[i] != NULL)
      {
        wide = MAX (wide, (guint) cairo_image_surface_get_width (tiles[i]));
        high = MAX (high, (guint) cairo_image_surface_get_height (tiles[i]));
      }
  if (wide == 0 || high == 0)
    return NULL;

  if (columns == 0)
    columns = (guint) ceil (sqrt ((double) n_tiles * high / wide));
  columns = CLAMP (columns, 1, n_tiles);
  rows = (n_tiles + columns - 1) / columns;
  width = (guint64) columns * ((guint64) wide + gap) + gap;
  height = (guint64) rows * ((guint64) high + gap) + gap;
  if (width > MAX_SIDE || height > MAX_SIDE)
    return NULL;
  surface = cvr_paint_surface ((guint) width, (guint) height, 1);
  if (surface == NULL)
    return NULL;

  cr = cairo_create (surface);
  cvr_paint_set (cr, theme->paper);
  cairo_paint (cr);
  for (guint i = 0; i < n_tiles; i++)
    if (tiles[i] != NULL)
      {
        guint free_x = wide - (guint) cairo_image_surface_get_width (tiles[i]);
        guint free_y = high - (guint) cairo_image_surface_get_height (tiles[i]);
        guint x = gap + i % columns * (wide + gap) + free_x / 2;
        guint y = gap + i / columns * (high + gap) + free_y / 2;

        cairo_set_source_surface (cr, tiles[i], x, y);
        cairo_paint (cr);
      }
  cairo_destroy (cr);

  return surface;
}

static guint32
pixel_rgb (const guint8 *pixels,
           guint         channels,
           gsize         place)
{
  const guint8 *p = pixels + place * channels;

  return channels >= 3 ? (guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2] : p[0] * 0x010101u;
}

/**
 * cvr_paint_pixels:
 * @pixels: [height, width, channels] bytes; 1 channel grey, 3 RGB
 *
 * Returns: (nullable): an ARGB32 image, enlarged @scale times; %NULL where the size is nought or
 * too large. Any thread.
 */
cairo_surface_t *
cvr_paint_pixels (const guint8 *pixels,
                  guint         channels,
                  guint         width,
                  guint         height,
                  guint         scale)
{
  cairo_surface_t *surface = cvr_paint_surface (width, height, scale);

  if (surface == NULL)
    return NULL;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      put_pixel (surface, x, y, scale, pixel_rgb (pixels, channels, (gsize) y * width + x));
  cairo_surface_mark_dirty (surface);

  return surface;
}

static double
finite_at (const float *plane,
           guint        width,
           guint        x,
           guint        y)
{
  float value = plane[(gsize) y * width + x];

  return isfinite (value) ? value : 0;
}

/* Bilinear between pixel centres, borders repeat; what is not finite counts as 0. */
static double
sample (const float *plane,
        guint        width,
        guint        height,
        double       x,
        double       y)
{
  double fx = CLAMP (x, 0, width - 1.0), fy = CLAMP (y, 0, height - 1.0);
  guint x0 = (guint) fx, y0 = (guint) fy;
  guint x1 = MIN (x0 + 1, width - 1), y1 = MIN (y0 + 1, height - 1);
  double right = fx - x0;
  double top = finite_at (plane, width, x0, y0) * (1 - right) + finite_at (plane, width, x1,
                                                                           y0) * right;
  double bottom = finite_at (plane, width, x0, y1) * (1 - right) + finite_at (plane, width, x1,
                                                                              y1) * right;

  return top + (bottom - top) * (fy - y0);
}

/**
 * cvr_paint_heat:
 * @heat: [height, width], scaled so that its largest value is the hottest; what is below 0 or not a
 * number is cold
 * @opacity: of the heat, 0 … 1
 *
 * The picture keeps sharp pixels, the heat over it is smooth.
 *
 * Returns: (nullable): an ARGB32 image, enlarged @scale times; %NULL where the size is nought or
 * too large. Any thread.
 */
cairo_surface_t *
cvr_paint_heat (const guint8 *pixels,
                guint         channels,
                const float  *heat,
                guint         width,
                guint         height,
                guint         scale,
                double        opacity)
{
  cairo_surface_t *surface = cvr_paint_surface (width, height, scale);
  double alpha = isnan (opacity) ? 0 : CLAMP (opacity, 0, 1);
  float low, high;

  if (surface == NULL)
    return NULL;

  cvr_paint_value_range (heat, (gsize) width * height, &low, &high);
  for (guint y = 0; y < height * scale; y++)
    for (guint x = 0; x < width * scale; x++)
      {
        gsize place = (gsize) (y / scale) * width + x / scale;
        double value = sample (heat, width, height, (x + 0.5) / scale - 0.5,
                               (y + 0.5) / scale - 0.5);
        guint32 hot = cvr_paint_sequential (high > 0 ? value / high : 0);
        CvrRgba mixed = cvr_paint_mix (cvr_paint_unpack (pixel_rgb (pixels, channels, place)),
                                       cvr_paint_unpack (hot), alpha);

        put_pixel (surface, x, y, 1, cvr_paint_pack (mixed));
      }
  cairo_surface_mark_dirty (surface);

  return surface;
}
