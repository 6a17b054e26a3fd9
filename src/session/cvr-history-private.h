/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the history's own files share. */
#pragma once

#include "cvr-history.h"

G_BEGIN_DECLS

enum { CVR_HISTORY_BUCKETS = 2048 };

typedef struct
{
  CvrBucket *buckets; /* room for CVR_HISTORY_BUCKETS; NULL while empty */
  guint      n;
  guint      span;    /* points a full bucket holds: a power of two */
} CvrHistorySeries;

struct _CvrHistory
{
  CvrHistorySeries series[CVR_N_SERIES];
  GArray          *epochs; /* of CvrEpochRow */
};

G_END_DECLS
