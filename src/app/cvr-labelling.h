/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelling a selection of pictures with the number keys: what Images and Mistakes share. */
#pragma once

#include "cvr-image-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* 1 … 9 of either block give class 0 … 8, 0 gives −1 (take the label away). FALSE: another key. */
gboolean cvr_labelling_key          (guint              key,
                                     gint              *label);
/* (transfer full) (element-type guint64). @first: position of the first of them. The model's items
 * are CvrImageItem. */
GArray  *cvr_labelling_selected_ids (GtkSelectionModel *selection,
                                     guint             *first);
/* Selects what is at @position now (or the last), so that work goes on there. */
void     cvr_labelling_select_next  (GtkSelectionModel *selection,
                                     guint              position);
gboolean cvr_labelling_find         (GListModel        *model,
                                     CvrImageItem      *item,
                                     guint             *position);

G_END_DECLS
