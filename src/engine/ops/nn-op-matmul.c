/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matrix product of two nodes, over the last two axes. */
#include "nn-gemm.h"
#include "nn-walk.h"

#include <glib/gi18n-lib.h>

/* An operand as matrices: a lone axis counts as a row on the left and as a column on the right. */
static NnShape
as_matrices (const NnShape *shape,
             gboolean       left)
{
  if (shape->rank != 1)
    return *shape;

  return left ? (NnShape) { 2, { 1, shape->dims[0] } } : (NnShape) { 2, { shape->dims[0], 1 } };
}

static guint32
leading_extent (const NnShape *shape,
                guint          rank,
                guint          axis)
{
  return axis + shape->rank < rank ? 1 : shape->dims[axis + shape->rank - rank];
}

static gboolean
infer (const NnOpNode  *node,
       NnShape         *out,
       GError         **error)
{
  NnShape a = as_matrices (&node->in[0], TRUE), b = as_matrices (&node->in[1], FALSE);
  guint32 rank = MAX (a.rank, b.rank);
  gboolean fits = a.rank >= 2 && b.rank >= 2 && a.dims[a.rank - 1] == b.dims[b.rank - 2];

  *out = (NnShape) { rank };
  for (guint i = 0; fits && i < rank - 2; i++)
    {
      guint32 from_a = leading_extent (&a, rank, i), from_b = leading_extent (&b, rank, i);

      fits &= from_a == from_b || from_a == 1 || from_b == 1;
      out->dims[i] = from_a == 1 ? from_b : from_a;
    }

  if (!fits)
    {
      g_autofree char *left = nn_shape_dup_string (&node->in[0]);
      g_autofree char *right = nn_shape_dup_string (&node->in[1]);

      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("Node “%s”: a matrix product of %s and %s does not exist."), node->name, left,
                   right);
      return FALSE;
    }

  out->rank = rank - 2;
  if (node->in[0].rank > 1)
    out->dims[out->rank++] = a.dims[a.rank - 2];
  if (node->in[1].rank > 1)
    out->dims[out->rank++] = b.dims[b.rank - 1];

  return TRUE;
}

static guint64
flops (const NnOpNode *node)
{
  return 2 * (guint64) nn_op_count (&node->out) * node->in[0].dims[node->in[0].rank - 1];
}

/* Whether the first axis of input @i becomes the result's and is not summed over. */
static gboolean
keeps_first (const NnOpNode *node,
             guint           i)
{
  const NnShape *in = &node->in[i], *other = &node->in[1 - i];
  guint32 least = i == 0 ? 2 : 3; /* the right one's second last axis is summed over */

  return in->rank >= least && in->rank >= other->rank && in->dims[0] == node->out.dims[0];
}

static gboolean
mixes_items (const NnOpNode *node)
{
  for (guint i = 0; i < 2; i++)
    if ((node->shared >> i & 1) == 0 && !keeps_first (node, i))
      return TRUE;

  return FALSE;
}

/**
 * Product:
 * @m, @n, @k: one product is [m, k]·[k, n]
 * @walk: the products of a batch; steps of the result and of both inputs in matrices
 * @rows: rows of the left matrix that one piece of work takes
 * @blocks: such pieces in one product
 *
 * Where the right matrix is the same for all and the left ones lie behind each other, they are one
 * tall matrix.
 */
typedef struct
{
  gsize m, n, k;
  NnWalk walk;
  gsize rows, blocks;
} Product;

/* The axes before the last two as those of a tensor of matrices. */
static NnAxes
leading_axes (const NnShape *shape,
              gboolean       left,
              const NnShape *out,
              guint          batch,
              gboolean       shared)
{
  NnShape outer = as_matrices (shape, left);
  NnAxes axes;

  outer.rank -= 2;
  axes = nn_axes_of (&outer, batch, shared, FALSE);

  return nn_axes_broadcast (&axes, out);
}

/* How many rows of @cost multiplications each make a piece: about a million in all, but enough rows
 * for the matrix library to be at its best. */
static gsize
rows_for (gsize cost)
{
  return MAX ((1 << 20) / cost, 32);
}

