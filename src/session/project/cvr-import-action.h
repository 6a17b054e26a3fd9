/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was loaded becomes one action: classes, pictures, and labels of pictures that are there. */
#pragma once

#include "cvr-action.h"
#include "cvr-project.h"

G_BEGIN_DECLS

CvrAction *cvr_import_make_action (CvrProject *project, gboolean replace, const char *name,
                                   CvrDataset *classes, GPtrArray *items, const GArray *given,
                                   guint *n_labelled) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
