/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A convolution or dense layer of which so few weights are left that only those are multiplied. */
#include "nn-sparse-layer.h"

#include "nn-conv.h"
#include "nn-last-max.h"
#include "nn-pointwise.h"
#include "nn-sparse.h"

#include <stdlib.h>
#include <string.h>

/* So many images make pieces of their own; fewer are cut by channels and filters. */
enum { ENOUGH_IMAGES = 4, LEAST_FILTERS = 4 };

/**
 * NnSparseLayer:
 * @packed: what @weights points into
 * @start: [filters], biases with what is appended to the layer folded in
 * @lane, @lane_values: room of one thread: planes, scratch of a filter and, with a pool behind, the
 *   outputs of an image
 */
struct _NnSparseLayer
{
  gboolean       dense;
  NnSparse       weights;
  NnSparseConv   conv;
  NnSparsePlanes planes;
  gpointer       packed;
  nn_real       *start;
  nn_real       *lanes;
  gsize          lane_values;
};

static gsize
rounded (gsize values)
{
  return (values + 15) & ~(gsize) 15;
}

static gboolean
pays (const NnOpRun *run,
      NnSparseLayer *self,
      gsize          n_weights,
      gsize          n_left,
      guint          max_batch)
{
  double zeros = 1 - (double) n_left / (double) n_weights;

  if (self->dense)
    return zeros >= nn_sparse_dense_pays (run->out_count, run->in_count[0], max_batch);

  return zeros >= nn_sparse_conv_pays (&self->conv) && nn_sparse_planes (&self->conv, &self->planes);
}

static gsize
lane_values (const NnOpRun *run,
             NnSparseLayer *self,
             guint          max_batch)
{
  if (self->dense)
    return rounded (nn_sparse_dense_scratch (&self->weights, run->in_count[0], max_batch));

  return rounded (self->planes.size) + rounded (self->planes.positions) + rounded (run->out_count);
}

/* Weights with the scale of what is appended, which sparse loops know nothing of. */
static nn_real *
scaled_weights (const NnOpRun *run,
                gsize          n_weights)
{
  const nn_real *scale = run->epilogue.scale;
  gsize filters = run->node.out.dims[1], row = n_weights / filters;
  nn_real *weights = g_try_malloc_n (n_weights, sizeof *weights);

  for (gsize i = 0; i < n_weights && weights != NULL; i++)
    weights[i] = run->slot[NN_SLOT_WEIGHT][i] * (scale != NULL ? scale[i / row] : 1);

  return weights;
}

static void
fill_start (const NnOpRun *run,
            NnSparseLayer *self)
{
  const NnEpilogue *e = &run->epilogue;

  for (gsize k = 0; k < run->node.out.dims[1]; k++)
    {
      nn_real bias = run->slot[NN_SLOT_BIAS] != NULL ? run->slot[NN_SLOT_BIAS][k] : 0;

      self->start[k] = e->scale != NULL ? (bias - e->centre[k]) * e->scale[k] + e->shift[k] : bias;
    }
}

static gboolean
pack (const NnOpRun *run,
      NnSparseLayer *self,
      gsize          n_weights,
      gsize          n_left,
      guint          max_batch)
{
  g_autofree nn_real *weights = scaled_weights (run, n_weights);
  gsize filters = run->node.out.dims[1], bytes, n_lanes = nn_workers_n_threads (run->workers);
  gpointer lanes = NULL;

  if (weights == NULL || !nn_sparse_pack_size (filters, n_left, &bytes))
    return FALSE;

  self->packed = g_try_malloc (bytes);
  self->start = g_try_malloc_n (filters, sizeof *self->start);
  if (self->packed == NULL || self->start == NULL)
    return FALSE;

  if (self->dense)
    nn_sparse_pack_dense (filters, n_weights / filters, weights, self->packed, &self->weights);
  else
    nn_sparse_pack_conv (&self->conv, weights, self->packed, &self->weights);
  fill_start (run, self);

  self->lane_values = lane_values (run, self, max_batch);
  if (!g_size_checked_mul (&bytes, n_lanes * sizeof (nn_real), self->lane_values) ||
      posix_memalign (&lanes, 64, MAX (bytes, 64)) != 0)
    return FALSE;

  self->lanes = lanes;
  return TRUE;
}

NnSparseLayer *
nn_sparse_layer_new (const NnOpRun *run,
                     guint          max_batch)
{
  g_autoptr (NnSparseLayer) self = g_new0 (NnSparseLayer, 1);
  gsize n_weights, n_left;

  self->dense = run->node.kind == NN_OP_DENSE;
  if (self->dense)
    n_weights = run->out_count * run->in_count[0];
  else
    {
      NnConv conv = nn_conv_of (&run->node);

      self->conv = (NnSparseConv) { conv.window, conv.channels * conv.groups,
                                    conv.filters * conv.groups, conv.groups, 1 };
      n_weights = conv.groups * conv.filters * conv.depth;
    }

  n_left = nn_sparse_count (n_weights, run->slot[NN_SLOT_WEIGHT]);
  if (!pays (run, self, n_weights, n_left, max_batch) ||
      !pack (run, self, n_weights, n_left, max_batch))
    return NULL;

  return g_steal_pointer (&self);
}