static Product
product_of (const NnOpRun *run)
{
  const NnOpNode *node = &run->node;
  NnShape a = as_matrices (&node->in[0], TRUE), b = as_matrices (&node->in[1], FALSE);
  NnShape outer = { MAX (a.rank, b.rank) - 2 };
  Product product = { a.dims[a.rank - 2], b.dims[b.rank - 1], a.dims[a.rank - 1] };
  NnAxes left, right, result;

  for (guint i = 0; i < outer.rank; i++)
    outer.dims[i] = node->out.dims[i];
  left = leading_axes (&node->in[0], TRUE, &outer, run->batch, run->shared[0]);
  right = leading_axes (&node->in[1], FALSE, &outer, run->batch, run->shared[1]);
  result = nn_axes_of (&outer, run->batch, FALSE, FALSE);
  for (guint i = 0; i < result.n; i++)
    nn_walk_add (&product.walk, result.extent[i],
                 (gssize[]) { result.step[i], left.step[i], right.step[i] });

  if (product.walk.n_axes == 1 && product.walk.step[0][1] == 1 && product.walk.step[0][2] == 0 &&
      product.walk.extent[0] * product.m <= G_MAXINT32)
    {
      product.m *= product.walk.extent[0];
      product.walk = (NnWalk) { 0 };
    }
  product.rows = MIN (rows_for (product.n * product.k), product.m);
  product.blocks = (product.m + product.rows - 1) / product.rows;

  return product;
}

/* Where product @index starts in the result and in both inputs, in values. */
static void
places_of (const Product *product,
           gsize          index,
           gssize         places[NN_WALK_TENSORS])
{
  gsize inner = nn_walk_inner (&product->walk);
  gsize sizes[] = { product->m * product->n, product->m * product->k, product->k * product->n };
  guint last = product->walk.n_axes > 0 ? product->walk.n_axes - 1 : 0;

  for (guint i = 0; i < NN_WALK_TENSORS; i++)
    places[i] = (gssize) (index % inner) * product->walk.step[last][i];
  nn_walk_places (&product->walk, index / inner, places);
  for (guint i = 0; i < NN_WALK_TENSORS; i++)
    places[i] *= (gssize) sizes[i];
}

/* Items are pieces. */
static void
forward_range (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  Product product = product_of (run);

  for (gsize piece = from; piece < to; piece++)
    {
      gsize row = piece % product.blocks * product.rows;
      gssize places[NN_WALK_TENSORS];

      places_of (&product, piece / product.blocks, places);
      nn_gemm (&(NnGemm) { .m = MIN (product.rows, product.m - row),
                          .n = product.n,
                          .k = product.k,
                          .a = run->x[0] + places[1] + row * product.k,
                          .lda = product.k,
                          .b = run->x[1] + places[2],
                          .ldb = product.n,
                          .c = run->y + places[0] + row * product.n,
                          .ldc = product.n });
    }
}

static void
forward (const NnOpRun *run)
{
  Product product = product_of (run);

  nn_op_run_ranges (run, nn_walk_count (&product.walk) * product.blocks,
                    product.rows * product.n * product.k / 16, forward_range);
}

/* The products that read matrix @index of input @i, as a walk of their own, and where they start.
 */
static NnWalk
readers_of (const Product *product,
            guint          i,
            gsize          index,
            gssize         places[NN_WALK_TENSORS])
{
  NnWalk own = { 0 }, readers = { 0 };
  gsize inner;

  for (guint axis = 0; axis < product->walk.n_axes; axis++)
    nn_walk_add (product->walk.step[axis][1 + i] != 0 ? &own : &readers, product->walk.extent[axis],
                 product->walk.step[axis]);

  inner = nn_walk_inner (&own);
  for (guint j = 0; j < NN_WALK_TENSORS; j++)
    places[j] = (gssize) (index % inner) * own.step[own.n_axes > 0 ? own.n_axes - 1 : 0][j];
  nn_walk_places (&own, index / inner, places);

  return readers;
}

static gsize
n_matrices (const Product *product,
            guint          i)
{
  gsize n = 1;

  for (guint axis = 0; axis < product->walk.n_axes; axis++)
    n *= product->walk.step[axis][1 + i] != 0 ? product->walk.extent[axis] : 1;

  return n;
}

