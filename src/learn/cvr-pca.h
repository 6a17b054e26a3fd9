/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Principal components: the directions in which data vary most. */
#pragma once

#include "nn-error.h"
#include "nn-workers.h"

G_BEGIN_DECLS

/**
 * CvrPca:
 * @n_axes: as many as were asked for, at most as many as there are dimensions or items
 * @mean: [n_dims]
 * @axes: [n_axes, n_dims] unit vectors, the one along which data vary most first. Of each the
 *   projection that is largest in size is positive (scikit-learn's svd_flip() on U).
 * @variances: [n_axes] along them, divided by n − 1
 * @total: variance of the data along all dimensions
 */
typedef struct
{
  guint   n_dims, n_axes;
  double *mean, *axes, *variances;
  double  total;
} CvrPca;

/* @x: [n, n_dims]. Exact where items or dimensions are at most 512, otherwise by a randomised
 * search for the space of the largest (seeded). The same bits for any number of threads. Blocks;
 * any thread. @keep_going nullable. NULL with NN_ERROR_CANCELLED, or NN_ERROR_DATA: fewer than
 * two items, or a value that is not finite. */
CvrPca *cvr_pca_new     (const float *x, guint n, guint n_dims, guint n_axes, guint64 seed,
                         NnWorkers *workers, gboolean (*keep_going) (gpointer data), gpointer data,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @y: [n, n_axes], overwritten. */
void    cvr_pca_project (const CvrPca *self, const float *x, guint n, NnWorkers *workers,
                         double *y);
void    cvr_pca_free    (CvrPca *self); /* NULL: nothing */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrPca, cvr_pca_free)

G_END_DECLS
