/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One training of the notebook with all its figures, or several side by side. */
#include "cvr-compare-view.h"

#include "cvr-compare-table.h"
#include "cvr-overlay-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrCompareView
{
  AdwBin parent_instance;

  CvrOverlayView  *overlay;
  GtkToggleButton *accuracy, *loss;
  GtkGrid         *table;

  CvrProject      *project;
  GPtrArray       *cards;   /* of CvrRunCard */
  GHashTable      *rows;    /* number of a card → GArray of CvrEpochRow, exact */
  GHashTable      *asked;   /* numbers of cards that are being read */
};

G_DEFINE_FINAL_TYPE (CvrCompareView, cvr_compare_view, ADW_TYPE_BIN)

/* One curve of a card: a value an epoch. */
typedef struct
{
  GArray *x, *values; /* of double */
} Curve;

static void
curve_clear (gpointer data)
{
  g_array_unref (((Curve *) data)->x);
  g_array_unref (((Curve *) data)->values);
}

static void
curve_add (Curve *self,
           double x,
           double value)
{
  g_array_append_val (self->x, x);
  g_array_append_val (self->values, value);
}

static double
value_of (const CvrEpochRow *row,
          gboolean           loss,
          gboolean           unseen)
{
  if (loss)
    return unseen ? row->val_loss : row->loss;

  return unseen ? row->val_accuracy : row->accuracy;
}

/* The thumbnail, until every epoch has been read. */
static void
take_thumbnail (Curve              *curve,
                const CvrCardFacts *facts,
                gboolean            loss,
                gboolean            unseen)
{
  const CvrCardCurve *card = loss ? (unseen ? &facts->val_loss : &facts->loss)
                                  : (unseen ? &facts->val_accuracy : &facts->accuracy);
  double last = MAX (facts->report.n_epochs, 1);

  for (guint i = 0; i < card->n; i++)
    curve_add (curve, card->n > 1 ? 1 + i * (last - 1) / (card->n - 1) : last, card->values[i]);
}

static Curve
curve_of (CvrCompareView *self,
          CvrRunCard     *card,
          gboolean        loss,
          gboolean        unseen)
{
  guint64 id = cvr_run_card_get_id (card);
  GArray *rows = g_hash_table_lookup (self->rows, &id);
  Curve curve = { g_array_new (FALSE, FALSE, sizeof (double)),
                  g_array_new (FALSE, FALSE, sizeof (double)) };

  if (rows == NULL)
    take_thumbnail (&curve, cvr_run_card_get_facts (card), loss, unseen);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const CvrEpochRow *row = &g_array_index (rows, CvrEpochRow, i);

      curve_add (&curve, row->epoch, value_of (row, loss, unseen));
    }

  return curve;
}

static gboolean
has_values (const Curve *curve)
{
  for (guint i = 0; i < curve->values->len; i++)
    if (isfinite (g_array_index (curve->values, double, i)))
      return TRUE;

  return FALSE;
}

static gboolean
is_validated (CvrRunCard *card)
{
  return isfinite (cvr_run_card_get_facts (card)->report.val_loss);
}

/* FALSE for networks that predict numbers, which are never simply right. */
static gboolean
counts_right (CvrCompareView *self)
{
  for (guint i = 0; i < self->cards->len; i++)
    {
      const CvrRunReport *report = &cvr_run_card_get_facts (self->cards->pdata[i])->report;

      if (report->n_epochs == 0 || isfinite (report->accuracy) || isfinite (report->val_accuracy))
        return TRUE;
    }

  return self->cards->len == 0;
}

/* What is said in place of curves; nullable: the usual. */
static const char *
empty_label (CvrCompareView *self)
{
  CvrRunCard *first = self->cards->len > 0 ? self->cards->pdata[0] : NULL;

  return first != NULL && cvr_run_card_get_facts (first)->kind == CVR_CARD_VARIANT
           ? _("Made of a trained network: it has no curves of its own")
           : NULL;
}

/* Learning and unseen of one; of several only the unseen, which is what counts. */
static void
update_overlay (CvrCompareView *self)
{
  gboolean loss = gtk_toggle_button_get_active (self->loss) || !counts_right (self);
  gboolean alone = self->cards->len == 1;
  g_autoptr (GArray) curves = g_array_new (FALSE, FALSE, sizeof (Curve));
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (CvrOverlayLine));

  g_array_set_clear_func (curves, curve_clear);
  for (guint i = 0; i < self->cards->len; i++)
    for (guint unseen = 0; unseen < 2; unseen++)
      {
        Curve curve = curve_of (self, self->cards->pdata[i], loss, unseen == 1);
        CvrOverlayLine line = { .name = cvr_run_card_get_name (self->cards->pdata[i]),
                                .x = (const double *) (gpointer) curve.x->data,
                                .values = (const double *) (gpointer) curve.values->data,
                                .n = curve.x->len,
                                .paint = (gint) i };

        g_array_append_val (curves, curve);
        if (!has_values (&curve))
          continue;
        /* What is not validated is known by what it learnt from. */
        if (alone)
          {
            line.name = unseen ? _("unseen pictures") : _("learning");
            line.paint = unseen ? CVR_OVERLAY_UNSEEN : CVR_OVERLAY_LEARNING;
          }
        else if (!unseen && is_validated (self->cards->pdata[i]))
          continue;
        g_array_append_val (lines, line);
      }
  g_object_set (self->overlay, "empty-label", empty_label (self), NULL);
  cvr_overlay_view_set (self->overlay, (const CvrOverlayLine *) (gpointer) lines->data, lines->len,
                        CVR_OVERLAY_EPOCHS, 1, !loss,
                        loss ? _("Loss: how wrong it is") : _("Accuracy: how often it is right"));
}

