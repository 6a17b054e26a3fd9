/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sparse weights: every geometry computes what the definition says, on every instruction set. */
#include "cvr-rng.h"
#include "nn-sparse-loops.h"
#include "nn-sparse.h"

#include <glib.h>
#include <math.h>
#include <string.h>

/* Sums of up to some hundred products of numbers below 1, rounded in another order. */
#ifdef NN_DOUBLE
static const double tolerance = 1e-12;
#else
static const double tolerance = 1e-4;
#endif

static nn_real *
filled (CvrRng *rng,
        gsize   n,
        double  zeros)
{
  nn_real *values = g_new (nn_real, n);

  for (gsize i = 0; i < n; i++)
    values[i] = cvr_rng_uniform (rng) < zeros ? 0 : (nn_real) cvr_rng_between (rng, -1, 1);

  return values;
}

/* One output by the definition. */
static double
plain_output (const NnSparseConv *conv,
              const nn_real      *x,
              const nn_real      *weights,
              gsize               image,
              gsize               k,
              gsize               p,
              gsize               q)
{
  const NnWindow *w = &conv->window;
  gsize width = conv->channels / conv->groups, first = k / (conv->filters / conv->groups) * width;
  double sum = 0;

  for (gsize c = 0; c < width; c++)
    for (gsize r = 0; r < w->kernel[0]; r++)
      for (gsize s = 0; s < w->kernel[1]; s++)
        {
          gssize v = (gssize) (p * w->stride[0] + r * w->dilation[0]) - (gssize) w->before[0];
          gssize u = (gssize) (q * w->stride[1] + s * w->dilation[1]) - (gssize) w->before[1];
          gsize at = ((k * width + c) * w->kernel[0] + r) * w->kernel[1] + s;

          if (v >= 0 && u >= 0 && (gsize) v < w->height && (gsize) u < w->width)
            sum += (double) weights[at] *
                   (double) x[((image * conv->channels + first + c) * w->height + (gsize) v) *
                                w->width + (gsize) u];
        }

  return sum;
}

/* [n, a, b] to [n, b, a] */
static nn_real *
turned (const nn_real *x,
        gsize          n,
        gsize          a,
        gsize          b)
{
  nn_real *y = g_new (nn_real, n * a * b);

  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < a; j++)
      for (gsize k = 0; k < b; k++)
        y[(i * b + k) * a + j] = x[(i * a + j) * b + k];

  return y;
}

static void
check_conv (CvrRng             *rng,
            const NnSparseConv *conv,
            double              zeros)
{
  const NnWindow *w = &conv->window;
  gsize n_weights = conv->filters * (conv->channels / conv->groups) * w->kernel[0] * w->kernel[1];
  gsize map = w->height * w->width, out_map = w->out_height * w->out_width, bytes, n_out;
  g_autofree nn_real *weights = filled (rng, n_weights, zeros);
  g_autofree nn_real *x = filled (rng, conv->images * conv->channels * map, 0);
  g_autofree nn_real *x_last = turned (x, conv->images, conv->channels, map);
  g_autofree nn_real *bias = filled (rng, conv->filters, 0);
  g_autofree nn_real *planes = NULL, *scratch = NULL, *y = NULL, *y_last = NULL, *back = NULL;
  g_autofree void *memory = NULL;
  NnSparsePlanes sizes;
  NnSparse sparse;

  n_out = conv->images * conv->filters * out_map;
  g_assert_true (nn_sparse_planes (conv, &sizes));
  g_assert_true (nn_sparse_pack_size (conv->filters, nn_sparse_count (n_weights, weights), &bytes));
  memory = g_malloc (bytes);
  planes = g_new (nn_real, sizes.size);
  scratch = g_new (nn_real, sizes.positions);
  y = g_new (nn_real, n_out);
  y_last = g_new (nn_real, n_out);
  nn_sparse_pack_conv (conv, weights, memory, &sparse);

  /* In two pieces each, as threads would. */
  memset (planes, 0xff, sizes.size * sizeof *planes);
  nn_sparse_lay_out (conv, x, false, 0, conv->channels / 2, planes);
  nn_sparse_lay_out (conv, x, false, conv->channels / 2, conv->channels, planes);
  nn_sparse_conv_rows (conv, &sparse, planes, bias, true, false, 0, conv->filters / 2, y, scratch);
  nn_sparse_conv_rows (conv, &sparse, planes, bias, true, false, conv->filters / 2, conv->filters,
                       y, scratch);
  for (gsize i = 0; i < conv->images; i++)
    for (gsize k = 0; k < conv->filters; k++)
      for (gsize p = 0; p < out_map; p++)
        {
          double sum = (double) bias[k] + plain_output (conv, x, weights, i, k, p / w->out_width,
                                                        p % w->out_width);
          double y_here = (double) y[(i * conv->filters + k) * out_map + p];

          g_assert_cmpfloat (fabs (y_here - MAX (sum, 0)), <, tolerance);
        }

  if (nn_sparse_needs_no_planes (conv, false))
    {
      nn_sparse_conv_rows (conv, &sparse, x, bias, true, true, 0, conv->filters, y_last, scratch);
      g_free (back);
      back = turned (y_last, conv->images, out_map, conv->filters);
      g_assert_cmpmem (back, n_out * sizeof *back, y, n_out * sizeof *y);
    }
  nn_sparse_lay_out (conv, x_last, true, 0, conv->channels, planes);
  nn_sparse_conv_rows (conv, &sparse, planes, bias, true, true, 0, conv->filters, y_last, scratch);
  g_free (back);
  back = turned (y_last, conv->images, out_map, conv->filters);
  g_assert_cmpmem (back, n_out * sizeof *back, y, n_out * sizeof *y);
}

