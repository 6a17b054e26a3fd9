/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture of the project as a list model's item. */
#pragma once

#include "cvr-dataset.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define CVR_TYPE_IMAGE_ITEM (cvr_image_item_get_type ())
G_DECLARE_FINAL_TYPE (CvrImageItem, cvr_image_item, CVR, IMAGE_ITEM, GObject)

/* As it is on disk. Properties, notified when they change: "label" (int, −1 none), "name" (string),
 * "split" (uint, CvrSplit used), "extras" (pointer: boxes, tags, note), "group" (uint64). Main
 * thread. Made by CvrProject only. */
guint64     cvr_image_item_get_id    (CvrImageItem *self);
const char *cvr_image_item_get_name  (CvrImageItem *self);
gint        cvr_image_item_get_label (CvrImageItem *self);
guint       cvr_image_item_get_split (CvrImageItem *self);
CvrPicture *cvr_image_item_get_picture (CvrImageItem *self); /* borrowed */
/* What source or user said; AUTO: cvr_dataset_split() decided. */
CvrSplit    cvr_image_item_get_chosen_split (CvrImageItem *self);
const CvrExtras *cvr_image_item_get_extras (CvrImageItem *self); /* borrowed; NULL: nothing */
guint64     cvr_image_item_get_group (CvrImageItem *self);

G_END_DECLS
