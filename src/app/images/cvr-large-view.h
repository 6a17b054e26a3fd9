/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture large: its boxes to draw, or its pixels as numbers. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_LARGE_VIEW (cvr_large_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrLargeView, cvr_large_view, CVR, LARGE_VIEW, AdwBin)

/* Signal "closed": the person wants back to the grid. */
void          cvr_large_view_set_project (CvrLargeView *self, CvrProject *project);
/* @items: of CvrImageItem, through which Page Up and Page Down go; kept until it is closed. */
void          cvr_large_view_open        (CvrLargeView *self, GListModel *items, CvrImageItem *item,
                                          gboolean pixels);
/* Lets go of the picture. */
void          cvr_large_view_close       (CvrLargeView *self);
CvrImageItem *cvr_large_view_get_item    (CvrLargeView *self); /* borrowed; NULL */
/* −1: the one before; FALSE: there is none. */
gboolean      cvr_large_view_move        (CvrLargeView *self, gint by);
GtkWidget    *cvr_large_view_get_editor  (CvrLargeView *self);

G_END_DECLS
