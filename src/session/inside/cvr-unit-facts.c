/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each channel does over many pictures, and which filters are nearly the same. */
#include "cvr-unit-facts.h"

#include "cvr-pass.h"
#include "cvr-project-private.h"
#include "nn-gemm.h"
#include "nn-rewrite.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum { LEAST_DEPTH = 4 }; /* weights of a filter; with fewer, likeness is chance */

static const guint64 most_work = (guint64) 1 << 34; /* multiplications for a layer's likenesses */

static void
layer_free (CvrLayerFacts *layer)
{
  if (layer == NULL)
    return;

  g_free (layer->units);
  g_free (layer);
}

void
cvr_unit_facts_free (gpointer data)
{
  CvrUnitFacts *self = data;

  if (self == NULL)
    return;

  for (guint node = 0; node < self->n_nodes; node++)
    layer_free (self->layers[node]);
  g_free (self->layers);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_free (self);
}

/* Nodes that give their channels a meaning of their own; the others pass on what comes in. */
static gboolean
has_units (NnGraph *graph,
           NnNode   node)
{
  NnShape shape = nn_graph_node_shape (graph, node);

  switch (nn_graph_node_kind (graph, node))
    {
    case NN_OP_INPUT:
    case NN_OP_CONSTANT:
    case NN_OP_FLATTEN:
    case NN_OP_RESHAPE:
    case NN_OP_TRANSPOSE:
    case NN_OP_SLICE:
    case NN_OP_PAD:
    case NN_OP_GATHER:
    case NN_OP_DROPOUT:
    case NN_OP_FAKE_QUANT:
      return FALSE;
    default:
      return (shape.rank == 4 || shape.rank == 2) && shape.dims[0] == 1 &&
             !nn_graph_node_shared (graph, node);
    }
}

/* Whether a channel that is shut is exactly at its lowest value, which is @low. */
static gboolean
shuts (NnGraph *graph,
       NnNode   node,
       float   *low)
{
  const NnAttrs *attrs = nn_graph_node_attrs (graph, node);

  if (nn_graph_node_kind (graph, node) != NN_OP_ACTIVATION)
    return FALSE;

  *low = attrs->activation.function == NN_ACTIVATION_CLIP ? attrs->activation.alpha : 0;

  return attrs->activation.function == NN_ACTIVATION_RELU ||
         attrs->activation.function == NN_ACTIVATION_RELU6 ||
         attrs->activation.function == NN_ACTIVATION_CLIP;
}

/* The rectifier that a layer's channels go through next, each by itself. */
static NnNode
find_rectifier (NnGraph *graph,
                NnNode   node)
{
  NnNode next = node;
  float low;

  while (!shuts (graph, next, &low))
    {
      NnOpKind kind;

      if (nn_graph_n_users (graph, next, &next) != 1)
        return NN_NODE_NONE;
      kind = nn_graph_node_kind (graph, next);
      if (kind != NN_OP_BATCH_NORM && kind != NN_OP_DROPOUT && kind != NN_OP_POOL &&
          kind != NN_OP_FAKE_QUANT && kind != NN_OP_ACTIVATION)
        return NN_NODE_NONE;
      if (kind == NN_OP_ACTIVATION && !shuts (graph, next, &low))
        return NN_NODE_NONE;
    }

  return next;
}

static CvrLayerFacts *
layer_new (CvrModel *model,
           NnNode    node)
{
  CvrLayerFacts *layer = g_new0 (CvrLayerFacts, 1);
  NnOpKind kind = nn_graph_node_kind (model->graph, node);
  const float *weights;
  gsize n_weights = 0;
  float low;

  layer->node = node;
  layer->n_units = nn_graph_node_shape (model->graph, node).dims[1];
  layer->units = g_new0 (CvrUnit, MAX (layer->n_units, 1));
  layer->seen_at = NN_NODE_NONE;
  if (kind == NN_OP_CONV || kind == NN_OP_DENSE || kind == NN_OP_CONV_TRANSPOSE)
    layer->seen_at = find_rectifier (model->graph, node);
  else if (shuts (model->graph, node, &low))
    layer->seen_at = node;

  cvr_spread_init (&layer->values);
  cvr_spread_init (&layer->weights);
  weights = nn_params_peek (model->params, node, NN_SLOT_WEIGHT, &n_weights);
  if (weights != NULL)
    cvr_spread_add (&layer->weights, weights, n_weights);
  for (guint k = 0; k < layer->n_units; k++)
    layer->units[k].twin = -1;

  return layer;
}

