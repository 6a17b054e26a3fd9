/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sheet of paper to draw on with the mouse, a pen, a finger or the keys. */
#include "cvr-draw-pad.h"

#include "cvr-app-theme.h"

#include <glib/gi18n-lib.h>

/* Positions are fractions of the sheet's side, so that a drawing survives a change of size. */
typedef struct
{
  double x, y;
} Point;

struct _CvrDrawPad
{
  GtkWidget parent_instance;

  GPtrArray *strokes;    /* of GArray of Point */
  GArray    *stroke;     /* the one being drawn; owned by strokes. NULL: the pen is up */
  Point      pen;        /* where the keys draw */
  guint      tick;       /* pending "drawn" */
  gboolean   light_ink;
  double     start_x, start_y;
};

G_DEFINE_FINAL_TYPE (CvrDrawPad, cvr_draw_pad, GTK_TYPE_WIDGET)

enum { DRAWN, N_SIGNALS };

static guint signals[N_SIGNALS];

/* A pen about as wide, for the sheet, as in the drawings that networks of this size learn from. */
static const double pen_width = 0.065;

/* Of an arrow key, and of one with Shift. */
static const double pen_step = 1 / 32.0, pen_leap = 1 / 8.0;

/* Drawings that networks learn from fill their sheet: this part of the side, and no drawing is
 * enlarged more than so many times. */
static const double filled = 0.86, most_enlarged = 3;

/* The point (@x, @y) of the sheet comes to its middle, everything around it @scale times as far
 * away. The pen stays as wide. */
typedef struct
{
  double scale, x, y;
} Placing;

static const Placing as_drawn = { 1, 0.5, 0.5 };

/* In the middle, as large as networks expect it; a dot keeps its size. */
static Placing
find_placing (CvrDrawPad *self)
{
  Point low = { 1, 1 }, high = { 0, 0 };
  Placing placing = { most_enlarged, 0, 0 };
  double extent;

  for (guint i = 0; i < self->strokes->len; i++)
    {
      GArray *stroke = g_ptr_array_index (self->strokes, i);

      for (guint j = 0; j < stroke->len; j++)
        {
          const Point *p = &g_array_index (stroke, Point, j);

          low = (Point) { MIN (low.x, p->x), MIN (low.y, p->y) };
          high = (Point) { MAX (high.x, p->x), MAX (high.y, p->y) };
        }
    }

  extent = MAX (high.x - low.x, high.y - low.y);
  placing.x = (low.x + high.x) / 2;
  placing.y = (low.y + high.y) / 2;
  /* Half a pen's width of ink stands out on each side. */
  if (extent * most_enlarged > filled - pen_width)
    placing.scale = (filled - pen_width) / extent;

  return placing;
}

static void
draw_strokes (CvrDrawPad    *self,
              cairo_t       *cr,
              double         side,
              const Placing *placing)
{
  cairo_set_line_width (cr, pen_width * side);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < self->strokes->len; i++)
    {
      GArray *stroke = g_ptr_array_index (self->strokes, i);

      for (guint j = 0; j < stroke->len; j++)
        {
          const Point *p = &g_array_index (stroke, Point, j);

          cairo_line_to (cr, (0.5 + (p->x - placing->x) * placing->scale) * side,
                         (0.5 + (p->y - placing->y) * placing->scale) * side);
        }
      /* A dot is a stroke without length. */
      if (stroke->len == 1)
        cairo_rel_line_to (cr, 0.01, 0);
      cairo_stroke (cr);
    }
}

/* On an empty sheet, in its ink; below the pen where the keys hold it. */
static void
draw_hint (CvrDrawPad *self,
           cairo_t    *cr,
           double      side)
{
  gboolean by_keys = gtk_widget_has_visible_focus (GTK_WIDGET (self));
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (
    GTK_WIDGET (self),
    by_keys ? _("Arrows move the pen, Space puts it down and lifts it") : _("Draw here"));
  double ink = self->light_ink ? 1 : 0;
  int height;

  pango_layout_set_width (layout, (int) (side * 0.9) * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_get_pixel_size (layout, NULL, &height);
  cairo_save (cr);
  cairo_set_source_rgba (cr, ink, ink, ink, 0.6);
  cairo_move_to (cr, side * 0.05, by_keys ? side * 0.95 - height : (side - height) / 2);
  pango_cairo_show_layout (cr, layout);
  cairo_restore (cr);
}

/* Where the keys hold it: a ring as wide as its ink, with a dot while it is down. Seen on paper and
 * on ink. */
static void
draw_pen (CvrDrawPad     *self,
          cairo_t        *cr,
          double          side,
          const CvrTheme *theme)
{
  double x = self->pen.x * side, y = self->pen.y * side, radius = pen_width / 2 * side + 2;
  CvrRgba colour = theme->validation;

  cairo_new_path (cr);
  cairo_set_source_rgb (cr, 0.5, 0.5, 0.5);
  cairo_set_line_width (cr, 4);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  cairo_stroke (cr);
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha);
  cairo_set_line_width (cr, 2);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  cairo_stroke (cr);
  if (self->stroke == NULL)
    return;
  cairo_arc (cr, x, y, radius / 2, 0, 2 * G_PI);
  cairo_fill (cr);
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  CvrDrawPad *self = CVR_DRAW_PAD (widget);

  self->tick = 0;
  g_signal_emit (self, signals[DRAWN], 0);

  return G_SOURCE_REMOVE;
}

