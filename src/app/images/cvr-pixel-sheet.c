/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pixels of a picture, one of their channels, and their numbers where there is room. */
#include "cvr-pixel-sheet.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrPixelSheet
{
  CvrZoomView parent_instance;

  CvrPixelChannel channel;
  CvrPixelShades *shades;      /* of the channel */
  guint           column, row; /* pointed at */
};

G_DEFINE_FINAL_TYPE (CvrPixelSheet, cvr_pixel_sheet, CVR_TYPE_ZOOM_VIEW)

enum
{
  POINTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static CvrImage *
get_picture (CvrPixelSheet *self)
{
  return cvr_zoom_view_get_picture (CVR_ZOOM_VIEW (self));
}

static void
recolour (guint8  *rgb,
          gsize    n,
          gpointer data)
{
  cvr_pixel_shades_show (CVR_PIXEL_SHEET (data)->shades, rgb, n);
}

static void
speak (CvrPixelSheet *self)
{
  CvrImage *picture = get_picture (self);
  g_autofree char *words = NULL;
  g_autofree char *label = NULL;

  /* Translators: what part of the colour of each pixel is shown: "Red", "Hue" … */
  label =
    g_strdup_printf (_("Pixels of the picture: %s"), cvr_pixel_channel_title (self->channel));
  cvr_canvas_set_label (CVR_CANVAS (self), label);
  if (picture != NULL)
    words = cvr_pixel_words (picture, self->column, self->row, FALSE);
  cvr_canvas_set_description (CVR_CANVAS (self), words);
}

static void
hover_cb (CvrPixelSheet *self,
          double         x,
          double         y)
{
  double column, row;

  if (!isnan (x) && cvr_zoom_view_locate (CVR_ZOOM_VIEW (self), x, y, &column, &row))
    {
      cvr_pixel_sheet_point (self, (guint) column, (guint) row);
      cvr_zoom_view_set_focus (CVR_ZOOM_VIEW (self), column, row);
    }
}

static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrPixelSheet *self = CVR_PIXEL_SHEET (widget);
  CvrImage *picture = get_picture (self);
  gint dx, dy;

  if (picture == NULL)
    return GDK_EVENT_PROPAGATE;
  g_variant_get (args, "(ii)", &dx, &dy);
  /* The border of the picture is no way out of it. */
  cvr_pixel_sheet_point (self,
                         (guint) CLAMP ((gint) self->column + dx, 0, (gint) picture->width - 1),
                         (guint) CLAMP ((gint) self->row + dy, 0, (gint) picture->height - 1));
  cvr_zoom_view_show_pixel (CVR_ZOOM_VIEW (self), self->column, self->row);

  return GDK_EVENT_STOP;
}

/* The pixels that can be seen, [first, end). */
static void
visible (double origin,
         double scale,
         double room,
         guint  n,
         guint *first,
         guint *end)
{
  *first = (guint) CLAMP (floor (-origin / scale), 0, n);
  *end = (guint) CLAMP (ceil ((room - origin) / scale), *first, n);
}

static void
draw_numbers (CvrPixelSheet  *self,
              cairo_t        *cr,
              double          width,
              double          height,
              const CvrZoom  *zoom,
              const CvrTheme *theme)
{
  CvrImage *picture = get_picture (self);
  CvrPixelNumbers numbers = { .n_each = self->channel == CVR_PIXEL_COLOUR ? 3 : 1 };
  g_autofree guint8 *ground = NULL;
  g_autofree gint16 *values = NULL;
  guint end_column, end_row;

  visible (zoom->left, zoom->scale, width, picture->width, &numbers.column, &end_column);
  visible (zoom->top, zoom->scale, height, picture->height, &numbers.row, &end_row);
  numbers.columns = end_column - numbers.column;
  numbers.rows = end_row - numbers.row;
  numbers.ground = ground = g_new (guint8, 3 * numbers.columns * numbers.rows);
  numbers.numbers = values = g_new (gint16, CVR_PIXEL_MAX_EACH * numbers.columns * numbers.rows);
  for (guint i = 0; i < numbers.columns * numbers.rows; i++)
    {
      gint16 each[CVR_PIXEL_MAX_EACH];

      cvr_pixel_rgb (picture, numbers.column + i % numbers.columns,
                     numbers.row + i / numbers.columns, ground + 3 * i);
      cvr_pixel_channel_read (self->channel, ground + 3 * i, each);
      for (guint c = 0; c < numbers.n_each; c++)
        values[numbers.n_each * i + c] = each[c];
    }
  cvr_pixel_shades_show (self->shades, ground, (gsize) numbers.columns * numbers.rows);
  cvr_paint_pixel_numbers (cr, zoom, &numbers, theme);
}

