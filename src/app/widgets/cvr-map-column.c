/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One layer's maps or filters as a column of tiles: one picture, made only while it can be seen. */
#include "cvr-map-column.h"

#include "cvr-app-theme.h"
#include "cvr-map-sheet.h"
#include "cvr-texture.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrMapColumn
{
  GtkWidget parent_instance;

  NnGraph    *graph;
  NnNode      node;
  CvrMapSheet sheet;
  CvrMaps    *maps;
  GdkTexture *texture;
  gboolean    fresh;          /* the texture shows @maps */
  gint        selected, hover;
};

G_DEFINE_FINAL_TYPE (CvrMapColumn, cvr_map_column, GTK_TYPE_WIDGET)

enum { SELECTED, LEFT, N_SIGNALS };

static guint signals[N_SIGNALS];

static gint
tile_at (CvrMapColumn *self,
         double        x,
         double        y)
{
  guint column, row, tile;

  if (isnan (x) || x < 0 || y < 0)
    return -1;
  column = (guint) x / self->sheet.cell_width;
  row = (guint) y / self->sheet.cell_height;
  tile = row * self->sheet.columns + column;

  return column < self->sheet.columns && tile < self->sheet.n_tiles ? (gint) tile : -1;
}

static void
show_hint (CvrMapColumn *self)
{
  g_autofree char *text = NULL;

  if (self->hover >= 0)
    text = g_strdup_printf (self->sheet.filters ? _("Filter %d") : _("Map %d"), self->hover + 1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
}

static void
hover_cb (CvrMapColumn *self,
          double        x,
          double        y)
{
  gint hover = tile_at (self, x, y);

  if (hover == self->hover)
    return;
  self->hover = hover;
  show_hint (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
leave_cb (CvrMapColumn *self)
{
  hover_cb (self, NAN, NAN);
}

static void
pressed_cb (CvrMapColumn *self,
            int           n_press,
            double        x,
            double        y)
{
  gint tile = tile_at (self, x, y);

  if (tile >= 0)
    g_signal_emit (self, signals[SELECTED], 0, (guint) tile);
}

/* Sideways out of the column is the page's affair: it knows the next layer. */
static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrMapColumn *self = CVR_MAP_COLUMN (widget);
  gint dx, dy, column, row;

  g_variant_get (args, "(ii)", &dx, &dy);
  column = MAX (self->selected, 0) % (gint) self->sheet.columns + dx;
  row = MAX (self->selected, 0) / (gint) self->sheet.columns + dy;
  if (column < 0 || column >= (gint) self->sheet.columns
      || (dx > 0 && row * (gint) self->sheet.columns + column >= (gint) self->sheet.n_tiles))
    g_signal_emit (self, signals[LEFT], 0, dx, (guint) row);
  else if (row >= 0 && row * (gint) self->sheet.columns + column < (gint) self->sheet.n_tiles)
    g_signal_emit (self, signals[SELECTED], 0, (guint) (row * (gint) self->sheet.columns + column));

  return GDK_EVENT_STOP;
}

static gboolean
end_cb (GtkWidget *widget,
        GVariant  *args,
        gpointer   data)
{
  CvrMapColumn *self = CVR_MAP_COLUMN (widget);

  g_signal_emit (self, signals[SELECTED], 0,
                 g_variant_get_boolean (args) ? self->sheet.n_tiles - 1 : 0);

  return GDK_EVENT_STOP;
}

static void
draw_frame (CvrMapColumn *self,
            cairo_t      *cr,
            gint          tile,
            CvrRgba       colour,
            double        inset,
            double        line)
{
  graphene_rect_t area = cvr_map_column_get_tile_area (self, (guint) tile);

  cairo_rectangle (cr, (double) area.origin.x + inset + line / 2,
                   (double) area.origin.y + inset + line / 2,
                   (double) area.size.width - 2 * inset - line,
                   (double) area.size.height - 2 * inset - line);
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha);
  cairo_set_line_width (cr, line);
  cairo_stroke (cr);
}

static void
cvr_map_column_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  CvrMapColumn *self = CVR_MAP_COLUMN (widget);
  float width = (float) (self->sheet.columns * self->sheet.cell_width);
  float height = (float) (self->sheet.rows * self->sheet.cell_height);
  CvrTheme theme;
  cairo_t *cr;

  if (self->texture != NULL)
    {
      graphene_rect_t area =
          GRAPHENE_RECT_INIT (0, 0, (float) gdk_texture_get_width (self->texture),
                              (float) gdk_texture_get_height (self->texture));

      /* Sheets carry no outer margin: put the first tile inside its cell. */
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (
          snapshot, &GRAPHENE_POINT_INIT (
                        (self->sheet.cell_width * self->sheet.columns - area.size.width) / 2,
                        (self->sheet.cell_height * self->sheet.rows - area.size.height) / 2));
      gtk_snapshot_append_texture (snapshot, self->texture, &area);
      gtk_snapshot_restore (snapshot);
    }
  if (self->hover < 0 && self->selected < 0)
    return;
  theme = cvr_app_theme (widget);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (self->hover >= 0)
    draw_frame (self, cr, self->hover, theme.dim, 0, 1.5);
  /* Ink outside and paper inside: seen on every colour a map can have. */
  if (self->selected >= 0)
    {
      draw_frame (self, cr, self->selected, theme.ink, 0, 3);
      draw_frame (self, cr, self->selected, theme.paper, 3, 1.5);
    }
  cairo_destroy (cr);
}

