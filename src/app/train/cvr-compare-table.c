/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures and settings of trainings as a table: a column each. */
#include "cvr-compare-table.h"

#include "cvr-settings-rows.h"
#include "cvr-swatch.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What a row shows of a card; (transfer full). */
typedef char *(*DupValue) (CvrRunCard *card, guint field);

/* What is not known. */
static const char nothing[] = "–";

static const CvrRunReport *
report_of (CvrRunCard *card)
{
  return &cvr_run_card_get_facts (card)->report;
}

static char *
dup_valid_accuracy (CvrRunCard *card,
                    guint       field)
{
  return cvr_words_percent (report_of (card)->val_accuracy, report_of (card)->n_valid);
}

static char *
dup_accuracy (CvrRunCard *card,
              guint       field)
{
  return cvr_words_percent (report_of (card)->accuracy, report_of (card)->n_train);
}

static char *
dup_loss (double loss)
{
  return isfinite (loss) ? g_strdup_printf ("%.4f", loss) : g_strdup (nothing);
}

static char *
dup_valid_loss (CvrRunCard *card,
                guint       field)
{
  return dup_loss (report_of (card)->val_loss);
}

static char *
dup_train_loss (CvrRunCard *card,
                guint       field)
{
  return dup_loss (report_of (card)->loss);
}

static char *
dup_best (CvrRunCard *card,
          guint       field)
{
  const CvrRunReport *report = report_of (card);

  if (report->n_epochs == 0)
    return g_strdup (nothing);
  if (report->best_epoch == 0)
    return g_strdup_printf ("%u", report->n_epochs);

  /* Translators: the best epoch, and how many there were. */
  return g_strdup_printf (_("%u of %u"), report->best_epoch, report->n_epochs);
}

static char *
dup_seconds (CvrRunCard *card,
             guint       field)
{
  return report_of (card)->n_epochs > 0 ? cvr_words_time (report_of (card)->seconds)
                                        : g_strdup (nothing);
}

static char *
dup_pictures (CvrRunCard *card,
              guint       field)
{
  const CvrRunReport *report = report_of (card);
  gboolean variant = cvr_run_card_get_facts (card)->kind == CVR_CARD_VARIANT;
  g_autofree char *unseen = NULL;

  /* Compressed, and nobody knows what the network had learnt from. */
  if (variant && report->n_train == 0)
    {
      unseen = cvr_words_count (report->n_valid);
      return g_strdup_printf ("%s + %s", nothing, unseen);
    }

  /* Translators: pictures that it learnt from, and those kept unseen. */
  return g_strdup_printf (_("%'u + %'u"), report->n_train, report->n_valid);
}

static char *
dup_network (CvrRunCard *card,
             guint       field)
{
  return g_strdup (cvr_run_card_get_network (card));
}

static char *
dup_setting (CvrRunCard *card,
             guint       field)
{
  return cvr_setting_dup_value (&cvr_run_card_get_facts (card)->settings, field);
}

static char *
dup_changes (CvrRunCard *card,
             guint       field)
{
  char *changes = cvr_run_card_dup_changes (card);

  if (changes[0] != '\0')
    return changes;
  g_free (changes);

  return g_strdup (nothing);
}

static char *
dup_augment (CvrRunCard *card,
             guint       field)
{
  return g_strdup (cvr_augment_is_off (&cvr_run_card_get_facts (card)->settings.augment)
                     ? _("Off")
                     : _("On"));
}

static const struct
{
  const char *title;
  DupValue    dup_value;
  gboolean    only_different; /* beside others: only where they differ */
} figures[] = {
  { N_("Unseen pictures right"), dup_valid_accuracy, FALSE },
  { N_("Loss on unseen pictures"), dup_valid_loss, FALSE },
  { N_("Training pictures right"), dup_accuracy, FALSE },
  { N_("Loss on training pictures"), dup_train_loss, FALSE },
  { N_("Best epoch"), dup_best, FALSE },
  { N_("Time"), dup_seconds, FALSE },
  { N_("Pictures: training + unseen"), dup_pictures, TRUE },
  { N_("Network"), dup_network, TRUE },
  { N_("Augmentation"), dup_augment, TRUE },
  { N_("Changed while it learned"), dup_changes, FALSE },
};

static GtkWidget *
make_label (const char *text,
            const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 9);
  gtk_widget_add_css_class (label, "numeric");
  if (style != NULL)
    gtk_widget_add_css_class (label, style);

  return label;
}

/* Alone it has room for a sentence. */
static GtkWidget *
make_value (const char *text,
            gboolean    alone)
{
  GtkWidget *label = make_label (text, NULL);

  gtk_widget_set_tooltip_text (label, text);
  if (alone)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (label), alone);

  return label;
}

/* Colour and name of a card over its column. */
static GtkWidget *
make_head (CvrRunCard *card,
           guint       paint,
           gboolean    alone)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = make_label (cvr_run_card_get_name (card), "heading");

  if (!alone)
    {
      GtkWidget *swatch = cvr_swatch_new (-1);

      cvr_swatch_set_look (CVR_SWATCH (swatch), (gint) paint, paint, 0, FALSE);
      gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (box), swatch);
    }
  gtk_widget_set_tooltip_text (label, cvr_run_card_get_name (card));
  gtk_box_append (GTK_BOX (box), label);

  return box;
}

/* One row; left out where it says nothing of any, or the same of all and that is not worth a
 * line. */
static void
add_row (GtkGrid    *grid,
         GPtrArray  *cards,
         const char *title,
         DupValue    dup_value,
         guint       field,
         gboolean    only_different,
         int        *row)
{
  g_auto (GStrv) values = g_new0 (char *, cards->len + 1);
  gboolean different = cards->len == 1, known = FALSE;

  for (guint i = 0; i < cards->len; i++)
    {
      values[i] = dup_value (cards->pdata[i], field);
      different |= !g_str_equal (values[i], values[0]);
      known |= !g_str_equal (values[i], nothing);
    }
  if (!known || (only_different && !different))
    return;
  gtk_grid_attach (grid, make_label (title, "dim-label"), 0, *row, 1, 1);
  for (guint i = 0; i < cards->len; i++)
    gtk_grid_attach (grid, make_value (values[i], cards->len == 1), (int) i + 1, *row, 1, 1);
  (*row)++;
}

void
cvr_compare_table_fill (GtkGrid   *grid,
                        GPtrArray *cards)
{
  GtkWidget *child;
  int row = 1;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (grid))) != NULL)
    gtk_grid_remove (grid, child);
  if (cards->len == 0)
    return;
  for (guint i = 0; i < cards->len; i++)
    gtk_grid_attach (grid, make_head (cards->pdata[i], i, cards->len == 1), (int) i + 1, 0, 1, 1);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    add_row (grid, cards, _ (figures[i].title), figures[i].dup_value, 0, figures[i].only_different,
             &row);
  for (guint field = 0; field < CVR_N_FIELDS; field++)
    add_row (grid, cards, _ (cvr_setting_row (field)->title), dup_setting, field, TRUE, &row);
}
