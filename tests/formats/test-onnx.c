/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX files of our own: what we write we read back bit by bit; what is broken is refused. */
#include "cvr-onnx-tensor.h"
#include "cvr-onnx.h"
#include "cvr-rng.h"
#include "onnx-samples.h"

#include <math.h>
#include <string.h>

static CvrOnnxModel *
read_bytes (GBytes  *bytes,
            GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  return cvr_onnx_read (data, length, "test.onnx", error);
}

static void
assert_same_graph (NnGraph *a,
                   NnGraph *b)
{
  g_assert_cmpuint (nn_graph_n_nodes (a), ==, nn_graph_n_nodes (b));
  for (NnNode i = 0; (guint) i < nn_graph_n_nodes (a); i++)
    {
      NnShape x = nn_graph_node_shape (a, i), y = nn_graph_node_shape (b, i);

      g_assert_cmpstr (nn_graph_node_name (a, i), ==, nn_graph_node_name (b, i));
      g_assert_cmpint (nn_graph_node_kind (a, i), ==, nn_graph_node_kind (b, i));
      g_assert_cmpmem (nn_graph_node_attrs (a, i), sizeof (NnAttrs), nn_graph_node_attrs (b, i),
                       sizeof (NnAttrs));
      g_assert_true (nn_shape_equal (&x, &y));
      g_assert_cmpuint (nn_graph_node_n_inputs (a, i), ==, nn_graph_node_n_inputs (b, i));
      for (guint j = 0; j < nn_graph_node_n_inputs (a, i); j++)
        g_assert_cmpint (nn_graph_node_input (a, i, j), ==, nn_graph_node_input (b, i, j));
    }

  g_assert_cmpuint (nn_graph_n_outputs (a), ==, nn_graph_n_outputs (b));
  for (guint i = 0; i < nn_graph_n_outputs (a); i++)
    g_assert_cmpint (nn_graph_output (a, i), ==, nn_graph_output (b, i));
}

/* Exactly; only the sign of a zero on a grid is lost, for whole numbers have one zero. */
static void
assert_same_values (NnParams *a,
                    NnParams *b)
{
  gsize n = nn_params_n_values (a);

  g_assert_cmpuint (n, ==, nn_params_n_values (b));
  for (gsize i = 0; i < n; i++)
    g_assert_true (nn_params_peek_all (a)[i] == nn_params_peek_all (b)[i]);
}

static void
assert_same_params (NnParams *a,
                    NnParams *b)
{
  assert_same_values (a, b);
  for (NnNode i = 0; (guint) i < nn_graph_n_nodes (nn_params_graph (a)); i++)
    {
      const NnWeightQuant *x = nn_params_peek_quant (a, i), *y = nn_params_peek_quant (b, i);

      g_assert_cmpint (x != NULL, ==, y != NULL);
      if (x == NULL)
        continue;
      g_assert_cmpuint (x->bits, ==, y->bits);
      g_assert_cmpuint (x->n_scales, ==, y->n_scales);
      for (guint k = 0; k < x->n_scales; k++)
        g_assert_true (x->scales[k] == y->scales[k]);
    }
}

/* What is told of a file's size without writing it. */
static void
assert_size (NnGraph  *graph,
             NnParams *params,
             GBytes   *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  g_assert_true (cvr_onnx_write_size (graph, params, NULL, 0, &size, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, g_bytes_get_size (bytes));
}

static void
test_own_files_round_trip (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnGraph) graph = onnx_sample_build (i, &params);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cvr_onnx_write (graph, params, NULL, 0, &error);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (CvrOnnxModel) model = NULL;

  g_assert_no_error (error);
  model = read_bytes (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (model->opset, ==, 13);
  g_assert_cmpstr (model->producer, ==, "convisor");
  g_assert_cmpuint (model->metadata->len, ==, 0);
  g_assert_true (nn_params_is_frozen (model->params));
  assert_same_graph (graph, model->graph);
  assert_same_params (params, model->params);

  again = cvr_onnx_write (model->graph, model->params, NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, again));
  assert_size (graph, params, bytes);
}

/* Operators that are written as several, or read as others, compute the same: outputs differ by a few
 * roundings of values of size 10 or so. */
