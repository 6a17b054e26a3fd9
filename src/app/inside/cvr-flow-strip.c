/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole network on one line, with the picture as it is in each layer; a layer is chosen. */
#include "cvr-flow-strip.h"

#include "cvr-job.h"
#include "cvr-layer-name.h"
#include "cvr-layer-text.h"
#include "cvr-map-links.h"
#include "cvr-paint-inside.h"
#include "cvr-plane.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* px: a layer's picture at most, between two of them, left and right, above and below; the strip's
 * height, the arcs included. */
enum { MAX_SIDE = 40, GAP = 12, MARGIN = 18, BORDER = 6, MIN_HEIGHT = 66, MAX_HEIGHT = 120 };

struct _CvrFlowStrip
{
  CvrCanvas parent_instance;

  NnGraph   *graph;
  GArray    *nodes;           /* of NnNode: those that are drawn, left to right */
  int        room;            /* px that the arcs take */
  GPtrArray *pictures;        /* of cairo_surface_t, as many; NULL: none yet */
  CvrMaps   *maps;            /* newest */
  CvrJob    *job;             /* borrowed; NULL: none */
  gboolean   wanted;          /* again when the job has ended */
  gint       selected, hover; /* places; −1: none */
};

G_DEFINE_FINAL_TYPE (CvrFlowStrip, cvr_flow_strip, CVR_TYPE_CANVAS)

enum { SELECTED, N_SIGNALS };

static guint signals[N_SIGNALS];

typedef struct
{
  CvrMaps *maps;
  GArray  *nodes;
  CvrTheme theme;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  cvr_maps_unref (request->maps);
  g_array_unref (request->nodes);
  g_free (request);
}

static void
picture_free (gpointer picture)
{
  if (picture != NULL)
    cairo_surface_destroy (picture);
}

/* Worker. */
static gpointer
paint_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  const Request *request = data;
  GPtrArray *pictures = g_ptr_array_new_with_free_func (picture_free);

  for (guint i = 0; i < request->nodes->len; i++)
    {
      g_autoptr (CvrPlane) plane =
          cvr_plane_of_mean (request->maps, g_array_index (request->nodes, NnNode, i));

      g_ptr_array_add (pictures, plane != NULL
                                     ? cvr_paint_plane (plane->values, plane->columns, plane->rows,
                                                        1, FALSE, &request->theme)
                                     : NULL);
    }

  return pictures;
}

static void start (CvrFlowStrip *self);

static void
painted_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  CvrFlowStrip *self = data;
  GPtrArray *pictures = result;

  if (job != self->job)
    {
      g_clear_pointer (&pictures, g_ptr_array_unref);
      return;
    }
  self->job = NULL;
  if (pictures != NULL && pictures->len == self->nodes->len)
    {
      g_clear_pointer (&self->pictures, g_ptr_array_unref);
      self->pictures = g_steal_pointer (&pictures);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  g_clear_pointer (&pictures, g_ptr_array_unref);
  if (self->wanted)
    start (self);
}

static void
start (CvrFlowStrip *self)
{
  Request *request;

  self->wanted = self->job != NULL;
  if (self->wanted)
    return;
  request = g_new0 (Request, 1);
  request->maps = cvr_maps_ref (self->maps);
  request->nodes = g_array_ref (self->nodes);
  request->theme = cvr_app_theme (GTK_WIDGET (self));
  self->job = cvr_job_start (_("Painting maps"), paint_func, request, request_free,
                             G_OBJECT (self), painted_cb, self, (GDestroyNotify) g_ptr_array_unref);
}

/* From one layer's left border to the next one's, and how large the pictures are. */
static double
pitch_of (CvrFlowStrip *self,
          double        width,
          double        height,
          double       *side)
{
  double pitch = (width - 2 * MARGIN) / MAX (self->nodes->len, 1u);

  *side = MIN ((double) MAX_SIDE, pitch - MIN ((double) GAP, pitch * 0.3));
  *side = MIN (*side, MAX (height - 2 * BORDER - self->room, 1));

  return MIN (pitch, (double) MAX_SIDE + GAP);
}

static gint
place_of (CvrFlowStrip *self,
          NnNode        node)
{
  for (guint i = 0; i < self->nodes->len; i++)
    if (g_array_index (self->nodes, NnNode, i) == node)
      return (gint) i;

  return -1;
}

/* What doesn't lead to the next layer, with the places of both ends; levels are filled in. Returns
 * how many levels there are. */
static guint
list_skips (CvrFlowStrip *self,
            GArray       *skips)
{
  for (guint i = 0; i < self->nodes->len; i++)
    {
      NnNode node = g_array_index (self->nodes, NnNode, i);

      for (guint k = 0; k < nn_graph_node_n_inputs (self->graph, node); k++)
        {
          gint source = place_of (
              self, cvr_map_links_shown (self->graph, nn_graph_node_input (self->graph, node, k)));
          CvrSkip skip = { source, i, 0, source == self->selected || (gint) i == self->selected };

          if (source >= 0 && source + 1 != (gint) i)
            g_array_append_val (skips, skip);
        }
    }

  return cvr_paint_skip_levels ((CvrSkip *) (gpointer) skips->data, skips->len);
}

