/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture looked at closely: whole at first, enlarged with wheel, pinch and keys, moved with
 * the middle button. */
#include "cvr-zoom-view.h"

#include <math.h>

typedef struct
{
  CvrImage        *picture;
  CvrZoom          zoom;
  double           wish;  /* the scale before it is snapped: small steps add up */
  gboolean         whole; /* follows the size of the widget */
  double           pointer_x, pointer_y;
  double           focus_x, focus_y; /* pixels of the picture; NaN: none */
  double           pinch_wish;
  CvrZoom          drag_zoom;
  CvrRecolour      recolour;
  gpointer         recolour_data;
  cairo_surface_t *shown; /* what the last frame drew of the picture */
  CvrZoom          shown_zoom;
  int              shown_factor;
  guint            tick; /* pending "zoomed" */
} CvrZoomViewPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CvrZoomView, cvr_zoom_view, CVR_TYPE_CANVAS)

enum
{
  ZOOMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const double wheel_step = 1.25, key_step = 1.5;

static CvrZoomViewPrivate *
get_private (CvrZoomView *self)
{
  return cvr_zoom_view_get_instance_private (self);
}

static CvrZoomRoom
get_room (CvrZoomView *self)
{
  CvrImage *picture = get_private (self)->picture;

  return (CvrZoomRoom) { picture != NULL ? picture->width : 0,
                         picture != NULL ? picture->height : 0,
                        gtk_widget_get_width (GTK_WIDGET (self)),
                        gtk_widget_get_height (GTK_WIDGET (self)), CVR_ZOOM_HIGHEST };
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  CvrZoomView *self = CVR_ZOOM_VIEW (widget);

  get_private (self)->tick = 0;
  g_signal_emit (self, signals[ZOOMED], 0);

  return G_SOURCE_REMOVE;
}

static void
set_zoom (CvrZoomView   *self,
          const CvrZoom *zoom)
{
  CvrZoomViewPrivate *priv = get_private (self);
  gboolean zoomed = priv->zoom.scale != zoom->scale;

  if (!zoomed && priv->zoom.left == zoom->left && priv->zoom.top == zoom->top)
    return;
  priv->zoom = *zoom;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  /* In the next frame: while sizes are given out, nobody may ask for another one. */
  if (zoomed && priv->tick == 0)
    priv->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

/* After the picture or the size of the widget has changed. */
static void
place_picture (CvrZoomView *self)
{
  CvrZoomViewPrivate *priv = get_private (self);
  CvrZoomRoom room = get_room (self);
  double whole = cvr_zoom_whole (&room);
  CvrZoom zoom = { 0 };

  if (whole > 0)
    {
      if (priv->whole || !(priv->wish > whole))
        {
          priv->whole = TRUE;
          priv->wish = whole;
        }
      zoom = cvr_zoom_to (&room, &priv->zoom, priv->wish, room.width / 2, room.height / 2);
    }
  set_zoom (self, &zoom);
}

static void
zoom_to (CvrZoomView *self,
         double       wish,
         double       x,
         double       y)
{
  CvrZoomViewPrivate *priv = get_private (self);
  CvrZoomRoom room = get_room (self);
  double whole = cvr_zoom_whole (&room);
  CvrZoom zoom;

  if (!(whole > 0))
    return;
  priv->wish = CLAMP (wish, whole, MAX (whole, CVR_ZOOM_HIGHEST));
  priv->whole = priv->wish <= whole * 1.001;
  zoom = cvr_zoom_to (&room, &priv->zoom, priv->wish, x, y);
  set_zoom (self, &zoom);
}

static void
move_by (CvrZoomView   *self,
         const CvrZoom *from,
         double         dx,
         double         dy)
{
  CvrZoomRoom room = get_room (self);
  CvrZoom zoom = cvr_zoom_move (&room, from, dx, dy);

  if (from->scale > 0)
    set_zoom (self, &zoom);
}

static void
hover_cb (CvrZoomView *self,
          double       x,
          double       y)
{
  CvrZoomViewPrivate *priv = get_private (self);

  if (isnan (x))
    return;
  priv->pointer_x = x;
  priv->pointer_y = y;
}

static gboolean
scroll_cb (CvrZoomView              *self,
           double                    dx,
           double                    dy,
           GtkEventControllerScroll *scroll)
{
  CvrZoomViewPrivate *priv = get_private (self);
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));

