/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures as points or thumbnails in the plane, chosen with a rectangle or a lasso. */
#include "cvr-scatter.h"

#include "cvr-paint-inside.h"
#include "cvr-read-picture.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* px: around the points, of a point, of a thumbnail; thumbnails at most. */
enum { MARGIN = 18, RADIUS = 4, THUMBNAIL = 26, MAX_THUMBNAILS = 400 };

struct _CvrScatter
{
  CvrCanvas parent_instance;

  CvrProject       *project;
  CvrEmbedded      *result;
  CvrDot           *dots;             /* [n] */
  guint             n;
  gint              pointed;          /* −1: none */
  gboolean          thumbnails;
  cairo_surface_t **pictures;         /* [n], NULL where none was read */
  GArray           *line;             /* of double: the lasso, 0 … 1; empty: none */
  double            start_x, start_y; /* px */
  gboolean          adds, rectangle;
};

G_DEFINE_FINAL_TYPE (CvrScatter, cvr_scatter, CVR_TYPE_CANVAS)

enum { POINTED, CHOSEN_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

typedef struct
{
  CvrScatter *scatter;
  guint64     id;
} Thumbnail;

static void
clear_pictures (CvrScatter *self)
{
  for (guint i = 0; self->pictures != NULL && i < self->n; i++)
    g_clear_pointer (&self->pictures[i], cairo_surface_destroy);
  g_clear_pointer (&self->pictures, g_free);
}

static void
room (CvrScatter *self,
      double     *width,
      double     *height)
{
  *width = MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN, 1);
  *height = MAX (gtk_widget_get_height (GTK_WIDGET (self)) - 2 * MARGIN, 1);
}

/* The nearest point within reach; −1: none. */
static gint
point_at (CvrScatter *self,
          double      x,
          double      y)
{
  double width, height, nearest = self->thumbnails ? THUMBNAIL : 3 * RADIUS;
  gint found = -1;

  room (self, &width, &height);
  for (guint i = 0; i < self->n; i++)
    {
      double distance = hypot ((double) self->dots[i].x * width + MARGIN - x,
                               (double) self->dots[i].y * height + MARGIN - y);

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
  g_signal_emit (self, signals[POINTED], 0, i >= 0 ? self->result->ids[i] : (guint64) 0);
}

static void
hover_cb (CvrScatter *self,
          double      x,
          double      y)
{
  if (!isnan (x) && self->line->len == 0)
    point_to (self, point_at (self, x, y));
}

static void
draw_thumbnails (CvrScatter *self,
                 cairo_t    *cr,
                 double      width,
                 double      height)
{
  for (guint i = 0; i < self->n; i++)
    {
      cairo_surface_t *picture = self->pictures != NULL ? self->pictures[i] : NULL;
      double scale;

      if (picture == NULL)
        continue;
      scale =
          (double) THUMBNAIL
          / MAX (cairo_image_surface_get_width (picture), cairo_image_surface_get_height (picture));
      cairo_save (cr);
      cairo_translate (cr, (double) self->dots[i].x * width - THUMBNAIL / 2.0,
                       (double) self->dots[i].y * height - THUMBNAIL / 2.0);
      cairo_scale (cr, scale, scale);
      cairo_set_source_surface (cr, picture, 0, 0);
      cairo_paint_with_alpha (cr, self->dots[i].faded ? 0.3 : 1);
      cairo_restore (cr);
    }
}

static void
draw_line (CvrScatter     *self,
           cairo_t        *cr,
           double          width,
           double          height,
           const CvrTheme *theme)
{
  for (guint i = 0; i + 1 < self->line->len; i += 2)
    cairo_line_to (cr, g_array_index (self->line, double, i) * width,
                   g_array_index (self->line, double, i + 1) * height);
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, theme->training.red, theme->training.green, theme->training.blue,
                         0.15);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, theme->training.red, theme->training.green, theme->training.blue, 1);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

