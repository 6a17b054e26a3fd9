/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole network as columns of maps, left to right, with what leads from one to the other. */
#include "cvr-columns.h"

#include "cvr-app-theme.h"
#include "cvr-canvas.h"
#include "cvr-layer-name.h"
#include "cvr-layer-text.h"
#include "cvr-map-links.h"
#include "cvr-paint-inside.h"

#include <glib/gi18n-lib.h>

/* px; lines to one map. */
enum { MARGIN = 12, SIDE = 18, MAX_LINKS = 48 };

struct _CvrColumns
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroll;
  GtkBox            *box;
  CvrCanvas         *links;        /* over what can be seen of them */
  NnGraph           *graph;        /* what the columns were made for */
  CvrMapsKind        kind;
  CvrMaps           *maps;
  GPtrArray         *columns;      /* of CvrMapColumn, borrowed from the box */
  gint               column, tile; /* chosen; −1 none */
  gint               hover_column, hover_tile;
  guint              tick;         /* waits for the layout of new columns */
};

G_DEFINE_FINAL_TYPE (CvrColumns, cvr_columns, ADW_TYPE_BIN)

enum { SELECTED, N_SIGNALS };

static guint signals[N_SIGNALS];

static gint
column_of (CvrColumns *self,
           NnNode      node)
{
  for (guint i = 0; i < self->columns->len; i++)
    if (cvr_map_column_get_node (g_ptr_array_index (self->columns, i)) == node)
      return (gint) i;

  return -1;
}

/* A tile in the links' coordinates, which are those of the screen: what is scrolled away lies
 * outside. */
static gboolean
tile_area (CvrColumns      *self,
           guint            column,
           guint            tile,
           graphene_rect_t *area)
{
  GtkWidget *widget = g_ptr_array_index (self->columns, column);
  graphene_rect_t own;
  graphene_point_t origin;

  if (tile >= cvr_map_column_n_tiles (CVR_MAP_COLUMN (widget)))
    return FALSE;
  own = cvr_map_column_get_tile_area (CVR_MAP_COLUMN (widget), tile);
  if (!gtk_widget_compute_point (widget, GTK_WIDGET (self->links), &own.origin, &origin))
    return FALSE;
  *area = GRAPHENE_RECT_INIT (origin.x, origin.y, own.size.width, own.size.height);

  return TRUE;
}

/* Where a column with its head begins and how wide it is. */
static gboolean
column_area (CvrColumns      *self,
             guint            column,
             graphene_rect_t *area)
{
  GtkWidget *widget = g_ptr_array_index (self->columns, column);

  return gtk_widget_compute_bounds (gtk_widget_get_parent (widget), GTK_WIDGET (self->links), area);
}

static void
draw_links (CvrColumns     *self,
            cairo_t        *cr,
            const CvrTheme *theme)
{
  gint column = self->hover_column >= 0 ? self->hover_column : self->column;
  gint tile = self->hover_column >= 0 ? self->hover_tile : self->tile;
  g_autoptr (GArray) found = NULL;
  g_autoptr (GArray) links = g_array_new (FALSE, FALSE, sizeof (CvrLink));
  graphene_rect_t to, from;

  if (column < 0 || tile < 0 || self->maps == NULL || self->kind != CVR_MAPS_VALUES
      || !tile_area (self, (guint) column, (guint) tile, &to))
    return;
  found = cvr_map_links_of (self->maps,
                            cvr_map_column_get_node (g_ptr_array_index (self->columns, column)),
                            (guint) tile, MAX_LINKS);
  for (guint i = 0; i < found->len; i++)
    {
      const CvrMapLink *each = &g_array_index (found, CvrMapLink, i);
      gint source = column_of (self, each->node);
      CvrLink link;

      if (source < 0 || !tile_area (self, (guint) source, each->tile, &from))
        continue;
      link = (CvrLink){ (double) (from.origin.x + from.size.width) - 3,
                        (double) (from.origin.y + from.size.height / 2), (double) to.origin.x,
                        (double) (to.origin.y + to.size.height / 2), each->weight };
      g_array_append_val (links, link);
    }
  cvr_paint_links (cr, (const CvrLink *) (gpointer) links->data, links->len, theme);
}

