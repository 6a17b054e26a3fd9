/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX operators that compute with several values, value by value or as matrices, and that reduce
 * axes. */
#include "cvr-onnx-reader.h"

#include <float.h>
#include <glib/gi18n-lib.h>

static gboolean
is_whole (gint32 type)
{
  return !cvr_onnx_type_is_float (type);
}

/* Before opset 7 the second operand was matched from an axis on, by attributes. */
static NnNode
align (CvrOnnxReader         *self,
       const Onnx__NodeProto *node,
       const CvrOnnxValue    *a,
       const CvrOnnxValue    *b)
{
  gboolean slope = g_strcmp0 (node->op_type, "PRelu") == 0;
  gint64 last = (gint64) a->shape.rank - b->shape.rank;
  gint64 axis = cvr_onnx_attr_int (node, "axis", slope ? 1 : last);
  NnShape shape = b->shape;

  if (self->opset >= 7 || b->shape.rank == 0 || b->shape.rank >= a->shape.rank || axis < 0 ||
      axis + b->shape.rank > a->shape.rank)
    return b->node;

  while (axis + shape.rank < a->shape.rank)
    shape.dims[shape.rank++] = 1;

  return cvr_onnx_make_reshape (self, b->node, &shape);
}

/* Whole numbers of few bits count around: x − 2ⁿ·floor (x / 2ⁿ), moved where they have a sign. */
static NnNode
count_around (CvrOnnxReader *self,
              NnNode         x,
              gint32         type)
{
  gsize bits = 8 * cvr_onnx_type_size (type);
  gboolean is_signed = type == CVR_ONNX_INT8 || type == CVR_ONNX_INT16;
  NnNode whole, turns;

  if (bits > 16 || type == CVR_ONNX_BOOL)
    return x;

  whole = cvr_onnx_make_number (self, (float) (1 << bits));
  turns = !is_signed ? x
                     : cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_ADD, x,
                                                 cvr_onnx_make_number (self,
                                                                       (float) (1 << (bits - 1))));
  turns = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_DIV, turns, whole);
  turns = cvr_onnx_make_activation (self, turns, NN_ACTIVATION_FLOOR, 0, 0);
  turns = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_MUL, turns, whole);

  return cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_SUB, x, turns);
}

/* Add, Sub, Mul, Div, Pow, PRelu: of two values. */
static gboolean
import_of_two (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               NnArithmetic           function,
               GError               **error)
{
  CvrOnnxValue a, b;
  NnNode made;

  if (!cvr_onnx_activation (self, node, 0, &a, error) ||
      !cvr_onnx_activation (self, node, 1, &b, error))
    return FALSE;

  b.node = align (self, node, &a, &b);
  made = cvr_onnx_make_arithmetic (self, function, a.node, b.node);
  if (is_whole (a.type) && (function == NN_ARITHMETIC_DIV || function == NN_ARITHMETIC_POW))
    made = cvr_onnx_make_activation (self, made, NN_ACTIVATION_TRUNCATE, 0, 0);
  else if (is_whole (a.type) && function <= NN_ARITHMETIC_MUL)
    made = count_around (self, made, a.type);

  return cvr_onnx_result (self, node, 0, made, a.type, error);
}

static gboolean
import_add (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            GError               **error)
{
  return import_of_two (self, node, NN_ARITHMETIC_ADD, error);
}

static gboolean
import_sub (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            GError               **error)
{
  return import_of_two (self, node, NN_ARITHMETIC_SUB, error);
}

static gboolean
import_mul (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            GError               **error)
{
  return import_of_two (self, node, NN_ARITHMETIC_MUL, error);
}

static gboolean
import_div (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            GError               **error)
{
  return import_of_two (self, node, NN_ARITHMETIC_DIV, error);
}

static gboolean
import_pow (CvrOnnxReader         *self,
            const Onnx__NodeProto *node,
            GError               **error)
{
  return import_of_two (self, node, NN_ARITHMETIC_POW, error);
}

static gboolean
import_prelu (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              GError               **error)
{
  return import_of_two (self, node, NN_ARITHMETIC_PRELU, error);
}

/* Sum, Mean, Max, Min of any number of values: one layer per comma. */
static gboolean
import_of_many (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                GError               **error)
{
  gboolean mean = g_strcmp0 (node->op_type, "Mean") == 0;
  NnArithmetic function = g_strcmp0 (node->op_type, "Max") == 0   ? NN_ARITHMETIC_MAX
                          : g_strcmp0 (node->op_type, "Min") == 0 ? NN_ARITHMETIC_MIN
                                                                  : NN_ARITHMETIC_ADD;
  CvrOnnxValue all, x;

  if (!cvr_onnx_activation (self, node, 0, &all, error))
    return FALSE;
  if (node->n_input == 1)
    return cvr_onnx_alias (self, node, &all, error);

  for (guint i = 1; i < node->n_input; i++)
    {
      if (!cvr_onnx_activation (self, node, i, &x, error))
        return FALSE;
      all.node = cvr_onnx_make_arithmetic (self, function, all.node, x.node);
    }
  if (mean)
    all.node = cvr_onnx_make_arithmetic (self, NN_ARITHMETIC_DIV, all.node,
                                         cvr_onnx_make_number (self, (float) node->n_input));

  return cvr_onnx_result (self, node, 0, all.node, all.type, error);
}

