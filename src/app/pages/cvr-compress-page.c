/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pruning and quantization sliders with what they cost and win, measured here. */
#include "cvr-compress-page.h"

#include "cvr-canvas.h"
#include "cvr-changed-row.h"
#include "cvr-compression.h"
#include "cvr-layer-text.h"
#include "cvr-read-picture.h"
#include "cvr-sparsity-view.h"
#include "cvr-tab-stop.h"
#include "cvr-window.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum { N_BINS = 80, N_FIGURES = 4, TILE = 96 };

struct _CvrCompressPage
{
  AdwBin parent_instance;

  GtkStack        *stack, *changed_stack;
  GtkAdjustment   *amount, *bits;
  GtkLabel        *amount_value, *bits_value, *basis, *message, *doing;
  GtkLabel        *changed_title, *changed_none;
  GtkDropDown     *kind, *scope;
  GtkCheckButton  *per_channel;
  GtkScale        *amount_scale, *bits_scale;
  GtkGrid         *figures;
  GtkButton       *keep, *reset;
  GtkCheckButton  *learn_on;
  GtkSpinner      *spinner;
  CvrCanvas       *histogram;
  CvrSparsityView *curve;
  GtkGridView     *changed;
  GtkLabel        *cells[N_FIGURES][3]; /* before, after, difference */

  CvrProject     *project;
  CvrCompression *compression;
  gpointer        model;           /* whose weights the histogram shows; only compared */
  GListStore     *rows;            /* of CvrChangedRow */
  guint64         counts[N_BINS];
  double          high;
  gboolean        updating;
};

G_DEFINE_FINAL_TYPE (CvrCompressPage, cvr_compress_page, ADW_TYPE_BIN)

static const guint bit_steps[] = { 32, 16, 8, 4, 2, 1 };

static void
histogram_draw_cb (cairo_t        *cr,
                   double          width,
                   double          height,
                   const CvrTheme *theme,
                   gpointer        data)
{
  CvrCompressPage *self = data;
  CvrCompressed *result =
      self->compression != NULL ? cvr_compression_get_result (self->compression) : NULL;

  cvr_paint_histogram (cr, width, height, self->counts, N_BINS, self->high,
                       result != NULL ? result->threshold : NAN, theme);
}

static void
setup_tile_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_size_request (picture, TILE, TILE);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_item_set_child (item, box);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_tile_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *item)
{
  CvrChangedRow *row = gtk_list_item_get_item (item);
  GtkWidget *picture = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *label = gtk_widget_get_next_sibling (picture);
  CvrImageItem *image_item = cvr_changed_row_get_item (row);
  g_autofree char *text = NULL;

  text = g_strdup_printf ("%s %s",
                          cvr_changed_row_is_better (row)  ? "✓"
                          : cvr_changed_row_is_worse (row) ? "✗"
                                                           : "≠",
                          cvr_changed_row_get_text (row));
  cvr_show_picture (GTK_PICTURE (picture), cvr_image_item_get_picture (image_item), TILE);
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), cvr_image_item_get_name (image_item));
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_remove_css_class (label, "success");
  gtk_widget_remove_css_class (label, "error");
  if (cvr_changed_row_is_better (row))
    gtk_widget_add_css_class (label, "success");
  else if (cvr_changed_row_is_worse (row))
    gtk_widget_add_css_class (label, "error");
}

static const char *
class_title (CvrCompressPage *self,
             CvrModel        *model,
             gint             k)
{
  gint known;

  if (k < 0 || (guint) k >= model->n_classes)
    return "?";
  known = cvr_dataset_find_class (cvr_project_get_dataset (self->project), model->classes[k]);

  return known >= 0 ? cvr_project_class_title (self->project, (guint) known) : model->classes[k];
}

static gboolean
is_untouched (const CvrCompressSpec *spec)
{
  return spec->prune.amount <= 0 && spec->bits == 32;
}

static void
show_changed_words (CvrCompressPage *self,
                    CvrCompressed   *result)
{
  g_autofree char *title = NULL;
  g_autofree char *none = NULL;

  if (is_untouched (&result->spec))
    {
      title = g_strdup (_("Changed answers"));
      none = g_strdup (_("Move a slider: the pictures whose answer changes are shown here."));
    }
  else if (result->n_changed == 0)
    {
      title = g_strdup (_("No answer changed"));
      none = g_strdup_printf (ngettext ("%u picture is answered as before.",
                                        "All %u pictures are answered as before.", result->after.n),
                              result->after.n);
    }
  else
    title = g_strdup_printf (ngettext ("%u of %u answer changed", "%u of %u answers changed",
                                       result->n_changed),
                             result->n_changed, result->after.n);
  gtk_label_set_text (self->changed_title, title);
  gtk_label_set_text (self->changed_none, none != NULL ? none : "");
  gtk_stack_set_visible_child_name (self->changed_stack, none != NULL ? "none" : "pictures");
}

