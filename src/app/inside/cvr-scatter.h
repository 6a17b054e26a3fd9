/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures as points or thumbnails in the plane, chosen with a rectangle or a lasso. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-embedding.h"
#include "cvr-project.h"

G_BEGIN_DECLS

#define CVR_TYPE_SCATTER (cvr_scatter_get_type ())
G_DECLARE_FINAL_TYPE (CvrScatter, cvr_scatter, CVR, SCATTER, CvrCanvas)

/* Signals: "pointed" (guint64 id; 0: none): the picture under the pointer or the keyboard's;
 * "chosen-changed"; "labelled" (int class, −1: none; n_classes: no class has the key): a number key
 * was pressed; "zoomed". A drag chooses what it encircles; with Shift it is added, with Ctrl a
 * rectangle is drawn. The wheel enlarges, the middle button moves. Arrow keys go to the next
 * picture in that direction (with Shift they choose it), space chooses it or lets go of it, with
 * Shift also what lies around it, Ctrl+A chooses and Escape lets go of all; + and − enlarge, Home
 * shows the whole. */
void           cvr_scatter_set_project    (CvrScatter *self, CvrProject *project);
/* NULL: nothing. What is chosen stays where it is still there. */
void           cvr_scatter_set_result     (CvrScatter *self, CvrEmbedded *result);
/* Labels changed. */
void           cvr_scatter_update_classes (CvrScatter *self);
void           cvr_scatter_set_thumbnails (CvrScatter *self, gboolean thumbnails);
/* (transfer full) of guint64. */
GArray        *cvr_scatter_get_chosen     (CvrScatter *self) G_GNUC_WARN_UNUSED_RESULT;
void           cvr_scatter_clear_chosen   (CvrScatter *self);
void           cvr_scatter_zoom           (CvrScatter *self, double factor);
gboolean       cvr_scatter_is_whole       (CvrScatter *self);
/* Everything inside the closed line of @n points (x and y behind each other, 0 … 1). */
void           cvr_scatter_choose_inside  (CvrScatter *self, const double *xy, guint n,
                                           gboolean add);

G_END_DECLS
