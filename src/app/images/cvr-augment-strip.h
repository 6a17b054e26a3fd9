/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture beside what augmentation may make of it. */
#pragma once

#include "cvr-augment.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_AUGMENT_STRIP (cvr_augment_strip_get_type ())
G_DECLARE_FINAL_TYPE (CvrAugmentStrip, cvr_augment_strip, CVR, AUGMENT_STRIP, AdwBin)

/* px: room of each picture */
enum { CVR_AUGMENT_SIDE = 84 };

/* Signal "reseed": the button that asks for other random versions. */
GtkWidget *cvr_augment_strip_new         (void) G_GNUC_WARN_UNUSED_RESULT;
/* The original first, then its versions; they are shown sharp, enlarged by a whole number. %NULL
 * and 0: nothing. */
void       cvr_augment_strip_set_images  (CvrAugmentStrip *self, CvrImage *const *images,
                                          guint n_images);
/* What is on: said to screen readers and under the pictures. %NULL: not known. */
void       cvr_augment_strip_set_augment (CvrAugmentStrip *self, const CvrAugment *augment);
guint      cvr_augment_strip_n_images    (CvrAugmentStrip *self);

G_END_DECLS
