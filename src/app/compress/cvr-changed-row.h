/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture whose answer a compression changed, as a list item. */
#pragma once

#include "cvr-image-item.h"

G_BEGIN_DECLS

#define CVR_TYPE_CHANGED_ROW (cvr_changed_row_get_type ())
G_DECLARE_FINAL_TYPE (CvrChangedRow, cvr_changed_row, CVR, CHANGED_ROW, GObject)

/* @text: "cat → dog"; @better: the new answer is the label, @worse: the old one was. */
CvrChangedRow *cvr_changed_row_new       (CvrImageItem  *item,
                                          const char    *text,
                                          gboolean       better,
                                          gboolean       worse) G_GNUC_WARN_UNUSED_RESULT;
CvrImageItem  *cvr_changed_row_get_item  (CvrChangedRow *self); /* borrowed */
const char    *cvr_changed_row_get_text  (CvrChangedRow *self);
gboolean       cvr_changed_row_is_better (CvrChangedRow *self);
gboolean       cvr_changed_row_is_worse  (CvrChangedRow *self);
/* The same picture with the same change. */
gboolean       cvr_changed_row_equal     (CvrChangedRow *self,
                                          CvrChangedRow *other);

G_END_DECLS