void
nn_sparse_layer_free (NnSparseLayer *self)
{
  g_free (self->packed);
  g_free (self->start);
  free (self->lanes);
  g_free (self);
}

static nn_real *
lane_of (const NnSparseLayer *self,
         guint                thread)
{
  return self->lanes + thread * self->lane_values;
}

/* Where an image's outputs go before a sum or a pool behind them. */
static nn_real *
outputs_of (const NnOpRun *run,
            gsize          image,
            nn_real       *lane)
{
  const NnSparseLayer *self = run->sparse;

  return run->epilogue.pool
           ? lane + rounded (self->planes.size) + rounded (self->planes.positions)
           : run->y + image * run->out_count;
}

/* The sum with another node's values and the pool, which the sparse loops leave. */
static void
finish_image (const NnOpRun *run,
              gsize          image,
              nn_real       *y)
{
  const NnEpilogue *e = &run->epilogue;
  const NnWindow *w = &run->sparse->conv.window;
  NnWindow pool = { .height = w->out_height, .width = w->out_width, .kernel = { 2, 2 },
                    .stride = { 2, 2 }, .dilation = { 1, 1 }, .out_height = w->out_height / 2,
                    .out_width = w->out_width / 2 };
  gsize filters = run->node.out.dims[1];

  if (e->addend != NULL && e->relu)
    nn_add_relu (run->out_count, y, e->addend + image * run->out_count, y);
  else if (e->addend != NULL)
    nn_add (run->out_count, y, e->addend + image * run->out_count, y);
  if (e->pool)
    nn_last_max_kernels ()->forward (
      &pool, filters, 0, pool.out_height, y,
      run->y + image * pool.out_height * pool.out_width * filters, NULL);
}

static gboolean
relu_at_once (const NnOpRun *run)
{
  return run->epilogue.relu && run->epilogue.addend == NULL;
}

static void
run_image (guint    piece,
           guint    thread,
           gpointer data)
{
  const NnOpRun *run = data;
  const NnSparseLayer *self = run->sparse;
  nn_real *planes = lane_of (self, thread), *y = outputs_of (run, piece, planes);

  nn_sparse_lay_out (&self->conv, run->x[0] + piece * run->in_count[0], run->node.last, 0,
                     self->conv.channels, planes);
  nn_sparse_conv_rows (&self->conv, &self->weights, planes, self->start, relu_at_once (run),
                       run->node.last, 0, self->conv.filters, y,
                       planes + rounded (self->planes.size));
  finish_image (run, piece, y);
}

/* One image, cut by channels and then by filters; its planes lie in the first lane. */
typedef struct
{
  const NnOpRun *run;
  gsize          image;
} Cut;

static void
lay_out_channel (guint    piece,
                 guint    thread,
                 gpointer data)
{
  const Cut *cut = data;
  const NnSparseLayer *self = cut->run->sparse;

  nn_sparse_lay_out (&self->conv, cut->run->x[0] + cut->image * cut->run->in_count[0],
                     cut->run->node.last, piece, piece + 1, lane_of (self, 0));
}

static void
run_filters (guint    piece,
             guint    thread,
             gpointer data)
{
  const Cut *cut = data;
  const NnOpRun *run = cut->run;
  const NnSparseLayer *self = run->sparse;
  gsize from = piece * (gsize) LEAST_FILTERS;

  nn_sparse_conv_rows (&self->conv, &self->weights, lane_of (self, 0), self->start,
                       relu_at_once (run), run->node.last, from,
                       MIN (from + LEAST_FILTERS, self->conv.filters),
                       outputs_of (run, cut->image, lane_of (self, 0)),
                       lane_of (self, thread) + rounded (self->planes.size));
}

static void
run_conv (const NnOpRun *run)
{
  const NnSparseLayer *self = run->sparse;

  if (run->batch >= ENOUGH_IMAGES)
    {
      nn_workers_run (run->workers, run->batch, run_image, (gpointer) run);
      return;
    }

  for (gsize image = 0; image < run->batch; image++)
    {
      Cut cut = { run, image };

      nn_workers_run (run->workers, (guint) self->conv.channels, lay_out_channel, &cut);
      nn_workers_run (run->workers,
                      (guint) ((self->conv.filters + LEAST_FILTERS - 1) / LEAST_FILTERS),
                      run_filters, &cut);
      finish_image (run, image, outputs_of (run, image, lane_of (self, 0)));
    }
}

/**
 * nn_sparse_layer_forward:
 * @run: one that has a sparse layer
 */
void
nn_sparse_layer_forward (const NnOpRun *run)
{
  const NnSparseLayer *self = run->sparse;

  if (!self->dense)
    run_conv (run);
  else
    nn_sparse_dense (&self->weights, run->in_count[0], run->batch, run->x[0], self->start,
                     run->epilogue.relu, run->y, lane_of (self, 0));
}
