/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings, curves, first filters; and the mistakes with their labels to mend. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_TRAIN_PAGE (cvr_train_page_get_type ())
G_DECLARE_FINAL_TYPE (CvrTrainPage, cvr_train_page, CVR, TRAIN_PAGE, AdwBin)

void cvr_train_page_set_project   (CvrTrainPage *self,
                                   CvrProject   *project);
/* "training" or "mistakes". */
void cvr_train_page_show_view     (CvrTrainPage *self,
                                   const char   *name);

G_END_DECLS
