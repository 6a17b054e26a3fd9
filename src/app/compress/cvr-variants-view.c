/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every compressed network that was tried, as a dot: what it costs against how often it is right. */
#include "cvr-variants-view.h"

#include "cvr-paint-compress.h"
#include "cvr-tooltip.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _CvrVariantsView
{
  CvrCanvas parent_instance;

  CvrTriedSet   *tried;    /* borrowed; NULL: none yet */
  CvrVariantCost cost;
  GArray        *kept;     /* of CvrKeptVariant */
  GArray        *dots;     /* of CvrVariantDot: those of the set in its order, then the kept ones */
  gint           selected, hover;
};

G_DEFINE_FINAL_TYPE (CvrVariantsView, cvr_variants_view, CVR_TYPE_CANVAS)

enum { CHOSEN, KEPT_CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

static char *
dup_bytes (double bytes)
{
  return g_format_size ((guint64) MAX (bytes, 0));
}

static char *
dup_ms (double ms)
{
  return g_strdup_printf ("%.*f ms", ms == 0 ? 0 : ms < 0.1 ? 3 : ms < 10 ? 2 : 1, ms);
}

static CvrVariants
variants_of (CvrVariantsView *self)
{
  static const char *const labels[] = { N_("Size of the file"), N_("Packed weights (estimate)"),
                                        N_("Time for one picture") };

  return (CvrVariants) { (const CvrVariantDot *) (gpointer) self->dots->data, self->dots->len,
                         self->selected, self->hover,
                         self->cost == CVR_COST_TIME ? dup_ms : dup_bytes,
                         _(labels[self->cost]) };
}

static void
cvr_variants_view_draw (CvrCanvas      *canvas,
                        cairo_t        *cr,
                        double          width,
                        double          height,
                        const CvrTheme *theme)
{
  CvrVariants variants = variants_of (CVR_VARIANTS_VIEW (canvas));

  cvr_paint_variants (cr, width, height, &variants, theme);
}

static gint
dot_at (CvrVariantsView *self,
        double           x,
        double           y)
{
  CvrVariants variants = variants_of (self);
  GtkWidget *widget = GTK_WIDGET (self);
  CvrTheme theme = cvr_app_theme (widget);

  if (!isfinite (x))
    return -1;

  return cvr_paint_variants_at (gtk_widget_get_width (widget), gtk_widget_get_height (widget),
                                &variants, &theme, x, y);
}

char *
cvr_variant_dup_words (const CvrCompressSpec *spec,
                       double                 pruned)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;

  if (!cvr_compress_spec_changes (spec))
    g_strv_builder_add (builder, _("the original"));
  if (cvr_compress_spec_prunes (spec))
    {
      g_autofree char *share = cvr_words_percent (
        spec->prune.scope == NN_PRUNE_EACH ? pruned : spec->prune.amount, 1);
      /* Translators: %s is "60 %". */
      g_autofree char *part = g_strdup_printf (spec->prune.kind == NN_PRUNE_FILTERS
                                                 ? _("%s of the filters removed")
                                                 : _("%s of the weights zero"), share);

      g_strv_builder_add (builder, part);
    }
  if (spec->bits != 32)
    {
      g_autofree char *part = g_strdup_printf (ngettext ("%u bit", "%u bits", spec->bits),
                                               spec->bits);

      g_strv_builder_add (builder, part);
    }
  if (spec->epochs > 0)
    g_strv_builder_add (builder, _("fine-tuned"));
  parts = g_strv_builder_end (builder);

  return g_strjoinv (", ", parts);
}

static const CvrKeptVariant *
kept_at (CvrVariantsView *self,
         gint             dot)
{
  guint n_tried = self->tried != NULL ? cvr_tried_set_n (self->tried) : 0;

  return (guint) dot >= n_tried ? &g_array_index (self->kept, CvrKeptVariant, (guint) dot - n_tried)
                                : NULL;
}

/* (transfer full): what the network of a dot is called. */
static char *
dup_name (CvrVariantsView *self,
          gint             dot)
{
  const CvrKeptVariant *kept = kept_at (self, dot);
  const CvrTried *tried;

  if (kept != NULL)
    return g_strdup_printf (_("In the notebook: %s"), kept->name);
  tried = cvr_tried_set_get (self->tried, (guint) dot);

  return cvr_variant_dup_words (&tried->spec, tried->pruned);
}

