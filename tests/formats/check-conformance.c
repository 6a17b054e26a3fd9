/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs ONNX's own conformance cases: a network of one or a few operators, inputs, and the outputs
 * it must give.
 *
 *   check-conformance [FOLDER]
 *
 * FOLDER is where Debian's libonnx-testdata puts them. Cases made only of operators that networks
 * for pictures need are counted against a threshold; of the others it is told how many pass. */
#include "cvr-forward.h"
#include "onnx-subset.pb-c.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum
{
  LEAST_PASSED = 350,
  SKIPPED = 77, /* meson's word for it */
};

/* The cases were made in double precision or by other programs in single. */
static const float relative = 1e-3f, absolute = 1e-5f;

static const char *const operators[] = {
  "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Constant",
  "ConstantOfShape", "Conv", "ConvInteger", "ConvTranspose", "DequantizeLinear", "Div", "Dropout",
  "DynamicQuantizeLinear", "Elu", "Erf", "Exp", "Flatten", "Gather", "Gemm", "GlobalAveragePool",
  "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization", "LRN",
  "LeakyRelu", "LogSoftmax", "MatMul", "MatMulInteger", "Max", "MaxPool", "Mul", "PRelu", "Pad",
  "Pow", "QLinearConv", "QLinearMatMul", "QuantizeLinear", "ReduceMax", "ReduceMean", "Relu",
  "Reshape", "Resize", "Shape", "Sigmoid", "Slice", "Softmax", "Split", "Sqrt", "Squeeze", "Sub",
  "Sum", "Tanh", "Transpose", "Unsqueeze", "Upsample",
};

/* Cases whose outputs are not what ONNX Runtime and PyTorch compute either. */
static const struct { const char *name, *reason; } known[] = {
  /* 2.4 values instead of the 2 that the output has. */
  { "test_resize_downsample_scales_cubic_align_corners", "sizes before rounding are used" },
  { "test_resize_downsample_scales_linear_align_corners", "sizes before rounding are used" },
  { "test_cast_FLOAT_to_BFLOAT16", "values are cut off instead of rounded" },
  { "test_castlike_FLOAT_to_BFLOAT16_expanded", "values are cut off instead of rounded" },
};

typedef struct
{
  guint cases, passed, refused;
} Tally;

typedef struct
{
  const char *folder;
  NnWorkers  *workers;
  Tally       ours, others;
  GHashTable *by_operator; /* name → Tally */
  guint       failed;      /* ran, but the outputs are others */
} Check;

static gboolean
is_ours (const char *op_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    if (g_strcmp0 (operators[i], op_type) == 0)
      return TRUE;

  return FALSE;
}

/* The operators of a file; NULL: it can't be understood. */
static GPtrArray *
list_operators (const char *data,
                gsize       length)
{
  Onnx__ModelProto *model = onnx__model_proto__unpack (NULL, length, (const uint8_t *) data);
  GPtrArray *names;

  if (model == NULL)
    return NULL;

  names = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; model->graph != NULL && i < model->graph->n_node; i++)
    {
      const Onnx__NodeProto *node = model->graph->node[i];

      g_ptr_array_add (names, node->domain != NULL && *node->domain != '\0'
                                ? g_strconcat (node->domain, ".", node->op_type, NULL)
                                : g_strdup (node->op_type));
    }
  onnx__model_proto__free_unpacked (model, NULL);

  return names;
}

/* input_0.pb, input_1.pb …; NULL with @error set where one can't be read. */
static GPtrArray *
load_tensors (const char  *folder,
              const char  *stem,
              GError     **error)
{
  g_autoptr (GPtrArray) tensors = g_ptr_array_new_with_free_func (
    (GDestroyNotify) cvr_onnx_tensor_unref);

  for (;;)
    {
      g_autofree char *file = g_strdup_printf ("%s_%u.pb", stem, tensors->len);
      g_autofree char *path = g_build_filename (folder, file, NULL);
      CvrOnnxTensor *tensor;

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&tensors);
      tensor = cvr_forward_load (path, error);
      if (tensor == NULL)
        return NULL;
      g_ptr_array_add (tensors, tensor);
    }
}

static gboolean
is_close (const CvrOnnxTensor *got,
          const CvrOnnxTensor *expected,
          gsize                i,
          gint64               step)
{
  float a, b;

  if (got->ints != NULL)
    return ABS (got->ints[got->splat ? 0 : i] - expected->ints[i]) <= step;

  a = cvr_onnx_tensor_float_at (got, i);
  b = cvr_onnx_tensor_float_at (expected, i);
  if (isnan (a) || isnan (b) || isinf (b))
    return (isnan (a) && isnan (b)) || a == b;

  return fabsf (a - b) <= absolute + relative * fabsf (b);
}

/* (nullable): what is wrong with an output. @rounded: it lies on a grid, where a sum in another
 * order may fall on the neighbouring level. */
static char *
compare (const CvrOnnxTensor *got,
         const CvrOnnxTensor *expected,
         gboolean             rounded)
{
  if (got->type == CVR_ONNX_BFLOAT16 && expected->type == CVR_ONNX_UINT16)
    {
      g_autofree guint8 *bits = g_malloc (2 * got->count + 1);
      g_autoptr (CvrOnnxTensor) same = NULL;

      /* The cases keep the bits of the type that NumPy lacks. */
      cvr_onnx_tensor_to_raw (got, bits);
      same = cvr_onnx_tensor_from_raw (CVR_ONNX_UINT16, got->rank, got->dims, bits);
      return compare (same, expected, rounded);
    }
  if (got->type != expected->type)
    return g_strdup_printf ("type %s instead of %s", cvr_onnx_type_name (got->type),
                            cvr_onnx_type_name (expected->type));
  if (got->rank != expected->rank || got->count != expected->count ||
      memcmp (got->dims, expected->dims, got->rank * sizeof *got->dims) != 0)
    return g_strdup_printf ("rank %u with %zu values instead of rank %u with %zu, or other extents",
                            got->rank, got->count, expected->rank, expected->count);

  for (gsize i = 0; i < got->count; i++)
    if (!is_close (got, expected, i, rounded ? 1 : 0))
      return g_strdup_printf ("value %zu of %zu is %g instead of %g", i, got->count,
                              (double) cvr_onnx_tensor_float_at (got, i),
                              (double) cvr_onnx_tensor_float_at (expected, i));

  return NULL;
}

