/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a training as rows: basic ones, and the rest behind a switch. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_TRAIN_SETTINGS (cvr_train_settings_get_type ())
G_DECLARE_FINAL_TYPE (CvrTrainSettings, cvr_train_settings, CVR, TRAIN_SETTINGS, AdwBin)

void cvr_train_settings_set_project (CvrTrainSettings *self,
                                     CvrProject       *project);

G_END_DECLS