/* Exact curves */

static const char id_key[] = "compare-view-card";

static void
history_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  CvrCompareView *self = data;
  const guint64 *id = g_object_get_data (G_OBJECT (job), id_key);
  g_autoptr (CvrHistory) history = result;
  const CvrEpochRow *rows;
  GArray *copy;
  guint n;

  g_hash_table_remove (self->asked, id);
  if (history == NULL)
    return;
  rows = cvr_history_epochs (history, &n);
  copy = g_array_new (FALSE, FALSE, sizeof (CvrEpochRow));
  g_array_append_vals (copy, rows, n);
  g_hash_table_insert (self->rows, g_memdup2 (id, sizeof *id), copy);
  update_overlay (self);
}

static void
read_history (CvrCompareView *self,
              CvrRunCard     *card)
{
  const CvrCardFacts *facts = cvr_run_card_get_facts (card);
  guint64 id = cvr_run_card_get_id (card);
  CvrJob *job;

  /* A short run is all in its thumbnail; one that runs moves on. */
  if (facts->kind != CVR_CARD_RUN || facts->state == CVR_CARD_RUNNING
      || facts->report.n_epochs <= CVR_CARD_POINTS || g_hash_table_contains (self->rows, &id)
      || g_hash_table_contains (self->asked, &id))
    return;
  g_hash_table_add (self->asked, g_memdup2 (&id, sizeof id));
  job = cvr_notebook_read_history (cvr_project_get_notebook (self->project), id, G_OBJECT (self),
                                   history_cb, self);
  g_object_set_data_full (G_OBJECT (job), id_key, g_memdup2 (&id, sizeof id), g_free);
}

/* What can be looked at. */
static void
update_choice (CvrCompareView *self)
{
  gboolean right = counts_right (self);

  gtk_widget_set_visible (GTK_WIDGET (self->accuracy), right);
  gtk_widget_set_visible (GTK_WIDGET (self->loss), right);
}

static void
what_cb (CvrCompareView *self)
{
  update_overlay (self);
}

static void
cvr_compare_view_dispose (GObject *object)
{
  CvrCompareView *self = CVR_COMPARE_VIEW (object);

  g_clear_object (&self->project);
  g_clear_pointer (&self->cards, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->asked, g_hash_table_unref);

  G_OBJECT_CLASS (cvr_compare_view_parent_class)->dispose (object);
}

static void
cvr_compare_view_class_init (CvrCompareViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_OVERLAY_VIEW);
  G_OBJECT_CLASS (klass)->dispose = cvr_compare_view_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-compare-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrCompareView, overlay);
  gtk_widget_class_bind_template_child (widget_class, CvrCompareView, accuracy);
  gtk_widget_class_bind_template_child (widget_class, CvrCompareView, loss);
  gtk_widget_class_bind_template_child (widget_class, CvrCompareView, table);
  gtk_widget_class_bind_template_callback (widget_class, what_cb);
}

static void
cvr_compare_view_init (CvrCompareView *self)
{
  self->cards = g_ptr_array_new_with_free_func (g_object_unref);
  self->rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                      (GDestroyNotify) g_array_unref);
  self->asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
cvr_compare_view_set_project (CvrCompareView *self,
                              CvrProject     *project)
{
  g_return_if_fail (CVR_IS_COMPARE_VIEW (self));

  if (self->project == project)
    return;
  g_set_object (&self->project, project);
  g_ptr_array_set_size (self->cards, 0);
  g_hash_table_remove_all (self->rows);
  g_hash_table_remove_all (self->asked);
}

void
cvr_compare_view_set_cards (CvrCompareView *self,
                            GPtrArray      *cards)
{
  g_return_if_fail (CVR_IS_COMPARE_VIEW (self));

  g_ptr_array_set_size (self->cards, 0);
  for (guint i = 0; i < cards->len; i++)
    {
      g_ptr_array_add (self->cards, g_object_ref (cards->pdata[i]));
      read_history (self, cards->pdata[i]);
    }
  cvr_compare_table_fill (self->table, self->cards);
  update_choice (self);
  update_overlay (self);
}
