/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dividing labelled pictures for experiments: stratified folds and nested parts. Pure; any thread
 * while the data set doesn't change. */
#pragma once

#include "cvr-dataset.h"

G_BEGIN_DECLS

enum { CVR_MAX_FOLDS = 20 };

/* (transfer full) [items]: 0 … @n_folds − 1, −1: takes no part (no label, or kept for the test).
 * Every class is spread as evenly as it can be, pictures of one group stay together. Without groups
 * the sizes are those of scikit-learn's StratifiedKFold; @seed 0: in order, equal to it picture by
 * picture. NN_ERROR_DATA where every class has fewer pictures than there are folds, NN_ERROR_SPEC
 * where @n_folds isn't 2 … CVR_MAX_FOLDS. */
gint       *cvr_folds_assign (CvrDataset *dataset, guint n_folds, guint64 seed,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): a copy where @fold validates and the others train. */
CvrDataset *cvr_folds_apply  (CvrDataset *dataset, const gint *folds,
                              guint fold) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): a copy that trains on @fraction (0 … 1) of each class, two pictures at least
 * where there are so many; the others lose their label. A larger fraction keeps everything that a
 * smaller one has, validation and test stay. @dataset is divided already. */
CvrDataset *cvr_folds_part   (CvrDataset *dataset, double fraction,
                              guint64 seed) G_GNUC_WARN_UNUSED_RESULT;
/* Pictures that cvr_folds_part() trains on. */
guint       cvr_folds_part_size (CvrDataset *dataset, double fraction);

G_END_DECLS
