/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The painters of the inside: something is drawn where it should be, nothing breaks on odd input. */
#include "cvr-paint-inside.h"
#include "paint-canvas.h"

static CvrTheme
theme_of (guint k)
{
  return cvr_paint_theme (k & 1, k >> 1 & 1);
}

/* Large planes are drawn as one image, small ones cell by cell: the colours are the same. */
static void
test_small_cells (void)
{
  CvrTheme theme = theme_of (0);
  g_autofree float *values = g_new (float, 100 * 100);
  float four[4];
  cairo_t *large = canvas_new (204, 204, 1, &theme), *small = canvas_new (204, 204, 1, &theme);

  for (guint i = 0; i < 100 * 100; i++)
    values[i] = (float) (i / 5000 * 2 + i % 100 / 50);
  for (guint i = 0; i < 4; i++)
    four[i] = (float) i;
  cvr_paint_numbers (small, 204, 204, values, 100, 100, -1, -1, FALSE, &theme);
  cvr_paint_numbers (large, 204, 204, four, 2, 2, -1, -1, FALSE, &theme);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (colour_distance (canvas_pixel (small, 12 + i % 2 * 180, 12 + i / 2 * 180),
                                      canvas_pixel (large, 12 + i % 2 * 180, 12 + i / 2 * 180)),
                     <=, 1);
  cairo_destroy (large);
  cairo_destroy (small);
}

/* A window that hangs over the border is cut off there; one that is beside the plane is not drawn. */
static void
test_frame (void)
{
  for (guint k = 0; k < 4; k++)
    {
      CvrTheme theme = theme_of (k);
      cairo_t *cr = canvas_new (104, 104, 1, &theme);
      CvrFrame beside = { 12, 3, 3, 3, { 1, 1 } }, over = { -1, -1, 5, 5, { 2, 2 } };
      guint n;

      cvr_paint_frame (cr, 104, 104, 10, 10, &beside, &theme);
      g_assert_cmpuint (count_painted (cr, &theme), ==, 0);
      cvr_paint_frame (cr, 104, 104, 10, 10, &over, &theme);
      n = count_painted (cr, &theme);
      g_assert_cmpuint (n, >, 100);
      g_assert_cmpint (colour_distance (canvas_pixel (cr, 80, 80), packed (theme.paper)), ==, 0);
      g_assert_cmpint (colour_distance (canvas_pixel (cr, 42, 20), packed (theme.ink)), <=, 40);
      cairo_destroy (cr);
    }
}

static void
test_sum (void)
{
  static const CvrSumLine lines[] = {
    { "map 3", 0.412, FALSE }, { "a rather long name of something", -0.1, FALSE },
    { "bias", 0.1, FALSE },    { "=", 0.412, TRUE },
  };

  for (guint k = 0; k < 4; k++)
    {
      CvrTheme theme = theme_of (k);
      cairo_t *cr = canvas_new (150, 120, 1, &theme);

      cvr_paint_sum (cr, 150, 120, lines, 0, &theme);
      g_assert_cmpuint (count_painted (cr, &theme), ==, 0);
      cvr_paint_sum (cr, 150, 120, lines, G_N_ELEMENTS (lines), &theme);
      g_assert_cmpuint (count_painted (cr, &theme), >, 200);
      cvr_paint_sum (cr, 10, 4, lines, G_N_ELEMENTS (lines), &theme); /* No room. */
      cairo_destroy (cr);
    }
}

static void
test_function (void)
{
  CvrTheme theme = theme_of (0);
  cairo_t *cr = canvas_new (120, 120, 1, &theme);
  float x[33], y[33];

  for (guint i = 0; i < 33; i++)
    {
      x[i] = (float) (((double) i - 16) / 8);
      y[i] = MAX (x[i], 0);
    }
  y[3] = NAN;
  cvr_paint_function (cr, 120, 120, x, y, 33, 1, 1, &theme);
  /* The mark at (1, 1): three quarters across, half way up. */
  g_assert_cmpint (colour_distance (canvas_pixel (cr, 6 + 0.75 * 108, 6 + 0.5 * 108),
                                    packed (theme.validation)),
                   <=, 30);
  cvr_paint_function (cr, 120, 120, x, y, 1, 0, 0, &theme);
  cairo_destroy (cr);
}

/* Orange adds, blue takes away, and the strongest lies on top. */
static void
test_links (void)
{
  CvrTheme theme = theme_of (0);
  cairo_t *cr = canvas_new (100, 100, 1, &theme);
  static const CvrLink links[] = {
    { 0, 20, 100, 20, 1 },   { 0, 60, 100, 60, -1 }, { 0, 60, 100, 60, 0.01 },
    { 0, 90, 100, 90, 0.3 },
  };

  cvr_paint_links (cr, links, 0, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), ==, 0);
  cvr_paint_links (cr, links, G_N_ELEMENTS (links), &theme);
  g_assert_cmpint (colour_distance (canvas_pixel (cr, 50, 20), packed (theme.validation)), <=, 40);
  g_assert_cmpint (colour_distance (canvas_pixel (cr, 50, 60), packed (theme.training)), <=, 40);
  cairo_destroy (cr);
}

/* Arcs over the same stretch lie at different heights; those behind each other at one. */
static void
test_skips (void)
{
  CvrTheme theme = theme_of (0);
  CvrSkip skips[] = { { 0, 100, 9, FALSE }, { 20, 60, 9, TRUE }, { 60, 90, 9, FALSE } };
  cairo_t *cr = canvas_new (120, 60, 1, &theme);

  g_assert_cmpuint (cvr_paint_skip_levels (skips, 3), ==, 2);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (skips[i].level, ==, skips[i].to - skips[i].from > 50 ? 1 : 0);
  g_assert_cmpuint (cvr_paint_skip_levels (skips, 0), ==, 0);
  cvr_paint_skips (cr, 55, skips, 3, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), >, 100);
  cairo_destroy (cr);
}

static void
test_ridges (void)
{
  CvrTheme theme = theme_of (1);
  cairo_t *cr = canvas_new (300, 160, 1, &theme);
  guint64 some[16] = { 0, 1, 4, 9, 4, 1 }, none[16] = { 0 };
  const guint64 *counts[] = { some, none, some };
  CvrRidges ridges = { counts, 3, 16, 2, -1, 1, "epoch 0", "epoch 9" };

  cvr_paint_ridges (cr, 300, 160, &ridges, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), >, 500);
  ridges.n = 0;
  cvr_paint_ridges (cr, 300, 160, &ridges, &theme);
  ridges.n = 1;
  cvr_paint_ridges (cr, 20, 10, &ridges, &theme); /* No room. */
  cairo_destroy (cr);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/paint/numbers/small-cells-are-one-image", test_small_cells);
  g_test_add_func ("/paint/frame/cut-at-the-border", test_frame);
  g_test_add_func ("/paint/sum/lines", test_sum);
  g_test_add_func ("/paint/function/mark", test_function);
  g_test_add_func ("/paint/links/sign-and-strength", test_links);
  g_test_add_func ("/paint/skips/levels", test_skips);
  g_test_add_func ("/paint/ridges/any-number", test_ridges);

  return g_test_run ();
}
