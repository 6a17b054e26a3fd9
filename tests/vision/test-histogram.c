/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Histograms: known figures, and counting by hand. */
#include "cvr-histogram.h"
#include "cvr-rng.h"

#include <math.h>
#include <string.h>

static const guint64 seed = 90210;

static void
test_known_picture (void)
{
  static const guint8 levels[] = { 0, 10, 10, 20, 20, 20, 20, 255 };
  g_autoptr (CvrImage) image = cvr_image_new (4, 2, 1);
  CvrHistogram histogram;

  memcpy (image->data, levels, sizeof levels);
  cvr_histogram_init (&histogram, image);
  g_assert_cmpuint (histogram.n_channels, ==, 1);
  g_assert_cmpuint (histogram.n, ==, 8);
  g_assert_cmpuint (histogram.bins[0][10], ==, 2);
  g_assert_cmpuint (histogram.bins[0][20], ==, 4);
  g_assert_cmpuint (histogram.cumulative[0][0], ==, 1);
  g_assert_cmpuint (histogram.cumulative[0][19], ==, 3);
  g_assert_cmpuint (histogram.cumulative[0][255], ==, 8);
  g_assert_cmpuint (histogram.lowest[0], ==, 0);
  g_assert_cmpuint (histogram.highest[0], ==, 255);
  g_assert_cmpuint (histogram.median[0], ==, 20);
  /* 355 / 8; the mean of the squares is 66,825 / 8. */
  g_assert_cmpfloat (histogram.mean[0], ==, 44.375);
  g_assert_cmpfloat_with_epsilon (histogram.deviation[0],
                                  sqrt (66825 / 8.0 - 44.375 * 44.375), 1e-9);
}

static void
test_one_level_has_no_deviation (void)
{
  g_autoptr (CvrImage) image = cvr_image_new (5, 7, 3);
  CvrHistogram histogram;

  memset (image->data, 200, cvr_image_n_bytes (image));
  cvr_histogram_init (&histogram, image);
  for (guint c = 0; c < 3; c++)
    {
      g_assert_cmpfloat (histogram.mean[c], ==, 200);
      g_assert_cmpfloat (histogram.deviation[c], ==, 0);
      g_assert_cmpuint (histogram.lowest[c], ==, 200);
      g_assert_cmpuint (histogram.median[c], ==, 200);
      g_assert_cmpuint (histogram.highest[c], ==, 200);
    }
}

static void
test_channels_are_counted_apart (void)
{
  CvrRng rng = cvr_rng_new (seed, 1);

  for (guint k = 0; k < 20; k++)
    {
      guint channels = k % 2 == 0 ? 3 : 1;
      g_autoptr (CvrImage) image =
        cvr_image_new (1 + cvr_rng_below (&rng, 50), 1 + cvr_rng_below (&rng, 50), channels);
      CvrHistogram histogram;

      for (gsize i = 0; i < cvr_image_n_bytes (image); i++)
        image->data[i] = (guint8) cvr_rng_below (&rng, 256);
      cvr_histogram_init (&histogram, image);
      g_assert_cmpuint (histogram.n_channels, ==, channels);
      for (guint c = 0; c < channels; c++)
        for (guint level = 0; level < CVR_HISTOGRAM_LEVELS; level++)
          {
            guint64 n = 0, up_to = 0;

            for (gsize i = c; i < cvr_image_n_bytes (image); i += channels)
              {
                n += image->data[i] == level;
                up_to += image->data[i] <= level;
              }
            g_assert_cmpuint (histogram.bins[c][level], ==, n);
            g_assert_cmpuint (histogram.cumulative[c][level], ==, up_to);
          }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %" G_GUINT64_FORMAT, seed);

  g_test_add_func ("/vision/histogram/known-picture", test_known_picture);
  g_test_add_func ("/vision/histogram/one-level-has-no-deviation",
                   test_one_level_has_no_deviation);
  g_test_add_func ("/vision/histogram/channels-are-counted-apart",
                   test_channels_are_counted_apart);

  return g_test_run ();
}
