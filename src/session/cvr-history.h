/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The curve of one training: every point counted, memory and drawing bounded. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { CVR_SERIES_LOSS, CVR_SERIES_ACCURACY, CVR_SERIES_VAL_LOSS, CVR_SERIES_VAL_ACCURACY,
    CVR_SERIES_LR, CVR_N_SERIES } CvrSeries;

/* x in epochs (fractions for steps). count 0: nothing in this bucket. */
typedef struct
{
  double x, min, max, mean;
  guint  count;
} CvrBucket;

typedef struct
{
  guint  epoch;
  double loss, accuracy, val_loss, val_accuracy, lr, seconds, images_per_second;
  gboolean best;
} CvrEpochRow;

/* Main thread. Steps are kept in buckets of a power of two steps: at most 2,048 a series, halved
 * when full. */
typedef struct _CvrHistory CvrHistory;

CvrHistory      *cvr_history_new        (void) G_GNUC_WARN_UNUSED_RESULT;
void             cvr_history_free       (CvrHistory *self);
void             cvr_history_add        (CvrHistory *self, CvrSeries series, double x,
                                         double value);
void             cvr_history_add_epoch  (CvrHistory *self, const CvrEpochRow *row);
const CvrBucket *cvr_history_series     (CvrHistory *self, CvrSeries series, guint *n_buckets);
const CvrEpochRow *cvr_history_epochs   (CvrHistory *self, guint *n_epochs);
guint            cvr_history_best_epoch (CvrHistory *self); /* 0: none */
char            *cvr_history_to_json    (CvrHistory *self);
CvrHistory      *cvr_history_from_json  (const char *json,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reads the curves in one sentence: what happens now and what to try. Translated. */
char            *cvr_history_dup_reading (CvrHistory *self, guint n_epochs_planned,
                                          gboolean running);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrHistory, cvr_history_free)

G_END_DECLS