/* Random kernels, strides, dilations, paddings on both sides, groups, images; with nothing, some
 * and all weights zero. */
static void
test_geometries (void)
{
  guint64 seed = 20240613;
  CvrRng rng = cvr_rng_new (seed, 0);

  g_test_message ("seed %lu", (gulong) seed);
  for (guint i = 0; i < 300; i++)
    {
      NnSparseConv conv = { .images = 1 + cvr_rng_below (&rng, 3) };
      NnWindow *w = &conv.window;

      conv.groups = 1 + cvr_rng_below (&rng, 2);
      conv.channels = conv.groups * (1 + cvr_rng_below (&rng, 4));
      conv.filters = conv.groups * (1 + cvr_rng_below (&rng, 4));
      w->height = 1 + cvr_rng_below (&rng, 12);
      w->width = 1 + cvr_rng_below (&rng, 24);
      for (guint axis = 0; axis < 2; axis++)
        {
          gsize in = axis == 0 ? w->height : w->width, covered;

          w->stride[axis] = 1 + cvr_rng_below (&rng, 3);
          w->dilation[axis] = 1 + cvr_rng_below (&rng, 2);
          w->before[axis] = cvr_rng_below (&rng, 4);
          w->after[axis] = cvr_rng_below (&rng, 4);
          covered = in + w->before[axis] + w->after[axis];
          w->kernel[axis] = 1 + cvr_rng_below (&rng, MIN (5, 1 + (covered - 1) / 2));
          covered = (covered - (w->kernel[axis] - 1) * w->dilation[axis] - 1) / w->stride[axis] + 1;
          if (axis == 0)
            w->out_height = covered;
          else
            w->out_width = covered;
        }
      check_conv (&rng, &conv, i % 10 == 0 ? 1 : i % 10 == 1 ? 0 : 0.7);
    }
}

/* Nothing to lay out: the picture itself is read. */
static void
test_pointwise (void)
{
  CvrRng rng = cvr_rng_new (9, 0);
  NnSparseConv conv = { .window = { 8, 12, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0, 0 }, { 0, 0 }, 8,
                                    12 },
                        .channels = 20, .filters = 7, .groups = 1, .images = 1 };

  g_assert_true (nn_sparse_needs_no_planes (&conv, false));
  g_assert_false (nn_sparse_needs_no_planes (&conv, true));
  check_conv (&rng, &conv, 0.8);
  conv.images = 2;
  g_assert_false (nn_sparse_needs_no_planes (&conv, false));
  check_conv (&rng, &conv, 0.8);
}

