/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leads from one column to the other: arrows and arcs between layers, lines to the chosen map.
 * */
#include "cvr-columns-private.h"

#include "cvr-map-links.h"
#include "cvr-paint-inside.h"

/* To one map. */
enum { MAX_LINKS = 48 };

gint
cvr_columns_find (CvrColumns *self,
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

/* Where a column's head is. */
static gboolean
head_area (CvrColumns      *self,
           guint            column,
           graphene_rect_t *area)
{
  GtkWidget *head = gtk_widget_get_first_child (GTK_WIDGET (self->heads));

  for (guint i = 0; i < column && head != NULL; i++)
    head = gtk_widget_get_next_sibling (head);

  return head != NULL && gtk_widget_compute_bounds (head, GTK_WIDGET (self->links), area);
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
      gint source = cvr_columns_find (self, each->node);
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
      gint source = cvr_columns_find (self, input);

      if (source < 0 || source >= (gint) i || !head_area (self, i, &here)
          || !head_area (self, (guint) source, &there))
        continue;
      if (source + 1 == (gint) i)
        draw_arrow (cr, (double) here.origin.x - CVR_COLUMNS_SIDE + 3, (double) here.origin.x - 3,
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

void
cvr_columns_draw_links (cairo_t        *cr,
                        double          width,
                        double          height,
                        const CvrTheme *theme,
                        gpointer        data)
{
  CvrColumns *self = data;
  g_autoptr (GArray) skips = g_array_new (FALSE, FALSE, sizeof (CvrSkip));
  graphene_rect_t first, below;

  if (self->columns->len == 0 || !head_area (self, 0, &first)
      || !gtk_widget_compute_bounds (GTK_WIDGET (self->scroll), GTK_WIDGET (self->links), &below))
    return;
  if (self->kind == CVR_MAPS_VALUES || self->kind == CVR_MAPS_GRADIENTS)
    for (guint i = 0; i < self->columns->len; i++)
      find_edges (self, i, cr, skips, theme);
  cvr_paint_skip_levels ((CvrSkip *) (gpointer) skips->data, skips->len);
  cvr_paint_skips (cr, (double) first.origin.y - 3, (const CvrSkip *) (gpointer) skips->data,
                   skips->len, theme);
  /* Not over the heads, under which maps may be scrolled away. */
  cairo_rectangle (cr, (double) below.origin.x, (double) below.origin.y,
                   (double) below.size.width, (double) below.size.height);
  cairo_clip (cr);
  draw_links (self, cr, theme);
}

int
cvr_columns_arcs_room (CvrColumns *self)
{
  g_autoptr (GArray) skips = g_array_new (FALSE, FALSE, sizeof (CvrSkip));
  guint n_levels;

  for (guint i = 0; i < self->columns->len; i++)
    {
      NnNode node = cvr_map_column_get_node (g_ptr_array_index (self->columns, i));

      for (guint k = 0; k < nn_graph_node_n_inputs (self->graph, node); k++)
        {
          gint source = cvr_columns_find (
              self, cvr_map_links_shown (self->graph, nn_graph_node_input (self->graph, node, k)));
          CvrSkip skip = { source, i, 0, FALSE };

          if (source >= 0 && source + 1 < (gint) i)
            g_array_append_val (skips, skip);
        }
    }
  n_levels = cvr_paint_skip_levels ((CvrSkip *) (gpointer) skips->data, skips->len);

  return n_levels > 0 ? (int) n_levels * CVR_SKIP_PITCH + 12 : 0;
}
