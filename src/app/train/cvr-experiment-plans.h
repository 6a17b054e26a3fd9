/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What races against what: settings that differ in one field. */
#pragma once

#include "cvr-race.h"
#include "cvr-settings-rows.h"

G_BEGIN_DECLS

/* A choice of racers. */
typedef enum { CVR_RACE_OPTIMISERS, CVR_RACE_RATES, CVR_RACE_BATCHES, CVR_RACE_DROPOUT,
  CVR_N_RACES } CvrRaceChoice;

/* Translated: "Optimisers". */
const char *cvr_race_choice_title (CvrRaceChoice choice);
/* @settings with other values of that field, the present one among them where it is a racer; returns
 * how many (at most CVR_MAX_RACERS). */
guint       cvr_race_choice_fill  (CvrRaceChoice choice, const CvrSettings *settings,
                                   CvrSettings racers[CVR_MAX_RACERS]);

G_END_DECLS
