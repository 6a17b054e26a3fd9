/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All experiments beside each other; one runs at a time. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_EXPERIMENTS_VIEW (cvr_experiments_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrExperimentsView, cvr_experiments_view, CVR, EXPERIMENTS_VIEW, AdwBin)

void cvr_experiments_view_set_project (CvrExperimentsView *self, CvrProject *project);

G_END_DECLS