static void
test_dense (void)
{
  guint64 seed = 77;
  CvrRng rng = cvr_rng_new (seed, 0);
  const gsize batches[] = { 1, 3, 8, 21, 130 };

  g_test_message ("seed %lu", (gulong) seed);
  for (guint b = 0; b < G_N_ELEMENTS (batches); b++)
    {
      gsize batch = batches[b], rows = 9, columns = 83, bytes;
      g_autofree nn_real *weights = filled (&rng, rows * columns, 0.8);
      g_autofree nn_real *x = filled (&rng, batch * columns, 0);
      g_autofree nn_real *bias = filled (&rng, rows, 0);
      g_autofree nn_real *y = g_new (nn_real, batch * rows);
      g_autofree nn_real *scratch = NULL;
      g_autofree void *memory = NULL;
      NnSparse sparse;

      g_assert_true (nn_sparse_pack_size (rows, nn_sparse_count (rows * columns, weights), &bytes));
      memory = g_malloc (bytes);
      nn_sparse_pack_dense (rows, columns, weights, memory, &sparse);
      scratch = g_new (nn_real, MAX (nn_sparse_dense_scratch (&sparse, columns, batch), 1));
      nn_sparse_dense (&sparse, columns, batch, x, bias, false, y, scratch);
      for (gsize i = 0; i < batch; i++)
        for (gsize k = 0; k < rows; k++)
          {
            double sum = (double) bias[k];

            for (gsize c = 0; c < columns; c++)
              sum += (double) weights[k * columns + c] * (double) x[i * columns + c];
            g_assert_cmpfloat (fabs ((double) y[i * rows + k] - sum), <, tolerance);
          }
    }
}

/* Every copy of the loops that this processor can run, against the plain one, at every length. */
static void
test_instruction_sets (void)
{
  static const char *const names[] = { "plain", "avx2", "avx512" };
  CvrRng rng = cvr_rng_new (5, 0);
  g_autofree nn_real *x = filled (&rng, 4096, 0);
  g_autofree nn_real *value = filled (&rng, 100, 0);
  uint32_t offset[100];

  for (guint i = 0; i < 100; i++)
    offset[i] = cvr_rng_below (&rng, 3000);

  for (guint set = 0; set < G_N_ELEMENTS (names); set++)
    {
      const NnSparseLoops *loops = nn_sparse_loops_named (names[set]);

      if (loops == NULL)
        {
          g_test_message ("%s: not on this processor", names[set]);
          continue;
        }
      for (gsize n = 0; n < 300; n++)
        {
          nn_real y[301] = { 0 };
          double sum = 0;

          y[n] = 42;
          loops->sum_shifted (n % 101, offset, value, 1, n, x, y);
          g_assert_cmpfloat (y[n], ==, 42);
          for (gsize p = 0; p < n; p++)
            {
              double expected = 0;

              for (gsize i = 0; i < n % 101; i++)
                expected += (double) value[i] * (double) x[offset[i] + p];
              g_assert_cmpfloat (fabs ((double) y[p] - expected), <, tolerance);
            }
          for (gsize i = 0; i < n % 101; i++)
            sum += (double) value[i] * (double) x[offset[i]];
          g_assert_cmpfloat (
            fabs ((double) loops->sum_gathered (n % 101, offset, value, x) - sum), <, tolerance);
        }
    }
}

static void
test_sizes (void)
{
  NnSparseConv huge = { .window = { .height = 1 << 16, .width = 1 << 16, .kernel = { 1, 1 },
                                    .stride = { 1, 1 }, .dilation = { 1, 1 },
                                    .out_height = 1 << 16, .out_width = 1 << 16 },
                        .channels = 2, .filters = 1, .groups = 1, .images = 1 };
  NnSparsePlanes planes;
  gsize bytes;

  g_assert_false (nn_sparse_planes (&huge, &planes));
  g_assert_false (nn_sparse_pack_size (1, (gsize) UINT32_MAX + 1, &bytes));
  g_assert_false (nn_sparse_pack_size (SIZE_MAX / 2, 1, &bytes));
  g_assert_true (nn_sparse_pack_size (1, 0, &bytes));
  g_assert_cmpfloat (nn_sparse_dense_pays (512, 4096, 1), <, nn_sparse_dense_pays (128, 800, 1));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/sparse/convolutions-match-the-definition", test_geometries);
  g_test_add_func ("/kernels/sparse/pointwise-reads-the-picture-itself", test_pointwise);
  g_test_add_func ("/kernels/sparse/dense-layers-match-the-definition", test_dense);
  g_test_add_func ("/kernels/sparse/instruction-sets-agree", test_instruction_sets);
  g_test_add_func ("/kernels/sparse/sizes-are-checked", test_sizes);

  return g_test_run ();
}
