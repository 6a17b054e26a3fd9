/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points of the plane in nested squares, so that what lies far away counts as one (J. Barnes, P.
 * Hut, Nature 324, 1986). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One thread while it is filled, any number while it is asked. */
typedef struct _CvrPlaneTree CvrPlaneTree;

CvrPlaneTree *cvr_plane_tree_new   (guint most_points) G_GNUC_WARN_UNUSED_RESULT;
void          cvr_plane_tree_free  (CvrPlaneTree *self);
/* @xy: [n, 2], finite, n at most what it was made for; replaces what was there. */
void          cvr_plane_tree_fill  (CvrPlaneTree *self, const double *xy, guint n);
/* With q = 1 / (1 + |y − z|²) over all other points z: Σ q (returned) and @force = Σ q²·(y − z),
 * for a point @xy of those it was filled with. Squares whose side is less than @angle times their
 * distance count as one point. @angle at most 0.7; 0: exact. */
double        cvr_plane_tree_repel (const CvrPlaneTree *self, const double xy[2], double angle,
                                    double force[2]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrPlaneTree, cvr_plane_tree_free)

G_END_DECLS