static void
test_imports_round_trip (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnGraph) graph = onnx_sample_build (i, &params);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cvr_onnx_write (graph, params, NULL, 0, &error);
  g_autoptr (CvrOnnxModel) model = NULL;
  guint batch = MIN (nn_graph_max_batch (graph), 3);
  g_autoptr (GArray) inputs = onnx_sample_inputs (graph, batch, 1), before = NULL, after = NULL;

  g_assert_no_error (error);
  model = read_bytes (bytes, &error);
  g_assert_no_error (error);
  assert_size (graph, params, bytes);
  g_assert_cmpuint (nn_graph_max_batch (model->graph), ==, nn_graph_max_batch (graph));
  before = onnx_sample_run (graph, params, batch, inputs);
  after = onnx_sample_run (model->graph, model->params, batch, inputs);
  g_assert_cmpuint (before->len, ==, after->len);
  for (guint j = 0; j < before->len; j++)
    g_assert_cmpfloat_with_epsilon (g_array_index (before, float, j),
                                    g_array_index (after, float, j), 1e-4f);
}

/* A size that neither its scale nor ONNX's rule for sizes leads to. */
static void
test_refuses_a_size_of_its_own (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 5, 5));
  NnAttrs attrs = { .resize = { { 7, 7 }, { 1.2f, 1.2f }, NN_RESIZE_LINEAR } };
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  nn_builder_output (builder, nn_builder_node (builder, NN_OP_RESIZE, &attrs, &x, 1));
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);
  params = nn_params_new (graph, 1, NULL);
  bytes = cvr_onnx_write (graph, params, NULL, 0, &error);
  g_assert_null (bytes);
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "resize1"));
}

/* A node that no output needs is left out, the others move up; what is computed stays the same. */
static void
test_two_ends_round_trip (void)
{
  guint i = onnx_samples_exact () - 1;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnGraph) graph = onnx_sample_build (i, &params);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cvr_onnx_write (graph, params, NULL, 0, &error);
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GArray) inputs = onnx_sample_inputs (graph, 3, 1), before = NULL, after = NULL;

  g_assert_no_error (error);
  model = read_bytes (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_graph_n_inputs (model->graph), ==, 2);
  g_assert_cmpuint (nn_graph_n_outputs (model->graph), ==, 2);
  g_assert_cmpuint (nn_graph_n_nodes (model->graph), ==, nn_graph_n_nodes (graph) - 1);

  before = onnx_sample_run (graph, params, 3, inputs);
  after = onnx_sample_run (model->graph, model->params, 3, inputs);
  g_assert_cmpmem (before->data, before->len * sizeof (float), after->data,
                   after->len * sizeof (float));
}

/* What other programs feed and fetch. */
static void
test_ends_are_called_input_and_output (void)
{
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnGraph) graph = onnx_sample_build (2, &params);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cvr_onnx_write (graph, params, NULL, 0, &error);
  Onnx__ModelProto *model;

  g_assert_no_error (error);
  model = onnx__model_proto__unpack (NULL, g_bytes_get_size (bytes),
                                     g_bytes_get_data (bytes, NULL));
  g_assert_nonnull (model);
  g_assert_cmpuint (model->graph->n_input, ==, 1);
  g_assert_cmpstr (model->graph->input[0]->name, ==, "input");
  g_assert_cmpstr (model->graph->input[0]->type->tensor_type->shape->dim[0]->dim_param, ==, "N");
  g_assert_cmpuint (model->graph->n_output, ==, 1);
  g_assert_cmpstr (model->graph->output[0]->name, ==, "output");
  onnx__model_proto__free_unpacked (model, NULL);
}

static void
test_metadata_round_trips (void)
{
  const CvrOnnxMeta metadata[] = { { (char *) "convisor.classes", (char *) "[\"ñandú\",\"b\"]" },
                                   { (char *) "empty", (char *) "" },
                                   { (char *) "other", (char *) "\"line\nline\"" } };
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnGraph) graph = onnx_sample_build (14, &params); /* two bits: notes of the writer's own */
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = cvr_onnx_write (graph, params, metadata, G_N_ELEMENTS (metadata), &error);
  g_autoptr (CvrOnnxModel) model = NULL;

  g_assert_no_error (error);
  model = read_bytes (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (model->metadata->len, ==, G_N_ELEMENTS (metadata));
  for (guint i = 0; i < G_N_ELEMENTS (metadata); i++)
    {
      const CvrOnnxMeta *meta = g_ptr_array_index (model->metadata, i);

      g_assert_cmpstr (meta->key, ==, metadata[i].key);
      g_assert_cmpstr (meta->value, ==, metadata[i].value);
    }
}

