/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws pen strokes the way the Quick, Draw! bitmaps look: light ink on dark paper, centred,
 * filling the picture up to a margin. */
#include "cvr-sketch.h"

#include <cairo.h>

/* Parts of the side: the pen of the published bitmaps is a sixteenth wide and stays as far from the
 * edge. */
static const double pen = 1.0 / 16, margin = 1.5 / 16;

typedef struct
{
  double left, top, right, bottom;
} Bounds;

static Bounds
find_bounds (const float *xy,
             gsize        n_points)
{
  Bounds b = { xy[0], xy[1], xy[0], xy[1] };

  for (gsize i = 1; i < n_points; i++)
    {
      b.left = MIN (b.left, xy[2 * i]);
      b.right = MAX (b.right, xy[2 * i]);
      b.top = MIN (b.top, xy[2 * i + 1]);
      b.bottom = MAX (b.bottom, xy[2 * i + 1]);
    }

  return b;
}

static void
draw_strokes (cairo_t     *cr,
              const float *xy,
              const guint *lengths,
              guint        n_strokes,
              gsize        n_points,
              guint        side)
{
  Bounds b = find_bounds (xy, n_points);
  double extent = MAX (b.right - b.left, b.bottom - b.top);
  double scale = extent > 0 ? side * (1 - 2 * margin) / extent : 0;

  cairo_set_source_rgba (cr, 1, 1, 1, 1);
  cairo_set_line_width (cr, side * pen);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_BEST);

  for (guint s = 0; s < n_strokes; s++)
    {
      for (guint i = 0; i < lengths[s]; i++, xy += 2)
        {
          double x = side / 2.0 + (xy[0] - (b.left + b.right) / 2) * scale;
          double y = side / 2.0 + (xy[1] - (b.top + b.bottom) / 2) * scale;

          if (i == 0)
            cairo_move_to (cr, x, y);
          cairo_line_to (cr, x, y); /* a lone point becomes a dot */
        }
      cairo_stroke (cr);
    }
}

/**
 * cvr_sketch_draw:
 * @xy: finite numbers
 * @lengths: (array length=n_strokes): at least 1 each
 * @n_strokes: at least 1
 * @side: pixels of the square
 *
 * Any thread. The same strokes give the same bytes.
 *
 * Returns: (transfer full) (nullable): grey, 0 paper, 255 ink; %NULL when there is not enough
 * memory.
 */
CvrImage *
cvr_sketch_draw (const float *xy,
                 const guint *lengths,
                 guint        n_strokes,
                 guint        side)
{
  CvrImage *image = cvr_image_new (side, side, 1);
  cairo_surface_t *surface;
  cairo_t *cr;
  gsize n_points = 0;

  g_return_val_if_fail (n_strokes >= 1, NULL);

  if (image == NULL)
    return NULL;

  for (guint s = 0; s < n_strokes; s++)
    n_points += lengths[s];
  surface = cairo_image_surface_create (CAIRO_FORMAT_A8, (int) side, (int) side);
  cr = cairo_create (surface);
  draw_strokes (cr, xy, lengths, n_strokes, n_points, side);
  cairo_destroy (cr);

  cairo_surface_flush (surface);
  for (guint y = 0; y < side && cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS; y++)
    for (guint x = 0; x < side; x++)
      image->data[y * side + x] = cairo_image_surface_get_data (
          surface)[(gsize) y * (gsize) cairo_image_surface_get_stride (surface) + x];
  cairo_surface_destroy (surface);

  return image;
}
