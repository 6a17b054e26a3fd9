/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be said about one layer of a network, in words and with its numbers filled in. */
#include "cvr-layer-text.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  const char *op;          /* as nn_graph_node_op_name() spells it */
  const char *title;
  const char *explanation;
} Text;

static const Text texts[] = {
  { "input", N_("Input"), N_("The picture as numbers: one plane for each channel.") },
  { "conv", N_("Convolution"),
    N_("Small filters slide over the maps before it; "
       "each filter draws one new map of where it fits.") },
  { "depthwise-conv", N_("Depthwise convolution"),
    N_("One filter for each map: cheaper than a full convolution, because maps are not mixed.") },
  { "dense", N_("Fully connected"), N_("Every output weighs every value before it.") },
  { "max-pool", N_("Max pooling"),
    N_("Keeps the largest value of each window: smaller maps, what matters stays.") },
  { "average-pool", N_("Average pooling"),
    N_("Keeps the mean of each window: smaller and smoother maps.") },
  { "global-average-pool", N_("Global average pooling"),
    N_("One number for each map: its mean.") },
  { "global-max-pool", N_("Global max pooling"),
    N_("One number for each map: its largest value.") },
  { "batch-norm", N_("Batch normalization"),
    N_("Brings each map to a common scale over the batch, so that learning stays steady.") },
  { "dropout", N_("Dropout"),
    N_("While learning, leaves out some values at random, against overfitting. "
       "It does nothing afterwards.") },
  { "relu", N_("ReLU"), N_("Negative values become zero.") },
  { "relu6", N_("ReLU6"), N_("Negative values become zero, values over six become six.") },
  { "leaky-relu", N_("Leaky ReLU"), N_("Negative values are made small rather than zero.") },
  { "elu", N_("ELU"), N_("Negative values bend smoothly towards a floor.") },
  { "selu", N_("SELU"),
    N_("Negative values bend smoothly towards a floor; all are scaled so that their spread stays.") },
  { "softplus", N_("Softplus"), N_("A ReLU with a smooth bend.") },
  { "hard-swish", N_("Hard swish"),
    N_("Lets large values pass, makes negative ones zero and bends in between.") },
  { "hard-sigmoid", N_("Hard sigmoid"), N_("Squeezes values between 0 and 1 along a straight line.") },
  { "clip", N_("Clipping"), N_("Holds every value between two bounds.") },
  { "exp", N_("Exponential"), N_("Raises e to the power of every value.") },
  { "log", N_("Logarithm"), N_("Takes the logarithm of every value.") },
  { "sqrt", N_("Square root"), N_("Takes the square root of every value.") },
  { "erf", N_("Error function"), N_("Squeezes every value between −1 and 1: a part of GELU.") },
  { "abs", N_("Absolute value"), N_("Drops the sign of every value.") },
  { "negate", N_("Negation"), N_("Turns the sign of every value.") },
  { "reciprocal", N_("Reciprocal"), N_("Divides 1 by every value.") },
  { "floor", N_("Rounding down"), N_("Rounds every value down to a whole number.") },
  { "ceil", N_("Rounding up"), N_("Rounds every value up to a whole number.") },
  { "round", N_("Rounding"), N_("Rounds every value to the nearest whole number.") },
  { "truncate", N_("Rounding towards zero"), N_("Drops what follows the decimal point.") },
  { "half", N_("Half precision"), N_("Rounds every value to the 16 bits of half precision.") },
  { "nonzero", N_("Not zero"), N_("1 where a value is not zero, 0 where it is.") },
  { "sigmoid", N_("Sigmoid"), N_("Squeezes every value between 0 and 1.") },
  { "tanh", N_("Tanh"), N_("Squeezes every value between −1 and 1.") },
  { "maxout", N_("Maxout"), N_("The largest of neighbouring maps wins.") },
  { "softmax", N_("Softmax"), N_("Turns the outputs into probabilities that add up to 1.") },
  { "add", N_("Addition"),
    N_("Adds two paths, value by value: the shortcut of a residual block.") },
  { "concat", N_("Concatenation"), N_("Puts the maps of several paths one behind the other.") },
  { "flatten", N_("Flatten"), N_("Lays all maps out in one long row.") },
  { "upsample", N_("Upsampling"), N_("Enlarges the maps.") },
  { "fake-quant", N_("Rounding to levels"),
    N_("Rounds values to the few levels that small integers have.") },
  { "constant", N_("Constant"), N_("Fixed numbers of the network: no picture changes them.") },
  { "sum", N_("Sum"), N_("Adds two inputs, value by value.") },
  { "difference", N_("Difference"), N_("Takes one input off the other, value by value.") },
  { "product", N_("Product"),
    N_("Multiplies two inputs, value by value: one can open and close the maps of the other.") },
  { "quotient", N_("Quotient"), N_("Divides one input by the other, value by value.") },
  { "power", N_("Power"), N_("Raises one input to the power of the other, value by value.") },
  { "maximum", N_("Maximum"), N_("The larger of two inputs, value by value.") },
  { "minimum", N_("Minimum"), N_("The smaller of two inputs, value by value.") },
  { "prelu", N_("PReLU"), N_("Negative values are made small by slopes that were learned.") },
  { "matmul", N_("Matrix product"),
    N_("Every output weighs a whole row of one input by a column of the other.") },
  { "reduce-mean", N_("Mean"), N_("Replaces values along some axes by their mean.") },
  { "reduce-sum", N_("Sum along axes"), N_("Adds up the values along some axes.") },
  { "reduce-max", N_("Largest along axes"), N_("Keeps the largest value along some axes.") },
  { "reduce-min", N_("Smallest along axes"), N_("Keeps the smallest value along some axes.") },
  { "reduce-product", N_("Product along axes"), N_("Multiplies the values along some axes.") },
  { "reduce-l1", N_("L1 norm"), N_("Adds up the sizes of the values along some axes.") },
  { "reduce-l2", N_("L2 norm"), N_("The length of the values along some axes, seen as an arrow.") },
  { "reduce-sum-square", N_("Sum of squares"), N_("Adds up the squares of the values along some axes.") },
  { "reduce-log-sum-exp", N_("Soft maximum"),
    N_("A smooth largest value along some axes: the logarithm of the sum of exponentials.") },
  { "reshape", N_("Reshaping"), N_("The same values in rows of another length.") },
  { "transpose", N_("Transposition"), N_("The same values with their axes in another order.") },
  { "slice", N_("Slice"), N_("Keeps a part of the values.") },
  { "pad", N_("Padding"), N_("Adds a border around the values.") },
  { "gather", N_("Selection"), N_("Picks values by their numbers in the row.") },
  { "resize", N_("Resizing"), N_("Maps of another height and width.") },
  { "conv-transpose", N_("Transposed convolution"),
    N_("Every value spreads a small filter over a larger map: a convolution the other way round.") },
  { "instance-norm", N_("Instance normalization"),
    N_("Brings each map of each picture to a common scale.") },
  { "lrn", N_("Local response normalization"),
    N_("Makes a value smaller where neighbouring maps are strong at the same place.") },
};

