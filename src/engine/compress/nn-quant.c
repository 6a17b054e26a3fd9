/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantization: weights put on a grid, activations rounded by FAKE_QUANT nodes. */
#include "nn-quant.h"

#include "nn-calibrate.h"
#include "nn-feed.h"
#include "nn-graph-private.h"
#include "nn-grid.h"
#include "nn-rewrite.h"

#include <glib/gi18n-lib.h>

NnQuantSpec
nn_quant_spec_default (guint bits)
{
  return (NnQuantSpec) {
    .bits = bits, .per_channel = TRUE, .activations = bits <= 8, .batches = 8, .batch = 32,
    .calibration = NN_CALIBRATION_MIN_MAX, .percentile = 99.99
  };
}

static gboolean
check_spec (const NnQuantSpec *spec,
            gboolean           calibrated,
            GError           **error)
{
  if (spec->bits != 16 && spec->bits != 8 && spec->bits != 4 && spec->bits != 2 && spec->bits != 1)
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("Weights can have 16, 8, 4, 2 or 1 bits, not %u."), spec->bits);
  else if (calibrated && (spec->batches == 0 || spec->batch == 0))
    g_set_error (
      error, NN_ERROR, NN_ERROR_SPEC,
      _("Calibration over %u batches of %u items would see nothing; both must be at least 1."),
      spec->batches, spec->batch);
  else if (calibrated && spec->calibration == NN_CALIBRATION_PERCENTILE &&
           !(spec->percentile > 50 && spec->percentile <= 100))
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("The percentile is %g; it must be above %g and at most %g."), spec->percentile,
                 50.0, 100.0);
  else
    return TRUE;

  return FALSE;
}

/* Weights */

typedef struct
{
  nn_real *values;
  gsize    row;
  guint    bits;
  float   *scales;
} Rows;

static void
fit_row (guint    k,
         guint    thread,
         gpointer data)
{
  Rows *rows = data;

  rows->scales[k] = nn_grid_fit (rows->bits, rows->row, rows->values + k * rows->row);
}

static void
quantize_node (NnParams          *params,
               NnNode             node,
               const NnQuantSpec *spec,
               NnWorkers         *workers)
{
  gsize n_values;
  nn_real *weights = nn_params_poke (params, node, NN_SLOT_WEIGHT, &n_values);
  NnShape shape = nn_graph_node_shape (nn_params_graph (params), node);
  guint n_rows = spec->per_channel ? shape.dims[1] : 1;
  g_autofree float *scales = g_new (float, n_rows);
  NnWeightQuant quant = { spec->bits, n_rows, scales };
  Rows rows = { weights, n_values / n_rows, spec->bits, scales };

  if (weights == NULL)
    return; /* Nothing depends on this node. */

  if (spec->bits == 16)
    {
      quant = (NnWeightQuant) { 16, 0, NULL };
      for (gsize i = 0; i < n_values; i++)
        weights[i] = (nn_real) nn_grid_half ((float) weights[i]);
    }
  else
    nn_workers_run (workers, n_rows, fit_row, &rows);

  nn_params_set_quant (params, node, &quant);
}

/* Activations */

/* An activation that only cuts values off: integers do that while they round. */
static gboolean
only_bounds (NnGraph *graph,
             NnNode   node)
{
  NnActivation function = nn_graph_node_attrs (graph, node)->activation.function;

  return nn_graph_node_kind (graph, node) == NN_OP_ACTIVATION &&
         (function == NN_ACTIVATION_RELU || function == NN_ACTIVATION_RELU6 ||
          function == NN_ACTIVATION_CLIP);
}

/* Whether @node's values are rounded. A layer's own values are not when a batch norm or an activation
 * that only bounds reads them, and nobody else: what leaves that is. Other activations are
 * functions of a byte, so what they read is rounded, too. What only picks or moves values stays on
 * the grid it found. */
