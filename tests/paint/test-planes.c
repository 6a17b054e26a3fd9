/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planes, filters, tiles and heat maps: every pixel has the colour its number means. */
#include "paint-canvas.h"

static void
test_plane_pixels_are_exact (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const float values[] = { 0, 1, 2, 3, 4, NAN };

  for (guint scale = 1; scale <= 3; scale++)
    {
      cairo_surface_t *surface = cvr_paint_plane (values, 3, 2, scale, FALSE, &theme);

      g_assert_cmpint (cairo_image_surface_get_width (surface), ==, 3 * (int) scale);
      g_assert_cmpint (cairo_image_surface_get_height (surface), ==, 2 * (int) scale);
      for (guint y = 0; y < 2 * scale; y++)
        for (guint x = 0; x < 3 * scale; x++)
          {
            float value = values[y / scale * 3 + x / scale];
            guint32 expected = isnan (value) ? packed (theme.wrong)
              : cvr_paint_sequential (value / 4);

            g_assert_cmphex (surface_pixel (surface, (int) x, (int) y), ==, expected);
          }
      cairo_surface_destroy (surface);
    }
}

static void
test_plane_signed_is_symmetric (void)
{
  CvrTheme theme = cvr_paint_theme (TRUE, FALSE);
  const float values[] = { -2, -1, 0, 1, 2 }, negated[] = { 2, 1, 0, -1, -2 };
  cairo_surface_t *a = cvr_paint_plane (values, 5, 1, 1, TRUE, &theme);
  cairo_surface_t *b = cvr_paint_plane (negated, 5, 1, 1, TRUE, &theme);

  for (int x = 0; x < 5; x++)
    g_assert_cmphex (surface_pixel (a, x, 0), ==, surface_pixel (b, 4 - x, 0));
  g_assert_cmphex (surface_pixel (a, 2, 0), ==, packed (theme.paper));
  g_assert_cmphex (surface_pixel (a, 0, 0), ==, cvr_paint_diverging (&theme, -1));
  cairo_surface_destroy (a);
  cairo_surface_destroy (b);
}

static void
test_plane_of_one_value (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const float zeros[] = { 0, 0 }, ones[] = { 1, 1 };
  cairo_surface_t *dark = cvr_paint_plane (zeros, 2, 1, 1, FALSE, &theme);
  cairo_surface_t *middle = cvr_paint_plane (ones, 2, 1, 1, FALSE, &theme);

  g_assert_cmphex (surface_pixel (dark, 0, 0), ==, cvr_paint_sequential (0));
  g_assert_cmphex (surface_pixel (middle, 0, 0), ==, cvr_paint_sequential (0.5));
  cairo_surface_destroy (dark);
  cairo_surface_destroy (middle);
}

static void
test_impossible_sizes_are_refused (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const float value = 1;
  const guint8 byte = 1;

  g_assert_null (cvr_paint_plane (&value, 0, 1, 1, FALSE, &theme));
  g_assert_null (cvr_paint_plane (&value, 1, 1, 0, FALSE, &theme));
  g_assert_null (cvr_paint_plane (&value, 1, 1, 40000, FALSE, &theme));
  g_assert_null (cvr_paint_plane (&value, G_MAXUINT, 2, 2, FALSE, &theme));
  g_assert_null (cvr_paint_pixels (&byte, 1, 1, 1, 40000));
  g_assert_null (cvr_paint_tiles (NULL, 0, 3, 1, &theme));
}

static void
test_kernel_zero_is_neutral (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const float grey[] = { 0, 1, -1, 0.5f }, colour[] = { 0, 2, /* green */ 0, 0, /* blue */ 0, -2 };
  cairo_surface_t *one = cvr_paint_kernel (grey, 1, 2, 2, 1, 1, &theme);
  cairo_surface_t *three = cvr_paint_kernel (colour, 3, 1, 2, 1, 0, &theme);

  g_assert_cmphex (surface_pixel (one, 0, 0), ==, packed (theme.paper));
  g_assert_cmphex (surface_pixel (one, 1, 0), ==, cvr_paint_diverging (&theme, 1));
  g_assert_cmphex (surface_pixel (one, 0, 1), ==, cvr_paint_diverging (&theme, -1));
  g_assert_cmphex (surface_pixel (one, 1, 1), ==, cvr_paint_diverging (&theme, 0.5));
  g_assert_cmphex (surface_pixel (three, 0, 0), ==, 0x808080);
  g_assert_cmphex (surface_pixel (three, 1, 0), ==, 0xff8000);
  cairo_surface_destroy (one);
  cairo_surface_destroy (three);
}

static void
test_kernel_of_many_channels_is_their_mean (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const float values[] = { 1, -1, 0, 1 }; /* [4, 1, 1] */
  cairo_surface_t *surface = cvr_paint_kernel (values, 4, 1, 1, 1, 1, &theme);

  g_assert_cmphex (surface_pixel (surface, 0, 0), ==, cvr_paint_diverging (&theme, 0.25));
  cairo_surface_destroy (surface);
}