typedef enum { PASSED, FAILED, REFUSED } Outcome;

/* @words: (out): why it did not pass */
static Outcome
run_case (Check      *self,
          const char *folder,
          const char *data,
          gsize       length,
          gboolean    rounded,
          char      **words)
{
  g_autofree char *set = g_build_filename (folder, "test_data_set_0", NULL);
  g_autofree char *name = g_path_get_basename (folder);
  g_autoptr (GPtrArray) inputs = NULL, expected = NULL;
  g_autoptr (CvrForward) forward = NULL;
  g_autoptr (GError) error = NULL;

  inputs = load_tensors (set, "input", &error);
  expected = inputs != NULL ? load_tensors (set, "output", &error) : NULL;
  if (expected != NULL)
    forward = cvr_forward ((const guint8 *) data, length, name,
                           (CvrOnnxTensor *const *) inputs->pdata, inputs->len, FALSE,
                           self->workers, &error);
  if (forward == NULL)
    {
      *words = g_strdup (error->message);
      return REFUSED;
    }
  if (forward->n_outputs != expected->len)
    {
      *words = g_strdup_printf ("%u outputs instead of %u", forward->n_outputs, expected->len);
      return FAILED;
    }

  for (guint i = 0; i < expected->len && *words == NULL; i++)
    *words = compare (forward->outputs[i], g_ptr_array_index (expected, i), rounded);
  return *words == NULL ? PASSED : FAILED;
}

static void
count (Tally   *tally,
       Outcome  outcome)
{
  tally->cases++;
  tally->passed += outcome == PASSED;
  tally->refused += outcome == REFUSED;
}

/* (nullable): why the case is expected to differ. */
static const char *
known_reason (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].name, name))
      return known[i].reason;

  return NULL;
}

static void
check_case (Check      *self,
            const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "model.onnx", NULL);
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *data = NULL, *words = NULL;
  g_autoptr (GPtrArray) names = NULL;
  gboolean ours = TRUE, rounded = FALSE;
  Outcome outcome;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, NULL) ||
      (names = list_operators (data, length)) == NULL || names->len == 0)
    return;

  for (guint i = 0; i < names->len; i++)
    {
      ours = ours && is_ours (g_ptr_array_index (names, i));
      rounded = rounded || strstr (g_ptr_array_index (names, i), "Q") != NULL;
    }
  outcome = run_case (self, folder, data, length, rounded, &words);
  count (ours ? &self->ours : &self->others, outcome);
  self->failed += outcome == FAILED && known_reason (name) == NULL;
  for (guint i = 0; ours && i < names->len; i++)
    {
      Tally *tally = g_hash_table_lookup (self->by_operator, g_ptr_array_index (names, i));

      if (tally == NULL)
        {
          tally = g_new0 (Tally, 1);
          g_hash_table_insert (self->by_operator, g_strdup (g_ptr_array_index (names, i)), tally);
        }
      count (tally, outcome);
    }
  if (outcome == FAILED || (outcome == REFUSED && ours))
    printf ("%s %s: %s%s%s\n",
            outcome == REFUSED            ? "refused"
            : known_reason (name) != NULL ? "differs as known"
                                          : "FAILED",
            name, words, known_reason (name) != NULL ? "; there " : "",
            known_reason (name) != NULL ? known_reason (name) : "");
}

static gint
by_name (gconstpointer a,
         gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
check_family (Check      *self,
              const char *family)
{
  g_autofree char *folder = g_build_filename (self->folder, family, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, by_name);
  for (guint i = 0; i < names->len; i++)
    check_case (self, g_ptr_array_index (names, i));
}

static void
report (Check *self)
{
  printf ("%-24s %5s %6s %7s\n", "operator", "cases", "passed", "refused");
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    {
      const Tally *tally = g_hash_table_lookup (self->by_operator, operators[i]);

      if (tally != NULL)
        printf ("%-24s %5u %6u %7u\n", operators[i], tally->cases, tally->passed, tally->refused);
    }
  printf ("of operators for pictures: %u cases, %u passed, %u refused; at least %d must pass\n",
          self->ours.cases, self->ours.passed, self->ours.refused, LEAST_PASSED);
  printf ("of other operators: %u cases, %u passed, %u refused\n", self->others.cases,
          self->others.passed, self->others.refused);
}

int
main (int    argc,
      char **argv)
{
  static const char *const families[] = { "node", "pytorch-converted", "pytorch-operator",
                                          "simple" };
  Check self = { argc > 1 ? argv[1] : "/usr/share/libonnx-testdata/data" };
  gboolean good;

  if (!g_file_test (self.folder, G_FILE_TEST_IS_DIR))
    {
      printf ("skipped: %s is not there; Debian's package libonnx-testdata has it\n", self.folder);
      return SKIPPED;
    }

  self.workers = nn_workers_new (1, FALSE);
  self.by_operator = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    check_family (&self, families[i]);
  report (&self);
  good = self.failed == 0 && self.ours.passed >= LEAST_PASSED;

  g_hash_table_unref (self.by_operator);
  nn_workers_unref (self.workers);
  return good ? 0 : 1;
}
