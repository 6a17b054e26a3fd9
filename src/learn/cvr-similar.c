/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How similar items are: a bell around each, as wide as it takes to hold the wanted number of
 * neighbours, then the mean of both directions. */
#include "cvr-tsne-private.h"

#include <math.h>
#include <string.h>

enum { SEARCH_STEPS = 100, ITEMS = 64 /* a piece */ };

typedef struct
{
  guint         n, k;
  const guint  *places;   /* [n, k] */
  const double *squares;  /* [n, k] */
  double        entropy;  /* wanted */
  guint        *sorted;   /* [n, k] places in rising order */
  double       *p;        /* [n, k] of @sorted's, adding up to 1 */
} Bells;

/* exp (−beta·d) over the neighbours, adding up to 1; its entropy. */
static double
bell (guint         k,
      const double *squares,
      double        beta,
      double       *p)
{
  double sum = 0, moment = 0;

  for (guint j = 0; j < k; j++)
    {
      p[j] = exp (-beta * (squares[j] - squares[0])); /* the nearest is 1: no underflow of all */
      sum += p[j];
      moment += p[j] * (squares[j] - squares[0]);
    }
  for (guint j = 0; j < k; j++)
    p[j] /= sum;

  return log (sum) + beta * moment / sum;
}

static void
find_bell (guint         k,
           const double *squares,
           double        wanted,
           double       *p)
{
  double low = 0, high = INFINITY, beta = 1;

  for (guint step = 0; step < SEARCH_STEPS; step++)
    {
      double excess = bell (k, squares, beta, p) - wanted;

      if (fabs (excess) <= 1e-5)
        break;
      if (excess > 0)
        low = beta;
      else
        high = beta;
      beta = isinf (high) ? beta * 2 : (low + high) / 2;
    }
}

static void
sort_by_place (guint         k,
               const guint  *places,
               const double *p,
               guint        *sorted,
               double       *p_sorted)
{
  for (guint j = 0; j < k; j++)
    {
      guint at = j;

      for (; at > 0 && sorted[at - 1] > places[j]; at--)
        {
          sorted[at] = sorted[at - 1];
          p_sorted[at] = p_sorted[at - 1];
        }
      sorted[at] = places[j];
      p_sorted[at] = p[j];
    }
}

/* NnPieceFunc */
static void
bells_piece (guint    piece,
             guint    thread,
             gpointer data)
{
  const Bells *self = data;
  g_autofree double *p = g_new (double, self->k);

  for (guint i = piece * ITEMS; i < MIN ((piece + 1) * ITEMS, self->n); i++)
    {
      gsize row = (gsize) i * self->k;

      find_bell (self->k, self->squares + row, self->entropy, p);
      sort_by_place (self->k, self->places + row, p, self->sorted + row, self->p + row);
    }
}

/* Where item @j is among item @i's neighbours; k where it isn't. */
static guint
find (const Bells *self,
      guint        i,
      guint        j)
{
  const guint *row = self->sorted + (gsize) i * self->k;
  guint low = 0, high = self->k;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (row[middle] < j)
        low = middle + 1;
      else
        high = middle;
    }

  return low < self->k && row[low] == j ? low : self->k;
}

/* An entry for each pair of which one is the other's neighbour, under both. */
static void
join (CvrSimilar  *self,
      const Bells *bells)
{
  g_autofree gsize *filled = g_new0 (gsize, self->n + 1);
  gsize n_entries;

  for (guint i = 0; i < self->n; i++)
    for (guint a = 0; a < bells->k; a++)
      {
        guint j = bells->sorted[(gsize) i * bells->k + a];

        self->starts[i + 1]++;
        self->starts[j + 1] += find (bells, j, i) == bells->k;
      }
  for (guint i = 0; i < self->n; i++)
    self->starts[i + 1] += self->starts[i];

  n_entries = self->starts[self->n];
  self->places = g_new (guint, n_entries);
  self->p = g_new (double, n_entries);
  memcpy (filled, self->starts, self->n * sizeof *filled);
  for (guint i = 0; i < self->n; i++)
    for (guint a = 0; a < bells->k; a++)
      {
        guint j = bells->sorted[(gsize) i * bells->k + a], back = find (bells, j, i);
        double there = bells->p[(gsize) i * bells->k + a];
        double both = there + (back < bells->k ? bells->p[(gsize) j * bells->k + back] : 0);

        self->places[filled[i]] = j;
        self->p[filled[i]++] = both / (2.0 * self->n);
        if (back == bells->k)
          {
            self->places[filled[j]] = i;
            self->p[filled[j]++] = both / (2.0 * self->n);
          }
      }
}

void
cvr_similar_init (CvrSimilar   *self,
                  guint         n,
                  guint         k,
                  const guint  *places,
                  const double *squares,
                  double        perplexity,
                  NnWorkers    *workers)
{
  g_autofree guint *sorted = g_new (guint, (gsize) n * k);
  g_autofree double *p = g_new (double, (gsize) n * k);
  Bells bells = { n, k, places, squares, log (perplexity), sorted, p };

  *self = (CvrSimilar) { .n = n, .starts = g_new0 (gsize, n + 1) };
  nn_workers_run (workers, (n + ITEMS - 1) / ITEMS, bells_piece, &bells);
  join (self, &bells);
}

void
cvr_similar_clear (CvrSimilar *self)
{
  g_clear_pointer (&self->starts, g_free);
  g_clear_pointer (&self->places, g_free);
  g_clear_pointer (&self->p, g_free);
}
