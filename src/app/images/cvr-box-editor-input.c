/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mouse and keyboard of the box editor. */
#include "cvr-box-editor-private.h"

#include "cvr-labelling.h"

#include <math.h>

/* px of the widget: a shorter drag is a click; a handle is met that near to its middle. */
static const double drag_threshold = 4, handle_reach = 8;

/* The handle of the selected box at a place; −1: none. */
static gint
handle_at (CvrBoxEditor *self,
           double        x,
           double        y)
{
  const CvrBox *box = cvr_box_editor_selected_box (self);
  CvrThing thing;

  if (box == NULL || !cvr_box_editor_is_editable (self))
    return -1;
  thing = cvr_box_editor_thing (self, box);
  for (guint i = 0; i < CVR_N_HANDLES; i++)
    {
      double at_x, at_y;

      if (cvr_paint_thing_handle (&thing, i, &at_x, &at_y) && fabs (x - at_x) <= handle_reach &&
          fabs (y - at_y) <= handle_reach)
        return (gint) i;
    }

  return -1;
}

/* Fractions of the picture under a place of the widget. */
static gboolean
fraction_at (CvrBoxEditor *self,
             double        x,
             double        y,
             double       *fx,
             double       *fy)
{
  CvrImage *picture = cvr_box_editor_picture (self);
  gboolean inside = cvr_zoom_view_locate (CVR_ZOOM_VIEW (self), x, y, fx, fy);

  if (picture != NULL)
    {
      *fx /= picture->width;
      *fy /= picture->height;
    }

  return inside;
}

static void
point_at (CvrBoxEditor *self,
          double        x,
          double        y)
{
  static const char *const handle_cursors[] = { "nw-resize", "n-resize", "ne-resize", "e-resize",
                                                "se-resize", "s-resize", "sw-resize", "w-resize" };
  const CvrBox *box = cvr_box_editor_selected_box (self);
  const char *cursor = cvr_box_editor_is_editable (self) ? "crosshair" : "default";
  gint handle = isnan (x) ? -1 : handle_at (self, x, y), hover = -1;
  double fx, fy;

  if (self->drag.kind > CVR_DRAG_PRESSED)
    return;
  if (!isnan (x) && fraction_at (self, x, y, &fx, &fy))
    {
      hover =
        cvr_box_shape_find ((CvrBox *) (gpointer) self->boxes->data, self->boxes->len, fx, fy, -1);
      if (hover >= 0)
        cursor = "pointer";
      if (box != NULL && cvr_box_editor_is_editable (self) && cvr_box_shape_has (box, fx, fy))
        cursor = "move";
    }
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   handle >= 0 ? handle_cursors[handle] : cursor);
  if (self->hover != hover)
    {
      self->hover = hover;
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
}

static void
press (CvrBoxEditor *self,
       double        x,
       double        y,
       gboolean      draw)
{
  gint handle = draw ? -1 : handle_at (self, x, y), found;
  const CvrBox *box = cvr_box_editor_selected_box (self);
  double fx, fy;
  gboolean inside = fraction_at (self, x, y, &fx, &fy);

  cvr_box_editor_flush (self);
  self->drag = (CvrBoxDrag) { CVR_DRAG_PRESSED, CVR_DRAG_NONE, 0, x, y, { 0 }, self->selected };
  if (handle >= 0)
    {
      self->drag.wanted = CVR_DRAG_RESIZE;
      self->drag.sides = cvr_box_shape_sides ((guint) handle);
    }
  else if (box != NULL && !draw && cvr_box_shape_has (box, fx, fy))
    self->drag.wanted = CVR_DRAG_MOVE;
  else
    {
      found = draw ? -1
                   : cvr_box_shape_find ((CvrBox *) (gpointer) self->boxes->data, self->boxes->len,
                                         fx, fy, -1);
      self->drag.wanted = found >= 0 ? CVR_DRAG_MOVE : inside ? CVR_DRAG_DRAW : CVR_DRAG_NONE;
      cvr_box_editor_select (self, found);
    }
  if (self->selected >= 0)
    self->drag.before = *cvr_box_editor_box (self, self->selected);
  if (!cvr_box_editor_is_editable (self))
    self->drag.wanted = CVR_DRAG_NONE;
}