static void
cvr_scatter_draw (CvrCanvas      *canvas,
                  cairo_t        *cr,
                  double          width,
                  double          height,
                  const CvrTheme *theme)
{
  CvrScatter *self = CVR_SCATTER (canvas);
  double w = width - 2 * MARGIN, h = height - 2 * MARGIN;

  if (self->n == 0 || !(w > 0) || !(h > 0))
    return;
  cairo_translate (cr, MARGIN, MARGIN);
  cvr_paint_dots (cr, w, h, self->dots, self->n,
                  self->thumbnails && self->pictures != NULL ? 2 : RADIUS, theme);
  if (self->thumbnails)
    draw_thumbnails (self, cr, w, h);
  if (self->line->len > 0)
    draw_line (self, cr, w, h, theme);
  if (self->pointed >= 0)
    {
      cairo_arc (cr, (double) self->dots[self->pointed].x * w,
                 (double) self->dots[self->pointed].y * h,
                 self->thumbnails ? THUMBNAIL * 0.75 : RADIUS + 5, 0, 2 * G_PI);
      cairo_set_source_rgba (cr, theme->ink.red, theme->ink.green, theme->ink.blue, 1);
      cairo_set_line_width (cr, 2);
      cairo_stroke (cr);
    }
}

static void
thumbnail_cb (CvrImage *image,
              gpointer  data)
{
  Thumbnail *thumbnail = data;
  CvrScatter *self = thumbnail->scatter;

  for (guint i = 0; image != NULL && self->pictures != NULL && i < self->n; i++)
    if (self->result->ids[i] == thumbnail->id)
      {
        g_clear_pointer (&self->pictures[i], cairo_surface_destroy);
        self->pictures[i] =
            cvr_paint_pixels (image->data, image->channels, image->width, image->height, 1);
        gtk_widget_queue_draw (GTK_WIDGET (self));
        break;
      }
}

static void
read_thumbnail (CvrScatter *self,
                guint       i)
{
  CvrImageItem *item = cvr_project_find_item (self->project, self->result->ids[i]);
  g_autofree char *what = g_strdup_printf ("thumbnail-%u", i);
  g_autofree char *reading = g_strconcat ("reading-", what, NULL);
  Thumbnail *thumbnail;

  if (item == NULL)
    return;
  thumbnail = g_new0 (Thumbnail, 1);
  thumbnail->scatter = self;
  thumbnail->id = self->result->ids[i];
  g_object_set_data_full (G_OBJECT (self), what, thumbnail, g_free);
  cvr_read_picture (cvr_image_item_get_picture (item), THUMBNAIL * 2, G_OBJECT (self),
                    g_intern_string (reading), thumbnail_cb, thumbnail);
}

/* Not all: thousands would cover each other. One out of each equal piece of the list, at a place
 * that differs from piece to piece: where the classes take turns, every tenth picture is of one
 * class. */
static void
read_thumbnails (CvrScatter *self)
{
  const double golden = 0.61803398875; /* Its multiples never repeat between 0 and 1. */
  guint count = MIN (self->n, MAX_THUMBNAILS);

  if (!self->thumbnails || self->n == 0 || self->pictures != NULL || self->project == NULL)
    return;
  self->pictures = g_new0 (cairo_surface_t *, self->n);
  for (guint k = 0; k < count; k++)
    read_thumbnail (self, (guint) ((k + fmod (k * golden, 1)) * self->n / count));
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
  self->rectangle = (held & GDK_ALT_MASK) != 0;
  g_array_set_size (self->line, 0);
}

static void
add_corner (CvrScatter *self,
            double      x,
            double      y)
{
  double width, height, values[2];

  room (self, &width, &height);
  values[0] = (x - MARGIN) / width;
  values[1] = (y - MARGIN) / height;
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
  g_signal_emit (self, signals[CHOSEN_CHANGED], 0);
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

  if (self->n == 0)
    return GDK_EVENT_PROPAGATE;
  g_variant_get (args, "(ii)", &dx, &dy);
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

static void
cvr_scatter_dispose (GObject *object)
{
  CvrScatter *self = CVR_SCATTER (object);

  clear_pictures (self);
  g_clear_pointer (&self->dots, g_free);
  self->n = 0;
  g_clear_pointer (&self->result, cvr_embedded_unref);
  g_clear_pointer (&self->line, g_array_unref);

  G_OBJECT_CLASS (cvr_scatter_parent_class)->dispose (object);
}

static void
cvr_scatter_class_init (CvrScatterClass *klass)
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
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_scatter_dispose;
  CVR_CANVAS_CLASS (klass)->draw = cvr_scatter_draw;
  signals[POINTED] = g_signal_new ("pointed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[CHOSEN_CHANGED] = g_signal_new ("chosen-changed", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_cb, "(ii)", moves[i].dx,
                                    moves[i].dy);
      gtk_widget_class_add_binding (widget_class, moves[i].pad, 0, move_cb, "(ii)", moves[i].dx,
                                    moves[i].dy);
    }
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, 0, flip_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, clear_cb, NULL);
}