static void
changed (CvrDrawPad *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static double
sheet_side (CvrDrawPad *self,
            double     *left,
            double     *top)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  double side = MIN (width, height);

  *left = (width - side) / 2;
  *top = (height - side) / 2;

  return side;
}

/* In fractions of the sheet; what is down leaves ink. */
static void
move_pen (CvrDrawPad *self,
          double      x,
          double      y)
{
  self->pen = (Point) { CLAMP (x, 0, 1), CLAMP (y, 0, 1) };
  if (self->stroke == NULL)
    {
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }
  g_array_append_val (self->stroke, self->pen);
  changed (self);
}

static void
put_down (CvrDrawPad *self)
{
  self->stroke = g_array_new (FALSE, FALSE, sizeof (Point));
  g_ptr_array_add (self->strokes, self->stroke);
}

static void
lift (CvrDrawPad *self)
{
  self->stroke = NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
add_point (CvrDrawPad *self,
           double      x,
           double      y)
{
  double left, top, side = sheet_side (self, &left, &top);

  if (side > 0 && self->stroke != NULL)
    move_pen (self, (x - left) / side, (y - top) / side);
}

static void
begin_cb (CvrDrawPad *self,
          double      x,
          double      y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  put_down (self);
  self->start_x = x;
  self->start_y = y;
  add_point (self, x, y);
}

static void
update_cb (CvrDrawPad *self,
           double      dx,
           double      dy)
{
  add_point (self, self->start_x + dx, self->start_y + dy);
}

static void
end_cb (CvrDrawPad *self,
        double      dx,
        double      dy)
{
  lift (self);
}

/* Keys: (dx, dy, leaps): steps to the right and down. */
static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   unused)
{
  CvrDrawPad *self = CVR_DRAW_PAD (widget);
  gint dx, dy;
  gboolean leaps;
  double step;

  g_variant_get (args, "(iib)", &dx, &dy, &leaps);
  step = leaps ? pen_leap : pen_step;
  move_pen (self, self->pen.x + dx * step, self->pen.y + dy * step);

  return TRUE;
}

static gboolean
flip_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   unused)
{
  CvrDrawPad *self = CVR_DRAW_PAD (widget);

  if (self->stroke != NULL)
    {
      lift (self);
      return TRUE;
    }
  put_down (self);
  move_pen (self, self->pen.x, self->pen.y);

  return TRUE;
}

static gboolean
erase_cb (GtkWidget *widget,
          GVariant  *args,
          gpointer   unused)
{
  cvr_draw_pad_clear (CVR_DRAW_PAD (widget));

  return TRUE;
}

static gboolean
take_back_cb (GtkWidget *widget,
              GVariant  *args,
              gpointer   unused)
{
  cvr_draw_pad_undo_stroke (CVR_DRAW_PAD (widget));

  return TRUE;
}

static void
add_bindings (GtkWidgetClass *klass)
{
  static const struct { guint key, pad_key; gint dx, dy; } arrows[] = {
    { GDK_KEY_Left, GDK_KEY_KP_Left, -1, 0 },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 1, 0 },
    { GDK_KEY_Up, GDK_KEY_KP_Up, 0, -1 },
    { GDK_KEY_Down, GDK_KEY_KP_Down, 0, 1 },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (arrows); i++)
    {
      gboolean leaps = i % 2 == 1;
      GdkModifierType state = leaps ? GDK_SHIFT_MASK : 0;
      gint dx = arrows[i / 2].dx, dy = arrows[i / 2].dy;

      gtk_widget_class_add_binding (klass, arrows[i / 2].key, state, move_cb, "(iib)", dx, dy,
                                    leaps);
      gtk_widget_class_add_binding (klass, arrows[i / 2].pad_key, state, move_cb, "(iib)", dx, dy,
                                    leaps);
    }
  gtk_widget_class_add_binding (klass, GDK_KEY_space, 0, flip_cb, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_Delete, 0, erase_cb, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_BackSpace, 0, take_back_cb, NULL);
}

