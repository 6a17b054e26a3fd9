/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classes as cards under each other, with their counts; choosing one filters the pictures. */
#pragma once

#include "cvr-class-row.h"

G_BEGIN_DECLS

#define CVR_TYPE_CLASS_LIST (cvr_class_list_get_type ())
G_DECLARE_FINAL_TYPE (CvrClassList, cvr_class_list, CVR, CLASS_LIST, AdwBin)

/* Renames, removes and imports dropped files by itself. Signals: "shown" (another row was chosen),
 * "item-dropped" (CvrImageItem, int class or −1). */
void cvr_class_list_set_project (CvrClassList *self,
                                 CvrProject   *project);
/* Class, CVR_ROW_ALL or CVR_ROW_UNLABELLED. */
gint cvr_class_list_get_shown   (CvrClassList *self);
void cvr_class_list_show        (CvrClassList *self,
                                 gint          k);

G_END_DECLS