static gboolean
needs_grid (NnGraph *graph,
            NnNode   node)
{
  NnNode user = NN_NODE_NONE;
  guint n_users = nn_graph_n_users (graph, node, &user);
  NnOpKind next = n_users > 0 ? nn_graph_node_kind (graph, user) : NN_N_OPS;

  if (n_users == 0 || nn_graph_is_output (graph, node) || nn_graph_node_shared (graph, node))
    return FALSE;
  if (n_users == 1 && (next == NN_OP_FAKE_QUANT || next == NN_OP_SOFTMAX))
    return FALSE;

  switch (nn_graph_node_kind (graph, node))
    {
    case NN_OP_FAKE_QUANT:
    case NN_OP_FLATTEN:
    case NN_OP_DROPOUT:
    case NN_OP_MAXOUT:
    case NN_OP_RESHAPE:
    case NN_OP_TRANSPOSE:
    case NN_OP_SLICE:
    case NN_OP_GATHER:
      return FALSE;
    case NN_OP_POOL:
      return nn_graph_node_attrs (graph, node)->pool.average;
    case NN_OP_GLOBAL_POOL:
      return nn_graph_node_attrs (graph, node)->global_pool.average;
    case NN_OP_UPSAMPLE:
      return nn_graph_node_attrs (graph, node)->upsample.mode != NN_UPSAMPLE_NEAREST;
    case NN_OP_CONV:
    case NN_OP_DENSE:
    case NN_OP_ADD:
    case NN_OP_BATCH_NORM:
      return n_users > 1 || (next != NN_OP_BATCH_NORM && !only_bounds (graph, user));
    default:
      return TRUE;
    }
}

static void
insert_grid (NnRewrite *rewrite,
             NnNode     node,
             NnRange    range)
{
  g_autofree char *name = g_strdup_printf ("%s_quant", nn_graph_node_name (rewrite->from, node));
  NnNode made = nn_builder_fake_quant (rewrite->builder, rewrite->map[node],
                                       nn_grid_unsigned (range.low, range.high));
  gboolean taken = nn_graph_find (rewrite->from, name) != NN_NODE_NONE;

  nn_rewrite_insert (rewrite, made, NN_NODE_NONE, taken ? NULL : name);
  rewrite->map[node] = made;
}

/* The network with a grid behind every node that is rounded. */
static gboolean
insert_grids (NnGraph           *graph,
              NnParams          *params,
              const NnQuantSpec *spec,
              const NnSource    *source,
              NnWorkers         *workers,
              NnGraph          **new_graph,
              NnParams         **new_params,
              GError           **error)
{
  g_auto (NnRewrite) rewrite = { 0 };
  g_autoptr (NnGraph) made = NULL;
  guint n_nodes = nn_graph_n_nodes (graph);
  g_autofree gboolean *rounded = g_new0 (gboolean, n_nodes);
  g_autofree NnRange *ranges = g_new0 (NnRange, n_nodes);
  NnParams *copied;

  nn_rewrite_init (&rewrite, graph);
  for (guint i = 0; i < n_nodes; i++)
    rounded[i] = rewrite.live[i] && needs_grid (graph, (NnNode) i);
  if (!nn_calibrate (graph, params, spec, source, workers, rounded, ranges, error))
    return FALSE;

  for (guint i = 0; i < n_nodes; i++)
    {
      nn_rewrite_copy (&rewrite, (NnNode) i, NULL);
      if (rounded[i])
        insert_grid (&rewrite, (NnNode) i, ranges[i]);
    }

  made = nn_rewrite_seal (&rewrite, error);
  if (made == NULL)
    return FALSE;
  copied = nn_params_new_empty (made, error);
  if (copied == NULL)
    return FALSE;

  nn_rewrite_slots (&rewrite, params, copied);
  *new_graph = g_steal_pointer (&made);
  *new_params = copied;

  return TRUE;
}

