/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX files of others: what the engine can compute is understood, older forms too; anything else is
 * refused with a sentence that names node, operator and file. */
#include "cvr-onnx-writer.h"
#include "cvr-onnx.h"

#include <string.h>

/* A file that is put together by hand. */
typedef struct
{
  CvrOnnxWriter writer;
  GPtrArray    *inputs;
} Foreign;

static void
foreign_begin (Foreign *self)
{
  cvr_onnx_writer_init (&self->writer);
  self->inputs = g_ptr_array_new ();
}

static void
foreign_input (Foreign    *self,
               const char *name,
               guint32     channels,
               guint32     height,
               guint32     width)
{
  guint32 dims[] = { channels, height, width };

  g_ptr_array_add (self->inputs,
                   cvr_onnx_value_info (&self->writer, name, dims, width > 0 ? 3 : 1));
}

static Onnx__NodeProto *
foreign_node (Foreign    *self,
              const char *op_type,
              const char *input,
              const char *output)
{
  return cvr_onnx_add_node (&self->writer, op_type, NULL, input, output);
}

/* A constant of 1, 2, 3 … as a further input of @node. */
static void
foreign_floats (Foreign         *self,
                Onnx__NodeProto *node,
                guint            rank,
                const gsize     *dims)
{
  g_autofree float *values = NULL;
  gsize n = 1;

  for (guint i = 0; i < rank; i++)
    n *= dims[i];
  values = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    values[i] = (float) (i + 1);

  cvr_onnx_add_input (&self->writer, node,
                      cvr_onnx_put_floats (&self->writer, "constant", "x", dims, rank, values));
}

#define FLOATS(self, node, ...)                                                                    \
  foreign_floats (self, node, G_N_ELEMENTS (((gsize[]) { __VA_ARGS__ })), (gsize[]) { __VA_ARGS__ })

static void
foreign_longs (Foreign         *self,
               Onnx__NodeProto *node,
               const gint64    *values,
               gsize            n_values)
{
  cvr_onnx_add_input (&self->writer, node,
                      cvr_onnx_put_longs (&self->writer, "constant", "n", values, n_values));
}

/* Ends the file, with "y" as its output, and reads it as version @opset of the operators, which is
 * the last byte of a file of ours. */
static CvrOnnxModel *
foreign_read (Foreign  *self,
              guint8    opset,
              GError  **error)
{
  Onnx__ValueInfoProto *output = cvr_onnx_value_info (&self->writer, "y", NULL, 0);
  Onnx__ValueInfoProto **inputs = (Onnx__ValueInfoProto **) self->inputs->pdata;
  g_autoptr (GBytes) bytes = cvr_onnx_writer_pack (&self->writer, inputs, self->inputs->len,
                                                   &output, 1, NULL);
  g_autoptr (GByteArray) changed = g_bytes_unref_to_array (g_steal_pointer (&bytes));

  changed->data[changed->len - 1] = opset;
  cvr_onnx_writer_clear (&self->writer);
  g_ptr_array_unref (self->inputs);

  return cvr_onnx_read (changed->data, changed->len, "foreign.onnx", error);
}

