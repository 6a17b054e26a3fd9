/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every layer of the network sees in one picture. */
#include "cvr-inside-page.h"

#include "cvr-film-strip.h"
#include "cvr-inspection.h"
#include "cvr-layer-text.h"
#include "cvr-legend.h"
#include "cvr-lens-view.h"
#include "cvr-map-column.h"
#include "cvr-plane-view.h"
#include "cvr-read-picture.h"
#include "cvr-tab-stop.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrInsidePage
{
  AdwBin parent_instance;

  GtkStack          *stack;
  GtkListView       *strip;
  GtkToggleButton   *maps_toggle;
  GtkLabel          *answer, *detail_title, *detail_range, *detail_text, *detail_value;
  CvrLegend         *legend;
  CvrPlaneView      *plane;
  CvrLensView       *lens;
  GtkScrolledWindow *columns_scroll;
  GtkBox            *columns;

  CvrProject         *project;
  CvrInspection      *inspection;
  GtkSingleSelection *selection;
  CvrImage           *own_image;   /* one that is not the project's; NULL: the strip decides */
  NnGraph            *graph;       /* what the columns were made for */
  GPtrArray          *map_columns; /* of CvrMapColumn, borrowed from the box */
  gint                column, tile; /* chosen; −1 none */
  guint               tick;        /* waits for the layout of new columns */
};

G_DEFINE_FINAL_TYPE (CvrInsidePage, cvr_inside_page, ADW_TYPE_BIN)

static gboolean
shows_filters (CvrInsidePage *self)
{
  return !gtk_toggle_button_get_active (self->maps_toggle);
}

static CvrMapColumn *
chosen_column (CvrInsidePage *self)
{
  return self->column >= 0 && (guint) self->column < self->map_columns->len
             ? g_ptr_array_index (self->map_columns, self->column)
             : NULL;
}

static void
show_legend (CvrInsidePage *self)
{
  if (shows_filters (self))
    cvr_legend_set (self->legend, _("negative"), _("positive"), TRUE);
  else
    cvr_legend_set (self->legend, _("low"), _("high"), FALSE);
}

static void
show_detail_text (CvrInsidePage  *self,
                  CvrMaps        *maps,
                  NnNode          node,
                  const CvrPlane *plane)
{
  g_autofree char *title = NULL;
  g_autofree char *explanation = cvr_layer_dup_explanation (maps->model->graph, node);
  g_autofree char *lowest = NULL;
  g_autofree char *highest = NULL;
  g_autofree char *range = NULL;
  const char *name = nn_graph_node_name (maps->model->graph, node);
  double low = INFINITY, high = -INFINITY;

  for (guint i = 0; i < plane->columns * plane->rows; i++)
    if (isfinite (plane->values[i]))
      {
        low = MIN (low, (double) plane->values[i]);
        high = MAX (high, (double) plane->values[i]);
      }
  lowest = cvr_lens_dup_number (low, 3);
  highest = cvr_lens_dup_number (high, 3);
  if (shows_filters (self))
    title = g_strdup_printf (_("%s: filter %d"), name, self->tile + 1);
  else if (maps->shapes[node].rank == 4)
    title = g_strdup_printf (_("%s: map %d, %u × %u"), name, self->tile + 1, plane->columns,
                             plane->rows);
  else
    title = g_strdup_printf (ngettext ("%s: %u value", "%s: %u values", maps->shapes[node].dims[1]),
                             name, maps->shapes[node].dims[1]);
  /* Translators: the smallest and the largest value of a map. */
  range = g_strdup_printf (_("from %s to %s"), lowest, highest);
  gtk_label_set_text (self->detail_title, title);
  gtk_label_set_text (self->detail_range, range);
  gtk_label_set_text (self->detail_text, explanation);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->detail_text), explanation);
  cvr_canvas_set_label (CVR_CANVAS (self->plane), title);
}