static const Text *
text_of (NnGraph *graph,
         NnNode   node)
{
  const char *op = nn_graph_node_op_name (graph, node);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (texts[i].op, op))
      return &texts[i];

  return NULL;
}

/**
 * cvr_layer_title:
 *
 * Returns: (transfer none): the layer's kind in the user's language
 */
const char *
cvr_layer_title (NnGraph *graph,
                 NnNode   node)
{
  const Text *text = text_of (graph, node);

  return text != NULL ? _(text->title) : nn_graph_node_op_name (graph, node);
}

/**
 * cvr_layer_dup_explanation:
 *
 * Returns: (transfer full): what such a layer does, in one sentence
 */
char *
cvr_layer_dup_explanation (NnGraph *graph,
                           NnNode   node)
{
  const Text *text = text_of (graph, node);

  return g_strdup (text != NULL ? _(text->explanation) : "");
}

static char *
stencil_formula (const NnStencil *stencil,
                 const NnShape   *in,
                 gboolean         ceil_mode)
{
  g_autoptr (GString) formula = g_string_new (NULL);
  gboolean square = in->dims[2] == in->dims[3] && stencil->kernel[0] == stencil->kernel[1]
                    && stencil->stride[0] == stencil->stride[1]
                    && stencil->dilation[0] == stencil->dilation[1]
                    && stencil->pad[0] + stencil->pad[2] == stencil->pad[1] + stencil->pad[3];

  for (guint axis = 0; axis < (square ? 1 : 2); axis++)
    {
      guint32 reach = stencil->dilation[axis] * (stencil->kernel[axis] - 1) + 1;
      guint32 out = 0;

      if (!nn_stencil_out (stencil, axis, in->dims[2 + axis], ceil_mode, &out))
        return NULL;
      if (axis > 0)
        g_string_append (formula, "\n");
      g_string_append_printf (formula, "%s(%u + %u + %u − %u) / %u%s + 1 = %u",
                              ceil_mode ? "⌈" : "⌊", in->dims[2 + axis], stencil->pad[axis],
                              stencil->pad[2 + axis], reach, stencil->stride[axis],
                              ceil_mode ? "⌉" : "⌋", out);
    }

  return g_string_free (g_steal_pointer (&formula), FALSE);
}

