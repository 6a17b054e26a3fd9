/* SPDX-License-Identifier: GPL-3.0-or-later */
/* t-SNE by gradient descent with momentum and a gain for each coordinate (R. Jacobs, 1988),
 * attraction along the similarities, repulsion through a tree of squares. */
#include "cvr-tsne.h"

#include "cvr-neighbours.h"
#include "cvr-pca.h"
#include "cvr-plane-tree.h"
#include "cvr-tsne-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  EXAGGERATED = 250,
  LEAST_ITEMS = 4,
  TELL_EVERY = 10,
  MEASURE_EVERY = 50,
  POINTS = 128, /* a piece */
};

static const double default_perplexity = 30, default_exaggeration = 12, default_angle = 0.5;
static const double least_rate = 50, least_gain = 0.01, least_gradient = 1e-7;
static const double start_size = 1e-4; /* deviation of the first coordinate at the beginning */

typedef struct
{
  guint         n;
  double       *xy;               /* [n, 2] */
  NnWorkers    *workers;
  CvrSimilar    similar;
  CvrPlaneTree *tree;
  double       *step, *gain;      /* [n, 2] */
  double       *pull, *push;      /* [n, 2] */
  double       *sums, *costs;     /* [n]: Σ q, and Σ p·log (p / q) without the total of q */
  double        angle, exaggeration;
  gboolean      measure;          /* fill @costs */
} Descent;

static void
descent_clear (Descent *self)
{
  cvr_similar_clear (&self->similar);
  g_clear_pointer (&self->tree, cvr_plane_tree_free);
  g_clear_pointer (&self->step, g_free);
  g_clear_pointer (&self->gain, g_free);
  g_clear_pointer (&self->pull, g_free);
  g_clear_pointer (&self->push, g_free);
  g_clear_pointer (&self->sums, g_free);
  g_clear_pointer (&self->costs, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Descent, descent_clear)

static gboolean
is_stopped (GError **error)
{
  g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, _("Stopped."));

  return FALSE;
}

/* The similarities of all items, from their neighbours. */
static gboolean
find_similar (Descent     *self,
              const float *x,
              guint        n_dims,
              double       perplexity,
              gboolean   (*keep_going) (gpointer data),
              gpointer     data,
              GError     **error)
{
  guint n = self->n, k;
  g_autofree double *values = g_new (double, (gsize) n * n_dims), *squares = NULL;
  g_autofree double *mean = g_new0 (double, n_dims);
  g_autofree guint *places = NULL;

  perplexity = MAX (MIN (perplexity, (n - 1) / 3.0), 1);
  k = MIN (n - 1, (guint) (3 * perplexity + 1));
  squares = g_new (double, (gsize) n * k);
  places = g_new (guint, (gsize) n * k);

  for (gsize i = 0; i < (gsize) n * n_dims; i++)
    mean[i % n_dims] += (double) x[i] / n;
  /* Distances of small numbers are the more exact. */
  for (gsize i = 0; i < (gsize) n * n_dims; i++)
    values[i] = (double) x[i] - mean[i % n_dims];
  if (!cvr_neighbours (values, n, n_dims, k, places, squares, self->workers, keep_going, data,
                       error))
    return FALSE;

  cvr_similar_init (&self->similar, n, k, places, squares, perplexity, self->workers);

  return TRUE;
}

/* The first two principal components, small. */
static gboolean
find_start (Descent     *self,
            const float *x,
            guint        n_dims,
            gboolean   (*keep_going) (gpointer data),
            gpointer     data,
            GError     **error)
{
  g_autoptr (CvrPca) pca = cvr_pca_new (x, self->n, n_dims, 2, 0, self->workers, keep_going, data,
                                        error);
  g_autofree double *y = NULL;
  double squares = 0;

  if (pca == NULL)
    return FALSE;

  y = g_new (double, (gsize) self->n * pca->n_axes);
  cvr_pca_project (pca, x, self->n, self->workers, y);
  for (guint i = 0; i < self->n; i++)
    squares += y[(gsize) i * pca->n_axes] * y[(gsize) i * pca->n_axes];
  squares = sqrt (squares / self->n);

  for (guint i = 0; i < self->n; i++)
    for (guint a = 0; a < 2; a++)
      self->xy[2 * i + a] = a < pca->n_axes && squares > 0
                              ? y[(gsize) i * pca->n_axes + a] / squares * start_size
                              : 0;

  return TRUE;
}

/* NnPieceFunc: both forces on some of the points. */
static void
force_piece (guint    piece,
             guint    thread,
             gpointer data)
{
  Descent *self = data;
  const CvrSimilar *similar = &self->similar;

  for (guint i = piece * POINTS; i < MIN ((piece + 1) * POINTS, self->n); i++)
    {
      const double *here = self->xy + 2 * i;
      double x = 0, y = 0, cost = 0;

      for (gsize a = similar->starts[i]; a < similar->starts[i + 1]; a++)
        {
          const double *there = self->xy + 2 * similar->places[a];
          double dx = here[0] - there[0], dy = here[1] - there[1];
          double q = 1 / (1 + dx * dx + dy * dy), p = similar->p[a];

          x += p * q * dx;
          y += p * q * dy;
          if (self->measure)
            cost += p > 0 ? p * log (p / q) : 0;
        }
      self->pull[2 * i] = x;
      self->pull[2 * i + 1] = y;
      self->costs[i] = cost;
      self->sums[i] = cvr_plane_tree_repel (self->tree, here, self->angle, self->push + 2 * i);
    }
}

