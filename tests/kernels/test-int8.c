/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Byte kernels: the plain ones compute what ONNX's QLinearConv says, the others the same bytes. */
#include "cvr-rng.h"
#include "nn-int8-kernels.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { ROOM = 1 << 17 };

static CvrRng rng;

static guint
draw (guint from,
      guint to)
{
  return from + (guint) cvr_rng_below (&rng, to - from + 1);
}

static guint8 *
random_bytes (gsize n)
{
  guint8 *bytes = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) cvr_rng_below (&rng, 256);

  return bytes;
}

static NnInt8Grid
random_grid (void)
{
  gint zero = (gint) draw (0, 255);
  gint low = (gint) draw (0, (guint) zero);
  gint high = (gint) draw ((guint) zero, 255);

  return (NnInt8Grid) { (float) (low - zero), (float) (high - zero), zero };
}

/**
 * Job:
 *
 * A convolution with the arrays it points into.
 */
typedef struct
{
  NnInt8Conv job;
  gint32    *starts, *segments, *places, *bias;
  gint8     *weights;
  float     *scale;
} Job;

/* The weight with which filter @k meets byte @i of all segments. */
static gint8 *
weight_at (Job  *self,
           guint k,
           guint i)
{
  gsize bytes = (gsize) (k / NN_INT8_BLOCK) * self->job.n_segments * self->job.length + i;

  return &self->weights[(bytes / NN_INT8_GROUP * NN_INT8_BLOCK + k % NN_INT8_BLOCK) *
                          NN_INT8_GROUP + i % NN_INT8_GROUP];
}

/* @run: bytes of a segment that count; the rest meets weights of 0. */
static void
job_init (Job  *self,
          guint align,
          guint n_positions,
          guint run)
{
  NnInt8Conv *job = &self->job;
  guint n_rows = (n_positions + NN_INT8_ROW - 1) / NN_INT8_ROW;
  guint width;

  memset (self, 0, sizeof *self);
  job->n_segments = draw (1, 5);
  job->length = (run + align - 1) / align * align;
  job->n_blocks = draw (1, 9);
  job->last = draw (1, 16);
  job->n_positions = n_positions;
  job->step = (ptrdiff_t) draw (1, 70);
  job->grid = random_grid ();
  width = job->n_blocks * NN_INT8_BLOCK;
  self->starts = g_new (gint32, n_rows);
  for (guint i = 0; i < n_rows; i++)
    self->starts[i] = (gint32) draw (0, 5000);
  self->segments = g_new (gint32, job->n_segments);
  for (guint i = 0; i < job->n_segments; i++)
    self->segments[i] = (gint32) draw (0, 5000);
  self->places = g_new (gint32, n_rows * NN_INT8_ROW);
  for (guint i = 0; i < n_rows * NN_INT8_ROW; i++)
    self->places[i] = cvr_rng_below (&rng, 9) == 0 ? -1 : (gint32) (i * (width + 3));
  self->bias = g_new (gint32, width);
  self->scale = g_new (float, width);
  for (guint k = 0; k < width; k++)
    {
      self->bias[k] = (gint32) cvr_rng_below (&rng, 200000) - 100000;
      /* Some sums fall far beyond the levels. */
      self->scale[k] = (float) (cvr_rng_uniform (&rng) * (draw (0, 9) == 0 ? 1e6 : 0.002));
    }
  self->weights = g_new0 (gint8, (gsize) width * job->n_segments * job->length);
  for (guint k = 0; k < width; k++)
    for (guint i = 0; i < job->n_segments * job->length; i++)
      if (i % job->length < run)
        *weight_at (self, k, i) = (gint8) ((gint) cvr_rng_below (&rng, 256) - 128);
  job->starts = self->starts;
  job->segments = self->segments;
  job->places = self->places;
  job->bias = self->bias;
  job->scale = self->scale;
  job->weights = self->weights;
}

static void
job_clear (Job *self)
{
  g_free (self->starts);
  g_free (self->segments);
  g_free (self->places);
  g_free (self->bias);
  g_free (self->weights);
  g_free (self->scale);
}

static void
check_same (NnCpu         level,
            const guint8 *actual,
            const guint8 *expected,
            gsize         n)
{
  for (gsize i = 0; i < n; i++)
    if (actual[i] != expected[i])
      g_error ("%s: byte %zu of %zu is %u, not %u", nn_cpu_name (level), i, n, actual[i],
               expected[i]);
}

