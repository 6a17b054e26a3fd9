/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generator, the checked sizes and the bounded reader. */
#include "cvr-bytes.h"
#include "cvr-rng.h"
#include "cvr-size.h"

#include <math.h>

static void
test_rng_matches_reference (void)
{
  /* First values of the reference implementation's demonstration, seed 42 and stream 54. */
  static const guint32 expected[] = { 0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e };
  CvrRng rng = cvr_rng_new (42, 54);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmphex (cvr_rng_next (&rng), ==, expected[i]);
}

static void
test_rng_moments (void)
{
  enum { N = 100000 };
  CvrRng rng = cvr_rng_new (1, 2);
  double sum = 0, squares = 0, uniform = 0;

  for (guint i = 0; i < N; i++)
    {
      double x = cvr_rng_normal (&rng);
      double u = cvr_rng_uniform (&rng);

      g_assert_true (u >= 0 && u < 1);
      sum += x;
      squares += x * x;
      uniform += u;
    }

  /* Six standard errors of each estimate. */
  g_assert_cmpfloat (fabs (sum / N), <, 6 / sqrt (N));
  g_assert_cmpfloat (fabs (squares / N - 1), <, 6 * sqrt (2.0 / N));
  g_assert_cmpfloat (fabs (uniform / N - 0.5), <, 6 * sqrt (1.0 / 12 / N));
}

static void
test_rng_below_reaches_every_value (void)
{
  CvrRng rng = cvr_rng_new (7, 0);
  guint seen[7] = { 0 };

  for (guint i = 0; i < 7000; i++)
    seen[cvr_rng_below (&rng, 7)]++;

  for (guint i = 0; i < 7; i++)
    g_assert_cmpuint (seen[i], >, 800);
}

static void
test_rng_shuffle_keeps_values (void)
{
  CvrRng rng = cvr_rng_new (3, 0);
  guint values[100], seen[100] = { 0 }, moved = 0;

  for (guint i = 0; i < 100; i++)
    values[i] = i;
  cvr_rng_shuffle (&rng, values, 100);
  for (guint i = 0; i < 100; i++)
    {
      seen[values[i]]++;
      moved += values[i] != i;
    }
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (seen[i], ==, 1);
  g_assert_cmpuint (moved, >, 80);
}

static void
test_size_product_refuses_overflow (void)
{
  gsize product = 5;

  g_assert_true (cvr_size_product (&product, 3, 4, 5, 6));
  g_assert_cmpuint (product, ==, 360);
  g_assert_false (cvr_size_product (&product, G_MAXSIZE / 2, 3, 1, 1));
  g_assert_false (cvr_size_product (&product, 65536, 65536, 65536, 65536));
  g_assert_cmpuint (product, ==, 360);
  g_assert_true (cvr_size_product (&product, G_MAXSIZE, 0, 7, 1));
  g_assert_cmpuint (product, ==, 0);
}

static void
test_reader_stops_at_the_end (void)
{
  static const guint8 bytes[] = { 1, 2, 3, 4, 5, 6, 7 };
  CvrReader reader = cvr_reader_new (bytes, sizeof bytes);

  g_assert_cmphex (cvr_reader_u16_be (&reader), ==, 0x0102);
  g_assert_cmphex (cvr_reader_u32_le (&reader), ==, 0x06050403);
  g_assert_false (reader.overrun);
  g_assert_cmphex (cvr_reader_u16_le (&reader), ==, 0);
  g_assert_true (reader.overrun);
  g_assert_cmpuint (cvr_reader_left (&reader), ==, 1);
  g_assert_cmphex (cvr_reader_u8 (&reader), ==, 0);
  g_assert_null (cvr_reader_take (&reader, G_MAXSIZE));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/rng/matches-reference", test_rng_matches_reference);
  g_test_add_func ("/base/rng/moments", test_rng_moments);
  g_test_add_func ("/base/rng/below-reaches-every-value", test_rng_below_reaches_every_value);
  g_test_add_func ("/base/rng/shuffle-keeps-values", test_rng_shuffle_keeps_values);
  g_test_add_func ("/base/size/refuses-overflow", test_size_product_refuses_overflow);
  g_test_add_func ("/base/reader/stops-at-the-end", test_reader_stops_at_the_end);

  return g_test_run ();
}