static void
test_tiles_keep_their_places (void)
{
  CvrTheme theme = cvr_paint_theme (TRUE, FALSE);
  const float one = 1, small[] = { 1, 1, 1, 1 };
  cairo_surface_t *tiles[] = { cvr_paint_plane (small, 2, 2, 2, FALSE, &theme), NULL,
                               cvr_paint_plane (&one, 1, 1, 2, FALSE, &theme) };
  cairo_surface_t *sheet = cvr_paint_tiles (tiles, 3, 2, 3, &theme);
  guint32 middle = cvr_paint_sequential (0.5);

  g_assert_cmpint (cairo_image_surface_get_width (sheet), ==, 3 + 2 * 7);
  g_assert_cmpint (cairo_image_surface_get_height (sheet), ==, 3 + 2 * 7);
  g_assert_cmphex (surface_pixel (sheet, 2, 2), ==, packed (theme.paper));
  g_assert_cmphex (surface_pixel (sheet, 3, 3), ==, middle);
  g_assert_cmphex (surface_pixel (sheet, 6, 6), ==, middle);
  g_assert_cmphex (surface_pixel (sheet, 7, 7), ==, packed (theme.paper));
  g_assert_cmphex (surface_pixel (sheet, 11, 4), ==, packed (theme.paper));
  /* The smaller third tile in the middle of its place. */
  g_assert_cmphex (surface_pixel (sheet, 3, 10), ==, packed (theme.paper));
  g_assert_cmphex (surface_pixel (sheet, 4, 11), ==, middle);
  cairo_surface_destroy (sheet);
  cairo_surface_destroy (tiles[0]);
  cairo_surface_destroy (tiles[2]);
}

static void
test_heat_mixes_picture_and_map (void)
{
  const guint8 grey[] = { 0, 255, 100, 50 }, rgb[] = { 255, 0, 0 };
  const float heat[] = { 0, 8, -3, NAN }, flat = -1;
  cairo_surface_t *plain = cvr_paint_pixels (grey, 1, 2, 2, 1),
    *none = cvr_paint_heat (grey, 1, heat, 2, 2, 1, 0);
  cairo_surface_t *all = cvr_paint_heat (grey, 1, heat, 2, 2, 1, 1),
    *cold = cvr_paint_heat (rgb, 3, &flat, 1, 1, 2, 1);
  cairo_surface_t *half = cvr_paint_heat (rgb, 3, &flat, 1, 1, 1, 0.5);

  for (int i = 0; i < 4; i++)
    {
      g_assert_cmphex (surface_pixel (plain, i % 2, i / 2), ==, grey[i] * 0x010101u);
      g_assert_cmphex (surface_pixel (none, i % 2, i / 2), ==, surface_pixel (plain, i % 2, i / 2));
    }
  g_assert_cmphex (surface_pixel (all, 1, 0), ==, cvr_paint_sequential (1));
  g_assert_cmphex (surface_pixel (all, 0, 0), ==, cvr_paint_sequential (0));
  g_assert_cmphex (surface_pixel (all, 0, 1), ==, cvr_paint_sequential (0));
  g_assert_cmphex (surface_pixel (cold, 1, 1), ==, cvr_paint_sequential (0));
  g_assert_cmpint (colour_distance (surface_pixel (half, 0, 0), 0x870510), <=, 1);
  cairo_surface_destroy (plain);
  cairo_surface_destroy (none);
  cairo_surface_destroy (all);
  cairo_surface_destroy (cold);
  cairo_surface_destroy (half);
}

static void
test_sheet_stacks_titled_pictures (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const float one = 1;
  const char *const titles[] = { "first", "second, with a title far wider than any picture" };
  cairo_surface_t *const pictures[] = { cvr_paint_plane (&one, 1, 1, 20, FALSE, &theme), NULL };
  cairo_surface_t *sheet = cvr_paint_sheet (titles, pictures, 2, &theme);
  int margin = (int) theme.text_size;

  g_assert_cmpint (cairo_image_surface_get_width (sheet), >, 200);
  /* Margins around, a line of two text sizes above each picture. */
  g_assert_cmpint (cairo_image_surface_get_height (sheet), ==, 3 * margin + 2 * 2 * margin + 20);
  g_assert_cmphex (surface_pixel (sheet, 1, 1), ==, packed (theme.paper));
  g_assert_cmphex (surface_pixel (sheet, margin + 5, 3 * margin + 5), ==,
                   cvr_paint_sequential (0.5));
  g_assert_null (cvr_paint_sheet (titles, pictures, 0, &theme));
  cairo_surface_destroy (sheet);
  cairo_surface_destroy (pictures[0]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paint/plane/pixels-are-exact", test_plane_pixels_are_exact);
  g_test_add_func ("/paint/plane/signed-is-symmetric", test_plane_signed_is_symmetric);
  g_test_add_func ("/paint/plane/of-one-value", test_plane_of_one_value);
  g_test_add_func ("/paint/plane/impossible-sizes-are-refused", test_impossible_sizes_are_refused);
  g_test_add_func ("/paint/kernel/zero-is-neutral", test_kernel_zero_is_neutral);
  g_test_add_func ("/paint/kernel/of-many-channels-is-their-mean",
                   test_kernel_of_many_channels_is_their_mean);
  g_test_add_func ("/paint/tiles/keep-their-places", test_tiles_keep_their_places);
  g_test_add_func ("/paint/heat/mixes-picture-and-map", test_heat_mixes_picture_and_map);
  g_test_add_func ("/paint/sheet/stacks-titled-pictures", test_sheet_stacks_titled_pictures);

  return g_test_run ();
}
