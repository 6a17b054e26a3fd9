/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PCG-XSH-RR 64/32 generator and the few distributions the program draws from. */
#include "cvr-rng.h"

#include <math.h>

static const guint64 multiplier = G_GUINT64_CONSTANT (6364136223846793005);

/**
 * cvr_rng_new:
 * @seed: where the sequence starts
 * @stream: which of the 2^63 sequences; two streams of one seed are independent
 *
 * Returns: a generator by value. Any thread.
 */
CvrRng
cvr_rng_new (guint64 seed,
             guint64 stream)
{
  CvrRng rng = { 0, (stream << 1) | 1 };

  cvr_rng_next (&rng);
  rng.state += seed;
  cvr_rng_next (&rng);

  return rng;
}

/**
 * cvr_rng_next:
 *
 * Returns: 32 uniform bits.
 */
guint32
cvr_rng_next (CvrRng *rng)
{
  guint64 old = rng->state;
  guint32 mixed = (guint32) (((old >> 18) ^ old) >> 27);
  guint32 turn = (guint32) (old >> 59);

  rng->state = old * multiplier + rng->increment;

  return (mixed >> turn) | (mixed << ((32 - turn) & 31));
}

/**
 * cvr_rng_below:
 * @bound: at least 1
 *
 * Returns: a uniform integer in 0 … @bound − 1, without modulo bias (values of the incomplete last
 * interval are drawn again).
 */
guint32
cvr_rng_below (CvrRng *rng,
               guint32 bound)
{
  guint32 reject;

  g_return_val_if_fail (bound > 0, 0);

  reject = (0u - bound) % bound;
  for (;;)
    {
      guint32 value = cvr_rng_next (rng);

      if (value >= reject)
        return value % bound;
    }
}

/**
 * cvr_rng_uniform:
 *
 * Returns: a number in [0, 1) with 53 random bits.
 */
double
cvr_rng_uniform (CvrRng *rng)
{
  guint64 high = cvr_rng_next (rng) >> 5;
  guint64 low = cvr_rng_next (rng) >> 6;

  return (double) ((high << 26) | low) * 0x1.0p-53;
}

/**
 * cvr_rng_between:
 *
 * Returns: a uniform number in [@low, @high).
 */
double
cvr_rng_between (CvrRng *rng,
                 double  low,
                 double  high)
{
  return low + (high - low) * cvr_rng_uniform (rng);
}

/**
 * cvr_rng_normal:
 *
 * Returns: a number from the normal distribution of mean 0 and deviation 1 (Box and Muller, 1958;
 * the second value of the pair is dropped so that the state alone decides what comes next).
 */
double
cvr_rng_normal (CvrRng *rng)
{
  double radius = sqrt (-2.0 * log (1.0 - cvr_rng_uniform (rng)));

  return radius * cos (2.0 * G_PI * cvr_rng_uniform (rng));
}

/**
 * cvr_rng_shuffle:
 * @values: (array length=n_values): reordered in place, every order equally likely (Fisher and Yates)
 */
void
cvr_rng_shuffle (CvrRng *rng,
                 guint  *values,
                 gsize   n_values)
{
  g_return_if_fail (n_values <= G_MAXUINT32);

  for (gsize i = n_values; i > 1; i--)
    {
      gsize j = cvr_rng_below (rng, (guint32) i);
      guint swap = values[i - 1];

      values[i - 1] = values[j];
      values[j] = swap;
    }
}
