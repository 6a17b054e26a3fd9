/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture whose answer a compression changed, as a list item. */
#pragma once

#include "cvr-compress.h"
#include "cvr-image-item.h"

G_BEGIN_DECLS

#define CVR_TYPE_CHANGED_ROW (cvr_changed_row_get_type ())
G_DECLARE_FINAL_TYPE (CvrChangedRow, cvr_changed_row, CVR, CHANGED_ROW, GObject)

/* @text: "cat → dog"; @paints: colours of the two, as cvr_draw_swatch() counts them. */
CvrChangedRow *cvr_changed_row_new       (CvrImageItem           *item,
                                          const CvrChangedAnswer *answer,
                                          const char             *text,
                                          const guint             paints[2])
                                          G_GNUC_WARN_UNUSED_RESULT;
CvrImageItem  *cvr_changed_row_get_item  (CvrChangedRow *self); /* borrowed */
const char    *cvr_changed_row_get_text  (CvrChangedRow *self);
const guint   *cvr_changed_row_get_paints (CvrChangedRow *self); /* [2]: before, after */
/* The new answer is the label; the old one was. */
gboolean       cvr_changed_row_is_better (CvrChangedRow *self);
gboolean       cvr_changed_row_is_worse  (CvrChangedRow *self);
/* The same picture with the same change. */
gboolean       cvr_changed_row_equal     (CvrChangedRow *self,
                                          CvrChangedRow *other);

G_END_DECLS