/* (transfer full): each filter's weights scaled to length 1; zeros stay. */
static float *
unit_rows (const float *weights,
           guint        n,
           gsize        depth)
{
  float *rows = g_new (float, n * depth);

  for (guint k = 0; k < n; k++)
    {
      double squares = 0;

      for (gsize i = 0; i < depth; i++)
        squares += (double) weights[k * depth + i] * (double) weights[k * depth + i];
      for (gsize i = 0; i < depth; i++)
        rows[k * depth + i] = squares > 0 ? (float) (weights[k * depth + i] / sqrt (squares)) : 0;
    }

  return rows;
}

static void
find_twins (CvrModel      *model,
            CvrLayerFacts *layer)
{
  NnOpKind kind = nn_graph_node_kind (model->graph, layer->node);
  guint n = layer->n_units;
  gsize n_weights = 0, depth;
  const float *weights = nn_params_peek (model->params, layer->node, NN_SLOT_WEIGHT, &n_weights);
  g_autofree float *rows = NULL, *cosines = NULL;

  depth = n_weights / MAX (n, 1);
  if ((kind != NN_OP_CONV && kind != NN_OP_DENSE) || weights == NULL || depth < LEAST_DEPTH ||
      (guint64) n * n * depth > most_work)
    return;

  rows = unit_rows (weights, n, depth);
  cosines = g_new (float, (gsize) n * n);
  nn_gemm (&(NnGemm) { .m = n, .n = n, .k = depth, .a = rows, .lda = depth, .b = rows, .ldb = depth,
                       .transpose_b = TRUE, .c = cosines, .ldc = n });
  for (guint k = 0; k < n; k++)
    {
      CvrUnit *unit = &layer->units[k];

      for (guint j = 0; j < n; j++)
        {
          float cosine = CLAMP (cosines[(gsize) k * n + j], -1, 1);

          if (j != k && fabsf (cosine) >= CVR_UNIT_TWIN && fabsf (cosine) > fabsf (unit->likeness))
            {
              unit->twin = (gint) j;
              unit->likeness = cosine;
            }
        }
      layer->n_twins += unit->twin >= 0;
    }
}

CvrUnitFacts *
cvr_unit_facts_of_weights (CvrModel *model)
{
  CvrUnitFacts *self = g_new0 (CvrUnitFacts, 1);

  self->model = cvr_model_ref (model);
  self->n_nodes = nn_graph_n_nodes (model->graph);
  self->layers = g_new0 (CvrLayerFacts *, self->n_nodes);
  for (NnNode node = 0; (guint) node < self->n_nodes; node++)
    if (has_units (model->graph, node))
      {
        self->layers[node] = layer_new (model, node);
        find_twins (model, self->layers[node]);
      }

  return self;
}

typedef struct
{
  CvrUnitFacts *facts;
  NnExec       *exec;
  guint         n; /* pictures in the exec */
  NnWorkers    *workers;
} Counting;

static void
count_unit (CvrUnit       *unit,
            const nn_real *values,
            gsize          n)
{
  for (gsize i = 0; i < n; i++)
    {
      unit->low = unit->n + i == 0 ? values[i] : MIN (unit->low, values[i]);
      unit->high = unit->n + i == 0 ? values[i] : MAX (unit->high, values[i]);
      unit->sum += (double) values[i];
      unit->n_zeros += values[i] == 0;
    }
  unit->n += n;
}

/* NnPieceFunc: the values of one node. */
static void
count_piece (guint    piece,
             guint    thread,
             gpointer data)
{
  const Counting *self = data;
  CvrLayerFacts *layer = self->facts->layers[piece];
  const nn_real *values = layer != NULL ? nn_exec_values (self->exec, layer->node) : NULL;
  NnShape shape;
  gsize plane;

  if (values == NULL)
    return;

  shape = nn_graph_node_shape (self->facts->model->graph, layer->node);
  plane = nn_shape_positions (&shape);
  cvr_spread_add (&layer->values, values, self->n * layer->n_units * plane);
  for (guint i = 0; i < self->n; i++)
    for (guint k = 0; k < layer->n_units; k++, values += plane)
      count_unit (&layer->units[k], values, plane);
}

