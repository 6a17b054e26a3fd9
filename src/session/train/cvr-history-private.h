/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the history's own files share. */
#pragma once

#include "cvr-history.h"

G_BEGIN_DECLS

enum { CVR_HISTORY_LEVELS = 18 }; /* of a pyramid over CVR_HISTORY_POINTS */

/* Half as large as a CvrBucket; a curve is a thousand pixels high at most. */
typedef struct
{
  double  x;
  float   min, max, mean;
  guint32 count;
} CvrHistoryPoint;

typedef struct
{
  /* Of CvrHistoryPoint: [0] has those of @span points, each of the others the joined pairs of the
   * one below; NULL while empty. Only whole ones: what is left over at the end is joined when it is
   * asked for. */
  GArray         *levels[CVR_HISTORY_LEVELS];
  CvrHistoryPoint open;   /* the last one, with fewer than @span points; count 0: none */
  guint           span;   /* a power of two */
  CvrBucket      *all;    /* of cvr_history_series(); NULL: not asked for yet */
} CvrHistorySeries;

struct _CvrHistory
{
  CvrHistorySeries series[CVR_N_SERIES];
  GArray          *epochs; /* of CvrEpochRow */
  GArray          *events; /* of CvrHistoryEvent */
};

/* Adds a whole bucket at the end of the lowest level. */
void  cvr_history_push      (CvrHistorySeries *series, const CvrHistoryPoint *point);
/* Buckets of the lowest level, the open one too. */
guint cvr_history_n_buckets (const CvrHistorySeries *series, guint level);
/* The one at @index; @index is below cvr_history_n_buckets(). */
CvrHistoryPoint cvr_history_bucket (const CvrHistorySeries *series, guint level, guint index);

/* cvr-history-json.c. Older versions'; NULL with CVR_STORAGE_ERROR_FORMAT. */
CvrHistory *cvr_history_from_json (const char *json,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE, with an error that names @what. */
gboolean    cvr_history_broken    (const char *what, GError **error);

G_END_DECLS
