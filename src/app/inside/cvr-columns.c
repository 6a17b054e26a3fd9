/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole network as columns of maps, left to right, with what leads from one to the other. */
#include "cvr-columns-private.h"

#include "cvr-layer-name.h"
#include "cvr-layer-text.h"
#include "cvr-map-links.h"

#include <glib/gi18n-lib.h>

/* px; letters of a class's name */
enum { MARGIN = 12, GAP = 6, NAME_CHARS = 14 };

G_DEFINE_FINAL_TYPE (CvrColumns, cvr_columns, ADW_TYPE_BIN)

enum { SELECTED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* px beside what can be seen, painted for the next step of a scroll */
enum { AHEAD = 100 };

/* A column, as wide as its head, as the scroll bar counts; FALSE before it has a place.
 * Not where it stands on the screen: that follows a jump of the scroll bar only a frame later. */
static gboolean
extent_of (CvrColumns *self,
           GtkWidget  *column,
           double     *left,
           double     *right)
{
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (gtk_widget_get_parent (column), GTK_WIDGET (self->box), &bounds)
      || bounds.size.width <= 0)
    return FALSE;
  *left = (double) bounds.origin.x + CVR_COLUMNS_SIDE;
  *right = *left + (double) bounds.size.width;

  return TRUE;
}

/* Pictures are painted only for the columns that can be seen. */
static void
refresh_visible (CvrColumns *self)
{
  GtkAdjustment *across = gtk_scrolled_window_get_hadjustment (self->scroll);
  double from = gtk_adjustment_get_value (across) - AHEAD;
  double to = gtk_adjustment_get_value (across) + gtk_adjustment_get_page_size (across) + AHEAD;
  double left, right;

  for (guint i = 0; i < self->columns->len; i++)
    {
      GtkWidget *column = g_ptr_array_index (self->columns, i);

      if (extent_of (self, column, &left, &right) && right >= from && left <= to)
        cvr_map_column_refresh (CVR_MAP_COLUMN (column));
    }
  if (self->links != NULL)
    gtk_widget_queue_draw (GTK_WIDGET (self->links));
}

/* All of it, where it fits; else its left side. */
static void
scroll_to_column (CvrColumns *self,
                  GtkWidget  *column)
{
  double left, right;

  if (extent_of (self, column, &left, &right))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_hadjustment (self->scroll), left - MARGIN,
                               right + MARGIN);
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
  if (self->follow && self->column >= 0)
    scroll_to_column (self, g_ptr_array_index (self->columns, self->column));
  self->follow = FALSE;
  refresh_visible (self);

  return G_SOURCE_REMOVE;
}

static void
await_layout (CvrColumns *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), laid_out_cb, NULL, NULL);
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
  gtk_adjustment_clamp_page (across, (double) origin.x + CVR_COLUMNS_SIDE - MARGIN,
                             (double) (origin.x + area.size.width) + CVR_COLUMNS_SIDE + MARGIN);
  gtk_adjustment_clamp_page (down, (double) origin.y,
                             (double) (origin.y + area.size.height) + GAP + MARGIN);
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
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_VERTICAL, GAP);
  GtkWidget *body = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, GAP);
  g_autoptr (GtkSizeGroup) widths = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
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
  gtk_box_append (GTK_BOX (head), name);
  gtk_box_append (GTK_BOX (head), kind);
  gtk_size_group_add_widget (widths, head);
  gtk_size_group_add_widget (widths, body);
  gtk_box_append (self->heads, head);
  gtk_box_append (GTK_BOX (body), column);
  gtk_box_append (self->box, body);
  g_signal_connect_object (column, "selected", G_CALLBACK (tile_selected_cb), self, 0);
  g_signal_connect_object (column, "left", G_CALLBACK (tile_left_cb), self, 0);
  g_signal_connect_object (column, "hovered", G_CALLBACK (tile_hovered_cb), self, 0);
  g_signal_connect_object (column, "notify::has-focus", G_CALLBACK (column_focused_cb), self, 0);
  g_ptr_array_add (self->columns, column);
}

static void
empty_box (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

static void
make_columns (CvrColumns *self,
              NnGraph    *graph,
              CvrMapsKind kind)
{
  gint was = self->column, column = -1;
  guint n_were = self->columns->len, tile = 0;
  g_autofree char *chosen = NULL;
  NnNode node;

  if (cvr_columns_get_chosen (self, &node, &tile))
    chosen = g_strdup (nn_graph_node_name (self->graph, node));
  empty_box (self->box);
  empty_box (self->heads);
  g_ptr_array_set_size (self->columns, 0);
  self->named = FALSE;
  self->hover_column = -1;
  nn_graph_ref (graph);
  g_clear_pointer (&self->graph, nn_graph_unref);
  self->graph = graph;
  self->kind = kind;
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    if (cvr_map_column_suits (graph, (NnNode) i, kind))
      add_column (self, (NnNode) i);
  gtk_widget_set_margin_top (GTK_WIDGET (self->heads),
                             MARGIN + (is_filters (self) ? 0 : cvr_columns_arcs_room (self)));
  /* The same layer as another epoch has it. */
  if (chosen != NULL && (node = nn_graph_find (graph, chosen)) != NN_NODE_NONE)
    column = cvr_columns_find (self, node);
  if (column < 0)
    column = MIN (is_filters (self) ? 0 : 1, (gint) self->columns->len - 1);
  if (column >= 0)
    tile = MIN (tile, cvr_map_column_n_tiles (g_ptr_array_index (self->columns, column)) - 1);
  choose (self, column, (gint) tile);
  self->follow = column != was || self->columns->len != n_were;
  await_layout (self);
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
  g_clear_pointer (&self->titles, g_strfreev);
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

/* A row that is scrolled, with the sides' margins. */
static GtkBox *
make_row (GtkScrolledWindow *scroll)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, CVR_COLUMNS_SIDE);
  GtkWidget *viewport = gtk_viewport_new (NULL, NULL);

  gtk_widget_set_margin_start (row, CVR_COLUMNS_SIDE);
  gtk_widget_set_margin_end (row, CVR_COLUMNS_SIDE);
  gtk_viewport_set_scroll_to_focus (GTK_VIEWPORT (viewport), FALSE);
  gtk_viewport_set_child (GTK_VIEWPORT (viewport), row);
  gtk_scrolled_window_set_child (scroll, viewport);

  return GTK_BOX (row);
}