static char *
flatten_formula (const NnShape *in)
{
  g_autofree char *from = nn_shape_dup_string (in);
  g_autoptr (GString) spaced = g_string_new (from);
  gsize count = 0;

  if (in->rank <= 2 || !nn_shape_count (in, &count))
    return NULL;
  g_string_replace (spaced, "×", " × ", 0);

  return g_strdup_printf ("%s = %'" G_GSIZE_FORMAT, spaced->str, count);
}

/**
 * cvr_layer_dup_size_formula:
 *
 * The output-size formula ⌊(in + before + after − reach) / stride⌋ + 1 with this layer's numbers, a
 * line an axis where the axes differ.
 *
 * Returns: (transfer full) (nullable): the formula; %NULL where the size stays as it is
 */
char *
cvr_layer_dup_size_formula (NnGraph *graph,
                            NnNode   node)
{
  const NnAttrs *attrs = nn_graph_node_attrs (graph, node);
  NnShape in;

  if (nn_graph_node_n_inputs (graph, node) == 0)
    return NULL;
  in = nn_graph_node_shape (graph, nn_graph_node_input (graph, node, 0));

  switch (nn_graph_node_kind (graph, node))
    {
    case NN_OP_CONV:
      return stencil_formula (&attrs->conv.stencil, &in, FALSE);
    case NN_OP_POOL:
      return stencil_formula (&attrs->pool.stencil, &in, attrs->pool.ceil_mode);
    case NN_OP_FLATTEN:
    case NN_OP_DENSE:
      return flatten_formula (&in);
    default:
      return NULL;
    }
}

/**
 * cvr_layer_dup_parameter_formula:
 *
 * Returns: (transfer full) (nullable): how many numbers the layer learns, worked out; %NULL where
 * it learns none
 */
char *
cvr_layer_dup_parameter_formula (NnGraph *graph,
                                 NnNode   node)
{
  const NnAttrs *attrs = nn_graph_node_attrs (graph, node);
  guint64 total = nn_graph_node_n_values (graph, node);
  NnShape in;

  if (total == 0)
    return NULL;
  in = nn_graph_node_shape (graph, nn_graph_node_input (graph, node, 0));

  switch (nn_graph_node_kind (graph, node))
    {
    case NN_OP_CONV:
      {
        const NnConvSpec *conv = &attrs->conv;
        guint32 depth = in.dims[1] / MAX (conv->groups, 1);

        if (conv->bias)
          return g_strdup_printf ("%u × %u × %u × %u + %u = %'" G_GUINT64_FORMAT, conv->filters,
                                  depth, conv->stencil.kernel[0], conv->stencil.kernel[1],
                                  conv->filters, total);
        return g_strdup_printf ("%u × %u × %u × %u = %'" G_GUINT64_FORMAT, conv->filters, depth,
                                conv->stencil.kernel[0], conv->stencil.kernel[1], total);
      }
    case NN_OP_CONV_TRANSPOSE:
      {
        const NnConvTransposeSpec *conv = &attrs->conv_transpose;
        guint32 filters = conv->filters / MAX (conv->groups, 1);

        if (conv->bias)
          return g_strdup_printf ("%u × %u × %u × %u + %u = %'" G_GUINT64_FORMAT, in.dims[1],
                                  filters, conv->stencil.kernel[0], conv->stencil.kernel[1],
                                  conv->filters, total);
        return g_strdup_printf ("%u × %u × %u × %u = %'" G_GUINT64_FORMAT, in.dims[1], filters,
                                conv->stencil.kernel[0], conv->stencil.kernel[1], total);
      }
    case NN_OP_DENSE:
      {
        guint32 units = attrs->dense.units;
        guint64 inputs = (total - (attrs->dense.bias ? units : 0)) / MAX (units, 1);

        if (attrs->dense.bias)
          return g_strdup_printf ("%'" G_GUINT64_FORMAT " × %u + %u = %'" G_GUINT64_FORMAT, inputs,
                                  units, units, total);
        return g_strdup_printf ("%'" G_GUINT64_FORMAT " × %u = %'" G_GUINT64_FORMAT, inputs, units,
                                total);
      }
    default:
      return g_strdup_printf ("%u × 2 = %'" G_GUINT64_FORMAT, in.dims[1], total);
    }
}

/**
 * cvr_layer_dup_count:
 *
 * Returns: (transfer full): @count as people say it
 */
char *
cvr_layer_dup_count (guint64 count)
{
  if (count >= 1000000000)
    return g_strdup_printf ("%.1f G", (double) count / 1e9);
  if (count >= 1000000)
    return g_strdup_printf ("%.1f M", (double) count / 1e6);

  return g_strdup_printf ("%'" G_GUINT64_FORMAT, count);
}
