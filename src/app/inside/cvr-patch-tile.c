/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture of the project with the part that excites a channel framed. */
#include "cvr-patch-tile.h"

#include "cvr-plane.h"
#include "cvr-read-picture.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* px */
enum { SIDE = 116, TEXT = 18 };

struct _CvrPatchTile
{
  CvrCanvas parent_instance;

  CvrExcitement excitement;
  CvrImage     *image; /* NULL: on its way, or it could not be read */
};

G_DEFINE_FINAL_TYPE (CvrPatchTile, cvr_patch_tile, CVR_TYPE_CANVAS)

static void
draw_image (CvrPatchTile *self,
            cairo_t      *cr,
            double       *left,
            double       *top,
            double       *width,
            double       *height)
{
  cairo_surface_t *surface = cvr_paint_pixels (self->image->data, self->image->channels,
                                               self->image->width, self->image->height, 1);
  double scale = MIN (*width / self->image->width, *height / self->image->height);

  if (surface == NULL)
    return;
  *left = floor ((*width - scale * self->image->width) / 2);
  *top = floor ((*height - scale * self->image->height) / 2);
  *width = scale * self->image->width;
  *height = scale * self->image->height;
  cairo_save (cr);
  cairo_translate (cr, *left, *top);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr),
                            scale > 1.5 ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
  cairo_rectangle (cr, 0, 0, self->image->width, self->image->height);
  cairo_fill (cr);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

static void
draw_value (CvrPatchTile   *self,
            cairo_t        *cr,
            double          width,
            double          height,
            const CvrTheme *theme)
{
  g_autofree char *number = cvr_plane_dup_number ((double) self->excitement.value, 3);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), number);
  int text;

  pango_layout_get_pixel_size (layout, &text, NULL);
  cairo_set_source_rgba (cr, theme->dim.red, theme->dim.green, theme->dim.blue, 1);
  cairo_move_to (cr, (width - text) / 2, height - TEXT);
  pango_cairo_show_layout (cr, layout);
}

static void
cvr_patch_tile_draw (CvrCanvas      *canvas,
                     cairo_t        *cr,
                     double          width,
                     double          height,
                     const CvrTheme *theme)
{
  CvrPatchTile *self = CVR_PATCH_TILE (canvas);
  const CvrExcitement *what = &self->excitement;
  double left = 0, top = 0, w = width, h = height - TEXT;

  draw_value (self, cr, width, height, theme);
  if (self->image == NULL)
    return;
  draw_image (self, cr, &left, &top, &w, &h);
  /* Ink outside and paper inside: seen on every picture. */
  cairo_rectangle (cr, left + what->box_x * w, top + what->box_y * h, what->box_width * w,
                   what->box_height * h);
  cairo_set_source_rgba (cr, theme->paper.red, theme->paper.green, theme->paper.blue, 1);
  cairo_set_line_width (cr, 5);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgba (cr, theme->validation.red, theme->validation.green, theme->validation.blue,
                         1);
  cairo_set_line_width (cr, 2.5);
  cairo_stroke (cr);
}

static void
read_cb (CvrImage *image,
         gpointer  data)
{
  CvrPatchTile *self = data;

  if (image == NULL)
    return;
  g_clear_pointer (&self->image, cvr_image_unref);
  self->image = cvr_image_ref (image);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
cvr_patch_tile_finalize (GObject *object)
{
  g_clear_pointer (&CVR_PATCH_TILE (object)->image, cvr_image_unref);

  G_OBJECT_CLASS (cvr_patch_tile_parent_class)->finalize (object);
}

static void
cvr_patch_tile_class_init (CvrPatchTileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_patch_tile_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_patch_tile_draw;
}

static void
cvr_patch_tile_init (CvrPatchTile *self)
{
  cvr_canvas_set_min_size (CVR_CANVAS (self), SIDE, SIDE + TEXT);
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
}

GtkWidget *
cvr_patch_tile_new (CvrProject          *project,
                    const CvrExcitement *excitement)
{
  CvrPatchTile *self = g_object_new (CVR_TYPE_PATCH_TILE, NULL);
  CvrImageItem *item = cvr_project_find_item (project, excitement->id);
  g_autofree char *label = NULL;

  self->excitement = *excitement;
  if (item == NULL)
    return GTK_WIDGET (self);
  /* Translators: a picture's name and how strongly it excites the channel. */
  label =
      g_strdup_printf (_("%s: %.3f"), cvr_image_item_get_name (item), (double) excitement->value);
  cvr_canvas_set_label (CVR_CANVAS (self), label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), label);
  cvr_read_picture (cvr_image_item_get_picture (item), 2 * SIDE, G_OBJECT (self), "tile", read_cb,
                    self);

  return GTK_WIDGET (self);
}
