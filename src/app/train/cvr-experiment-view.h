/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One kind of experiment: what it does, its curves, and what came of it. */
#pragma once

#include "cvr-project.h"
#include "cvr-race.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_EXPERIMENT_VIEW (cvr_experiment_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrExperimentView, cvr_experiment_view, CVR, EXPERIMENT_VIEW, AdwBin)

/* Property "kind" (uint, construct only): a CvrExperimentKind. Signal "running-changed". */
void     cvr_experiment_view_set_project (CvrExperimentView *self, CvrProject *project);
gboolean cvr_experiment_view_is_running  (CvrExperimentView *self);
/* Why it can't start now, translated; NULL: it can. Copied. */
void     cvr_experiment_view_set_why_not (CvrExperimentView *self, const char *why_not);

G_END_DECLS
