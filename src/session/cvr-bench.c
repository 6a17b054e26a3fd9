/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast the reference networks train and answer on this machine. */
#include "cvr-bench.h"

#include "cvr-rng.h"
#include "nn-gemm.h"
#include "nn-int8.h"
#include "nn-loss-private.h"
#include "nn.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  N_CLASSES = 10,
  WARM_UPS = 5,
  PARTS = 5,
  PRODUCT = 2048,     /* side of the matrices that stand for the processor's limit */
  MEMORY_STEPS = 4,
  CALIBRATION = 64,   /* pictures */
};

/* What the names mean: presets on these pictures, layer by layer the networks of the peers. */
static const struct { guint32 channels, side; } inputs[] = {
  { 1, 28 }, { 3, 64 }, { 3, 32 }, { 3, 32 },
};

static const char *const nets[] = { "lenet5", "seed64", "vgg-mini", "resnet20", NULL };

G_STATIC_ASSERT (G_N_ELEMENTS (inputs) + 1 == G_N_ELEMENTS (nets));

const char *const *
cvr_bench_nets (void)
{
  return nets;
}

static gboolean
find_input (const CvrBench *bench,
            NnShape        *shape,
            GError        **error)
{
  for (guint i = 0; nets[i] != NULL; i++)
    if (strcmp (bench->net, nets[i]) == 0)
      {
        *shape = nn_shape_maps (inputs[i].channels, inputs[i].side, inputs[i].side);
        return TRUE;
      }

  g_set_error (error, NN_ERROR, NN_ERROR_SPEC, _("There is no reference network “%s”."),
               bench->net);
  return FALSE;
}

static gboolean
make_network (const CvrBench *bench,
              NnGraph       **graph,
              NnParams      **params,
              GError        **error)
{
  NnShape shape;

  if (!find_input (bench, &shape, error))
    return FALSE;

  *graph = nn_arch_build (bench->net, &shape, N_CLASSES, 0, error);
  *params = *graph != NULL ? nn_params_new (*graph, bench->seed, error) : NULL;

  return *params != NULL;
}

/* 0 … 1, like the pixels of pictures. */
static void
fill_uniform (nn_real *values,
              gsize    n,
              guint64  seed)
{
  CvrRng rng = cvr_rng_new (seed, 0);

  for (gsize i = 0; i < n; i++)
    values[i] = (nn_real) cvr_rng_uniform (&rng);
}

static void
fill_input (NnExec *exec,
            guint   batch,
            guint64 seed)
{
  NnGraph *graph = nn_exec_graph (exec);
  NnShape shape = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
  gsize n = 0;

  if (nn_shape_count (&shape, &n))
    fill_uniform (nn_exec_input (exec, 0), n * batch, seed);
}

/* A picture of the calibration; a source's fetch. */
static void
fetch_random (const NnSource *source,
              guint           index,
              CvrRng         *rng G_GNUC_UNUSED,
              nn_real        *x,
              gint32         *label,
              float          *values G_GNUC_UNUSED)
{
  gsize n = 0;

  if (nn_shape_count (&source->shape, &n))
    fill_uniform (x, n, index + 1);
  *label = (gint32) (index % source->n_classes);
}

/* Rounded to 8 bits, with the ranges of random pictures. */
static gboolean
quantize (const CvrBench *bench,
          NnGraph       **graph,
          NnParams      **params,
          GError        **error)
{
  NnSource source = { CALIBRATION, nn_graph_node_shape (*graph, nn_graph_input (*graph, 0)),
                      N_CLASSES, 0, fetch_random, NULL };
  NnQuantSpec spec = nn_quant_spec_default (8);
  NnGraph *new_graph = NULL;
  NnParams *new_params = NULL;

  nn_params_freeze (*params);
  if (!nn_quantize (*graph, *params, &spec, &source, bench->workers, &new_graph, &new_params,
                    error))
    return FALSE;

  nn_graph_unref (*graph);
  nn_params_unref (*params);
  *graph = new_graph;
  *params = new_params;

  return TRUE;
}

/**
 * cvr_bench_model:
 *
 * Returns: (transfer full): the network as a model that can be saved. Any thread.
 */
CvrModel *
cvr_bench_model (const CvrBench *bench,
                 gboolean        int8,
                 GError        **error)
{
  static const char *const classes[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL };
  g_autoptr (NnGraph) graph = NULL;
  g_autoptr (NnParams) params = NULL;
  CvrPreprocess preprocess;
  NnShape shape;

  G_STATIC_ASSERT (G_N_ELEMENTS (classes) == N_CLASSES + 1);
  if (!make_network (bench, &graph, &params, error) ||
      (int8 && !quantize (bench, &graph, &params, error)))
    return NULL;

  shape = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
  preprocess = cvr_preprocess_default (shape.dims[3], shape.dims[2], shape.dims[1]);

  return cvr_model_new (graph, params, classes, &preprocess, NULL);
}