/**
 * nn_quantize:
 * @calibration: (nullable): read in its own order, without randomness; labels are not used
 * @new_graph: (out) (transfer full)
 * @new_params: (out) (transfer full): frozen
 *
 * At 8 bits the largest magnitude is the last level (±127); at 4 (±7) and 2 bits (−1, 0, 1) the
 * scale is the one with the smallest squared error; at 1 bit a weight is plus or minus the mean
 * magnitude. Activations, the input among them, lie on 256 levels over the range that the
 * calibration chose, 0 always being one of them; outputs stay as they are.
 *
 * Returns: %FALSE with %NN_ERROR_SPEC, %NN_ERROR_SHAPE, %NN_ERROR_DATA or %NN_ERROR_CANCELLED.
 */
gboolean
nn_quantize (NnGraph           *graph,
             NnParams          *params,
             const NnQuantSpec *spec,
             const NnSource    *calibration,
             NnWorkers         *workers,
             NnGraph          **new_graph,
             NnParams         **new_params,
             GError           **error)
{
  g_autoptr (NnGraph) folded = NULL;
  g_autoptr (NnParams) values = NULL;
  gboolean rounds = spec->activations && spec->bits <= 8;

  if (!check_spec (spec, rounds, error))
    return FALSE;
  if (rounds && calibration == NULL)
    {
      g_set_error_literal (
        error, NN_ERROR, NN_ERROR_DATA,
        _("Activations can't be rounded without pictures to measure them on; give some, or leave "
          "activations as they are."));
      return FALSE;
    }
  if (rounds && !nn_feed_check (graph, calibration, _("calibration"), error))
    return FALSE;
  if (!nn_fold_batch_norm (graph, params, &folded, &values, error))
    return FALSE;

  if (rounds)
    {
      g_autoptr (NnGraph) plain = g_steal_pointer (&folded);
      g_autoptr (NnParams) plain_values = g_steal_pointer (&values);

      if (!insert_grids (plain, plain_values, spec, calibration, workers, &folded, &values, error))
        return FALSE;
    }

  for (guint i = 0; i < nn_graph_n_nodes (folded); i++)
    if (nn_graph_node_kind (folded, (NnNode) i) == NN_OP_CONV ||
        nn_graph_node_kind (folded, (NnNode) i) == NN_OP_DENSE)
      quantize_node (values, (NnNode) i, spec, workers);

  nn_params_freeze (values);
  *new_graph = g_steal_pointer (&folded);
  *new_params = g_steal_pointer (&values);

  return TRUE;
}

/**
 * nn_packed_bytes:
 *
 * Weights at their bits (32 where they lie on no grid), as a plain row or as a bitmap of where they
 * are not zero followed by those, whichever is smaller; scales, biases and batch norms at four
 * bytes each.
 */
guint64
nn_packed_bytes (NnGraph  *graph,
                 NnParams *params)
{
  guint64 bytes = 0;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnOpKind kind = nn_graph_node_kind (graph, (NnNode) i);
      const NnWeightQuant *quant = nn_params_peek_quant (params, (NnNode) i);
      guint64 bits = quant != NULL ? quant->bits : 32, n_kept = 0;

      for (guint slot = 0; slot < NN_N_SLOTS; slot++)
        {
          gsize n;
          const nn_real *values = nn_params_peek (params, (NnNode) i, slot, &n);

          if (slot != NN_SLOT_WEIGHT || (kind != NN_OP_CONV && kind != NN_OP_DENSE))
            {
              bytes += 4 * (guint64) n;
              continue;
            }
          for (gsize j = 0; j < n; j++)
            n_kept += values[j] != 0 ? 1 : 0;
          bytes += MIN ((n * bits + 7) / 8, (n + 7) / 8 + (n_kept * bits + 7) / 8);
        }
      bytes += quant != NULL ? 4 * (guint64) quant->n_scales : 0;
    }

  return bytes;
}
