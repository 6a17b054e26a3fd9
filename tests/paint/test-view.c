/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures under a magnifying glass, their numbers and levels, and boxes over them. */
#include "paint-canvas.h"

#include <string.h>

/* A pixel that says where it is. */
static void
fill_picture (guint8 *pixels,
              guint   columns,
              guint   rows)
{
  for (guint y = 0; y < rows; y++)
    for (guint x = 0; x < columns; x++)
      {
        guint8 *p = pixels + 3 * (y * columns + x);

        p[0] = (guint8) (x * 20);
        p[1] = (guint8) (y * 20);
        p[2] = 77;
      }
}

static void
test_view_enlarges_sharply (void)
{
  guint8 pixels[3 * 6 * 4];
  CvrZoom zoom = { -7, 5, 10 };
  cairo_surface_t *surface;

  fill_picture (pixels, 6, 4);
  surface = cvr_paint_view (pixels, 3, 6, 4, &zoom, 60, 60, NULL, NULL);
  for (int y = 0; y < 60; y++)
    for (int x = 0; x < 60; x++)
      {
        int column = (x + 7) / 10, row = (y - 5) / 10;
        gboolean inside = y >= 5 && column < 6 && row < 4;
        guint32 wanted =
          inside ? (guint32) (column * 20) << 16 | (guint32) (row * 20) << 8 | 77u : 0;

        g_assert_cmphex (surface_pixel (surface, x, y), ==, wanted);
      }
  cairo_surface_destroy (surface);
}

static void
test_view_makes_means (void)
{
  guint8 grey[8 * 8];
  CvrZoom zoom = { 1, 1, 0.5 };
  cairo_surface_t *surface;

  /* A chessboard of single pixels is an even grey at half the size. */
  for (guint i = 0; i < 64; i++)
    grey[i] = (i + i / 8) % 2 ? 200 : 100;
  surface = cvr_paint_view (grey, 1, 8, 8, &zoom, 6, 6, NULL, NULL);
  for (int y = 0; y < 6; y++)
    for (int x = 0; x < 6; x++)
      g_assert_cmphex (surface_pixel (surface, x, y), ==,
                       x >= 1 && y >= 1 && x < 5 && y < 5 ? 0x969696u : 0);
  cairo_surface_destroy (surface);
}

static void
invert (guint8  *rgb,
        gsize    n,
        gpointer data)
{
  gsize *sum = data;

  *sum += n;
  for (gsize i = 0; i < 3 * n; i++)
    rgb[i] = (guint8) (255 - rgb[i]);
}

static void
test_view_recolours_what_shows (void)
{
  guint8 pixels[3 * 6 * 4];
  CvrZoom zoom = { -20, 0, 10 };
  gsize n = 0;
  cairo_surface_t *surface;

  fill_picture (pixels, 6, 4);
  /* Columns 2 to 4 of rows 0 and 1 can be seen. */
  surface = cvr_paint_view (pixels, 3, 6, 4, &zoom, 30, 20, invert, &n);
  g_assert_cmpuint (n, ==, 3 * 2);
  g_assert_cmphex (surface_pixel (surface, 0, 0), ==, 0xffffffu - 0x28004du);
  cairo_surface_destroy (surface);
}

static void
test_view_refuses_nonsense (void)
{
  const guint8 byte = 1;
  const CvrZoom none = { 0, 0, 0 }, nan = { NAN, 0, 1 }, one = { 0, 0, 1 };
  const CvrZoom far = { 1e12, -1e12, 3 };
  cairo_surface_t *surface;

  g_assert_null (cvr_paint_view (&byte, 1, 1, 1, &none, 5, 5, NULL, NULL));
  g_assert_null (cvr_paint_view (&byte, 1, 1, 1, &nan, 5, 5, NULL, NULL));
  g_assert_null (cvr_paint_view (&byte, 1, 0, 1, &one, 5, 5, NULL, NULL));
  g_assert_null (cvr_paint_view (&byte, 1, 1, 1, &one, 0, 5, NULL, NULL));
  surface = cvr_paint_view (&byte, 1, 1, 1, &far, 5, 5, NULL, NULL);
  g_assert_cmphex (surface_pixel (surface, 2, 2), ==, 0);
  cairo_surface_destroy (surface);
}

/* A random glass over a random picture shows at each place what is there. */
static void
test_view_at_random (void)
{
  guint8 pixels[3 * 12 * 9];

  fill_picture (pixels, 12, 9);
  for (guint round = 0; round < 60; round++)
    {
      CvrZoom zoom = { g_test_rand_int_range (-300, 60), g_test_rand_int_range (-300, 60),
                       g_test_rand_double_range (1, 40) };
      cairo_surface_t *surface = cvr_paint_view (pixels, 3, 12, 9, &zoom, 50, 40, NULL, NULL);

      for (int i = 0; i < 200; i++)
        {
          int x = g_test_rand_int_range (0, 50), y = g_test_rand_int_range (0, 40);
          double column = floor ((x + 0.5 - zoom.left) / zoom.scale);
          double row = floor ((y + 0.5 - zoom.top) / zoom.scale);
          gboolean inside = column >= 0 && column < 12 && row >= 0 && row < 9;
          guint32 wanted =
            inside ? (guint32) (column * 20) << 16 | (guint32) (row * 20) << 8 | 77u : 0;

          g_assert_cmphex (surface_pixel (surface, x, y), ==, wanted);
        }
      cairo_surface_destroy (surface);
    }
}

