/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small graphs for tests: random values, gradient checks against central differences. */
#include "nn-test-graph.h"

#include "nn-graph-private.h"

#include <math.h>
#include <string.h>

/* Central differences in double: the cut series costs about step², rounding about 1e-15/step. */
static const double difference_step = 1e-5;
static const double tolerance = 1e-7;

NnGraph *
nn_test_seal (NnBuilder *builder,
              NnNode     output)
{
  g_autoptr (GError) error = NULL;
  NnGraph *graph;

  nn_builder_output (builder, output);
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);
  nn_builder_free (builder);

  return graph;
}

void
nn_test_assert_refused (NnBuilder *builder,
                        NnNode     output,
                        NnError    code)
{
  g_autoptr (GError) error = NULL;

  nn_builder_output (builder, output);
  g_assert_null (nn_builder_seal (builder, &error));
  g_assert_error (error, NN_ERROR, (gint) code);
  nn_builder_free (builder);
}

void
nn_test_fill_distinct (CvrRng  *rng,
                       gsize    n,
                       nn_real *values)
{
  g_autofree guint *order = g_new (guint, n);

  for (gsize i = 0; i < n; i++)
    order[i] = (guint) i;
  cvr_rng_shuffle (rng, order, n);
  for (gsize i = 0; i < n; i++)
    values[i] = (nn_real) (4 * ((double) order[i] + 0.43) / (double) n - 2);
}

void
nn_test_fill_normal (CvrRng  *rng,
                     gsize    n,
                     nn_real *values)
{
  for (gsize i = 0; i < n; i++)
    values[i] = (nn_real) cvr_rng_normal (rng);
}

NnParams *
nn_test_params (NnGraph *graph,
                guint64  seed)
{
  g_autoptr (GError) error = NULL;
  NnParams *params = nn_params_new (graph, seed, &error);
  CvrRng rng = cvr_rng_new (seed, 77);

  g_assert_no_error (error);
  for (NnNode node = 0; (guint) node < nn_graph_n_nodes (graph); node++)
    for (guint slot = 0; slot < NN_N_SLOTS; slot++)
      {
        gsize n;
        nn_real *values = nn_params_poke (params, node, slot, &n);
        gboolean norm = nn_graph_node_kind (graph, node) == NN_OP_BATCH_NORM;

        if (values == NULL)
          continue;
        nn_test_fill_normal (&rng, n, values);
        for (gsize i = 0; i < n && norm && (slot == NN_SLOT_WEIGHT || slot == NN_SLOT_VARIANCE);
             i++)
          values[i] = (nn_real) cvr_rng_between (&rng, 0.5, 2);
      }

  return params;
}

void
nn_test_fill_inputs (NnExec  *exec,
                     guint    batch,
                     guint64  seed)
{
  NnGraph *graph = nn_exec_graph (exec);
  CvrRng rng = cvr_rng_new (seed, 78);

  for (guint i = 0; i < nn_graph_n_inputs (graph); i++)
    {
      NnShape shape = nn_graph_node_shape (graph, nn_graph_input (graph, i));
      gsize count = 0;

      nn_shape_count (&shape, &count);
      nn_test_fill_distinct (&rng, batch * count, nn_exec_input (exec, i));
    }
}

NnNode
nn_test_constant (NnBuilder *builder,
                  NnShape    shape)
{
  return nn_builder_node (builder, NN_OP_CONSTANT, &(NnAttrs) { .constant = { shape } }, NULL, 0);
}

static gsize
count_of (NnGraph *graph,
          NnNode   node)
{
  NnShape shape = nn_graph_node_shape (graph, node);
  gsize count = 0;

  nn_shape_count (&shape, &count);

  return count;
}

static void
take_values (const double **from,
             gsize          n,
             nn_real       *to)
{
  for (gsize i = 0; i < n && *from != NULL; i++)
    to[i] = (nn_real) * (*from)++;
}