static void
draw_edges (CvrFlowStrip   *self,
            cairo_t        *cr,
            double          pitch,
            double          side,
            double          top,
            const CvrTheme *theme)
{
  g_autoptr (GArray) skips = g_array_new (FALSE, FALSE, sizeof (CvrSkip));

  cairo_set_source_rgba (cr, theme->dim.red, theme->dim.green, theme->dim.blue, 1);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < self->nodes->len; i++)
    {
      NnNode node = g_array_index (self->nodes, NnNode, i);

      for (guint k = 0; k < nn_graph_node_n_inputs (self->graph, node); k++)
        if (i > 0 && place_of (self, cvr_map_links_shown (
                                         self->graph, nn_graph_node_input (self->graph, node, k)))
                         == (gint) i - 1)
          {
            cairo_move_to (cr, MARGIN + (i - 1) * pitch + side + 1, floor (top + side / 2) + 0.5);
            cairo_line_to (cr, MARGIN + i * pitch - 1, floor (top + side / 2) + 0.5);
          }
    }
  cairo_stroke (cr);
  list_skips (self, skips);
  for (guint i = 0; i < skips->len; i++)
    {
      CvrSkip *skip = &g_array_index (skips, CvrSkip, i);

      skip->from = MARGIN + skip->from * pitch + side / 2;
      skip->to = MARGIN + skip->to * pitch + side / 2;
    }
  cvr_paint_skips (cr, top - 2, (const CvrSkip *) (gpointer) skips->data, skips->len, theme);
}

