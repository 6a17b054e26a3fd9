/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From which part of zeros on the sparse loops beat a dense product: the constants in nn-sparse.c.
 * One thread; each line the best of several runs. */
#include "cvr-rng.h"
#include "nn-gemm.h"
#include "nn-im2col.h"
#include "nn-sparse.h"

#include <glib.h>

static const double parts[] = { 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98 };

typedef struct
{
  const char *name;
  gsize       channels, filters, side, kernel, images;
} Layer;

static const Layer layers[] = {
  { "1x1 64>64 32x32", 64, 64, 32, 1, 1 },     { "1x1 256>256 8x8", 256, 256, 8, 1, 4 },
  { "1x1 512>512 14x14", 512, 512, 14, 1, 1 }, { "3x3 32>32 32x32", 32, 32, 32, 3, 1 },
  { "3x3 64>64 16x16", 64, 64, 16, 3, 1 },     { "3x3 128>128 8x8", 128, 128, 8, 3, 4 },
  { "3x3 256>256 14x14", 256, 256, 14, 3, 1 },
};

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

typedef struct
{
  NnSparseConv  conv;
  NnSparse      sparse;
  NnSparsePlanes sizes;
  gsize         depth, positions; /* of the dense product */
  nn_real      *x, *weights, *planes, *scratch, *y, *cols;
} Bench;

static void
run_sparse (Bench *b)
{
  gboolean ready = nn_sparse_needs_no_planes (&b->conv, false);

  if (!ready)
    nn_sparse_lay_out (&b->conv, b->x, false, 0, b->conv.channels, b->planes);
  nn_sparse_conv_rows (&b->conv, &b->sparse, ready ? b->x : b->planes, NULL, true, false, 0,
                       b->conv.filters, b->y, b->scratch);
}

/* The product alone, its columns laid out beforehand: what the best dense path could reach. */
static void
run_product (Bench *b)
{
  NnGemm gemm = { .m = b->conv.filters, .n = b->positions, .k = b->depth, .a = b->weights,
                  .lda = b->depth, .b = b->cols, .ldb = b->positions, .c = b->y,
                  .ldc = b->positions };

  nn_gemm (&gemm);
}

static double
best_time (Bench *b,
           void (*run) (Bench *b))
{
  double best = 1e9;

  for (guint round = 0; round < 7; round++)
    {
      guint n = 0;
      gint64 start = g_get_monotonic_time (), now;

      do
        {
          run (b);
          n++;
          now = g_get_monotonic_time ();
        }
      while (now - start < 8000);
      best = MIN (best, (double) (now - start) * 1e-6 / n);
    }

  return best;
}

static void
bench_conv (const Layer *layer)
{
  CvrRng rng = cvr_rng_new (1, 0);
  gsize pad = layer->kernel / 2, taps = layer->kernel * layer->kernel, bytes;
  Bench b = {
    .conv = { .window = { layer->side, layer->side, { layer->kernel, layer->kernel }, { 1, 1 },
                          { 1, 1 }, { pad, pad }, { pad, pad }, layer->side, layer->side },
              .channels = layer->channels, .filters = layer->filters, .groups = 1,
              .images = layer->images },
    .depth = layer->channels * taps,
    .positions = layer->side * layer->side * layer->images,
  };
  double flops = 2.0 * (double) (layer->filters * b.depth * b.positions), dense;

  nn_sparse_planes (&b.conv, &b.sizes);
  b.x = filled (&rng, layer->channels * b.positions, 0);
  b.cols = filled (&rng, b.depth * b.positions, 0);
  b.y = g_new (nn_real, layer->filters * b.positions);
  b.planes = g_new (nn_real, b.sizes.size);
  b.scratch = g_new (nn_real, b.sizes.positions);
  b.weights = filled (&rng, layer->filters * b.depth, 0);
  dense = best_time (&b, run_product);
  g_print ("%-20s dense %7.1f us %6.1f GFLOP/s ", layer->name, dense * 1e6, flops / dense * 1e-9);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree nn_real *weights = filled (&rng, layer->filters * b.depth, parts[i]);
      g_autofree void *memory = NULL;

      nn_sparse_pack_size (layer->filters, nn_sparse_count (layer->filters * b.depth, weights),
                           &bytes);
      memory = g_malloc (bytes);
      nn_sparse_pack_conv (&b.conv, weights, memory, &b.sparse);
      g_print (" %g%%: %.2f", parts[i] * 100, dense / best_time (&b, run_sparse));
    }
  g_print ("\n");
  g_free (b.x);
  g_free (b.cols);
  g_free (b.y);
  g_free (b.planes);
  g_free (b.scratch);
  g_free (b.weights);
}

typedef struct
{
  gsize    rows, columns, batch;
  NnSparse sparse;
  nn_real *x, *weights, *y, *scratch;
} Dense;

static double
best_dense (const Dense *d,
            gboolean     sparse)
{
  double best = 1e9;

  for (guint round = 0; round < 7; round++)
    {
      guint n = 0;
      gint64 start = g_get_monotonic_time (), now;

      do
        {
          NnGemm gemm = { .m = d->batch, .n = d->rows, .k = d->columns, .a = d->x,
                          .lda = d->columns, .b = d->weights, .ldb = d->columns,
                          .transpose_b = true, .c = d->y, .ldc = d->rows };

          if (sparse)
            nn_sparse_dense (&d->sparse, d->columns, d->batch, d->x, NULL, false, d->y, d->scratch);
          else
            nn_gemm (&gemm);
          n++;
          now = g_get_monotonic_time ();
        }
      while (now - start < 8000);
      best = MIN (best, (double) (now - start) * 1e-6 / n);
    }

  return best;
}

static void
bench_dense (gsize rows,
             gsize columns,
             gsize batch)
{
  CvrRng rng = cvr_rng_new (2, 0);
  Dense d = { rows, columns, batch };
  double dense;

  d.x = filled (&rng, batch * columns, 0);
  d.weights = filled (&rng, rows * columns, 0);
  d.y = g_new (nn_real, batch * rows);
  dense = best_dense (&d, FALSE);
  g_print ("dense %5zu>%-4zu batch %-3zu  %7.1f us %6.1f GFLOP/s ", columns, rows, batch,
           dense * 1e6, 2e-9 * (double) (rows * columns * batch) / dense);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree nn_real *weights = filled (&rng, rows * columns, parts[i]);
      g_autofree void *memory = NULL;
      gsize bytes;

      nn_sparse_pack_size (rows, nn_sparse_count (rows * columns, weights), &bytes);
      memory = g_malloc (bytes);
      nn_sparse_pack_dense (rows, columns, weights, memory, &d.sparse);
      d.scratch = g_new (nn_real, nn_sparse_dense_scratch (&d.sparse, columns, batch) + 1);
      g_print (" %g%%: %.2f", parts[i] * 100, dense / best_dense (&d, TRUE));
      g_free (d.scratch);
    }
  g_print ("\n");
  g_free (d.x);
  g_free (d.weights);
  g_free (d.y);
}

int
main (void)
{
  nn_gemm_one_thread ();
  g_print ("times the dense product's speed, by zeros\n");
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    bench_conv (&layers[i]);
  bench_dense (128, 800, 1);
  bench_dense (512, 4096, 1);
  bench_dense (128, 800, 64);
  bench_dense (512, 4096, 64);

  return 0;
}