static void
test_weights_off_their_grid_stay_exact (void)
{
  g_autoptr (NnParams) params = NULL;
  g_autoptr (NnGraph) graph = onnx_sample_build (11, &params);
  g_autoptr (NnParams) tuned = nn_params_copy (params);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CvrOnnxModel) model = NULL;
  NnNode node = nn_graph_find (graph, "conv1");
  gsize n_values;
  float *values = nn_params_poke (tuned, node, NN_SLOT_WEIGHT, &n_values);

  g_assert_nonnull (nn_params_peek_quant (tuned, node));
  values[3] = nextafterf (values[3], 9);
  bytes = cvr_onnx_write (graph, tuned, NULL, 0, &error);
  g_assert_no_error (error);
  model = read_bytes (bytes, &error);
  g_assert_no_error (error);
  assert_same_values (tuned, model->params);
  g_assert_null (nn_params_peek_quant (model->params, node));
}

static void
test_half_precision (void)
{
  static const struct { float value; guint16 half; } cases[] = {
    { 1, 0x3c00 },        { -2, 0xc000 },           { 65504, 0x7bff },     { 65519.996f, 0x7bff },
    { 65520, 0x7c00 },    { 0x1p-24f, 0x0001 },     { 0x1p-25f, 0x0000 },  { 0x1.8p-24f, 0x0002 },
    { 1 + 0x1p-11f, 0x3c00 }, { 1 + 0x3p-11f, 0x3c02 }, { 2 - 0x1p-12f, 0x4000 }, { -0.0f, 0x8000 },
    { 0x1.ff8p-15f, 0x03ff }, { 0x1.ffcp-15f, 0x0400 }, { INFINITY, 0x7c00 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmphex (cvr_onnx_half_from_float (cases[i].value), ==, cases[i].half);
  for (guint half = 0; half < 65536; half++)
    {
      float value = cvr_onnx_float_from_half ((guint16) half);

      if (isnan (value))
        g_assert_true (isnan (cvr_onnx_float_from_half (cvr_onnx_half_from_float (value))));
      else
        g_assert_cmphex (cvr_onnx_half_from_float (value), ==, half);
    }
}

static void
test_refuses_what_onnx_lacks (void)
{
  static const NnFakeQuantSpec wide = { 0.1f, 0, -300, 300 };
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;

  nn_builder_output (builder, nn_builder_fake_quant (
                                builder, nn_builder_input (builder, nn_shape_vector (3)), wide));
  graph = nn_builder_seal (builder, &error);
  params = nn_params_new (graph, 1, &error);
  g_assert_null (cvr_onnx_write (graph, params, NULL, 0, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "fake-quant1"));
}

/* A small file with most operators, for what is tried at every byte. */
static GBytes *
small_file (void)
{
  g_autoptr (NnBuilder) builder = nn_builder_new ();
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  g_autoptr (GError) error = NULL;
  const CvrOnnxMeta metadata = { (char *) "convisor.classes", (char *) "[\"a\",\"b\"]" };
  float scales[] = { 0.5f, 0.25f };
  NnWeightQuant quant = { 4, 2, scales };
  NnNode x = nn_builder_input (builder, nn_shape_maps (1, 4, 4)), y;
  gsize n_values;
  GBytes *bytes;

  y = x = nn_builder_conv (builder, x, (NnConvSpec) { nn_stencil (3, 1, 1), 2, 1, TRUE });
  x = nn_builder_batch_norm (builder, x, (NnBatchNormSpec) { 1e-5f, 0.1f });
  x = nn_builder_activation (builder, x, (NnActivationSpec) { NN_ACTIVATION_RELU6, 0 });
  x = nn_builder_maxout (builder, nn_builder_concat (builder, (NnNode[]) { x, y }, 2),
                         (NnMaxoutSpec) { 2 });
  x = nn_builder_pool (builder, x, (NnPoolSpec) { nn_stencil (2, 2, 0), FALSE, FALSE, FALSE });
  x = nn_builder_upsample (builder, x, (NnUpsampleSpec) { 2, NN_UPSAMPLE_NEAREST });
  x = nn_builder_fake_quant (builder, x, (NnFakeQuantSpec) { 0.1f, 3, 0, 15 });
  x = nn_builder_dropout (builder, x, (NnDropoutSpec) { 0.5f });
  x = nn_builder_dense (builder, x, (NnDenseSpec) { 2, TRUE });
  nn_builder_output (builder, x);
  graph = nn_builder_seal (builder, &error);
  g_assert_no_error (error);

  params = nn_params_new (graph, 3, &error);
  for (gsize i = 0; i < 18; i++)
    nn_params_poke (params, y, NN_SLOT_WEIGHT, &n_values)[i] = scales[i / 9] * (float) (i % 9);
  nn_params_set_quant (params, y, &quant);
  bytes = cvr_onnx_write (graph, params, &metadata, 1, &error);
  g_assert_no_error (error);

  return bytes;
}

static void
test_truncated_anywhere_is_refused (void)
{
  g_autoptr (GBytes) bytes = small_file ();
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrOnnxModel) whole = cvr_onnx_read (data, length, "test.onnx", &error);

  g_assert_no_error (error);
  for (gsize n = 0; n < length; n++)
    {
      /* A copy of exactly that size, so that a sanitizer sees a step beyond it. */
      g_autofree guint8 *part = g_memdup2 (data, n);

      g_assert_null (cvr_onnx_read (part, n, "test.onnx", &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "test.onnx"));
      g_clear_error (&error);
    }
}

static void
test_random_changes_never_crash (void)
{
  g_autoptr (GBytes) bytes = small_file ();
  guint64 seed = g_test_rand_int ();
  CvrRng rng = cvr_rng_new (seed, 0);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint n_read = 0, n_refused = 0;

  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  for (guint round = 0; round < 4000; round++)
    {
      g_autofree guint8 *changed = g_memdup2 (data, length);
      g_autoptr (CvrOnnxModel) model = NULL;
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i <= cvr_rng_below (&rng, 3); i++)
        changed[cvr_rng_below (&rng, (guint32) length)] = (guint8) cvr_rng_next (&rng);
      model = cvr_onnx_read (changed, length, "test.onnx", &error);
      g_assert_true ((model == NULL) == (error != NULL));
      n_read += model != NULL;
      n_refused += model == NULL;
    }

  /* Values of weights may change and nobody notices; most other bytes matter. */
  g_assert_cmpuint (n_read, >, 100);
  g_assert_cmpuint (n_refused, >, 1000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i + 1 < onnx_samples_exact (); i++)
    {
      g_autofree char *path = g_strdup_printf ("/formats/onnx/round-trip/%s", onnx_sample_name (i));

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_own_files_round_trip);
    }
  g_test_add_func ("/formats/onnx/refuses-a-size-of-its-own", test_refuses_a_size_of_its_own);
  for (guint i = onnx_samples_exact (); i < onnx_samples_count (); i++)
    {
      g_autofree char *path = g_strdup_printf ("/formats/onnx/round-trip/%s", onnx_sample_name (i));

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_imports_round_trip);
    }
  g_test_add_func ("/formats/onnx/round-trip/two-ends", test_two_ends_round_trip);
  g_test_add_func ("/formats/onnx/ends-are-called-input-and-output",
                   test_ends_are_called_input_and_output);
  g_test_add_func ("/formats/onnx/metadata-round-trips", test_metadata_round_trips);
  g_test_add_func ("/formats/onnx/weights-off-their-grid-stay-exact",
                   test_weights_off_their_grid_stay_exact);
  g_test_add_func ("/formats/onnx/half-precision", test_half_precision);
  g_test_add_func ("/formats/onnx/refuses-what-onnx-lacks", test_refuses_what_onnx_lacks);
  g_test_add_func ("/formats/onnx/truncated-anywhere-is-refused",
                   test_truncated_anywhere_is_refused);
  g_test_add_func ("/formats/onnx/random-changes-never-crash", test_random_changes_never_crash);

  return g_test_run ();
}
