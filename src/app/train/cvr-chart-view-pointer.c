/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chart's wheel, drags and double click. */
#include "cvr-chart-view-private.h"

#include <math.h>

enum { DRAG_MIN = 6 }; /* px: less is a click */

/* Also where it has not moved since it came in, and reads nothing off. */
static void
pointer_cb (CvrChartDrag *self,
            double        x,
            double        y)
{
  self->pointer = x;
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller,
           double                    dx,
           double                    dy,
           CvrChartDrag             *self)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (state & GDK_SHIFT_MASK || dx != 0)
    cvr_chart_view_move_by (self->view, 0.1 * (dx != 0 ? dx : dy));
  else
    cvr_chart_view_zoom_at (self->view, cvr_chart_view_place_near (self->view, self->pointer),
                            pow (CVR_CHART_ZOOM_STEP, dy));

  return TRUE;
}

static void
drag_begin_cb (GtkGestureDrag *gesture,
               double          x,
               double          y,
               CvrChartDrag   *self)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  self->moving = button == GDK_BUTTON_MIDDLE || (state & GDK_SHIFT_MASK) != 0;
  self->span = cvr_chart_view_shown (self->view);
  self->from = self->to = cvr_chart_view_place_near (self->view, x);
}

static void
drag_update_cb (GtkGestureDrag *gesture,
                double          dx,
                double          dy,
                CvrChartDrag   *self)
{
  CvrSpan whole = CVR_CHART_VIEW_GET_CLASS (self->view)->get_whole (self->view);
  double x, y;

  if (isnan (self->from) || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  if (self->moving)
    {
      double width = MAX (gtk_widget_get_width (GTK_WIDGET (self->view)), 1);
      double by = -dx / width * (self->span.high - self->span.low);

      cvr_chart_view_show_span (self->view, cvr_span_move (self->span, whole, by));
      return;
    }
  self->to = cvr_chart_view_place_near (self->view, x + dx);
  gtk_widget_queue_draw (GTK_WIDGET (self->view));
}

static void
drag_end_cb (GtkGestureDrag *gesture,
             double          dx,
             double          dy,
             CvrChartDrag   *self)
{
  CvrChartViewClass *klass = CVR_CHART_VIEW_GET_CLASS (self->view);
  double from = self->from, to = self->to;
  gboolean chosen = !self->moving && !isnan (from) && fabs (dx) >= DRAG_MIN && from != to;

  self->from = self->to = NAN;
  self->moving = FALSE;
  if (chosen)
    cvr_chart_view_show_span (self->view,
                              cvr_span_zoom ((CvrSpan){ MIN (from, to), MAX (from, to) },
                                             klass->get_whole (self->view), (from + to) / 2, 1,
                                             klass->smallest));
  gtk_widget_queue_draw (GTK_WIDGET (self->view));
}

static void
pressed_cb (CvrChartView *view,
            double        x,
            double        y,
            int           n_press)
{
  if (n_press == 2)
    cvr_chart_view_zoom_out (view);
}

void
cvr_chart_drag_init (CvrChartDrag *self,
                     CvrChartView *view)
{
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  static const guint buttons[] = { GDK_BUTTON_PRIMARY, GDK_BUTTON_MIDDLE };

  *self = (CvrChartDrag){ .view = view, .from = NAN, .to = NAN };
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (pointer_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view), motion);
  g_signal_connect (view, "pressed", G_CALLBACK (pressed_cb), NULL);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (view), scroll);
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      GtkGesture *drag = gtk_gesture_drag_new ();

      gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), buttons[i]);
      g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
      g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
      g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
      gtk_widget_add_controller (GTK_WIDGET (view), GTK_EVENT_CONTROLLER (drag));
    }
}

void
cvr_chart_drag_get_selection (const CvrChartDrag *self,
                              double             *low,
                              double             *high)
{
  gboolean chooses = !isnan (self->from) && !self->moving;

  *low = chooses ? MIN (self->from, self->to) : 0;
  *high = chooses ? MAX (self->from, self->to) : 0;
}