/* From a column to the next: an arrow between their names. */
static void
draw_arrow (cairo_t        *cr,
            double          from,
            double          to,
            double          y,
            const CvrTheme *theme)
{
  cairo_set_source_rgba (cr, theme->dim.red, theme->dim.green, theme->dim.blue, 1);
  cairo_set_line_width (cr, 1.5);
  cairo_move_to (cr, from, y);
  cairo_line_to (cr, to - 4, y);
  cairo_stroke (cr);
  cairo_move_to (cr, to, y);
  cairo_line_to (cr, to - 5, y - 3.5);
  cairo_line_to (cr, to - 5, y + 3.5);
  cairo_close_path (cr);
  cairo_fill (cr);
}

/* Every connection of the graph that leads into column @i; those that leave out columns go into
 * @skips. */
static void
find_edges (CvrColumns     *self,
            guint           i,
            cairo_t        *cr,
            GArray         *skips,
            const CvrTheme *theme)
{
  NnNode node = cvr_map_column_get_node (g_ptr_array_index (self->columns, i));
  graphene_rect_t here, there;

  for (guint k = 0; k < nn_graph_node_n_inputs (self->graph, node); k++)
    {
      NnNode input = cvr_map_links_shown (self->graph, nn_graph_node_input (self->graph, node, k));
      gint source = column_of (self, input);

      if (source < 0 || source >= (gint) i || !column_area (self, i, &here)
          || !column_area (self, (guint) source, &there))
        continue;
      if (source + 1 == (gint) i)
        draw_arrow (cr, (double) here.origin.x - SIDE + 3, (double) here.origin.x - 3,
                    (double) here.origin.y + 10, theme);
      else
        {
          CvrSkip skip = { (double) (there.origin.x + there.size.width / 2),
                           (double) (here.origin.x + MIN (here.size.width / 2, 40)), 0,
                           self->column == (gint) i || self->column == source };

          g_array_append_val (skips, skip);
        }
    }
}

static void
draw_cb (cairo_t        *cr,
         double          width,
         double          height,
         const CvrTheme *theme,
         gpointer        data)
{
  CvrColumns *self = data;
  g_autoptr (GArray) skips = g_array_new (FALSE, FALSE, sizeof (CvrSkip));
  graphene_rect_t first;

  if (self->columns->len == 0 || !column_area (self, 0, &first))
    return;
  if (self->kind == CVR_MAPS_VALUES || self->kind == CVR_MAPS_GRADIENTS)
    for (guint i = 0; i < self->columns->len; i++)
      find_edges (self, i, cr, skips, theme);
  cvr_paint_skip_levels ((CvrSkip *) (gpointer) skips->data, skips->len);
  cvr_paint_skips (cr, (double) first.origin.y - 3, (const CvrSkip *) (gpointer) skips->data,
                   skips->len, theme);
  draw_links (self, cr, theme);
}

/* px that the arcs over the columns need. */
static int
arcs_room (CvrColumns *self)
{
  g_autoptr (GArray) skips = g_array_new (FALSE, FALSE, sizeof (CvrSkip));
  guint n_levels;

  for (guint i = 0; i < self->columns->len; i++)
    {
      NnNode node = cvr_map_column_get_node (g_ptr_array_index (self->columns, i));

      for (guint k = 0; k < nn_graph_node_n_inputs (self->graph, node); k++)
        {
          gint source = column_of (
              self, cvr_map_links_shown (self->graph, nn_graph_node_input (self->graph, node, k)));
          CvrSkip skip = { source, i, 0, FALSE };

          if (source >= 0 && source + 1 < (gint) i)
            g_array_append_val (skips, skip);
        }
    }
  n_levels = cvr_paint_skip_levels ((CvrSkip *) (gpointer) skips->data, skips->len);

  return n_levels > 0 ? (int) n_levels * CVR_SKIP_PITCH + 12 : 0;
}

/* Pictures are painted only for the columns that can be seen. */
static void
refresh_visible (CvrColumns *self)
{
  graphene_rect_t bounds;
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self->scroll));

  for (guint i = 0; i < self->columns->len; i++)
    {
      GtkWidget *column = g_ptr_array_index (self->columns, i);

      if (gtk_widget_compute_bounds (column, GTK_WIDGET (self->scroll), &bounds)
          && bounds.origin.x + bounds.size.width >= -100 && bounds.origin.x <= width + 100)
        cvr_map_column_refresh (CVR_MAP_COLUMN (column));
    }
  if (self->links != NULL)
    gtk_widget_queue_draw (GTK_WIDGET (self->links));
}

