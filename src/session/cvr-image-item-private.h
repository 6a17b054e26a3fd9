/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the project makes and changes its items. Main thread. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-image-item.h"

G_BEGIN_DECLS

CvrImageItem *cvr_image_item_new       (const CvrItem *item) G_GNUC_WARN_UNUSED_RESULT;
/* Notifies exactly what changed; TRUE when anything did. */
gboolean      cvr_image_item_set_label (CvrImageItem *self, gint label);
gboolean      cvr_image_item_set_split (CvrImageItem *self, guint split);

G_END_DECLS