static void
draw_picture (CvrFlowStrip   *self,
              cairo_t        *cr,
              guint           i,
              double          x,
              double          y,
              double          side,
              const CvrTheme *theme)
{
  cairo_surface_t *picture = self->pictures != NULL ? g_ptr_array_index (self->pictures, i) : NULL;

  if (picture != NULL)
    {
      double columns = cairo_image_surface_get_width (picture);
      double rows = cairo_image_surface_get_height (picture);
      double scale = side / MAX (columns, rows);

      cairo_save (cr);
      cairo_translate (cr, x + (side - columns * scale) / 2, y + (side - rows * scale) / 2);
      cairo_scale (cr, scale, scale);
      cairo_set_source_surface (cr, picture, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (cr),
                                scale > 1 ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
      cairo_rectangle (cr, 0, 0, columns, rows);
      cairo_fill (cr);
      cairo_restore (cr);
    }
  if ((gint) i != self->selected && (gint) i != self->hover)
    return;
  cairo_rectangle (cr, x - 1.5, y - 1.5, side + 3, side + 3);
  if ((gint) i == self->selected)
    cairo_set_source_rgba (cr, theme->ink.red, theme->ink.green, theme->ink.blue, 1);
  else
    cairo_set_source_rgba (cr, theme->dim.red, theme->dim.green, theme->dim.blue, 1);
  cairo_set_line_width (cr, (gint) i == self->selected ? 3 : 1.5);
  cairo_stroke (cr);
}

static void
cvr_flow_strip_draw (CvrCanvas      *canvas,
                     cairo_t        *cr,
                     double          width,
                     double          height,
                     const CvrTheme *theme)
{
  CvrFlowStrip *self = CVR_FLOW_STRIP (canvas);
  double side, pitch, top;

  if (self->graph == NULL || self->nodes->len == 0)
    return;
  pitch = pitch_of (self, width, height, &side);
  top = height - side - BORDER;
  draw_edges (self, cr, pitch, side, top, theme);
  for (guint i = 0; i < self->nodes->len; i++)
    draw_picture (self, cr, i, MARGIN + i * pitch, top, side, theme);
}

static gint
place_at (CvrFlowStrip *self,
          double        x)
{
  double side, pitch = pitch_of (self, gtk_widget_get_width (GTK_WIDGET (self)),
                                 gtk_widget_get_height (GTK_WIDGET (self)), &side);
  double place = floor ((x - MARGIN + (pitch - side) / 2) / pitch);

  return isnan (place) || place < 0 || place >= self->nodes->len ? -1 : (gint) place;
}

static void
hover_cb (CvrFlowStrip *self,
          double        x,
          double        y)
{
  gint hover = place_at (self, x);
  g_autofree char *text = NULL;

  if (hover == self->hover)
    return;
  self->hover = hover;
  if (hover >= 0)
    {
      NnNode node = g_array_index (self->nodes, NnNode, hover);
      NnShape shape = nn_graph_node_shape (self->graph, node);
      g_autofree char *size = nn_shape_dup_string (&shape);
      g_autofree char *name = cvr_layer_dup_short_name (self->graph, node);

      text = g_strdup_printf ("%s\n%s, %s", name, cvr_layer_title (self->graph, node), size);
    }
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
choose (CvrFlowStrip *self,
        gint          place)
{
  if (place < 0 || place >= (gint) self->nodes->len)
    return;
  cvr_flow_strip_set_selected (self, g_array_index (self->nodes, NnNode, place));
  g_signal_emit (self, signals[SELECTED], 0, g_array_index (self->nodes, NnNode, place));
}

static void
pressed_cb (CvrFlowStrip *self,
            double        x,
            double        y,
            int           n_press)
{
  choose (self, place_at (self, x));
}

static gboolean
move_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   data)
{
  CvrFlowStrip *self = CVR_FLOW_STRIP (widget);
  gint step = g_variant_get_int32 (args);

  choose (self, CLAMP (MAX (self->selected, 0) + CLAMP (step, -10000, 10000), 0,
                       (gint) self->nodes->len - 1));

  return GDK_EVENT_STOP;
}

static void
cvr_flow_strip_dispose (GObject *object)
{
  CvrFlowStrip *self = CVR_FLOW_STRIP (object);

  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  g_clear_pointer (&self->pictures, g_ptr_array_unref);
  g_clear_pointer (&self->nodes, g_array_unref);
  g_clear_pointer (&self->graph, nn_graph_unref);
  g_clear_pointer (&self->maps, cvr_maps_unref);

  G_OBJECT_CLASS (cvr_flow_strip_parent_class)->dispose (object);
}

static void
cvr_flow_strip_class_init (CvrFlowStripClass *klass)
{
  static const struct
  {
    guint key, pad;
    gint step;
  } moves[] = {
    { GDK_KEY_Left, GDK_KEY_KP_Left, -1 },
    { GDK_KEY_Right, GDK_KEY_KP_Right, 1 },
    { GDK_KEY_Home, GDK_KEY_KP_Home, G_MININT },
    { GDK_KEY_End, GDK_KEY_KP_End, G_MAXINT },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_flow_strip_dispose;
  CVR_CANVAS_CLASS (klass)->draw = cvr_flow_strip_draw;
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      gtk_widget_class_add_binding (widget_class, moves[i].key, 0, move_cb, "i", moves[i].step);
      gtk_widget_class_add_binding (widget_class, moves[i].pad, 0, move_cb, "i", moves[i].step);
    }
}

static void
cvr_flow_strip_init (CvrFlowStrip *self)
{
  self->nodes = g_array_new (FALSE, FALSE, sizeof (NnNode));
  self->selected = self->hover = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  cvr_canvas_set_min_size (CVR_CANVAS (self), 0, MIN_HEIGHT);
  cvr_canvas_set_label (CVR_CANVAS (self), _("The whole network, with the picture in each layer"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
}

static void
find_nodes (CvrFlowStrip *self,
            NnGraph      *graph)
{
  g_autoptr (GArray) skips = g_array_new (FALSE, FALSE, sizeof (CvrSkip));
  guint n_levels;

  nn_graph_ref (graph);
  g_clear_pointer (&self->graph, nn_graph_unref);
  self->graph = graph;
  g_clear_pointer (&self->pictures, g_ptr_array_unref);
  g_clear_pointer (&self->nodes, g_array_unref); /* A worker may still read the old one. */
  self->nodes = g_array_new (FALSE, FALSE, sizeof (NnNode));
  self->selected = self->hover = -1;
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnNode node = (NnNode) i;

      if (!cvr_map_links_is_hidden (graph, node)
          && nn_graph_node_kind (graph, node) != NN_OP_CONSTANT)
        g_array_append_val (self->nodes, node);
    }
  n_levels = list_skips (self, skips);
  self->room = n_levels > 0 ? (int) n_levels * CVR_SKIP_PITCH + 6 : 0;
  cvr_canvas_set_min_size (CVR_CANVAS (self), 0,
                           CLAMP (MAX_SIDE + 2 * BORDER + self->room, MIN_HEIGHT, MAX_HEIGHT));
}

void
cvr_flow_strip_show (CvrFlowStrip *self,
                     CvrMaps      *maps)
{
  g_return_if_fail (CVR_IS_FLOW_STRIP (self) && maps != NULL);

  if (maps == self->maps)
    return;
  cvr_maps_ref (maps);
  g_clear_pointer (&self->maps, cvr_maps_unref);
  self->maps = maps;
  if (maps->model->graph != self->graph)
    find_nodes (self, maps->model->graph);
  start (self);
}

void
cvr_flow_strip_set_selected (CvrFlowStrip *self,
                             NnNode        node)
{
  g_autofree char *name = NULL;

  g_return_if_fail (CVR_IS_FLOW_STRIP (self));

  self->selected = place_of (self, node);
  if (self->selected >= 0)
    name = cvr_layer_dup_short_name (self->graph, node);
  cvr_canvas_set_description (CVR_CANVAS (self), name);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

NnNode
cvr_flow_strip_get_selected (CvrFlowStrip *self)
{
  g_return_val_if_fail (CVR_IS_FLOW_STRIP (self), NN_NODE_NONE);

  return self->selected >= 0 ? g_array_index (self->nodes, NnNode, self->selected) : NN_NODE_NONE;
}

guint
cvr_flow_strip_n (CvrFlowStrip *self)
{
  g_return_val_if_fail (CVR_IS_FLOW_STRIP (self), 0);

  return self->nodes->len;
}
