/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every layer as columns of maps; below, the chosen one down to its numbers. */
#pragma once

#include "cvr-columns.h"

G_BEGIN_DECLS

#define CVR_TYPE_MAPS_VIEW (cvr_maps_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrMapsView, cvr_maps_view, CVR, MAPS_VIEW, AdwBin)

/* Signal "selected": another map was chosen.
 * @gradients: (nullable): what is shown in place of the maps; called until the next show, @data
 * with it. */
void     cvr_maps_view_show       (CvrMapsView     *self,
                                   CvrMaps         *maps,
                                   CvrColumnsValues gradients,
                                   gpointer         data);
/* What its classes are called in the project, as many as the network has; copied. */
void     cvr_maps_view_set_titles (CvrMapsView *self,
                                   char *const *titles);
/* FALSE: nothing is chosen. */
gboolean cvr_maps_view_get_chosen (CvrMapsView *self,
                                   NnNode      *node,
                                   guint       *tile);
void     cvr_maps_view_choose     (CvrMapsView *self,
                                   NnNode       node,
                                   guint        tile);

G_END_DECLS
