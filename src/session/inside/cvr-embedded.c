/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures as a layer sees them, brought to the plane. */
#include "cvr-embedding.h"

#include "cvr-pass.h"
#include "cvr-pca.h"
#include "cvr-tsne.h"
#include "nn-rewrite.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  MOST_PICTURES = 5000,
  MOST_DIMS = 50,      /* that flattened maps are brought to first */
  TELL_INTERVAL = 100, /* ms between two states that are told about */
};

static const gsize most_memory = (gsize) 1 << 30; /* bytes of values of all pictures */

typedef struct
{
  CvrEmbedded public;
  gint        ref_count; /* atomic */
} Counted;

CvrEmbedded *
cvr_embedded_ref (CvrEmbedded *self)
{
  g_atomic_int_inc (&((Counted *) self)->ref_count);

  return self;
}

void
cvr_embedded_unref (gpointer data)
{
  CvrEmbedded *self = data;

  if (self == NULL || !g_atomic_int_dec_and_test (&((Counted *) self)->ref_count))
    return;

  g_free (self->ids);
  g_free (self->xy);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_free (self);
}

/**
 * Layout:
 * @plane: positions that are averaged to one number; 1: all count
 * @n_dims: numbers a picture
 * @values: [n, n_dims]
 * @told: monotonic µs
 *
 * Progress goes through the pictures, then from the beginning through t-SNE's iterations: which of
 * the two takes longer differs from network to network.
 */
typedef struct
{
  CvrModel               *model;
  CvrDataset             *dataset;
  const CvrEmbeddingSpec *spec;
  NnWorkers              *workers;
  const CvrWatch         *watch;
  CvrEmbeddedFunc         func;
  gpointer                data;
  guint                   n_iterations;
  gsize                   plane;
  guint                   n_dims;
  guint                   n, n_unread;
  guint64                *ids;
  float                  *values;
  gint64                  told;
} Layout;

static void
layout_clear (Layout *self)
{
  g_clear_pointer (&self->ids, g_free);
  g_clear_pointer (&self->values, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Layout, layout_clear)

static gboolean
keep_going_cb (gpointer data)
{
  const Layout *self = data;

  return self->watch == NULL || self->watch->keep_going == NULL ||
         self->watch->keep_going (self->watch->data);
}

static void
take_values_cb (NnExec        *exec,
                const nn_real *values,
                const guint   *items,
                guint          n,
                gpointer       data)
{
  Layout *self = data;

  for (guint i = 0; i < n; i++, self->n++)
    {
      float *to = self->values + (gsize) self->n * self->n_dims;

      self->ids[self->n] = cvr_dataset_item (self->dataset, items[i])->id;
      for (guint d = 0; d < self->n_dims; d++, values += self->plane)
        {
          double sum = 0;

          for (gsize j = 0; j < self->plane; j++)
            sum += (double) values[j];
          to[d] = (float) (sum / (double) self->plane);
        }
    }
}

/* How many numbers describe a picture, and room for those of @n pictures. */
static gboolean
plan_values (Layout  *self,
             guint    n,
             GError **error)
{
  NnGraph *graph = self->model->graph;
  NnShape shape = nn_graph_node_shape (graph, self->spec->node);
  gsize count = 0, bytes = 0;

  if (nn_graph_node_shared (graph, self->spec->node) || shape.rank < 2 || shape.dims[0] != 1)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("“%s” says nothing about pictures. Choose a layer with maps or values of its "
                     "own."),
                   nn_graph_node_name (graph, self->spec->node));
      return FALSE;
    }

  nn_shape_count (&shape, &count);
  self->plane = self->spec->flatten ? 1 : nn_shape_positions (&shape);
  self->n_dims = (guint) (count / self->plane);
  if (!g_size_checked_mul (&bytes, (gsize) n * sizeof (float), self->n_dims) ||
      bytes > most_memory)
    {
      g_autofree char *size = g_format_size (bytes);

      g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
                   _("All values of %'u pictures would take %s. Use fewer pictures, or the mean of "
                     "each map."),
                   n, size);
      return FALSE;
    }
  self->values = g_new (float, (gsize) MAX (n, 1) * self->n_dims);
  self->ids = g_new (guint64, MAX (n, 1));

  return TRUE;
}

