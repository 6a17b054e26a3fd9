/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the weights or the values of a layer were spread after each stored epoch, one behind the
 * other. */
#include "cvr-ridge-view.h"

#include "cvr-paint-inside.h"

#include <glib/gi18n-lib.h>

/* Drawn at most. */
enum { MOST_BINS = 32 };

struct _CvrRidgeView
{
  CvrCanvas parent_instance;

  guint      n;
  guint     *epochs;           /* [n] */
  CvrSpread *weights, *values; /* [n], on the same bins */
  gint       epoch;            /* that is looked at; −1: the last */
  gboolean   shows_values;
  char      *empty;            /* why there is nothing; NULL: not said */
};

G_DEFINE_FINAL_TYPE (CvrRidgeView, cvr_ridge_view, CVR_TYPE_CANVAS)

static void
clear (CvrRidgeView *self)
{
  g_clear_pointer (&self->epochs, g_free);
  g_clear_pointer (&self->weights, g_free);
  g_clear_pointer (&self->values, g_free);
  self->n = 0;
}

static void
align (CvrSpread *spreads,
       guint      n)
{
  g_autofree CvrSpread **each = g_new (CvrSpread *, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    each[i] = &spreads[i];
  cvr_spread_align (each, n);
}

/* The bins that hold anything in any of them, with one to spare. */
static void
find_bins (const CvrSpread *spreads,
           guint            n,
           guint           *from,
           guint           *to)
{
  *from = CVR_SPREAD_BINS;
  *to = 0;
  for (guint k = 0; k < n; k++)
    for (guint i = 0; i < CVR_SPREAD_BINS; i++)
      if (spreads[k].counts[i] > 0)
        {
          *from = MIN (*from, i);
          *to = MAX (*to, i + 1);
        }
  if (*from >= *to)
    {
      *from = 0;
      *to = CVR_SPREAD_BINS;
    }
}

/* As few bins as can be told apart: neighbours are joined. */
static guint
join_bins (const CvrSpread *spread,
           guint            from,
           guint            to,
           guint            joined,
           guint64         *counts)
{
  guint n = (to - from + joined - 1) / joined;

  memset (counts, 0, n * sizeof *counts);
  for (guint i = from; i < to; i++)
    counts[(i - from) / joined] += spread->counts[i];

  return n;
}

/* Of the epoch that is looked at, or the last one before it. */
static guint
chosen (CvrRidgeView *self)
{
  guint i = self->n > 0 ? self->n - 1 : 0;

  while (self->epoch >= 0 && i > 0 && self->epochs[i] > (guint) self->epoch)
    i--;

  return i;
}

static void
draw_title (CvrRidgeView   *self,
            cairo_t        *cr,
            double          width,
            const CvrTheme *theme)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (
      GTK_WIDGET (self), self->n == 0         ? self->empty
                         : self->shows_values ? _("Activations over the epochs")
                                              : _("Weights over the epochs"));

  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  cairo_set_source_rgba (cr, theme->dim.red, theme->dim.green, theme->dim.blue, 1);
  cairo_move_to (cr, 0, 0);
  pango_cairo_show_layout (cr, layout);
}

static void
cvr_ridge_view_draw (CvrCanvas      *canvas,
                     cairo_t        *cr,
                     double          width,
                     double          height,
                     const CvrTheme *theme)
{
  CvrRidgeView *self = CVR_RIDGE_VIEW (canvas);
  const CvrSpread *shown = self->shows_values ? self->values : self->weights;
  g_autofree const guint64 **counts = g_new0 (const guint64 *, MAX (self->n, 1));
  g_autofree guint64 *bins = g_new0 (guint64, (gsize) MAX (self->n, 1) * CVR_SPREAD_BINS);
  g_autofree char *first = NULL, *last = NULL;
  CvrRidges ridges = { 0 };
  guint from, to, joined, n_bins = 0;

  draw_title (self, cr, width, theme);
  if (self->n == 0)
    return;
  find_bins (shown, self->n, &from, &to);
  joined = (to - from + MOST_BINS - 1) / MOST_BINS;
  for (guint i = 0; i < self->n; i++)
    {
      counts[i] = bins + (gsize) i * CVR_SPREAD_BINS;
      n_bins = join_bins (&shown[i], from, to, joined, bins + (gsize) i * CVR_SPREAD_BINS);
    }
  /* Translators: which epoch a histogram is of. */
  first = g_strdup_printf (_("epoch %u"), self->epochs[0]);
  last = g_strdup_printf (_("epoch %u"), self->epochs[self->n - 1]);
  ridges = (CvrRidges){ .counts = counts,
                        .n = self->n,
                        .n_bins = n_bins,
                        .chosen = (gint) chosen (self),
                        .low = cvr_spread_edge (&shown[0], from),
                        .high = cvr_spread_edge (&shown[0],
                                                 MIN (from + n_bins * joined, CVR_SPREAD_BINS)),
                        .first = first,
                        .last = last };
  cairo_translate (cr, 0, theme->text_size * 1.7);
  cvr_paint_ridges (cr, width, height - theme->text_size * 1.7, &ridges, theme);
}

