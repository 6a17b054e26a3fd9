/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learning rate schedules against PyTorch's. */
#include "golden-learn.h"
#include "learn-support.h"

enum { N_STEPS = 30 };

/* PyTorch's cosine is a recursion: its own rounding adds up to some 1e-15 over thirty steps. */
static const double tolerance = 1e-12;

static void
check (NnScheduleKind kind,
       const double  *expected)
{
  NnScheduleSpec spec = nn_schedule_spec_default (kind);

  for (guint i = 0; i < N_STEPS; i++)
    assert_close (nn_schedule_lr (&spec, (double) 0.1f, i, N_STEPS), expected[i], tolerance);
}

static void
test_pytorch (void)
{
  check (NN_SCHEDULE_STEP, golden_schedule_step);
  check (NN_SCHEDULE_COSINE, golden_schedule_cosine);
  check (NN_SCHEDULE_ONECYCLE, golden_schedule_onecycle);
}

/* A fifth of the rate at first, all of it at the turning point, a straight line on both sides. */
static void
test_triangle (void)
{
  NnScheduleSpec spec = nn_schedule_spec_default (NN_SCHEDULE_TRIANGULAR);

  assert_close (nn_schedule_lr (&spec, 2, 0, 100), 0.4, 1e-9);
  assert_close (nn_schedule_lr (&spec, 2, 23, 100), 2, 1e-9);
  assert_close (nn_schedule_lr (&spec, 2, 99, 100), 2 * (0.07 + 0.93 / 77), 1e-9);
  for (guint64 step = 1; step < 99; step++)
    {
      double before = nn_schedule_lr (&spec, 2, step - 1, 100);
      double after = nn_schedule_lr (&spec, 2, step + 1, 100);
      double bend = before - 2 * nn_schedule_lr (&spec, 2, step, 100) + after;

      g_assert_true (step == 23 ? bend < -0.01 : fabs (bend) < 1e-9);
    }
}

static void
test_edges (void)
{
  for (guint kind = 0; kind < NN_N_SCHEDULES; kind++)
    {
      NnScheduleSpec spec = nn_schedule_spec_default (kind);
      NnScheduleKind parsed;

      g_assert_true (nn_schedule_parse (nn_schedule_name (kind), &parsed));
      g_assert_cmpint (parsed, ==, kind);
      for (guint64 n_steps = 0; n_steps < 5; n_steps++)
        for (guint64 step = 0; step < 7; step++)
          {
            double lr = nn_schedule_lr (&spec, 1, step, n_steps);

            g_assert_true (lr >= 0 && lr <= 1);
          }
      spec.warm_up = spec.step_fraction = 0;
      g_assert_true (isfinite (nn_schedule_lr (&spec, 1, 3, 10)));
    }
  g_assert_cmpfloat (nn_schedule_lr (&(NnScheduleSpec) { NN_SCHEDULE_CONSTANT }, 0.25, 5, 10), ==,
                     0.25);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learn/schedule/matches-pytorch", test_pytorch);
  g_test_add_func ("/learn/schedule/triangle-turns-once", test_triangle);
  g_test_add_func ("/learn/schedule/short-trainings-stay-in-range", test_edges);

  return g_test_run ();
}