static void
show_lens (CvrInsidePage *self)
{
  CvrMaps *maps = cvr_inspection_get_maps (self->inspection);
  CvrMapColumn *column = chosen_column (self);
  g_autoptr (CvrLens) lens = NULL;
  g_autofree char *value = NULL;
  CvrPlane *plane = cvr_plane_view_get_plane (self->plane);
  guint x, y;

  if (maps == NULL || column == NULL || !cvr_plane_view_get_cell (self->plane, &x, &y))
    {
      cvr_lens_view_take_lens (self->lens, NULL);
      gtk_label_set_text (self->detail_value, "");
      return;
    }
  if (!shows_filters (self))
    lens = cvr_lens_new (maps, cvr_map_column_get_node (column), (guint) self->tile, x, y);
  if (lens != NULL)
    /* Translators: a place in a map, counted from 1, and what the value there comes from, a
     * sentence. */
    value = g_strdup_printf (_("Row %u, column %u: %s"), y + 1, x + 1, lens->sentence);
  else
    {
      g_autofree char *number =
          cvr_lens_dup_number ((double) plane->values[y * plane->columns + x], 4);

      value = g_strdup_printf (_("Row %u, column %u: %s"), y + 1, x + 1, number);
    }
  gtk_label_set_text (self->detail_value, value);
  cvr_canvas_set_description (CVR_CANVAS (self->plane), value);
  gtk_widget_set_visible (GTK_WIDGET (self->lens), lens != NULL);
  cvr_lens_view_take_lens (self->lens, g_steal_pointer (&lens));
}

static void
show_detail (CvrInsidePage *self)
{
  CvrMaps *maps = cvr_inspection_get_maps (self->inspection);
  CvrMapColumn *column = chosen_column (self);
  CvrPlane *plane = NULL;

  if (maps != NULL && column != NULL && maps->model->graph == self->graph)
    {
      NnNode node = cvr_map_column_get_node (column);

      self->tile = CLAMP (self->tile, 0, (gint) cvr_map_column_n_tiles (column) - 1);
      plane = shows_filters (self) ? cvr_plane_of_filter (maps, node, (guint) self->tile)
                                   : cvr_plane_of_map (maps, node, (guint) self->tile);
      if (plane != NULL)
        show_detail_text (self, maps, node, plane);
    }
  cvr_plane_view_take_plane (self->plane, plane);
  show_lens (self);
}

/* Pictures are painted only for the columns that can be seen. */
static void
refresh_visible (CvrInsidePage *self)
{
  graphene_rect_t bounds;
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self->columns_scroll));

  for (guint i = 0; i < self->map_columns->len; i++)
    {
      GtkWidget *column = g_ptr_array_index (self->map_columns, i);

      if (gtk_widget_compute_bounds (column, GTK_WIDGET (self->columns_scroll), &bounds) &&
          bounds.origin.x + bounds.size.width >= -100 && bounds.origin.x <= width + 100)
        cvr_map_column_refresh (CVR_MAP_COLUMN (column));
    }
}

static gboolean
laid_out_cb (GtkWidget     *widget,
             GdkFrameClock *clock,
             gpointer       data)
{
  CvrInsidePage *self = CVR_INSIDE_PAGE (widget);
  GtkWidget *last = self->map_columns->len > 0
                        ? g_ptr_array_index (self->map_columns, self->map_columns->len - 1)
                        : NULL;

  /* Frames begin before the layout: new columns have their places only in the second one. */
  if (last != NULL && gtk_widget_get_width (last) == 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  refresh_visible (self);

  return G_SOURCE_REMOVE;
}

/* Once the columns have their places. */
static void
queue_refresh (CvrInsidePage *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), laid_out_cb, NULL, NULL);
}

/* One stop for the Tab key; arrows go on from there. */
static void
choose (CvrInsidePage *self,
        gint           column,
        gint           tile)
{
  self->column = column;
  self->tile = tile;
  for (guint i = 0; i < self->map_columns->len; i++)
    {
      CvrMapColumn *each = g_ptr_array_index (self->map_columns, i);

      cvr_map_column_set_selected (each, (gint) i == column ? tile : -1);
      gtk_widget_set_focusable (GTK_WIDGET (each), (gint) i == column);
    }
}

