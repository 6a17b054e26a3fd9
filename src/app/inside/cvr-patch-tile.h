/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture of the project with the part that excites a channel framed. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-exciting.h"
#include "cvr-project.h"

G_BEGIN_DECLS

#define CVR_TYPE_PATCH_TILE (cvr_patch_tile_get_type ())
G_DECLARE_FINAL_TYPE (CvrPatchTile, cvr_patch_tile, CVR, PATCH_TILE, CvrCanvas)

/* Reads the picture beside the main thread. */
GtkWidget *cvr_patch_tile_new (CvrProject          *project,
                               const CvrExcitement *excitement) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
