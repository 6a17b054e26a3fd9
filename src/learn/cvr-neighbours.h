/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nearest neighbours of every item, exactly. */
#pragma once

#include "nn-error.h"
#include "nn-workers.h"

G_BEGIN_DECLS

/* @x: [n, n_dims]. @places, @squares: [n, k], the k nearest others of each item, nearest first
 * (of equals the one with the smaller number), and their squared Euclidean distances. k < n. The
 * same bits for any number of threads. Blocks; any thread. @keep_going nullable. FALSE with
 * NN_ERROR_CANCELLED. */
gboolean cvr_neighbours (const double *x, guint n, guint n_dims, guint k, guint *places,
                         double *squares, NnWorkers *workers,
                         gboolean (*keep_going) (gpointer data), gpointer data, GError **error);

G_END_DECLS
