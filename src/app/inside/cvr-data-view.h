/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures as a layer sees them: those it finds alike lie close together. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_DATA_VIEW (cvr_data_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrDataView, cvr_data_view, CVR, DATA_VIEW, AdwBin)

void cvr_data_view_set_project (CvrDataView *self, CvrProject *project);
/* Nothing is worked out while it can't be seen. */
void cvr_data_view_set_active  (CvrDataView *self, gboolean active);
/* @anew: begin again although the network's layers are the same. */
void cvr_data_view_set_model   (CvrDataView *self, CvrModel *model, gboolean anew);

G_END_DECLS
