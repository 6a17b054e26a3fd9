/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of operators and constants that files of others are made of: which layers they are,
 * what is computed while the file is read, and what values they give. */
#include "cvr-onnx-writer.h"
#include "cvr-onnx.h"

#include <math.h>
#include <string.h>

/* A file that is put together by hand: one input "x", output "y". */
typedef struct
{
  CvrOnnxWriter         writer;
  Onnx__ValueInfoProto *inputs[2];
  guint                 n_inputs;
} File;

/* @dims: without the batch, which is left open */
static void
file_begin (File          *self,
            guint          rank,
            const guint32 *dims)
{
  cvr_onnx_writer_init (&self->writer);
  self->inputs[0] = cvr_onnx_value_info (&self->writer, "x", dims, rank);
  self->n_inputs = 1;
}

#define BEGIN(self, ...)                                                                           \
  file_begin (self, G_N_ELEMENTS (((guint32[]) { __VA_ARGS__ })), (guint32[]) { __VA_ARGS__ })

/* @input: (nullable): none yet */
static Onnx__NodeProto *
add (File       *self,
     const char *op_type,
     const char *input,
     const char *output)
{
  Onnx__NodeProto *node = cvr_onnx_add_node (&self->writer, op_type, NULL,
                                             input != NULL ? input : "x", output);

  node->n_input = input != NULL;
  return node;
}

static void
longs (File            *self,
       Onnx__NodeProto *node,
       gsize            n,
       const gint64    *values)
{
  cvr_onnx_add_input (&self->writer, node,
                      cvr_onnx_put_longs (&self->writer, "constant", "n", values, n));
}

#define LONGS(self, node, ...)                                                                     \
  longs (self, node, G_N_ELEMENTS (((gint64[]) { __VA_ARGS__ })), (gint64[]) { __VA_ARGS__ })

/* Values @from, @from + 1 … */
static void
floats (File            *self,
        Onnx__NodeProto *node,
        float            from,
        guint            rank,
        const gsize     *dims)
{
  g_autofree float *values = NULL;
  gsize n = 1;

  for (guint i = 0; i < rank; i++)
    n *= dims[i];
  values = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    values[i] = from + (float) i;
  cvr_onnx_add_input (&self->writer, node,
                      cvr_onnx_put_floats (&self->writer, "constant", "x", dims, rank, values));
}

#define FLOATS(self, node, from, ...)                                                              \
  floats (self, node, from, G_N_ELEMENTS (((gsize[]) { __VA_ARGS__ })), (gsize[]) { __VA_ARGS__ })

static GBytes *
file_end (File   *self,
          guint8  opset)
{
  Onnx__ValueInfoProto *output = cvr_onnx_value_info (&self->writer, "y", NULL, 0);
  GBytes *bytes = cvr_onnx_writer_pack (&self->writer, self->inputs, self->n_inputs, &output, 1,
                                        NULL);
  GByteArray *changed = g_bytes_unref_to_array (bytes);

  /* The version of the operators is the last byte of a file of ours. */
  changed->data[changed->len - 1] = opset;
  cvr_onnx_writer_clear (&self->writer);

  return g_byte_array_free_to_bytes (changed);
}

static CvrOnnxModel *
read_file (File   *self,
           guint8  opset)
{
  g_autoptr (GBytes) bytes = file_end (self, opset);
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  CvrOnnxModel *model = cvr_onnx_read (data, length, "import.onnx", &error);

  g_assert_no_error (error);
  return model;
}