static void
cvr_pixel_sheet_draw_over (CvrZoomView    *view,
                           cairo_t        *cr,
                           double          width,
                           double          height,
                           const CvrZoom  *zoom,
                           const CvrTheme *theme)
{
  CvrPixelSheet *self = CVR_PIXEL_SHEET (view);
  CvrImage *picture = get_picture (self);

  cvr_paint_pixel_grid (cr, width, height, zoom, picture->width, picture->height);
  if (zoom->scale >= CVR_NUMBERS_SIDE)
    draw_numbers (self, cr, width, height, zoom, theme);
  cvr_paint_pixel_frame (cr, zoom, self->column, self->row, theme);
}

static void
cvr_pixel_sheet_finalize (GObject *object)
{
  cvr_pixel_shades_free (CVR_PIXEL_SHEET (object)->shades);

  G_OBJECT_CLASS (cvr_pixel_sheet_parent_class)->finalize (object);
}

static void
cvr_pixel_sheet_class_init (CvrPixelSheetClass *klass)
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
  CvrZoomViewClass *view_class = CVR_ZOOM_VIEW_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cvr_pixel_sheet_finalize;
  view_class->draw_over = cvr_pixel_sheet_draw_over;
  view_class->primary_pans = TRUE;
  view_class->wheel_zooms = TRUE;
  signals[POINTED] = g_signal_new ("pointed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    for (guint fast = 0; fast < 2; fast++)
      {
        GdkModifierType modifiers = fast ? GDK_SHIFT_MASK : 0;
        gint step = fast ? 10 : 1;

        gtk_widget_class_add_binding (widget_class, moves[i].key, modifiers, move_cb, "(ii)",
                                      moves[i].dx * step, moves[i].dy * step);
        gtk_widget_class_add_binding (widget_class, moves[i].pad, modifiers, move_cb, "(ii)",
                                      moves[i].dx * step, moves[i].dy * step);
      }
}

static void
cvr_pixel_sheet_init (CvrPixelSheet *self)
{
  self->shades = cvr_pixel_shades_new (self->channel);
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  cvr_zoom_view_set_recolour (CVR_ZOOM_VIEW (self), recolour, self);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
  speak (self);
}

/**
 * cvr_pixel_sheet_set_picture:
 * @picture: (nullable): held until the next
 */
void
cvr_pixel_sheet_set_picture (CvrPixelSheet *self,
                             CvrImage      *picture)
{
  g_return_if_fail (CVR_IS_PIXEL_SHEET (self));

  if (get_picture (self) == picture)
    return;
  cvr_zoom_view_set_picture (CVR_ZOOM_VIEW (self), picture);
  self->column = picture != NULL ? picture->width / 2 : 0;
  self->row = picture != NULL ? picture->height / 2 : 0;
  if (picture != NULL)
    cvr_zoom_view_set_focus (CVR_ZOOM_VIEW (self), self->column + 0.5, self->row + 0.5);
  speak (self);
  g_signal_emit (self, signals[POINTED], 0);
}

/**
 * cvr_pixel_sheet_set_channel:
 * @channel: what is shown, and whose numbers
 */
void
cvr_pixel_sheet_set_channel (CvrPixelSheet  *self,
                             CvrPixelChannel channel)
{
  g_return_if_fail (CVR_IS_PIXEL_SHEET (self) && channel < CVR_N_PIXEL_CHANNELS);

  if (self->channel == channel)
    return;
  self->channel = channel;
  cvr_pixel_shades_free (self->shades);
  self->shades = cvr_pixel_shades_new (channel);
  cvr_zoom_view_set_recolour (CVR_ZOOM_VIEW (self), recolour, self);
  speak (self);
}

/**
 * cvr_pixel_sheet_get_pixel:
 * @column: (out): of the pixel pointed at
 *
 * Returns: %FALSE without a picture
 */
gboolean
cvr_pixel_sheet_get_pixel (CvrPixelSheet *self,
                           guint         *column,
                           guint         *row)
{
  g_return_val_if_fail (CVR_IS_PIXEL_SHEET (self), FALSE);

  *column = self->column;
  *row = self->row;

  return get_picture (self) != NULL;
}

/**
 * cvr_pixel_sheet_point:
 *
 * As the pointer does; nothing happens outside the picture.
 */
void
cvr_pixel_sheet_point (CvrPixelSheet *self,
                       guint          column,
                       guint          row)
{
  CvrImage *picture;

  g_return_if_fail (CVR_IS_PIXEL_SHEET (self));

  picture = get_picture (self);
  if (picture == NULL || column >= picture->width || row >= picture->height ||
      (column == self->column && row == self->row))
    return;
  self->column = column;
  self->row = row;
  cvr_zoom_view_set_focus (CVR_ZOOM_VIEW (self), column + 0.5, row + 0.5);
  speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[POINTED], 0);
}