static void
test_dense_in_its_older_forms (void)
{
  for (guint form = 0; form < 3; form++)
    {
      g_autoptr (CvrOnnxModel) model = NULL;
      g_autoptr (GError) error = NULL;
      Onnx__NodeProto *node;
      const float *values;
      gsize n;
      Foreign file;

      foreign_begin (&file);
      foreign_input (&file, "x", 3, 0, 0);
      if (form == 0) /* Gemm with the weights lying the other way */
        {
          node = foreign_node (&file, "Gemm", "x", "y");
          FLOATS (&file, node, 3, 2);
          FLOATS (&file, node, 2);
        }
      else /* MatMul, then Add with the constant on either side */
        {
          node = foreign_node (&file, "MatMul", "x", "product");
          FLOATS (&file, node, 3, 2);
          node = foreign_node (&file, "Add", "product", "y");
          FLOATS (&file, node, 1, 2);
          if (form == 2)
            {
              char *swap = node->input[0];

              node->input[0] = node->input[1];
              node->input[1] = swap;
            }
        }

      model = foreign_read (&file, 9, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (nn_graph_n_nodes (model->graph), ==, 2);
      values = nn_params_peek (model->params, 1, NN_SLOT_WEIGHT, &n);
      g_assert_cmpmem (values, n * sizeof (float), ((const float[]) { 1, 3, 5, 2, 4, 6 }),
                       6 * sizeof (float));
      values = nn_params_peek (model->params, 1, NN_SLOT_BIAS, &n);
      g_assert_cmpmem (values, n * sizeof (float), ((const float[]) { 1, 2 }), 2 * sizeof (float));
    }
}

static void
test_padding_in_its_older_forms (void)
{
  static const gint64 pads[] = { 0, 0, 1, 2, 0, 0, 3, 4 };
  static const struct { const char *mode; guint32 pad[4]; guint32 out[2]; } cases[] = {
    { "SAME_UPPER", { 0, 1, 1, 1 }, { 3, 3 } }, /* 6×5, kernel 3×3, stride 2 */
    { "SAME_LOWER", { 1, 1, 0, 1 }, { 3, 3 } },
    { "VALID", { 0, 0, 0, 0 }, { 2, 2 } },
    { NULL, { 1, 2, 3, 4 }, { 4, 5 } }, /* a Pad before */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CvrOnnxModel) model = NULL;
      g_autoptr (GError) error = NULL;
      const NnStencil *stencil;
      Onnx__NodeProto *node;
      NnShape shape;
      Foreign file;

      foreign_begin (&file);
      foreign_input (&file, "x", 1, 6, 5);
      if (cases[i].mode == NULL)
        foreign_longs (&file, foreign_node (&file, "Pad", "x", "padded"), pads,
                       G_N_ELEMENTS (pads));
      node = foreign_node (&file, "Conv", cases[i].mode == NULL ? "padded" : "x", "y");
      FLOATS (&file, node, 1, 1, 3, 3);
      cvr_onnx_add_ints (&file.writer, node, "strides", (const guint32[]) { 2, 2 }, 2);
      if (cases[i].mode != NULL)
        cvr_onnx_add_text (&file.writer, node, "auto_pad", cases[i].mode);

      model = foreign_read (&file, 11, &error);
      g_assert_no_error (error);
      stencil = &nn_graph_node_attrs (model->graph, 1)->conv.stencil;
      g_assert_cmpmem (stencil->pad, sizeof stencil->pad, cases[i].pad, sizeof cases[i].pad);
      shape = nn_graph_node_shape (model->graph, 1);
      g_assert_cmpuint (shape.dims[2], ==, cases[i].out[0]);
      g_assert_cmpuint (shape.dims[3], ==, cases[i].out[1]);
    }
}

static void
test_older_attributes (void)
{
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GError) error = NULL;
  static const gint64 flat[] = { -1, 12 };
  Onnx__NodeProto *node;
  Foreign file;

  foreign_begin (&file);
  foreign_input (&file, "x", 3, 2, 2);
  node = foreign_node (&file, "Identity", "x", "same");
  node = foreign_node (&file, "Clip", "same", "clipped");
  cvr_onnx_add_float (&file.writer, node, "min", 0);
  cvr_onnx_add_float (&file.writer, node, "max", 6);
  node = foreign_node (&file, "Dropout", "clipped", "dropped");
  cvr_onnx_add_float (&file.writer, node, "ratio", 0.25f);
  node = foreign_node (&file, "Reshape", "dropped", "flat");
  foreign_longs (&file, node, flat, G_N_ELEMENTS (flat));
  foreign_node (&file, "Softmax", "flat", "y");
  foreign_node (&file, "Erf", "flat", "unused"); /* nothing needs it */

  model = foreign_read (&file, 7, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_graph_n_nodes (model->graph), ==, 5);
  g_assert_cmpint (nn_graph_node_attrs (model->graph, 1)->activation.function, ==,
                   NN_ACTIVATION_RELU6);
  g_assert_true (nn_graph_node_attrs (model->graph, 2)->dropout.rate == 0.25f);
  g_assert_cmpint (nn_graph_node_kind (model->graph, 3), ==, NN_OP_FLATTEN);
  g_assert_cmpint (nn_graph_node_kind (model->graph, 4), ==, NN_OP_SOFTMAX);
}