/* The first output for an input of 1, 2, 3 … in @batch items. */
static GArray *
run (CvrOnnxModel *model,
     guint         batch)
{
  g_autoptr (NnWorkers) workers = nn_workers_new (1, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExec) exec = nn_exec_new (model->graph, workers, batch, NN_EXEC_INFER, &error);
  NnShape in = nn_graph_node_shape (model->graph, nn_graph_input (model->graph, 0));
  NnShape out = nn_graph_node_shape (model->graph, nn_graph_output (model->graph, 0));
  GArray *values = g_array_new (FALSE, FALSE, sizeof (float));
  gsize n, m;

  g_assert_no_error (error);
  g_assert_true (nn_shape_count (&in, &n) && nn_shape_count (&out, &m));
  for (gsize i = 0; i < n * batch; i++)
    nn_exec_input (exec, 0)[i] = (float) (i + 1);
  nn_exec_forward (exec, model->params, batch, 0);
  g_array_append_vals (values, nn_exec_output (exec, 0), (guint) (m * batch));

  return values;
}

static void
assert_values (GArray      *values,
               guint        n,
               const float *expected)
{
  g_assert_cmpuint (values->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (g_array_index (values, float, i), expected[i], 1e-5);
}

#define VALUES(values, ...)                                                                        \
  assert_values (values, G_N_ELEMENTS (((float[]) { __VA_ARGS__ })), (float[]) { __VA_ARGS__ })

/* Height and width from the input's own shape, doubled in whole numbers, for a Reshape. */
static void
test_shape_arithmetic_folds (void)
{
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GArray) values = NULL;
  Onnx__NodeProto *node;
  NnShape shape;
  File file;

  BEGIN (&file, 4, 2, 3);
  add (&file, "Shape", "x", "shape");
  node = add (&file, "Slice", "shape", "sides");
  LONGS (&file, node, 2);
  LONGS (&file, node, G_MAXINT64);
  node = add (&file, "Mul", "sides", "doubled");
  LONGS (&file, node, 2);
  node = add (&file, "Cast", "doubled", "real");
  cvr_onnx_add_int (&file.writer, node, "to", CVR_ONNX_FLOAT);
  add (&file, "Floor", "real", "whole");
  node = add (&file, "Cast", "whole", "again");
  cvr_onnx_add_int (&file.writer, node, "to", CVR_ONNX_INT64);
  node = add (&file, "Gather", "shape", "batch");
  LONGS (&file, node, 0);
  node = add (&file, "Concat", "batch", "wanted");
  cvr_onnx_add_int (&file.writer, node, "axis", 0);
  LONGS (&file, node, -1);
  cvr_onnx_add_input (&file.writer, node, "again");
  node = add (&file, "Reshape", "x", "y");
  cvr_onnx_add_input (&file.writer, node, "wanted");

  model = read_file (&file, 13);
  g_assert_cmpuint (nn_graph_n_nodes (model->graph), ==, 2);
  shape = nn_graph_node_shape (model->graph, 1);
  g_assert_cmpuint (shape.rank, ==, 4);
  g_assert_cmpuint (shape.dims[1], ==, 1);
  g_assert_cmpuint (shape.dims[2], ==, 4);
  g_assert_cmpuint (shape.dims[3], ==, 6);
  g_assert_cmpuint (nn_graph_max_batch (model->graph), >, 1);
  values = run (model, 2);
  g_assert_cmpfloat (g_array_index (values, float, 47), ==, 48);
}

static void
test_weights_that_are_computed_become_a_dense_layer (void)
{
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GArray) values = NULL;
  Onnx__NodeProto *node;
  File file;

  BEGIN (&file, 2);
  node = add (&file, "Add", NULL, "sum");
  FLOATS (&file, node, 0, 3, 2);
  FLOATS (&file, node, 1, 1);
  add (&file, "Transpose", "sum", "turned");
  node = add (&file, "MatMul", "x", "y");
  cvr_onnx_add_input (&file.writer, node, "turned");

  model = read_file (&file, 13);
  g_assert_cmpint (nn_graph_node_kind (model->graph, 1), ==, NN_OP_DENSE);
  values = run (model, 1);
  VALUES (values, 5, 11, 17);
}

