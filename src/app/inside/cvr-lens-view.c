/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one value came about, drawn with its numbers: the window walks over the map before and the
 * value it makes lights up, both ways. */
#include "cvr-lens-view.h"

#include "cvr-paint-inside.h"

#include <math.h>

/* px: room for a sign between two panels, the most a sum takes; µs a place of the walk. */
enum { SIGN = 26, SUM_WIDTH = 150, STEP_TIME = 220000 };

struct _CvrLensView
{
  CvrCanvas parent_instance;

  CvrMaps *maps;
  NnNode   node;
  guint    tile;
  guint    column, row;
  gint     plane; /* chosen of those that are added up; −1: the strongest */
  char   **titles; /* of the classes; NULL: not known */
  CvrLens *lens;
  guint    tick;  /* walks */
  gint64   stepped;
};

G_DEFINE_FINAL_TYPE (CvrLensView, cvr_lens_view, CVR_TYPE_CANVAS)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

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

  pango_attr_list_insert (attributes, pango_attr_scale_new (1.7));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, x - width / 2.0, y - height / 2.0);
  pango_cairo_show_layout (cr, layout);
}

static double
title_room (const CvrTheme *theme)
{
  return ceil (theme->text_size * 1.9); /* Whole pixels keep the cells' borders sharp. */
}

/* Where the panels stand, left to right: planes share what sums and curves leave, and take no more
 * than their height asks for. */
static void
lay_out (const CvrLens  *lens,
         double          width,
         double          height,
         const CvrTheme *theme,
         double          lefts[CVR_LENS_PANELS],
         double          widths[CVR_LENS_PANELS])
{
  double room = width - SIGN * (lens->n_panels - 1.0), rows = height - title_room (theme);
  double sum = MIN ((double) SUM_WIDTH, room / lens->n_panels * 1.15);
  guint n_planes = 0;
  double left = 0;

  for (guint i = 0; i < lens->n_panels; i++)
    if (lens->panels[i].kind == CVR_PANEL_PLANE)
      n_planes++;
    else
      room -= sum;
  for (guint i = 0; i < lens->n_panels; i++)
    {
      const CvrPlane *plane = lens->panels[i].plane;

      widths[i] = plane == NULL ? sum
                                : MIN (room / MAX (n_planes, 1),
                                       MAX (rows * plane->columns / MAX (plane->rows, 1), 70));
      lefts[i] = floor (left);
      left += widths[i] + SIGN;
    }
}

static void
draw_rows (cairo_t            *cr,
           double              width,
           double              height,
           const CvrLensPanel *panel,
           const CvrTheme     *theme)
{
  CvrSumLine lines[CVR_LENS_ROWS];

  for (guint i = 0; i < panel->n_rows; i++)
    lines[i] = (CvrSumLine){ panel->list[i].text, panel->list[i].value, panel->list[i].total };
  cvr_paint_sum (cr, width, height, lines, panel->n_rows, theme);
}

static void
draw_panel (cairo_t            *cr,
            double              width,
            double              height,
            const CvrLensPanel *panel,
            const CvrTheme     *theme)
{
  const CvrPlane *plane = panel->plane;

  if (panel->kind == CVR_PANEL_ROWS)
    draw_rows (cr, width, height, panel, theme);
  else if (panel->kind == CVR_PANEL_CURVE)
    {
      double side = MIN (height, width);

      cairo_translate (cr, (width - side) / 2, (height - side) / 2);
      cvr_paint_function (cr, side, side, panel->x, panel->y, CVR_LENS_POINTS, panel->at_x,
                          panel->at_y, theme);
    }
  else
    {
      CvrFrame frame = {
        panel->column, panel->row, panel->columns, panel->rows, { panel->step[0], panel->step[1] }
      };

      cvr_paint_numbers (cr, width, height, plane->values, plane->columns, plane->rows, -1, -1,
                         plane->diverging, theme);
      if (panel->columns > 0)
        cvr_paint_frame (cr, width, height, plane->columns, plane->rows, &frame, theme);
    }
}

static void
cvr_lens_view_draw (CvrCanvas      *canvas,
                    cairo_t        *cr,
                    double          width,
                    double          height,
                    const CvrTheme *theme)
{
  CvrLensView *self = CVR_LENS_VIEW (canvas);
  double lefts[CVR_LENS_PANELS], widths[CVR_LENS_PANELS], title = title_room (theme);

  if (self->lens == NULL || height <= title)
    return;
  lay_out (self->lens, width, height, theme, lefts, widths);
  for (guint i = 0; i < self->lens->n_panels; i++)
    {
      const CvrLensPanel *panel = &self->lens->panels[i];

      set_ink (cr, &theme->dim);
      draw_title (self, cr, panel->title, lefts[i] + widths[i] / 2, widths[i] + SIGN - 4);
      cairo_save (cr);
      cairo_translate (cr, lefts[i], title);
      draw_panel (cr, widths[i], height - title, panel, theme);
      cairo_restore (cr);
      if (panel->sign != NULL)
        {
          set_ink (cr, &theme->ink);
          draw_sign (self, cr, panel->sign, lefts[i] + widths[i] + SIGN / 2.0,
                     title + (height - title) / 2);
        }
    }
}