/* What x.view (x.size (0), -1) becomes: a shape computed from the input's own. */
static void
test_shape_arithmetic_is_done_here (void)
{
  static const gint64 first = 0, rest = -1;
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GError) error = NULL;
  Onnx__NodeProto *node;
  NnShape shape;
  Foreign file;

  foreign_begin (&file);
  foreign_input (&file, "x", 3, 2, 2);
  foreign_node (&file, "Shape", "x", "shape");
  foreign_longs (&file, foreign_node (&file, "Gather", "shape", "batch"), &first, 1);
  node = foreign_node (&file, "Concat", "batch", "wanted");
  cvr_onnx_add_int (&file.writer, node, "axis", 0);
  foreign_longs (&file, node, &rest, 1);
  node = foreign_node (&file, "Reshape", "x", "y");
  cvr_onnx_add_input (&file.writer, node, "wanted");

  model = foreign_read (&file, 13, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_graph_n_nodes (model->graph), ==, 2);
  shape = nn_graph_node_shape (model->graph, 1);
  g_assert_cmpuint (shape.rank, ==, 2);
  g_assert_cmpuint (shape.dims[1], ==, 12);
}

/* A mean pool with zeros from a Pad: its own padding where they are the same, a layer where not. */
static void
test_padded_mean_pool (void)
{
  static const gint64 pads[] = { 0, 0, 1, 1, 0, 0, 1, 1 };

  for (guint ceil_mode = 0; ceil_mode < 2; ceil_mode++)
    {
      g_autoptr (CvrOnnxModel) model = NULL;
      g_autoptr (GError) error = NULL;
      const NnPoolSpec *pool;
      Onnx__NodeProto *node;
      Foreign file;

      foreign_begin (&file);
      foreign_input (&file, "x", 1, 5, 5);
      foreign_longs (&file, foreign_node (&file, "Pad", "x", "padded"), pads, G_N_ELEMENTS (pads));
      node = foreign_node (&file, "AveragePool", "padded", "y");
      cvr_onnx_add_ints (&file.writer, node, "kernel_shape", (const guint32[]) { 2, 2 }, 2);
      cvr_onnx_add_ints (&file.writer, node, "strides", (const guint32[]) { 3, 3 }, 2);
      cvr_onnx_add_int (&file.writer, node, "ceil_mode", ceil_mode);
      model = foreign_read (&file, 13, &error);
      g_assert_no_error (error);

      /* Seven positions in strides of three: rounded up, a third window starts in the last zero. */
      if (ceil_mode)
        {
          g_assert_cmpint (nn_graph_node_kind (model->graph, 1), ==, NN_OP_PAD);
          g_assert_cmpuint (nn_graph_node_shape (model->graph, 2).dims[2], ==, 3);
          continue;
        }
      pool = &nn_graph_node_attrs (model->graph, 1)->pool;
      g_assert_true (pool->average && pool->count_pad);
      for (guint i = 0; i < 4; i++)
        g_assert_cmpuint (pool->stencil.pad[i], ==, 1);
    }
}

/* Operators that do nothing leave the layer before them its name. */
static void
test_names_stay (void)
{
  static const gint64 none[8] = { 0 };
  g_autoptr (CvrOnnxModel) model = NULL;
  g_autoptr (GError) error = NULL;
  Onnx__NodeProto *node;
  Foreign file;

  foreign_begin (&file);
  foreign_input (&file, "x", 1, 4, 4);
  cvr_onnx_add_node (&file.writer, "Tanh", "1", "x", "bent");
  node = cvr_onnx_add_node (&file.writer, "Pad", "2.Pad", "bent", "padded");
  foreign_longs (&file, node, none, G_N_ELEMENTS (none));
  cvr_onnx_add_node (&file.writer, "Identity", "2.Identity", "padded", "same");
  node = cvr_onnx_add_node (&file.writer, "AveragePool", "2", "same", "y");
  cvr_onnx_add_ints (&file.writer, node, "kernel_shape", (const guint32[]) { 2, 2 }, 2);
  model = foreign_read (&file, 13, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_graph_n_nodes (model->graph), ==, 3);
  g_assert_cmpstr (nn_graph_node_name (model->graph, 1), ==, "1");
  g_assert_cmpstr (nn_graph_node_name (model->graph, 2), ==, "2");
}