/* (transfer full): as far as it has come; places at 0. */
static CvrEmbedded *
embedded_new (const Layout *self)
{
  Counted *counted = g_new0 (Counted, 1);
  CvrEmbedded *now = &counted->public;

  counted->ref_count = 1;
  now->model = cvr_model_ref (self->model);
  now->node = self->spec->node;
  now->n = self->n;
  now->n_unread = self->n_unread;
  now->ids = g_memdup2 (self->ids, self->n * sizeof *self->ids);
  now->xy = g_new0 (float, 2 * (gsize) self->n);

  return now;
}

static CvrPca *
find_axes (Layout  *self,
           guint    n_axes,
           GError **error)
{
  return cvr_pca_new (self->values, self->n, self->n_dims, n_axes, self->spec->seed, self->workers,
                      keep_going_cb, self, error);
}

/* The values in as many principal components as t-SNE gets to see. */
static gboolean
reduce_values (Layout  *self,
               GError **error)
{
  g_autoptr (CvrPca) pca = find_axes (self, MOST_DIMS, error);
  g_autofree double *y = NULL;

  if (pca == NULL)
    return FALSE;

  y = g_new (double, (gsize) self->n * pca->n_axes);
  cvr_pca_project (pca, self->values, self->n, self->workers, y);
  self->n_dims = pca->n_axes;
  for (gsize i = 0; i < (gsize) self->n * self->n_dims; i++)
    self->values[i] = (float) y[i];

  return TRUE;
}

/* [@now's axis][@like's axis], −1 … 1: how far the two agree in the pictures that both have. */
static void
compare_axes (const CvrEmbedded *now,
              const CvrEmbedded *like,
              double             agreement[2][2])
{
  g_autoptr (GHashTable) places = g_hash_table_new (g_int64_hash, g_int64_equal);
  double sums[4] = { 0, 0, 0, 0 }, squares[4] = { 0, 0, 0, 0 }, products[2][2] = { { 0 } };
  guint n = 0;

  for (guint i = 0; i < like->n; i++)
    g_hash_table_insert (places, &like->ids[i], (gpointer) &like->xy[2 * i]);
  for (guint i = 0; i < now->n; i++)
    {
      const float *there = g_hash_table_lookup (places, &now->ids[i]);
      const float *here = &now->xy[2 * i];

      if (there == NULL)
        continue;
      n++;
      for (guint a = 0; a < 4; a++)
        {
          double x = (double) (a < 2 ? here[a] : there[a - 2]);

          sums[a] += x;
          squares[a] += x * x;
        }
      for (guint a = 0; a < 4; a++)
        products[a / 2][a % 2] += (double) here[a / 2] * (double) there[a % 2];
    }
  for (guint a = 0; a < 4; a++)
    {
      guint from = a / 2, to = 2 + a % 2;
      double spread = (n * squares[from] - sums[from] * sums[from]) *
                      (n * squares[to] - sums[to] * sums[to]);

      agreement[a / 2][a % 2] =
          spread > 0 ? (n * products[a / 2][a % 2] - sums[from] * sums[to]) / sqrt (spread) : 0;
    }
}

/* An axis may point either way, and two that carry about the same change places easily: as they are
 * most like those that were looked at before. */
static void
follow_axes (CvrEmbedded       *now,
             const CvrEmbedded *like)
{
  double agreement[2][2];
  gboolean swapped;
  gboolean turned[2];

  compare_axes (now, like, agreement);
  swapped = fabs (agreement[0][1]) + fabs (agreement[1][0]) >
            fabs (agreement[0][0]) + fabs (agreement[1][1]);
  for (guint a = 0; a < 2; a++)
    turned[a] = agreement[swapped ? 1 - a : a][a] < 0;
  if (swapped)
    {
      double first = now->explained[0];

      now->explained[0] = now->explained[1];
      now->explained[1] = first;
    }
  for (guint i = 0; i < now->n; i++)
    {
      const float xy[2] = { now->xy[2 * i], now->xy[2 * i + 1] };

      for (guint a = 0; a < 2; a++)
        now->xy[2 * i + a] = turned[a] ? -xy[swapped ? 1 - a : a] : xy[swapped ? 1 - a : a];
    }
}

