/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A card of the notebook: curve, name, scores, what differs from the one before. */
#pragma once

#include "cvr-notebook.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_RUN_TILE (cvr_run_tile_get_type ())
G_DECLARE_FINAL_TYPE (CvrRunTile, cvr_run_tile, CVR, RUN_TILE, AdwBin)

/* Signal "compare-toggled" (boolean): the user put it into the comparison or took it out. */
/* @card nullable: nothing. @before nullable: what it is compared to. @paint: its colour in the
 * comparison; −1: not in it. */
void        cvr_run_tile_bind     (CvrRunTile *self, CvrRunCard *card, CvrRunCard *before,
                                   gint paint);
CvrRunCard *cvr_run_tile_get_card (CvrRunTile *self); /* borrowed; NULL */

G_END_DECLS