static void
show_changed (CvrCompressPage *self,
              CvrCompressed   *result)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < result->n_changed; i++)
    {
      const CvrChangedAnswer *answer = &result->changed[i];
      CvrImageItem *item = cvr_project_find_item (self->project, answer->id);
      g_autofree char *text = NULL;

      if (item == NULL)
        continue;
      text = g_strdup_printf ("%s → %s", class_title (self, result->model, answer->before),
                              class_title (self, result->model, answer->after));
      g_ptr_array_add (rows, cvr_changed_row_new (item, text, answer->after == answer->label,
                                                  answer->before == answer->label));
    }
  g_list_store_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)),
                       rows->pdata, rows->len);
  show_changed_words (self, result);
}

static void
set_cell (CvrCompressPage *self,
          guint            figure,
          guint            column,
          char            *text) /* (transfer full) */
{
  gtk_label_set_text (self->cells[figure][column], text);
  g_free (text);
}

/* The last column: large where something changed.
 * @text: (transfer full) (nullable): NULL: nothing did. */
static void
set_difference (CvrCompressPage *self,
                guint            figure,
                char            *text)
{
  GtkWidget *cell = GTK_WIDGET (self->cells[figure][2]);

  gtk_widget_remove_css_class (cell, text != NULL ? "dim-label" : "title-2");
  gtk_widget_add_css_class (cell, text != NULL ? "title-2" : "dim-label");
  set_cell (self, figure, 2, text != NULL ? text : g_strdup (_("no change")));
}

/* "−63 %"; NULL where nothing a person would notice changed. */
static char *
dup_relative (double before,
              double after)
{
  double change = before > 0 ? 100 * (after - before) / before : 0;

  if (fabs (change) < 0.5)
    return NULL;

  return g_strdup_printf ("%s%.0f %%", change > 0 ? "+" : "−", fabs (change));
}

static char *
dup_points (double before,
            double after)
{
  double change = 100 * (after - before);

  if (fabs (change) < 0.05)
    return NULL;

  /* Translators: difference of two percentages, in percentage points. */
  return g_strdup_printf (_("%s%.1f points"), change > 0 ? "+" : "−", fabs (change));
}

/* Two or three figures that count. */
static char *
dup_time (double ms)
{
  return g_strdup_printf ("%.*f ms", ms < 0.1 ? 3 : ms < 10 ? 2 : 1, ms);
}

static void
show_figures (CvrCompressPage *self,
              CvrCompressed   *result)
{
  const CvrMeasure *before = &result->before, *after = &result->after;
  g_autofree char *packed = g_format_size (after->packed_bytes);
  g_autofree char *basis = NULL;

  set_cell (self, 0, 0, cvr_words_percent (before->accuracy, before->n));
  set_cell (self, 0, 1, cvr_words_percent (after->accuracy, after->n));
  set_difference (self, 0, dup_points (before->accuracy, after->accuracy));
  set_cell (self, 1, 0, g_format_size (before->bytes));
  set_cell (self, 1, 1, g_format_size (after->bytes));
  set_difference (self, 1, dup_relative ((double) before->bytes, (double) after->bytes));
  set_cell (self, 2, 0, cvr_layer_dup_count (before->flops));
  set_cell (self, 2, 1, cvr_layer_dup_count (after->flops));
  set_difference (self, 2, dup_relative ((double) before->flops, (double) after->flops));
  set_cell (self, 3, 0, dup_time (before->ms));
  set_cell (self, 3, 1, dup_time (after->ms));
  set_difference (self, 3, dup_relative (before->ms, after->ms));
  /* Translators: number of pictures, then a file size such as "12.3 kB". */
  basis = g_strdup_printf (
      ngettext (
          "Measured here on %u validation picture. Weights packed at "
          "their bits, without zeros, would take about %s (estimate).",
          "Measured here on %u validation pictures. Weights packed at "
          "their bits, without zeros, would take about %s (estimate).",
          after->n),
      after->n, packed);
  if (result->spec.bits < 32 && !after->integer)
    {
      g_autofree char *measured = g_steal_pointer (&basis);

      basis = g_strdup_printf ("%s\n%s", measured,
                               _("Simulated: numbers are rounded but computed with as floats, so "
                                 "the time shows no gain."));
    }
  gtk_label_set_text (self->basis, basis);
}

