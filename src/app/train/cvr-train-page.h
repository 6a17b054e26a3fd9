/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training and what comes of it: the training itself, its mistakes, its scores, the notebook of all
 * trainings, and experiments. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_TRAIN_PAGE (cvr_train_page_get_type ())
G_DECLARE_FINAL_TYPE (CvrTrainPage, cvr_train_page, CVR, TRAIN_PAGE, AdwBin)

void cvr_train_page_set_project   (CvrTrainPage *self,
                                   CvrProject   *project);
/* "training", "mistakes", "scores", "notebook" or "experiments". */
void cvr_train_page_show_view     (CvrTrainPage *self,
                                   const char   *name);

G_END_DECLS
