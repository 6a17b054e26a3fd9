/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A card of the notebook: curve, name, scores, what differs from the one before. */
#include "cvr-run-tile.h"

#include "cvr-canvas.h"
#include "cvr-words.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrRunTile
{
  AdwBin parent_instance;

  GtkCheckButton *compare;
  CvrCanvas      *curve;
  GtkLabel       *name, *figure, *state, *difference, *note;
  GtkWidget      *present;

  CvrRunCard     *card, *before;
  gint            paint;
  gboolean        updating;
};

G_DEFINE_FINAL_TYPE (CvrRunTile, cvr_run_tile, ADW_TYPE_BIN)

enum { COMPARE_TOGGLED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* The curve from 0 at the foot to @highest; a single value is a dot. */
static void
draw_curve (cairo_t            *cr,
            double              width,
            double              height,
            const CvrCardCurve *curve,
            double              highest,
            CvrRgba             colour)
{
  const double edge = 3;
  gboolean begun = FALSE;

  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha);
  cairo_set_line_width (cr, 1.75);
  for (guint i = 0; i < curve->n; i++)
    {
      double share = curve->n > 1 ? (double) i / (curve->n - 1) : 0.5;
      double x = edge + share * (width - 2 * edge);
      double y = edge + (1 - CLAMP (curve->values[i] / highest, 0, 1)) * (height - 2 * edge);

      if (!isfinite (curve->values[i]))
        continue;
      if (curve->n == 1)
        cairo_arc (cr, x, y, 2.5, 0, 2 * G_PI);
      else if (begun)
        cairo_line_to (cr, x, y);
      else
        cairo_move_to (cr, x, y);
      begun = TRUE;
    }
  cairo_stroke (cr);
}

/* NaN where no value is known. */
static double
highest_of (const CvrCardCurve *curve)
{
  double highest = NAN;

  for (guint i = 0; i < curve->n; i++)
    if (isfinite (curve->values[i]))
      highest = fmax (highest, curve->values[i]);

  return highest;
}

static void
draw_thumbnail (cairo_t        *cr,
                double          width,
                double          height,
                const CvrTheme *theme,
                gpointer        data)
{
  CvrRunTile *self = data;
  const CvrCardFacts *facts;
  double highest = 1;
  gboolean loss;

  if (self->card == NULL)
    return;
  facts = cvr_run_card_get_facts (self->card);
  /* A network that predicts numbers is known by its loss. */
  loss = isnan (highest_of (&facts->accuracy)) && isnan (highest_of (&facts->val_accuracy));
  if (loss)
    highest = fmax (fmax (highest_of (&facts->loss), highest_of (&facts->val_loss)), DBL_MIN);
  cairo_rectangle (cr, 0.5, 0.5, width - 1, height - 1);
  cairo_set_source_rgba (cr, theme->grid.red, theme->grid.green, theme->grid.blue, 1);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  draw_curve (cr, width, height, loss ? &facts->loss : &facts->accuracy, highest, theme->training);
  draw_curve (cr, width, height, loss ? &facts->val_loss : &facts->val_accuracy, highest,
              theme->validation);
}

static char *
dup_figure (const CvrCardFacts *facts)
{
  const CvrRunReport *report = &facts->report;

  if (isfinite (report->val_accuracy))
    return cvr_words_percent (report->val_accuracy, report->n_valid);
  if (isfinite (report->accuracy) && report->n_epochs > 0)
    return cvr_words_percent (report->accuracy, report->n_train);
  if (isfinite (report->val_loss) && report->n_epochs > 0)
    return g_strdup_printf ("%.3g", report->val_loss);

  return g_strdup ("–");
}

/* Of a variant, whose state says what was done, what its figure stands on; else what differs from
 * the run before it. */
static char *
dup_difference (CvrRunTile *self)
{
  const CvrCardFacts *facts = cvr_run_card_get_facts (self->card);
  guint n = facts->report.n_valid;

  if (facts->kind == CVR_CARD_VARIANT)
    return n > 0 ? g_strdup_printf (ngettext ("right, of %'u unseen picture",
                                              "right, of %'u unseen pictures", n), n)
                 : cvr_run_card_dup_state (self->card);
  if (self->before == NULL)
    {
      const char *network = cvr_run_card_get_network (self->card);
      g_autofree char *changes = cvr_run_card_dup_changes (self->card);

      return changes[0] != '\0' ? g_strconcat (network, _("; "), changes, NULL)
                                : g_strdup (network);
    }

  return cvr_run_card_dup_difference (self->card, self->before);
}

