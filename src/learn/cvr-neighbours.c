/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nearest neighbours: all distances, a block of items at a time, as |a|² + |b|² − 2·a·b. */
#include "cvr-neighbours.h"

#include <cblas.h>
#include <glib/gi18n-lib.h>

enum
{
  BLOCK = 64,          /* items that look for neighbours together */
  BLOCKS_AT_ONCE = 16, /* before somebody may stop it */
};

typedef struct
{
  const double *x;
  guint         n, n_dims, k;
  guint        *places;
  double       *squares;
  double       *sizes; /* [n] |x|² */
  guint         first; /* block */
} Search;

/* Moves (@square, @place) to where it belongs among the @k nearest so far, which are in order. */
static void
insert (guint   k,
        guint   n_found,
        double  square,
        guint   place,
        guint  *places,
        double *squares)
{
  guint at = MIN (n_found, k - 1);

  for (; at > 0 && squares[at - 1] > square; at--)
    {
      squares[at] = squares[at - 1];
      places[at] = places[at - 1];
    }
  squares[at] = square;
  places[at] = place;
}

/* NnPieceFunc */
static void
block_piece (guint    piece,
             guint    thread,
             gpointer data)
{
  const Search *self = data;
  guint from = (self->first + piece) * BLOCK, to = MIN (from + BLOCK, self->n), k = self->k;
  g_autofree double *products = g_new (double, (gsize) BLOCK * self->n);

  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) (to - from), (int) self->n,
               (int) self->n_dims, 1, self->x + (gsize) from * self->n_dims, (int) self->n_dims,
               self->x, (int) self->n_dims, 0, products, (int) self->n);
  for (guint i = from; i < to; i++)
    {
      const double *row = products + (gsize) (i - from) * self->n;
      double *squares = self->squares + (gsize) i * k;
      guint n_found = 0;

      for (guint j = 0; j < self->n; j++)
        {
          double square = self->sizes[i] + self->sizes[j] - 2 * row[j];

          if (j == i || (n_found == k && !(square < squares[k - 1])))
            continue;
          insert (k, n_found, MAX (square, 0), j, self->places + (gsize) i * k, squares);
          n_found = MIN (n_found + 1, k);
        }
    }
}

gboolean
cvr_neighbours (const double *x,
                guint         n,
                guint         n_dims,
                guint         k,
                guint        *places,
                double       *squares,
                NnWorkers    *workers,
                gboolean    (*keep_going) (gpointer data),
                gpointer      data,
                GError      **error)
{
  g_autofree double *sizes = g_new (double, n);
  Search self = { x, n, n_dims, k, places, squares, sizes, 0 };
  guint n_blocks = (n + BLOCK - 1) / BLOCK;

  g_return_val_if_fail (k > 0 && k < n, FALSE);

  for (guint i = 0; i < n; i++)
    sizes[i] = cblas_ddot ((int) n_dims, x + (gsize) i * n_dims, 1, x + (gsize) i * n_dims, 1);
  for (; self.first < n_blocks; self.first += BLOCKS_AT_ONCE)
    {
      if (keep_going != NULL && !keep_going (data))
        {
          g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, _("Stopped."));
          return FALSE;
        }
      nn_workers_run (workers, MIN (BLOCKS_AT_ONCE, n_blocks - self.first), block_piece, &self);
    }

  return TRUE;
}