static void
cvr_scatter_init (CvrScatter *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->pointed = -1;
  self->line = g_array_new (FALSE, FALSE, sizeof (double));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

void
cvr_scatter_set_project (CvrScatter *self,
                         CvrProject *project)
{
  g_return_if_fail (CVR_IS_SCATTER (self));

  self->project = project; /* The page holds it. */
  cvr_scatter_set_result (self, NULL);
}

/* Both axes on their own range: what is near stays near. */
static void
place_dots (CvrScatter *self)
{
  float low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY };

  for (guint i = 0; i < 2 * self->n; i++)
    {
      low[i % 2] = MIN (low[i % 2], self->result->xy[i]);
      high[i % 2] = MAX (high[i % 2], self->result->xy[i]);
    }
  for (guint i = 0; i < self->n; i++)
    {
      self->dots[i].x = (self->result->xy[2 * i] - low[0]) / MAX (high[0] - low[0], 1e-12f);
      self->dots[i].y = 1 - (self->result->xy[2 * i + 1] - low[1]) / MAX (high[1] - low[1], 1e-12f);
    }
}

void
cvr_scatter_set_result (CvrScatter  *self,
                        CvrEmbedded *result)
{
  gboolean same;

  g_return_if_fail (CVR_IS_SCATTER (self));

  same = result != NULL && self->result != NULL && result->n == self->n
         && memcmp (result->ids, self->result->ids, self->n * sizeof *result->ids) == 0;
  if (!same)
    {
      clear_pictures (self);
      self->pointed = -1;
      g_clear_pointer (&self->dots, g_free);
      self->n = result != NULL ? result->n : 0;
      self->dots = g_new0 (CvrDot, MAX (self->n, 1));
    }
  if (result != NULL)
    cvr_embedded_ref (result);
  g_clear_pointer (&self->result, cvr_embedded_unref);
  self->result = result;
  place_dots (self);
  if (!same)
    {
      cvr_scatter_update_classes (self);
      read_thumbnails (self);
      g_signal_emit (self, signals[CHOSEN_CHANGED], 0);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_scatter_update_classes (CvrScatter *self)
{
  g_return_if_fail (CVR_IS_SCATTER (self));

  for (guint i = 0; i < self->n && self->project != NULL; i++)
    {
      CvrImageItem *item = cvr_project_find_item (self->project, self->result->ids[i]);

      self->dots[i].class_index = item != NULL ? cvr_image_item_get_label (item) : -1;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_scatter_set_thumbnails (CvrScatter *self,
                            gboolean    thumbnails)
{
  g_return_if_fail (CVR_IS_SCATTER (self));

  self->thumbnails = thumbnails;
  read_thumbnails (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GArray *
cvr_scatter_get_chosen (CvrScatter *self)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < self->n; i++)
    if (self->dots[i].chosen)
      g_array_append_val (ids, self->result->ids[i]);

  return ids;
}

void
cvr_scatter_clear_chosen (CvrScatter *self)
{
  g_return_if_fail (CVR_IS_SCATTER (self));

  for (guint i = 0; i < self->n; i++)
    self->dots[i].chosen = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CHOSEN_CHANGED], 0);
}

/* Even–odd rule. */
static gboolean
is_inside (double        x,
           double        y,
           const double *xy,
           guint         n)
{
  gboolean inside = FALSE;

  for (guint i = 0, j = n - 1; i < n; j = i++)
    if ((xy[2 * i + 1] > y) != (xy[2 * j + 1] > y)
        && x < (xy[2 * j] - xy[2 * i]) * (y - xy[2 * i + 1]) / (xy[2 * j + 1] - xy[2 * i + 1])
                   + xy[2 * i])
      inside = !inside;

  return inside;
}

void
cvr_scatter_choose_inside (CvrScatter   *self,
                           const double *xy,
                           guint         n,
                           gboolean      add)
{
  g_return_if_fail (CVR_IS_SCATTER (self) && n > 2);

  for (guint i = 0; i < self->n; i++)
    self->dots[i].chosen = (add && self->dots[i].chosen)
                           || is_inside ((double) self->dots[i].x, (double) self->dots[i].y, xy, n);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CHOSEN_CHANGED], 0);
}
