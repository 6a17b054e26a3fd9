/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The curve of one training: every point counted, memory and drawing bounded. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { CVR_SERIES_LOSS, CVR_SERIES_ACCURACY, CVR_SERIES_VAL_LOSS, CVR_SERIES_VAL_ACCURACY,
    CVR_SERIES_LR, CVR_N_SERIES } CvrSeries;

enum
{
  CVR_HISTORY_POINTS = 1 << 17,   /* of a series: each step by itself up to here */
  CVR_HISTORY_BUCKETS = 2048,     /* of cvr_history_series() */
  CVR_HISTORY_MOST_EVENTS = 1000, /* later ones are passed over */
};

/* x in epochs (fractions for steps): the mean of its points. */
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

/* Numbers of the file: new ones at the end. */
typedef enum
{
  CVR_EVENT_LR_CHANGED,
  CVR_EVENT_SETTING_CHANGED,
  CVR_EVENT_PAUSED,
  CVR_EVENT_RESUMED,
  CVR_EVENT_BEST,           /* the best epoch so far */
  CVR_EVENT_EARLY_STOPPED,
  CVR_EVENT_DIVERGED,
  CVR_EVENT_OVERFITTING,
  CVR_EVENT_UNDERFITTING,
  CVR_N_EVENTS,
} CvrHistoryEventKind;

/* Something that happened at a place of the curve. @text: what to say there, translated when it was
 * made; nullable: the kind says it all. */
typedef struct
{
  double              x;    /* in epochs */
  CvrHistoryEventKind kind;
  char               *text;
} CvrHistoryEvent;

/* One thread at a time; the training's own: the main one. A series keeps single points up to
 * CVR_HISTORY_POINTS; then two neighbours become one bucket of twice the span, and so on. Above
 * these stands a pyramid of joined pairs, so that any window is read in the time of what is drawn.
 * At most 6.3 MB a series, 31.5 MB a history. */
typedef struct _CvrHistory CvrHistory;

CvrHistory      *cvr_history_new        (void) G_GNUC_WARN_UNUSED_RESULT;
/* @max_points: a series that has more comes out coarser (0: none does). */
CvrHistory      *cvr_history_copy       (CvrHistory *self,
                                         guint max_points) G_GNUC_WARN_UNUSED_RESULT;
void             cvr_history_free       (CvrHistory *self);
/* Points come in the order of x; not finite values (no validation yet) are passed over. */
void             cvr_history_add        (CvrHistory *self, CvrSeries series, double x,
                                         double value);
void             cvr_history_add_epoch  (CvrHistory *self, const CvrEpochRow *row);
void             cvr_history_add_event  (CvrHistory *self, double x, CvrHistoryEventKind kind,
                                         const char *text);
/* All of a series in at most CVR_HISTORY_BUCKETS. (transfer none) until the next add. */
const CvrBucket *cvr_history_series     (CvrHistory *self, CvrSeries series, guint *n_buckets);
/* Points of a series, counting those inside buckets. */
guint64          cvr_history_n_points   (CvrHistory *self, CvrSeries series);
/* First and last x of a series; FALSE: it is empty. */
gboolean         cvr_history_extent     (CvrHistory *self, CvrSeries series, double *first,
                                         double *last);
/* What a chart of x0 … x1 draws: buckets of one span (the last may hold less), those of the window
 * and one neighbour on either side, so that the line runs to the edge. @out has room for
 * @max_buckets (at least 4). Buckets stand at fixed places: nothing flickers while a window is
 * moved. */
guint            cvr_history_range      (CvrHistory *self, CvrSeries series, double x0, double x1,
                                         guint max_buckets, CvrBucket *out);
/* What stands nearest to @x, as fine as it is kept: for reading off. FALSE: the series is empty. */
gboolean         cvr_history_nearest    (CvrHistory *self, CvrSeries series, double x,
                                         CvrBucket *bucket);
/* (transfer none) until the next add. */
const CvrEpochRow *cvr_history_epochs   (CvrHistory *self, guint *n_epochs);
guint            cvr_history_best_epoch (CvrHistory *self); /* 0: none */
/* In the order of happening. (transfer none) until the next one. */
const CvrHistoryEvent *cvr_history_events (CvrHistory *self, guint *n_events);

/* For the file, which has a checksum of it. Takes a tenth of a second for a million steps. */
GBytes          *cvr_history_to_bytes   (CvrHistory *self) G_GNUC_WARN_UNUSED_RESULT;
/* What older versions wrote (JSON) is read as well. Any thread. */
CvrHistory      *cvr_history_from_bytes (const guint8 *data, gsize length,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the curves in one sentence: what happens now and what to try. Translated. */
char            *cvr_history_dup_reading (CvrHistory *self, guint n_epochs_planned,
                                          gboolean running);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrHistory, cvr_history_free)

G_END_DECLS
