/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The confusion matrix, the pictures behind each cell, and their labels to mend. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_MISTAKES_VIEW (cvr_mistakes_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrMistakesView, cvr_mistakes_view, CVR, MISTAKES_VIEW, AdwBin)

void        cvr_mistakes_view_set_project (CvrMistakesView *self,
                                           CvrProject      *project);
/* Of the chosen cell: a GListModel of CvrImageItem, most confident first. */
GListModel *cvr_mistakes_view_get_items   (CvrMistakesView *self);

G_END_DECLS
