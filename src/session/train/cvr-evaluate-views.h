/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test-time augmentation: a model asked about several views of each picture. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-model.h"

G_BEGIN_DECLS

/* Figures of the mean answer; @n: pictures. */
typedef struct
{
  guint  n, n_views;
  double accuracy, loss;
} CvrViewsFigures;

/* Each picture as it is, mirrored, and shifted by a pixel to both corners, mirrored and not. The
 * shifted ones count half (K. Jordan, arXiv 2404.00498, section 3.5). Blocks; any thread. */
gboolean cvr_evaluate_views (CvrModel *model, CvrDataset *dataset, CvrSplit used,
                             NnWorkers *workers, gboolean (*keep_going) (gpointer data),
                             gpointer data, CvrViewsFigures *figures, GError **error);

G_END_DECLS