static void
count_cb (NnExec        *exec,
          const nn_real *values,
          const guint   *items,
          guint          n,
          gpointer       data)
{
  Counting *self = data;

  self->exec = exec;
  self->n = n;
  nn_workers_run (self->workers, self->facts->n_nodes, count_piece, self);
}

/* Which channels never opened. */
static void
judge (CvrUnitFacts *self)
{
  for (guint node = 0; node < self->n_nodes; node++)
    {
      CvrLayerFacts *layer = self->layers[node], *seen;
      float low = 0;

      if (layer == NULL)
        continue;
      seen = layer->seen_at != NN_NODE_NONE ? self->layers[layer->seen_at] : NULL;
      if (seen == NULL || seen->n_units != layer->n_units ||
          !shuts (self->model->graph, layer->seen_at, &low))
        continue;
      for (guint k = 0; k < layer->n_units; k++)
        {
          layer->units[k].dead = seen->units[k].n > 0 && seen->units[k].high <= low;
          layer->n_dead += layer->units[k].dead;
        }
    }
}

/**
 * cvr_unit_facts_compute:
 *
 * Returns: (transfer full)
 */
CvrUnitFacts *
cvr_unit_facts_compute (CvrModel       *model,
                        CvrDataset     *dataset,
                        guint           max_pictures,
                        NnWorkers      *workers,
                        const CvrWatch *watch,
                        GError        **error)
{
  g_autoptr (CvrUnitFacts) self = NULL;
  g_autofree guint *items = NULL;
  Counting counting = { .workers = workers };
  guint n = 0;

  g_return_val_if_fail (model != NULL && dataset != NULL && workers != NULL, NULL);

  self = counting.facts = cvr_unit_facts_of_weights (model);
  items = cvr_pass_spread (dataset, max_pictures, &n);
  if (!cvr_pass_run (model, NN_NODE_NONE, dataset, items, n, workers, watch, count_cb, &counting,
                     &self->n_unread, error))
    return NULL;

  self->n_pictures = n - self->n_unread;
  judge (self);

  return g_steal_pointer (&self);
}

typedef struct
{
  CvrModel   *model;
  CvrDataset *dataset; /* NULL: only what the weights tell */
  guint       max_pictures;
  NnWorkers  *workers;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  cvr_model_unref (request->model);
  g_clear_pointer (&request->dataset, cvr_dataset_unref);
  nn_workers_unref (request->workers);
  g_free (request);
}

/* Worker. */
static gpointer
facts_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  const Request *request = data;
  CvrWatch watch = cvr_watch_job (job);

  if (request->dataset == NULL)
    return cvr_unit_facts_of_weights (request->model);

  return cvr_unit_facts_compute (request->model, request->dataset, request->max_pictures,
                                 request->workers, &watch, error);
}

/**
 * cvr_unit_facts_start:
 * @max_pictures: of the project's; 0: only what the weights tell
 * @done: gets them (transfer full)
 *
 * Main thread.
 *
 * Returns: (transfer none): the job
 */
CvrJob *
cvr_unit_facts_start (CvrProject *project,
                      CvrModel   *model,
                      guint       max_pictures,
                      GObject    *owner,
                      CvrJobDone  done,
                      gpointer    user_data)
{
  Request *request = g_new0 (Request, 1);
  CvrJob *job;

  request->model = cvr_model_ref (model);
  if (max_pictures > 0)
    request->dataset = cvr_dataset_copy (cvr_project_get_dataset (project));
  request->max_pictures = max_pictures;
  request->workers = nn_workers_ref (cvr_project_quick_workers (project));
  job = cvr_job_start (_("Looking at the filters"), facts_func, request, request_free, owner, done,
                       user_data, cvr_unit_facts_free);
  cvr_project_track_job (project, job);

  return job;
}
