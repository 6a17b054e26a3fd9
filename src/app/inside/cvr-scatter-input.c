/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures in the plane with mouse and keyboard: pointed at, chosen, enlarged, labelled. */
#include "cvr-scatter-private.h"

#include "cvr-labelling.h"

#include <math.h>

enum { MORE = 8 }; /* pictures that one key more chooses */

static const double wheel_step = 1.25, key_step = 1.5;

static void
room (CvrScatter *self,
      double     *width,
      double     *height)
{
  *width = MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * CVR_SCATTER_MARGIN, 1);
  *height = MAX (gtk_widget_get_height (GTK_WIDGET (self)) - 2 * CVR_SCATTER_MARGIN, 1);
}

/* A place of the widget in the plane. */
static void
to_plane (CvrScatter *self,
          double      x,
          double      y,
          double      place[2])
{
  double width, height;

  room (self, &width, &height);
  place[0] = (x - CVR_SCATTER_MARGIN) / width / self->window.scale + self->window.x;
  place[1] = (y - CVR_SCATTER_MARGIN) / height / self->window.scale + self->window.y;
}

/* The nearest point within reach; −1: none. */
static gint
point_at (CvrScatter *self,
          double      x,
          double      y)
{
  double nearest = self->thumbnails ? CVR_SCATTER_THUMBNAIL : 3 * CVR_SCATTER_RADIUS;
  double width, height, at[2];
  gint found = -1;

  room (self, &width, &height);
  to_plane (self, x, y, at);
  for (guint i = 0; i < self->n; i++)
    {
      double distance =
          self->window.scale
          * hypot (((double) self->dots[i].x - at[0]) * width,
                   ((double) self->dots[i].y - at[1]) * height);

      if (distance < nearest)
        {
          nearest = distance;
          found = (gint) i;
        }
    }

  return found;
}

static void
point_to (CvrScatter *self,
          gint        i)
{
  if (i == self->pointed)
    return;
  self->pointed = i;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "pointed", i >= 0 ? self->result->ids[i] : (guint64) 0);
}

static void
hover_cb (CvrScatter *self,
          double      x,
          double      y)
{
  self->x = x;
  self->y = y;
  if (!isnan (x) && self->line->len == 0)
    point_to (self, point_at (self, x, y));
}

static void
begin_cb (GtkGestureDrag *drag,
          double          x,
          double          y,
          CvrScatter     *self)
{
  GdkModifierType held = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (drag));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->start_x = x;
  self->start_y = y;
  self->adds = (held & GDK_SHIFT_MASK) != 0;
  self->rectangle = (held & GDK_CONTROL_MASK) != 0;
  g_array_set_size (self->line, 0);
}

static void
add_corner (CvrScatter *self,
            double      x,
            double      y)
{
  double values[2];

  to_plane (self, x, y, values);
  g_array_append_vals (self->line, values, 2);
}

static void
update_cb (GtkGestureDrag *drag,
           double          dx,
           double          dy,
           CvrScatter     *self)
{
  if (hypot (dx, dy) < 5 && self->line->len == 0)
    return;
  if (self->rectangle)
    g_array_set_size (self->line, 0);
  if (self->line->len == 0)
    add_corner (self, self->start_x, self->start_y);
  if (self->rectangle)
    {
      add_corner (self, self->start_x + dx, self->start_y);
      add_corner (self, self->start_x + dx, self->start_y + dy);
      add_corner (self, self->start_x, self->start_y + dy);
    }
  else
    add_corner (self, self->start_x + dx, self->start_y + dy);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
flip (CvrScatter *self,
      gint        i,
      gboolean    add)
{
  gboolean chosen = self->dots[i].chosen;

  if (!add)
    cvr_scatter_clear_chosen (self);
  self->dots[i].chosen = !chosen;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "chosen-changed");
}

static void
end_cb (GtkGestureDrag *drag,
        double          dx,
        double          dy,
        CvrScatter     *self)
{
  gint i;

  if (self->line->len >= 6)
    cvr_scatter_choose_inside (self, (const double *) (gpointer) self->line->data,
                               self->line->len / 2, self->adds);
  else if ((i = point_at (self, self->start_x, self->start_y)) >= 0)
    flip (self, i, self->adds);
  g_array_set_size (self->line, 0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The nearest picture in that direction, those straight ahead first. */
static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrScatter *self = CVR_SCATTER (widget);
  double best = INFINITY;
  gint dx, dy, next = -1;
  gboolean choose;

  if (self->n == 0)
    return GDK_EVENT_PROPAGATE;
  g_variant_get (args, "(iib)", &dx, &dy, &choose);
  for (guint i = 0; i < self->n && self->pointed >= 0; i++)
    {
      double x = (double) (self->dots[i].x - self->dots[self->pointed].x);
      double y = (double) (self->dots[i].y - self->dots[self->pointed].y);
      double along = x * dx + y * dy, across = fabs (x * dy) + fabs (y * dx);

      if (along > 1e-6 && along + 2 * across < best)
        {
          best = along + 2 * across;
          next = (gint) i;
        }
    }
  if (next >= 0 || self->pointed < 0)
    point_to (self, MAX (next, 0));
  cvr_scatter_window_show (&self->window, (double) self->dots[self->pointed].x,
                           (double) self->dots[self->pointed].y);
  if (choose && !self->dots[self->pointed].chosen)
    flip (self, self->pointed, TRUE);

  return GDK_EVENT_STOP;
}

/* What lies around the picture that is pointed at: more with every time. */
static gboolean
grow_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrScatter *self = CVR_SCATTER (widget);

  for (guint k = 0; k < MORE && self->pointed >= 0; k++)
    {
      const CvrDot *from = &self->dots[self->pointed];
      double nearest = INFINITY;
      gint found = -1;

      for (guint i = 0; i < self->n; i++)
        {
          double distance = hypot ((double) (self->dots[i].x - from->x),
                                   (double) (self->dots[i].y - from->y));

          if (!self->dots[i].chosen && distance < nearest)
            {
              nearest = distance;
              found = (gint) i;
            }
        }
      if (found >= 0)
        self->dots[found].chosen = TRUE;
    }
  gtk_widget_queue_draw (widget);
  g_signal_emit_by_name (self, "chosen-changed");

  return GDK_EVENT_STOP;
}

