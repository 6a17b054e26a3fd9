/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bins that grow: nothing is lost, and the way there does not matter. */
#include "cvr-rng.h"
#include "cvr-spread.h"

#include <math.h>
#include <string.h>

static guint64
total (const CvrSpread *spread)
{
  guint64 sum = 0;

  for (guint i = 0; i < CVR_SPREAD_BINS; i++)
    sum += spread->counts[i];

  return sum;
}

static void
test_counts (void)
{
  static const float values[] = { 0, -0.0f, 1, -1, 0.5f, 3.75f, NAN, INFINITY };
  CvrSpread spread;
  guint64 expected = 0;

  cvr_spread_init (&spread);
  cvr_spread_add (&spread, values, G_N_ELEMENTS (values));
  g_assert_cmpuint (spread.n, ==, 6);
  g_assert_cmpuint (spread.n_zeros, ==, 2);
  g_assert_cmpuint (spread.n_bad, ==, 2);
  g_assert_cmpuint (total (&spread), ==, 6);
  g_assert_cmpint (spread.exponent, ==, 2);
  g_assert_cmpfloat (spread.low, ==, -1);
  g_assert_cmpfloat (spread.high, ==, 3.75f);
  g_assert_cmpfloat (cvr_spread_mean (&spread), ==, 4.25 / 6);
  for (guint i = 0; i < CVR_SPREAD_BINS; i++)
    {
      expected = 0;
      for (guint j = 0; j < 6; j++)
        expected += (double) values[j] >= cvr_spread_edge (&spread, i) &&
                    (double) values[j] < cvr_spread_edge (&spread, i + 1);
      g_assert_cmpuint (spread.counts[i], ==, expected);
    }
}

/* In any order, in parts that are joined, and brought to wider bins: the same. */
static void
test_any_way (void)
{
  enum { N = 2000 };
  guint32 seed = (guint32) g_test_rand_int ();
  CvrRng rng = cvr_rng_new (seed, 0);
  float values[N], reversed[N];
  CvrSpread whole, back, part;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < N; i++)
    values[i] = reversed[N - 1 - i] =
      (float) (cvr_rng_normal (&rng) * exp2 (cvr_rng_between (&rng, -30, 12)));

  cvr_spread_init (&whole);
  cvr_spread_add (&whole, values, N);
  cvr_spread_init (&back);
  cvr_spread_add (&back, reversed, N);
  g_assert_cmpmem (whole.counts, sizeof whole.counts, back.counts, sizeof back.counts);

  cvr_spread_init (&part);
  cvr_spread_add (&part, values, 10);
  cvr_spread_add (&part, values + 10, N - 10);
  g_assert_cmpmem (whole.counts, sizeof whole.counts, part.counts, sizeof part.counts);
  g_assert_cmpuint (part.n, ==, N);
  g_assert_cmpfloat (part.low, ==, whole.low);
  g_assert_cmpfloat (part.high, ==, whole.high);
}

static void
test_align (void)
{
  static const float small[] = { 0.01f, -0.02f, 0.03f }, large[] = { 100, -3, 0.25f };
  CvrSpread a, b;

  cvr_spread_init (&a);
  cvr_spread_init (&b);
  cvr_spread_add (&a, small, 3);
  cvr_spread_add (&b, large, 3);
  g_assert_cmpint (a.exponent, <, b.exponent);
  cvr_spread_align ((CvrSpread *const[]) { &a, &b }, 2);
  g_assert_cmpint (a.exponent, ==, b.exponent);
  g_assert_cmpuint (total (&a), ==, 3);
  g_assert_cmpuint (a.counts[CVR_SPREAD_BINS / 2], ==, 2);
  g_assert_cmpuint (a.counts[CVR_SPREAD_BINS / 2 - 1], ==, 1);
}

static void
test_nothing (void)
{
  static const float zeros[3] = { 0 };
  CvrSpread empty, still;

  cvr_spread_init (&empty);
  g_assert_cmpfloat (cvr_spread_mean (&empty), ==, 0);
  g_assert_cmpfloat (cvr_spread_deviation (&empty), ==, 0);
  cvr_spread_init (&still);
  cvr_spread_add (&still, zeros, 3);
  g_assert_cmpuint (still.n_zeros, ==, 3);
  g_assert_cmpfloat (still.high, ==, 0);
  g_assert_cmpint (still.exponent, ==, CVR_SPREAD_LEAST_EXPONENT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/spread/values-lie-in-their-bins", test_counts);
  g_test_add_func ("/session/spread/any-way-to-the-same-bins", test_any_way);
  g_test_add_func ("/session/spread/aligned-on-one-axis", test_align);
  g_test_add_func ("/session/spread/nothing-and-zeros", test_nothing);

  return g_test_run ();
}