static void
set_or_hide (GtkLabel   *label,
             const char *text)
{
  gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && text[0] != '\0');
}

/* The row has the focus: it says what the tile shows. */
static void
name_row (CvrRunTile *self,
          const char *figure,
          const char *state)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *spoken =
    g_strdup_printf ("%s, %s, %s", cvr_run_card_get_name (self->card), figure, state);

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                    -1);
}

static void
update (CvrRunTile *self)
{
  g_autofree char *figure = NULL;
  g_autofree char *state = NULL;
  g_autofree char *difference = NULL;
  const CvrRunReport *report;
  guint epoch;

  if (self->card == NULL)
    return;
  figure = dup_figure (cvr_run_card_get_facts (self->card));
  state = cvr_run_card_dup_state (self->card);
  difference = dup_difference (self);
  gtk_label_set_text (self->name, cvr_run_card_get_name (self->card));
  gtk_label_set_text (self->figure, figure);
  report = &cvr_run_card_get_facts (self->card)->report;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->figure),
                               isfinite (report->accuracy) || isfinite (report->val_accuracy)
                                 ? _("Unseen pictures right")
                                 : _("Loss on unseen pictures"));
  gtk_label_set_text (self->state, state);
  set_or_hide (self->difference, g_str_equal (difference, state) ? ""
                                 : difference[0] != '\0'       ? difference
                                                               : _("The same settings"));
  set_or_hide (self->note, cvr_run_card_get_note (self->card));
  gtk_widget_set_visible (self->present, cvr_run_card_is_present (self->card, &epoch));
  self->updating = TRUE;
  gtk_check_button_set_active (self->compare, self->paint >= 0);
  self->updating = FALSE;
  cvr_canvas_set_description (self->curve, figure);
  name_row (self, figure, state);
  gtk_widget_queue_draw (GTK_WIDGET (self->curve));
}

static void
compare_cb (CvrRunTile *self)
{
  if (!self->updating && self->card != NULL)
    g_signal_emit (self, signals[COMPARE_TOGGLED], 0, gtk_check_button_get_active (self->compare));
}

static void
cvr_run_tile_dispose (GObject *object)
{
  cvr_run_tile_bind (CVR_RUN_TILE (object), NULL, NULL, -1);

  G_OBJECT_CLASS (cvr_run_tile_parent_class)->dispose (object);
}

static void
cvr_run_tile_class_init (CvrRunTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CANVAS);
  G_OBJECT_CLASS (klass)->dispose = cvr_run_tile_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-run-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrRunTile, compare);
  gtk_widget_class_bind_template_child (widget_class, CvrRunTile, curve);
  gtk_widget_class_bind_template_child (widget_class, CvrRunTile, name);
  gtk_widget_class_bind_template_child (widget_class, CvrRunTile, figure);
  gtk_widget_class_bind_template_child (widget_class, CvrRunTile, state);
  gtk_widget_class_bind_template_child (widget_class, CvrRunTile, difference);
  gtk_widget_class_bind_template_child (widget_class, CvrRunTile, note);
  gtk_widget_class_bind_template_child (widget_class, CvrRunTile, present);
  gtk_widget_class_bind_template_callback (widget_class, compare_cb);
  signals[COMPARE_TOGGLED] =
    g_signal_new ("compare-toggled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
cvr_run_tile_init (CvrRunTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->paint = -1;
  cvr_canvas_set_draw (self->curve, draw_thumbnail, self, NULL);
}

void
cvr_run_tile_bind (CvrRunTile *self,
                   CvrRunCard *card,
                   CvrRunCard *before,
                   gint        paint)
{
  g_return_if_fail (CVR_IS_RUN_TILE (self));

  if (self->card != NULL)
    g_signal_handlers_disconnect_by_data (self->card, self);
  g_set_object (&self->card, card);
  g_set_object (&self->before, before);
  self->paint = paint;
  if (card == NULL)
    return;
  g_signal_connect_swapped (card, "changed", G_CALLBACK (update), self);
  update (self);
}

CvrRunCard *
cvr_run_tile_get_card (CvrRunTile *self)
{
  g_return_val_if_fail (CVR_IS_RUN_TILE (self), NULL);

  return self->card;
}
