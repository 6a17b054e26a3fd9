/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "int8-support.h"

#include "nn-quant.h"
#include "nn-rewrite.h"

#include <string.h>

/* The same network with every grid as an output, besides its own. */
static void
show_grids (Quantized *self)
{
  g_auto (NnRewrite) rewrite = { 0 };
  g_autoptr (GError) error = NULL;
  NnNode last = nn_graph_output (self->graph, 0);

  nn_rewrite_init (&rewrite, self->graph);
  for (guint i = 0; i < nn_graph_n_nodes (self->graph); i++)
    nn_rewrite_copy (&rewrite, (NnNode) i, NULL);
  for (guint i = 0; i < nn_graph_n_nodes (self->graph); i++)
    if (nn_graph_node_kind (self->graph, (NnNode) i) == NN_OP_FAKE_QUANT && (NnNode) i != last)
      nn_builder_output (rewrite.builder, rewrite.map[i]);
  self->shown = nn_rewrite_seal (&rewrite, &error);
  g_assert_no_error (error);
  self->shown_params = nn_params_new (self->shown, 0, &error);
  g_assert_no_error (error);
  nn_rewrite_slots (&rewrite, self->params, self->shown_params);
  for (guint i = 0; i < nn_graph_n_nodes (self->graph); i++)
    nn_params_set_quant (self->shown_params, rewrite.map[i],
                         nn_params_peek_quant (self->params, (NnNode) i));
}

void
int8_quantize (Quantized *self,
               NnGraph   *graph,
               NnParams  *params)
{
  g_autoptr (GError) error = NULL;
  NnQuantSpec spec = nn_quant_spec_default (8);
  NnShape shape = nn_graph_node_shape (graph, nn_graph_input (graph, 0));

  self->source = noise_source (16, N_CLASSES, shape.dims[1], shape.dims[2], shape.dims[3]);
  self->workers = nn_workers_new (2, FALSE);
  g_assert_true (nn_quantize (graph, params, &spec, &self->source, self->workers, &self->graph,
                              &self->params, &error));
  g_assert_no_error (error);
  show_grids (self);
}

void
int8_clear (Quantized *self)
{
  nn_graph_unref (self->graph);
  nn_graph_unref (self->shown);
  nn_params_unref (self->params);
  nn_params_unref (self->shown_params);
  nn_workers_unref (self->workers);
}

void
int8_fill (const NnSource *source,
           guint           batch,
           nn_real        *x)
{
  gsize item;
  gint32 label;

  nn_shape_count (&source->shape, &item);
  for (guint i = 0; i < batch; i++)
    source->fetch (source, 100 + i, NULL, x + i * item, &label, NULL);
}

static gsize
output_count (NnGraph *graph,
              guint    i)
{
  NnShape shape = nn_graph_node_shape (graph, nn_graph_output (graph, i));
  gsize count;

  nn_shape_count (&shape, &count);

  return count;
}

/* All outputs of a run in integers, one behind the other. */
nn_real *
int8_run (NnCpu             level,
          NnGraph          *graph,
          NnParams         *params,
          NnWorkers        *workers,
          const NnSource   *source,
          guint             batch,
          guint             max_batch,
          guint            *n_float,
          gsize            *n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnInt8) int8 = nn_int8_new_at (level, graph, params, workers, max_batch, &error);
  nn_real *all;

  g_assert_no_error (error);
  *n_float = nn_int8_n_float (int8);
  *n = 0;
  for (guint i = 0; i < nn_graph_n_outputs (graph); i++)
    *n += batch * output_count (graph, i);
  all = g_new (nn_real, *n);
  /* Twice: nothing of the first run is left. */
  memset (nn_int8_input (int8, 0), 0x42, sizeof (nn_real) * batch);
  nn_int8_forward (int8, max_batch);
  int8_fill (source, batch, nn_int8_input (int8, 0));
  nn_int8_forward (int8, batch);
  *n = 0;
  for (guint i = 0; i < nn_graph_n_outputs (graph); i++)
    {
      memcpy (all + *n, nn_int8_output (int8, i), batch * output_count (graph, i) * sizeof *all);
      *n += batch * output_count (graph, i);
    }

  return all;
}

/* Every instruction set that the machine has, one and two threads, one and several pictures. */
void
int8_check_levels (Quantized *self,
                   guint      expected_floats)
{
  g_autoptr (NnWorkers) alone = nn_workers_new (1, FALSE);

  for (guint batch = 1; batch <= BATCH; batch += 2)
    {
      g_autofree nn_real *expected = NULL;
      guint n_float;
      gsize n;

      expected = int8_run (NN_CPU_PLAIN, self->shown, self->shown_params, alone, &self->source,
                           batch, BATCH, &n_float, &n);
      g_assert_cmpuint (n_float, ==, expected_floats);
      for (NnCpu level = NN_CPU_PLAIN; level <= nn_cpu_best (); level++)
        {
          g_autofree nn_real *actual = int8_run (level, self->shown, self->shown_params,
                                                 self->workers, &self->source, batch, batch,
                                                 &n_float, &n);

          if (memcmp (actual, expected, n * sizeof *actual) != 0)
            for (gsize i = 0; i < n; i++)
              if (actual[i] != expected[i])
                g_error ("%s, batch %u: value %zu of %zu is %g, not %g", nn_cpu_name (level),
                         batch, i, n, (double) actual[i], (double) expected[i]);
        }
    }
}