/* What the pointer or the keys are at, in words. */
static void
set_hover (CvrVariantsView *self,
           gint             hover)
{
  g_autofree char *words = NULL;
  g_autofree char *description = NULL;

  if (self->hover == hover)
    return;
  self->hover = hover;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (hover >= 0)
    {
      const CvrVariantDot *dot = &g_array_index (self->dots, CvrVariantDot, hover);
      g_autofree char *right = cvr_words_percent (dot->accuracy, 0);
      g_autofree char *cost = self->cost == CVR_COST_TIME ? dup_ms (dot->cost)
                                                          : dup_bytes (dot->cost);

      words = dup_name (self, hover);
      description = g_strdup_printf ("%s: %s, %s", words, right, cost);
    }
  cvr_tooltip_set (GTK_WIDGET (self), words);
  cvr_canvas_set_description (CVR_CANVAS (self), description);
}

static void
hover_cb (CvrVariantsView *self,
          double           x,
          double           y)
{
  set_hover (self, dot_at (self, x, y));
}

static void
choose (CvrVariantsView *self,
        gint             dot)
{
  const CvrKeptVariant *kept;
  CvrCompressSpec spec;

  if (dot < 0)
    return;
  kept = kept_at (self, dot);
  if (kept != NULL)
    {
      g_signal_emit (self, signals[KEPT_CHOSEN], 0, kept->id);
      return;
    }
  spec = cvr_tried_set_get (self->tried, (guint) dot)->spec;
  g_signal_emit (self, signals[CHOSEN], 0, &spec);
}

static void
pressed_cb (CvrVariantsView *self,
            double           x,
            double           y,
            int              n_press)
{
  choose (self, dot_at (self, x, y));
}

/* The next dot in the order of the costs. */
static gint
neighbour (CvrVariantsView *self,
           gboolean         forward)
{
  const CvrVariantDot *dots = (const CvrVariantDot *) (gpointer) self->dots->data;
  gint from = self->hover >= 0 ? self->hover : self->selected, best = -1;

  for (gint i = 0; i < (gint) self->dots->len; i++)
    {
      gboolean behind;

      if (i == from || !isfinite (dots[i].cost))
        continue;
      behind = from < 0 || (dots[i].cost == dots[from].cost ? (i > from) == forward
                                                            : (dots[i].cost > dots[from].cost) ==
                                                                forward);
      if (behind && (best < 0 || (dots[i].cost < dots[best].cost) == forward))
        best = i;
    }

  return best;
}