static CvrEmbedded *
by_pca (Layout  *self,
        GError **error)
{
  g_autoptr (CvrPca) pca = find_axes (self, 2, error);
  g_autofree double *y = NULL;
  CvrEmbedded *now;

  if (pca == NULL)
    return NULL;

  y = g_new (double, (gsize) self->n * pca->n_axes);
  cvr_pca_project (pca, self->values, self->n, self->workers, y);
  now = embedded_new (self);
  for (guint a = 0; a < pca->n_axes; a++)
    {
      now->explained[a] = pca->total > 0 ? pca->variances[a] / pca->total : 0;
      for (guint i = 0; i < self->n; i++)
        now->xy[2 * i + a] = (float) y[(gsize) i * pca->n_axes + a];
    }
  if (self->spec->like != NULL)
    follow_axes (now, self->spec->like);

  return now;
}

static CvrEmbedded *
embedded_at (const Layout *self,
             const double *xy,
             guint         iteration,
             double        divergence)
{
  CvrEmbedded *now = embedded_new (self);

  now->iteration = iteration;
  now->n_iterations = self->n_iterations;
  now->divergence = divergence;
  for (guint i = 0; i < 2 * self->n; i++)
    now->xy[i] = (float) xy[i];

  return now;
}

static gboolean
improved_cb (const CvrTsneState *state,
             gpointer            data)
{
  Layout *self = data;
  gint64 now = g_get_monotonic_time ();

  if (self->func != NULL && now - self->told >= TELL_INTERVAL * 1000)
    {
      self->func (embedded_at (self, state->xy, state->iteration, state->divergence), self->data);
      self->told = now;
    }

  return cvr_watch_tell (self->watch, state->iteration, self->n_iterations);
}

static CvrEmbedded *
by_tsne (Layout  *self,
         GError **error)
{
  g_autofree double *xy = g_new (double, 2 * (gsize) self->n + 1);
  CvrTsneSpec spec = { .perplexity = self->spec->perplexity, .iterations = self->n_iterations };
  double divergence = 0;

  if ((self->spec->flatten && self->n_dims > MOST_DIMS && !reduce_values (self, error)) ||
      !cvr_tsne (self->values, self->n, self->n_dims, &spec, xy, &divergence, self->workers,
                 improved_cb, keep_going_cb, self, error))
    return NULL;

  return embedded_at (self, xy, self->n_iterations, divergence);
}

static CvrEmbedded *
lay_out (Layout  *self,
         GError **error)
{
  guint n = 0, most = self->spec->max_pictures > 0 ? self->spec->max_pictures : MOST_PICTURES;
  g_autofree guint *items = cvr_pass_draw (self->dataset, most, self->spec->seed, &n);
  gboolean tsne = self->spec->kind == CVR_EMBEDDING_TSNE;

  if (tsne)
    self->n_iterations = self->spec->iterations > 0 ? self->spec->iterations : CVR_TSNE_ITERATIONS;
  if (!plan_values (self, n, error) ||
      !cvr_pass_run (self->model, self->spec->node, self->dataset, items, n, self->workers,
                     self->watch, take_values_cb, self, &self->n_unread, error))
    return NULL;

  return tsne ? by_tsne (self, error) : by_pca (self, error);
}

/**
 * cvr_embedding_compute:
 *
 * Returns: (transfer full)
 */
CvrEmbedded *
cvr_embedding_compute (CvrModel               *model,
                       CvrDataset             *dataset,
                       const CvrEmbeddingSpec *spec,
                       NnWorkers              *workers,
                       const CvrWatch         *watch,
                       CvrEmbeddedFunc         func,
                       gpointer                data,
                       GError                **error)
{
  g_auto (Layout) self = { .model = model, .dataset = dataset, .spec = spec, .workers = workers,
                           .watch = watch, .func = func, .data = data };
  g_autoptr (GError) reason = NULL;
  CvrEmbedded *now;

  g_return_val_if_fail (model != NULL && dataset != NULL && workers != NULL, NULL);
  g_return_val_if_fail (spec->node >= 0 && (guint) spec->node < nn_graph_n_nodes (model->graph),
                        NULL);

  now = lay_out (&self, &reason);
  if (g_error_matches (reason, NN_ERROR, NN_ERROR_CANCELLED))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
  else if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));

  return now;
}