/* The bounds of a Clip: attributes before opset 11, inputs since. @known: FALSE where the network
 * computes one. */
static gboolean
clip_bounds (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             float                  bounds[2],
             gboolean              *known,
             GError               **error)
{
  static const char *const names[] = { "min", "max" };
  static const float open[] = { -FLT_MAX, FLT_MAX };

  *known = TRUE;
  for (guint i = 0; i < 2; i++)
    {
      bounds[i] = cvr_onnx_attr_float (node, names[i], open[i]);
      if (cvr_onnx_has_input (node, 1 + i) && !cvr_onnx_is_constant (self, node, 1 + i))
        {
          *known = FALSE;
        }
      else if (cvr_onnx_has_input (node, 1 + i))
        {
          const CvrOnnxTensor *bound = cvr_onnx_constant (self, node, 1 + i, error);

          if (bound == NULL)
            return FALSE;
          if (bound->count != 1)
            return cvr_onnx_refuse (self, node, CVR_FORMAT_ERROR_INVALID, error,
                                    _("Input %u holds %zu values; one is expected."), i + 2,
                                    bound->count);
          bounds[i] = cvr_onnx_tensor_float_at (bound, 0);
        }
    }

  return TRUE;
}

/* Between bounds that the network computes. */
static gboolean
clip_between (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              CvrOnnxValue          *x,
              GError               **error)
{
  static const NnArithmetic functions[] = { NN_ARITHMETIC_MAX, NN_ARITHMETIC_MIN };
  CvrOnnxValue bound;

  for (guint i = 0; i < 2; i++)
    if (cvr_onnx_has_input (node, 1 + i))
      {
        if (!cvr_onnx_activation (self, node, 1 + i, &bound, error))
          return FALSE;
        x->node = cvr_onnx_make_arithmetic (self, functions[i], x->node, bound.node);
      }

  return cvr_onnx_result (self, node, 0, x->node, x->type, error);
}

/* A Clip without a name before QuantizeLinear narrows its grid; others are activations. */
static gboolean
import_clip (CvrOnnxReader         *self,
             const Onnx__NodeProto *node,
             GError               **error)
{
  const Onnx__NodeProto *reader = cvr_onnx_sole_reader (self, node->output[0]);
  NnAttrs attrs = { .activation.function = NN_ACTIVATION_CLIP };
  gboolean known;
  float bounds[2];
  CvrOnnxValue x;

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !clip_bounds (self, node, bounds, &known, error))
    return FALSE;
  if (!known)
    return clip_between (self, node, &x, error);

  if ((node->name == NULL || *node->name == '\0') && reader != NULL &&
      g_strcmp0 (reader->op_type, "QuantizeLinear") == 0 && bounds[0] <= bounds[1])
    {
      x.kind = CVR_ONNX_VALUE_CLIPPED;
      x.low = bounds[0];
      x.high = bounds[1];
      return cvr_onnx_define (self, node, node->output[0], &x, error);
    }

  /* Behind Relu, a bound below 0 changes nothing. */
  if (bounds[1] == 6 && (bounds[0] == 0 || (bounds[0] < 0 && x.is_relu)))
    attrs.activation.function = NN_ACTIVATION_RELU6;
  else if (bounds[0] == 0 && bounds[1] >= FLT_MAX)
    attrs.activation.function = NN_ACTIVATION_RELU;
  else
    attrs.activation = (NnActivationSpec) { NN_ACTIVATION_CLIP, bounds[0], bounds[1] };

  return cvr_onnx_result (self, node, 0, cvr_onnx_make (self, NN_OP_ACTIVATION, &attrs, &x.node, 1),
                          x.type, error);
}

typedef struct
{
  const char *op_type;
  NnReduce    function;
} Reduction;

static const Reduction reductions[] = {
  { "ReduceMean", NN_REDUCE_MEAN },
  { "ReduceSum", NN_REDUCE_SUM },
  { "ReduceMax", NN_REDUCE_MAX },
  { "ReduceMin", NN_REDUCE_MIN },
  { "ReduceProd", NN_REDUCE_PRODUCT },
  { "ReduceL1", NN_REDUCE_L1 },
  { "ReduceL2", NN_REDUCE_L2 },
  { "ReduceSumSquare", NN_REDUCE_SUM_SQUARE },
  { "ReduceLogSumExp", NN_REDUCE_LOG_SUM_EXP },
  { "ReduceLogSum", NN_REDUCE_SUM }, /* and its logarithm */
};

