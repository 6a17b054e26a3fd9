/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks of what only imported ones have, to write as ONNX. */
#include "onnx-import-samples.h"

#include <math.h>

static NnNode
one (NnBuilder *builder,
     NnOpKind   kind,
     NnNode     x,
     NnAttrs    attrs)
{
  return nn_builder_node (builder, kind, &attrs, &x, 1);
}

static NnNode
pair (NnBuilder    *builder,
      NnArithmetic  function,
      NnNode        a,
      NnNode        b)
{
  return nn_builder_node (builder, NN_OP_ARITHMETIC, &(NnAttrs) { .arithmetic = { function } },
                          (NnNode[]) { a, b }, 2);
}

static NnNode
constant (NnBuilder *builder,
          NnShape    shape)
{
  return nn_builder_node (builder, NN_OP_CONSTANT, &(NnAttrs) { .constant = { shape } }, NULL, 0);
}

static NnNode
activate (NnBuilder    *builder,
          NnNode        x,
          NnActivation  function,
          float         alpha,
          float         beta)
{
  return nn_builder_activation (builder, x, (NnActivationSpec) { function, alpha, beta });
}

static NnGraph *
seal (NnBuilder *builder)
{
  g_autoptr (GError) error = NULL;
  NnGraph *graph = nn_builder_seal (builder, &error);

  g_assert_no_error (error);
  nn_builder_free (builder);
  return graph;
}

/* All activations of one value, added up; those that round are outputs alone: where a last bit
 * differs they may differ by a whole step. */
static NnNode
add_activations (NnBuilder *builder,
                 NnNode     x)
{
  NnNode squashed = activate (builder, x, NN_ACTIVATION_SIGMOID, 0, 0), sum = squashed;

  for (guint f = NN_ACTIVATION_HARD_SIGMOID; f < NN_N_ACTIVATIONS; f++)
    {
      gboolean positive =
          f == NN_ACTIVATION_LOG || f == NN_ACTIVATION_SQRT || f == NN_ACTIVATION_RECIPROCAL;
      gboolean selu = f == NN_ACTIVATION_SELU;
      NnNode y = activate (builder, positive ? squashed : x, f, selu ? 1.6732632f : 0.3f,
                           selu ? 1.050701f : 0.6f);

      if (f >= NN_ACTIVATION_FLOOR)
        nn_builder_output (builder, y);
      else
        sum = nn_builder_add (builder, sum, y);
    }
  sum = activate (builder, sum, NN_ACTIVATION_CLIP, -(float) INFINITY, 9);
  sum = activate (builder, sum, NN_ACTIVATION_CLIP, -9, (float) INFINITY);

  return activate (builder, sum, NN_ACTIVATION_CLIP, -(float) INFINITY, (float) INFINITY);
}

/* With constants of several shapes, and of two paths. */
static NnNode
add_arithmetic (NnBuilder *builder,
                NnNode     x)
{
  NnNode base = activate (builder, x, NN_ACTIVATION_SOFTPLUS, 0, 0), y = x;
  NnNode power =
      activate (builder, constant (builder, (NnShape) { 0 }), NN_ACTIVATION_SIGMOID, 0, 0);

  y = pair (builder, NN_ARITHMETIC_MUL, y, constant (builder, (NnShape) { 3, { 6, 1, 1 } }));
  y = pair (builder, NN_ARITHMETIC_SUB, y, constant (builder, nn_shape_maps (1, 5, 1)));
  y = pair (builder, NN_ARITHMETIC_PRELU, y, constant (builder, (NnShape) { 3, { 6, 1, 1 } }));
  y = pair (builder, NN_ARITHMETIC_MAX, y, pair (builder, NN_ARITHMETIC_POW, base, power));
  y = pair (builder, NN_ARITHMETIC_MIN, y,
            nn_builder_global_pool (builder, x, (NnGlobalPoolSpec) { FALSE }));
  base = activate (builder, base, NN_ACTIVATION_EXP, 0, 0);

  return pair (builder, NN_ARITHMETIC_ADD, pair (builder, NN_ARITHMETIC_DIV, y, base), x);
}