static void
cvr_draw_pad_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  CvrDrawPad *self = CVR_DRAW_PAD (widget);
  double left, top, side = sheet_side (self, &left, &top);
  double paper = self->light_ink ? 0.0 : 1.0;
  CvrTheme theme;
  cairo_t *cr;

  if (side <= 0)
    return;
  theme = cvr_app_theme (widget);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT ((float) left, (float) top,
                                                                 (float) side, (float) side));
  cairo_translate (cr, left, top);
  cairo_rectangle (cr, 0, 0, side, side);
  cairo_set_source_rgb (cr, paper, paper, paper);
  cairo_fill_preserve (cr);
  cairo_clip (cr);
  cairo_set_source_rgb (cr, 1 - paper, 1 - paper, 1 - paper);
  if (self->strokes->len == 0)
    draw_hint (self, cr, side);
  draw_strokes (self, cr, side, &as_drawn);
  if (gtk_widget_has_visible_focus (widget))
    draw_pen (self, cr, side, &theme);
  cairo_rectangle (cr, 0.5, 0.5, side - 1, side - 1);
  cairo_set_line_width (cr, 1);
  cairo_set_source_rgba (cr, theme.dim.red, theme.dim.green, theme.dim.blue, theme.dim.alpha);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
cvr_draw_pad_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  *minimum = 160;
  *natural = 420;
  *minimum_baseline = *natural_baseline = -1;
}

static void
cvr_draw_pad_dispose (GObject *object)
{
  CvrDrawPad *self = CVR_DRAW_PAD (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;

  G_OBJECT_CLASS (cvr_draw_pad_parent_class)->dispose (object);
}

static void
cvr_draw_pad_finalize (GObject *object)
{
  CvrDrawPad *self = CVR_DRAW_PAD (object);

  g_ptr_array_unref (self->strokes);

  G_OBJECT_CLASS (cvr_draw_pad_parent_class)->finalize (object);
}

static void
cvr_draw_pad_class_init (CvrDrawPadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_draw_pad_dispose;
  G_OBJECT_CLASS (klass)->finalize = cvr_draw_pad_finalize;
  widget_class->measure = cvr_draw_pad_measure;
  widget_class->snapshot = cvr_draw_pad_snapshot;
  signals[DRAWN] = g_signal_new ("drawn", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  add_bindings (widget_class);
  gtk_widget_class_set_css_name (widget_class, "drawpad");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cvr_draw_pad_init (CvrDrawPad *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->pen = (Point) { 0.5, 0.5 };
  self->strokes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->light_ink = TRUE;
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (lift), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_accessible_update_property (
    GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Sheet to draw on"),
    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    _("Arrows move the pen, Space puts it down and lifts it, Backspace takes a stroke back, "
      "Delete clears the sheet"), -1);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
}

/**
 * cvr_draw_pad_clear:
 *
 * A fresh sheet.
 */
void
cvr_draw_pad_clear (CvrDrawPad *self)
{
  g_return_if_fail (CVR_IS_DRAW_PAD (self));

  self->stroke = NULL;
  g_ptr_array_set_size (self->strokes, 0);
  changed (self);
}

/**
 * cvr_draw_pad_undo_stroke:
 *
 * Takes the last stroke away.
 */
void
cvr_draw_pad_undo_stroke (CvrDrawPad *self)
{
  g_return_if_fail (CVR_IS_DRAW_PAD (self));

  self->stroke = NULL;
  if (self->strokes->len > 0)
    g_ptr_array_set_size (self->strokes, (int) self->strokes->len - 1);
  changed (self);
}

/**
 * cvr_draw_pad_is_empty:
 *
 * Returns: whether nothing is drawn
 */
gboolean
cvr_draw_pad_is_empty (CvrDrawPad *self)
{
  g_return_val_if_fail (CVR_IS_DRAW_PAD (self), TRUE);

  return self->strokes->len == 0;
}

/**
 * cvr_draw_pad_set_light_ink:
 * @light_ink: %TRUE: white on black
 */
void
cvr_draw_pad_set_light_ink (CvrDrawPad *self,
                            gboolean    light_ink)
{
  g_return_if_fail (CVR_IS_DRAW_PAD (self));

  if (self->light_ink == !!light_ink)
    return;
  self->light_ink = !!light_ink;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_draw_pad_render:
 * @side: pixels, at least 1
 *
 * What is drawn small or in a corner is moved to where networks expect it: the ink, the pen's width
 * included, comes to the middle, and its longer side becomes 86 % of the sheet's (enlarged at most
 * three times). The pen stays 6.5 % of the side wide, whatever the scale.
 *
 * Returns: (transfer full): the drawing as a grey picture
 */
CvrImage *
cvr_draw_pad_render (CvrDrawPad *self,
                     guint       side)
{
  CvrImage *image;
  cairo_surface_t *surface;
  cairo_t *cr;
  Placing placing;

  g_return_val_if_fail (CVR_IS_DRAW_PAD (self) && side > 0, NULL);

  placing = find_placing (self);
  image = cvr_image_new (side, side, 1);
  surface = cairo_image_surface_create (CAIRO_FORMAT_A8, (int) side, (int) side);
  cr = cairo_create (surface);
  draw_strokes (self, cr, side, &placing);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  for (guint y = 0; y < side; y++)
    {
      const guint8 *row = cairo_image_surface_get_data (surface)
                          + (gsize) y * (gsize) cairo_image_surface_get_stride (surface);

      for (guint x = 0; x < side; x++)
        image->data[(gsize) y * side + x] = self->light_ink ? row[x] : 255 - row[x];
    }
  cairo_surface_destroy (surface);

  return image;
}
