/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours keep their meanings and can be told from the paper and from each other; maps are in
 * order. */
#include "cvr-paint.h"

#include <math.h>
#include <string.h>

static CvrRgba
unpack (guint32 rgb)
{
  return (CvrRgba) { ((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0,
                     1 };
}

/* Relative luminance follows from the contrast with black, whose own is 0. */
static double
luminance (CvrRgba colour)
{
  return cvr_paint_contrast (colour, (CvrRgba) { 0, 0, 0, 1 }) * 0.05 - 0.05;
}

/* Hue in degrees and chroma 0 … 1 of the hexagon model. */
static double
hue (CvrRgba c,
     double *chroma)
{
  double high = fmax (c.red, fmax (c.green, c.blue)), low = fmin (c.red, fmin (c.green, c.blue));
  double span = high - low, h;

  *chroma = span;
  if (span == 0)
    return 0;
  if (high == c.red)
    h = 60 * (c.green - c.blue) / span;
  else if (high == c.green)
    h = 120 + 60 * (c.blue - c.red) / span;
  else
    h = 240 + 60 * (c.red - c.green) / span;

  return h < 0 ? h + 360 : h;
}

static double
hue_distance (double a,
              double b)
{
  double d = fabs (a - b);

  return MIN (d, 360 - d);
}

static void
for_each_theme (void (*check) (const CvrTheme *theme))
{
  for (guint i = 0; i < 4; i++)
    {
      CvrTheme theme = cvr_paint_theme (i & 1, i & 2);

      g_assert_true (theme.dark == (gboolean) (i & 1));
      g_assert_true (theme.high_contrast == !!(i & 2));
      check (&theme);
    }
}

static void
check_contrast (const CvrTheme *theme)
{
  const CvrRgba curves[] = { theme->training, theme->validation, theme->right, theme->wrong };

  g_assert_cmpfloat (cvr_paint_contrast (theme->ink, theme->paper), >=,
                     theme->high_contrast ? 15 : 7);
  g_assert_cmpfloat (cvr_paint_contrast (theme->dim, theme->paper), >=, 4.5);
  for (guint i = 0; i < G_N_ELEMENTS (curves); i++)
    g_assert_cmpfloat (cvr_paint_contrast (curves[i], theme->paper), >=, 3);
  for (guint k = 0; k < 8; k++)
    g_assert_cmpfloat (cvr_paint_contrast (theme->classes[k], theme->paper), >=, 3);
}

static void
test_contrast (void)
{
  g_assert_cmpfloat_with_epsilon (cvr_paint_contrast ((CvrRgba) { 1, 1, 1, 1 },
                                                      (CvrRgba) { 0, 0, 0, 1 }), 21, 1e-9);
  for_each_theme (check_contrast);
}

/* A class is either nearly grey or at least 20° away from every hue that means something else. */
static void
check_reserved (const CvrTheme *theme)
{
  const CvrRgba reserved[] = { theme->training, theme->validation, theme->right, theme->wrong };

  for (guint k = 0; k < 8; k++)
    for (guint i = 0; i < G_N_ELEMENTS (reserved); i++)
      {
        double chroma, ignored;
        double class_hue = hue (theme->classes[k], &chroma);

        if (chroma > 0.25)
          g_assert_cmpfloat (hue_distance (class_hue, hue (reserved[i], &ignored)), >=, 17);
      }
}

static void
test_classes_avoid_reserved_hues (void)
{
  for_each_theme (check_reserved);
}

static void
check_distinct (const CvrTheme *theme)
{
  for (guint a = 0; a < 8; a++)
    {
      CvrRgba again = cvr_paint_class_colour (theme, a + 8);

      g_assert_true (memcmp (&again, &theme->classes[a], sizeof again) == 0);
      for (guint b = 0; b < a; b++)
        {
          double red = theme->classes[a].red - theme->classes[b].red,
            green = theme->classes[a].green - theme->classes[b].green;
          double blue = theme->classes[a].blue - theme->classes[b].blue;

          g_assert_cmpfloat (sqrt (red * red + green * green + blue * blue), >=, 0.18);
        }
    }
}

static void
test_classes_are_distinct (void)
{
  for_each_theme (check_distinct);
}

static void
test_sequential_luminance_rises (void)
{
  double last = -1;

  for (guint i = 0; i <= 64; i++)
    {
      double now = luminance (unpack (cvr_paint_sequential (i / 64.0)));

      g_assert_cmpfloat (now, >, last);
      last = now;
    }
  g_assert_cmpfloat (last, >, 0.85);
  g_assert_cmpfloat (luminance (unpack (cvr_paint_sequential (0))), <, 0.01);
  g_assert_cmphex (cvr_paint_sequential (-3), ==, cvr_paint_sequential (0));
  g_assert_cmphex (cvr_paint_sequential (NAN), ==, cvr_paint_sequential (0));
  g_assert_cmphex (cvr_paint_sequential (INFINITY), ==, cvr_paint_sequential (1));
}

static void
check_diverging (const CvrTheme *theme)
{
  double chroma, last = 0;

  g_assert_cmpfloat_with_epsilon (cvr_paint_contrast (unpack (cvr_paint_diverging (theme, 0)),
                                                      theme->paper), 1, 0.01);
  g_assert_cmphex (cvr_paint_diverging (theme, NAN), ==, cvr_paint_diverging (theme, 0));
  g_assert_cmpfloat (hue_distance (hue (unpack (cvr_paint_diverging (theme, -1)), &chroma), 212), <,
                     12);
  g_assert_cmpfloat (hue_distance (hue (unpack (cvr_paint_diverging (theme, 1)), &chroma), 27), <,
                     12);
  g_assert_cmphex (cvr_paint_diverging (theme, 9), ==, cvr_paint_diverging (theme, 1));

  /* Each side only moves away from the paper. */
  for (gint sign = -1; sign <= 1; sign += 2)
    for (guint i = 0; i <= 16; i++)
      {
        double contrast = cvr_paint_contrast (unpack (cvr_paint_diverging (theme,
                                                                           sign * (i / 16.0))),
                                                                           theme->paper);

        g_assert_cmpfloat (contrast, >=, i == 0 ? 0.99 : last);
        last = contrast;
      }
}

static void
test_diverging_is_paper_at_zero (void)
{
  for_each_theme (check_diverging);
}

static void
test_ticks_are_round (void)
{
  double ticks[10];

  g_assert_cmpuint (cvr_paint_nice_ticks (0, 1, 6, ticks), ==, 6);
  g_assert_cmpfloat_with_epsilon (ticks[1], 0.2, 1e-12);
  g_assert_cmpuint (cvr_paint_nice_ticks (0, 12, 7, ticks), ==, 7);
  g_assert_cmpfloat (ticks[6], ==, 12);
  g_assert_cmpuint (cvr_paint_nice_ticks (-0.3, 0.3, 4, ticks), ==, 3);
  g_assert_cmpfloat (ticks[1], ==, 0);
  g_assert_false (signbit (ticks[1]));
  g_assert_cmpuint (cvr_paint_nice_ticks (5, 5, 4, ticks), ==, 1);
  g_assert_cmpfloat (ticks[0], ==, 5);
}

static void
test_ticks_of_impossible_ranges (void)
{
  double ticks[4];

  g_assert_cmpuint (cvr_paint_nice_ticks (NAN, 1, 4, ticks), ==, 0);
  g_assert_cmpuint (cvr_paint_nice_ticks (0, INFINITY, 4, ticks), ==, 0);
  g_assert_cmpuint (cvr_paint_nice_ticks (-1e308, 1e308, 4, ticks), ==, 0);
  g_assert_cmpuint (cvr_paint_nice_ticks (2, 1, 4, ticks), ==, 0);
  g_assert_cmpuint (cvr_paint_nice_ticks (0, 1, 0, ticks), ==, 0);
}

static void
test_ticks_stay_inside (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      double low = g_test_rand_double_range (-1000, 1000),
        span = pow (10, g_test_rand_double_range (-6, 6));
      guint max = (guint) g_test_rand_int_range (2, 12);
      double ticks[12];
      guint n = cvr_paint_nice_ticks (low, low + span, max, ticks);

      g_assert_cmpuint (n, <=, max);
      for (guint t = 0; t < n; t++)
        {
          g_assert_cmpfloat (ticks[t], >=, low - 1e-6 * span);
          g_assert_cmpfloat (ticks[t], <=, low + span * (1 + 1e-6));
          if (t > 1)
            g_assert_cmpfloat_with_epsilon (ticks[t] - ticks[t - 1], ticks[1] - ticks[0],
                                            1e-6 * span);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paint/theme/contrast", test_contrast);
  g_test_add_func ("/paint/theme/classes-avoid-reserved-hues", test_classes_avoid_reserved_hues);
  g_test_add_func ("/paint/theme/classes-are-distinct", test_classes_are_distinct);
  g_test_add_func ("/paint/map/sequential-luminance-rises", test_sequential_luminance_rises);
  g_test_add_func ("/paint/map/diverging-is-paper-at-zero", test_diverging_is_paper_at_zero);
  g_test_add_func ("/paint/ticks/are-round", test_ticks_are_round);
  g_test_add_func ("/paint/ticks/of-impossible-ranges", test_ticks_of_impossible_ranges);
  g_test_add_func ("/paint/ticks/stay-inside", test_ticks_stay_inside);

  return g_test_run ();
}
