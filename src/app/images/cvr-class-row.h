/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One class as a card: colour, key, name, how many pictures; pictures and files can be dropped on
 * it. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_CLASS_ROW (cvr_class_row_get_type ())
G_DECLARE_FINAL_TYPE (CvrClassRow, cvr_class_row, CVR, CLASS_ROW, GtkListBoxRow)

enum { CVR_ROW_ALL = -2, CVR_ROW_UNLABELLED = -1 };

/* @k: class, or one of the above. Signals: "renamed" (string), "remove", "look-chosen" (int colour,
 * uint key), "switched" (boolean off), "fill-merge" (GMenu: append items with "class.merge(u)"),
 * "merge" (uint into; this class goes), "item-dropped" (CvrImageItem), "files-dropped"
 * (GdkFileList), "class-dropped" (int: a class pulled onto this one). */
GtkWidget *cvr_class_row_new       (gint         k,
                                    const char  *title) G_GNUC_WARN_UNUSED_RESULT;
gint       cvr_class_row_get_class (CvrClassRow *self);
void       cvr_class_row_set_title (CvrClassRow *self,
                                    const char  *title);
/* @largest: count of the class that has most, for the bar. */
void       cvr_class_row_set_count (CvrClassRow *self,
                                    guint        count,
                                    guint        largest);
/* Colour, key and switch. @dataset is read now, not kept. */
void       cvr_class_row_set_look  (CvrClassRow *self,
                                    CvrDataset  *dataset);
void       cvr_class_row_start_rename (CvrClassRow *self);
void       cvr_class_row_stop_rename  (CvrClassRow *self);

G_END_DECLS
