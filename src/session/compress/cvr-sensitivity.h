/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much each layer of a model can lose, measured on pictures: blocking, for any thread. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-model.h"

G_BEGIN_DECLS

/* See nn_sensitivity(). VALID items (or, where there are none, every labelled one) are looked at,
 * @max_items 0: all of them. */
GArray *cvr_sensitivity (CvrModel *model, NnPruneKind kind, const double *amounts,
                         guint n_amounts, CvrDataset *dataset, guint max_items, NnWorkers *workers,
                         void (*told) (const NnSensitivity *row, gpointer data),
                         gboolean (*keep_going) (gpointer data), gpointer data,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
