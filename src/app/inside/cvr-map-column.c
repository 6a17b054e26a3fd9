/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One layer's maps or filters as a column of tiles: one picture, made beside the main thread and
 * only while it can be seen. */
#include "cvr-map-column.h"

#include "cvr-app-theme.h"
#include "cvr-layer-name.h"
#include "cvr-map-links.h"
#include "cvr-map-paint.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrMapColumn
{
  GtkWidget parent_instance;

  NnGraph         *graph;
  NnNode           node;
  CvrMapSheet      sheet;
  GBytes          *values; /* floats; NULL: none */
  cairo_surface_t *picture;
  CvrJob          *job;    /* borrowed; paints; NULL: none */
  gboolean         fresh;  /* the picture shows @values */
  gboolean         wanted; /* paint again when the job has ended */
  CvrTileMark     *marks;  /* [n_tiles]; NULL: none */
  char           **texts;  /* [n_tiles]; NULL: none */
  gint             selected, hover;
};

G_DEFINE_FINAL_TYPE (CvrMapColumn, cvr_map_column, GTK_TYPE_WIDGET)

enum { SELECTED, LEFT, HOVERED, N_SIGNALS };

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
  if (self->hover >= 0 && self->texts != NULL && self->texts[self->hover] != NULL
      && *self->texts[self->hover] != '\0')
    {
      g_autofree char *name = g_steal_pointer (&text);

      /* Translators: "Filter 3", then what there is to say about it, a sentence. */
      text = g_strdup_printf (_("%s: %s"), name, self->texts[self->hover]);
    }
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
  g_signal_emit (self, signals[HOVERED], 0, hover);
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

