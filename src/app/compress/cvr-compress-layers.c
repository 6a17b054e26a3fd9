/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A slider for each layer, with what that layer can lose drawn beside it. */
#include "cvr-compress-layers.h"

#include "cvr-canvas.h"
#include "cvr-layer-name.h"
#include "cvr-paint-compress.h"
#include "cvr-past-wheel.h"
#include "cvr-tooltip.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* px; with more rows the list scrolls */
enum { MOST_ROWS = 6, MOST_HEIGHT = 270, CURVE_WIDTH = 84, CURVE_HEIGHT = 30 };

/* One layer, or several that are tied. Owned by its row. */
typedef struct
{
  CvrCompressLayers *owner;
  GtkAdjustment     *share;   /* per cent */
  GtkLabel          *value;
  CvrCanvas         *curve;
  GArray            *points;  /* of CvrSensitivityPoint, by rising share */
} Layer;

struct _CvrCompressLayers
{
  AdwBin parent_instance;

  GtkScrolledWindow *scrolled;
  GtkListBox        *list;
  GtkButton         *measure;
  GPtrArray         *layers;  /* of Layer */
  CvrModel          *model;   /* only compared */
  NnPruneKind        kind;
  gboolean           updating;
};

G_DEFINE_FINAL_TYPE (CvrCompressLayers, cvr_compress_layers, ADW_TYPE_BIN)

enum { CHANGED, MEASURE, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
layer_free (gpointer data)
{
  Layer *layer = data;

  g_array_unref (layer->points);
  g_free (layer);
}

static void
draw_curve_cb (cairo_t        *cr,
               double          width,
               double          height,
               const CvrTheme *theme,
               gpointer        data)
{
  Layer *layer = data;

  cvr_paint_sensitivity (cr, width, height,
                         (const CvrSensitivityPoint *) (gpointer) layer->points->data,
                         layer->points->len, gtk_adjustment_get_value (layer->share) / 100, theme);
}

static void
show_share (Layer *layer)
{
  g_autofree char *text = cvr_words_percent (gtk_adjustment_get_value (layer->share) / 100, 1);

  gtk_label_set_text (layer->value, text);
  gtk_widget_queue_draw (GTK_WIDGET (layer->curve));
}

static void
moved_cb (Layer *layer)
{
  show_share (layer);
  if (!layer->owner->updating)
    g_signal_emit (layer->owner, signals[CHANGED], 0);
}

static GtkWidget *
make_title (CvrModel           *model,
            const NnPruneLayer *what,
            char              **name)
{
  g_autofree char *first = cvr_layer_dup_short_name (model->graph, what->node);
  GtkWidget *title = gtk_label_new (NULL);

  if (what->n_layers > 1)
    /* Translators: a layer and how many others lose the same filters with it: "conv1 + 2". */
    *name = g_strdup_printf (_("%s + %u"), first, what->n_layers - 1);
  else
    *name = g_strdup (first);
  gtk_label_set_text (GTK_LABEL (title), *name);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (title), 12);
  gtk_label_set_max_width_chars (GTK_LABEL (title), 12);
  if (what->n_layers > 1)
    gtk_widget_set_tooltip_text (title,
                                 _("Additions tie these layers: their filters leave together."));
  else
    gtk_widget_set_tooltip_text (title, first);

  return title;
}

static GtkWidget *
make_scale (Layer      *layer,
            const char *name)
{
  GtkWidget *scale;

  layer->share = gtk_adjustment_new (0, 0, 95, 1, 10, 0);
  scale = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, layer->share);
  gtk_widget_set_hexpand (scale, TRUE);
  gtk_widget_set_size_request (scale, 96, -1);
  cvr_past_wheel (GTK_RANGE (scale));
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (layer->share, "value-changed", G_CALLBACK (moved_cb), layer);

  return scale;
}

static void
add_layer (CvrCompressLayers  *self,
           CvrModel           *model,
           const NnPruneLayer *what)
{
  Layer *layer = g_new0 (Layer, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_autofree char *name = NULL;
  g_autofree char *label = NULL;

  layer->owner = self;
  layer->points = g_array_new (FALSE, FALSE, sizeof (CvrSensitivityPoint));
  layer->value = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_width_chars (layer->value, 5);
  gtk_label_set_xalign (layer->value, 1);
  gtk_widget_add_css_class (GTK_WIDGET (layer->value), "numeric");
  layer->curve = g_object_new (CVR_TYPE_CANVAS, NULL);
  cvr_canvas_set_min_size (layer->curve, CURVE_WIDTH, CURVE_HEIGHT);

  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 2);
  gtk_widget_set_margin_bottom (box, 2);
  gtk_box_append (GTK_BOX (box), make_title (model, what, &name));
  gtk_box_append (GTK_BOX (box), make_scale (layer, name));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (layer->value));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (layer->curve));
  cvr_canvas_set_draw (layer->curve, draw_curve_cb, layer, NULL);
  label = g_strdup_printf (_("Sensitivity of %s"), name);
  cvr_canvas_set_label (layer->curve, label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (layer->curve),
                               _("Right answers when a share of this layer alone is gone"));

  gtk_list_box_append (self->list, box);
  gtk_list_box_row_set_activatable (
    GTK_LIST_BOX_ROW (gtk_widget_get_parent (box)), FALSE);
  gtk_widget_set_focusable (gtk_widget_get_parent (box), FALSE);
  g_ptr_array_add (self->layers, layer);
  show_share (layer);
}

static void
measure_cb (CvrCompressLayers *self)
{
  g_signal_emit (self, signals[MEASURE], 0);
}