static gint
index_of (CvrInsidePage *self,
          CvrMapColumn  *column)
{
  guint i;

  return g_ptr_array_find (self->map_columns, column, &i) ? (gint) i : -1;
}

static void
scroll_to_tile (CvrInsidePage *self,
                CvrMapColumn  *column,
                guint          tile)
{
  enum { MARGIN = 12 };
  GtkAdjustment *across = gtk_scrolled_window_get_hadjustment (self->columns_scroll);
  GtkAdjustment *down = gtk_scrolled_window_get_vadjustment (self->columns_scroll);
  graphene_rect_t area = cvr_map_column_get_tile_area (column, tile);
  graphene_point_t origin;

  if (!gtk_widget_compute_point (GTK_WIDGET (column),
                                 gtk_widget_get_parent (GTK_WIDGET (self->columns)), &area.origin,
                                 &origin))
    return;
  /* The point is where it stands on the screen: what is scrolled away counts too. */
  gtk_adjustment_clamp_page (across, gtk_adjustment_get_value (across) + (double) origin.x - MARGIN,
                             gtk_adjustment_get_value (across)
                                 + (double) (origin.x + area.size.width) + MARGIN);
  gtk_adjustment_clamp_page (down, gtk_adjustment_get_value (down) + (double) origin.y - MARGIN,
                             gtk_adjustment_get_value (down)
                                 + (double) (origin.y + area.size.height) + MARGIN);
}

static void
tile_selected_cb (CvrMapColumn  *column,
                  guint          tile,
                  CvrInsidePage *self)
{
  choose (self, index_of (self, column), (gint) tile);
  gtk_widget_grab_focus (GTK_WIDGET (column));
  scroll_to_tile (self, column, tile);
  show_detail (self);
}

/* By the Tab key: what is chosen may have been scrolled away. */
static void
column_focused_cb (CvrMapColumn  *column,
                   GParamSpec    *pspec,
                   CvrInsidePage *self)
{
  gint tile = cvr_map_column_get_selected (column);

  if (tile >= 0 && gtk_widget_has_focus (GTK_WIDGET (column)))
    scroll_to_tile (self, column, (guint) tile);
}

static void
tile_left_cb (CvrMapColumn  *column,
              gint           direction,
              guint          row,
              CvrInsidePage *self)
{
  gint next = index_of (self, column) + direction;

  if (next >= 0 && next < (gint) self->map_columns->len)
    cvr_map_column_enter (g_ptr_array_index (self->map_columns, next), direction, row);
}

/* "6×28×28", or of filters "6×1×5×5": how many, how deep, how high and wide. */
static char *
dup_size (CvrInsidePage *self,
          NnNode         node)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);

  if (shows_filters (self))
    {
      const NnConvSpec *conv = &nn_graph_node_attrs (self->graph, node)->conv;
      NnShape in = nn_graph_node_shape (self->graph, nn_graph_node_input (self->graph, node, 0));

      return g_strdup_printf ("%u×%u×%u×%u", conv->filters, in.dims[1] / MAX (conv->groups, 1),
                              conv->stencil.kernel[0], conv->stencil.kernel[1]);
    }

  return nn_shape_dup_string (&shape);
}

static void
add_map_column (CvrInsidePage *self,
                NnNode         node)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *name = gtk_label_new (nn_graph_node_name (self->graph, node));
  GtkWidget *kind = gtk_label_new (NULL);
  GtkWidget *column = cvr_map_column_new (self->graph, node, shows_filters (self));
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
  gtk_box_append (self->columns, box);
  g_signal_connect_object (column, "selected", G_CALLBACK (tile_selected_cb), self, 0);
  g_signal_connect_object (column, "left", G_CALLBACK (tile_left_cb), self, 0);
  g_signal_connect_object (column, "notify::has-focus", G_CALLBACK (column_focused_cb), self, 0);
  g_ptr_array_add (self->map_columns, column);
}

