/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network drawn as boxes left to right; one is chosen by mouse or keyboard. */
#include "cvr-network-view.h"

#include "cvr-layer-name.h"
#include "cvr-layer-text.h"
#include "cvr-predict.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* px */
enum { LEAST_HEIGHT = 200 };

struct _CvrNetworkView
{
  CvrCanvas parent_instance;

  NnGraph     *graph;
  CvrNodeBox  *boxes;  /* [n_boxes]; strings and inputs are owned by owned */
  CvrBoxPlace *places;
  GPtrArray   *owned;
  guint        n_boxes;
  double       height; /* that the places were worked out for; −1: none */
  gint         selected, hover;
};

G_DEFINE_FINAL_TYPE (CvrNetworkView, cvr_network_view, CVR_TYPE_CANVAS)

enum { SELECTED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
clear (CvrNetworkView *self)
{
  g_clear_pointer (&self->boxes, g_free);
  g_clear_pointer (&self->places, g_free);
  g_clear_pointer (&self->owned, g_ptr_array_unref);
  g_clear_pointer (&self->graph, nn_graph_unref);
  self->n_boxes = 0;
  self->height = -1;
  self->hover = -1;
}

static void
make_box (CvrNetworkView *self,
          guint           i)
{
  NnShape shape = nn_graph_node_shape (self->graph, (NnNode) i);
  NnShape shown = cvr_maps_shape (self->graph, (NnNode) i);
  guint n_inputs = nn_graph_node_n_inputs (self->graph, (NnNode) i);
  gint *inputs = g_new (gint, MAX (n_inputs, 1));
  char *size = nn_shape_dup_string (&shape);
  char *name = cvr_layer_dup_short_name (self->graph, (NnNode) i);

  for (guint j = 0; j < n_inputs; j++)
    inputs[j] = nn_graph_node_input (self->graph, (NnNode) i, j);
  g_ptr_array_add (self->owned, inputs);
  g_ptr_array_add (self->owned, size);
  g_ptr_array_add (self->owned, name);
  self->boxes[i] = (CvrNodeBox) {
    .name = name,
    .op = nn_graph_node_op_name (self->graph, (NnNode) i),
    .size = size,
    .channels = shown.dims[1],
    .height = shown.rank > 2 ? shown.dims[2] : 1,
    .width = shown.rank > 3 ? shown.dims[3] : 1,
    .n_inputs = n_inputs,
    .inputs = inputs,
    .has_weights = nn_graph_node_has_weights (self->graph, (NnNode) i),
  };
}

static void
lay_out (CvrNetworkView *self,
         double          height,
         const CvrTheme *theme)
{
  if (self->n_boxes == 0 || fabs (self->height - height) < 0.5)
    return;
  self->height = height;
  cvr_paint_network_layout (self->boxes, self->n_boxes, height, theme, self->places);
}

static char *
dup_tooltip (CvrNetworkView *self)
{
  const char *title = self->hover >= 0 ? cvr_layer_title (self->graph, self->hover) : NULL;

  if (title == NULL || !self->boxes[self->hover].frozen)
    return g_strdup (title);

  /* Translators: kind of a layer. */
  return g_strdup_printf (_("%s: stays as it is"), title);
}

static void
hover_cb (CvrNetworkView *self,
          double          x,
          double          y)
{
  gint hover = isnan (x) ? -1 : cvr_paint_network_box (self->places, self->n_boxes, x, y);
  g_autofree char *tooltip = NULL;

  if (hover == self->hover)
    return;
  self->hover = hover;
  tooltip = dup_tooltip (self);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
choose (CvrNetworkView *self,
        gint            node)
{
  if (node < 0 || node == self->selected)
    return;
  cvr_network_view_set_selected (self, node);
  g_signal_emit (self, signals[SELECTED], 0, node);
}

static void
pressed_cb (CvrNetworkView *self,
            double          x,
            double          y,
            int             n_press)
{
  choose (self, cvr_paint_network_box (self->places, self->n_boxes, x, y));
}

/* The nearest box in that direction: the next column first, then the nearest level; −1: none. */
static gint
neighbour (CvrNetworkView *self,
           gint            dx,
           gint            dy)
{
  const CvrBoxPlace *here = &self->places[self->selected];
  double best = INFINITY;
  gint nearest = -1;

  for (guint i = 0; i < self->n_boxes; i++)
    {
      const CvrBoxPlace *there = &self->places[i];
      double x = there->x + there->width / 2 - here->x - here->width / 2;
      double y = there->y + there->height / 2 - here->y - here->height / 2;
      double along = x * dx + y * dy, across = fabs (dx != 0 ? y : x),
             distance = 1000 * along + across;

      if (along > 0.5 && (dy == 0 || across < 1) && distance < best)
        {
          best = distance;
          nearest = (gint) i;
        }
    }

  return nearest;
}

static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrNetworkView *self = CVR_NETWORK_VIEW (widget);
  gint dx, dy;

  if (self->n_boxes == 0)
    return GDK_EVENT_PROPAGATE;
  g_variant_get (args, "(ii)", &dx, &dy);
  choose (self, self->selected < 0 ? 0 : neighbour (self, dx, dy));

  return GDK_EVENT_STOP;
}

static gboolean
end_cb (GtkWidget *widget,
        GVariant  *args,
        gpointer   data)
{
  CvrNetworkView *self = CVR_NETWORK_VIEW (widget);

  if (self->n_boxes == 0)
    return GDK_EVENT_PROPAGATE;
  choose (self, g_variant_get_boolean (args) ? (gint) self->n_boxes - 1 : 0);

  return GDK_EVENT_STOP;
}

static void
cvr_network_view_draw (CvrCanvas      *canvas,
                       cairo_t        *cr,
                       double          width,
                       double          height,
                       const CvrTheme *theme)
{
  CvrNetworkView *self = CVR_NETWORK_VIEW (canvas);

  lay_out (self, height, theme);
  if (self->n_boxes > 0)
    cvr_paint_network (cr, self->boxes, self->places, self->n_boxes, self->selected, self->hover,
                       theme);
}

static void
cvr_network_view_finalize (GObject *object)
{
  clear (CVR_NETWORK_VIEW (object));

  G_OBJECT_CLASS (cvr_network_view_parent_class)->finalize (object);
}

static void
cvr_network_view_class_init (CvrNetworkViewClass *klass)
{
  static const struct { guint key, pad; gint dx, dy; } moves[] = {
    { GDK_KEY_Left, GDK_KEY_KP_Left, -1, 0 },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 1, 0 },
    { GDK_KEY_Up, GDK_KEY_KP_Up, 0, -1 },
    { GDK_KEY_Down, GDK_KEY_KP_Down, 0, 1 },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = cvr_network_view_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_network_view_draw;
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
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
}

static void
cvr_network_view_init (CvrNetworkView *self)
{
  self->selected = self->hover = -1;
  self->height = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  cvr_canvas_set_min_size (CVR_CANVAS (self), 0, LEAST_HEIGHT);
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
}

void
cvr_network_view_set_graph (CvrNetworkView *self,
                            NnGraph        *graph)
{
  CvrTheme theme = cvr_app_theme (GTK_WIDGET (self));
  int width = 0;

  g_return_if_fail (CVR_IS_NETWORK_VIEW (self));

  if (graph != NULL)
    nn_graph_ref (graph);
  clear (self);
  self->graph = graph;
  self->selected = -1;
  if (graph != NULL)
    {
      self->n_boxes = nn_graph_n_nodes (graph);
      self->boxes = g_new0 (CvrNodeBox, self->n_boxes);
      self->places = g_new0 (CvrBoxPlace, self->n_boxes);
      self->owned = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; i < self->n_boxes; i++)
        make_box (self, i);
      width = (int) ceil (cvr_paint_network_layout (self->boxes, self->n_boxes, LEAST_HEIGHT,
                                                    &theme, self->places));
    }
  cvr_canvas_set_min_size (CVR_CANVAS (self), width, LEAST_HEIGHT);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_network_view_set_frozen (CvrNetworkView *self,
                             guint           n_frozen)
{
  guint n_with_weights = 0;

  g_return_if_fail (CVR_IS_NETWORK_VIEW (self));

  for (guint i = 0; i < self->n_boxes; i++)
    self->boxes[i].frozen = self->boxes[i].has_weights && n_with_weights++ < n_frozen;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_network_view_set_selected (CvrNetworkView *self,
                               gint            node)
{
  g_return_if_fail (CVR_IS_NETWORK_VIEW (self));

  if (node == self->selected || node >= (gint) self->n_boxes)
    return;
  self->selected = node;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gint
cvr_network_view_get_selected (CvrNetworkView *self)
{
  g_return_val_if_fail (CVR_IS_NETWORK_VIEW (self), -1);

  return self->selected;
}

gboolean
cvr_network_view_get_extent (CvrNetworkView *self,
                             gint            node,
                             double         *x,
                             double         *width)
{
  g_return_val_if_fail (CVR_IS_NETWORK_VIEW (self), FALSE);

  if (node < 0 || node >= (gint) self->n_boxes)
    return FALSE;
  *x = self->places[node].x;
  *width = self->places[node].width;

  return TRUE;
}
