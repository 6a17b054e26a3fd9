/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every evaluation of a model shares. */
#pragma once

#include "cvr-model.h"

G_BEGIN_DECLS

/* Figures of the network as it will run: in integers where it is of 8 bits. */
gboolean cvr_evaluate_run (CvrModel *model, const NnSource *source, NnLossKind loss,
                           NnWorkers *workers,
                           gboolean (*keep_going) (gpointer data), gpointer data,
                           NnEvaluation *figures, GError **error);

G_END_DECLS