static double
seconds_now (void)
{
  return (double) g_get_monotonic_time () * 1e-6;
}

/* Runs @step over and over: the work of the fastest of the equal parts of @seconds, per second. */
static gboolean
best_rate (const CvrBench *bench,
           void          (*step) (gpointer data),
           gpointer        data,
           double          work,
           double          seconds,
           double         *rate,
           GError        **error)
{
  *rate = 0;
  for (guint i = 0; i < WARM_UPS; i++)
    step (data);

  for (guint part = 0; part < PARTS; part++)
    {
      double start = seconds_now (), passed;
      guint n = 0;

      do
        {
          if (bench->keep_going != NULL && !bench->keep_going (bench->data))
            {
              g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED,
                                   _("The measurement was stopped."));
              return FALSE;
            }
          step (data);
          n++;
          passed = seconds_now () - start;
        }
      while (passed < seconds / PARTS);
      *rate = MAX (*rate, n * work / passed);
    }

  return TRUE;
}

/* A training that has its data in memory. */
typedef struct
{
  guint       batch;
  NnGraph    *graph;
  NnParams   *params;
  NnExec     *exec;
  NnOptim    *optim;
  NnOptimSpec spec;
  gint32     *labels;   /* [batch] */
  nn_real    *gradient; /* [batch, N_CLASSES] */
  nn_real    *scratch;  /* [N_CLASSES] */
} Training;

