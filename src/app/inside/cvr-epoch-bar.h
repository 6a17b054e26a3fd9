/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A slider over the stored epochs of the training that makes or made the network; its end is the
 * network as it is now. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_EPOCH_BAR (cvr_epoch_bar_get_type ())
G_DECLARE_FINAL_TYPE (CvrEpochBar, cvr_epoch_bar, CVR, EPOCH_BAR, AdwBin)

/* Signal "changed": another network is chosen. */
void      cvr_epoch_bar_set_project (CvrEpochBar *self, CvrProject *project);
/* Borrowed; NULL: the project's own, now. */
CvrModel *cvr_epoch_bar_get_model   (CvrEpochBar *self);
/* The one that is looked at; −1: now. */
gint      cvr_epoch_bar_get_epoch   (CvrEpochBar *self);
/* That training's; 0: none made it. */
guint64   cvr_epoch_bar_get_run     (CvrEpochBar *self);

G_END_DECLS
