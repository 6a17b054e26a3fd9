/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks that answer with a number: classes whose names are numbers ("3.5", "3,5") are what it
 * learns. Pure; any thread while the data set doesn't change. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-model.h"

G_BEGIN_DECLS

/* (transfer full) [classes]: what each class's name says. NN_ERROR_DATA names the first class with
 * pictures that isn't a number; classes without pictures are NaN then. */
double  *cvr_numbers_of_classes (CvrDataset *dataset, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Mean and deviation of the numbers that pictures for training have; deviation 1 where they are all
 * alike. */
void     cvr_numbers_spread     (CvrDataset *dataset, const double *values, double *mean,
                                 double *deviation);
/* Whether the network ends in what can be stretched. NN_ERROR_UNSUPPORTED. */
gboolean cvr_numbers_check      (NnGraph *graph, NnParams *params, GError **error);
/* The last layer answers with shift + scale × what it answered before. @params not frozen. */
void     cvr_numbers_stretch    (NnParams *params, double scale, double shift);
/* The model was trained to answer with a number. */
gboolean cvr_numbers_is_model   (CvrModel *model);

G_END_DECLS