/* The forces on all points. Returns the total of q; @divergence: when it is measured. */
static double
find_forces (Descent *self,
             double  *divergence)
{
  double total = 0, cost = 0;

  cvr_plane_tree_fill (self->tree, self->xy, self->n);
  nn_workers_run (self->workers, (self->n + POINTS - 1) / POINTS, force_piece, self);
  for (guint i = 0; i < self->n; i++)
    {
      total += self->sums[i];
      cost += self->costs[i];
    }
  total = MAX (total, G_MINDOUBLE);
  if (self->measure)
    *divergence = cost + log (total); /* Similarities add up to 1. */

  return total;
}

/* One step along the forces. Returns the gradient's norm. */
static double
move (Descent *self,
      double   total,
      double   momentum,
      double   rate)
{
  double squares = 0, centre[2] = { 0, 0 };

  for (guint i = 0; i < 2 * self->n; i++)
    {
      double gradient = 4 * (self->exaggeration * self->pull[i] - self->push[i] / total);
      gboolean turned = self->step[i] * gradient < 0; /* The step goes against the gradient. */

      self->gain[i] = MAX (turned ? self->gain[i] + 0.2 : self->gain[i] * 0.8, least_gain);
      self->step[i] = momentum * self->step[i] - rate * self->gain[i] * gradient;
      self->xy[i] += self->step[i];
      centre[i % 2] += self->xy[i] / self->n;
      squares += gradient * gradient;
    }
  for (guint i = 0; i < 2 * self->n; i++)
    self->xy[i] -= centre[i % 2];

  return sqrt (squares);
}

static void
descent_init (Descent           *self,
              const CvrTsneSpec *spec)
{
  gsize n_values = 2 * (gsize) self->n;

  self->tree = cvr_plane_tree_new (self->n);
  self->step = g_new0 (double, n_values);
  self->gain = g_new (double, n_values);
  self->pull = g_new (double, n_values);
  self->push = g_new (double, n_values);
  self->sums = g_new (double, self->n);
  self->costs = g_new (double, self->n);
  self->angle = spec->angle > 0 ? MIN (spec->angle, 0.7) : default_angle;
  for (gsize i = 0; i < n_values; i++)
    self->gain[i] = 1;
}

static gboolean
descend (Descent           *self,
         const CvrTsneSpec *spec,
         double            *divergence,
         CvrTsneFunc        func,
         gpointer           data,
         GError           **error)
{
  guint n_iterations = spec->iterations > 0 ? spec->iterations : CVR_TSNE_ITERATIONS;
  guint exaggerated = spec->exaggerated > 0 ? spec->exaggerated : EXAGGERATED;
  double exaggeration = spec->exaggeration > 0 ? spec->exaggeration : default_exaggeration;
  double rate = spec->rate > 0 ? spec->rate : MAX (self->n / exaggeration / 4, least_rate);
  CvrTsneState state = { 0, n_iterations, self->xy, self->n, 0 };

  if (func != NULL && !func (&state, data))
    return is_stopped (error);

  for (guint i = 0; i < n_iterations; i++)
    {
      gboolean early = i < exaggerated;
      double total, size;

      self->exaggeration = early ? exaggeration : 1;
      self->measure = (i + 1) % MEASURE_EVERY == 0 || i + 1 == n_iterations;
      total = find_forces (self, &state.divergence);
      size = move (self, total, early ? 0.5 : 0.8, rate);
      if (!isfinite (size))
        {
          g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA,
                               _("The pictures can't be laid out: the numbers have run away. Try a "
                                 "smaller learning rate."));
          return FALSE;
        }

      state.iteration = i + 1;
      if (func != NULL && ((i + 1) % TELL_EVERY == 0 || i + 1 == n_iterations) &&
          !func (&state, data))
        return is_stopped (error);
      if (!early && self->measure && size < least_gradient)
        break;
    }
  *divergence = state.divergence;

  return TRUE;
}

gboolean
cvr_tsne (const float       *x,
          guint              n,
          guint              n_dims,
          const CvrTsneSpec *spec,
          double            *xy,
          double            *divergence,
          NnWorkers         *workers,
          CvrTsneFunc        func,
          gboolean         (*keep_going) (gpointer data),
          gpointer           data,
          GError           **error)
{
  g_auto (Descent) self = { .n = n, .xy = xy, .workers = workers };
  double reached = 0;

  g_return_val_if_fail (n_dims > 0, FALSE);

  if (n < LEAST_ITEMS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_DATA,
                   _("t-SNE needs at least %u pictures; there are %u."), LEAST_ITEMS, n);
      return FALSE;
    }
  if (!find_start (&self, x, n_dims, keep_going, data, error) ||
      !find_similar (&self, x, n_dims, spec->perplexity > 0 ? spec->perplexity : default_perplexity,
                     keep_going, data, error))
    return FALSE;

  descent_init (&self, spec);
  if (!descend (&self, spec, &reached, func, data, error))
    return FALSE;
  if (divergence != NULL)
    *divergence = reached;

  return TRUE;
}
