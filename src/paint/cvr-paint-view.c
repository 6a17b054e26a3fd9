/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a large picture shows on a screen: only that is looked at. */
#include "cvr-paint-private.h"

/* Samples of a side that one pixel of the screen is the mean of. */
enum
{
  MAX_SAMPLES = 3
};

/* A line of the drawing is made of cells: columns of the picture where it is enlarged, else pixels
 * of the screen. */
typedef struct
{
  const   guint8 *pixels;
  guint   channels, columns, rows;
  const   CvrZoom *zoom;
  int     left, right; /* on the screen, [left, right) */
  guint   first_cell, n_cells;
  guint8 *cells; /* [n_cells, 3] */
} View;

/* The picture's pixel at a place of the screen. */
static guint
source_at (double at,
           double origin,
           double scale,
           guint  n)
{
  double place = floor ((at - origin) / scale);

  return (guint) CLAMP (place, 0, n - 1.0);
}

/* Screen pixels [first, end) whose middles lie in the picture. */
static void
find_span (double origin,
           double length,
           guint  room,
           int   *first,
           int   *end)
{
  *first = (int) CLAMP (ceil (origin - 0.5), 0, room);
  *end = (int) CLAMP (ceil (origin + length - 0.5), *first, room);
}

static void
add_pixel (const View *view,
           guint       x,
           guint       y,
           guint      *sum)
{
  const guint8 *p = view->pixels + ((gsize) y * view->columns + x) * view->channels;

  sum[0] += p[0];
  sum[1] += p[view->channels >= 3 ? 1 : 0];
  sum[2] += p[view->channels >= 3 ? 2 : 0];
}

static void
enlarged_cells (View *view,
                guint y)
{
  for (guint i = 0; i < view->n_cells; i++)
    {
      guint rgb[3] = { 0 };

      add_pixel (view, view->first_cell + i, y, rgb);
      for (guint c = 0; c < 3; c++)
        view->cells[3 * i + c] = (guint8) rgb[c];
    }
}

/* The mean of up to MAX_SAMPLES × MAX_SAMPLES pixels, evenly over the screen pixel: what a frame
 * costs depends on the screen, not on the picture. */
static void
reduced_cells (View *view,
               int   y)
{
  double scale = view->zoom->scale;
  guint n = (guint) CLAMP (ceil (1 / scale), 1, MAX_SAMPLES);
  guint rows[MAX_SAMPLES];

  for (guint j = 0; j < n; j++)
    rows[j] = source_at (y + (j + 0.5) / n, view->zoom->top, scale, view->rows);
  for (guint i = 0; i < view->n_cells; i++)
    {
      guint rgb[3] = { 0 };

      for (guint k = 0; k < n; k++)
        {
          guint column =
            source_at (view->left + i + (k + 0.5) / n, view->zoom->left, scale, view->columns);

          for (guint j = 0; j < n; j++)
            add_pixel (view, column, rows[j], rgb);
        }
      for (guint c = 0; c < 3; c++)
        view->cells[3 * i + c] = (guint8) ((rgb[c] + n * n / 2) / (n * n));
    }
}

static void
put_line (const View  *view,
          const guint *cell_of,
          guint32     *line)
{
  for (int x = view->left; x < view->right; x++)
    {
      const guint8 *p = view->cells + 3 * (gsize) cell_of[x - view->left];

      line[x] = 0xff000000u | (guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2];
    }
}

/**
 * cvr_paint_view:
 * @pixels: [rows, columns, channels] bytes; 1 channel grey, 3 RGB
 * @width: pixels of the drawing; @zoom is in them
 * @recolour: (nullable): called for each line with what is to be drawn, pixels of the picture where
 * it is enlarged, else means of them
 *
 * Returns: (nullable): an ARGB32 image; %NULL where the size is nought or too large. Any thread.
 */
cairo_surface_t *
cvr_paint_view (const guint8  *pixels,
                guint          channels,
                guint          columns,
                guint          rows,
                const CvrZoom *zoom,
                guint          width,
                guint          height,
                CvrRecolour    recolour,
                gpointer       data)
{
  View view = { pixels, channels, columns, rows, zoom, 0, 0, 0, 0, NULL };
  gboolean enlarged = zoom->scale >= 1;
  g_autofree guint *cell_of = NULL;
  guint last = G_MAXUINT;
  cairo_surface_t *surface;
  int top, bottom;

  if (columns == 0 || rows == 0 || !(zoom->scale > 0) || !isfinite (zoom->left + zoom->top))
    return NULL;
  surface = cvr_paint_surface (width, height, 1);
  if (surface == NULL)
    return NULL;

  find_span (zoom->left, columns * zoom->scale, width, &view.left, &view.right);
  find_span (zoom->top, rows * zoom->scale, height, &top, &bottom);
  if (view.right == view.left)
    return surface;
  cell_of = g_new (guint, view.right - view.left);
  view.first_cell =
    enlarged ? source_at (view.left + 0.5, zoom->left, zoom->scale, columns) : (guint) view.left;
  for (int x = view.left; x < view.right; x++)
    cell_of[x - view.left] =
      (enlarged ? source_at (x + 0.5, zoom->left, zoom->scale, columns) : (guint) x) -
      view.first_cell;
  view.n_cells = cell_of[view.right - view.left - 1] + 1;
  view.cells = g_new (guint8, 3 * (gsize) view.n_cells);

  for (int y = top; y < bottom; y++)
    {
      guint8 *line = cairo_image_surface_get_data (surface) +
                     (gsize) y * (gsize) cairo_image_surface_get_stride (surface);
      guint row = source_at (y + 0.5, zoom->top, zoom->scale, rows);

      if (!enlarged || row != last)
        {
          if (enlarged)
            enlarged_cells (&view, row);
          else
            reduced_cells (&view, y);
          if (recolour != NULL)
            recolour (view.cells, view.n_cells, data);
          last = row;
        }
      put_line (&view, cell_of, (guint32 *) (gpointer) line);
    }
  cairo_surface_mark_dirty (surface);
  g_free (view.cells);

  return surface;
}
