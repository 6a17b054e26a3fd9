/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every operator in every place of a network: on the input, behind layers of which any may be
 * frozen, and beside another reader of the same values. Gradients against differences, with odd
 * sizes, for one item and for several. */
#include "nn-test-graph.h"

enum { CHANNELS = 4 }; /* of what operators stand on: groups and pieces divide them */

typedef struct
{
  const char *name;
  NnOpKind    kind;
  guint       n_inputs;
  NnAttrs     attrs;
} Op;

#define STENCIL(r, s, down, right, ...) { { r, s }, { down, right }, { 1, 1 }, { __VA_ARGS__ } }
#define ACTIVATION(title, f, ...) \
  { title, NN_OP_ACTIVATION, 1, { .activation = { NN_ACTIVATION_##f, __VA_ARGS__ } } }

static const Op ops[] = {
  { "conv", NN_OP_CONV, 1, { .conv = { STENCIL (3, 2, 2, 1, 1, 0, 1, 1), 3, 1, TRUE } } },
  { "conv-1x1", NN_OP_CONV, 1, { .conv = { STENCIL (1, 1, 1, 1, 0, 0, 0, 0), 3, 1, FALSE } } },
  { "grouped-conv", NN_OP_CONV, 1, { .conv = { STENCIL (3, 3, 1, 2, 1, 1, 1, 1), 6, 2, FALSE } } },
  { "depthwise-conv", NN_OP_CONV, 1,
    { .conv = { STENCIL (3, 3, 1, 1, 1, 1, 1, 1), CHANNELS, CHANNELS, TRUE } } },
  { "dense", NN_OP_DENSE, 1, { .dense = { 3, TRUE } } },
  { "dense-without-bias", NN_OP_DENSE, 1, { .dense = { 1, FALSE } } },
  { "max-pool", NN_OP_POOL, 1, { .pool = { STENCIL (3, 2, 2, 1, 1, 0, 0, 1), FALSE } } },
  { "max-pool-2", NN_OP_POOL, 1, { .pool = { STENCIL (2, 2, 2, 2, 0, 0, 0, 0), FALSE } } },
  { "average-pool", NN_OP_POOL, 1, { .pool = { STENCIL (2, 3, 1, 2, 0, 1, 1, 1), TRUE } } },
  { "global-max-pool", NN_OP_GLOBAL_POOL, 1, { .global_pool = { FALSE } } },
  { "global-average-pool", NN_OP_GLOBAL_POOL, 1, { .global_pool = { TRUE } } },
  { "batch-norm", NN_OP_BATCH_NORM, 1, { .batch_norm = { 1e-5f, 0.1f } } },
  { "dropout", NN_OP_DROPOUT, 1, { .dropout = { 0.3f } } },
  ACTIVATION ("relu", RELU, 0),
  ACTIVATION ("leaky-relu", LEAKY_RELU, 0.1f),
  ACTIVATION ("elu", ELU, 0.7f),
  ACTIVATION ("sigmoid", SIGMOID, 0),
  ACTIVATION ("tanh", TANH, 0),
  ACTIVATION ("relu6", RELU6, 0),
  { "maxout", NN_OP_MAXOUT, 1, { .maxout = { 2 } } },
  { "softmax", NN_OP_SOFTMAX, 1, { .softmax = { 1, FALSE } } },
  { "log-softmax", NN_OP_SOFTMAX, 1, { .softmax = { 1, TRUE } } },
  { "add", NN_OP_ADD, 2 },
  { "concat", NN_OP_CONCAT, 3, { .concat = { 1 } } },
  { "flatten", NN_OP_FLATTEN, 1 },
  { "upsample-nearest", NN_OP_UPSAMPLE, 1, { .upsample = { 2, NN_UPSAMPLE_NEAREST } } },
  { "upsample-bilinear", NN_OP_UPSAMPLE, 1, { .upsample = { 3, NN_UPSAMPLE_BILINEAR } } },
};

static NnNode
layer (NnBuilder *builder,
       NnNode     x)
{
  return nn_builder_conv (builder, x,
                          (NnConvSpec) { nn_stencil (1, 1, 0), CHANNELS, 1, FALSE });
}

/* Inputs' gradients wanted or not; the operator's own weights frozen or not. */
static void
test_on_the_input (gconstpointer data)
{
  const Op *op = data;
  NnBuilder *builder = nn_builder_new ();
  NnNode xs[3];
  g_autoptr (NnGraph) graph = NULL;

  for (guint i = 0; i < op->n_inputs; i++)
    xs[i] = nn_builder_input (builder, nn_shape_maps (CHANNELS, 5, 3));
  graph = nn_test_seal (builder, nn_builder_node (builder, op->kind, &op->attrs, xs, op->n_inputs));

  for (guint batch = 1; batch <= 3; batch++)
    nn_test_check_gradients (graph, batch, 100 + batch);
}

/* One layer under each input: every subset of them frozen is every subset of gradients wanted. */
static void
test_behind_layers (gconstpointer data)
{
  const Op *op = data;
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 5, 3)), xs[3];
  g_autoptr (NnGraph) graph = NULL;

  for (guint i = 0; i < op->n_inputs; i++)
    xs[i] = layer (builder, x);
  graph = nn_test_seal (builder, nn_builder_node (builder, op->kind, &op->attrs, xs, op->n_inputs));

  nn_test_check_gradients (graph, 1, 111);
  nn_test_check_gradients (graph, 3, 112);
}

/* What the operator reads (in all its inputs) has a reader before it and one after it. */
static void
test_beside_other_readers (gconstpointer data)
{
  const Op *op = data;
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 3, 3));
  NnNode a = layer (builder, x), xs[3] = { a, a, a }, before, after, y;
  g_autoptr (NnGraph) graph = NULL;

  before = nn_builder_dense (builder, a, (NnDenseSpec) { 1, FALSE });
  y = nn_builder_node (builder, op->kind, &op->attrs, xs, op->n_inputs);
  y = nn_builder_dense (builder, y, (NnDenseSpec) { 1, FALSE });
  after = nn_builder_activation (builder, a, (NnActivationSpec) { NN_ACTIVATION_TANH });
  after = nn_builder_dense (builder, after, (NnDenseSpec) { 1, FALSE });
  graph = nn_test_seal (builder, nn_builder_add (builder, nn_builder_add (builder, before, y),
                                                 after));

  nn_test_check_gradients (graph, 2, 121);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; GTestDataFunc run; } places[] = {
    { "on-the-input", test_on_the_input },
    { "behind-layers", test_behind_layers },
    { "beside-other-readers", test_beside_other_readers },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    for (guint j = 0; j < G_N_ELEMENTS (places); j++)
      {
        g_autofree char *path = g_strdup_printf ("/ops/places/%s/%s", ops[i].name, places[j].name);

        g_test_add_data_func (path, &ops[i], places[j].run);
      }

  return g_test_run ();
}
