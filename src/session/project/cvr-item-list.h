/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screen shows of the project's pictures: a list of CvrImageItem that follows a data
 * set. */
#pragma once

#include "cvr-image-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CVR_TYPE_ITEM_LIST (cvr_item_list_get_type ())
G_DECLARE_FINAL_TYPE (CvrItemList, cvr_item_list, CVR, ITEM_LIST, GObject)

/* GListModel of CvrImageItem in order of their ids. Main thread. */
CvrItemList  *cvr_item_list_new  (void) G_GNUC_WARN_UNUSED_RESULT;
/* Borrowed; NULL. */
CvrImageItem *cvr_item_list_find (CvrItemList *self, guint64 id);
/* Brings the list to what @dataset says, whose ids ascend: one "items-changed" for every run of
 * pictures that came or went (one for all of it where there are very many), then the items notify
 * what changed. Not from within these. */
void          cvr_item_list_sync (CvrItemList *self, CvrDataset *dataset);

G_END_DECLS
