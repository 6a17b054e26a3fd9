/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The largest of neighbouring channels. */
#include "nn-maxout.h"

static size_t
winner_at (size_t         pieces,
           size_t         positions,
           const nn_real *x)
{
  size_t winner = 0;

  for (size_t i = 1; i < pieces; i++)
    {
      nn_real best = x[winner * positions], value = x[i * positions];

      if (!(value <= best) && best == best)
        winner = i;
    }

  return winner;
}

void
nn_maxout_forward (size_t         pieces,
                   size_t         positions,
                   const nn_real *x,
                   nn_real       *y)
{
  for (size_t p = 0; p < positions; p++)
    y[p] = x[winner_at (pieces, positions, x + p) * positions + p];
}

void
nn_maxout_backward (size_t         pieces,
                    size_t         positions,
                    const nn_real *x,
                    const nn_real *dy,
                    nn_real       *dx)
{
  for (size_t p = 0; p < positions; p++)
    dx[winner_at (pieces, positions, x + p) * positions + p] += dy[p];
}