/* Norms, windows and padding; the result has 4 channels of 11 × 13. */
static NnNode
add_windows (NnBuilder *builder,
             NnNode     x)
{
  NnConvTransposeSpec spread = {
    { { 3, 2 }, { 2, 2 }, { 1, 1 }, { 1, 0, 0, 1 } }, 4, 2, TRUE, { 0, 1 }
  };
  NnPadSpec around = { { 0, 0, 1, 0 }, { 0, 1, 0, 2 }, NN_PAD_CONSTANT, 0.5f };
  NnSliceSpec cut = { { 0, 4, 9, 1 }, { 1, -1, -1, 2 }, { 1, 4, 10, 6 } };

  x = one (builder, NN_OP_INSTANCE_NORM, x, (NnAttrs) { .instance_norm = { 1e-3f } });
  x = one (builder, NN_OP_LRN, x, (NnAttrs) { .lrn = { 5, 0.3f, 0.75f, 1.5f } });
  x = one (builder, NN_OP_CONV_TRANSPOSE, x, (NnAttrs) { .conv_transpose = spread });
  x = one (builder, NN_OP_PAD, x, (NnAttrs) { .pad = around });
  around = (NnPadSpec) { { 0, 0, 1, 2 }, { 0, 0, 0, 1 }, NN_PAD_REFLECT };
  x = one (builder, NN_OP_PAD, x, (NnAttrs) { .pad = around });
  nn_builder_output (builder, x);
  x = one (builder, NN_OP_SLICE, x, (NnAttrs) { .slice = cut });
  around = (NnPadSpec) { { 0, 0, 0, 3 }, { 0, 0, 1, 0 }, NN_PAD_EDGE };

  return one (builder, NN_OP_PAD, x, (NnAttrs) { .pad = around });
}

/* Attention of every position on every other, twice over. */
static NnNode
add_attention (NnBuilder *builder,
               NnNode     x,
               guint32    channels,
               guint32    positions)
{
  NnTransposeSpec turned = { { 0, 2, 1 } };
  NnNode rows, columns, scores;

  rows = one (builder, NN_OP_RESHAPE, x,
              (NnAttrs) { .reshape = { { 3, { 1, channels, positions } } } });
  columns = one (builder, NN_OP_TRANSPOSE, rows, (NnAttrs) { .transpose = turned });
  columns = nn_builder_node (
      builder, NN_OP_MATMUL, NULL,
      (NnNode[]) { columns, constant (builder, (NnShape) { 2, { channels, 5 } }) }, 2);
  scores = nn_builder_node (builder, NN_OP_MATMUL, NULL, (NnNode[]) { rows, columns }, 2);
  scores = one (builder, NN_OP_SOFTMAX, scores, (NnAttrs) { .softmax = { 2, FALSE } });
  nn_builder_output (builder, scores);

  return one (builder, NN_OP_SOFTMAX, scores, (NnAttrs) { .softmax = { 1, TRUE } });
}

/* Every reduction, side by side. */
static NnNode
add_reductions (NnBuilder *builder,
                NnNode     x)
{
  NnNode parts[NN_N_REDUCES + 1];

  for (guint f = 0; f < NN_N_REDUCES; f++)
    parts[f] = one (builder, NN_OP_REDUCE, x, (NnAttrs) { .reduce = { f, 1 << 2, FALSE } });
  parts[NN_N_REDUCES] =
      one (builder, NN_OP_REDUCE, parts[0], (NnAttrs) { .reduce = { NN_REDUCE_L1, 0, TRUE } });

  return nn_builder_node (builder, NN_OP_CONCAT, &(NnAttrs) { .concat = { 1 } }, parts,
                          NN_N_REDUCES + 1);
}