void
nn_test_check_values (NnGraph      *graph,
                      guint         batch,
                      const double *inputs,
                      const double *constants,
                      const double *parameters,
                      const double *expected,
                      gsize         n_expected)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, batch, NN_EXEC_INFER, &error);
  g_autoptr (NnParams) params = nn_params_new (graph, 1, NULL);

  g_assert_no_error (error);
  for (NnNode node = 0; (guint) node < nn_graph_n_nodes (graph); node++)
    for (guint slot = 0; slot < NN_N_SLOTS; slot++)
      {
        gsize n;
        nn_real *values = nn_params_poke (params, node, slot, &n);

        take_values (nn_graph_node_kind (graph, node) == NN_OP_CONSTANT ? &constants : &parameters,
                     n, values);
      }
  for (guint i = 0; i < nn_graph_n_inputs (graph); i++)
    take_values (&inputs, batch * count_of (graph, nn_graph_input (graph, i)),
                 nn_exec_input (exec, i));

  nn_exec_forward (exec, params, batch, 0);
  g_assert_cmpuint (batch * count_of (graph, nn_graph_output (graph, 0)), ==, n_expected);
  for (gsize i = 0; i < n_expected; i++)
    if (!(fabs ((double) nn_exec_output (exec, 0)[i] - expected[i]) < 1e-12))
      g_error ("value %" G_GSIZE_FORMAT ": %.15g instead of %.15g", i,
               (double) nn_exec_output (exec, 0)[i], expected[i]);
}

double
nn_test_distance (gsize          n,
                  const nn_real *a,
                  const nn_real *b)
{
  double largest = 0;

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs ((double) a[i] - (double) b[i]));

  return largest;
}

/* One check: loss = Σ weight·output, so that the weights are the output's gradient. */
typedef struct
{
  NnExec   *exec;
  NnParams *params;
  guint     batch;
  gsize     n_outputs;
  nn_real  *weights; /* [n_outputs] */
} Check;

static double
loss (Check *check)
{
  const nn_real *output;
  double sum = 0;

  nn_exec_forward (check->exec, check->params, check->batch, 5);
  output = nn_exec_output (check->exec, 0);
  for (gsize i = 0; i < check->n_outputs; i++)
    sum += (double) check->weights[i] * (double) output[i];

  return sum;
}

static void
compare_with_difference (Check      *check,
                         const char *what,
                         guint       number,
                         gsize       index,
                         nn_real    *value,
                         double      gradient)
{
  nn_real before = *value;
  double above, below, difference;

  *value = before + (nn_real) difference_step;
  above = loss (check);
  *value = before - (nn_real) difference_step;
  below = loss (check);
  *value = before;
  difference = (above - below) / (2 * difference_step);

  if (fabs (difference - gradient) > tolerance * MAX (1, MAX (fabs (difference), fabs (gradient))))
    g_error ("%s %u [%" G_GSIZE_FORMAT "]: gradient %.12g but difference %.12g", what, number,
             index, gradient, difference);
}

static void
backward (Check    *check,
          gboolean  to_input)
{
  loss (check);
  nn_exec_backward (check->exec, check->params, nn_graph_output (nn_exec_graph (check->exec), 0),
                    check->weights, to_input);
}

static void
check_inputs (Check *check)
{
  NnGraph *graph = nn_exec_graph (check->exec);

  for (guint i = 0; i < nn_graph_n_inputs (graph); i++)
    {
      NnNode node = nn_graph_input (graph, i);
      NnShape shape = nn_graph_node_shape (graph, node);
      const nn_real *live = nn_exec_gradient (check->exec, node);
      g_autofree nn_real *gradient = NULL;
      gsize n = 0;

      g_assert_nonnull (live);
      nn_shape_count (&shape, &n);
      n *= check->batch;
      gradient = g_memdup2 (live, n * sizeof *gradient);
      for (gsize j = 0; j < n; j++)
        compare_with_difference (check, "input", i, j, nn_exec_input (check->exec, i) + j,
                                 (double) gradient[j]);
    }
}