static void
cvr_map_column_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  CvrMapColumn *self = CVR_MAP_COLUMN (widget);

  *minimum = *natural = (int) (orientation == GTK_ORIENTATION_HORIZONTAL
                                   ? self->sheet.columns * self->sheet.cell_width
                                   : self->sheet.rows * self->sheet.cell_height);
  *minimum_baseline = *natural_baseline = -1;
}

static void
theme_changed_cb (CvrMapColumn *self)
{
  self->fresh = FALSE;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    cvr_map_column_refresh (self);
}

static void
cvr_map_column_dispose (GObject *object)
{
  CvrMapColumn *self = CVR_MAP_COLUMN (object);

  g_clear_object (&self->texture);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  g_clear_pointer (&self->graph, nn_graph_unref);

  G_OBJECT_CLASS (cvr_map_column_parent_class)->dispose (object);
}

static void
cvr_map_column_class_init (CvrMapColumnClass *klass)
{
  static const struct { guint key, pad; gint dx, dy; } moves[] = {
    { GDK_KEY_Left, GDK_KEY_KP_Left, -1, 0 },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 1, 0 },
    { GDK_KEY_Up, GDK_KEY_KP_Up, 0, -1 },
    { GDK_KEY_Down, GDK_KEY_KP_Down, 0, 1 },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_map_column_dispose;
  widget_class->measure = cvr_map_column_measure;
  widget_class->snapshot = cvr_map_column_snapshot;
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[LEFT] = g_signal_new ("left", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_UINT);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_cb, "(ii)", moves[i].dx,
                                    moves[i].dy);
      gtk_widget_class_add_binding (widget_class, moves[i].pad, 0, move_cb, "(ii)", moves[i].dx,
                                    moves[i].dy);
    }
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Home, 0, end_cb, "b", FALSE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_End, 0, end_cb, "b", TRUE);
  gtk_widget_class_set_css_name (widget_class, "mapcolumn");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