static void
test_numbers_need_room (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const guint8 ground[] = { 255, 255, 255, 0, 0, 0 };
  const gint16 values[] = { 255, 255, 255, 0, 0, 0 };
  const CvrPixelNumbers numbers = { 0, 0, 2, 1, 3, ground, values };

  for (guint i = 0; i < 2; i++)
    {
      CvrZoom zoom = { 0, 0, i == 0 ? CVR_NUMBERS_SIDE - 1 : CVR_NUMBERS_SIDE };
      cairo_t *cr = canvas_new (80, 40, 1, &theme);

      cvr_paint_pixel_numbers (cr, &zoom, &numbers, &theme);
      if (i == 0)
        g_assert_cmpuint (count_painted (cr, &theme), ==, 0);
      else /* Black on the white pixel; the one on black is white as the paper. */
        g_assert_cmpuint (count_pixels (cr, 0x000000, 60), >, 20);
      cairo_destroy (cr);
    }
}

static void
test_numbers_stay_in_their_pixel (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const guint8 ground[] = { 255, 255, 255 };
  const gint16 values[] = { 255, 254, 253 };

  for (double side = CVR_NUMBERS_SIDE; side <= 64; side += 4)
    for (guint n_each = 1; n_each <= 3; n_each += 2)
      {
        CvrPixelNumbers numbers = { 1, 1, 1, 1, n_each, ground, values };
        CvrZoom zoom = { 0, 0, side };
        cairo_t *cr = canvas_new (3 * side, 3 * side, 1, &theme);

        cvr_paint_pixel_numbers (cr, &zoom, &numbers, &theme);
        g_assert_cmpuint (count_painted (cr, &theme), >, 0);
        for (int y = 0; y < (int) (3 * side); y++)
          for (int x = 0; x < (int) (3 * side); x++)
            if (x < side || y < side || x >= 2 * side || y >= 2 * side)
              g_assert_cmphex (canvas_pixel (cr, x, y), ==, packed (theme.paper));
        cairo_destroy (cr);
      }
}

static void
test_grid_and_frame (void)
{
  CvrTheme theme = cvr_paint_theme (TRUE, FALSE);
  CvrZoom narrow = { 0, 0, 9 }, wide = { 0, 0, 12 };
  cairo_t *cr = canvas_new (60, 60, 1, &theme);

  cvr_paint_pixel_grid (cr, 60, 60, &narrow, 4, 4);
  g_assert_cmpuint (count_painted (cr, &theme), ==, 0);
  cvr_paint_pixel_grid (cr, 60, 60, &wide, 4, 4);
  g_assert_cmphex (canvas_pixel (cr, 11, 5), !=, packed (theme.paper));
  g_assert_cmphex (canvas_pixel (cr, 5, 5), ==, packed (theme.paper));
  g_assert_cmphex (canvas_pixel (cr, 55, 55), ==, packed (theme.paper));
  cvr_paint_pixel_frame (cr, &wide, 2, 1, &theme);
  g_assert_cmpint (colour_distance (canvas_pixel (cr, 24, 18), packed (theme.ink)), <=, 90);
  cairo_destroy (cr);
}

static void
test_levels_are_as_high_as_often (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const guint64 counts[] = { 10, 0, 5, 1 };
  const guint32 colours[] = { 0x000000, 0x550000, 0xaa0000, 0xff0000 };
  const CvrLevels levels = { "R", counts, colours, 4, 3, NAN };
  cairo_t *cr = canvas_new (240, 120, 1, &theme);
  double left = floor (theme.text_size * 2.5), bin = floor (240 - theme.text_size * 3) / 4;
  guint tall[4] = { 0 };

  cvr_paint_levels (cr, 240, 120, &levels, 1, &theme);
  for (int i = 0; i < 4; i++)
    for (int y = 0; y < 91; y++)
      tall[i] += colour_distance (canvas_pixel (cr, left + (i + 0.5) * bin, y),
                                  packed (theme.paper)) > 40;
  g_assert_cmpuint (tall[0], >, 60);
  g_assert_cmpuint (tall[1], ==, 0);
  g_assert_cmpint (ABS ((int) (2 * tall[2] - tall[0])), <=, 2);
  g_assert_cmpint (ABS ((int) (10 * tall[3] - tall[0])), <=, 10);
  g_assert_cmpuint (count_pixels (cr, 0xff0000, 4), >, 100);

  /* No room, nothing counted: no harm. */
  cvr_paint_levels (cr, 10, 10, &levels, 1, &theme);
  cvr_paint_levels (cr, 240, 120, &levels, 0, &theme);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
}

