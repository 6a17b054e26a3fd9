/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a compression costs and wins: untouched, difference, compressed. */
#include "cvr-compress-figures.h"

#include "cvr-layer-text.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum { UNKNOWN = 2 };

struct _CvrCompressFigures
{
  AdwBin parent_instance;

  GtkGrid  *grid;
  GtkLabel *basis, *note;
  GtkLabel *cells[CVR_N_FIGURES][CVR_N_FIGURE_COLUMNS];
};

G_DEFINE_FINAL_TYPE (CvrCompressFigures, cvr_compress_figures, ADW_TYPE_BIN)

static void
set_cell (CvrCompressFigures *self,
          CvrFigure           figure,
          CvrFigureColumn     column,
          char               *text) /* (transfer full) */
{
  gtk_label_set_text (self->cells[figure][column], text);
  g_free (text);
}

/* Dimmed: what stands there is of before, until the first pictures have been looked at. */
static void
set_waiting (CvrCompressFigures *self,
             CvrFigure           figure,
             gboolean            waiting)
{
  for (guint column = CVR_FIGURE_DIFFERENCE; column < CVR_N_FIGURE_COLUMNS; column++)
    {
      GtkWidget *cell = GTK_WIDGET (self->cells[figure][column]);

      if (waiting)
        gtk_widget_add_css_class (cell, "dim-label");
      else if (column != CVR_FIGURE_DIFFERENCE) /* set_difference() does its own */
        gtk_widget_remove_css_class (cell, "dim-label");
    }
}

/* Large where something changed.
 * @text: (transfer full) (nullable): NULL: nothing did.
 * @good: 1: a win, −1: a loss, UNKNOWN: it can't be told. */
static void
set_difference (CvrCompressFigures *self,
                CvrFigure           figure,
                char               *text,
                gint                good)
{
  static const char *const classes[] = { "dim-label", "title-2", "success", "error" };
  GtkWidget *cell = GTK_WIDGET (self->cells[figure][CVR_FIGURE_DIFFERENCE]);

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (cell, classes[i]);
  gtk_widget_add_css_class (cell, text != NULL && good != UNKNOWN ? "title-2" : "dim-label");
  if (text != NULL && (good == 1 || good == -1))
    gtk_widget_add_css_class (cell, good > 0 ? "success" : "error");
  set_cell (self, figure, CVR_FIGURE_DIFFERENCE, text != NULL ? text : g_strdup ("="));
}

char *
cvr_dup_relative (double before,
                  double after)
{
  double change = before > 0 ? 100 * (after - before) / before : 0;
  gboolean nearly_all = after > 0 && change < -99.5;

  if (!(fabs (change) >= 0.5))
    return NULL;
  /* Where something is left, not all of it went. */
  if (nearly_all)
    change = fmax (change, -99.9);

  return g_strdup_printf ("%s%.*f %%", change > 0 ? "+" : "−", nearly_all ? 1 : 0,
                          fabs (change));
}

/* Two or three figures that count. */
static char *
dup_time (double ms)
{
  if (!isfinite (ms))
    return g_strdup ("–");

  return g_strdup_printf ("%.*f ms", ms < 0.1 ? 3 : ms < 10 ? 2 : 1, ms);
}

static char *
dup_loss (double loss)
{
  return isfinite (loss) ? g_strdup_printf ("%.3f", loss) : g_strdup ("–");
}

static char *
dup_loss_change (double before,
                 double after)
{
  double change = after - before;

  if (!(fabs (change) >= 0.0005))
    return NULL;

  return g_strdup_printf ("%s%.3f", change > 0 ? "+" : "−", fabs (change));
}

/* Whether less is better, and it got less. */
static gint
saved (double before,
       double after)
{
  return after < before ? 1 : -1;
}

