/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The boxes of one picture, drawn and changed with mouse and keyboard. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-zoom-view.h"

G_BEGIN_DECLS

#define CVR_TYPE_BOX_EDITOR (cvr_box_editor_get_type ())
G_DECLARE_FINAL_TYPE (CvrBoxEditor, cvr_box_editor, CVR, BOX_EDITOR, CvrZoomView)

/* Mouse: a drag on free ground (or anywhere with Shift) draws a box of the current class; a click
 * selects the smallest box there, again the next larger one; a drag inside the selected one moves
 * it, its handles resize it, Escape undoes the drag. Keys: Tab and Shift+Tab go through the boxes,
 * arrows move by a pixel of the picture (Shift: ten), with Ctrl they resize, N makes a box in the
 * middle, Delete removes, 1 … 9 are classes, 0 none, Enter is done.
 *
 * Properties: "read-only" (boolean), "current-class" (int, −1: none: the label of new boxes),
 * "selected" (int, −1: none). Signals: "changed": the boxes are others, once when a drag or a held
 * key is let go; "selected-changed"; "done": Enter. */
GtkWidget    *cvr_box_editor_new               (void) G_GNUC_WARN_UNUSED_RESULT;
/* The picture goes without boxes until they are given. */
void          cvr_box_editor_set_picture       (CvrBoxEditor *self, CvrImage *picture);
/* Copied; none is selected, unless as many as before are given back: then the selection stays. A
 * drag under way ends without "changed". */
void          cvr_box_editor_set_boxes         (CvrBoxEditor *self, const CvrBox *boxes,
                                                guint n_boxes);
/* Borrowed until the next change. */
const CvrBox *cvr_box_editor_get_boxes         (CvrBoxEditor *self, guint *n_boxes);
/* Names, colours and keys are read now. */
void          cvr_box_editor_set_classes       (CvrBoxEditor *self, CvrDataset *dataset);
void          cvr_box_editor_set_current_class (CvrBoxEditor *self, gint k);
gint          cvr_box_editor_get_current_class (CvrBoxEditor *self);
void          cvr_box_editor_set_read_only     (CvrBoxEditor *self, gboolean read_only);
gint          cvr_box_editor_get_selected      (CvrBoxEditor *self);
void          cvr_box_editor_select            (CvrBoxEditor *self, gint index); /* −1 */
/* The selected box becomes one of class @k (−1: none). Without one nothing happens. */
void          cvr_box_editor_label             (CvrBoxEditor *self, gint k);
void          cvr_box_editor_remove            (CvrBoxEditor *self);
void          cvr_box_editor_add               (CvrBoxEditor *self);

G_END_DECLS