static void
describe (CvrRidgeView *self)
{
  const CvrSpread *shown = self->shows_values ? self->values : self->weights;
  g_autofree char *text = NULL;

  cvr_canvas_set_label (CVR_CANVAS (self), self->shows_values ? _("Activations over the epochs")
                                                              : _("Weights over the epochs"));
  if (self->n > 0)
    /* Translators: how values are spread after a stored epoch. */
    text = g_strdup_printf (_("After epoch %u: mean %.3g, deviation %.3g."),
                            self->epochs[chosen (self)], cvr_spread_mean (&shown[chosen (self)]),
                            cvr_spread_deviation (&shown[chosen (self)]));
  cvr_canvas_set_description (CVR_CANVAS (self), text != NULL ? text : self->empty);
}

static void
pressed_cb (CvrRidgeView *self)
{
  self->shows_values = !self->shows_values;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
change_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   data)
{
  pressed_cb (CVR_RIDGE_VIEW (widget));

  return GDK_EVENT_STOP;
}

static void
cvr_ridge_view_finalize (GObject *object)
{
  clear (CVR_RIDGE_VIEW (object));
  g_free (CVR_RIDGE_VIEW (object)->empty);

  G_OBJECT_CLASS (cvr_ridge_view_parent_class)->finalize (object);
}

static void
cvr_ridge_view_class_init (CvrRidgeViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_ridge_view_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_ridge_view_draw;
  gtk_widget_class_add_binding (GTK_WIDGET_CLASS (klass), GDK_KEY_space, 0, change_cb, NULL);
}

static void
cvr_ridge_view_init (CvrRidgeView *self)
{
  self->epoch = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               _("Click or press space: weights or activations"));
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
  describe (self);
}

/* @node of @graph at @moment; NULL: its network has another layer there. */
static const CvrLayerFacts *
layer_at (const CvrMoment *moment,
          NnGraph         *graph,
          NnNode           node)
{
  NnGraph *stored = moment->facts->model->graph;

  if ((guint) node >= moment->facts->n_nodes
      || nn_graph_node_kind (stored, node) != nn_graph_node_kind (graph, node)
      || g_strcmp0 (nn_graph_node_name (stored, node), nn_graph_node_name (graph, node)) != 0)
    return NULL;

  return moment->facts->layers[node];
}

void
cvr_ridge_view_set (CvrRidgeView    *self,
                    const CvrMoment *moments,
                    guint            n,
                    NnGraph         *graph,
                    NnNode           node)
{
  g_return_if_fail (CVR_IS_RIDGE_VIEW (self));

  clear (self);
  self->epochs = g_new0 (guint, MAX (n, 1));
  self->weights = g_new0 (CvrSpread, MAX (n, 1));
  self->values = g_new0 (CvrSpread, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      const CvrLayerFacts *layer = layer_at (&moments[i], graph, node);

      if (layer == NULL)
        continue;
      self->epochs[self->n] = moments[i].epoch;
      self->weights[self->n] = layer->weights;
      self->values[self->n++] = layer->values;
    }
  align (self->weights, self->n);
  align (self->values, self->n);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_ridge_view_set_epoch (CvrRidgeView *self,
                          gint          epoch)
{
  g_return_if_fail (CVR_IS_RIDGE_VIEW (self));

  self->epoch = epoch;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_ridge_view_set_empty (CvrRidgeView *self,
                          const char   *why)
{
  g_return_if_fail (CVR_IS_RIDGE_VIEW (self));

  if (g_strcmp0 (self->empty, why) == 0)
    return;
  g_free (self->empty);
  self->empty = g_strdup (why);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