static void
forget (CvrCompressLayers *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  g_ptr_array_set_size (self->layers, 0);
}

static void
cvr_compress_layers_dispose (GObject *object)
{
  CvrCompressLayers *self = CVR_COMPRESS_LAYERS (object);

  if (self->list != NULL)
    forget (self);
  self->list = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_compress_layers_parent_class)->dispose (object);
}

static void
cvr_compress_layers_finalize (GObject *object)
{
  g_ptr_array_unref (CVR_COMPRESS_LAYERS (object)->layers);

  G_OBJECT_CLASS (cvr_compress_layers_parent_class)->finalize (object);
}

static void
cvr_compress_layers_class_init (CvrCompressLayersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_compress_layers_dispose;
  G_OBJECT_CLASS (klass)->finalize = cvr_compress_layers_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MEASURE] = g_signal_new ("measure", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_compress_layers_init (CvrCompressLayers *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->layers = g_ptr_array_new_with_free_func (layer_free);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Layers"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  self->scrolled = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_policy (self->scrolled, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (self->scrolled, GTK_WIDGET (self->list));
  self->measure = GTK_BUTTON (gtk_button_new_with_mnemonic (""));
  gtk_widget_set_halign (GTK_WIDGET (self->measure), GTK_ALIGN_START);
  g_signal_connect_swapped (self->measure, "clicked", G_CALLBACK (measure_cb), self);
  cvr_compress_layers_set_study (self, 0, 0, NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->scrolled));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->measure));
  adw_bin_set_child (ADW_BIN (self), box);
}

void
cvr_compress_layers_set_model (CvrCompressLayers *self,
                               CvrModel          *model,
                               NnPruneKind        kind)
{
  g_autoptr (GArray) layers = NULL;

  g_return_if_fail (CVR_IS_COMPRESS_LAYERS (self));

  if (self->model == model && self->kind == kind)
    return;
  self->model = model;
  self->kind = kind;
  forget (self);
  if (model != NULL)
    layers = nn_prune_layers (model->graph, model->params, kind, NULL);
  for (guint i = 0; layers != NULL && i < MIN (layers->len, CVR_COMPRESS_MAX_LAYERS); i++)
    add_layer (self, model, &g_array_index (layers, NnPruneLayer, i));
  gtk_scrolled_window_set_policy (self->scrolled, GTK_POLICY_NEVER,
                                  self->layers->len > MOST_ROWS ? GTK_POLICY_AUTOMATIC
                                                                : GTK_POLICY_NEVER);
  gtk_scrolled_window_set_min_content_height (self->scrolled,
                                              self->layers->len > MOST_ROWS ? MOST_HEIGHT : -1);
}

void
cvr_compress_layers_set_shares (CvrCompressLayers *self,
                                const guint8      *shares)
{
  g_return_if_fail (CVR_IS_COMPRESS_LAYERS (self));

  self->updating = TRUE;
  for (guint i = 0; i < self->layers->len; i++)
    gtk_adjustment_set_value (((Layer *) self->layers->pdata[i])->share, shares[i]);
  self->updating = FALSE;
}

void
cvr_compress_layers_get_shares (CvrCompressLayers *self,
                                guint8            *shares)
{
  g_return_if_fail (CVR_IS_COMPRESS_LAYERS (self));

  for (guint i = 0; i < CVR_COMPRESS_MAX_LAYERS; i++)
    shares[i] = i < self->layers->len
                  ? (guint8) lround (
                      gtk_adjustment_get_value (((Layer *) self->layers->pdata[i])->share))
                  : 0;
}

void
cvr_compress_layers_add_sensitivity (CvrCompressLayers *self,
                                     NnPruneKind        kind,
                                     guint              layer,
                                     double             share,
                                     double             accuracy)
{
  CvrSensitivityPoint point = { share, accuracy };
  Layer *one;
  guint at = 0;

  g_return_if_fail (CVR_IS_COMPRESS_LAYERS (self));

  if (kind != self->kind || layer >= self->layers->len)
    return;
  one = self->layers->pdata[layer];
  while (at < one->points->len &&
         g_array_index (one->points, CvrSensitivityPoint, at).share < share)
    at++;
  if (at < one->points->len && g_array_index (one->points, CvrSensitivityPoint, at).share == share)
    g_array_index (one->points, CvrSensitivityPoint, at) = point;
  else
    g_array_insert_val (one->points, at, point);
  gtk_widget_queue_draw (GTK_WIDGET (one->curve));
}

void
cvr_compress_layers_set_study (CvrCompressLayers *self,
                               guint              n_done,
                               guint              n,
                               const char        *why_not)
{
  g_autofree char *label = NULL;

  g_return_if_fail (CVR_IS_COMPRESS_LAYERS (self));

  label = n > 0 ? g_strdup_printf (_("_Stop measuring (%u of %u)"), n_done, n)
                : g_strdup (_("Measure what each layer can _lose"));
  if (g_strcmp0 (gtk_button_get_label (self->measure), label) != 0)
    gtk_button_set_label (self->measure, label);
  gtk_widget_set_sensitive (GTK_WIDGET (self->measure), n > 0 || why_not == NULL);
  cvr_tooltip_set (GTK_WIDGET (self->measure),
                   n == 0 && why_not != NULL
                     ? why_not
                     : _("Prunes one layer at a time and looks at validation pictures: the "
                         "curve beside each slider"));
}

guint
cvr_compress_layers_n_layers (CvrCompressLayers *self)
{
  g_return_val_if_fail (CVR_IS_COMPRESS_LAYERS (self), 0);

  return self->layers->len;
}
