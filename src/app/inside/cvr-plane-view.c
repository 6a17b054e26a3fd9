/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A map or a filter drawn large, with its numbers where there is room; one cell is looked at. */
#include "cvr-plane-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrPlaneView
{
  CvrCanvas parent_instance;

  CvrPlane *plane;
  guint     column, row;
};

G_DEFINE_FINAL_TYPE (CvrPlaneView, cvr_plane_view, CVR_TYPE_CANVAS)

enum { CELL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static gboolean
has_value (CvrPlaneView *self,
           guint         column,
           guint         row)
{
  return column < self->plane->columns && row < self->plane->rows
         && self->plane->values[(gsize) row * self->plane->columns + column] != -INFINITY;
}

static void
look_at_strongest (CvrPlaneView *self)
{
  float strongest = -1;

  for (guint row = 0; row < self->plane->rows; row++)
    for (guint column = 0; column < self->plane->columns; column++)
      {
        float value = self->plane->values[(gsize) row * self->plane->columns + column];

        if (isfinite (value) && fabsf (value) > strongest)
          {
            strongest = fabsf (value);
            self->column = column;
            self->row = row;
          }
      }
}

static void
hover_cb (CvrPlaneView *self,
          double        x,
          double        y)
{
  guint column, row;

  if (self->plane != NULL && !isnan (x)
      && cvr_paint_numbers_cell (gtk_widget_get_width (GTK_WIDGET (self)),
                                 gtk_widget_get_height (GTK_WIDGET (self)), self->plane->columns,
                                 self->plane->rows, x, y, &column, &row))
    cvr_plane_view_look_at (self, column, row);
}

/* Steps over cells without a value: the gaps between the planes of a filter. */
static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrPlaneView *self = CVR_PLANE_VIEW (widget);
  gint dx, dy, column = (gint) self->column, row = (gint) self->row;

  if (self->plane == NULL)
    return GDK_EVENT_PROPAGATE;
  g_variant_get (args, "(ii)", &dx, &dy);
  do
    {
      column += dx;
      row += dy;
      if (column < 0 || row < 0 || column >= (gint) self->plane->columns
          || row >= (gint) self->plane->rows)
        return GDK_EVENT_STOP; /* The border of the map is no way out of it. */
    }
  while (!has_value (self, (guint) column, (guint) row));
  cvr_plane_view_look_at (self, (guint) column, (guint) row);

  return GDK_EVENT_STOP;
}

static void
cvr_plane_view_draw (CvrCanvas      *canvas,
                     cairo_t        *cr,
                     double          width,
                     double          height,
                     const CvrTheme *theme)
{
  CvrPlaneView *self = CVR_PLANE_VIEW (canvas);

  if (self->plane != NULL)
    cvr_paint_numbers (cr, width, height, self->plane->values, self->plane->columns,
                       self->plane->rows, (gint) self->column, (gint) self->row,
                       self->plane->diverging, theme);
}

static void
cvr_plane_view_finalize (GObject *object)
{
  cvr_plane_free (CVR_PLANE_VIEW (object)->plane);

  G_OBJECT_CLASS (cvr_plane_view_parent_class)->finalize (object);
}

static void
cvr_plane_view_class_init (CvrPlaneViewClass *klass)
{
  static const struct { guint key, pad; gint dx, dy; } moves[] = {
    { GDK_KEY_Left, GDK_KEY_KP_Left, -1, 0 },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 1, 0 },
    { GDK_KEY_Up, GDK_KEY_KP_Up, 0, -1 },
    { GDK_KEY_Down, GDK_KEY_KP_Down, 0, 1 },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cvr_plane_view_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_plane_view_draw;
  signals[CELL_CHANGED] = g_signal_new ("cell-changed", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_cb, "(ii)", moves[i].dx,
                                    moves[i].dy);
      gtk_widget_class_add_binding (widget_class, moves[i].pad, 0, move_cb, "(ii)", moves[i].dx,
                                    moves[i].dy);
    }
}

static void
cvr_plane_view_init (CvrPlaneView *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
}

void
cvr_plane_view_take_plane (CvrPlaneView *self,
                           CvrPlane     *plane)
{
  gboolean same_size;

  g_return_if_fail (CVR_IS_PLANE_VIEW (self));

  same_size = self->plane != NULL && plane != NULL && self->plane->columns == plane->columns
              && self->plane->rows == plane->rows;
  cvr_plane_free (self->plane);
  self->plane = plane;
  if (plane != NULL && !same_size)
    look_at_strongest (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

CvrPlane *
cvr_plane_view_get_plane (CvrPlaneView *self)
{
  g_return_val_if_fail (CVR_IS_PLANE_VIEW (self), NULL);

  return self->plane;
}

gboolean
cvr_plane_view_get_cell (CvrPlaneView *self,
                         guint        *column,
                         guint        *row)
{
  g_return_val_if_fail (CVR_IS_PLANE_VIEW (self), FALSE);

  *column = self->column;
  *row = self->row;

  return self->plane != NULL;
}

void
cvr_plane_view_look_at (CvrPlaneView *self,
                        guint         column,
                        guint         row)
{
  g_return_if_fail (CVR_IS_PLANE_VIEW (self));

  if (self->plane == NULL || (self->column == column && self->row == row)
      || !has_value (self, column, row))
    return;
  self->column = column;
  self->row = row;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CELL_CHANGED], 0);
}

void
cvr_plane_view_tell_cell (CvrPlaneView *self,
                          GtkLabel     *label)
{
  g_autofree char *number = NULL, *place = NULL, *text = NULL;
  CvrPlane *plane;
  guint column, row;
  double value;

  g_return_if_fail (CVR_IS_PLANE_VIEW (self) && GTK_IS_LABEL (label));

  plane = cvr_plane_view_get_plane (self);
  if (plane == NULL || !cvr_plane_view_get_cell (self, &column, &row))
    return;
  value = (double) plane->values[row * plane->columns + column];
  number = cvr_plane_dup_number (value, cvr_plane_decimals (value) + 2);
  place = cvr_plane_dup_place (plane, column, row);
  text = g_strdup_printf ("%s: %s", place, number);
  gtk_label_set_text (label, text);
  cvr_canvas_set_description (CVR_CANVAS (self), text);
}