static void
show_accuracy (CvrCompressFigures *self,
               const CvrMeasure   *before,
               const CvrMeasure   *after)
{
  gboolean known = after->n > 0;

  set_cell (self, CVR_FIGURE_ACCURACY, CVR_FIGURE_BEFORE,
            cvr_words_percent (before->accuracy, before->n));
  set_cell (self, CVR_FIGURE_ACCURACY, CVR_FIGURE_AFTER,
            cvr_words_percent (after->accuracy, after->n));
  set_difference (self, CVR_FIGURE_ACCURACY,
                  known ? cvr_words_points (before->accuracy, after->accuracy, after->n)
                        : g_strdup ("–"),
                  known ? -saved (before->accuracy, after->accuracy) : UNKNOWN);
  set_cell (self, CVR_FIGURE_LOSS, CVR_FIGURE_BEFORE, dup_loss (before->loss));
  set_cell (self, CVR_FIGURE_LOSS, CVR_FIGURE_AFTER, dup_loss (after->loss));
  set_difference (self, CVR_FIGURE_LOSS,
                  known ? dup_loss_change (before->loss, after->loss) : g_strdup ("–"),
                  known ? saved (before->loss, after->loss) : UNKNOWN);
}

/* Rounded numbers that are computed with as floats: their time is that of the rounding. */
static gboolean
is_simulated (const CvrCompressed *result)
{
  return result->spec.bits < 32 && !result->after.integer;
}

static void
show_costs (CvrCompressFigures  *self,
            const CvrCompressed *result)
{
  const CvrMeasure *before = &result->before, *after = &result->after;
  const struct
  {
    CvrFigure figure;
    double    before, after;
  } costs[] = {
    { CVR_FIGURE_BYTES, (double) before->bytes, (double) after->bytes },
    { CVR_FIGURE_PACKED, (double) before->packed_bytes, (double) after->packed_bytes },
    { CVR_FIGURE_OPERATIONS, (double) before->flops, (double) after->flops },
    { CVR_FIGURE_TIME, before->ms, after->ms },
  };

  for (guint i = 0; i < G_N_ELEMENTS (costs); i++)
    {
      CvrFigure figure = costs[i].figure;
      gboolean compares = figure != CVR_FIGURE_TIME || !is_simulated (result);

      if (!isfinite (costs[i].after) && cvr_compressed_is_awaited (result))
        continue;
      for (guint column = 0; column < 2; column++)
        {
          double value = column == 0 ? costs[i].before : costs[i].after;

          set_cell (self, figure, column == 0 ? CVR_FIGURE_BEFORE : CVR_FIGURE_AFTER,
                    figure == CVR_FIGURE_TIME         ? dup_time (value)
                    : figure == CVR_FIGURE_OPERATIONS ? cvr_layer_dup_count ((guint64) value)
                                                      : g_format_size ((guint64) value));
        }
      set_difference (self, figure,
                      compares ? cvr_dup_relative (costs[i].before, costs[i].after)
                               : g_strdup ("–"),
                      compares ? saved (costs[i].before, costs[i].after) : UNKNOWN);
    }
}

static void
show_basis (CvrCompressFigures  *self,
            const CvrCompressed *result)
{
  guint n = result->after.n, all = result->n_pictures;
  g_autofree char *basis = NULL;

  if (all == 0)
    basis = g_strdup (_("No validation pictures: only sizes and times are known."));
  else if (n < all)
    basis = g_strdup_printf (ngettext ("On %1$'u of %2$'u validation picture so far…",
                                       "On %1$'u of %2$'u validation pictures so far…", all),
                             n, all);
  else
    basis = g_strdup_printf (ngettext ("On %'u validation picture: all there are.",
                                       "On all %'u validation pictures.", all),
                             all);
  if (result->spec.epochs > 0)
    {
      g_autofree char *untuned = g_steal_pointer (&basis);
      g_autofree char *tuned =
        g_strdup_printf (ngettext ("Fine-tuned for %u epoch.", "Fine-tuned for %u epochs.",
                                   result->spec.epochs),
                         result->spec.epochs);

      basis = g_strdup_printf ("%s %s", untuned, tuned);
    }
  gtk_label_set_text (self->basis, basis);
  gtk_label_set_text (self->note, is_simulated (result)
                                    ? _("Simulated: numbers are rounded but computed with as "
                                        "floats, so the time shows no gain.")
                                    : _("Packed: weights at their bits, without zeros. The file "
                                        "is the one that Export writes."));
}

