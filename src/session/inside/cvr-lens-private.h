/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a lens is put together, panel by panel. Texts and planes are taken. */
#pragma once

#include "cvr-lens.h"

G_BEGIN_DECLS

CvrLensPanel *cvr_lens_add_panel  (CvrLens *self, CvrPanelKind kind, char *title, const char *sign);
CvrLensPanel *cvr_lens_add_plane  (CvrLens *self, CvrPlane *plane, char *title, const char *sign);
void          cvr_lens_frame      (CvrLensPanel *panel, gint column, gint row, guint columns,
                                   guint rows);
void          cvr_lens_add_row    (CvrLensPanel *panel, char *text, double value);
void          cvr_lens_add_total  (CvrLensPanel *panel, char *text, double value);
/* @dup_text: the line of a part, counted from 1 with @first added */
void          cvr_lens_list_parts (CvrLensPanel *panel, const double *parts, guint n, guint first,
                                   char *(*dup_text) (guint k));

G_END_DECLS