  if (priv->picture == NULL)
    return GDK_EVENT_PROPAGATE;
  if (CVR_ZOOM_VIEW_GET_CLASS (self)->wheel_zooms || (state & GDK_CONTROL_MASK) != 0)
    cvr_zoom_view_zoom_at (self, pow (wheel_step, -dy), priv->pointer_x, priv->pointer_y);
  else if (priv->whole)
    return GDK_EVENT_PROPAGATE;
  else if ((state & GDK_SHIFT_MASK) != 0)
    move_by (self, &priv->zoom, -48 * dy, 0);
  else
    move_by (self, &priv->zoom, -48 * dx, -48 * dy);

  return GDK_EVENT_STOP;
}

static void
pinch_begin_cb (CvrZoomView *self)
{
  get_private (self)->pinch_wish = get_private (self)->wish;
}

static void
pinch_cb (CvrZoomView *self,
          double       scale,
          GtkGesture  *gesture)
{
  double x, y;

  if (gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    zoom_to (self, get_private (self)->pinch_wish * scale, x, y);
}

static void
pan_begin_cb (CvrZoomView    *self,
              double          x,
              double          y,
              GtkGestureDrag *drag)
{
  CvrZoomViewPrivate *priv = get_private (self);
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (drag));

  if (button != GDK_BUTTON_MIDDLE &&
      !(button == GDK_BUTTON_PRIMARY && CVR_ZOOM_VIEW_GET_CLASS (self)->primary_pans))
    {
      gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (self));
  priv->drag_zoom = priv->zoom;
}

static void
pan_cb (CvrZoomView *self,
        double       dx,
        double       dy)
{
  move_by (self, &get_private (self)->drag_zoom, dx, dy);
}

static gboolean
zoom_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   data)
{
  gint way = 0;

  g_variant_get (args, "(i)", &way);
  if (way == 0)
    cvr_zoom_view_show_whole (CVR_ZOOM_VIEW (widget));
  else
    cvr_zoom_view_zoom (CVR_ZOOM_VIEW (widget), way > 0 ? key_step : 1 / key_step);

  return GDK_EVENT_STOP;
}

/* What shows of the picture in device pixels; kept for the next frame. */
static void
render (CvrZoomView *self,
        double       width,
        double       height)
{
  CvrZoomViewPrivate *priv = get_private (self);
  const CvrZoom *zoom = &priv->zoom, *last = &priv->shown_zoom;
  int factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int wide = (int) width * factor, tall = (int) height * factor;
  CvrZoom device = { zoom->left * factor, zoom->top * factor, zoom->scale * factor };

  if (priv->shown != NULL && priv->shown_factor == factor && last->left == zoom->left &&
      last->top == zoom->top && last->scale == zoom->scale &&
      cairo_image_surface_get_width (priv->shown) == wide &&
      cairo_image_surface_get_height (priv->shown) == tall)
    return;

  g_clear_pointer (&priv->shown, cairo_surface_destroy);
  priv->shown = cvr_paint_view (priv->picture->data, priv->picture->channels, priv->picture->width,
                                priv->picture->height, &device, (guint) wide, (guint) tall,
                                priv->recolour, priv->recolour_data);
  priv->shown_zoom = *zoom;
  priv->shown_factor = factor;
  if (priv->shown != NULL)
    cairo_surface_set_device_scale (priv->shown, factor, factor);
}

static void
cvr_zoom_view_draw (CvrCanvas      *canvas,
                    cairo_t        *cr,
                    double          width,
                    double          height,
                    const CvrTheme *theme)
{
  CvrZoomView *self = CVR_ZOOM_VIEW (canvas);
  CvrZoomViewPrivate *priv = get_private (self);
  CvrZoomViewClass *klass = CVR_ZOOM_VIEW_GET_CLASS (self);

  if (priv->picture == NULL || !(priv->zoom.scale > 0))
    return;
  render (self, width, height);
  if (priv->shown != NULL)
    {
      cairo_set_source_surface (cr, priv->shown, 0, 0);
      cairo_paint (cr);
    }
  if (klass->draw_over != NULL)
    klass->draw_over (self, cr, width, height, &priv->zoom, theme);
}

