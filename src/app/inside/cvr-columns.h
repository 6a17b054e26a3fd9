/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole network as columns of maps, left to right, with what leads from one to the other. */
#pragma once

#include "cvr-map-column.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_COLUMNS (cvr_columns_get_type ())
G_DECLARE_FINAL_TYPE (CvrColumns, cvr_columns, CVR, COLUMNS, AdwBin)

/* Signal "selected": another tile was chosen, by mouse, keyboard or because the columns are new. */

/* Floats of a layer's maps, kernels or gradients; NULL: none (transfer full). */
typedef GBytes *(*CvrColumnsValues) (NnNode node, gpointer data);

/* New columns where the graph or the kind is another; a tile that is still there stays chosen.
 * @values: asked for each column before it returns. */
void          cvr_columns_show        (CvrColumns      *self,
                                       CvrMaps         *maps,
                                       CvrMapsKind      kind,
                                       CvrColumnsValues values,
                                       gpointer         data);
/* What the classes of the next maps' network are called, as many as it has; they stand beside the
 * values of its answer. Copied. */
void          cvr_columns_set_titles  (CvrColumns  *self,
                                       char *const *titles);
/* FALSE: nothing is chosen. */
gboolean      cvr_columns_get_chosen  (CvrColumns   *self,
                                       NnNode       *node,
                                       guint        *tile);
/* As by a click, and scrolled to. */
void          cvr_columns_choose      (CvrColumns   *self,
                                       NnNode        node,
                                       guint         tile);
guint         cvr_columns_n           (CvrColumns   *self);
CvrMapColumn *cvr_columns_get         (CvrColumns   *self,
                                       guint         i); /* borrowed */

G_END_DECLS
