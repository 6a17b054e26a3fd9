/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning and quantization of a model, measured: blocking, for any thread. */
#pragma once

#include "cvr-augment.h"
#include "cvr-evaluate.h"
#include "cvr-source.h"

G_BEGIN_DECLS

/* How the network learns while it is compressed. */
typedef struct
{
  gboolean   gradual;       /* pruned little by little (nn_prune_gradually()) rather than before */
  gboolean   aware;         /* learns on its grids (nn_train_aware()) */
  NnRecipe   recipe;        /* of fine-tuning after pruning: PLAIN is Adam with small steps */
  float      lr;            /* 0: what suits */
  guint      batch;         /* 0: what suits */
  CvrAugment augment;       /* of the pictures that are learned from */
} CvrTuneSpec;

/* Pruning first (amount 0: none), then quantization (bits 32: none). */
typedef struct
{
  NnPruneSpec prune;
  guint       bits;         /* 32, 16, 8, 4, 2, 1 */
  gboolean    per_channel;
  NnCalibration calibration;
  double      percentile;   /* of NN_CALIBRATION_PERCENTILE; 0: what suits */
  guint       epochs;       /* of fine-tuning and of quantization-aware training; 0: none */
  guint       max_items;    /* validation pictures looked at; 0: all */
  CvrTuneSpec tune;
} CvrCompressSpec;

typedef struct
{
  double  accuracy, loss;
  guint   n;                /* pictures these stand on */
  guint64 bytes;            /* of the file that Export would write */
  guint64 packed_bytes;     /* estimate with weights packed at their bits and zeros left out */
  guint64 flops;            /* one picture */
  double  ms;               /* measured here, one picture */
  gboolean integer;         /* time and answers are those of integer kernels, not simulated */
  guint64 n_values, n_zero; /* weights */
} CvrMeasure;

typedef struct
{
  guint64 id;
  gint    label, before, after;
} CvrChangedAnswer;

/* Counted, immutable, any thread. */
typedef struct
{
  CvrCompressSpec   spec;
  CvrModel         *before_model, *model;
  /* What a later call may be given as @before; NULL without pictures. */
  CvrEvaluation    *before_evaluation;
  CvrMeasure        before, after;
  double            threshold;       /* weights below it in size became zero; NaN */
  guint             n_changed;
  CvrChangedAnswer *changed;
} CvrCompressed;

CvrCompressSpec cvr_compress_spec_default (void); /* nothing pruned, 32 bits, per channel */
gboolean        cvr_compress_spec_check   (const CvrCompressSpec *spec, GError **error);
/* @dataset (nullable): VALID items (or, where there are none, every labelled one) are evaluated;
 * TRAIN items calibrate and fine-tune. A cached evaluation of the untouched model may be given in
 * @before (nullable) to save time. */
CvrCompressed  *cvr_compress              (CvrModel *model, const CvrCompressSpec *spec,
                                           CvrDataset *dataset, CvrEvaluation *before,
                                           NnWorkers *workers, const NnObserver *observer,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
CvrCompressed  *cvr_compressed_ref        (CvrCompressed *self);
void            cvr_compressed_unref      (CvrCompressed *self);
/* Median of several single-picture runs, in ms. */
double          cvr_measure_ms            (CvrModel *model, NnWorkers *workers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrCompressed, cvr_compressed_unref)

G_END_DECLS
