/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one value came about, drawn with its numbers: patch × weights → value. */
#include "cvr-lens-view.h"

/* px: room for a sign between two panels; the largest cell worth having. */
enum { SIGN = 28, MAX_CELL = 54 };

struct _CvrLensView
{
  CvrCanvas parent_instance;

  CvrLens *lens;
};

G_DEFINE_FINAL_TYPE (CvrLensView, cvr_lens_view, CVR_TYPE_CANVAS)

static void
set_ink (cairo_t       *cr,
         const CvrRgba *ink)
{
  cairo_set_source_rgba (cr, ink->red, ink->green, ink->blue, ink->alpha);
}

/* In the widget's own font, @x the middle, cut to @width. */
static void
draw_title (CvrLensView *self,
            cairo_t     *cr,
            const char  *text,
            double       x,
            double       width)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);

  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  cairo_move_to (cr, x - width / 2, 0);
  pango_cairo_show_layout (cr, layout);
}

/* Larger than text, around the point. */
static void
draw_sign (CvrLensView *self,
           cairo_t     *cr,
           const char  *sign,
           double       x,
           double       y)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), sign);
  PangoAttrList *attributes = pango_attr_list_new ();
  int width, height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (1.8));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, x - width / 2.0, y - height / 2.0);
  pango_cairo_show_layout (cr, layout);
}

/* Columns that a panel takes: a single value gets the room of three, so that its title has some. */
static double
room_of (const CvrPlane *plane)
{
  return MAX (plane->columns, 3);
}

/* Side of a cell so that all panels fit; whole pixels. */
static double
cell_side (const CvrLens *lens,
           double         width,
           double         height)
{
  double columns = 0, rows = 1;

  for (guint i = 0; i < lens->n_panels; i++)
    {
      columns += room_of (lens->panels[i]);
      rows = MAX (rows, lens->panels[i]->rows);
    }

  return MIN ((double) MAX_CELL,
              MIN ((width - SIGN * (lens->n_panels - 1.0)) / columns, height / rows));
}

static void
cvr_lens_view_draw (CvrCanvas      *canvas,
                    cairo_t        *cr,
                    double          width,
                    double          height,
                    const CvrTheme *theme)
{
  CvrLensView *self = CVR_LENS_VIEW (canvas);
  double title = theme->text_size * 1.9, cell, x = 0, most_rows = 1;

  if (self->lens == NULL)
    return;
  cell = cell_side (self->lens, width, height - title);
  if (!(cell > 0))
    return;
  for (guint i = 0; i < self->lens->n_panels; i++)
    most_rows = MAX (most_rows, self->lens->panels[i]->rows);
  for (guint i = 0; i < self->lens->n_panels; i++)
    {
      const CvrPlane *plane = self->lens->panels[i];
      double panel = cell * room_of (plane), rows = MIN (cell * most_rows + 4, height - title);

      set_ink (cr, &theme->dim);
      draw_title (self, cr, self->lens->titles[i], x + panel / 2, panel + SIGN - 4);
      cairo_save (cr);
      cairo_translate (cr, x, title);
      cvr_paint_numbers (cr, panel, rows, plane->values, plane->columns, plane->rows,
                         plane->centred ? (gint) plane->columns / 2 : -1,
                         plane->centred ? (gint) plane->rows / 2 : -1, plane->diverging, theme);
      cairo_restore (cr);
      x += panel;
      if (self->lens->signs[i] != NULL)
        {
          set_ink (cr, &theme->ink);
          draw_sign (self, cr, self->lens->signs[i], x + SIGN / 2.0, title + rows / 2);
          x += SIGN;
        }
    }
}

static void
cvr_lens_view_finalize (GObject *object)
{
  cvr_lens_free (CVR_LENS_VIEW (object)->lens);

  G_OBJECT_CLASS (cvr_lens_view_parent_class)->finalize (object);
}

static void
cvr_lens_view_class_init (CvrLensViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_lens_view_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_lens_view_draw;
}

static void
cvr_lens_view_init (CvrLensView *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
}

void
cvr_lens_view_take_lens (CvrLensView *self,
                         CvrLens     *lens)
{
  g_return_if_fail (CVR_IS_LENS_VIEW (self));

  cvr_lens_free (self->lens);
  self->lens = lens;
  cvr_canvas_set_description (CVR_CANVAS (self), lens != NULL ? lens->sentence : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

CvrLens *
cvr_lens_view_get_lens (CvrLensView *self)
{
  g_return_val_if_fail (CVR_IS_LENS_VIEW (self), NULL);

  return self->lens;
}