static void
cvr_zoom_view_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  GTK_WIDGET_CLASS (cvr_zoom_view_parent_class)->size_allocate (widget, width, height, baseline);
  place_picture (CVR_ZOOM_VIEW (widget));
}

static void
cvr_zoom_view_dispose (GObject *object)
{
  CvrZoomViewPrivate *priv = get_private (CVR_ZOOM_VIEW (object));

  if (priv->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (object), priv->tick);
  priv->tick = 0;

  G_OBJECT_CLASS (cvr_zoom_view_parent_class)->dispose (object);
}

static void
cvr_zoom_view_finalize (GObject *object)
{
  CvrZoomViewPrivate *priv = get_private (CVR_ZOOM_VIEW (object));

  g_clear_pointer (&priv->picture, cvr_image_unref);
  g_clear_pointer (&priv->shown, cairo_surface_destroy);

  G_OBJECT_CLASS (cvr_zoom_view_parent_class)->finalize (object);
}

static void
cvr_zoom_view_class_init (CvrZoomViewClass *klass)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    gint way;
  } keys[] = {
    { GDK_KEY_plus, 0, 1 },
    { GDK_KEY_equal, 0, 1 },
    { GDK_KEY_KP_Add, 0, 1 },
    { GDK_KEY_minus, 0, -1 },
    { GDK_KEY_plus, GDK_CONTROL_MASK, 1 },
    { GDK_KEY_minus, GDK_CONTROL_MASK, -1 },
    { GDK_KEY_KP_Subtract, 0, -1 },
    { GDK_KEY_0, GDK_CONTROL_MASK, 0 },
    { GDK_KEY_KP_0, GDK_CONTROL_MASK, 0 },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_zoom_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cvr_zoom_view_finalize;
  widget_class->size_allocate = cvr_zoom_view_size_allocate;
  CVR_CANVAS_CLASS (klass)->draw = cvr_zoom_view_draw;
  signals[ZOOMED] = g_signal_new ("zoomed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, keys[i].modifiers, zoom_key_cb, "(i)",
                                  keys[i].way);
}

