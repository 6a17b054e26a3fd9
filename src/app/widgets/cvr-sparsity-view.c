/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accuracy against the pruned share, filling in as compressions are tried. */
#include "cvr-sparsity-view.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  CvrCompressSpec spec;
  double          accuracy;
} Tried;

struct _CvrSparsityView
{
  CvrCanvas parent_instance;

  GArray         *tried;  /* of Tried, by rising amount */
  CvrCompressSpec shown;
  gboolean        marked; /* at shown */
};

G_DEFINE_FINAL_TYPE (CvrSparsityView, cvr_sparsity_view, CVR_TYPE_CANVAS)

/* Whether they differ only in how much is pruned, and in whether the network learned on. */
static gboolean
same_kind (const CvrCompressSpec *a,
           const CvrCompressSpec *b)
{
  return a->prune.kind == b->prune.kind && a->prune.scope == b->prune.scope && a->bits == b->bits
         && a->per_channel == b->per_channel;
}

/* One of the two curves that are shown, in per cent of the share; (transfer full) (element-type
 * CvrCurvePoint) */
static GArray *
dup_points (CvrSparsityView *self,
            gboolean         learned)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (CvrCurvePoint));

  for (guint i = 0; i < self->tried->len; i++)
    {
      const Tried *tried = &g_array_index (self->tried, Tried, i);
      CvrCurvePoint point = { 100 * tried->spec.prune.amount, tried->accuracy, tried->accuracy,
                              tried->accuracy };
      /* Nothing pruned, nothing to learn again: both curves begin there. */
      gboolean belongs = tried->spec.prune.amount <= 0 || (tried->spec.epochs > 0) == learned;

      if (belongs && same_kind (&tried->spec, &self->shown))
        g_array_append_val (points, point);
    }

  return points;
}

static void
cvr_sparsity_view_draw (CvrCanvas      *canvas,
                        cairo_t        *cr,
                        double          width,
                        double          height,
                        const CvrTheme *theme)
{
  CvrSparsityView *self = CVR_SPARSITY_VIEW (canvas);
  g_autoptr (GArray) cut = dup_points (self, FALSE);
  g_autoptr (GArray) learned = dup_points (self, TRUE);
  /* The figures are of validation pictures: the ones that count have their colour. */
  const CvrCurve curves[] = {
    { .points = (const CvrCurvePoint *) (gpointer) cut->data, .n_points = cut->len,
      .colour = theme->dim, .dots = TRUE, .label = _("only pruned") },
    { .points = (const CvrCurvePoint *) (gpointer) learned->data, .n_points = learned->len,
      .colour = theme->validation, .dots = TRUE, .label = _("learned on") },
  };
  const CvrChart chart = { .curves = curves, .n_curves = G_N_ELEMENTS (curves), .x_max = 100,
                           .y_min = 0, .y_max = 1, .percent = TRUE,
                           .mark_x = self->marked ? 100 * self->shown.prune.amount : NAN,
                           .x_label = _("Pruned (%)"), .hover_x = NAN };

  cvr_paint_chart (cr, width, height, &chart, theme);
}

static void
cvr_sparsity_view_finalize (GObject *object)
{
  CvrSparsityView *self = CVR_SPARSITY_VIEW (object);

  g_array_unref (self->tried);

  G_OBJECT_CLASS (cvr_sparsity_view_parent_class)->finalize (object);
}

static void
cvr_sparsity_view_class_init (CvrSparsityViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_sparsity_view_finalize;
  CVR_CANVAS_CLASS (klass)->draw = cvr_sparsity_view_draw;
}

static void
cvr_sparsity_view_init (CvrSparsityView *self)
{
  self->tried = g_array_new (FALSE, FALSE, sizeof (Tried));
  cvr_canvas_set_label (CVR_CANVAS (self), _("Accuracy against the pruned share"));
}

static void
remember (CvrSparsityView *self,
          const Tried     *tried)
{
  guint at = 0;

  /* A closer look at the same share takes its place. */
  for (guint i = 0; i < self->tried->len; i++)
    {
      const Tried *known = &g_array_index (self->tried, Tried, i);

      if (same_kind (&known->spec, &tried->spec) && known->spec.epochs == tried->spec.epochs
          && fabs (known->spec.prune.amount - tried->spec.prune.amount) < 1e-6)
        g_array_remove_index (self->tried, i--);
    }
  while (at < self->tried->len
         && g_array_index (self->tried, Tried, at).spec.prune.amount < tried->spec.prune.amount)
    at++;
  g_array_insert_val (self->tried, at, *tried);
}

void
cvr_sparsity_view_add (CvrSparsityView *self,
                       CvrCompressed   *result)
{
  Tried tried = { .spec = result->spec, .accuracy = result->after.accuracy };
  g_autofree char *share = NULL;
  g_autofree char *right = NULL;
  g_autofree char *description = NULL;

  g_return_if_fail (CVR_IS_SPARSITY_VIEW (self));

  if (result->after.n == 0)
    return;
  remember (self, &tried);
  self->shown = result->spec;
  self->marked = TRUE;
  right = cvr_words_percent (result->after.accuracy, result->after.n);
  share = cvr_words_percent (result->spec.prune.amount, 1);
  /* Translators: two percentages: how much is pruned, and how many answers are right then. */
  description = g_strdup_printf (_("%s pruned: %s right"), share, right);
  cvr_canvas_set_description (CVR_CANVAS (self), description);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cvr_sparsity_view_clear (CvrSparsityView *self)
{
  g_return_if_fail (CVR_IS_SPARSITY_VIEW (self));

  g_array_set_size (self->tried, 0);
  self->marked = FALSE;
  cvr_canvas_set_description (CVR_CANVAS (self), NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
cvr_sparsity_view_n_points (CvrSparsityView *self,
                            gboolean         learned)
{
  g_autoptr (GArray) points = NULL;

  g_return_val_if_fail (CVR_IS_SPARSITY_VIEW (self), 0);

  points = dup_points (self, learned);

  return points->len;
}