static void
cvr_columns_init (CvrColumns *self)
{
  GtkWidget *overlay = gtk_overlay_new (), *both = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkScrolledWindow *heads;
  GtkAdjustment *across;

  self->columns = g_ptr_array_new ();
  self->column = self->tile = self->hover_column = -1;
  self->scroll = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  across = gtk_scrolled_window_get_hadjustment (self->scroll);
  /* One adjustment: they go sideways together, whichever is scrolled. */
  heads = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_hadjustment (heads, across);
  gtk_scrolled_window_set_policy (heads, GTK_POLICY_EXTERNAL, GTK_POLICY_NEVER);
  gtk_widget_set_can_focus (GTK_WIDGET (heads), FALSE);
  self->heads = make_row (heads);
  gtk_scrolled_window_set_min_content_height (self->scroll, 90);
  gtk_widget_set_vexpand (GTK_WIDGET (self->scroll), TRUE);
  self->box = make_row (self->scroll);
  gtk_widget_set_margin_top (GTK_WIDGET (self->box), GAP);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->box), MARGIN);
  self->links = g_object_new (CVR_TYPE_CANVAS, "can-target", FALSE, "accessible-role",
                              GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  cvr_canvas_set_draw (self->links, cvr_columns_draw_links, self, NULL);
  gtk_widget_set_overflow (GTK_WIDGET (self->links), GTK_OVERFLOW_HIDDEN);
  gtk_box_append (GTK_BOX (both), GTK_WIDGET (heads));
  gtk_box_append (GTK_BOX (both), GTK_WIDGET (self->scroll));
  gtk_overlay_set_child (GTK_OVERLAY (overlay), both);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), GTK_WIDGET (self->links));
  adw_bin_set_child (ADW_BIN (self), overlay);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroll), "value-changed",
                           G_CALLBACK (gtk_widget_queue_draw), self->links, G_CONNECT_SWAPPED);
  g_signal_connect_object (across, "value-changed", G_CALLBACK (refresh_visible), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (across, "changed", G_CALLBACK (await_layout), self,
                           G_CONNECT_SWAPPED);
}

/* The classes' names, a line as high as a value of the column. */
static GtkWidget *
make_names (CvrColumns   *self,
            CvrMapColumn *column)
{
  GtkWidget *names = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  guint n = g_strv_length (self->titles);
  int height = (int) cvr_map_column_get_tile_area (column, 0).size.height / (int) n;

  gtk_widget_set_valign (names, GTK_ALIGN_START);
  for (guint k = 0; k < n; k++)
    {
      GtkWidget *name = gtk_label_new (self->titles[k]);

      gtk_label_set_xalign (GTK_LABEL (name), 0);
      gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (name), NAME_CHARS);
      gtk_widget_set_tooltip_text (name, self->titles[k]);
      gtk_widget_set_size_request (name, -1, height);
      gtk_widget_add_css_class (name, "caption");
      gtk_box_append (GTK_BOX (names), name);
    }

  return names;
}

/* Where every value has a line of its own. */
static void
name_answers (CvrColumns *self)
{
  self->named = TRUE;
  for (guint i = 0; i < self->columns->len; i++)
    {
      CvrMapColumn *column = g_ptr_array_index (self->columns, i);
      GtkWidget *old = gtk_widget_get_next_sibling (GTK_WIDGET (column));
      GtkBox *body = GTK_BOX (gtk_widget_get_parent (GTK_WIDGET (column)));

      if (old != NULL)
        gtk_box_remove (body, old);
      if (self->titles != NULL && !is_filters (self)
          && g_strv_length (self->titles) <= CVR_MAP_SHEET_LINES
          && cvr_maps_is_answer (self->maps, cvr_map_column_get_node (column)))
        gtk_box_append (body, make_names (self, column));
    }
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
  if (!self->named)
    name_answers (self);
  refresh_visible (self);
}

void
cvr_columns_set_titles (CvrColumns  *self,
                        char *const *titles)
{
  g_return_if_fail (CVR_IS_COLUMNS (self));

  g_strfreev (self->titles);
  self->titles = g_strdupv ((char **) titles);
  self->named = FALSE;
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

  column = cvr_columns_find (self, node);
  if (column < 0 || tile >= cvr_map_column_n_tiles (g_ptr_array_index (self->columns, column)))
    return;
  choose (self, column, (gint) tile);
  self->follow = gtk_widget_get_width (g_ptr_array_index (self->columns, column)) == 0;
  if (self->follow)
    {
      await_layout (self);
      return;
    }
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