cvr_map_column_init (CvrMapColumn *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->selected = self->hover = -1;
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (hover_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (hover_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (theme_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * cvr_map_column_suits:
 *
 * Returns: whether the layer has maps or values of its own (or filters) to show
 */
gboolean
cvr_map_column_suits (NnGraph  *graph,
                      NnNode    node,
                      gboolean  filters)
{
  NnOpKind kind = nn_graph_node_kind (graph, node);

  if (filters)
    return kind == NN_OP_CONV;

  return kind != NN_OP_DROPOUT && kind != NN_OP_FLATTEN && kind != NN_OP_FAKE_QUANT;
}

/**
 * cvr_map_column_new:
 *
 * Returns: (transfer floating): a column sized for the layer, empty until maps are set
 */
GtkWidget *
cvr_map_column_new (NnGraph  *graph,
                    NnNode    node,
                    gboolean  filters)
{
  CvrMapColumn *self = g_object_new (CVR_TYPE_MAP_COLUMN, NULL);
  g_autofree char *label = NULL;

  self->graph = nn_graph_ref (graph);
  self->node = node;
  self->sheet = cvr_map_sheet (graph, node, filters);
  /* Translators: the layer's name, then how many maps or filters it has. */
  label =
      g_strdup_printf (filters ? ngettext ("%s: %u filter", "%s: %u filters", self->sheet.n_tiles)
                               : ngettext ("%s: %u map", "%s: %u maps", self->sheet.n_tiles),
                       nn_graph_node_name (graph, node), self->sheet.n_tiles);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);

  return GTK_WIDGET (self);
}

/**
 * cvr_map_column_get_node:
 *
 * Returns: the layer
 */
NnNode
cvr_map_column_get_node (CvrMapColumn *self)
{
  g_return_val_if_fail (CVR_IS_MAP_COLUMN (self), NN_NODE_NONE);

  return self->node;
}

/**
 * cvr_map_column_n_tiles:
 *
 * Returns: how many tiles can be chosen
 */
guint
cvr_map_column_n_tiles (CvrMapColumn *self)
{
  g_return_val_if_fail (CVR_IS_MAP_COLUMN (self), 0);

  return self->sheet.n_tiles;
}

/**
 * cvr_map_column_set_maps:
 * @maps: (nullable): of the same graph as the column
 */
void
cvr_map_column_set_maps (CvrMapColumn *self,
                         CvrMaps      *maps)
{
  g_return_if_fail (CVR_IS_MAP_COLUMN (self));

  if (self->maps == maps)
    return;
  g_clear_pointer (&self->maps, cvr_maps_unref);
  self->maps = maps != NULL ? cvr_maps_ref (maps) : NULL;
  self->fresh = FALSE;
}

/**
 * cvr_map_column_refresh:
 *
 * Paints the tiles when they are out of date.
 */
void
cvr_map_column_refresh (CvrMapColumn *self)
{
  cairo_surface_t *surface;
  CvrTheme theme;

  g_return_if_fail (CVR_IS_MAP_COLUMN (self));

  if (self->fresh)
    return;
  g_clear_object (&self->texture);
  if (self->maps != NULL)
    {
      theme = cvr_app_theme (GTK_WIDGET (self));
      surface = cvr_map_sheet_paint (&self->sheet, self->maps, self->node, &theme);
      if (surface != NULL)
        self->texture = cvr_texture_from_surface (surface);
      g_clear_pointer (&surface, cairo_surface_destroy);
    }
  self->fresh = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_map_column_set_selected:
 * @tile: −1: none
 */
void
cvr_map_column_set_selected (CvrMapColumn *self,
                             gint          tile)
{
  g_autofree char *description = NULL;

  g_return_if_fail (CVR_IS_MAP_COLUMN (self));

  if (self->selected == tile)
    return;
  self->selected = tile;
  if (tile >= 0)
    description = g_strdup_printf (self->sheet.filters ? _("Filter %d") : _("Map %d"), tile + 1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description != NULL ? description : "", -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * cvr_map_column_get_selected:
 *
 * Returns: the chosen tile; −1: none
 */
gint
cvr_map_column_get_selected (CvrMapColumn *self)
{
  g_return_val_if_fail (CVR_IS_MAP_COLUMN (self), -1);

  return self->selected;
}

/**
 * cvr_map_column_enter:
 * @direction: 1: from the left, −1: from the right
 * @row: of tiles, where the neighbour was left
 *
 * Chooses the tile at the near edge, as if the user had.
 */
void
cvr_map_column_enter (CvrMapColumn *self,
                      gint          direction,
                      guint         row)
{
  guint tile;

  g_return_if_fail (CVR_IS_MAP_COLUMN (self));

  row = MIN (row, self->sheet.rows - 1);
  tile = row * self->sheet.columns + (direction > 0 ? 0 : self->sheet.columns - 1);
  g_signal_emit (self, signals[SELECTED], 0, MIN (tile, self->sheet.n_tiles - 1));
}

/**
 * cvr_map_column_get_tile_area:
 *
 * Returns: where a tile is in the column, px, its gap included
 */
graphene_rect_t
cvr_map_column_get_tile_area (CvrMapColumn *self,
                              guint         tile)
{
  g_return_val_if_fail (CVR_IS_MAP_COLUMN (self), GRAPHENE_RECT_INIT (0, 0, 0, 0));

  return GRAPHENE_RECT_INIT ((float) (tile % self->sheet.columns * self->sheet.cell_width),
                             (float) (tile / self->sheet.columns * self->sheet.cell_height),
                             (float) self->sheet.cell_width, (float) self->sheet.cell_height);
}

/**
 * cvr_map_column_has_picture:
 *
 * Returns: whether the picture of the newest maps has been made
 */
gboolean
cvr_map_column_has_picture (CvrMapColumn *self)
{
  g_return_val_if_fail (CVR_IS_MAP_COLUMN (self), FALSE);

  return self->fresh && self->texture != NULL;
}