static void
show_state (CvrCompressPage *self)
{
  CvrCompressed *result = cvr_compression_get_result (self->compression);
  const CvrCompressSpec *spec = cvr_compression_get_spec (self->compression);
  const GError *error = cvr_compression_get_error (self->compression);
  gboolean working = cvr_compression_is_working (self->compression);
  gboolean touched = !is_untouched (spec);

  gtk_spinner_set_spinning (self->spinner, working);
  gtk_label_set_text (self->doing, !working           ? ""
                                   : spec->epochs > 0 ? _("Pruning, then learning on…")
                                                      : _("Measuring…"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->keep),
                            touched && !working && result != NULL && error == NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->keep),
                               touched ? _("Makes the compressed network the project's network")
                                       : _("Move a slider first"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->reset), touched);
  gtk_label_set_text (self->message, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), error != NULL);
}

static void
compression_changed_cb (CvrCompressPage *self)
{
  CvrCompressed *result = cvr_compression_get_result (self->compression);

  if (result != NULL)
    {
      show_figures (self, result);
      show_changed (self, result);
      cvr_sparsity_view_add (self->curve, result);
    }
  show_state (self);
  gtk_widget_queue_draw (GTK_WIDGET (self->histogram));
  cvr_refresh_lines (GTK_WIDGET (self));
}

static void
show_values (CvrCompressPage *self)
{
  guint bits = bit_steps[(guint) lround (gtk_adjustment_get_value (self->bits))];
  g_autofree char *amount =
      g_strdup_printf ("%.0f %%", 100 * gtk_adjustment_get_value (self->amount));
  g_autofree char *levels = bits == 32
                                ? g_strdup (_("32 bits (as it is)"))
                                : g_strdup_printf (ngettext ("%u bit", "%u bits", bits), bits);

  gtk_label_set_text (self->amount_value, amount);
  gtk_label_set_text (self->bits_value, levels);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bits_scale),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, levels, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->amount_scale),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, amount, -1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->per_channel), bits < 16);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->per_channel),
                               bits < 16 ? NULL
                                         : _("Only weights of 8 bits or fewer have a scale"));
}

static void
spec_changed_cb (CvrCompressPage *self)
{
  CvrCompressSpec spec;

  if (self->updating || self->compression == NULL)
    return;
  spec = *cvr_compression_get_spec (self->compression);
  spec.prune.amount = gtk_adjustment_get_value (self->amount);
  spec.prune.kind =
      gtk_drop_down_get_selected (self->kind) == 0 ? NN_PRUNE_FILTERS : NN_PRUNE_WEIGHTS;
  spec.prune.scope =
      gtk_drop_down_get_selected (self->scope) == 0 ? NN_PRUNE_GLOBAL : NN_PRUNE_LAYER;
  spec.bits = bit_steps[(guint) lround (gtk_adjustment_get_value (self->bits))];
  spec.per_channel = gtk_check_button_get_active (self->per_channel);
  /* The quick readout comes without; the exact one stands on the network that has learned on. */
  spec.epochs = spec.prune.amount > 0 && gtk_check_button_get_active (self->learn_on) ? 1 : 0;
  show_values (self);
  cvr_compression_set_spec (self->compression, &spec);
  show_state (self);
}

static void
set_sliders (CvrCompressPage *self,
             double           amount,
             double           bits)
{
  self->updating = TRUE;
  gtk_adjustment_set_value (self->amount, amount);
  gtk_adjustment_set_value (self->bits, bits);
  self->updating = FALSE;
  spec_changed_cb (self);
}

static void
reset_cb (CvrCompressPage *self)
{
  set_sliders (self, 0, 0);
}

static void
keep_cb (CvrCompressPage *self)
{
  CvrCompressed *result = cvr_compression_get_result (self->compression);

  if (result == NULL)
    return;
  cvr_project_set_model (self->project, result->model);
  set_sliders (self, 0, 0);
  cvr_toast_action (GTK_WIDGET (self), _("Kept as the project's network"), _("_Undo"), "win.undo");
}

static void
model_changed_cb (CvrCompressPage *self)
{
  CvrModel *model = cvr_project_get_model (self->project);

  gtk_stack_set_visible_child_name (self->stack, model != NULL ? "compress" : "empty");
  if (model == NULL)
    return;
  if (self->model != model)
    cvr_sparsity_view_clear (self->curve);
  self->model = model;
  cvr_compression_histogram (self->compression, N_BINS, self->counts, &self->high);
  gtk_widget_queue_draw (GTK_WIDGET (self->histogram));
}