static void
cvr_zoom_view_init (CvrZoomView *self)
{
  CvrZoomViewPrivate *priv = get_private (self);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);

  priv->whole = TRUE;
  priv->focus_x = priv->focus_y = NAN;
  cvr_canvas_set_min_size (CVR_CANVAS (self), 160, 120);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (pan_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (pan_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
}

/**
 * cvr_zoom_view_set_picture:
 * @picture: (nullable): held until the next; shown whole
 */
void
cvr_zoom_view_set_picture (CvrZoomView *self,
                           CvrImage    *picture)
{
  CvrZoomViewPrivate *priv = get_private (self);

  g_return_if_fail (CVR_IS_ZOOM_VIEW (self));

  if (priv->picture == picture)
    return;
  g_clear_pointer (&priv->picture, cvr_image_unref);
  g_clear_pointer (&priv->shown, cairo_surface_destroy);
  priv->picture = picture != NULL ? cvr_image_ref (picture) : NULL;
  priv->whole = TRUE;
  priv->focus_x = priv->focus_y = NAN;
  place_picture (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_zoom_view_get_picture:
 *
 * Returns: (transfer none) (nullable): the picture shown
 */
CvrImage *
cvr_zoom_view_get_picture (CvrZoomView *self)
{
  g_return_val_if_fail (CVR_IS_ZOOM_VIEW (self), NULL);

  return get_private (self)->picture;
}

/**
 * cvr_zoom_view_set_recolour:
 * @recolour: (nullable): changes what is drawn of the picture; on the main thread
 * @data: lives as long as the widget
 */
void
cvr_zoom_view_set_recolour (CvrZoomView *self,
                            CvrRecolour  recolour,
                            gpointer     data)
{
  CvrZoomViewPrivate *priv = get_private (self);

  g_return_if_fail (CVR_IS_ZOOM_VIEW (self));

  priv->recolour = recolour;
  priv->recolour_data = data;
  g_clear_pointer (&priv->shown, cairo_surface_destroy);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_zoom_view_get_zoom:
 *
 * Returns: (transfer none): where the picture lies; scale 0 before it has a place
 */
const CvrZoom *
cvr_zoom_view_get_zoom (CvrZoomView *self)
{
  g_return_val_if_fail (CVR_IS_ZOOM_VIEW (self), NULL);

  return &get_private (self)->zoom;
}

/**
 * cvr_zoom_view_zoom:
 * @factor: above 1: closer
 *
 * Around what cvr_zoom_view_set_focus() said, else around the middle.
 */
void
cvr_zoom_view_zoom (CvrZoomView *self,
                    double       factor)
{
  CvrZoomViewPrivate *priv = get_private (self);
  double x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  double y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;

  g_return_if_fail (CVR_IS_ZOOM_VIEW (self));

  if (!isnan (priv->focus_x))
    {
      x = priv->zoom.left + priv->focus_x * priv->zoom.scale;
      y = priv->zoom.top + priv->focus_y * priv->zoom.scale;
    }
  cvr_zoom_view_zoom_at (self, factor, x, y);
}

/**
 * cvr_zoom_view_zoom_at:
 * @x: px of the widget: what is there stays there
 */
void
cvr_zoom_view_zoom_at (CvrZoomView *self,
                       double       factor,
                       double       x,
                       double       y)
{
  g_return_if_fail (CVR_IS_ZOOM_VIEW (self) && factor > 0);

  zoom_to (self, get_private (self)->wish * factor, x, y);
}

/**
 * cvr_zoom_view_set_focus:
 * @column: pixels of the picture, fractions count; NaN: none
 *
 * What zooming with keys and buttons goes by.
 */
void
cvr_zoom_view_set_focus (CvrZoomView *self,
                         double       column,
                         double       row)
{
  g_return_if_fail (CVR_IS_ZOOM_VIEW (self));

  get_private (self)->focus_x = column;
  get_private (self)->focus_y = row;
}

/**
 * cvr_zoom_view_show_whole:
 *
 * As large as the room allows, and so it stays when the room changes.
 */
void
cvr_zoom_view_show_whole (CvrZoomView *self)
{
  g_return_if_fail (CVR_IS_ZOOM_VIEW (self));

  get_private (self)->whole = TRUE;
  place_picture (self);
}

/**
 * cvr_zoom_view_is_whole:
 *
 * Returns: whether all of the picture is shown
 */
gboolean
cvr_zoom_view_is_whole (CvrZoomView *self)
{
  g_return_val_if_fail (CVR_IS_ZOOM_VIEW (self), TRUE);

  return get_private (self)->whole;
}

/**
 * cvr_zoom_view_show_pixel:
 *
 * Moves the picture as little as needed.
 */
void
cvr_zoom_view_show_pixel (CvrZoomView *self,
                          double       column,
                          double       row)
{
  CvrZoomRoom room = get_room (self);
  CvrZoom zoom;

  g_return_if_fail (CVR_IS_ZOOM_VIEW (self));

  zoom = cvr_zoom_show (&room, &get_private (self)->zoom, column, row);
  if (zoom.scale > 0)
    set_zoom (self, &zoom);
}

/**
 * cvr_zoom_view_locate:
 * @column: (out): pixels of the picture, fractions count
 *
 * Returns: whether the place lies in the picture
 */
gboolean
cvr_zoom_view_locate (CvrZoomView *self,
                      double       x,
                      double       y,
                      double      *column,
                      double      *row)
{
  CvrZoomViewPrivate *priv = get_private (self);

  g_return_val_if_fail (CVR_IS_ZOOM_VIEW (self), FALSE);

  if (priv->picture == NULL || !(priv->zoom.scale > 0))
    {
      *column = *row = NAN;
      return FALSE;
    }
  *column = (x - priv->zoom.left) / priv->zoom.scale;
  *row = (y - priv->zoom.top) / priv->zoom.scale;

  return *column >= 0 && *row >= 0 && *column < priv->picture->width &&
         *row < priv->picture->height;
}
