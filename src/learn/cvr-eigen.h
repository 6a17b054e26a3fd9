/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All eigenvalues and eigenvectors of a symmetric matrix of some hundred rows. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @a [n, n] symmetric; overwritten: row i is the unit eigenvector of @values[i], of either sign.
 * @values [n], largest first. 10·n³ operations; any thread. FALSE: a value is not finite. */
gboolean cvr_eigen (guint n, double *a, double *values);

G_END_DECLS