/* Segments of the widest alignment, so that every table can run the same job. */
static void
test_conv_same (void)
{
  const NnInt8Kernels *plain = nn_int8_kernels (NN_CPU_PLAIN);

  for (guint round = 0; round < 40; round++)
    {
      guint n = round % 4 == 0 ? draw (1, 3) : draw (1, 7) * NN_INT8_ROW;
      g_autofree guint8 *x = random_bytes (ROOM);
      g_autofree guint8 *expected = random_bytes (ROOM);
      g_autofree guint8 *y = NULL;
      g_autofree guint8 *before = g_memdup2 (expected, ROOM);
      g_autofree gint32 *sums = NULL;
      g_autofree gint32 *expected_sums = NULL;
      Job job;
      gsize n_sums;

      job_init (&job, 64, n, draw (1, 150));
      n_sums = (gsize) n * job.job.n_blocks * NN_INT8_BLOCK;
      sums = g_new (gint32, n_sums);
      expected_sums = g_new (gint32, n_sums);
      plain->conv (&job.job, x, expected, NULL, 0, n, 0, job.job.n_blocks);
      plain->conv (&job.job, x, NULL, expected_sums, 0, n, 0, job.job.n_blocks);
      for (NnCpu level = NN_CPU_PLAIN; level <= nn_cpu_best (); level++)
        {
          const NnInt8Kernels *kernels = nn_int8_kernels (level);
          guint middle = n > NN_INT8_ROW ? NN_INT8_ROW : 0;
          guint first = job.job.n_blocks / 2;

          /* In pieces, as threads share it. */
          g_clear_pointer (&y, g_free);
          y = g_memdup2 (before, ROOM);
          kernels->conv (&job.job, x, y, NULL, 0, middle, 0, job.job.n_blocks);
          kernels->conv (&job.job, x, y, NULL, middle, n, 0, first);
          kernels->conv (&job.job, x, y, NULL, middle, n, first, job.job.n_blocks);
          check_same (level, y, expected, ROOM);
          memset (sums, 0, n_sums * sizeof *sums);
          kernels->conv (&job.job, x, NULL, sums, 0, n, 0, job.job.n_blocks);
          g_assert_cmpmem (sums, n_sums * sizeof *sums, expected_sums, n_sums * sizeof *sums);
        }
      job_clear (&job);
    }
}

/* QLinearConv of ONNX, with the integers of ConvInteger: y = saturate (round ((x − x_zero)·w + b) ·
 * (x_scale · w_scale / y_scale)) + y_zero, halves to even. The kernel takes the bias with what the
 * zero point makes of the weights. */
static void
test_conv_definition (void)
{
  for (guint round = 0; round < 30; round++)
    {
      g_autofree guint8 *x = random_bytes (ROOM);
      g_autofree guint8 *y = random_bytes (ROOM);
      g_autofree gint32 *folded = NULL;
      guint n = draw (1, 3) * NN_INT8_ROW;
      guint run = draw (1, 30);
      gint zero = (gint) draw (0, 255);
      Job self;
      NnInt8Conv *job = &self.job;
      guint width;

      job_init (&self, NN_INT8_GROUP, n, run);
      width = job->n_blocks * NN_INT8_BLOCK;
      folded = g_new0 (gint32, width);
      for (guint k = 0; k < width; k++)
        for (guint i = 0; i < job->n_segments * job->length; i++)
          folded[k] -= zero * *weight_at (&self, k, i);
      for (guint k = 0; k < width; k++)
        folded[k] += self.bias[k];
      job->bias = folded;
      nn_int8_kernels (NN_CPU_PLAIN)->conv (job, x, y, NULL, 0, n, 0, job->n_blocks);

      for (guint p = 0; p < n; p++)
        for (guint k = 0; self.places[p] >= 0 && k < width - NN_INT8_BLOCK + job->last; k++)
          {
            const guint8 *from = x + self.starts[p / NN_INT8_ROW] + p % NN_INT8_ROW * job->step;
            gint64 sum = self.bias[k];
            double level;

            for (guint i = 0; i < job->n_segments * job->length; i++)
              sum += (from[self.segments[i / job->length] + (gint) (i % job->length)] - zero) *
                     *weight_at (&self, k, i);
            level = rint ((double) ((float) sum * self.scale[k])) + job->grid.zero;
            level = CLAMP (level, job->grid.low + job->grid.zero, job->grid.high + job->grid.zero);
            g_assert_cmpuint (y[self.places[p] + (gint) k], ==, (guint) level);
          }
      job_clear (&self);
    }
}

static void
fill_floats (float *x,
             gsize  n,
             double size)
{
  for (gsize i = 0; i < n; i++)
    x[i] = (float) (size * (2 * cvr_rng_uniform (&rng) - 1));
}