static void
drag_to (CvrBoxEditor *self,
         double        dx,
         double        dy)
{
  CvrImage *picture = cvr_box_editor_picture (self);
  double scale = cvr_zoom_view_get_zoom (CVR_ZOOM_VIEW (self))->scale;
  CvrBoxDrag *drag = &self->drag;
  CvrBox *box;

  if (drag->kind == CVR_DRAG_PRESSED && hypot (dx, dy) >= drag_threshold)
    {
      drag->kind = drag->wanted;
      if (drag->kind == CVR_DRAG_DRAW)
        cvr_box_editor_append (self, &(CvrBox) { 0 });
    }
  box = cvr_box_editor_selected_box (self);
  if (drag->kind <= CVR_DRAG_PRESSED || box == NULL || picture == NULL || !(scale > 0))
    return;

  if (drag->kind == CVR_DRAG_DRAW)
    {
      double x, y;
      gint label = box->label;

      cvr_zoom_view_locate (CVR_ZOOM_VIEW (self), drag->x, drag->y, &x, &y);
      *box = cvr_box_shape_between (x, y, x + dx / scale, y + dy / scale, picture->width,
                                    picture->height);
      box->label = label;
    }
  else if (drag->kind == CVR_DRAG_MOVE)
    *box = cvr_box_shape_move (&drag->before, round (dx / scale), round (dy / scale),
                               picture->width, picture->height);
  else
    *box = cvr_box_shape_resize (&drag->before, drag->sides, dx / scale, dy / scale, picture->width,
                                 picture->height);
  cvr_box_editor_update (self);
}

/* As it was before the press, but for what the press selected. */
static gboolean
cancel_drag (CvrBoxEditor *self)
{
  CvrBoxDrag drag = self->drag;

  self->drag.kind = CVR_DRAG_NONE;
  if (drag.kind <= CVR_DRAG_PRESSED)
    return FALSE;
  if (drag.kind == CVR_DRAG_DRAW)
    {
      g_array_set_size (self->boxes, self->boxes->len - 1);
      cvr_box_editor_select (self, -1);
    }
  else
    *cvr_box_editor_box (self, self->selected) = drag.before;
  cvr_box_editor_update (self);

  return TRUE;
}

static gboolean
is_same_box (const CvrBox *a,
             const CvrBox *b)
{
  return a->label == b->label && a->x == b->x && a->y == b->y && a->width == b->width &&
         a->height == b->height;
}

static void
release (CvrBoxEditor *self)
{
  CvrBoxDrag drag = self->drag;
  double fx, fy;

  self->drag.kind = CVR_DRAG_NONE;
  if (drag.kind == CVR_DRAG_PRESSED)
    {
      /* A click where a box was selected already goes on to the next one there. */
      if (drag.wanted != CVR_DRAG_RESIZE && drag.selected >= 0 && drag.selected == self->selected &&
          fraction_at (self, drag.x, drag.y, &fx, &fy))
        cvr_box_editor_select (self, cvr_box_shape_find ((CvrBox *) (gpointer) self->boxes->data,
                                                         self->boxes->len, fx, fy, self->selected));
    }
  else if (drag.kind == CVR_DRAG_DRAW ||
           (drag.kind > CVR_DRAG_PRESSED &&
            !is_same_box (cvr_box_editor_box (self, self->selected), &drag.before)))
    cvr_box_editor_say_changed (self);
}

static void
drag_begin_cb (CvrBoxEditor   *self,
               double          x,
               double          y,
               GtkGestureDrag *gesture)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  press (self, x, y, (state & GDK_SHIFT_MASK) != 0);
}

/* Tab leaves the widget behind the last box and before the first. */
static gboolean
walk (CvrBoxEditor *self,
      gboolean      back)
{
  gint n = (gint) self->boxes->len, next = self->selected + (back ? -1 : 1);

  if (self->selected < 0)
    next = back ? n - 1 : 0;
  if (next < 0 || next >= n)
    return GDK_EVENT_PROPAGATE;
  cvr_box_editor_select (self, next);

  return GDK_EVENT_STOP;
}