static void
test_bound_behind_relu (void)
{
  for (guint with_relu = 0; with_relu < 2; with_relu++)
    {
      g_autoptr (CvrOnnxModel) model = NULL;
      g_autoptr (GError) error = NULL;
      Onnx__NodeProto *node;
      Foreign file;

      foreign_begin (&file);
      foreign_input (&file, "x", 3, 0, 0);
      foreign_node (&file, with_relu ? "Relu" : "Tanh", "x", "above");
      node = foreign_node (&file, "Clip", "above", "y");
      cvr_onnx_add_float (&file.writer, node, "max", 6);
      model = foreign_read (&file, 9, &error);
      g_assert_no_error (error);
      g_assert_cmpint (nn_graph_node_attrs (model->graph, 2)->activation.function, ==,
                       with_relu ? NN_ACTIVATION_RELU6 : NN_ACTIVATION_CLIP);
    }
}

/* One node that reads "x" (and perhaps a constant 2×2) and makes "y". */
static void
assert_refused (const char *op_type,
                gboolean    with_constant,
                guint8      opset,
                int         code,
                const char *word)
{
  g_autoptr (GError) error = NULL;
  Onnx__NodeProto *node;
  Foreign file;

  foreign_begin (&file);
  foreign_input (&file, "x", 3, 4, 4);
  node = cvr_onnx_add_node (&file.writer, op_type, "the-node", "x", "y");
  if (with_constant)
    FLOATS (&file, node, 2, 2);

  g_assert_null (foreign_read (&file, opset, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "foreign.onnx"));
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_refusals_name_node_and_operator (void)
{
  assert_refused ("LSTM", FALSE, 13, CVR_FORMAT_ERROR_UNSUPPORTED, "Node “the-node” (LSTM)");
  assert_refused ("Equal", FALSE, 13, CVR_FORMAT_ERROR_UNSUPPORTED, "Node “the-node” (Equal)");
  assert_refused ("LSTM", FALSE, 13, CVR_FORMAT_ERROR_UNSUPPORTED, "number 1 of 1");
  assert_refused ("Reshape", FALSE, 13, CVR_FORMAT_ERROR_INVALID, "Node “the-node” (Reshape)");
  assert_refused ("Add", TRUE, 13, CVR_FORMAT_ERROR_UNSUPPORTED, "Node “the-node” (Add)");
  assert_refused ("Conv", TRUE, 13, CVR_FORMAT_ERROR_UNSUPPORTED, "Node “the-node” (Conv)");
  assert_refused ("Gemm", TRUE, 13, CVR_FORMAT_ERROR_UNSUPPORTED, "Node “the-node” (Gemm)");
  assert_refused ("MaxPool", FALSE, 13, CVR_FORMAT_ERROR_INVALID, "kernel_shape");
  assert_refused ("DequantizeLinear", FALSE, 13, CVR_FORMAT_ERROR_INVALID,
                  "Node “the-node” (DequantizeLinear)");
  assert_refused ("Relu", FALSE, 5, CVR_FORMAT_ERROR_UNSUPPORTED, "version 5");
  assert_refused ("Relu", FALSE, 18, CVR_FORMAT_ERROR_UNSUPPORTED, "version 18");
}

static void
test_values_elsewhere_are_refused (void)
{
  g_autoptr (GError) error = NULL;
  Onnx__NodeProto *node;
  Onnx__TensorProto *tensor;
  Foreign file;

  foreign_begin (&file);
  foreign_input (&file, "x", 3, 0, 0);
  node = foreign_node (&file, "Gemm", "x", "y");
  FLOATS (&file, node, 3, 2);
  tensor = g_ptr_array_index (file.writer.initializers, 0);
  tensor->has_data_location = TRUE;
  tensor->data_location = 1;

  g_assert_null (foreign_read (&file, 13, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "another file"));
}

/* Shapes that lie about their values, and one tensor that many layers would multiply. */
static void
test_declared_sizes_are_checked (void)
{
  g_autoptr (GError) error = NULL;
  Onnx__NodeProto *node;
  Onnx__TensorProto *tensor;
  Foreign file;

  foreign_begin (&file);
  foreign_input (&file, "x", 3, 0, 0);
  node = foreign_node (&file, "Gemm", "x", "y");
  FLOATS (&file, node, 3, 2);
  tensor = g_ptr_array_index (file.writer.initializers, 0);
  tensor->dims[1] = G_MAXINT32;
  g_assert_null (foreign_read (&file, 13, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID);
  g_clear_error (&error);

  foreign_begin (&file);
  foreign_input (&file, "x", 100, 0, 0);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *in = g_strdup_printf ("v%u", i), *out = g_strdup_printf ("v%u", i + 1);

      node = foreign_node (&file, "MatMul", i == 0 ? "x" : in, i == 199 ? "y" : out);
      if (i == 0)
        FLOATS (&file, node, 100, 100);
      else
        cvr_onnx_add_input (&file.writer, node, "constant.x");
    }
  g_assert_null (foreign_read (&file, 13, &error));
  g_assert_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE);
}