static gboolean
laid_out_cb (GtkWidget     *widget,
             GdkFrameClock *clock,
             gpointer       data)
{
  CvrColumns *self = CVR_COLUMNS (widget);
  GtkWidget *last =
      self->columns->len > 0 ? g_ptr_array_index (self->columns, self->columns->len - 1) : NULL;

  /* Frames begin before the layout: new columns have their places only in the second one. */
  if (last != NULL && gtk_widget_get_width (last) == 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  refresh_visible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self->links));

  return G_SOURCE_REMOVE;
}

/* One stop for the Tab key; arrows go on from there. */
static void
choose (CvrColumns *self,
        gint        column,
        gint        tile)
{
  self->column = column;
  self->tile = tile;
  for (guint i = 0; i < self->columns->len; i++)
    {
      CvrMapColumn *each = g_ptr_array_index (self->columns, i);

      cvr_map_column_set_selected (each, (gint) i == column ? tile : -1);
      gtk_widget_set_focusable (GTK_WIDGET (each), (gint) i == column);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self->links));
  g_signal_emit (self, signals[SELECTED], 0);
}

static gint
index_of (CvrColumns   *self,
          CvrMapColumn *column)
{
  guint i;

  return g_ptr_array_find (self->columns, column, &i) ? (gint) i : -1;
}

static void
scroll_to_tile (CvrColumns   *self,
                CvrMapColumn *column,
                guint         tile)
{
  GtkAdjustment *across = gtk_scrolled_window_get_hadjustment (self->scroll);
  GtkAdjustment *down = gtk_scrolled_window_get_vadjustment (self->scroll);
  graphene_rect_t area = cvr_map_column_get_tile_area (column, tile);
  graphene_point_t origin;

  if (!gtk_widget_compute_point (GTK_WIDGET (column), GTK_WIDGET (self->box), &area.origin,
                                 &origin))
    return;
  gtk_adjustment_clamp_page (across, (double) origin.x + SIDE - MARGIN,
                             (double) (origin.x + area.size.width) + SIDE + MARGIN);
  gtk_adjustment_clamp_page (
      down, (double) origin.y + gtk_widget_get_margin_top (GTK_WIDGET (self->box)) - MARGIN,
      (double) (origin.y + area.size.height) + gtk_widget_get_margin_top (GTK_WIDGET (self->box))
          + MARGIN);
}

/* All of it, where it fits; else its left side. */
static void
scroll_to_column (CvrColumns   *self,
                  CvrMapColumn *column)
{
  graphene_point_t origin;

  if (gtk_widget_compute_point (GTK_WIDGET (column), GTK_WIDGET (self->box),
                                &GRAPHENE_POINT_INIT (0, 0), &origin))
    gtk_adjustment_clamp_page (
        gtk_scrolled_window_get_hadjustment (self->scroll), (double) origin.x + SIDE - MARGIN,
        (double) origin.x + gtk_widget_get_width (GTK_WIDGET (column)) + SIDE + MARGIN);
}

static void
tile_selected_cb (CvrMapColumn *column,
                  guint         tile,
                  CvrColumns   *self)
{
  choose (self, index_of (self, column), (gint) tile);
  gtk_widget_grab_focus (GTK_WIDGET (column));
  scroll_to_tile (self, column, tile);
}

static void
tile_hovered_cb (CvrMapColumn *column,
                 gint          tile,
                 CvrColumns   *self)
{
  self->hover_column = tile >= 0 ? index_of (self, column) : -1;
  self->hover_tile = tile;
  gtk_widget_queue_draw (GTK_WIDGET (self->links));
}

/* By the Tab key: what is chosen may have been scrolled away. */
static void
column_focused_cb (CvrMapColumn *column,
                   GParamSpec   *pspec,
                   CvrColumns   *self)
{
  gint tile = cvr_map_column_get_selected (column);

  if (tile >= 0 && gtk_widget_has_focus (GTK_WIDGET (column)))
    scroll_to_tile (self, column, (guint) tile);
}

