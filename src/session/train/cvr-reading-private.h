/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between judging a training's curves and saying it. */
#pragma once

#include "cvr-reading.h"

G_BEGIN_DECLS

/* Curves, and what has been made out. */
typedef struct
{
  CvrHistory        *history;
  const CvrEpochRow *rows;
  guint              n, n_planned;
  const CvrEpochRow *best;          /* the last one where none is; NULL: no epoch has ended */
  CvrSign            sign;
  guint              since;         /* epoch; 0: none */
  gboolean           runs_away;     /* of one that diverged: at its end, not only on the way */
  gboolean           stopped_early; /* by itself, when it got no better */
  gboolean           by_heart;      /* of one that overfits: all that it learned after the best
                                     * epoch */
} CvrSeen;

/* Lower is better. */
double cvr_seen_score        (const CvrEpochRow *row);
/* A sentence or two. */
char  *cvr_seen_say_running  (const CvrSeen *seen) G_GNUC_WARN_UNUSED_RESULT;
char  *cvr_seen_say_finished (const CvrSeen *seen) G_GNUC_WARN_UNUSED_RESULT;
/* The same in the field's own terms, with the numbers of the last epoch; "": there is none. */
char  *cvr_seen_say_detail   (const CvrSeen *seen) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
