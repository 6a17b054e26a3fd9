/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the present network says about the project's pictures: asked when a page needs it. */
#pragma once

#include "cvr-images-filter.h"
#include "cvr-review.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CVR_TYPE_IMAGES_ANSWERS (cvr_images_answers_get_type ())
G_DECLARE_FINAL_TYPE (CvrImagesAnswers, cvr_images_answers, CVR, IMAGES_ANSWERS, GObject)

/* Main thread. Signal "changed": other answers are known, or asking ended. */
CvrImagesAnswers *cvr_images_answers_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void              cvr_images_answers_set_project (CvrImagesAnswers *self, CvrProject *project);
/* There is a trained network to ask. */
gboolean          cvr_images_answers_can_ask     (CvrImagesAnswers *self);
gboolean          cvr_images_answers_is_asking   (CvrImagesAnswers *self);
/* The present network's about all pictures there are; NULL: it has not been asked yet. */
CvrReview        *cvr_images_answers_get_review  (CvrImagesAnswers *self);
/* Starts asking where that is NULL; progress is shown in @widget's window. */
void              cvr_images_answers_ask         (CvrImagesAnswers *self, GtkWidget *widget);
/* All that is known: else those of the evaluation, for the validation pictures. */
void              cvr_images_answers_fill        (CvrImagesAnswers *self, CvrImagesFilter *filter);

G_END_DECLS
