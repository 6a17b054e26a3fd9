/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much each layer of a model can lose, measured on pictures. */
#include "cvr-sensitivity.h"

#include "cvr-source.h"

enum { BATCH = 64 };

GArray *
cvr_sensitivity (CvrModel     *model,
                 NnPruneKind   kind,
                 const double *amounts,
                 guint         n_amounts,
                 CvrDataset   *dataset,
                 guint         max_items,
                 NnWorkers    *workers,
                 void        (*told) (const NnSensitivity *row, gpointer data),
                 gboolean    (*keep_going) (gpointer data),
                 gpointer      data,
                 GError      **error)
{
  const char *const *classes = (const char *const *) model->classes;
  NnSensitivitySpec spec = { kind, amounts, n_amounts, { NN_LOSS_CROSS_ENTROPY }, BATCH };
  g_autoptr (CvrSource) source =
    cvr_source_new_for_classes (dataset, CVR_SPLIT_VALID, &model->preprocess, classes,
                                model->n_classes, max_items, NULL, workers, NULL);

  if (source == NULL)
    source = cvr_source_new_for_classes (dataset, CVR_SPLIT_AUTO, &model->preprocess, classes,
                                         model->n_classes, max_items, NULL, workers, error);
  if (source == NULL)
    return NULL;

  return nn_sensitivity (model->graph, model->params, &spec, cvr_source_peek (source), workers,
                         told, keep_going, data, error);
}
