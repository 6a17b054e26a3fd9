/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the box editor's drawing and its mouse and keyboard share. */
#pragma once

#include "cvr-box-editor.h"
#include "cvr-box-shape.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_DRAG_NONE,
  CVR_DRAG_PRESSED, /* not moved far enough to be more than a click */
  CVR_DRAG_DRAW,
  CVR_DRAG_MOVE,
  CVR_DRAG_RESIZE,
} CvrBoxDragKind;

/* @wanted: what it becomes when it moves. @x, @y: where it began, px of the widget. @before: the
 * selected box then. @selected: before the press. */
typedef struct
{
  CvrBoxDragKind kind, wanted;
  CvrSides       sides;
  double         x, y;
  CvrBox         before;
  gint           selected;
} CvrBoxDrag;

struct _CvrBoxEditor
{
  CvrZoomView parent_instance;

  GArray    *boxes;  /* of CvrBox */
  GPtrArray *names;  /* of char, one a class */
  GArray    *paints; /* of guint, one a class: what cvr_paint_class_colour() takes */
  gint       of_key[10]; /* the class that a digit means; 0: none */
  gint       current_class, selected, hover;
  gboolean   read_only;
  gboolean   unsaid; /* changed by a key that is still held */
  CvrBoxDrag drag;
};

static inline CvrBox *
cvr_box_editor_box (CvrBoxEditor *self,
                    gint          index)
{
  return &g_array_index (self->boxes, CvrBox, index);
}

static inline CvrBox *
cvr_box_editor_selected_box (CvrBoxEditor *self)
{
  return self->selected >= 0 ? cvr_box_editor_box (self, self->selected) : NULL;
}

static inline CvrImage *
cvr_box_editor_picture (CvrBoxEditor *self)
{
  return cvr_zoom_view_get_picture (CVR_ZOOM_VIEW (self));
}

static inline gboolean
cvr_box_editor_is_editable (CvrBoxEditor *self)
{
  return !self->read_only && cvr_box_editor_picture (self) != NULL;
}

/* The box as it lies on the widget. */
CvrThing cvr_box_editor_thing (CvrBoxEditor *self, const CvrBox *box);
/* Redraws and tells screen readers; "changed" is the caller's. */
void cvr_box_editor_update (CvrBoxEditor *self);
void cvr_box_editor_say_changed (CvrBoxEditor *self);
/* Says "changed" where a key has changed something and was not let go. */
void cvr_box_editor_flush (CvrBoxEditor *self);
/* A box of the current class at the end, selected. */
void cvr_box_editor_append (CvrBoxEditor *self, const CvrBox *box);
void cvr_box_editor_finish (CvrBoxEditor *self);
void cvr_box_editor_listen (CvrBoxEditor *self);

G_END_DECLS
