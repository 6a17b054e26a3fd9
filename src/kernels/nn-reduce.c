/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums whose order of additions is fixed in the source: 16 lanes, then a tree, then the tail. */
#include "nn-reduce.h"

#include "nn-clones.h"

NN_CLONES nn_real
nn_sum (size_t         n,
        const nn_real *x)
{
  nn_lanes sum = { 0 };
  nn_real tail = 0;
  size_t i = 0;

  for (; i + NN_LANES <= n; i += NN_LANES)
    {
      nn_lanes a;

      memcpy (&a, x + i, sizeof a);
      sum += a;
    }
  for (; i < n; i++)
    tail += x[i];

  return nn_lanes_total (&sum) + tail;
}

NN_CLONES nn_real
nn_dot (size_t         n,
        const nn_real *a,
        const nn_real *b)
{
  nn_lanes sum = { 0 }, more = { 0 };
  nn_real tail = 0;
  size_t i = 0;

  for (; i + 2 * NN_LANES <= n; i += 2 * NN_LANES)
    {
      nn_lanes u, v;

      memcpy (&u, a + i, sizeof u);
      memcpy (&v, b + i, sizeof v);
      sum += u * v;
      memcpy (&u, a + i + NN_LANES, sizeof u);
      memcpy (&v, b + i + NN_LANES, sizeof v);
      more += u * v;
    }
  for (; i < n; i++)
    tail += a[i] * b[i];
  sum += more;

  return nn_lanes_total (&sum) + tail;
}

NN_CLONES nn_real
nn_sum_of_squares (size_t         n,
                   const nn_real *x,
                   nn_real        centre)
{
  nn_lanes sum = { 0 };
  nn_real tail = 0;
  size_t i = 0;

  for (; i + NN_LANES <= n; i += NN_LANES)
    {
      nn_lanes a;

      memcpy (&a, x + i, sizeof a);
      a -= centre;
      sum += a * a;
    }
  for (; i < n; i++)
    tail += (x[i] - centre) * (x[i] - centre);

  return nn_lanes_total (&sum) + tail;
}

NN_CLONES void
nn_sum_and_moment (size_t         n,
                   const nn_real *dy,
                   const nn_real *x,
                   nn_real        centre,
                   nn_real       *sum,
                   nn_real       *moment)
{
  nn_lanes first = { 0 }, second = { 0 };
  nn_real first_tail = 0, second_tail = 0;
  size_t i = 0;

  for (; i + NN_LANES <= n; i += NN_LANES)
    {
      nn_lanes a, b;

      memcpy (&a, dy + i, sizeof a);
      memcpy (&b, x + i, sizeof b);
      first += a;
      second += a * (b - centre);
    }
  for (; i < n; i++)
    {
      first_tail += dy[i];
      second_tail += dy[i] * (x[i] - centre);
    }

  *sum = nn_lanes_total (&first) + first_tail;
  *moment = nn_lanes_total (&second) + second_tail;
}