/* Over all axes where none is named and the operator doesn't say otherwise. */
static gboolean
reduced_axes (CvrOnnxReader         *self,
              const Onnx__NodeProto *node,
              guint                  rank,
              guint32               *mask,
              GError               **error)
{
  gboolean by_input = g_strcmp0 (node->op_type, "ReduceSum") == 0 && self->opset >= 13;
  const gint64 *axes;
  gsize n_axes;

  if (!cvr_onnx_list (self, node, "axes", by_input ? 1 : G_MAXUINT, &axes, &n_axes, error))
    return FALSE;
  if (n_axes == 0)
    {
      *mask = cvr_onnx_attr_int (node, "noop_with_empty_axes", 0) != 0 ? 0 : (1u << rank) - 1;
      return TRUE;
    }

  return cvr_onnx_take_axes (self, node, axes, n_axes, rank, mask, error);
}

/* A mean or maximum over height and width is a global pool, seen as a vector where the axes go. */
static gboolean
reduce_as_pool (CvrOnnxReader         *self,
                const Onnx__NodeProto *node,
                const CvrOnnxValue    *x,
                gboolean               average,
                gboolean               keep,
                GError               **error)
{
  NnAttrs attrs = { .global_pool.average = average };
  NnNode made = cvr_onnx_make (self, NN_OP_GLOBAL_POOL, &attrs, &x->node, 1);
  CvrOnnxValue *value;

  if (!cvr_onnx_result (self, node, 0, made, x->type, error))
    return FALSE;

  value = g_hash_table_lookup (self->values, node->output[0]);
  if (!keep)
    {
      value->kind = CVR_ONNX_VALUE_FLATTENED;
      value->shape.rank = 2;
    }
  return TRUE;
}

/* The maximum over neighbouring channels (maxout), after the reshape that groups them. */
static gboolean
reduce_pieces (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               const CvrOnnxValue    *x,
               GError               **error)
{
  NnAttrs attrs = { .maxout.pieces = x->pieces };

  return cvr_onnx_result (self, node, 0, cvr_onnx_make (self, NN_OP_MAXOUT, &attrs, &x->node, 1),
                          x->type, error);
}

static gboolean
import_reduce (CvrOnnxReader         *self,
               const Onnx__NodeProto *node,
               GError               **error)
{
  const CvrOnnxValue *found = cvr_onnx_value (self, node, 0, error);
  NnAttrs attrs = { .reduce.keep = cvr_onnx_attr_int (node, "keepdims", 1) != 0 };
  NnReduceSpec *spec = &attrs.reduce;
  CvrOnnxValue x;

  for (guint i = 0; i < G_N_ELEMENTS (reductions); i++)
    if (g_strcmp0 (node->op_type, reductions[i].op_type) == 0)
      spec->function = reductions[i].function;
  if (found == NULL)
    return FALSE;
  if (found->kind == CVR_ONNX_VALUE_PIECES && spec->function == NN_REDUCE_MAX && !spec->keep &&
      reduced_axes (self, node, found->shape.rank, &spec->axes, NULL) && spec->axes == 1 << 2)
    return reduce_pieces (self, node, found, error);

  if (!cvr_onnx_activation (self, node, 0, &x, error) ||
      !reduced_axes (self, node, x.shape.rank, &spec->axes, error))
    return FALSE;
  if (x.shape.rank == 4 && spec->axes == (1 << 2 | 1 << 3) &&
      (spec->function == NN_REDUCE_MEAN || spec->function == NN_REDUCE_MAX))
    return reduce_as_pool (self, node, &x, spec->function == NN_REDUCE_MEAN, spec->keep, error);

  x.node = cvr_onnx_make (self, NN_OP_REDUCE, &attrs, &x.node, 1);
  if (g_strcmp0 (node->op_type, "ReduceLogSum") == 0)
    x.node = cvr_onnx_make_activation (self, x.node, NN_ACTIVATION_LOG, 0, 0);
  return cvr_onnx_result (self, node, 0, x.node, x.type, error);
}

CvrOnnxImport
cvr_onnx_find_arithmetic (const char *op_type)
{
  static const CvrOnnxEntry table[] = {
    { "Add", import_add },    { "Sub", import_sub },     { "Mul", import_mul },
    { "Div", import_div },    { "Pow", import_pow },     { "PRelu", import_prelu },
    { "Sum", import_of_many }, { "Mean", import_of_many }, { "Max", import_of_many },
    { "Min", import_of_many }, { "Clip", import_clip },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reductions); i++)
    if (g_strcmp0 (reductions[i].op_type, op_type) == 0)
      return import_reduce;

  return cvr_onnx_find (table, G_N_ELEMENTS (table), op_type);
}