void
cvr_compress_figures_show (CvrCompressFigures  *self,
                           const CvrCompressed *result)
{
  gboolean waiting;

  g_return_if_fail (CVR_IS_COMPRESS_FIGURES (self) && result != NULL);

  waiting = cvr_compressed_is_awaited (result);
  if (!waiting)
    show_accuracy (self, &result->before, &result->after);
  show_costs (self, result);
  show_basis (self, result);
  set_waiting (self, CVR_FIGURE_ACCURACY, waiting);
  set_waiting (self, CVR_FIGURE_LOSS, waiting);
  set_waiting (self, CVR_FIGURE_TIME, waiting && !isfinite (result->after.ms));
}

const char *
cvr_compress_figures_get (CvrCompressFigures *self,
                          CvrFigure           figure,
                          CvrFigureColumn     column)
{
  g_return_val_if_fail (CVR_IS_COMPRESS_FIGURES (self), NULL);

  return gtk_label_get_text (self->cells[figure][column]);
}

gboolean
cvr_compress_figures_is_dimmed (CvrCompressFigures *self,
                                CvrFigure           figure)
{
  g_return_val_if_fail (CVR_IS_COMPRESS_FIGURES (self), FALSE);

  return gtk_widget_has_css_class (GTK_WIDGET (self->cells[figure][CVR_FIGURE_AFTER]),
                                   "dim-label");
}

static void
cvr_compress_figures_class_init (CvrCompressFiguresClass *klass)
{
}

static void
make_head (CvrCompressFigures *self)
{
  const char *heads[CVR_N_FIGURE_COLUMNS] = { _("Untouched"), _("Difference"), _("Compressed") };

  for (int j = 0; j < CVR_N_FIGURE_COLUMNS; j++)
    {
      GtkWidget *head = gtk_label_new (heads[j]);

      gtk_label_set_xalign (GTK_LABEL (head), 1);
      gtk_widget_set_hexpand (head, TRUE);
      gtk_widget_add_css_class (head, "dim-label");
      gtk_grid_attach (self->grid, head, j + 1, 0, 1, 1);
    }
}

static void
make_row (CvrCompressFigures *self,
          int                 figure,
          const char         *name)
{
  GtkWidget *title = gtk_label_new (name);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (title), 12);
  gtk_widget_set_tooltip_text (title, name);
  gtk_grid_attach (self->grid, title, 0, figure + 1, 1, 1);
  for (int j = 0; j < CVR_N_FIGURE_COLUMNS; j++)
    {
      GtkWidget *cell = gtk_label_new ("–");

      gtk_label_set_xalign (GTK_LABEL (cell), 1);
      /* Nothing jumps: wide enough for "+12.3 points", high enough for large figures. */
      gtk_label_set_width_chars (GTK_LABEL (cell), j == CVR_FIGURE_DIFFERENCE ? 11 : 8);
      gtk_widget_set_size_request (cell, -1, 28);
      gtk_widget_add_css_class (cell, "numeric");
      if (j != CVR_FIGURE_DIFFERENCE)
        gtk_widget_add_css_class (cell, "title-4");
      gtk_grid_attach (self->grid, cell, j + 1, figure + 1, 1, 1);
      self->cells[figure][j] = GTK_LABEL (cell);
    }
}

static GtkLabel *
make_line (GtkBox *box)
{
  GtkWidget *line = gtk_label_new (" ");

  gtk_label_set_xalign (GTK_LABEL (line), 0);
  gtk_label_set_wrap (GTK_LABEL (line), TRUE);
  gtk_widget_add_css_class (line, "dim-label");
  gtk_widget_add_css_class (line, "caption");
  gtk_widget_add_css_class (line, "numeric");
  gtk_box_append (box, line);

  return GTK_LABEL (line);
}

static void
cvr_compress_figures_init (CvrCompressFigures *self)
{
  const char *rows[CVR_N_FIGURES] = { _("Right answers"), _("Loss"), _("Size of the file"),
                                      _("Packed (estimate)"), _("Operations"),
                                      _("Time for one picture") };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_spacing (self->grid, 12);
  gtk_grid_set_row_spacing (self->grid, 0);
  make_head (self);
  for (int i = 0; i < CVR_N_FIGURES; i++)
    make_row (self, i, rows[i]);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->grid));
  self->basis = make_line (GTK_BOX (box));
  self->note = make_line (GTK_BOX (box));
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  adw_bin_set_child (ADW_BIN (self), box);
}
