/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sheet of paper to draw on with the mouse, a pen or a finger. */
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
  GArray    *stroke;     /* the one being drawn; owned by strokes */
  guint      tick;       /* pending "drawn" */
  gboolean   light_ink;
  double     start_x, start_y;
};

G_DEFINE_FINAL_TYPE (CvrDrawPad, cvr_draw_pad, GTK_TYPE_WIDGET)

enum { DRAWN, N_SIGNALS };

static guint signals[N_SIGNALS];

/* A pen about as wide, for the sheet, as in the drawings that networks of this size learn from. */
static const double pen_width = 0.065;

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

/* On an empty sheet, in its ink. */
static void
draw_hint (CvrDrawPad *self,
           cairo_t    *cr,
           double      side)
{
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (GTK_WIDGET (self), _("Draw here"));
  double ink = self->light_ink ? 1 : 0;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_save (cr);
  cairo_set_source_rgba (cr, ink, ink, ink, 0.6);
  cairo_move_to (cr, (side - width) / 2, (side - height) / 2);
  pango_cairo_show_layout (cr, layout);
  cairo_restore (cr);
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

static void
add_point (CvrDrawPad *self,
           double      x,
           double      y)
{
  double left, top, side = sheet_side (self, &left, &top);
  Point point;

  if (side <= 0 || self->stroke == NULL)
    return;
  point = (Point) { CLAMP ((x - left) / side, 0, 1), CLAMP ((y - top) / side, 0, 1) };
  g_array_append_val (self->stroke, point);
  changed (self);
}

static void
begin_cb (CvrDrawPad *self,
          double      x,
          double      y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->stroke = g_array_new (FALSE, FALSE, sizeof (Point));
  g_ptr_array_add (self->strokes, self->stroke);
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
  self->stroke = NULL;
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
  gtk_widget_class_set_css_name (widget_class, "drawpad");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cvr_draw_pad_init (CvrDrawPad *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->strokes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->light_ink = TRUE;
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
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