static gboolean
move_by_key (CvrBoxEditor   *self,
             gint            dx,
             gint            dy,
             GdkModifierType state)
{
  CvrImage *picture = cvr_box_editor_picture (self);
  CvrBox *box = cvr_box_editor_selected_box (self), moved;
  gint step = (state & GDK_SHIFT_MASK) != 0 ? 10 : 1;

  if (box == NULL || !cvr_box_editor_is_editable (self))
    return GDK_EVENT_PROPAGATE;
  if ((state & GDK_CONTROL_MASK) != 0)
    moved = cvr_box_shape_resize (box, CVR_SIDE_RIGHT | CVR_SIDE_BOTTOM, dx * step, dy * step,
                                  picture->width, picture->height);
  else
    moved = cvr_box_shape_move (box, dx * step, dy * step, picture->width, picture->height);
  if (!is_same_box (box, &moved))
    {
      *box = moved;
      self->unsaid = TRUE;
      cvr_box_editor_update (self);
    }
  cvr_zoom_view_show_pixel (CVR_ZOOM_VIEW (self), box->x * picture->width,
                            box->y * picture->height);

  return GDK_EVENT_STOP;
}

/* @place: −1: the digit 0, which takes the label away. */
static gboolean
label_by_key (CvrBoxEditor *self,
              gint          place)
{
  gint k = self->of_key[place + 1];

  if (!cvr_box_editor_is_editable (self) || (place >= 0 && k < 0))
    return GDK_EVENT_PROPAGATE;
  cvr_box_editor_set_current_class (self, k);
  cvr_box_editor_label (self, k);

  return GDK_EVENT_STOP;
}

static gboolean
escape (CvrBoxEditor *self)
{
  if (cancel_drag (self))
    return GDK_EVENT_STOP;
  if (self->selected < 0)
    return GDK_EVENT_PROPAGATE;
  cvr_box_editor_select (self, -1);

  return GDK_EVENT_STOP;
}

static gboolean
edit_key (CvrBoxEditor *self,
          guint         key)
{
  gint place;

  switch (key)
    {
    case GDK_KEY_n:
    case GDK_KEY_N:
      if (!cvr_box_editor_is_editable (self))
        return GDK_EVENT_PROPAGATE;
      cvr_box_editor_add (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
    case GDK_KEY_BackSpace:
      if (!cvr_box_editor_is_editable (self) || self->selected < 0)
        return GDK_EVENT_PROPAGATE;
      cvr_box_editor_remove (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      cvr_box_editor_finish (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      return escape (self);
    default:
      return cvr_labelling_key (key, &place) ? label_by_key (self, place) : GDK_EVENT_PROPAGATE;
    }
}

static gboolean
key_pressed_cb (CvrBoxEditor   *self,
                guint           key,
                guint           code,
                GdkModifierType state)
{
  static const struct
  {
    guint key, pad;
    gint dx, dy;
  } moves[] = {
    { GDK_KEY_Left, GDK_KEY_KP_Left, -1, 0 },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 1, 0 },
    { GDK_KEY_Up, GDK_KEY_KP_Up, 0, -1 },
    { GDK_KEY_Down, GDK_KEY_KP_Down, 0, 1 },
  };

  /* While a drag goes on, only Escape means something. */
  if (self->drag.kind > CVR_DRAG_PRESSED && key != GDK_KEY_Escape)
    return GDK_EVENT_STOP;
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    if ((key == moves[i].key || key == moves[i].pad) && (state & GDK_ALT_MASK) == 0)
      return move_by_key (self, moves[i].dx, moves[i].dy, state);
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Tab || key == GDK_KEY_KP_Tab || key == GDK_KEY_ISO_Left_Tab)
    return walk (self, key == GDK_KEY_ISO_Left_Tab || (state & GDK_SHIFT_MASK) != 0);

  return edit_key (self, key);
}

/* Connects the widget to pointer and keys. */
void
cvr_box_editor_listen (CvrBoxEditor *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_to), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (release), self);
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (cancel_drag), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (cvr_box_editor_flush), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (cvr_box_editor_flush), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect (self, "hover", G_CALLBACK (point_at), NULL);
}
