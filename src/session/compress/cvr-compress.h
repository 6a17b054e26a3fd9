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
  gboolean   by_size;       /* the filters that go are those that would go without learning; else
                             * those that mean least to the loss */
  NnRecipe   recipe;        /* of fine-tuning after pruning: PLAIN is Adam with small steps */
  float      lr;            /* 0: what suits */
  guint      batch;         /* 0: what suits */
  CvrAugment augment;       /* of the pictures that are learned from */
} CvrTuneSpec;

/* Layers that can have an amount of their own. */
enum { CVR_COMPRESS_MAX_LAYERS = 256 };

/* Pruning first (amount 0: none), then quantization (bits 32: none). A plain value: copy it.
 * @prune: its amounts and its importance are not looked at
 * @layers: scope EACH: per cent of each of nn_prune_layers(), in their order; those that come after
 *   the last stay whole */
typedef struct
{
  NnPruneSpec prune;
  guint8      layers[CVR_COMPRESS_MAX_LAYERS];
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

enum { CVR_SIZE_BINS = 80 };

/* Weights, or filters, by what a pruning of the whole network ranks them by. */
typedef struct
{
  guint64 counts[CVR_SIZE_BINS]; /* of equal bins over 0 … high */
  double  high;                  /* 0: there are none */
} CvrSizes;

/* Counted, immutable, any thread. */
typedef struct
{
  CvrCompressSpec   spec;
  CvrModel         *before_model, *model;
  /* What a later call may be given as @before; NULL without pictures. */
  CvrEvaluation    *before_evaluation;
  CvrMeasure        before, after;
  CvrSizes          sizes;           /* of the untouched model */
  double            threshold;       /* what is smaller went; NaN: not one for the whole network */
  double            pruned;          /* share of the weights or filters that went */
  guint             n_pictures;      /* that there are to look at: figures stand on the first n */
  NnConfusion      *before_confusion, *after_confusion; /* NULL without pictures */
  guint             n_changed;
  CvrChangedAnswer *changed;
} CvrCompressed;

CvrCompressSpec cvr_compress_spec_default (void); /* nothing pruned, 32 bits, per channel */
gboolean        cvr_compress_spec_check   (const CvrCompressSpec *spec, GError **error);
gboolean        cvr_compress_spec_prunes  (const CvrCompressSpec *spec);
/* Whether anything happens to the network. */
gboolean        cvr_compress_spec_changes (const CvrCompressSpec *spec);
/* Whether both are pruned in the same way, by the same amounts. */
gboolean        cvr_compress_spec_same_pruning (const CvrCompressSpec *a,
                                                const CvrCompressSpec *b);
/* Scope EACH: the layers scaled together, until the one that loses most loses @per_cent; where none
 * loses any, each of the first @n_layers loses so much. */
void            cvr_compress_spec_scale   (CvrCompressSpec *spec, guint per_cent,
                                           guint n_layers);
/* Scope EACH: whether the layers of one are, to a rounding, those of the other scaled together. */
gboolean        cvr_compress_spec_same_shape (const CvrCompressSpec *a,
                                              const CvrCompressSpec *b);
/* Whether the same network comes of both. */
gboolean        cvr_compress_spec_equal   (const CvrCompressSpec *a, const CvrCompressSpec *b);
/* @dataset (nullable): VALID items (or, where there are none, every labelled one) are evaluated;
 * TRAIN items calibrate and fine-tune. A cached evaluation of the untouched model may be given in
 * @before (nullable) to save time. */
CvrCompressed  *cvr_compress              (CvrModel *model, const CvrCompressSpec *spec,
                                           CvrDataset *dataset, CvrEvaluation *before,
                                           NnWorkers *workers, const NnObserver *observer,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Its figures stand on every picture there is. */
gboolean        cvr_compressed_is_exact   (const CvrCompressed *self);
/* No picture has been looked at yet: only what the weights alone say is known. */
gboolean        cvr_compressed_is_awaited (const CvrCompressed *self);
CvrCompressed  *cvr_compressed_ref        (CvrCompressed *self);
void            cvr_compressed_unref      (CvrCompressed *self);
/* Median of several single-picture runs, in ms. */
double          cvr_measure_ms            (CvrModel *model, NnWorkers *workers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrCompressed, cvr_compressed_unref)

G_END_DECLS