static void
check_params (Check *check,
              guint  frozen)
{
  NnGraph *graph = nn_exec_graph (check->exec);
  gsize n_trainable = nn_params_n_trainable (check->params);
  g_autofree nn_real *gradients = g_memdup2 (nn_exec_param_gradients (check->exec),
                                             MAX (n_trainable, 1) * sizeof (nn_real));
  guint bit = 0;

  for (NnNode node = 0; (guint) node < nn_graph_n_nodes (graph); node++)
    {
      gboolean is_frozen;

      if (!nn_graph_node_has_weights (graph, node))
        continue;
      is_frozen = frozen >> bit++ & 1;
      for (guint slot = NN_SLOT_WEIGHT; slot <= NN_SLOT_BIAS; slot++)
        {
          gsize offset = 0, n = 0;

          nn_params_slot_range (check->params, node, slot, &offset, &n);
          for (gsize i = 0; i < n; i++)
            if (is_frozen)
              g_assert_cmpfloat (gradients[offset + i], ==, 0);
            else
              compare_with_difference (check, nn_graph_node_name (graph, node), slot, i,
                                       nn_params_poke_all (check->params) + offset + i,
                                       (double) gradients[offset + i]);
        }
    }
}

static void
freeze (Check *check,
        guint  frozen)
{
  NnGraph *graph = nn_exec_graph (check->exec);
  guint bit = 0;

  for (NnNode node = 0; (guint) node < nn_graph_n_nodes (graph); node++)
    if (nn_graph_node_has_weights (graph, node))
      nn_exec_freeze_node (check->exec, node, frozen >> bit++ & 1);
}

static void
check_mode (NnGraph    *graph,
            guint       batch,
            guint64     seed,
            NnExecMode  mode)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExec) exec = nn_exec_new (graph, workers, batch, mode, &error);
  g_autoptr (NnParams) params = nn_test_params (graph, seed);
  NnShape shape = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  Check check = { exec, params, batch };
  CvrRng rng = cvr_rng_new (seed, 79);
  guint n_weighted = 0;

  g_assert_no_error (error);
  nn_shape_count (&shape, &check.n_outputs);
  check.n_outputs *= batch;
  check.weights = g_new (nn_real, check.n_outputs);
  nn_test_fill_normal (&rng, check.n_outputs, check.weights);
  nn_test_fill_inputs (exec, batch, seed);
  for (NnNode node = 0; (guint) node < nn_graph_n_nodes (graph); node++)
    n_weighted += nn_graph_node_has_weights (graph, node);

  for (guint frozen = 0; frozen < (mode == NN_EXEC_TRAIN ? 1u << n_weighted : 1); frozen++)
    for (guint to_input = 0; to_input < 2; to_input++)
      {
        freeze (&check, frozen);
        backward (&check, to_input == 1);
        if (mode == NN_EXEC_TRAIN)
          check_params (&check, frozen);
        backward (&check, to_input == 1);
        if (to_input == 1)
          check_inputs (&check);
        else
          g_assert_null (nn_exec_gradient (exec, nn_graph_input (graph, 0)));
      }

  g_free (check.weights);
}

void
nn_test_check_gradients (NnGraph *graph,
                         guint    batch,
                         guint64  seed)
{
  g_test_message ("seed %" G_GUINT64_FORMAT ", batch %u", seed, batch);
  check_mode (graph, batch, seed, NN_EXEC_TRAIN);
  check_mode (graph, batch, seed, NN_EXEC_KEEP_ALL);
}

static double
operator_loss (NnOpRun       *run,
               gsize          n_outputs,
               const nn_real *weights)
{
  double sum = 0;

  nn_op_of (run->node.kind)->forward (run);
  for (gsize i = 0; i < n_outputs; i++)
    sum += (double) weights[i] * (double) run->y[i];

  return sum;
}

static gboolean
is_index (const NnOpRun *run,
          guint          i)
{
  return run->node.kind == NN_OP_GATHER && i == 1;
}

/* Input @i of a run by itself: drawn values, and room for a gradient with something in it to add to
 * where @add. */