static void
make_columns (CvrInsidePage *self,
              NnGraph       *graph)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->columns))) != NULL)
    gtk_box_remove (self->columns, child);
  g_ptr_array_set_size (self->map_columns, 0);
  nn_graph_ref (graph);
  g_clear_pointer (&self->graph, nn_graph_unref);
  self->graph = graph;
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    if (cvr_map_column_suits (graph, (NnNode) i, shows_filters (self)))
      add_map_column (self, (NnNode) i);
  choose (self, MIN (shows_filters (self) ? 0 : 1, (gint) self->map_columns->len - 1), 0);
  queue_refresh (self);
}

static void
show_answer (CvrInsidePage *self)
{
  CvrPrediction *prediction = cvr_inspection_get_prediction (self->inspection);
  CvrModel *model = cvr_inspection_get_model (self->inspection);
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  g_autofree char *words = NULL;

  if (prediction == NULL || model == NULL)
    return;
  for (guint k = 0; k < model->n_classes; k++)
    {
      gint known =
          cvr_dataset_find_class (cvr_project_get_dataset (self->project), model->classes[k]);

      g_ptr_array_add (titles, known >= 0 ? (gpointer) cvr_project_class_title (self->project,
                                                                                (guint) known)
                                          : model->classes[k]);
    }
  g_ptr_array_add (titles, NULL);
  words = cvr_prediction_dup_words (prediction, (char *const *) titles->pdata);
  gtk_label_set_text (self->answer, words);
}

static void
inspection_changed_cb (CvrInsidePage *self)
{
  CvrMaps *maps = cvr_inspection_get_maps (self->inspection);
  const GError *error = cvr_inspection_get_error (self->inspection);

  if (error != NULL)
    gtk_label_set_text (self->answer, error->message);
  if (maps == NULL)
    return;
  if (maps->model->graph != self->graph)
    make_columns (self, maps->model->graph);
  for (guint i = 0; i < self->map_columns->len; i++)
    cvr_map_column_set_maps (g_ptr_array_index (self->map_columns, i), maps);
  refresh_visible (self);
  show_answer (self);
  show_detail (self);
}

static void
view_changed_cb (CvrInsidePage *self)
{
  CvrMaps *maps;

  show_legend (self);
  if (self->inspection == NULL || self->graph == NULL)
    return;
  make_columns (self, self->graph);
  maps = cvr_inspection_get_maps (self->inspection);
  if (maps != NULL && maps->model->graph == self->graph)
    for (guint i = 0; i < self->map_columns->len; i++)
      cvr_map_column_set_maps (g_ptr_array_index (self->map_columns, i), maps);
  show_detail (self);
}

static void
read_cb (CvrImage *image,
         gpointer  data)
{
  CvrInsidePage *self = data;

  if (self->inspection != NULL && image != NULL)
    cvr_inspection_set_image (self->inspection, image);
}

static void
show_image (CvrInsidePage *self)
{
  CvrImageItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (self->inspection == NULL)
    return;
  if (self->own_image != NULL)
    {
      cvr_read_picture_stop (G_OBJECT (self), "shown");
      cvr_inspection_set_image (self->inspection, self->own_image);
    }
  else if (item != NULL)
    cvr_read_picture (cvr_image_item_get_picture (item), 0, G_OBJECT (self), "shown", read_cb, self);
}

static void
picked_cb (CvrInsidePage *self)
{
  g_clear_pointer (&self->own_image, cvr_image_unref);
  show_image (self);
}

static void
model_changed_cb (CvrInsidePage *self)
{
  gtk_stack_set_visible_child_name (self->stack, cvr_project_get_live_model (self->project) != NULL
                                                     ? "inside"
                                                     : "empty");
}