/* Works the lens out anew. */
static void
look (CvrLensView *self)
{
  g_clear_pointer (&self->lens, cvr_lens_free);
  if (self->maps != NULL)
    self->lens =
        cvr_lens_new (self->maps, self->node, self->tile, self->column, self->row, self->plane,
                      self->titles);
  cvr_canvas_set_description (CVR_CANVAS (self), self->lens != NULL ? self->lens->sentence : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Of an answer's values the one that wins, else the one furthest from zero. */
static void
find_strongest (CvrLensView *self)
{
  g_autoptr (CvrPlane) plane = cvr_plane_of_map (self->maps, self->node, self->tile);
  gboolean wins = cvr_maps_is_answer (self->maps, self->node);
  float strongest = -INFINITY;

  self->column = self->row = 0;
  if (plane == NULL)
    return;
  for (guint row = 0; row < plane->rows; row++)
    for (guint column = 0; column < plane->columns; column++)
      {
        float value = plane->values[(gsize) row * plane->columns + column];

        if (isfinite (value) && (wins ? value : fabsf (value)) > strongest)
          {
            strongest = wins ? value : fabsf (value);
            self->column = column;
            self->row = row;
          }
      }
}

/* The cell of panel @i under the pointer. */
static gboolean
cell_at (CvrLensView *self,
         guint        i,
         double       x,
         double       y,
         guint       *column,
         guint       *row)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  double lefts[CVR_LENS_PANELS], widths[CVR_LENS_PANELS];
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self));
  const CvrPlane *plane = self->lens->panels[i].plane;

  lay_out (self->lens, width, height, &theme, lefts, widths);

  return cvr_paint_numbers_cell (widths[i], height - title_room (&theme), plane->columns,
                                 plane->rows, x - lefts[i], y - title_room (&theme), column, row);
}

static void
hover_cb (CvrLensView *self,
          double       x,
          double       y)
{
  guint column, row;

  if (self->lens == NULL || isnan (x) || self->tick != 0)
    return;
  if (cell_at (self, self->lens->own, x, y, &column, &row)
      || (self->lens->whole >= 0 && cell_at (self, (guint) self->lens->whole, x, y, &column, &row)
          && cvr_lens_locate (self->lens, column, row, &column, &row)))
    cvr_lens_view_look_at (self, column, row);
}

static void
pressed_cb (CvrLensView *self,
            double       x,
            double       y,
            int          n_press)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  cvr_lens_view_set_walking (self, FALSE);
  hover_cb (self, x, y);
}

static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrLensView *self = CVR_LENS_VIEW (widget);
  gint dx, dy, column, row;

  if (self->lens == NULL)
    return GDK_EVENT_PROPAGATE;
  g_variant_get (args, "(ii)", &dx, &dy);
  column = (gint) self->column + dx;
  row = (gint) self->row + dy;
  if (column >= 0 && row >= 0)
    cvr_lens_view_look_at (self, (guint) column, (guint) row);

  return GDK_EVENT_STOP;
}

/* First or last of the row, or of all. */
static gboolean
jump_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrLensView *self = CVR_LENS_VIEW (widget);
  const CvrPlane *own;
  gboolean last, all;
  guint column, row;

  if (self->lens == NULL)
    return GDK_EVENT_PROPAGATE;
  g_variant_get (args, "(bb)", &last, &all);
  own = self->lens->panels[self->lens->own].plane;
  row = !all ? self->row : last ? own->rows - 1 : 0;
  column = last ? own->columns - 1 : 0;
  /* The last row of a vector may be short. */
  while (column > 0 && own->values[(gsize) row * own->columns + column] == -INFINITY)
    column--;
  cvr_lens_view_look_at (self, column, row);

  return GDK_EVENT_STOP;
}

static gboolean
plane_cb (GtkWidget *widget,
          GVariant  *args,
          gpointer   data)
{
  cvr_lens_view_step_plane (CVR_LENS_VIEW (widget), g_variant_get_int32 (args));

  return GDK_EVENT_STOP;
}

static gboolean
walk_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrLensView *self = CVR_LENS_VIEW (widget);

  cvr_lens_view_set_walking (self, self->tick == 0);

  return GDK_EVENT_STOP;
}