static void
set_up_input (NnOpRun *run,
              guint    i,
              gboolean add,
              CvrRng  *rng,
              gsize   *n)
{
  nn_real *x, *dx;

  run->in_count[i] = nn_op_count (&run->node.in[i]);
  *n = run->in_count[i] * (run->shared[i] ? 1 : run->batch);
  x = g_new (nn_real, *n);
  dx = g_new (nn_real, *n);
  nn_test_fill_distinct (rng, *n, x);
  for (gsize j = 0; j < *n && is_index (run, i); j++)
    x[j] = (nn_real) ((gint) (j % 3) - 1);
  for (gsize j = 0; j < *n; j++)
    dx[j] = add ? 7 : (nn_real) NAN;
  run->x[i] = x;
  run->dx[i] = dx;
  run->add[i] = add;
}

static void
check_operator (NnGraph  *graph,
                NnNode    node,
                guint     batch,
                guint64   seed,
                gboolean  add)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  NnOpRun run = { .node = nn_graph_op_node (graph, node), .workers = workers, .batch = batch };
  CvrRng rng = cvr_rng_new (seed, 80);
  gsize n[NN_MAX_INPUTS], n_outputs;
  g_autofree nn_real *weights = NULL, *y = NULL;

  run.out_count = nn_op_count (&run.node.out);
  n_outputs = run.out_count * batch;
  weights = g_new (nn_real, n_outputs);
  y = g_new (nn_real, n_outputs);
  nn_test_fill_normal (&rng, n_outputs, weights);
  run.y = y;
  run.dy = weights;
  for (guint i = 0; i < run.node.n_inputs; i++)
    {
      run.shared[i] = (run.node.shared >> i & 1) != 0;
      set_up_input (&run, i, add, &rng, &n[i]);
    }

  operator_loss (&run, n_outputs, weights);
  nn_op_of (run.node.kind)->backward (&run);
  for (guint i = 0; i < run.node.n_inputs; i++)
    {
      for (gsize j = 0; j < n[i]; j++)
        {
          nn_real *x = (nn_real *) run.x[i] + j, before = *x;
          double above, gradient = (double) run.dx[i][j] - (add ? 7 : 0), difference = 0;

          if (!is_index (&run, i))
            {
              *x = before + (nn_real) difference_step;
              above = operator_loss (&run, n_outputs, weights);
              *x = before - (nn_real) difference_step;
              difference = (above - operator_loss (&run, n_outputs, weights)) /
                           (2 * difference_step);
              *x = before;
            }
          if (!(fabs (difference - gradient) <= tolerance * MAX (1, fabs (difference))))
            g_error ("input %u [%" G_GSIZE_FORMAT "]: gradient %.12g but difference %.12g", i, j,
                     gradient, difference);
        }
    }
  for (guint i = 0; i < run.node.n_inputs; i++)
    {
      g_free ((nn_real *) run.x[i]);
      g_free (run.dx[i]);
    }
}

void
nn_test_check_operator (NnGraph *graph,
                        NnNode   node,
                        guint    batch,
                        guint64  seed)
{
  g_test_message ("seed %" G_GUINT64_FORMAT ", batch %u", seed, batch);
  check_operator (graph, node, batch, seed, FALSE);
  check_operator (graph, node, batch, seed, TRUE);
}

/* Values of @shape, [n_items, C, H, W], as [n_items, H, W, C] or (@back) the other way round; other
 * ranks as they are. */
static void
turn (const NnShape *shape,
      gsize          n_items,
      gboolean       back,
      const nn_real *from,
      nn_real       *to)
{
  gsize n = nn_op_count (shape), channels = shape->rank == 4 ? shape->dims[1] : 1;

  for (gsize i = 0; i < n_items * n; i++)
    {
      gsize item = i / n * n, c = i % n / (n / channels), p = i % n % (n / channels);
      gsize last = item + p * channels + c;

      to[back ? i : last] = from[back ? last : i];
    }
}

/* One call forward and backward; results go to @y, gradients behind each other to @dx, both in the
 * order of the shapes. */