static void
tile_left_cb (CvrMapColumn *column,
              gint          direction,
              guint         row,
              CvrColumns   *self)
{
  gint next = index_of (self, column) + direction;

  if (next >= 0 && next < (gint) self->columns->len)
    cvr_map_column_enter (g_ptr_array_index (self->columns, next), direction, row);
}

static gboolean
is_filters (CvrColumns *self)
{
  return self->kind == CVR_MAPS_FILTERS || self->kind == CVR_MAPS_FILTER_GRADIENTS;
}

/* "6×28×28", or of filters "6×1×5×5": how many, how deep, how high and wide. */
static char *
dup_size (CvrColumns *self,
          NnNode      node)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);

  if (is_filters (self))
    {
      const NnConvSpec *conv = &nn_graph_node_attrs (self->graph, node)->conv;
      NnShape in = nn_graph_node_shape (self->graph, nn_graph_node_input (self->graph, node, 0));

      return g_strdup_printf ("%u×%u×%u×%u", conv->filters, in.dims[1] / MAX (conv->groups, 1),
                              conv->stencil.kernel[0], conv->stencil.kernel[1]);
    }

  return nn_shape_dup_string (&shape);
}

static void
add_column (CvrColumns *self,
            NnNode      node)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  g_autofree char *title = cvr_layer_dup_short_name (self->graph, node);
  GtkWidget *name = gtk_label_new (title);
  GtkWidget *kind = gtk_label_new (NULL);
  GtkWidget *column = cvr_map_column_new (self->graph, node, self->kind);
  g_autofree char *size = dup_size (self, node);
  g_autofree char *text = g_strdup_printf ("%s\n%s", cvr_layer_title (self->graph, node), size);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_add_css_class (name, "heading");
  gtk_label_set_text (GTK_LABEL (kind), text);
  gtk_label_set_xalign (GTK_LABEL (kind), 0);
  gtk_widget_add_css_class (kind, "caption");
  gtk_widget_add_css_class (kind, "dim-label");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), kind);
  gtk_box_append (GTK_BOX (box), column);
  gtk_box_append (self->box, box);
  g_signal_connect_object (column, "selected", G_CALLBACK (tile_selected_cb), self, 0);
  g_signal_connect_object (column, "left", G_CALLBACK (tile_left_cb), self, 0);
  g_signal_connect_object (column, "hovered", G_CALLBACK (tile_hovered_cb), self, 0);
  g_signal_connect_object (column, "notify::has-focus", G_CALLBACK (column_focused_cb), self, 0);
  g_ptr_array_add (self->columns, column);
}

static void
make_columns (CvrColumns *self,
              NnGraph    *graph,
              CvrMapsKind kind)
{
  NnNode node = NN_NODE_NONE;
  guint tile = 0;
  gint column;
  GtkWidget *child;

  if (self->graph == graph)
    cvr_columns_get_chosen (self, &node, &tile);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_box_remove (self->box, child);
  g_ptr_array_set_size (self->columns, 0);
  self->hover_column = -1;
  nn_graph_ref (graph);
  g_clear_pointer (&self->graph, nn_graph_unref);
  self->graph = graph;
  self->kind = kind;
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    if (cvr_map_column_suits (graph, (NnNode) i, kind))
      add_column (self, (NnNode) i);
  gtk_widget_set_margin_top (GTK_WIDGET (self->box),
                             MARGIN + (is_filters (self) ? 0 : arcs_room (self)));
  column = column_of (self, node);
  if (column < 0)
    column = MIN (is_filters (self) ? 0 : 1, (gint) self->columns->len - 1);
  if (column >= 0)
    tile = MIN (tile, cvr_map_column_n_tiles (g_ptr_array_index (self->columns, column)) - 1);
  choose (self, column, (gint) tile);
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), laid_out_cb, NULL, NULL);
}

static void
cvr_columns_dispose (GObject *object)
{
  CvrColumns *self = CVR_COLUMNS (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->links != NULL)
    cvr_canvas_set_draw (self->links, NULL, NULL, NULL);
  self->links = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->graph, nn_graph_unref);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  g_clear_pointer (&self->columns, g_ptr_array_unref);

  G_OBJECT_CLASS (cvr_columns_parent_class)->dispose (object);
}