static void
test_quantize (void)
{
  static const guint steps[] = { 1, 4, 4, 4, 8, 16 };
  static const guint channels[] = { 1, 2, 3, 4, 7, 13 };

  for (guint round = 0; round < 30; round++)
    {
      guint i = round % G_N_ELEMENTS (steps);
      guint n = draw (1, 100);
      NnInt8Grid grid = random_grid ();
      float scale = 0.037f;
      g_autofree float *x = g_new (float, (gsize) n * channels[i]);
      g_autofree float *back = g_new (float, (gsize) n * channels[i]);
      g_autofree float *expected_back = g_new (float, (gsize) n * channels[i]);
      g_autofree guint8 *expected = g_malloc0 ((gsize) n * steps[i]);
      g_autofree guint8 *y = g_malloc0 ((gsize) n * steps[i]);

      fill_floats (x, (gsize) n * channels[i], 8);
      x[0] = scale * 2.5f; /* a half, to even */
      if (n > 4)
        {
          x[1] = NAN;
          x[2] = INFINITY;
          x[3] = -INFINITY;
          x[4] = 1e30f;
        }
      for (NnCpu level = NN_CPU_PLAIN; level <= nn_cpu_best (); level++)
        {
          const NnInt8Kernels *kernels = nn_int8_kernels (level);
          guint8 *to = level == NN_CPU_PLAIN ? expected : y;
          float *floats = level == NN_CPU_PLAIN ? expected_back : back;

          kernels->quantize (n, channels[i], n, x, scale, &grid, steps[i], to);
          kernels->dequantize (n, channels[i], steps[i], to, scale, grid.zero, n, floats);
          for (guint p = 0; p < n; p++)
            for (guint c = 0; c < channels[i]; c++)
              {
                float value = x[c * n + p];
                double wanted = rint ((double) (value / scale));

                if (!(wanted >= (double) grid.low))
                  wanted = (double) grid.low;
                wanted = MIN (wanted, (double) grid.high);
                g_assert_cmpint (to[p * steps[i] + c], ==, (gint) wanted + grid.zero);
                g_assert_cmpfloat (floats[c * n + p], ==, (float) wanted * scale);
              }
        }
    }
}

static void
test_pool (void)
{
  for (guint round = 0; round < 40; round++)
    {
      guint width = draw (1, 17);
      guint channels = draw (1, 40);
      guint pad = draw (0, 2);
      NnInt8Grid grid = random_grid ();
      NnInt8Window window = {
        .rows = draw (1, 3), .row_bytes = (ptrdiff_t) ((width + 1) * channels), .width = width,
        .channels = channels, .pad = pad, .taps = draw (pad + 1, 4), .stride = draw (1, 3),
        .gap = 1, .area = draw (0, 1) * 9
      };
      guint n = (width + pad - 1) / window.stride + 1;
      g_autofree guint8 *x = random_bytes (ROOM);
      g_autofree guint8 *most = random_bytes (ROOM);
      g_autofree guint8 *mean = random_bytes (ROOM);
      g_autofree guint8 *y = random_bytes (ROOM);
      g_autofree gint32 *room = g_new (gint32, channels);

      for (guint i = 0; i < n; i++)
        for (guint c = 0; c < channels; c++)
          {
            guint best = 0;
            guint inside = 0;
            gint sum = 0;
            float value;

            for (guint r = 0; r < window.rows; r++)
              for (guint s = 0; s < window.taps; s++)
                {
                  gint at = (gint) (i * window.stride + s) - (gint) pad;

                  if (at < 0 || at >= (gint) width)
                    continue;
                  inside++;
                  best = MAX (best, x[r * window.row_bytes + at * (gint) channels + (gint) c]);
                  sum += x[r * window.row_bytes + at * (gint) channels + (gint) c] - 7;
                }
            most[i * channels + c] = (guint8) best;
            value = inside > 0 ? (float) sum * (0.9f / (float) (window.area > 0 ? window.area
                                                                              : inside))
                               : 0;
            value = CLAMP (value, grid.low, grid.high);
            mean[i * channels + c] = (guint8) ((gint) rintf (value) + grid.zero);
          }
      for (NnCpu level = NN_CPU_PLAIN; level <= nn_cpu_best (); level++)
        {
          const NnInt8Kernels *kernels = nn_int8_kernels (level);

          kernels->max (&window, n, x, y);
          check_same (level, y, most, (gsize) n * channels);
          kernels->average (&window, n, x, 7, 0.9f, &grid, room, y);
          check_same (level, y, mean, (gsize) n * channels);
        }
    }
}