/* The mean over height and width, in whichever way it is said, is one layer that can be pruned. */
static void
test_means_over_maps_are_pools (void)
{
  for (guint keep = 0; keep < 2; keep++)
    {
      g_autoptr (CvrOnnxModel) model = NULL;
      Onnx__NodeProto *node;
      File file;

      BEGIN (&file, 2, 3, 3);
      node = add (&file, "ReduceMean", "x", keep ? "y" : "mean");
      cvr_onnx_add_ints (&file.writer, node, "axes", (const guint32[]) { 2, 3 }, 2);
      cvr_onnx_add_int (&file.writer, node, "keepdims", keep);
      if (!keep)
        {
          node = add (&file, "Gemm", "mean", "y");
          FLOATS (&file, node, 1, 2, 4);
        }
      model = read_file (&file, 13);
      g_assert_cmpint (nn_graph_node_kind (model->graph, 1), ==, NN_OP_GLOBAL_POOL);
      if (!keep)
        g_assert_cmpint (nn_graph_node_kind (model->graph, 2), ==, NN_OP_DENSE);
    }
}

/* Before opset 13 everything from the axis on is one vector. */
static void
test_softmax_before_and_after_opset_13 (void)
{
  static const struct { guint8 opset; gint64 axis; float first; } cases[] = {
    { 11, 1, 0.0320586f }, /* of 1, 2, 3, 4 */
    { 13, 1, 0.1192029f }, /* of 1 and 3 */
    { 13, -1, 0.2689414f }, /* of 1 and 2 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CvrOnnxModel) model = NULL;
      g_autoptr (GArray) values = NULL;
      Onnx__NodeProto *node;
      File file;

      BEGIN (&file, 2, 1, 2);
      node = add (&file, "Softmax", "x", "y");
      cvr_onnx_add_int (&file.writer, node, "axis", cases[i].axis);
      model = read_file (&file, cases[i].opset);
      values = run (model, 1);
      g_assert_cmpfloat_with_epsilon (g_array_index (values, float, 0), cases[i].first, 1e-6);
    }
}

/* A row is maps of height 1. */
static void
test_convolution_of_rows (void)
{
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GArray) values = NULL;
  Onnx__NodeProto *node;
  NnShape shape;
  File file;

  BEGIN (&file, 1, 5);
  node = add (&file, "Conv", "x", "y");
  FLOATS (&file, node, 1, 1, 1, 3);
  cvr_onnx_add_ints (&file.writer, node, "pads", (const guint32[]) { 1, 0 }, 2);
  model = read_file (&file, 11);
  shape = nn_graph_node_shape (model->graph, nn_graph_output (model->graph, 0));
  g_assert_cmpuint (shape.rank, ==, 3);
  values = run (model, 1);
  VALUES (values, 8, 14, 20, 26);
}

/* Negative padding cuts off. */
static void
test_negative_padding_is_a_slice (void)
{
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GArray) values = NULL;
  File file;

  BEGIN (&file, 4);
  LONGS (&file, add (&file, "Pad", "x", "y"), 0, -1, 0, 2);
  model = read_file (&file, 13);
  values = run (model, 1);
  VALUES (values, 2, 3, 4, 0, 0);
}

