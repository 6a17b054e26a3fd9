/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row of augmented versions of one picture that follows the sliders, made beside the main
 * thread. */
#pragma once

#include "cvr-augment.h"
#include "cvr-dataset.h"
#include "cvr-preprocess.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CVR_TYPE_AUGMENT_PREVIEW (cvr_augment_preview_get_type ())
G_DECLARE_FINAL_TYPE (CvrAugmentPreview, cvr_augment_preview, CVR, AUGMENT_PREVIEW, GObject)

enum { CVR_AUGMENT_PREVIEW_MOST = 64 };

/* Main thread. Signal "changed": there are other versions, or an error. */
CvrAugmentPreview *cvr_augment_preview_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* Asks for @n versions of @picture: what its first @n epochs would see, at the network's size, in a
 * training of this @seed whose first picture it is. Until they are there the last ones stay, where
 * they are of the same picture; while requests come faster than versions can be made, the newest
 * counts. @picture NULL: nothing to show. */
void       cvr_augment_preview_show      (CvrAugmentPreview *self, CvrPicture *picture,
                                          const CvrPreprocess *preprocess,
                                          const CvrAugment *augment, guint64 seed, guint n);
/* A newer request is on its way. */
gboolean   cvr_augment_preview_is_busy   (CvrAugmentPreview *self);
guint      cvr_augment_preview_n_images  (CvrAugmentPreview *self);
CvrImage  *cvr_augment_preview_get_image (CvrAugmentPreview *self, guint i); /* borrowed */
/* The strengths that the versions show; NULL where there are none. */
const CvrAugment *cvr_augment_preview_get_augment (CvrAugmentPreview *self);
/* Why the picture can't be shown; NULL. */
const GError *cvr_augment_preview_get_error (CvrAugmentPreview *self);

/* Version @epoch (from 0) of @pixels, which have the network's size and channels (transfer full);
 * NULL without memory. Any thread. */
CvrImage  *cvr_augment_preview_version   (const CvrPreprocess *preprocess, const CvrImage *pixels,
                                          const CvrAugment *augment, guint64 seed, guint epoch)
                                          G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
