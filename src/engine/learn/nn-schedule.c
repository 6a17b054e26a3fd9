/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the learning rate moves over a training: pure functions, drawn before training starts. */
#include "nn-schedule.h"

#include <math.h>

static const char *const names[] = { "constant", "step", "cosine", "onecycle", "triangular" };

G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_SCHEDULES);

NnScheduleSpec
nn_schedule_spec_default (NnScheduleKind kind)
{
  return (NnScheduleSpec) { kind, 0.1f, 1 / 3.0f, kind == NN_SCHEDULE_TRIANGULAR ? 0.23f : 0.3f };
}

/* Half a cosine from @from to @to; @part 0 … 1. */
static double
half_cosine (double from,
             double to,
             double part)
{
  return to + (from - to) * 0.5 * (1 + cos (G_PI * CLAMP (part, 0, 1)));
}

/* The turning point lies where PyTorch's OneCycleLR puts it: warm_up·n − 1. */
static double
one_cycle (double  base,
           double  warm_up,
           guint64 step,
           guint64 n_steps)
{
  double turn = MAX (warm_up * (double) n_steps - 1, 0);
  double last = (double) n_steps - 1;
  double at = (double) step;

  if (at < turn)
    return half_cosine (base / 25, base, at / turn);

  return half_cosine (base, base / 1e4, last > turn ? (at - turn) / (last - turn) : 0);
}

/* The turning point is a whole step, so that the highest rate is reached. */
static double
triangle (double  base,
          double  warm_up,
          guint64 step,
          guint64 n_steps)
{
  double turn = floor (warm_up * (double) n_steps);
  double at = (double) step;

  if (at < turn)
    return base * (0.2 + 0.8 * at / turn);

  return base * (1 - 0.93 * (at - turn) / ((double) n_steps - turn));
}

/**
 * nn_schedule_lr:
 * @base: the highest learning rate of the training
 * @step: 0 … @n_steps − 1; later ones keep the last value
 *
 * Step and cosine equal PyTorch's StepLR (its step_size is step_fraction·n_steps, rounded) and
 * CosineAnnealingLR; one-cycle its OneCycleLR with final_div_factor 400, which ends at base/10⁴.
 * The triangle would reach 0.07·base one step after the last.
 *
 * Returns: the learning rate of one step. Pure; any thread.
 */
double
nn_schedule_lr (const NnScheduleSpec *spec,
                double                base,
                guint64               step,
                guint64               n_steps)
{
  guint64 period;

  if (n_steps == 0)
    return base;

  step = MIN (step, n_steps - 1);
  switch (spec->kind)
    {
    case NN_SCHEDULE_STEP:
      period = (guint64) MAX (floor ((double) spec->step_fraction * (double) n_steps + 0.5), 1);
      return base * pow ((double) spec->gamma, (double) (step / period));
    case NN_SCHEDULE_COSINE:
      return half_cosine (base, 0, (double) step / (double) n_steps);
    case NN_SCHEDULE_ONECYCLE:
      return one_cycle (base, (double) spec->warm_up, step, n_steps);
    case NN_SCHEDULE_TRIANGULAR:
      return triangle (base, MIN ((double) spec->warm_up, 1), step, n_steps);
    default:
      return base;
    }
}

const char *
nn_schedule_name (NnScheduleKind kind)
{
  g_return_val_if_fail ((guint) kind < NN_N_SCHEDULES, NULL);

  return names[kind];
}

gboolean
nn_schedule_parse (const char     *name,
                   NnScheduleKind *kind)
{
  for (guint i = 0; i < NN_N_SCHEDULES; i++)
    if (g_strcmp0 (name, names[i]) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}
