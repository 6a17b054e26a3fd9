/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures as points or thumbnails in the plane, chosen with a rectangle or a lasso. */
#include "cvr-scatter-private.h"

#include "cvr-labelling.h"
#include "cvr-read-picture.h"

#include <math.h>

enum { MAX_THUMBNAILS = 400 }; /* that are read */

G_DEFINE_FINAL_TYPE (CvrScatter, cvr_scatter, CVR_TYPE_CANVAS)

enum { POINTED, CHOSEN_CHANGED, LABELLED, ZOOMED, N_SIGNALS };

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
          (double) CVR_SCATTER_THUMBNAIL
          / MAX (cairo_image_surface_get_width (picture), cairo_image_surface_get_height (picture));
      cairo_save (cr);
      cairo_translate (cr, (double) self->dots[i].x * width - CVR_SCATTER_THUMBNAIL / 2.0,
                       (double) self->dots[i].y * height - CVR_SCATTER_THUMBNAIL / 2.0);
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
  double w = width - 2 * CVR_SCATTER_MARGIN, h = height - 2 * CVR_SCATTER_MARGIN;

  if (self->n == 0 || !(w > 0) || !(h > 0))
    return;
  if (self->window.scale > 1)
    {
      cairo_rectangle (cr, 0, 0, width, height);
      cairo_clip (cr);
    }
  w *= self->window.scale;
  h *= self->window.scale;
  cairo_translate (cr, CVR_SCATTER_MARGIN - self->window.x * w,
                   CVR_SCATTER_MARGIN - self->window.y * h);
  cvr_paint_dots (cr, w, h, self->dots, self->n,
                  self->thumbnails && self->pictures != NULL ? 2 : CVR_SCATTER_RADIUS, theme);
  if (self->thumbnails)
    draw_thumbnails (self, cr, w, h);
  if (self->line->len > 0)
    draw_line (self, cr, w, h, theme);
  if (self->pointed >= 0)
    {
      cairo_arc (cr, (double) self->dots[self->pointed].x * w,
                 (double) self->dots[self->pointed].y * h,
                 self->thumbnails ? CVR_SCATTER_THUMBNAIL * 0.75 : CVR_SCATTER_RADIUS + 5, 0,
                 2 * G_PI);
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
  cvr_read_picture (cvr_image_item_get_picture (item), CVR_SCATTER_THUMBNAIL * 2, G_OBJECT (self),
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
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_scatter_dispose;
  CVR_CANVAS_CLASS (klass)->draw = cvr_scatter_draw;
  cvr_scatter_add_bindings (widget_class);
  signals[POINTED] = g_signal_new ("pointed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[CHOSEN_CHANGED] = g_signal_new ("chosen-changed", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LABELLED] = g_signal_new ("labelled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[ZOOMED] = g_signal_new ("zoomed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_scatter_init (CvrScatter *self)
{
  self->pointed = -1;
  self->window.scale = 1;
  self->x = self->y = NAN;
  self->line = g_array_new (FALSE, FALSE, sizeof (double));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  cvr_scatter_add_controllers (self);
}

void
cvr_scatter_set_project (CvrScatter *self,
                         CvrProject *project)
{
  g_return_if_fail (CVR_IS_SCATTER (self));

  self->project = project; /* The page holds it. */
  cvr_scatter_set_result (self, NULL);
}

/* In the middle where all are at one place. */
static float
part (float value,
      float low,
      float high)
{
  return high > low ? (value - low) / (high - low) : 0.5f;
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
      self->dots[i].x = part (self->result->xy[2 * i], low[0], high[0]);
      self->dots[i].y = 1 - part (self->result->xy[2 * i + 1], low[1], high[1]);
    }
}

void
cvr_scatter_set_result (CvrScatter  *self,
                        CvrEmbedded *result)
{
  gboolean same, goes_on;

  g_return_if_fail (CVR_IS_SCATTER (self));

  same = result != NULL && self->result != NULL && result->n == self->n
         && memcmp (result->ids, self->result->ids, self->n * sizeof *result->ids) == 0;
  goes_on = same && result->node == self->result->node
            && result->n_iterations == self->result->n_iterations;
  if (!goes_on)
    cvr_scatter_zoom (self, 0); /* Nothing is where it was. */
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
      gint k = item != NULL ? cvr_image_item_get_label (item) : -1;

      self->dots[i].class_index = k;
      self->dots[i].faded = item == NULL; /* It was removed meanwhile. */
      self->dots[i].paint =
          k >= 0 ? cvr_labelling_paint (cvr_project_get_dataset (self->project), (guint) k) : 0;
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