static void
training_clear (Training *self)
{
  g_clear_pointer (&self->exec, nn_exec_free);
  g_clear_pointer (&self->optim, nn_optim_free);
  g_clear_pointer (&self->params, nn_params_unref);
  g_clear_pointer (&self->graph, nn_graph_unref);
  g_clear_pointer (&self->labels, g_free);
  g_clear_pointer (&self->gradient, g_free);
  g_clear_pointer (&self->scratch, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Training, training_clear)

static gboolean
training_init (Training       *self,
               const CvrBench *bench,
               GError        **error)
{
  CvrRng rng = cvr_rng_new (bench->seed, 1);

  if (!make_network (bench, &self->graph, &self->params, error))
    return FALSE;

  self->exec = nn_exec_new (self->graph, bench->workers, bench->batch, NN_EXEC_TRAIN, error);
  if (self->exec == NULL)
    return FALSE;

  self->batch = bench->batch;
  self->spec = nn_optim_spec_default (NN_OPTIM_ADAM);
  self->optim = nn_optim_new (self->params, &self->spec);
  nn_optim_set_workers (self->optim, bench->workers);
  self->labels = g_new (gint32, self->batch);
  self->gradient = g_new0 (nn_real, (gsize) self->batch * N_CLASSES);
  self->scratch = g_new0 (nn_real, N_CLASSES);
  for (guint i = 0; i < self->batch; i++)
    self->labels[i] = (gint32) cvr_rng_below (&rng, N_CLASSES);
  fill_input (self->exec, self->batch, bench->seed);

  return TRUE;
}

/* Forward, loss, backward, Adam. */
static void
training_step (gpointer data)
{
  static const NnLossSpec loss = { .kind = NN_LOSS_CROSS_ENTROPY };
  Training *self = data;
  NnNode output = nn_graph_output (self->graph, 0);
  NnLossSums sums = { 0 };
  NnLossRows rows;

  nn_exec_forward (self->exec, self->params, self->batch, 0);
  rows = (NnLossRows) { self->batch, N_CLASSES, nn_exec_values (self->exec, output), self->labels,
                        NULL };
  nn_loss_sums (&loss, &rows, self->gradient, self->scratch, &sums);
  nn_exec_backward (self->exec, self->params, output, self->gradient, FALSE);
  nn_optim_step (self->optim, self->params, nn_exec_param_gradients (self->exec),
                 (double) self->spec.lr, NULL);
}

gboolean
cvr_bench_train (const CvrBench *bench,
                 double         *images_per_s,
                 GError        **error)
{
  g_auto (Training) training = { 0 };

  return training_init (&training, bench, error) &&
         best_rate (bench, training_step, &training, bench->batch, bench->seconds, images_per_s,
                    error);
}

/* The kernel's own high-water mark of this process; NaN where there is no such file. */
static double
peak_megabytes (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return (double) NAN;

  line = strstr (status, "VmHWM:");
  return line != NULL ? g_ascii_strtod (line + strlen ("VmHWM:"), NULL) * 1024 / 1e6 : (double) NAN;
}

gboolean
cvr_bench_train_memory (const CvrBench *bench,
                        double         *megabytes,
                        GError        **error)
{
  g_auto (Training) training = { 0 };

  if (!training_init (&training, bench, error))
    return FALSE;

  for (guint i = 0; i < MEMORY_STEPS; i++)
    training_step (&training);
  *megabytes = peak_megabytes ();

  return TRUE;
}

/* One of @exec and @integer. */
typedef struct
{
  guint     batch;
  NnGraph  *graph;
  NnParams *params;
  NnExec   *exec;
  NnInt8   *integer;
} Inference;

static void
inference_clear (Inference *self)
{
  g_clear_pointer (&self->exec, nn_exec_free);
  g_clear_pointer (&self->integer, nn_int8_free);
  g_clear_pointer (&self->params, nn_params_unref);
  g_clear_pointer (&self->graph, nn_graph_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inference, inference_clear)

static gboolean
inference_init (Inference      *self,
                const CvrBench *bench,
                gboolean        int8,
                GError        **error)
{
  NnShape shape;
  gsize n = 0;

  if (!make_network (bench, &self->graph, &self->params, error) ||
      (int8 && !quantize (bench, &self->graph, &self->params, error)))
    return FALSE;

  nn_params_freeze (self->params);
  if (int8)
    self->integer = nn_int8_new (self->graph, self->params, bench->workers, self->batch, error);
  else
    self->exec = nn_exec_new (self->graph, bench->workers, self->batch, NN_EXEC_INFER, error);
  if (self->integer == NULL && self->exec == NULL)
    return FALSE;

  shape = nn_graph_node_shape (self->graph, nn_graph_input (self->graph, 0));
  if (nn_shape_count (&shape, &n))
    fill_uniform (int8 ? nn_int8_input (self->integer, 0) : nn_exec_input (self->exec, 0),
                  n * self->batch, bench->seed);

  return TRUE;
}

static void
inference_step (gpointer data)
{
  Inference *self = data;

  if (self->integer != NULL)
    nn_int8_forward (self->integer, self->batch);
  else
    nn_exec_forward (self->exec, self->params, self->batch, 0);
}

/* @int8: with the integer kernels, on the network rounded to 8 bits. */
gboolean
cvr_bench_infer (const CvrBench *bench,
                 gboolean        int8,
                 double         *images_per_s,
                 GError        **error)
{
  g_auto (Inference) inference = { .batch = bench->batch };

  return inference_init (&inference, bench, int8, error) &&
         best_rate (bench, inference_step, &inference, bench->batch, bench->seconds, images_per_s,
                    error);
}

/* Milliseconds for one picture. */
gboolean
cvr_bench_latency (const CvrBench *bench,
                   gboolean        int8,
                   double         *ms,
                   GError        **error)
{
  g_auto (Inference) inference = { .batch = 1 };
  double rate;

  if (!inference_init (&inference, bench, int8, error) ||
      !best_rate (bench, inference_step, &inference, 1, bench->seconds / 2, &rate, error))
    return FALSE;
  *ms = 1e3 / rate;

  return TRUE;
}

/* Square matrices [PRODUCT, PRODUCT], a band of rows for each thread. */
typedef struct
{
  NnWorkers *workers;
  nn_real   *a, *b, *c;
} Product;

static void
product_piece (guint    piece,
               guint    thread G_GNUC_UNUSED,
               gpointer data)
{
  Product *self = data;
  guint n = nn_workers_n_threads (self->workers);
  gsize first = (gsize) PRODUCT * piece / n, end = (gsize) PRODUCT * (piece + 1) / n;

  nn_gemm (&(NnGemm) { .m = end - first, .n = PRODUCT, .k = PRODUCT,
                       .a = self->a + first * PRODUCT, .lda = PRODUCT,
                       .b = self->b, .ldb = PRODUCT,
                       .c = self->c + first * PRODUCT, .ldc = PRODUCT });
}

static void
product_step (gpointer data)
{
  Product *self = data;

  nn_workers_run (self->workers, nn_workers_n_threads (self->workers), product_piece, self);
}

/* A large product through the matrix library on the same threads: what direct convolution could
 * reach at most. */
gboolean
cvr_bench_sgemm (const CvrBench *bench,
                 double         *gflops,
                 GError        **error)
{
  const gsize n = (gsize) PRODUCT * PRODUCT;
  g_autofree nn_real *values = g_new0 (nn_real, 3 * n);
  Product product = { bench->workers, values, values + n, values + 2 * n };
  double work = 2.0 * PRODUCT * PRODUCT * PRODUCT / 1e9;

  fill_uniform (values, 2 * n, bench->seed);

  return best_rate (bench, product_step, &product, work, bench->seconds / 2, gflops, error);
}