static gboolean
all_cb (GtkWidget *widget,
        GVariant  *args,
        gpointer   data)
{
  CvrScatter *self = CVR_SCATTER (widget);

  for (guint i = 0; i < self->n; i++)
    self->dots[i].chosen = TRUE;
  gtk_widget_queue_draw (widget);
  g_signal_emit_by_name (self, "chosen-changed");

  return GDK_EVENT_STOP;
}

/* Around @x, @y of the widget; NaN: what the keyboard points at, else the middle. */
static void
zoom_at (CvrScatter *self,
         double      factor,
         double      x,
         double      y)
{
  double at[2] = { self->window.x + 0.5 / self->window.scale,
                   self->window.y + 0.5 / self->window.scale };

  if (!isnan (x))
    to_plane (self, x, y, at);
  else if (self->pointed >= 0)
    {
      at[0] = (double) self->dots[self->pointed].x;
      at[1] = (double) self->dots[self->pointed].y;
    }
  cvr_scatter_window_zoom (&self->window, factor, at[0], at[1]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "zoomed");
}

/**
 * cvr_scatter_zoom:
 * @factor: 0: the whole plane
 */
void
cvr_scatter_zoom (CvrScatter *self,
                  double      factor)
{
  g_return_if_fail (CVR_IS_SCATTER (self));

  zoom_at (self, factor, NAN, NAN);
}

gboolean
cvr_scatter_is_whole (CvrScatter *self)
{
  return self->window.scale <= 1;
}

static gboolean
zoom_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  cvr_scatter_zoom (CVR_SCATTER (widget), g_variant_get_double (args));

  return GDK_EVENT_STOP;
}

static gboolean
scroll_cb (CvrScatter *self,
           double      dx,
           double      dy)
{
  if (dy == 0 || self->n == 0)
    return GDK_EVENT_PROPAGATE;
  zoom_at (self, pow (wheel_step, -dy), self->x, self->y);

  return GDK_EVENT_STOP;
}

static void
pan_begin_cb (CvrScatter *self)
{
  self->moved_x = self->moved_y = 0;
}

static void
pan_cb (CvrScatter *self,
        double      dx,
        double      dy)
{
  double width, height;

  room (self, &width, &height);
  cvr_scatter_window_move (&self->window, (dx - self->moved_x) / width,
                           (dy - self->moved_y) / height);
  self->moved_x = dx;
  self->moved_y = dy;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The number keys give what is chosen a class. */
static gboolean
key_cb (CvrScatter     *self,
        guint           key,
        guint           code,
        GdkModifierType state)
{
  gint label;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || self->project == NULL
      || !cvr_labelling_class (key, cvr_project_get_dataset (self->project), &label))
    return GDK_EVENT_PROPAGATE;
  g_signal_emit_by_name (self, "labelled", label);

  return GDK_EVENT_STOP;
}

static gboolean
flip_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrScatter *self = CVR_SCATTER (widget);

  if (self->pointed >= 0)
    flip (self, self->pointed, TRUE);

  return GDK_EVENT_STOP;
}

static gboolean
clear_cb (GtkWidget *widget,
          GVariant  *args,
          gpointer   data)
{
  cvr_scatter_clear_chosen (CVR_SCATTER (widget));

  return GDK_EVENT_STOP;
}

/* Where to, by arrow keys of either block, with Shift choosing what is met. */
static void
add_moves (GtkWidgetClass *widget_class)
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

  for (guint i = 0; i < 2 * G_N_ELEMENTS (moves); i++)
    {
      guint m = i / 2;
      gboolean choose = i % 2 != 0;
      GdkModifierType held = choose ? GDK_SHIFT_MASK : 0;

      gtk_widget_class_add_binding (widget_class, moves[m].key, held, move_cb, "(iib)",
                                    moves[m].dx, moves[m].dy, choose);
      gtk_widget_class_add_binding (widget_class, moves[m].pad, held, move_cb, "(iib)",
                                    moves[m].dx, moves[m].dy, choose);
    }
}

void
cvr_scatter_add_bindings (GtkWidgetClass *widget_class)
{
  static const guint in[] = { GDK_KEY_plus, GDK_KEY_equal, GDK_KEY_KP_Add };
  static const guint out[] = { GDK_KEY_minus, GDK_KEY_KP_Subtract };

  add_moves (widget_class);
  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    gtk_widget_class_add_binding (widget_class, in[i], 0, zoom_cb, "d", key_step);
  for (guint i = 0; i < G_N_ELEMENTS (out); i++)
    gtk_widget_class_add_binding (widget_class, out[i], 0, zoom_cb, "d", 1 / key_step);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Home, 0, zoom_cb, "d", 0.0);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, 0, flip_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, GDK_SHIFT_MASK, grow_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, all_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, clear_cb, NULL);
}

void
cvr_scatter_add_controllers (CvrScatter *self)
{
  GtkGesture *drag = gtk_gesture_drag_new (), *pan = gtk_gesture_drag_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (pan), GDK_BUTTON_MIDDLE);
  g_signal_connect_swapped (pan, "drag-begin", G_CALLBACK (pan_begin_cb), self);
  g_signal_connect_swapped (pan, "drag-update", G_CALLBACK (pan_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pan));
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
