/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory planner: exact places, no memory touched. */
#include "nn-plan.h"

#include "cvr-rng.h"

static void
test_exact_places (void)
{
  /* A chain: each block lives while the next is made. The largest is placed first. */
  NnPlanBlock blocks[] = { { 100, 0, 1 }, { 1000, 1, 2 }, { 64, 2, 3 }, { 200, 3, 4 } };
  static const gsize expected[] = { 1024, 0, 1024, 0 };
  gsize total = 0;

  g_assert_true (nn_plan (blocks, 4, &total));
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (blocks[i].offset, ==, expected[i]);
  g_assert_cmpuint (total, ==, 1024 + 128);
}

static void
test_fills_a_gap (void)
{
  /* The two large ones leave a hole of 128 bytes once the middle one has gone. */
  NnPlanBlock blocks[] = { { 512, 0, 9 }, { 128, 0, 3 }, { 320, 0, 9 }, { 100, 4, 9 } };
  gsize total = 0;

  g_assert_true (nn_plan (blocks, 4, &total));
  g_assert_cmpuint (blocks[0].offset, ==, 0);
  g_assert_cmpuint (blocks[2].offset, ==, 512);
  g_assert_cmpuint (blocks[1].offset, ==, 832);
  g_assert_cmpuint (blocks[3].offset, ==, 832);
  g_assert_cmpuint (total, ==, 960);
}

static void
test_empty_blocks_and_lists (void)
{
  NnPlanBlock blocks[] = { { 0, 0, 5 }, { 1, 0, 5 } };
  gsize total = 7;

  g_assert_true (nn_plan (NULL, 0, &total));
  g_assert_cmpuint (total, ==, 0);
  g_assert_true (nn_plan (blocks, 2, &total));
  g_assert_cmpuint (total, ==, NN_PLAN_ALIGN);
}

static void
test_refuses_overflow (void)
{
  NnPlanBlock one[] = { { G_MAXSIZE - 5, 0, 1 } };
  NnPlanBlock two[] = { { G_MAXSIZE / 2 + 1000, 0, 1 }, { G_MAXSIZE / 2 + 1000, 1, 2 } };
  gsize total;

  g_assert_false (nn_plan (one, 1, &total));
  g_assert_false (nn_plan (two, 2, &total));
}

/* Blocks alive together never meet, and the plan is at least as large as the fullest step and at
 * most as large as all blocks side by side. */
static void
test_random_blocks_never_meet (void)
{
  CvrRng rng = cvr_rng_new (8, 0);

  g_test_message ("seed 8");
  for (guint round = 0; round < 300; round++)
    {
      enum { N = 40, STEPS = 30 };
      NnPlanBlock blocks[N];
      gsize total = 0, sum = 0, fullest = 0;

      for (guint i = 0; i < N; i++)
        {
          blocks[i].size = 1 + cvr_rng_below (&rng, 5000);
          blocks[i].first = cvr_rng_below (&rng, STEPS);
          blocks[i].last = blocks[i].first + cvr_rng_below (&rng, 8);
          sum += (blocks[i].size + NN_PLAN_ALIGN - 1) / NN_PLAN_ALIGN * NN_PLAN_ALIGN;
        }
      g_assert_true (nn_plan (blocks, N, &total));

      for (guint i = 0; i < N; i++)
        for (guint j = 0; j < i; j++)
          if (blocks[i].first <= blocks[j].last && blocks[j].first <= blocks[i].last)
            g_assert_true (blocks[i].offset + blocks[i].size <= blocks[j].offset ||
                           blocks[j].offset + blocks[j].size <= blocks[i].offset);
      for (guint step = 0; step < STEPS + 8; step++)
        {
          gsize full = 0;

          for (guint i = 0; i < N; i++)
            full += blocks[i].first <= step && step <= blocks[i].last ? blocks[i].size : 0;
          fullest = MAX (fullest, full);
        }
      for (guint i = 0; i < N; i++)
        g_assert_cmpuint (blocks[i].offset % NN_PLAN_ALIGN, ==, 0);
      g_assert_cmpuint (total, >=, fullest);
      g_assert_cmpuint (total, <=, sum);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/plan/exact-places", test_exact_places);
  g_test_add_func ("/engine/plan/fills-a-gap", test_fills_a_gap);
  g_test_add_func ("/engine/plan/empty-blocks-and-lists", test_empty_blocks_and_lists);
  g_test_add_func ("/engine/plan/refuses-overflow", test_refuses_overflow);
  g_test_add_func ("/engine/plan/random-blocks-never-meet", test_random_blocks_never_meet);

  return g_test_run ();
}
