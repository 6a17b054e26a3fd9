/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which moments become pictures, as arithmetic. */
#include "capture-support.h"

#include "cvr-moments.h"

static void
test_count (void)
{
  static const struct { double start, end, rate; guint n; } cases[] = {
    { 0, 10, 1, 10 },    { 0, 10, 0.2, 2 },   { 0, 10.5, 0.2, 3 }, { 2.5, 5, 2, 5 },
    { 0, 0.05, 1, 1 },   { 3, 3, 10, 1 },     { 5, 3, 10, 1 },     { 0, 1, 10, 10 },
    { 0, 0.3, 10, 3 },   { 0, 3600, 10, 36000 }, { 0.1, 0.4, 10, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CvrMoments moments = { cases[i].start, cases[i].end, cases[i].rate };

      g_test_message ("case %u", i);
      g_assert_cmpuint (cvr_moments_count (&moments), ==, cases[i].n);
    }
}

static void
test_all_lie_inside (void)
{
  const guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 2000; i++)
    {
      double start = g_rand_double_range (rand, 0, 500);
      CvrMoments moments = { start, start + g_rand_double_range (rand, 0.01, 300),
                             g_rand_double_range (rand, 0.2, 10) };
      guint n = cvr_moments_count (&moments);

      g_assert_cmpfloat (cvr_moments_at (&moments, 0), ==, moments.start);
      g_assert_cmpfloat (cvr_moments_at (&moments, n - 1), <, moments.end);
      g_assert_cmpfloat (cvr_moments_at (&moments, n), >, moments.end - 1e-5);
    }
}

static void
test_rate (void)
{
  g_assert_cmpfloat (cvr_moments_rate (1, 25), ==, 1);
  g_assert_cmpfloat (cvr_moments_rate (10, 5), ==, 5);
  g_assert_cmpfloat (cvr_moments_rate (99, 0), ==, 10);
  g_assert_cmpfloat (cvr_moments_rate (0, 25), ==, 0.2);
}

static void
test_due (void)
{
  g_assert_cmpuint (cvr_moments_due (-1, 5), ==, 0);
  g_assert_cmpuint (cvr_moments_due (0, 5), ==, 1);
  g_assert_cmpuint (cvr_moments_due (0.19, 5), ==, 1);
  g_assert_cmpuint (cvr_moments_due (0.2, 5), ==, 2);
  g_assert_cmpuint (cvr_moments_due (3, 10), ==, 31);
  g_assert_cmpuint (cvr_moments_due (4.9, 0.2), ==, 1);
}

static void
test_names (void)
{
  static const struct { const char *clip; double at; const char *name; } cases[] = {
    { "clip.webm", 12.4, "clip 00:12.4" },     { "clip", 0, "clip 00:00.0" },
    { ".hidden", 61, ".hidden 01:01.0" },      { "a.b.mp4", 3723.05, "a.b 1:02:03.0" },
    { "ñandú.ogv", 0.3, "ñandú 00:00.3" },     { "x.avi", 0.1 + 0.2, "x 00:00.3" },
    { "x.avi", -4, "x 00:00.0" },              { "x.avi", 59.99, "x 00:59.9" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = cvr_moments_name (cases[i].clip, cases[i].at);

      g_assert_cmpstr (name, ==, cases[i].name);
    }
}

static void
test_names_differ_at_the_highest_rate (void)
{
  CvrMoments moments = { 0.05, 100, CVR_MOMENTS_MOST_RATE };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = cvr_moments_count (&moments);

  for (guint k = 0; k < n; k++)
    g_assert_true (
      g_hash_table_add (seen, cvr_moments_name ("clip", cvr_moments_at (&moments, k))));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/capture/moments/are-counted-before-reading", test_count);
  g_test_add_func ("/capture/moments/all-lie-inside", test_all_lie_inside);
  g_test_add_func ("/capture/moments/not-faster-than-the-clip", test_rate);
  g_test_add_func ("/capture/moments/one-at-once-while-held", test_due);
  g_test_add_func ("/capture/moments/names-say-where", test_names);
  g_test_add_func ("/capture/moments/names-differ-at-the-highest-rate",
                   test_names_differ_at_the_highest_rate);

  return g_test_run ();
}