static void
map_changed_cb (CvrInsidePage *self)
{
  gboolean mapped = gtk_widget_get_mapped (GTK_WIDGET (self));

  if (self->inspection == NULL)
    return;
  cvr_inspection_set_active (self->inspection, mapped);
  if (mapped)
    model_changed_cb (self);
}

static void
cvr_inside_page_dispose (GObject *object)
{
  CvrInsidePage *self = CVR_INSIDE_PAGE (object);

  cvr_inside_page_set_project (self, NULL);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->own_image, cvr_image_unref);
  g_clear_pointer (&self->graph, nn_graph_unref);
  g_clear_pointer (&self->map_columns, g_ptr_array_unref);

  G_OBJECT_CLASS (cvr_inside_page_parent_class)->dispose (object);
}

static void
cvr_inside_page_class_init (CvrInsidePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_inside_page_dispose;
  g_type_ensure (CVR_TYPE_LEGEND);
  g_type_ensure (CVR_TYPE_LENS_VIEW);
  g_type_ensure (CVR_TYPE_PLANE_VIEW);
  g_type_ensure (CVR_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-inside-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, strip);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, maps_toggle);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, answer);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, legend);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, plane);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, lens);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, columns_scroll);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, columns);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, detail_title);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, detail_range);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, detail_text);
  gtk_widget_class_bind_template_child (widget_class, CvrInsidePage, detail_value);
  gtk_widget_class_bind_template_callback (widget_class, view_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_lens);
}

static void
cvr_inside_page_init (CvrInsidePage *self)
{
  GtkAdjustment *across;

  self->map_columns = g_ptr_array_new ();
  self->column = self->tile = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selection = gtk_single_selection_new (NULL);
  gtk_list_view_set_model (self->strip, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (picked_cb), self,
                           G_CONNECT_SWAPPED);
  across = gtk_scrolled_window_get_hadjustment (self->columns_scroll);
  g_signal_connect_object (across, "value-changed", G_CALLBACK (refresh_visible), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (across, "changed", G_CALLBACK (refresh_visible), self,
                           G_CONNECT_SWAPPED);
  show_legend (self);
  g_signal_connect (self, "map", G_CALLBACK (map_changed_cb), NULL);
  g_signal_connect_after (self, "unmap", G_CALLBACK (map_changed_cb), NULL);
}

/**
 * cvr_inside_page_set_project:
 * @project: (nullable): the project whose network is looked into
 */
void
cvr_inside_page_set_project (CvrInsidePage *self,
                             CvrProject    *project)
{
  g_autoptr (GtkListItemFactory) factory = NULL;

  g_return_if_fail (CVR_IS_INSIDE_PAGE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (self->inspection, self);
      gtk_single_selection_set_model (self->selection, NULL);
      g_clear_object (&self->inspection);
    }
  g_set_object (&self->project, project);
  if (project == NULL)
    {
      gtk_list_view_set_factory (self->strip, NULL);
      return;
    }
  factory = cvr_film_strip_factory_new (project);
  gtk_list_view_set_factory (self->strip, factory);
  self->inspection = cvr_inspection_new (project, CVR_INSPECT_PREDICTION | CVR_INSPECT_MAPS);
  g_signal_connect_swapped (self->inspection, "changed", G_CALLBACK (inspection_changed_cb), self);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (model_changed_cb), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "snapshot",
                            G_CALLBACK (model_changed_cb), self);
  gtk_single_selection_set_model (self->selection, cvr_project_get_items (project));
  model_changed_cb (self);
  map_changed_cb (self);
  show_image (self);
}

/**
 * cvr_inside_page_show_image:
 * @image: looked at until a picture of the strip is chosen
 */
void
cvr_inside_page_show_image (CvrInsidePage *self,
                            CvrImage      *image)
{
  g_return_if_fail (CVR_IS_INSIDE_PAGE (self) && image != NULL);

  cvr_image_ref (image);
  g_clear_pointer (&self->own_image, cvr_image_unref);
  self->own_image = image;
  show_image (self);
}