/* Inputs that are a shape are taken from the values of the run; without them the node is named. */
static void
test_shapes_may_be_inputs_of_a_run (void)
{
  static const float wanted[] = { 2, -1 }, ones[6] = { 1, 1, 1, 1, 1, 1 };
  static const gsize two = 2, dims[] = { 1, 6 };
  g_autoptr (CvrOnnxTensor) shape = cvr_onnx_tensor_from_floats (CVR_ONNX_INT64, 1, &two, wanted);
  g_autoptr (CvrOnnxTensor) x = cvr_onnx_tensor_from_floats (CVR_ONNX_FLOAT, 2, dims, ones);
  CvrOnnxTensor *const inputs[] = { x, shape };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (CvrOnnxModel) model = NULL;
  Onnx__NodeProto *node;
  const CvrOnnxEnd *end;
  const guint8 *data;
  gsize length;
  File file;

  BEGIN (&file, 6);
  file.inputs[1] = cvr_onnx_value_info (&file.writer, "shape", NULL, 0);
  file.inputs[1]->type->tensor_type->elem_type = CVR_ONNX_INT64;
  file.n_inputs = 2;
  node = add (&file, "Reshape", "x", "y");
  cvr_onnx_add_input (&file.writer, node, "shape");
  bytes = file_end (&file, 13);
  data = g_bytes_get_data (bytes, &length);

  g_assert_null (cvr_onnx_read (data, length, "import.onnx", &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "(Reshape)"));
  g_clear_error (&error);

  g_assert_null (cvr_onnx_read_for (data, length, "import.onnx", inputs, 1, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID);
  g_clear_error (&error);

  model = cvr_onnx_read_for (data, length, "import.onnx", inputs, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (model->inputs->len, ==, 2);
  end = g_ptr_array_index (model->inputs, 1);
  g_assert_cmpstr (end->name, ==, "shape");
  g_assert_cmpint (end->type, ==, CVR_ONNX_INT64);
  end = g_ptr_array_index (model->outputs, 0);
  g_assert_cmpuint (end->rank, ==, 2);
  g_assert_cmpint (end->dims[0], ==, 2);
  g_assert_cmpint (end->dims[1], ==, 3);
}

/* A file made for four items is one for any number, unless it mixes them. */
static void
test_fixed_batches (void)
{
  for (guint mixes = 0; mixes < 2; mixes++)
    {
      g_autoptr (CvrOnnxModel) model = NULL;
      Onnx__TensorShapeProto__Dimension *first;
      Onnx__NodeProto *node;
      NnShape shape;
      File file;

      BEGIN (&file, 2, 3);
      first = file.inputs[0]->type->tensor_type->shape->dim[0];
      first->dim_param = NULL;
      first->has_dim_value = TRUE;
      first->dim_value = 4;
      node = add (&file, "Reshape", "x", "y");
      LONGS (&file, node, mixes ? 2 : 4, -1);
      model = read_file (&file, 13);
      shape = nn_graph_node_shape (model->graph, nn_graph_output (model->graph, 0));
      g_assert_cmpuint (nn_graph_max_batch (model->graph) > 1, ==, !mixes);
      g_assert_cmpuint (shape.dims[0], ==, mixes ? 2 : 1);
      g_assert_cmpuint (shape.dims[1], ==, mixes ? 12 : 6);
    }
}

/* Constants given as one number and a shape take no memory until they are weights. */
static void
test_fills_are_weights (void)
{
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GArray) values = NULL;
  Onnx__NodeProto *node;
  File file;

  BEGIN (&file, 300);
  node = add (&file, "ConstantOfShape", NULL, "w");
  LONGS (&file, node, 300, 2);
  node = add (&file, "MatMul", "x", "zeros");
  cvr_onnx_add_input (&file.writer, node, "w");
  add (&file, "Exp", "zeros", "y");
  model = read_file (&file, 13);
  values = run (model, 1);
  VALUES (values, 1, 1);
}

/* Pools, clips and quantizers that stand alone after a Pad, Flatten or Clip. */
static void
test_notes_are_worked_out_where_nothing_takes_them (void)
{
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GArray) values = NULL;
  File file;

  BEGIN (&file, 1, 2, 2);
  LONGS (&file, add (&file, "Pad", "x", "padded"), 0, 0, 1, 0, 0, 0, 0, 1);
  add (&file, "Neg", "padded", "negative");
  add (&file, "Flatten", "negative", "flat");
  add (&file, "Abs", "flat", "y");
  model = read_file (&file, 13);
  values = run (model, 1);
  VALUES (values, 0, 0, 0, 1, 2, 0, 3, 4, 0);
}