static void
test_things_in_the_colours_of_their_classes (void)
{
  for (guint dark = 0; dark < 2; dark++)
    {
      CvrTheme theme = cvr_paint_theme (dark, FALSE);
      const CvrThing things[] = { { 20, 40, 80, 60, 0, "cat" },
                                  { 120, 40, 60, 60, 9, "dog" },
                                  { 30, 120, 60, 30, -1, NULL } };
      const CvrThings all = { things, 3, -1, -1, TRUE };
      cairo_t *cr = canvas_new (200, 200, 1, &theme);

      cvr_paint_things (cr, 200, 200, &all, &theme);
      g_assert_cmphex (canvas_pixel (cr, 60, 40), ==, packed (theme.classes[0]));
      g_assert_cmphex (canvas_pixel (cr, 20, 70), ==, packed (theme.classes[0]));
      /* Not selected: the inside is left alone. */
      g_assert_cmphex (canvas_pixel (cr, 60, 70), ==, packed (theme.paper));
      /* The second round of colours has a broken line. */
      {
        guint coloured = 0, gaps = 0;

        for (int x = 122; x < 178; x++)
          if (canvas_pixel (cr, x, 100) == packed (theme.classes[1]))
            coloured++;
          else
            gaps++;
        g_assert_cmpuint (coloured, >, 20);
        g_assert_cmpuint (gaps, >, 6);
      }
      cairo_destroy (cr);
    }
}

static void
test_selected_thing_has_handles (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, TRUE);
  const CvrThing things[] = { { 20, 40, 80, 60, 0, "cat" }, { 25, 45, 70, 50, 1, "dog" } };
  CvrThings all = { things, 2, 0, -1, TRUE };
  cairo_t *with = canvas_new (200, 200, 1, &theme), *without = canvas_new (200, 200, 1, &theme);
  double x, y;

  cvr_paint_things (with, 200, 200, &all, &theme);
  all.handles = FALSE;
  cvr_paint_things (without, 200, 200, &all, &theme);
  for (guint i = 0; i < CVR_N_HANDLES; i++)
    {
      g_assert_true (cvr_paint_thing_handle (&things[0], i, &x, &y));
      g_assert_cmphex (canvas_pixel (with, x, y), ==, packed (theme.paper));
      if (i % 2 == 0) /* The middles of sides lie on the line in both. */
        g_assert_true (canvas_pixel (without, x, y) != packed (theme.paper));
    }
  cairo_destroy (with);
  cairo_destroy (without);
}

static void
test_small_things_keep_their_inside (void)
{
  const CvrThing small = { 50, 50, 10, 40, 0, NULL };
  double x, y;

  /* Too narrow for handles in the middle of the upper and lower side; the corners stand outside. */
  g_assert_false (cvr_paint_thing_handle (&small, 1, &x, &y));
  g_assert_false (cvr_paint_thing_handle (&small, 5, &x, &y));
  g_assert_true (cvr_paint_thing_handle (&small, 0, &x, &y));
  g_assert_cmpfloat (x, <, 46);
  g_assert_cmpfloat (y, ==, 50);
  g_assert_true (cvr_paint_thing_handle (&small, 3, &x, &y));
  g_assert_cmpfloat (x, >, 64);
}

/* Names that are long, broken or have no room stay on the drawing. */
static void
test_names_stay_on_the_drawing (void)
{
  CvrTheme theme = cvr_paint_theme (TRUE, FALSE);
  const CvrThing things[] = { { 0, 0, 100, 100, 0, "upper left, with a very long name indeed" },
                              { 90, 90, 10, 10, 1, "lower right" },
                              { -50, -50, 300, 300, 2, "bad \xff bytes" } };
  const CvrThings all = { things, 3, 1, 0, TRUE };
  cairo_t *cr = canvas_new (100, 100, 2, &theme);

  cvr_paint_things (cr, 100, 100, &all, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), >, 500);
  g_assert_cmpuint (count_pixels (cr, packed (theme.classes[0]), 3), >, 500);
  cairo_destroy (cr);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paint/view/enlarges-sharply", test_view_enlarges_sharply);
  g_test_add_func ("/paint/view/makes-means", test_view_makes_means);
  g_test_add_func ("/paint/view/recolours-what-shows", test_view_recolours_what_shows);
  g_test_add_func ("/paint/view/refuses-nonsense", test_view_refuses_nonsense);
  g_test_add_func ("/paint/view/shows-what-is-there-at-random", test_view_at_random);
  g_test_add_func ("/paint/pixels/numbers-need-room", test_numbers_need_room);
  g_test_add_func ("/paint/pixels/numbers-stay-in-their-pixel", test_numbers_stay_in_their_pixel);
  g_test_add_func ("/paint/pixels/grid-and-frame", test_grid_and_frame);
  g_test_add_func ("/paint/levels/as-high-as-often", test_levels_are_as_high_as_often);
  g_test_add_func ("/paint/things/in-the-colours-of-their-classes",
                   test_things_in_the_colours_of_their_classes);
  g_test_add_func ("/paint/things/selected-has-handles", test_selected_thing_has_handles);
  g_test_add_func ("/paint/things/small-ones-keep-their-inside",
                   test_small_things_keep_their_inside);
  g_test_add_func ("/paint/things/names-stay-on-the-drawing", test_names_stay_on_the_drawing);

  return g_test_run ();
}
