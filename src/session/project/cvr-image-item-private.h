/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the project makes and changes its items. Main thread. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-image-item.h"

G_BEGIN_DECLS

CvrImageItem *cvr_image_item_new    (const CvrItem *item) G_GNUC_WARN_UNUSED_RESULT;
/* Its id where it stands: a key for look-ups. */
const guint64 *cvr_image_item_id    (CvrImageItem *self);
gboolean      cvr_image_item_differs (CvrImageItem *self, const CvrItem *item);
/* Becomes like @item, and notifies exactly what changed. */
void          cvr_image_item_update (CvrImageItem *self, const CvrItem *item);

G_END_DECLS