/* Weights that a file rounds itself are weights on a grid. */
static void
test_weights_rounded_in_the_file (void)
{
  static const float scales[] = { 0.5f, 2 };
  static const guint8 zeros[] = { 0, 0 };
  static const gsize two = 2;
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GArray) values = NULL;
  const NnWeightQuant *quant;
  const char *scale, *zero;
  Onnx__NodeProto *node;
  File file;

  BEGIN (&file, 3);
  scale = cvr_onnx_put_floats (&file.writer, "grid", "scale", &two, 1, scales);
  zero = cvr_onnx_put_bytes (&file.writer, "grid", "zero", CVR_ONNX_INT8, &two, 1, zeros);
  node = add (&file, "QuantizeLinear", NULL, "levels");
  FLOATS (&file, node, 1.3f, 2, 3);
  cvr_onnx_add_input (&file.writer, node, scale);
  cvr_onnx_add_input (&file.writer, node, zero);
  cvr_onnx_add_int (&file.writer, node, "axis", 0);
  node = add (&file, "DequantizeLinear", "levels", "weights");
  cvr_onnx_add_input (&file.writer, node, scale);
  cvr_onnx_add_input (&file.writer, node, zero);
  cvr_onnx_add_int (&file.writer, node, "axis", 0);
  node = add (&file, "Gemm", "x", "y");
  cvr_onnx_add_input (&file.writer, node, "weights");
  cvr_onnx_add_int (&file.writer, node, "transB", 1);

  model = read_file (&file, 13);
  quant = nn_params_peek_quant (model->params, 1);
  g_assert_nonnull (quant);
  g_assert_cmpuint (quant->bits, ==, 8);
  g_assert_cmpuint (quant->n_scales, ==, 2);
  values = run (model, 1);
  VALUES (values, 17, 34); /* 1.5, 2.5, 3.5 and 4, 6, 6 */
}

/* Every length but the whole one is refused, with a sentence. */
static void
test_truncated_anywhere_is_refused (void)
{
  static const char *const names[] = { "detector.onnx", "integer.onnx", "sequence.onnx" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", "onnx",
                                                     names[i], NULL);
      g_autofree char *data = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (CvrOnnxModel) whole = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &data, &length, NULL));
      whole = cvr_onnx_read ((const guint8 *) data, length, names[i], &error);
      g_assert_no_error (error);
      for (gsize n = 0; n < length; n++)
        {
          g_autofree guint8 *part = g_memdup2 (data, n);
          g_autoptr (CvrOnnxModel) model = cvr_onnx_read (part, n, names[i], &error);

          g_assert_true ((model == NULL) == (error != NULL));
          g_clear_error (&error);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/onnx-import/shape-arithmetic-folds", test_shape_arithmetic_folds);
  g_test_add_func ("/formats/onnx-import/weights-that-are-computed-become-a-dense-layer",
                   test_weights_that_are_computed_become_a_dense_layer);
  g_test_add_func ("/formats/onnx-import/means-over-maps-are-pools",
                   test_means_over_maps_are_pools);
  g_test_add_func ("/formats/onnx-import/softmax-before-and-after-opset-13",
                   test_softmax_before_and_after_opset_13);
  g_test_add_func ("/formats/onnx-import/convolution-of-rows", test_convolution_of_rows);
  g_test_add_func ("/formats/onnx-import/negative-padding-is-a-slice",
                   test_negative_padding_is_a_slice);
  g_test_add_func ("/formats/onnx-import/shapes-may-be-inputs-of-a-run",
                   test_shapes_may_be_inputs_of_a_run);
  g_test_add_func ("/formats/onnx-import/fixed-batches", test_fixed_batches);
  g_test_add_func ("/formats/onnx-import/fills-are-weights", test_fills_are_weights);
  g_test_add_func ("/formats/onnx-import/notes-are-worked-out-where-nothing-takes-them",
                   test_notes_are_worked_out_where_nothing_takes_them);
  g_test_add_func ("/formats/onnx-import/weights-rounded-in-the-file",
                   test_weights_rounded_in_the_file);
  g_test_add_func ("/formats/onnx-import/truncated-anywhere-is-refused",
                   test_truncated_anywhere_is_refused);

  return g_test_run ();
}