NnGraph *
onnx_import_sample_batch (const char *unused)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (6, 5, 5)), picked;

  nn_builder_output (builder, add_activations (builder, x));
  x = add_arithmetic (builder, x);
  nn_builder_output (builder, x);
  x = add_windows (builder, x);
  nn_builder_output (builder, x);
  x = add_attention (builder, x, 4, 11 * 9);
  nn_builder_output (builder, x);
  x = add_reductions (builder, x);
  picked = one (builder, NN_OP_RESHAPE, x, (NnAttrs) { .reshape = { { 3, { 1, 1, 40 } } } });
  nn_builder_output (builder, picked);
  picked = nn_builder_node (builder, NN_OP_GATHER, &(NnAttrs) { .gather = { 1 } },
                            (NnNode[]) { x, constant (builder, (NnShape) { 2, { 2, 3 } }) }, 2);
  nn_builder_output (builder, picked);

  return seal (builder);
}

NnGraph *
onnx_import_sample_single (const char *unused)
{
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, (NnShape) { 3, { 4, 3, 2 } }), y, index;
  NnTransposeSpec turned = { { 2, 0, 1 } };
  NnSliceSpec cut = { { 1, 0, 0 }, { 2, 1, 1 }, { 2, 3, 2 } };
  NnNode halves[2];

  y = one (builder, NN_OP_TRANSPOSE, x, (NnAttrs) { .transpose = turned });
  nn_builder_output (builder, y);
  halves[0] = one (builder, NN_OP_SLICE, x, (NnAttrs) { .slice = cut });
  halves[1] = x;
  y = nn_builder_node (builder, NN_OP_CONCAT, &(NnAttrs) { .concat = { 0 } }, halves, 2);
  nn_builder_output (builder, y);
  y = one (builder, NN_OP_RESHAPE, y, (NnAttrs) { .reshape = { { 4, { 2, 3, 3, 2 } } } });
  y = nn_builder_conv (builder, y, (NnConvSpec) { nn_stencil (3, 1, 1), 2, 1, TRUE });
  nn_builder_output (builder, y);
  y = nn_builder_flatten (builder, y);
  index = nn_builder_input (builder, (NnShape) { 1, { 3 } });
  index = activate (builder, index, NN_ACTIVATION_NONZERO, 0, 0);
  y = nn_builder_node (builder, NN_OP_GATHER, &(NnAttrs) { .gather = { 0 } }, (NnNode[]) { y, index },
                       2);
  nn_builder_output (builder, y);
  y = one (builder, NN_OP_REDUCE, y, (NnAttrs) { .reduce = { NN_REDUCE_SUM, 3, FALSE } });
  nn_builder_output (builder, y);
  nn_builder_output (builder, nn_builder_flatten (builder, y));

  return seal (builder);
}

NnGraph *
onnx_import_sample_resize (const char *unused)
{
  static const guint32 sizes[][2] = { { 8, 10 }, { 3, 4 }, { 11, 7 } };
  NnBuilder *builder = nn_builder_new ();
  NnNode x = nn_builder_input (builder, nn_shape_maps (2, 5, 6));

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint mode = 0; mode <= NN_RESIZE_CUBIC; mode++)
      for (guint grid = 0; grid <= NN_RESIZE_CROP; grid++)
        {
          NnResizeSpec spec = {
            { sizes[i][0], sizes[i][1] },
            { (float) sizes[i][0] / 5, (float) sizes[i][1] / 6 },
            mode,
            grid,
            (i + grid) % 4,
            -0.75f,
            i == 1,
            { 0.1f, -0.2f, 0.9f, 1.1f },
            2,
          };

          if (grid == NN_RESIZE_CROP)
            for (guint axis = 0; axis < 2; axis++)
              spec.scale[axis] /= spec.roi[2 + axis] - spec.roi[axis];
          nn_builder_output (builder, one (builder, NN_OP_RESIZE, x, (NnAttrs) { .resize = spec }));
        }

  return seal (builder);
}
