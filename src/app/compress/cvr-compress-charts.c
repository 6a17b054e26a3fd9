/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of the compression. */
#include "cvr-compress-charts.h"

#include "cvr-bits-view.h"
#include "cvr-canvas.h"
#include "cvr-flow.h"
#include "cvr-sparsity-view.h"
#include "cvr-tooltip.h"
#include "cvr-variants-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _CvrCompressCharts
{
  AdwBin parent_instance;

  GtkLabel        *histogram_title, *progress;
  GtkButton       *fill, *stop;
  CvrCanvas       *histogram;
  CvrSparsityView *sparsity;
  CvrBitsView     *bits;
  CvrVariantsView *variants;
  GtkDropDown     *cost;

  CvrTriedSet   *tried;
  GListModel    *notebook; /* NULL: none */
  CvrCompressed *result; /* NULL: none yet */
};

G_DEFINE_FINAL_TYPE (CvrCompressCharts, cvr_compress_charts, ADW_TYPE_BIN)

enum { FILL, STOP, CHOSEN, KEPT_CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
histogram_draw_cb (cairo_t        *cr,
                   double          width,
                   double          height,
                   const CvrTheme *theme,
                   gpointer        data)
{
  CvrCompressCharts *self = data;
  const CvrCompressed *result = self->result;
  gboolean filters = result != NULL && result->spec.prune.kind == NN_PRUNE_FILTERS;
  CvrHistogram histogram;

  if (result == NULL)
    return;
  histogram = (CvrHistogram) {
    result->sizes.counts, CVR_SIZE_BINS, result->sizes.high, result->threshold,
    result->pruned,
    filters ? _("Size against the mean of its layer") : _("Size of the weight"),
    /* Translators: beside the threshold line in the histogram; %s is "62 %". */
    filters ? _("%s go") : _("%s become zero")
  };
  cvr_paint_histogram (cr, width, height, &histogram, theme);
}

static void
fill_cb (CvrCompressCharts *self)
{
  g_signal_emit (self, signals[FILL], 0);
}

static void
stop_cb (CvrCompressCharts *self)
{
  g_signal_emit (self, signals[STOP], 0);
}

/* The present sliders, but for one thing. */
static CvrCompressSpec
present (CvrCompressCharts *self)
{
  CvrCompressSpec spec = self->result != NULL ? self->result->spec : cvr_compress_spec_default ();

  spec.epochs = 0;

  return spec;
}

/* Where each layer has its own share, which layers shall lose how much is known of what was measured
 * only. */
static void
take_nearest (CvrCompressCharts *self,
              double             share,
              CvrCompressSpec   *spec)
{
  g_autoptr (GArray) points = cvr_tried_set_by_amount (self->tried, spec, FALSE);
  const CvrTried *nearest = NULL;

  for (guint i = 0; i < points->len; i++)
    {
      const CvrTried *point = &g_array_index (points, CvrTried, i);

      if (nearest == NULL ||
          fabs (cvr_tried_share (point) - share) < fabs (cvr_tried_share (nearest) - share))
        nearest = point;
    }
  if (nearest == NULL)
    return;
  memcpy (spec->layers, nearest->spec.layers, sizeof spec->layers);
}

static void
share_cb (CvrCompressCharts *self,
          double             share)
{
  CvrCompressSpec spec = present (self);

  if (spec.prune.scope == NN_PRUNE_EACH)
    take_nearest (self, share, &spec);
  else
    spec.prune.amount = CLAMP (round (share * 100) / 100, 0, 0.95);
  g_signal_emit (self, signals[CHOSEN], 0, &spec);
}

static void
step_cb (CvrCompressCharts *self,
         guint              step)
{
  CvrCompressSpec spec = present (self);

  spec.bits = cvr_bit_steps[step];
  g_signal_emit (self, signals[CHOSEN], 0, &spec);
}

static void
variant_cb (CvrCompressCharts *self,
            gpointer           spec)
{
  g_signal_emit (self, signals[CHOSEN], 0, spec);
}

static void
kept_cb (CvrCompressCharts *self,
         guint64            id)
{
  g_signal_emit (self, signals[KEPT_CHOSEN], 0, id);
}

static void
cost_cb (CvrCompressCharts *self)
{
  cvr_variants_view_set_cost (self->variants,
                              (CvrVariantCost) gtk_drop_down_get_selected (self->cost));
}

static void
show_curves (CvrCompressCharts *self)
{
  cvr_sparsity_view_show (self->sparsity, self->tried, self->result);
  cvr_bits_view_show (self->bits, self->tried, self->result);
  cvr_variants_view_show (self->variants, self->tried,
                          self->result != NULL ? &self->result->spec : NULL);
}

static void
show_histogram (CvrCompressCharts *self)
{
  gboolean filters = self->result != NULL && self->result->spec.prune.kind == NN_PRUNE_FILTERS;
  const char *title = filters ? _("Size of the filters")
                              : _("Size of the weights");

  gtk_label_set_text (self->histogram_title, title);
  cvr_canvas_set_label (self->histogram, title);
  gtk_widget_queue_draw (GTK_WIDGET (self->histogram));
}

static void
notebook_changed_cb (CvrCompressCharts *self)
{
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (CvrKeptVariant));

  for (guint i = 0; self->notebook != NULL && i < g_list_model_get_n_items (self->notebook); i++)
    {
      g_autoptr (CvrRunCard) card = g_list_model_get_item (self->notebook, i);
      const CvrCardFacts *facts = cvr_run_card_get_facts (card);
      CvrKeptVariant variant = { cvr_run_card_get_id (card), (char *) cvr_run_card_get_name (card),
                                 facts->report.val_accuracy, (double) facts->bytes, facts->ms };

      if (facts->kind == CVR_CARD_VARIANT)
        g_array_append_val (kept, variant);
    }
  cvr_variants_view_set_kept (self->variants, kept);
}