/* dA = dY·Bᵀ over rows of A and dB = Aᵀ·dY over rows of B (columns of A), added up over the
 * products that read the matrix. */
static void
multiply_back (const NnOpRun *run,
               const Product *product,
               guint          i,
               const gssize   places[NN_WALK_TENSORS],
               gsize          row,
               gsize          rows,
               gboolean       add)
{
  const nn_real *dy = run->dy + places[0] * (gssize) (product->m * product->n);
  const nn_real *a = run->x[0] + places[1] * (gssize) (product->m * product->k);
  const nn_real *b = run->x[1] + places[2] * (gssize) (product->k * product->n);
  gsize n = product->n, k = product->k;
  nn_real beta = add ? 1 : 0;

  if (i == 0)
    nn_gemm (&(NnGemm) { .m = rows,
                        .n = k,
                        .k = n,
                        .a = dy + row * n,
                        .lda = n,
                        .b = b,
                        .ldb = n,
                        .transpose_b = TRUE,
                        .beta = beta,
                        .c = run->dx[0] + places[1] * (gssize) (product->m * k) + row * k,
                        .ldc = k });
  else
    nn_gemm (&(NnGemm) { .m = rows,
                        .n = n,
                        .k = product->m,
                        .a = a + row,
                        .lda = k,
                        .transpose_a = TRUE,
                        .b = dy,
                        .ldb = n,
                        .beta = beta,
                        .c = run->dx[1] + places[2] * (gssize) (k * n) + row * n,
                        .ldc = n });
}

/* Rows of one matrix of input @i that a piece takes, and the pieces of the matrix. */
static gsize
rows_of (const Product *product,
         guint          i,
         gsize         *blocks)
{
  gsize height = i == 0 ? product->m : product->k;
  gsize rows = i == 0 ? product->rows : MIN (rows_for (product->n * product->m), height);

  *blocks = (height + rows - 1) / rows;

  return rows;
}

/* Items are pieces of the matrices of input @i. */
static void
backward_input (const NnOpRun *run,
                guint          i,
                gsize          from,
                gsize          to)
{
  Product product = product_of (run);
  gsize blocks, rows = rows_of (&product, i, &blocks);
  gsize height = i == 0 ? product.m : product.k;

  for (gsize piece = from; piece < to; piece++)
    {
      gsize row = piece % blocks * rows;
      gssize start[NN_WALK_TENSORS];
      NnWalk readers = readers_of (&product, i, piece / blocks, start);
      const gssize *step = readers.step[readers.n_axes > 0 ? readers.n_axes - 1 : 0];
      gsize inner = nn_walk_inner (&readers);

      for (gsize reader = 0; reader < nn_walk_count (&readers); reader++)
        {
          gssize places[NN_WALK_TENSORS];

          for (guint j = 0; j < NN_WALK_TENSORS; j++)
            places[j] = start[j] + (gssize) (reader % inner) * step[j];
          nn_walk_places (&readers, reader / inner, places);
          multiply_back (run, &product, i, places, row, MIN (rows, height - row),
                         run->add[i] || reader > 0);
        }
    }
}

static void
backward_left (const NnOpRun *run,
               gsize          from,
               gsize          to)
{
  backward_input (run, 0, from, to);
}

static void
backward_right (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  backward_input (run, 1, from, to);
}

static void
backward (const NnOpRun *run)
{
  static const NnRangeFunc funcs[] = { backward_left, backward_right };
  Product product = product_of (run);

  for (guint i = 0; i < 2; i++)
    {
      gsize blocks, rows = rows_of (&product, i, &blocks);

      if (run->dx[i] != NULL)
        nn_op_run_ranges (run, n_matrices (&product, i) * blocks,
                          rows * product.n * (i == 0 ? product.k : product.m) / 16, funcs[i]);
    }
}

const NnOp nn_op_matmul = {
  .stem = "matmul",
  .min_inputs = 2,
  .max_inputs = 2,
  .flags = NN_OP_WHOLE | NN_OP_SHARED_INPUTS,
  .infer = infer,
  .flops = flops,
  .mixes_items = mixes_items,
  .forward = forward,
  .backward = backward,
};
