/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one value came about, drawn with its numbers: the window walks over the map before and the
 * value it makes lights up, both ways. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-lens.h"

G_BEGIN_DECLS

#define CVR_TYPE_LENS_VIEW (cvr_lens_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrLensView, cvr_lens_view, CVR, LENS_VIEW, CvrCanvas)

/* Signal "changed": another place, other numbers, or the walk began or ended. The pointer over the
 * layer's map or the map before it, and the arrow keys, choose the place, Home and End the first
 * and last of the row (with Ctrl: of all); Page Up and Page Down the map that is shown of those
 * that are added up; space walks. */

/* Keeps the place where the node is the same, else looks at its strongest value. @maps nullable:
 * shows nothing. */
void     cvr_lens_view_set_map     (CvrLensView *self,
                                    CvrMaps     *maps,
                                    NnNode       node,
                                    guint        tile);
/* What the classes of the next map's network are called, as many as it has; copied. */
void     cvr_lens_view_set_titles  (CvrLensView *self,
                                    char *const *titles);
CvrLens *cvr_lens_view_get_lens    (CvrLensView *self); /* borrowed; NULL */
/* FALSE without a lens. */
gboolean cvr_lens_view_get_place   (CvrLensView *self,
                                    guint       *column,
                                    guint       *row);
void     cvr_lens_view_look_at     (CvrLensView *self,
                                    guint        column,
                                    guint        row);
/* Of the maps that are added up: the next (1) or the one before (−1). */
void     cvr_lens_view_step_plane  (CvrLensView *self,
                                    gint         step);
/* From where it is to the last place, row by row. */
void     cvr_lens_view_set_walking (CvrLensView *self,
                                    gboolean     walking);
gboolean cvr_lens_view_is_walking  (CvrLensView *self);

G_END_DECLS