static void
make_figures (CvrCompressPage *self)
{
  const char *heads[] = { _("Untouched"), _("Compressed"), _("Difference") };
  const char *rows[N_FIGURES] = { _("Right answers"), _("Size of the file"),
                                  _("Operations for one picture"), _("Time for one picture") };

  for (guint j = 0; j < G_N_ELEMENTS (heads); j++)
    {
      GtkWidget *head = gtk_label_new (heads[j]);

      gtk_label_set_xalign (GTK_LABEL (head), 1);
      gtk_widget_set_hexpand (head, TRUE);
      gtk_widget_add_css_class (head, "dim-label");
      gtk_grid_attach (self->figures, head, (int) j + 1, 0, 1, 1);
    }
  for (guint i = 0; i < N_FIGURES; i++)
    {
      GtkWidget *title = gtk_label_new (rows[i]);

      gtk_label_set_xalign (GTK_LABEL (title), 0);
      gtk_grid_attach (self->figures, title, 0, (int) i + 1, 1, 1);
      for (guint j = 0; j < 3; j++)
        {
          GtkWidget *cell = gtk_label_new ("–");

          gtk_label_set_xalign (GTK_LABEL (cell), 1);
          /* Nothing jumps: wide enough for "+12.3 points", high enough for large figures. */
          gtk_label_set_width_chars (GTK_LABEL (cell), j == 2 ? 11 : 8);
          gtk_widget_set_size_request (cell, -1, 26);
          gtk_widget_add_css_class (cell, "numeric");
          if (j < 2)
            gtk_widget_add_css_class (cell, "title-3");
          gtk_grid_attach (self->figures, cell, (int) j + 1, (int) i + 1, 1, 1);
          self->cells[i][j] = GTK_LABEL (cell);
        }
    }
}

static void
cvr_compress_page_dispose (GObject *object)
{
  CvrCompressPage *self = CVR_COMPRESS_PAGE (object);

  cvr_compress_page_set_project (self, NULL);
  if (self->histogram != NULL)
    cvr_canvas_set_draw (self->histogram, NULL, NULL, NULL);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (cvr_compress_page_parent_class)->dispose (object);
}

static void
cvr_compress_page_class_init (CvrCompressPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_compress_page_dispose;
  g_type_ensure (CVR_TYPE_CANVAS);
  g_type_ensure (CVR_TYPE_SPARSITY_VIEW);
  g_type_ensure (CVR_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-compress-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, changed_stack);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, amount);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, bits);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, amount_value);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, bits_value);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, amount_scale);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, bits_scale);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, basis);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, changed_title);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, changed_none);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, message);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, doing);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, kind);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, scope);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, per_channel);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, figures);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, keep);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, learn_on);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, reset);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, histogram);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, curve);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressPage, changed);
  gtk_widget_class_bind_template_callback (widget_class, spec_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
}

static void
cvr_compress_page_init (CvrCompressPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->updating = FALSE;
  make_figures (self);
  show_values (self);
  self->rows = g_list_store_new (CVR_TYPE_CHANGED_ROW);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_tile_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_tile_cb), NULL);
  gtk_grid_view_set_factory (self->changed, factory);
  g_object_unref (factory);
  gtk_grid_view_set_model (self->changed, GTK_SELECTION_MODEL (gtk_no_selection_new (
                                              g_object_ref (G_LIST_MODEL (self->rows)))));
  cvr_canvas_set_draw (self->histogram, histogram_draw_cb, self, NULL);
}

/**
 * cvr_compress_page_set_project:
 * @project: (nullable): the project whose network is compressed
 */
void
cvr_compress_page_set_project (CvrCompressPage *self,
                               CvrProject      *project)
{
  g_return_if_fail (CVR_IS_COMPRESS_PAGE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (self->compression, self);
      g_clear_object (&self->compression);
    }
  g_set_object (&self->project, project);
  if (project == NULL)
    return;
  self->compression = cvr_compression_new (project);
  g_signal_connect_swapped (self->compression, "changed", G_CALLBACK (compression_changed_cb),
                            self);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (model_changed_cb), self);
  spec_changed_cb (self);
  model_changed_cb (self);
}

/**
 * cvr_compress_page_dup_line:
 *
 * Returns: (transfer full) (nullable): "−63 % · 96.1 %", what the sliders win and what is still
 * right; %NULL while they are untouched
 */
char *
cvr_compress_page_dup_line (CvrCompressPage *self)
{
  CvrCompressed *result;
  g_autofree char *smaller = NULL;
  g_autofree char *right = NULL;

  g_return_val_if_fail (CVR_IS_COMPRESS_PAGE (self), NULL);

  result = self->compression != NULL ? cvr_compression_get_result (self->compression) : NULL;
  if (result == NULL || is_untouched (&result->spec))
    return NULL;
  smaller = dup_relative ((double) result->before.bytes, (double) result->after.bytes);
  right = cvr_words_percent (result->after.accuracy, result->after.n);

  return g_strdup_printf ("%s · %s", smaller != NULL ? smaller : _("no change"), right);
}
