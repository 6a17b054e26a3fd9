/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A layer's tiles painted beside the main thread. */
#pragma once

#include "cvr-job.h"
#include "cvr-map-sheet.h"

G_BEGIN_DECLS

/* Main thread. @values: floats, see cvr_map_sheet_paint(). @done: result is a cairo_surface_t*
 * (owned); NULL where it can't be made. */
CvrJob *cvr_map_paint_start (const CvrMapSheet *sheet, GBytes *values, const CvrTheme *theme,
                             GObject *owner, CvrJobDone done, gpointer user_data);

G_END_DECLS