static void
cvr_compress_charts_dispose (GObject *object)
{
  CvrCompressCharts *self = CVR_COMPRESS_CHARTS (object);

  cvr_compress_charts_set_notebook (self, NULL);
  if (self->histogram != NULL)
    cvr_canvas_set_draw (self->histogram, NULL, NULL, NULL);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->result, cvr_compressed_unref);

  G_OBJECT_CLASS (cvr_compress_charts_parent_class)->dispose (object);
}

static void
cvr_compress_charts_finalize (GObject *object)
{
  cvr_tried_set_free (CVR_COMPRESS_CHARTS (object)->tried);

  G_OBJECT_CLASS (cvr_compress_charts_parent_class)->finalize (object);
}

static void
make_signals (GType type)
{
  signals[FILL] =
    g_signal_new ("fill", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STOP] =
    g_signal_new ("stop", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHOSEN] = g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[KEPT_CHOSEN] = g_signal_new ("kept-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_UINT64);
}

static void
cvr_compress_charts_class_init (CvrCompressChartsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_compress_charts_dispose;
  G_OBJECT_CLASS (klass)->finalize = cvr_compress_charts_finalize;
  g_type_ensure (CVR_TYPE_CANVAS);
  g_type_ensure (CVR_TYPE_SPARSITY_VIEW);
  g_type_ensure (CVR_TYPE_BITS_VIEW);
  g_type_ensure (CVR_TYPE_FLOW);
  g_type_ensure (CVR_TYPE_VARIANTS_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-compress-charts.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrCompressCharts, histogram_title);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressCharts, progress);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressCharts, fill);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressCharts, stop);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressCharts, histogram);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressCharts, sparsity);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressCharts, bits);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressCharts, variants);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressCharts, cost);
  gtk_widget_class_bind_template_callback (widget_class, fill_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, share_cb);
  gtk_widget_class_bind_template_callback (widget_class, step_cb);
  gtk_widget_class_bind_template_callback (widget_class, variant_cb);
  gtk_widget_class_bind_template_callback (widget_class, kept_cb);
  gtk_widget_class_bind_template_callback (widget_class, cost_cb);
  make_signals (G_TYPE_FROM_CLASS (klass));
}

static void
cvr_compress_charts_init (CvrCompressCharts *self)
{
  self->tried = cvr_tried_set_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_canvas_set_draw (self->histogram, histogram_draw_cb, self, NULL);
  show_histogram (self);
}

void
cvr_compress_charts_clear (CvrCompressCharts *self)
{
  g_return_if_fail (CVR_IS_COMPRESS_CHARTS (self));

  cvr_tried_set_clear (self->tried);
  g_clear_pointer (&self->result, cvr_compressed_unref);
  show_histogram (self);
  show_curves (self);
}

void
cvr_compress_charts_show (CvrCompressCharts *self,
                          CvrCompressed     *result)
{
  g_return_if_fail (CVR_IS_COMPRESS_CHARTS (self) && result != NULL);

  if (self->result == result)
    return;
  g_clear_pointer (&self->result, cvr_compressed_unref);
  self->result = cvr_compressed_ref (result);
  /* What stands on a few pictures would scatter the curves. */
  if (cvr_compressed_is_exact (result))
    cvr_tried_set_add (self->tried, result);
  show_histogram (self);
  show_curves (self);
}

void
cvr_compress_charts_add (CvrCompressCharts *self,
                         CvrCompressed     *result)
{
  g_return_if_fail (CVR_IS_COMPRESS_CHARTS (self) && result != NULL);

  if (cvr_tried_set_add (self->tried, result))
    show_curves (self);
}

void
cvr_compress_charts_set_notebook (CvrCompressCharts *self,
                                  CvrNotebook       *notebook)
{
  g_return_if_fail (CVR_IS_COMPRESS_CHARTS (self));

  if (self->notebook == (GListModel *) notebook)
    return;
  if (self->notebook != NULL)
    g_signal_handlers_disconnect_by_data (self->notebook, self);
  g_clear_object (&self->notebook);
  if (notebook == NULL)
    return;
  self->notebook = g_object_ref (G_LIST_MODEL (notebook));
  g_signal_connect_swapped (notebook, "items-changed", G_CALLBACK (notebook_changed_cb), self);
  notebook_changed_cb (self);
}

void
cvr_compress_charts_set_study (CvrCompressCharts *self,
                               guint              n_done,
                               guint              n,
                               const char        *why_not)
{
  g_autofree char *progress = NULL;

  g_return_if_fail (CVR_IS_COMPRESS_CHARTS (self));

  if (n > 0)
    progress = g_strdup_printf (_("%u of %u measured"), n_done, n);
  gtk_label_set_text (self->progress, progress != NULL ? progress : "");
  gtk_widget_set_visible (GTK_WIDGET (self->fill), n == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->stop), n > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->fill), why_not == NULL);
  cvr_tooltip_set (GTK_WIDGET (self->fill),
                   why_not != NULL ? why_not
                                   : _("Measures every tenth of the pruning and every number of "
                                       "bits, while the sliders rest"));
}

guint
cvr_compress_charts_n_tried (CvrCompressCharts *self)
{
  g_return_val_if_fail (CVR_IS_COMPRESS_CHARTS (self), 0);

  return cvr_tried_set_n (self->tried);
}