static void
cvr_columns_class_init (CvrColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_columns_dispose;
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_columns_init (CvrColumns *self)
{
  GtkWidget *overlay = gtk_overlay_new (), *viewport, *scroll = gtk_scrolled_window_new ();
  GtkAdjustment *across;

  self->columns = g_ptr_array_new ();
  self->column = self->tile = self->hover_column = -1;
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SIDE));
  gtk_widget_set_margin_top (GTK_WIDGET (self->box), MARGIN);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->box), MARGIN);
  gtk_widget_set_margin_start (GTK_WIDGET (self->box), SIDE);
  gtk_widget_set_margin_end (GTK_WIDGET (self->box), SIDE);
  self->links = g_object_new (CVR_TYPE_CANVAS, "can-target", FALSE, "accessible-role",
                              GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  cvr_canvas_set_draw (self->links, draw_cb, self, NULL);
  gtk_widget_set_overflow (GTK_WIDGET (self->links), GTK_OVERFLOW_HIDDEN);
  viewport = gtk_viewport_new (NULL, NULL);
  gtk_viewport_set_scroll_to_focus (GTK_VIEWPORT (viewport), FALSE);
  gtk_viewport_set_child (GTK_VIEWPORT (viewport), GTK_WIDGET (self->box));
  self->scroll = GTK_SCROLLED_WINDOW (scroll);
  gtk_scrolled_window_set_min_content_height (self->scroll, 120);
  gtk_scrolled_window_set_child (self->scroll, viewport);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), scroll);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), GTK_WIDGET (self->links));
  adw_bin_set_child (ADW_BIN (self), overlay);
  across = gtk_scrolled_window_get_hadjustment (self->scroll);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroll), "value-changed",
                           G_CALLBACK (gtk_widget_queue_draw), self->links, G_CONNECT_SWAPPED);
  g_signal_connect_object (across, "value-changed", G_CALLBACK (refresh_visible), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (across, "changed", G_CALLBACK (refresh_visible), self,
                           G_CONNECT_SWAPPED);
}

/**
 * cvr_columns_show:
 * @maps: where the links are read from
 */
void
cvr_columns_show (CvrColumns      *self,
                  CvrMaps         *maps,
                  CvrMapsKind      kind,
                  CvrColumnsValues values,
                  gpointer         data)
{
  g_return_if_fail (CVR_IS_COLUMNS (self) && maps != NULL);

  cvr_maps_ref (maps);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  self->maps = maps;
  if (maps->model->graph != self->graph || kind != self->kind)
    make_columns (self, maps->model->graph, kind);
  for (guint i = 0; i < self->columns->len; i++)
    {
      CvrMapColumn *column = g_ptr_array_index (self->columns, i);
      g_autoptr (GBytes) bytes = values (cvr_map_column_get_node (column), data);

      cvr_map_column_set_values (column, bytes);
    }
  refresh_visible (self);
}

gboolean
cvr_columns_get_chosen (CvrColumns *self,
                        NnNode     *node,
                        guint      *tile)
{
  g_return_val_if_fail (CVR_IS_COLUMNS (self), FALSE);

  if (self->column < 0 || (guint) self->column >= self->columns->len)
    return FALSE;
  *node = cvr_map_column_get_node (g_ptr_array_index (self->columns, self->column));
  *tile = (guint) self->tile;

  return TRUE;
}

void
cvr_columns_choose (CvrColumns *self,
                    NnNode      node,
                    guint       tile)
{
  gint column;

  g_return_if_fail (CVR_IS_COLUMNS (self));

  column = column_of (self, node);
  if (column < 0 || tile >= cvr_map_column_n_tiles (g_ptr_array_index (self->columns, column)))
    return;
  choose (self, column, (gint) tile);
  scroll_to_column (self, g_ptr_array_index (self->columns, column));
  scroll_to_tile (self, g_ptr_array_index (self->columns, column), tile);
}

guint
cvr_columns_n (CvrColumns *self)
{
  g_return_val_if_fail (CVR_IS_COLUMNS (self), 0);

  return self->columns->len;
}

CvrMapColumn *
cvr_columns_get (CvrColumns *self,
                 guint       i)
{
  g_return_val_if_fail (CVR_IS_COLUMNS (self) && i < self->columns->len, NULL);

  return g_ptr_array_index (self->columns, i);
}