static void
test_depthwise (void)
{
  for (guint round = 0; round < 30; round++)
    {
      guint channels = draw (1, 150);
      guint n_taps = round % 5 == 0 ? draw (60, 70) : draw (1, 12);
      guint n = draw (1, 20);
      g_autofree guint8 *x = random_bytes (ROOM);
      g_autofree guint8 *expected = random_bytes (ROOM);
      g_autofree guint8 *y = random_bytes (ROOM);
      g_autofree gint32 *segments = g_new (gint32, n_taps);
      g_autofree gint16 *weights = g_new (gint16, n_taps * channels);
      g_autofree gint32 *bias = g_new (gint32, channels);
      g_autofree float *scale = g_new (float, channels);
      NnInt8Depthwise job = { (ptrdiff_t) draw (1, 100), segments, n_taps, channels, weights, bias,
                              scale, random_grid () };

      for (guint i = 0; i < n_taps; i++)
        segments[i] = (gint32) draw (0, 1000);
      for (guint i = 0; i < n_taps * channels; i++)
        weights[i] = (gint16) ((gint) draw (0, 255) - 128);
      for (guint c = 0; c < channels; c++)
        {
          bias[c] = (gint32) draw (0, 20000) - 10000;
          scale[c] = (float) (0.01 * cvr_rng_uniform (&rng));
        }
      for (guint i = 0; i < n; i++)
        for (guint c = 0; c < channels; c++)
          {
            gint32 sum = bias[c];
            float value;

            for (guint t = 0; t < n_taps; t++)
              sum += x[i * job.step + segments[t] + (gint) c] * weights[t * channels + c];
            value = CLAMP ((float) sum * scale[c], job.grid.low, job.grid.high);
            expected[i * channels + c] = (guint8) ((gint) rintf (value) + job.grid.zero);
          }
      for (NnCpu level = NN_CPU_PLAIN; level <= nn_cpu_best (); level++)
        {
          nn_int8_kernels (level)->depthwise (&job, n, x, y);
          check_same (level, y, expected, (gsize) n * channels);
        }
    }
}

static void
test_pointwise (void)
{
  for (guint round = 0; round < 20; round++)
    {
      guint channels = draw (1, 70);
      guint n = draw (1, 50);
      gsize count = (gsize) n * channels;
      NnInt8Grid grid = random_grid ();
      g_autofree guint8 *a = random_bytes (count);
      g_autofree guint8 *b = random_bytes (count);
      g_autofree guint8 *table = random_bytes (256);
      g_autofree guint8 *sum = g_malloc (count);
      g_autofree guint8 *affine = g_malloc (count);
      g_autofree guint8 *y = g_malloc (count);
      g_autofree float *scale = g_new (float, channels);
      g_autofree float *shift = g_new (float, channels);

      fill_floats (scale, channels, 2);
      fill_floats (shift, channels, 100);
      for (gsize i = 0; i < count; i++)
        {
          float value = (float) a[i] * 0.7f + (float) b[i] * 0.4f + -30.0f;

          value = CLAMP (value, grid.low, grid.high);
          sum[i] = (guint8) ((gint) rintf (value) + grid.zero);
          value = (float) a[i] * scale[i % channels] + shift[i % channels];
          value = CLAMP (value, grid.low, grid.high);
          affine[i] = (guint8) ((gint) rintf (value) + grid.zero);
        }
      for (NnCpu level = NN_CPU_PLAIN; level <= nn_cpu_best (); level++)
        {
          const NnInt8Kernels *kernels = nn_int8_kernels (level);

          kernels->add (count, a, b, 0.7f, 0.4f, -30, &grid, y);
          check_same (level, y, sum, count);
          kernels->affine (n, channels, a, scale, shift, &grid, y);
          check_same (level, y, affine, count);
          kernels->look_up (n, channels, a, (ptrdiff_t) channels, table, y, (ptrdiff_t) channels);
          for (gsize i = 0; i < count; i++)
            g_assert_cmpuint (y[i], ==, table[a[i]]);
        }
    }
}

int
main (int    argc,
      char **argv)
{
  guint64 seed;

  g_test_init (&argc, &argv, NULL);
  seed = (guint64) g_test_rand_int ();
  g_test_message ("seed %" G_GUINT64_FORMAT ", up to %s", seed, nn_cpu_name (nn_cpu_best ()));
  rng = cvr_rng_new (seed, 0);
  g_test_add_func ("/int8-kernels/conv-is-qlinearconv", test_conv_definition);
  g_test_add_func ("/int8-kernels/conv-same-bytes", test_conv_same);
  g_test_add_func ("/int8-kernels/quantize", test_quantize);
  g_test_add_func ("/int8-kernels/pool", test_pool);
  g_test_add_func ("/int8-kernels/depthwise", test_depthwise);
  g_test_add_func ("/int8-kernels/pointwise", test_pointwise);

  return g_test_run ();
}
