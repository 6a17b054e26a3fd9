/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Eigenvalues of small symmetric matrices. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @a [n, n] symmetric, spoiled. @values [n], largest first; row i of @vectors [n, n] is the unit
 * eigenvector of value i, its largest component positive. */
void nn_eigen_symmetric (guint n, double *a, double *values, double *vectors);

G_END_DECLS