/* Copies what makes @node into @builder, back to the grids, which become inputs in the order in
 * which they are met. */
static NnNode
copy_layer (Quantized *self,
            NnBuilder *builder,
            GArray    *origin,
            NnNode    *map,
            NnNode     node,
            gboolean   top)
{
  NnNode xs[NN_MAX_INPUTS];
  NnOpKind kind = nn_graph_node_kind (self->shown, node);

  if (map[node] != NN_NODE_NONE)
    return map[node];

  if (!top && (kind == NN_OP_FAKE_QUANT || kind == NN_OP_INPUT))
    map[node] = nn_builder_input (builder, nn_graph_node_shape (self->shown, node));
  else
    {
      guint n = nn_graph_node_n_inputs (self->shown, node);

      for (guint i = 0; i < n; i++)
        xs[i] = copy_layer (self, builder, origin, map,
                            nn_graph_node_input (self->shown, node, i), FALSE);
      map[node] = nn_builder_node (builder, kind, nn_graph_node_attrs (self->shown, node), xs, n);
    }
  g_array_append_val (origin, node);

  return map[node];
}

/* Where output @node begins in what int8_run() gave; the picture itself for the input. */
static const nn_real *
values_of (Quantized     *self,
           NnNode         node,
           const nn_real *all,
           const nn_real *pictures)
{
  for (guint i = 0; i < nn_graph_n_outputs (self->shown); i++)
    {
      if (nn_graph_output (self->shown, i) == node)
        return all;
      all += BATCH * output_count (self->shown, i);
    }
  g_assert_true (nn_graph_node_kind (self->shown, node) == NN_OP_INPUT);

  return pictures;
}

static NnParams *
layer_params (Quantized *self,
              NnGraph   *graph,
              GArray    *origin)
{
  NnParams *params = nn_params_new (graph, 0, NULL);

  for (guint i = 0; i < origin->len; i++)
    for (guint slot = 0; slot < NN_N_SLOTS; slot++)
      {
        gsize n;
        const nn_real *from = nn_params_peek (self->shown_params,
                                              g_array_index (origin, NnNode, i), slot, NULL);
        nn_real *to = nn_params_poke (params, (NnNode) i, slot, &n);

        if (to != NULL)
          memcpy (to, from, n * sizeof *to);
      }

  return params;
}

/* What the simulated layer that ends in output @i makes of the bytes that came in, against those
 * that came out: one level apart at most, and only where the value lies next to the middle between
 * two. Integers have their bias in whole units of a product, which is what "next to" means. Values
 * that are not rounded: their last digits. */
static void
check_layer (Quantized     *self,
             guint          i,
             const nn_real *all,
             const nn_real *pictures)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (GArray) origin = g_array_new (FALSE, FALSE, sizeof (NnNode));
  g_autofree NnNode *map = g_new (NnNode, nn_graph_n_nodes (self->shown));
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnExec) exec = NULL;
  NnNode node = nn_graph_output (self->shown, i);
  gboolean rounded = nn_graph_node_kind (self->shown, node) == NN_OP_FAKE_QUANT;
  gsize count = BATCH * output_count (self->shown, i);
  const nn_real *actual = values_of (self, node, all, pictures);
  double unit = 1;
  gsize n_off = 0;

  for (guint j = 0; j < nn_graph_n_nodes (self->shown); j++)
    map[j] = NN_NODE_NONE;
  nn_builder_output (builder, copy_layer (self, builder, origin, map, node, TRUE));
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);
  params = layer_params (self, graph, origin);
  exec = nn_exec_new (graph, self->workers, BATCH, NN_EXEC_INFER, NULL);
  for (guint j = 0; j < nn_graph_n_inputs (graph); j++)
    {
      NnNode x = g_array_index (origin, NnNode, nn_graph_input (graph, j));
      NnShape shape = nn_graph_node_shape (self->shown, x);
      gsize n;

      nn_shape_count (&shape, &n);
      memcpy (nn_exec_input (exec, j), values_of (self, x, all, pictures),
              BATCH * n * sizeof *pictures);
    }
  nn_exec_forward (exec, params, BATCH, 0);

  if (rounded)
    unit = (double) nn_graph_node_attrs (self->shown, node)->fake_quant.scale;
  for (gsize j = 0; j < count; j++)
    {
      double steps = fabs ((double) (actual[j] - nn_exec_output (exec, 0)[j])) / unit;

      g_assert_cmpfloat (steps, <=, rounded ? 1.001 : 1e-3);
      n_off += steps > 0.5 ? 1 : 0;
    }
  g_assert_cmpuint (n_off, <=, 2 + count / 100);
}

void
int8_check_simulated (Quantized *self)
{
  g_autofree nn_real *pictures = NULL;
  g_autofree nn_real *actual = NULL;
  gsize item;
  guint n_float;
  gsize n;

  nn_shape_count (&self->source.shape, &item);
  pictures = g_new (nn_real, BATCH * item);
  int8_fill (&self->source, BATCH, pictures);
  actual = int8_run (nn_cpu_best (), self->shown, self->shown_params, self->workers,
                     &self->source, BATCH, BATCH, &n_float, &n);
  for (guint i = 0; i < nn_graph_n_outputs (self->shown); i++)
    check_layer (self, i, actual, pictures);
}