/* Crossed out, or two strokes in the upper right corner. */
static void
draw_mark (CvrMapColumn   *self,
           cairo_t        *cr,
           guint           tile,
           const CvrTheme *theme)
{
  graphene_rect_t area = cvr_map_column_get_tile_area (self, tile);
  double x = (double) area.origin.x + 2, y = (double) area.origin.y + 2;
  double w = (double) area.size.width - 4, h = (double) area.size.height - 4;

  if (self->marks[tile] == CVR_TILE_DEAD)
    {
      cairo_move_to (cr, x, y);
      cairo_line_to (cr, x + w, y + h);
      cairo_move_to (cr, x + w, y);
      cairo_line_to (cr, x, y + h);
    }
  else
    for (guint i = 0; i < 2; i++)
      {
        cairo_move_to (cr, x + w - 10, y + 4 + 5 * i);
        cairo_line_to (cr, x + w - 1, y + 4 + 5 * i);
      }
  cairo_set_source_rgba (cr, theme->paper.red, theme->paper.green, theme->paper.blue, 1);
  cairo_set_line_width (cr, 5);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgba (cr, theme->wrong.red, theme->wrong.green, theme->wrong.blue, 1);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

/* Not as a texture: GTK's renderer without a graphics card turns every pixel of every texture
 * around at every frame, also where it is scrolled away. */
static void
draw_picture (CvrMapColumn *self,
              cairo_t      *cr)
{
  double width = self->sheet.columns * self->sheet.cell_width;
  double height = self->sheet.rows * self->sheet.cell_height;

  /* Sheets carry no outer margin: put the first tile inside its cell. */
  cairo_set_source_surface (
      cr, self->picture,
      floor ((width - cairo_image_surface_get_width (self->picture)) / 2),
      floor ((height - cairo_image_surface_get_height (self->picture)) / 2));
  cairo_paint (cr);
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

  if (self->picture == NULL && self->hover < 0 && self->selected < 0)
    return;
  theme = cvr_app_theme (widget);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (self->picture != NULL)
    draw_picture (self, cr);
  for (guint tile = 0; self->marks != NULL && tile < self->sheet.n_tiles; tile++)
    if (self->marks[tile] != CVR_TILE_PLAIN)
      draw_mark (self, cr, tile, &theme);
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

  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  g_clear_pointer (&self->picture, cairo_surface_destroy);
  g_clear_pointer (&self->values, g_bytes_unref);
  cvr_map_column_set_marks (self, NULL, NULL);
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
  signals[HOVERED] = g_signal_new ("hovered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
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
cvr_map_column_suits (NnGraph    *graph,
                      NnNode      node,
                      CvrMapsKind kind)
{
  NnOpKind op = nn_graph_node_kind (graph, node);

  if (kind == CVR_MAPS_FILTERS || kind == CVR_MAPS_FILTER_GRADIENTS)
    return op == NN_OP_CONV;

  return op != NN_OP_CONSTANT && !cvr_map_links_is_hidden (graph, node);
}

/**
 * cvr_map_column_new:
 *
 * Returns: (transfer floating): a column sized for the layer, empty until maps are set
 */
GtkWidget *
cvr_map_column_new (NnGraph    *graph,
                    NnNode      node,
                    CvrMapsKind kind)
{
  CvrMapColumn *self = g_object_new (CVR_TYPE_MAP_COLUMN, NULL);
  g_autofree char *name = cvr_layer_dup_short_name (graph, node), *label = NULL;

  self->graph = nn_graph_ref (graph);
  self->node = node;
  self->sheet = cvr_map_sheet (graph, node, kind);
  /* Translators: the layer's name, then how many maps or filters it has. */
  label = g_strdup_printf (
      self->sheet.filters ? ngettext ("%s: %u filter", "%s: %u filters", self->sheet.n_tiles)
                          : ngettext ("%s: %u map", "%s: %u maps", self->sheet.n_tiles),
      name, self->sheet.n_tiles);
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
 * cvr_map_column_set_values:
 * @values: (nullable): floats of the layer's shape, or its kernels
 */
void
cvr_map_column_set_values (CvrMapColumn *self,
                           GBytes       *values)
{
  g_return_if_fail (CVR_IS_MAP_COLUMN (self));

  /* They never change: the same place holds the same numbers. */
  if (self->values == values
      || (self->values != NULL && values != NULL
          && g_bytes_get_data (self->values, NULL) == g_bytes_get_data (values, NULL)))
    return;
  if (values != NULL)
    g_bytes_ref (values);
  g_clear_pointer (&self->values, g_bytes_unref);
  self->values = values;
  self->fresh = FALSE;
}

static void
painted_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  CvrMapColumn *self = data;

  if (job != self->job)
    {
      g_clear_pointer (&result, cairo_surface_destroy);
      return;
    }
  self->job = NULL;
  g_clear_pointer (&self->picture, cairo_surface_destroy);
  self->picture = result;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->wanted)
    {
      self->fresh = FALSE;
      cvr_map_column_refresh (self);
    }
}

/**
 * cvr_map_column_refresh:
 *
 * Has the tiles painted when they are out of date; the newest wins.
 */
void
cvr_map_column_refresh (CvrMapColumn *self)
{
  CvrTheme theme;

  g_return_if_fail (CVR_IS_MAP_COLUMN (self));

  if (self->fresh || self->values == NULL)
    return;
  self->fresh = TRUE;
  self->wanted = self->job != NULL;
  if (self->wanted)
    return;
  theme = cvr_app_theme (GTK_WIDGET (self));
  self->job = cvr_map_paint_start (&self->sheet, self->values, &theme, G_OBJECT (self),
                                   painted_cb, self);
}

/**
 * cvr_map_column_set_marks:
 * @texts: (nullable): [n_tiles]; %NULL or "" for a tile without one
 */
void
cvr_map_column_set_marks (CvrMapColumn      *self,
                          const CvrTileMark *marks,
                          char *const       *texts)
{
  guint n = self->sheet.n_tiles;

  for (guint i = 0; self->texts != NULL && i < n; i++)
    g_free (self->texts[i]);
  g_clear_pointer (&self->texts, g_free);
  g_clear_pointer (&self->marks, g_free);
  if (marks != NULL)
    self->marks = g_memdup2 (marks, n * sizeof *marks);
  if (texts != NULL)
    self->texts = g_new0 (char *, n);
  for (guint i = 0; texts != NULL && i < n; i++)
    self->texts[i] = g_strdup (texts[i]);
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
 * cvr_map_column_get_hovered:
 *
 * Returns: the tile under the pointer; −1: none
 */
gint
cvr_map_column_get_hovered (CvrMapColumn *self)
{
  g_return_val_if_fail (CVR_IS_MAP_COLUMN (self), -1);

  return self->hover;
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

  return self->fresh && self->job == NULL && self->picture != NULL;
}