/* Networks of the wild, where the shared data are. */
static void
test_foreign_files (void)
{
  static const char *const files[] = {
    "mnist-cntk.onnx", "single_relu-wonnx.onnx", "vnncomp-Convnet_maxpool.onnx",
    "vnncomp-cifar_base_kw.onnx", "vnncomp-mnist-net_256x2.onnx", "vnncomp-resnet_2b.onnx",
    "vnncomp-cifar10_small.onnx", "vnncomp-cifar10_medium.onnx", "yunet_n_320_320.onnx",
    "mobilenet_v2_imagenet_qdq_uint8.onnx", "ultraface-version-RFB-320.onnx",
    "ultraface-version-slim-320_simplified.onnx", "light/light_squeezenet.onnx",
    "light/light_inception_v1.onnx", "light/light_resnet50.onnx",
  };
  const char *given = g_getenv ("CONVISOR_SHARED");
  g_autofree char *shared = given != NULL
                              ? g_strdup (given)
                              : g_test_build_filename (G_TEST_DIST, "..", "..", "shared", NULL);
  g_autofree char *folder = g_build_filename (shared, "data", "onnx-models", NULL);

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("the shared data are not here; set CONVISOR_SHARED");
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i], NULL);
      g_autofree char *contents = NULL;
      g_autoptr (CvrOnnxModel) model = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      g_file_get_contents (path, &contents, &length, &error);
      g_assert_no_error (error);
      model = cvr_onnx_read ((const guint8 *) contents, length, files[i], &error);
      g_assert_no_error (error);
      g_test_message ("%s: %u nodes, up to %u items at a time", files[i],
                      nn_graph_n_nodes (model->graph), nn_graph_max_batch (model->graph));
      g_assert_cmpuint (nn_graph_max_batch (model->graph), >, 1);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/onnx-foreign/dense-in-its-older-forms", test_dense_in_its_older_forms);
  g_test_add_func ("/formats/onnx-foreign/padding-in-its-older-forms", test_padding_in_its_older_forms);
  g_test_add_func ("/formats/onnx-foreign/older-attributes", test_older_attributes);
  g_test_add_func ("/formats/onnx-foreign/shape-arithmetic-is-done-here",
                   test_shape_arithmetic_is_done_here);
  g_test_add_func ("/formats/onnx-foreign/padded-mean-pool", test_padded_mean_pool);
  g_test_add_func ("/formats/onnx-foreign/names-stay", test_names_stay);
  g_test_add_func ("/formats/onnx-foreign/bound-behind-relu", test_bound_behind_relu);
  g_test_add_func ("/formats/onnx-foreign/refusals-name-node-and-operator",
                   test_refusals_name_node_and_operator);
  g_test_add_func ("/formats/onnx-foreign/values-elsewhere-are-refused",
                   test_values_elsewhere_are_refused);
  g_test_add_func ("/formats/onnx-foreign/declared-sizes-are-checked", test_declared_sizes_are_checked);
  g_test_add_func ("/formats/onnx-foreign/foreign-files", test_foreign_files);

  return g_test_run ();
}
