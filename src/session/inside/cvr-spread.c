/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How values are spread: bins that need no range beforehand and can be compared over time. */
#include "cvr-spread.h"

#include <math.h>
#include <string.h>

enum { HALF = CVR_SPREAD_BINS / 2 };

void
cvr_spread_init (CvrSpread *self)
{
  *self = (CvrSpread) { .exponent = CVR_SPREAD_LEAST_EXPONENT };
}

/* Twice the range: bins are joined in pairs around the middle. */
static void
double_range (CvrSpread *self)
{
  guint64 counts[CVR_SPREAD_BINS] = { 0 };

  for (guint i = 0; i < CVR_SPREAD_BINS; i++)
    counts[HALF / 2 + i / 2] += self->counts[i];
  memcpy (self->counts, counts, sizeof counts);
  self->exponent++;
}

/* The range at least 2^@exponent. */
static void
widen (CvrSpread *self,
       gint       exponent)
{
  while (self->exponent < exponent)
    double_range (self);
}

/* The smallest whole number whose power of two is above |@value|. */
static gint
exponent_of (float value)
{
  gint exponent;

  frexpf (value, &exponent);

  return exponent;
}

void
cvr_spread_add (CvrSpread   *self,
                const float *values,
                gsize        n)
{
  float range = ldexpf (1, self->exponent), per_bin = HALF / range;

  for (gsize i = 0; i < n; i++)
    {
      float value = values[i];

      if (!isfinite (value))
        {
          self->n_bad++;
          continue;
        }
      if (!(value >= -range && value < range))
        {
          widen (self, exponent_of (value));
          range = ldexpf (1, self->exponent);
          per_bin = HALF / range;
        }
      self->low = self->n == 0 ? value : MIN (self->low, value);
      self->high = self->n == 0 ? value : MAX (self->high, value);
      self->n++;
      self->n_zeros += value == 0;
      self->sum += (double) value;
      self->squares += (double) value * (double) value;
      self->counts[MIN ((guint) (floorf (value * per_bin) + HALF), CVR_SPREAD_BINS - 1)]++;
    }
}

double
cvr_spread_edge (const CvrSpread *self,
                 guint            i)
{
  return ldexp ((double) i / HALF - 1, self->exponent);
}

double
cvr_spread_mean (const CvrSpread *self)
{
  return self->n > 0 ? self->sum / (double) self->n : 0;
}

double
cvr_spread_deviation (const CvrSpread *self)
{
  double mean = cvr_spread_mean (self);

  return self->n > 0 ? sqrt (MAX (self->squares / (double) self->n - mean * mean, 0)) : 0;
}

void
cvr_spread_align (CvrSpread *const *spreads,
                  guint             n)
{
  gint exponent = CVR_SPREAD_LEAST_EXPONENT;

  for (guint i = 0; i < n; i++)
    exponent = MAX (exponent, spreads[i]->exponent);
  for (guint i = 0; i < n; i++)
    widen (spreads[i], exponent);
}
