/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast the reference networks train and answer on this machine. */
#pragma once

#include "cvr-model.h"

G_BEGIN_DECLS

/**
 * CvrBench:
 * @net: one of cvr_bench_nets(), borrowed
 * @batch: pictures per step
 * @seconds: how long a rate is measured; one picture and the matrix product: half of it
 * @seed: of the weights, the pictures and their labels
 * @keep_going: (nullable): asked after every step, on the calling thread
 *
 * What is measured and how. A plain value; one thread at a time.
 */
typedef struct
{
  const char *net;
  guint       batch;
  double      seconds;
  guint64     seed;
  NnWorkers  *workers;
  gboolean  (*keep_going) (gpointer data);
  gpointer    data;
} CvrBench;

/* "lenet5", "seed64", "vgg-mini", "resnet20"; ends with NULL. */
const char *const *cvr_bench_nets (void);

/* The network with random weights, 10 classes; @int8: rounded to 8 bits, calibrated on random
 * pictures. */
CvrModel *cvr_bench_model (const CvrBench *bench, gboolean int8,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Each blocks for about @seconds and gives the fastest of five parts of it. FALSE with
 * NN_ERROR_CANCELLED where keep_going said so, or with what the network could not do. */
gboolean cvr_bench_train (const CvrBench *bench, double *images_per_s, GError **error);
gboolean cvr_bench_infer (const CvrBench *bench, gboolean int8, double *images_per_s,
                          GError **error);
gboolean cvr_bench_latency (const CvrBench *bench, gboolean int8, double *ms, GError **error);
gboolean cvr_bench_sgemm (const CvrBench *bench, double *gflops, GError **error);
/* Trains a few steps; @megabytes: the most memory this process has ever had in use, NaN where the
 * system does not tell. To be called in a process that does nothing else. */
gboolean cvr_bench_train_memory (const CvrBench *bench, double *megabytes, GError **error);

G_END_DECLS
