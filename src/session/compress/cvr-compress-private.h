/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What compression does by learning, apart from what it does at once. */
#pragma once

#include "cvr-compress.h"

G_BEGIN_DECLS

/**
 * CvrCompressWork:
 * @dataset: (nullable): %NULL: nothing to evaluate, calibrate or fine-tune with
 * @used: what is evaluated
 * @observer: (nullable)
 * @mask: (nullable): borrowed; fine-tuning keeps its zeros
 * @calibration: (nullable): borrowed; %NULL: made from the data set where it is needed
 * @calibration_items: how many of it are looked at; 0: as many as suit
 *
 * One call of cvr_compress().
 */
typedef struct
{
  const CvrCompressSpec *spec;
  CvrDataset            *dataset;
  CvrSplit               used;
  NnWorkers             *workers;
  const NnObserver      *observer;
  NnParams              *mask;
  CvrSource             *calibration;
  guint                  calibration_items;
} CvrCompressWork;

/* What pruning came to: the smallest size of a weight that stayed (NaN) and the share that went. */
typedef struct
{
  double threshold, share;
} CvrPruned;

/* (transfer full): none of its figures is there yet. */
CvrCompressed *cvr_compressed_new (const CvrCompressSpec *spec,
                                   CvrModel *before) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): @model, pruned as asked; itself where nothing is. */
CvrModel  *cvr_compress_prune     (CvrCompressWork *work, CvrModel *model, CvrPruned *pruned,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): @model with weights (and activations, where pictures to calibrate with are
 * there) of fewer bits; itself at 32. */
CvrModel  *cvr_compress_quantize  (CvrCompressWork *work, CvrModel *model,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What quantization calibrates with. */
CvrSource *cvr_compress_calibration (CvrCompressWork *work, CvrModel *model,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE with NN_ERROR_CANCELLED once the observer says so. */
gboolean   cvr_compress_go_on     (CvrCompressWork *work, GError **error);
gboolean   cvr_compress_has_items (CvrDataset *dataset, CvrModel *model, CvrSplit used);
/* Items to learn and calibrate from: those that train, or all labelled ones where none does. */
CvrSource *cvr_compress_learning_source (CvrCompressWork *work, CvrModel *model, guint max_items,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Prunes at once; filters by what they mean for the pictures where there are some and the network is
 * to learn afterwards (unless it shall be by size), by their size otherwise. */
gboolean   cvr_compress_once      (CvrCompressWork *work, CvrModel *model, NnGraph **graph,
                                   NnParams **params, NnPruneReport *report, GError **error);
/* Trains a pruned network a little; @params is replaced by what came of it. */
gboolean   cvr_compress_fine_tune (CvrCompressWork *work, CvrModel *model, NnGraph *graph,
                                   NnParams **params, GError **error);
gboolean   cvr_compress_gradually (CvrCompressWork *work, CvrModel *model, NnGraph **graph,
                                   NnParams **params, NnPruneReport *report, GError **error);
gboolean   cvr_compress_aware     (CvrCompressWork *work, CvrModel *model,
                                   const NnQuantSpec *quant, CvrSource *calibration,
                                   NnGraph **graph, NnParams **params, GError **error);

G_END_DECLS