/* The place after this one; FALSE at the last. */
static gboolean
step (CvrLensView *self)
{
  const CvrPlane *own = self->lens->panels[self->lens->own].plane;
  guint column = self->column + 1, row = self->row;

  if (column >= own->columns)
    {
      column = 0;
      row++;
    }
  if (row >= own->rows || own->values[(gsize) row * own->columns + column] == -INFINITY)
    return FALSE;
  cvr_lens_view_look_at (self, column, row);

  return TRUE;
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  CvrLensView *self = CVR_LENS_VIEW (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (now - self->stepped < STEP_TIME)
    return G_SOURCE_CONTINUE;
  self->stepped = now;
  if (self->lens != NULL && step (self))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
cvr_lens_view_dispose (GObject *object)
{
  CvrLensView *self = CVR_LENS_VIEW (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_pointer (&self->lens, cvr_lens_free);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  g_clear_pointer (&self->titles, g_strfreev);

  G_OBJECT_CLASS (cvr_lens_view_parent_class)->dispose (object);
}

static void
cvr_lens_view_class_init (CvrLensViewClass *klass)
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
  static const struct
  {
    guint    key;
    gboolean last;
  } jumps[] = {
    { GDK_KEY_Home, FALSE },
    { GDK_KEY_KP_Home, FALSE },
    { GDK_KEY_End, TRUE },
    { GDK_KEY_KP_End, TRUE },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_lens_view_dispose;
  CVR_CANVAS_CLASS (klass)->draw = cvr_lens_view_draw;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_cb, "(ii)", moves[i].dx,
                                    moves[i].dy);
      gtk_widget_class_add_binding (widget_class, moves[i].pad, 0, move_cb, "(ii)", moves[i].dx,
                                    moves[i].dy);
    }
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      gtk_widget_class_add_binding (widget_class, jumps[i].key, 0, jump_cb, "(bb)", jumps[i].last,
                                    FALSE);
      gtk_widget_class_add_binding (widget_class, jumps[i].key, GDK_CONTROL_MASK, jump_cb, "(bb)",
                                    jumps[i].last, TRUE);
    }
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Page_Up, 0, plane_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Page_Down, 0, plane_cb, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, 0, walk_cb, NULL);
}

static void
cvr_lens_view_init (CvrLensView *self)
{
  self->plane = -1;
  self->node = NN_NODE_NONE;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
}

void
cvr_lens_view_set_map (CvrLensView *self,
                       CvrMaps     *maps,
                       NnNode       node,
                       guint        tile)
{
  gboolean same;

  g_return_if_fail (CVR_IS_LENS_VIEW (self));

  same = maps != NULL && self->maps != NULL && node == self->node
         && maps->model->graph == self->maps->model->graph;
  if (maps != NULL)
    cvr_maps_ref (maps);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  self->maps = maps;
  self->node = node;
  self->tile = tile;
  if (maps != NULL && !same)
    {
      self->plane = -1;
      find_strongest (self);
    }
  look (self);
}

void
cvr_lens_view_set_titles (CvrLensView *self,
                          char *const *titles)
{
  g_return_if_fail (CVR_IS_LENS_VIEW (self));

  g_strfreev (self->titles);
  self->titles = g_strdupv ((char **) titles);
}

CvrLens *
cvr_lens_view_get_lens (CvrLensView *self)
{
  g_return_val_if_fail (CVR_IS_LENS_VIEW (self), NULL);

  return self->lens;
}

gboolean
cvr_lens_view_get_place (CvrLensView *self,
                         guint       *column,
                         guint       *row)
{
  g_return_val_if_fail (CVR_IS_LENS_VIEW (self), FALSE);

  *column = self->column;
  *row = self->row;

  return self->lens != NULL;
}

/**
 * cvr_lens_view_look_at:
 * @column: of the layer's own map; nothing happens outside of it
 */
void
cvr_lens_view_look_at (CvrLensView *self,
                       guint        column,
                       guint        row)
{
  const CvrPlane *own;

  g_return_if_fail (CVR_IS_LENS_VIEW (self));

  if (self->lens == NULL || (self->column == column && self->row == row))
    return;
  own = self->lens->panels[self->lens->own].plane;
  if (column >= own->columns || row >= own->rows
      || own->values[(gsize) row * own->columns + column] == -INFINITY)
    return;
  self->column = column;
  self->row = row;
  look (self);
}

void
cvr_lens_view_step_plane (CvrLensView *self,
                          gint         direction)
{
  gint first, shown;

  g_return_if_fail (CVR_IS_LENS_VIEW (self));

  if (self->lens == NULL || self->lens->n_planes < 2)
    return;
  /* The first of the group that this filter looks at. */
  first = (gint) (self->lens->plane / self->lens->n_planes * self->lens->n_planes);
  shown = (gint) self->lens->plane - first + direction;
  self->plane = first + (shown + (gint) self->lens->n_planes) % (gint) self->lens->n_planes;
  look (self);
}

void
cvr_lens_view_set_walking (CvrLensView *self,
                           gboolean     walking)
{
  g_return_if_fail (CVR_IS_LENS_VIEW (self));

  if (walking == (self->tick != 0))
    return;
  if (walking)
    {
      if (self->lens != NULL && !step (self))
        cvr_lens_view_look_at (self, 0, 0);
      self->stepped = 0;
      self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
    }
  else
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
      self->tick = 0;
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
cvr_lens_view_is_walking (CvrLensView *self)
{
  g_return_val_if_fail (CVR_IS_LENS_VIEW (self), FALSE);

  return self->tick != 0;
}
