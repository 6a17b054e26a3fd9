/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures and their classes: look, label, sort out. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_IMAGES_PAGE (cvr_images_page_get_type ())
G_DECLARE_FINAL_TYPE (CvrImagesPage, cvr_images_page, CVR, IMAGES_PAGE, AdwBin)

void  cvr_images_page_set_project     (CvrImagesPage *self,
                                       CvrProject    *project);
/* Shows only pictures without a label. */
void  cvr_images_page_show_unlabelled (CvrImagesPage *self);
/* Labels the selection: what the keys 1 … 9 and 0 do; @label −1 takes the label away. */
void  cvr_images_page_label_selection (CvrImagesPage *self,
                                       gint           label);
/* Removes the selected pictures, undoable. */
void  cvr_images_page_remove_selection (CvrImagesPage *self);
/* Of the pictures shown at present: a GtkSelectionModel of CvrImageItem. */
GtkSelectionModel *cvr_images_page_get_selection (CvrImagesPage *self);
/* "2,000 images · 10 kinds · balanced · 12 without a label" (transfer full). */
char *cvr_images_page_dup_summary     (CvrDataset *dataset,
                                       CvrProject *titles);

G_END_DECLS