static void
call_operator (NnOpRun       *run,
               gboolean       last,
               nn_real *const x[],
               const nn_real *dy,
               nn_real       *y,
               nn_real       *dx)
{
  const NnOp *op = nn_op_of (run->node.kind);
  gsize n_outputs = run->out_count * run->batch, bytes = 0;
  g_autofree nn_real *own_y = g_new (nn_real, n_outputs), *own_dy = g_new (nn_real, n_outputs);
  g_autofree gpointer scratch = NULL;

  run->node.last = last;
  if (op->scratch != NULL)
    g_assert_true (op->scratch (&run->node, run->batch, TRUE, &bytes));
  run->scratch = scratch = g_malloc (MAX (bytes, 1));
  run->y = own_y;
  run->dy = own_dy;
  turn (&run->node.out, last ? run->batch : 0, FALSE, dy, own_dy);
  if (!last)
    memcpy (own_dy, dy, n_outputs * sizeof *dy);
  for (guint i = 0; i < run->node.n_inputs; i++)
    {
      gsize items = run->shared[i] ? 1 : run->batch, n = run->in_count[i] * items;
      nn_real *own_x = g_memdup2 (x[i], n * sizeof (nn_real));

      if (last)
        turn (&run->node.in[i], items, FALSE, x[i], own_x);
      run->x[i] = own_x;
      run->dx[i] = g_new (nn_real, n);
    }

  op->forward (run);
  op->backward (run);
  memcpy (y, own_y, n_outputs * sizeof *y);
  turn (&run->node.out, last ? run->batch : 0, TRUE, own_y, y);
  for (guint i = 0; i < run->node.n_inputs; i++)
    {
      gsize items = run->shared[i] ? 1 : run->batch, n = run->in_count[i] * items;

      memcpy (dx, run->dx[i], n * sizeof *dx);
      turn (&run->node.in[i], last ? items : 0, TRUE, run->dx[i], dx);
      dx += n;
      g_free ((nn_real *) run->x[i]);
      g_free (run->dx[i]);
    }
}

void
nn_test_check_orders (NnGraph *graph,
                      NnNode   node,
                      guint    batch,
                      guint64  seed)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (2, FALSE);
  NnOpRun run = { .node = nn_graph_op_node (graph, node), .workers = workers, .batch = batch };
  CvrRng rng = cvr_rng_new (seed, 81);
  g_autofree nn_real *dy = NULL;
  nn_real *y[2], *dx[2];
  nn_real *x[NN_MAX_INPUTS];
  gsize n_inputs = 0, n_outputs;

  g_assert_true ((nn_op_of (run.node.kind)->flags & NN_OP_CHANNELS_LAST) != 0);
  run.out_count = nn_op_count (&run.node.out);
  n_outputs = run.out_count * batch;
  dy = g_new (nn_real, n_outputs);
  nn_test_fill_normal (&rng, n_outputs, dy);
  for (guint i = 0; i < run.node.n_inputs; i++)
    {
      gsize n;

      run.shared[i] = (run.node.shared >> i & 1) != 0;
      run.in_count[i] = nn_op_count (&run.node.in[i]);
      n = run.in_count[i] * (run.shared[i] ? 1 : batch);
      n_inputs += n;
      x[i] = g_new (nn_real, n);
      nn_test_fill_distinct (&rng, n, x[i]);
    }

  for (guint last = 0; last < 2; last++)
    {
      y[last] = g_new (nn_real, n_outputs);
      dx[last] = g_new (nn_real, n_inputs);
      call_operator (&run, last == 1, x, dy, y[last], dx[last]);
    }
  g_assert_cmpfloat (nn_test_distance (n_outputs, y[0], y[1]), <, 1e-12);
  g_assert_cmpfloat (nn_test_distance (n_inputs, dx[0], dx[1]), <, 1e-12);

  for (guint i = 0; i < run.node.n_inputs; i++)
    g_free (x[i]);
  for (guint last = 0; last < 2; last++)
    {
      g_free (y[last]);
      g_free (dx[last]);
    }
}
