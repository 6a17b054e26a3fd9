/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a training changed its network: what is known of every layer after each stored epoch. */
#pragma once

#include "cvr-project.h"
#include "cvr-unit-facts.h"

G_BEGIN_DECLS

#define CVR_TYPE_OVER_TIME (cvr_over_time_get_type ())
G_DECLARE_FINAL_TYPE (CvrOverTime, cvr_over_time, CVR, OVER_TIME, GObject)

typedef struct
{
  guint         epoch;
  CvrUnitFacts *facts;
} CvrMoment;

/* Epochs of a run, evenly spread; pictures that each is tried on. */
enum { CVR_OVER_TIME_EPOCHS = 16, CVR_OVER_TIME_PICTURES = 128 };

/* Main thread. Signal "changed": one more moment is known, they are another run's, or whether it is
 * busy. Reads and works beside the main thread, one epoch after the other, while it is active. */
CvrOverTime     *cvr_over_time_new        (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;
/* 0: none. */
void             cvr_over_time_set_run    (CvrOverTime *self, guint64 run);
guint64          cvr_over_time_get_run    (CvrOverTime *self);
void             cvr_over_time_set_active (CvrOverTime *self, gboolean active);
/* More moments are on their way. */
gboolean         cvr_over_time_is_busy    (CvrOverTime *self);
/* By rising epoch; borrowed until "changed". */
const CvrMoment *cvr_over_time_get        (CvrOverTime *self, guint *n);

G_END_DECLS
