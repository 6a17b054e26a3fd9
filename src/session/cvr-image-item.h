/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture of the project as a list model's item. */
#pragma once

#include "cvr-image.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define CVR_TYPE_IMAGE_ITEM (cvr_image_item_get_type ())
G_DECLARE_FINAL_TYPE (CvrImageItem, cvr_image_item, CVR, IMAGE_ITEM, GObject)

/* Properties, notified when they change: "label" (int, −1 none), "name" (string), "split" (uint,
 * CvrSplit used). Main thread. Made by CvrProject only. */
guint64     cvr_image_item_get_id    (CvrImageItem *self);
const char *cvr_image_item_get_name  (CvrImageItem *self);
gint        cvr_image_item_get_label (CvrImageItem *self);
guint       cvr_image_item_get_split (CvrImageItem *self);
CvrImage   *cvr_image_item_get_image (CvrImageItem *self); /* borrowed */

G_END_DECLS