static gboolean
key_cb (CvrVariantsView *self,
        guint            key)
{
  gint next;

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      next = neighbour (self, key == GDK_KEY_Right);
      if (next >= 0)
        set_hover (self, next);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      choose (self, self->hover);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
cvr_variants_view_finalize (GObject *object)
{
  CvrVariantsView *self = CVR_VARIANTS_VIEW (object);

  g_array_unref (self->dots);
  g_array_unref (self->kept);

  G_OBJECT_CLASS (cvr_variants_view_parent_class)->finalize (object);
}

static void
cvr_variants_view_class_init (CvrVariantsViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_variants_view_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_variants_view_draw;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[KEPT_CHOSEN] =
    g_signal_new ("kept-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_UINT64);
}

static void
kept_clear (gpointer kept)
{
  g_free (((CvrKeptVariant *) kept)->name);
}

static void
cvr_variants_view_init (CvrVariantsView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->dots = g_array_new (FALSE, FALSE, sizeof (CvrVariantDot));
  self->kept = g_array_new (FALSE, FALSE, sizeof (CvrKeptVariant));
  g_array_set_clear_func (self->kept, kept_clear);
  self->selected = self->hover = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  cvr_canvas_set_label (CVR_CANVAS (self), _("All networks that were tried"));
  g_signal_connect (self, "hover", G_CALLBACK (hover_cb), NULL);
  g_signal_connect (self, "pressed", G_CALLBACK (pressed_cb), NULL);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
find_best (CvrVariantsView *self)
{
  CvrVariantDot *dots = (CvrVariantDot *) (gpointer) self->dots->data;
  guint n = self->dots->len;
  g_autofree double *costs = g_new (double, MAX (n, 1));
  g_autofree double *accuracies = g_new (double, MAX (n, 1));
  g_autofree gboolean *best = g_new (gboolean, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    {
      costs[i] = dots[i].cost;
      accuracies[i] = dots[i].accuracy;
    }
  cvr_tried_find_best (costs, accuracies, n, best);
  for (guint i = 0; i < n; i++)
    dots[i].best = best[i];
}

static double
cost_of (CvrVariantsView *self,
         const CvrTried  *tried)
{
  switch (self->cost)
    {
    case CVR_COST_BYTES:
      return (double) tried->bytes;
    case CVR_COST_PACKED:
      return (double) tried->packed_bytes;
    default:
      return tried->ms;
    }
}

void
cvr_variants_view_show (CvrVariantsView       *self,
                        CvrTriedSet           *tried,
                        const CvrCompressSpec *present)
{
  g_autoptr (GArray) old = NULL;
  gint selected = self->selected;

  g_return_if_fail (CVR_IS_VARIANTS_VIEW (self));

  old = g_array_copy (self->dots);
  self->tried = tried;
  self->selected = -1;
  g_array_set_size (self->dots, 0);
  for (guint i = 0; i < cvr_tried_set_n (tried); i++)
    {
      const CvrTried *one = cvr_tried_set_get (tried, i);
      CvrVariantDot dot = {
        .cost = cost_of (self, one),
        .accuracy = one->accuracy,
        .shape = !cvr_compress_spec_changes (&one->spec) ? CVR_VARIANT_ORIGINAL
                 : one->spec.epochs > 0                  ? CVR_VARIANT_LEARNED
                                                         : CVR_VARIANT_PLAIN,
      };

      if (present != NULL && cvr_compress_spec_equal (present, &one->spec))
        self->selected = (gint) i;
      g_array_append_val (self->dots, dot);
    }
  for (guint i = 0; i < self->kept->len; i++)
    {
      const CvrKeptVariant *kept = &g_array_index (self->kept, CvrKeptVariant, i);
      CvrVariantDot dot = {
        .cost = self->cost == CVR_COST_BYTES  ? kept->bytes
                : self->cost == CVR_COST_TIME ? kept->ms
                                              : (double) NAN,
        .accuracy = kept->accuracy,
        .shape = CVR_VARIANT_KEPT,
      };

      g_array_append_val (self->dots, dot);
    }
  find_best (self);
  if (self->hover >= (gint) self->dots->len)
    set_hover (self, -1);
  /* A slider that moves changes little here. */
  if (selected != self->selected || old->len != self->dots->len ||
      (old->len > 0 &&
       memcmp (old->data, self->dots->data, old->len * sizeof (CvrVariantDot)) != 0))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_variants_view_set_kept (CvrVariantsView *self,
                            GArray          *kept)
{
  g_return_if_fail (CVR_IS_VARIANTS_VIEW (self));

  g_array_set_size (self->kept, 0);
  for (guint i = 0; i < kept->len; i++)
    {
      CvrKeptVariant copy = g_array_index (kept, CvrKeptVariant, i);

      copy.name = g_strdup (copy.name);
      g_array_append_val (self->kept, copy);
    }
  /* The order of the dots stays as it was up to here: the same cost again. */
  cvr_variants_view_set_cost (self, self->cost);
}

void
cvr_variants_view_set_cost (CvrVariantsView *self,
                            CvrVariantCost   cost)
{
  CvrCompressSpec present;
  gboolean has_present = self->selected >= 0 && self->tried != NULL &&
                         (guint) self->selected < cvr_tried_set_n (self->tried);

  g_return_if_fail (CVR_IS_VARIANTS_VIEW (self));

  self->cost = cost;
  if (self->tried == NULL)
    return;
  if (has_present)
    present = cvr_tried_set_get (self->tried, (guint) self->selected)->spec;
  cvr_variants_view_show (self, self->tried, has_present ? &present : NULL);
}

guint
cvr_variants_view_n_dots (CvrVariantsView *self,
                          guint           *n_best)
{
  g_return_val_if_fail (CVR_IS_VARIANTS_VIEW (self), 0);

  *n_best = 0;
  for (guint i = 0; i < self->dots->len; i++)
    *n_best += g_array_index (self->dots, CvrVariantDot, i).best ? 1 : 0;

  return self->dots->len;
}
