/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a compression did to the answers: the pictures, before → after, and the confusion matrix. */
#include "cvr-compress-changes.h"

#include "cvr-change-matrix.h"
#include "cvr-changed-row.h"
#include "cvr-labelling.h"
#include "cvr-read-picture.h"
#include "cvr-tab-stop.h"

#include <glib/gi18n-lib.h>

enum
{
  TILE = 96,
  EVERY_MS = 200,  /* pictures change at most so often while a slider moves */
  MOST = 120,      /* pictures shown; the title counts them all */
  MOST_MOVING = 48, /* while the figures aren't exact yet: the list makes a tile for each */
};

struct _CvrCompressChanges
{
  AdwBin parent_instance;

  GtkStack        *stack;
  GtkLabel        *title, *balance, *none, *cell;
  GtkGridView     *pictures;
  GtkToggleButton *as_pictures;
  CvrChangeMatrix *matrix;

  GListStore    *rows;     /* of CvrChangedRow */
  CvrProject    *project;  /* borrowed from the last call to show() */
  CvrCompressed *result;   /* NULL: none yet */
  gint64         shown;    /* monotonic µs when the rows were changed last */
  guint          waiting;  /* timeout; 0: none */
};

G_DEFINE_FINAL_TYPE (CvrCompressChanges, cvr_compress_changes, ADW_TYPE_BIN)

/* The old answer's colour in the corner at its beginning, the new one's at its end. */
static void
add_swatch (GtkWidget *frame,
            GtkAlign   where)
{
  GtkWidget *swatch = cvr_swatch_new (-1);

  gtk_widget_set_halign (swatch, where);
  gtk_widget_set_valign (swatch, GTK_ALIGN_END);
  gtk_overlay_add_overlay (GTK_OVERLAY (frame), swatch);
}

static void
setup_tile_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *frame = gtk_overlay_new ();
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_size_request (picture, TILE, TILE);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_overlay_set_child (GTK_OVERLAY (frame), picture);
  add_swatch (frame, GTK_ALIGN_START);
  add_swatch (frame, GTK_ALIGN_END);
  gtk_widget_set_halign (frame, GTK_ALIGN_CENTER);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_lines (GTK_LABEL (label), 2);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 14);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), frame);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_item_set_child (item, box);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_tile_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *item)
{
  CvrChangedRow *row = gtk_list_item_get_item (item);
  GtkWidget *frame = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *picture = gtk_overlay_get_child (GTK_OVERLAY (frame));
  GtkWidget *swatch = picture;
  GtkWidget *label = gtk_widget_get_next_sibling (frame);
  CvrImageItem *image_item = cvr_changed_row_get_item (row);
  g_autofree char *text = NULL;

  for (guint i = 0; i < 2; i++)
    {
      guint paint = cvr_changed_row_get_paints (row)[i];

      swatch = gtk_widget_get_next_sibling (swatch);
      cvr_swatch_set_look (CVR_SWATCH (swatch), (gint) paint, paint, 0, FALSE);
    }

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

/* Words over the pictures. */
static void
show_words (CvrCompressChanges *self)
{
  const CvrCompressed *result = self->result;
  guint n_better = 0, n_worse = 0, n = result->after.n;
  g_autofree char *title = NULL, *balance = NULL, *none = NULL;

  for (guint i = 0; i < result->n_changed; i++)
    {
      n_better += result->changed[i].after == result->changed[i].label ? 1 : 0;
      n_worse += result->changed[i].before == result->changed[i].label ? 1 : 0;
    }
  if (!cvr_compress_spec_changes (&result->spec))
    {
      title = g_strdup (_("Changed answers"));
      none = g_strdup (_("Move a slider: the pictures whose answer changes are shown here."));
    }
  else if (result->n_changed == 0)
    {
      title = g_strdup (_("No answer changed"));
      none = n == 0 ? g_strdup (_("There are no validation pictures to look at."))
                    : g_strdup_printf (ngettext ("%u picture is answered as before.",
                                                 "All %u pictures are answered as before.", n),
                                       n);
    }
  else
    {
      title = g_strdup_printf (ngettext ("%u of %u answer changed", "%u of %u answers changed",
                                         result->n_changed),
                               result->n_changed, n);
      balance = g_strdup_printf (_("✓ %u now right · ✗ %u now wrong · ≠ %u wrong otherwise"),
                                 n_better, n_worse, result->n_changed - n_better - n_worse);
    }
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->balance, balance != NULL ? balance : "");
  gtk_widget_set_visible (GTK_WIDGET (self->balance), balance != NULL);
  gtk_label_set_text (self->none, none != NULL ? none : "");
}

static void
show_view (CvrCompressChanges *self)
{
  gboolean matrix = !gtk_toggle_button_get_active (self->as_pictures);
  /* Where no answer changed there is no cell to point at: the words say so. */
  gboolean has_cells = self->result != NULL && self->result->after_confusion != NULL &&
                       self->result->n_changed > 0;

  gtk_stack_set_visible_child_name (self->stack, matrix && has_cells ? "matrix"
                                                 : g_list_model_get_n_items (
                                                       G_LIST_MODEL (self->rows)) > 0
                                                   ? "pictures"
                                                   : "none");
}

static void
show_matrix (CvrCompressChanges *self)
{
  CvrModel *model = self->result->model;
  g_auto (GStrv) titles = cvr_labelling_dup_model_titles (self->project, model);
  g_autofree guint *paints = g_new (guint, MAX (model->n_classes, 1));

  for (guint k = 0; k < model->n_classes; k++)
    paints[k] = cvr_labelling_model_paint (self->project, model, k);
  cvr_change_matrix_show (self->matrix, self->result, (const char *const *) titles, paints);
}

static CvrChangedRow *
make_row (CvrCompressChanges     *self,
          const CvrChangedAnswer *answer)
{
  CvrImageItem *item = cvr_project_find_item (self->project, answer->id);
  CvrModel *model = self->result->model;
  const guint before = (guint) answer->before;
  const guint after = (guint) answer->after;
  const guint paints[] = { cvr_labelling_model_paint (self->project, model, before),
                           cvr_labelling_model_paint (self->project, model, after) };
  g_autofree char *text = NULL;

  if (item == NULL)
    return NULL;
  text = g_strdup_printf ("%s → %s", cvr_labelling_model_title (self->project, model, before),
                          cvr_labelling_model_title (self->project, model, after));

  return cvr_changed_row_new (item, answer, text, paints);
}

/* Only what differs between the old rows and the new ones changes its place: tiles on screen are not
 * made anew. Both are in the order of the pictures' numbers. */
static void
update_rows (CvrCompressChanges *self)
{
  GListModel *model = G_LIST_MODEL (self->rows);
  guint n_old = g_list_model_get_n_items (model), from = 0, tail = 0;
  guint most = cvr_compressed_is_exact (self->result) ? MOST : MOST_MOVING;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->result->n_changed && rows->len < most; i++)
    {
      CvrChangedRow *row = make_row (self, &self->result->changed[i]);

      if (row != NULL)
        g_ptr_array_add (rows, row);
    }
  while (from < MIN (n_old, rows->len))
    {
      g_autoptr (CvrChangedRow) old = g_list_model_get_item (model, from);

      if (!cvr_changed_row_equal (old, rows->pdata[from]))
        break;
      from++;
    }
  while (tail < MIN (n_old, rows->len) - from)
    {
      g_autoptr (CvrChangedRow) old = g_list_model_get_item (model, n_old - 1 - tail);

      if (!cvr_changed_row_equal (old, rows->pdata[rows->len - 1 - tail]))
        break;
      tail++;
    }
  if (n_old != rows->len || from < rows->len)
    g_list_store_splice (self->rows, from, n_old - from - tail, rows->pdata + from,
                         rows->len - from - tail);
  self->shown = g_get_monotonic_time ();
  show_view (self);
}

static gboolean
waited_cb (gpointer data)
{
  CvrCompressChanges *self = data;

  self->waiting = 0;
  if (self->result != NULL)
    {
      show_matrix (self);
      update_rows (self);
    }

  return G_SOURCE_REMOVE;
}

static void
view_cb (CvrCompressChanges *self)
{
  show_view (self);
}

static void
pointed_cb (CvrCompressChanges *self,
            const char         *words)
{
  gtk_label_set_text (self->cell, words != NULL ? words
                                                : _("Point at a cell: pictures before → now."));
}

static void
cvr_compress_changes_dispose (GObject *object)
{
  CvrCompressChanges *self = CVR_COMPRESS_CHANGES (object);

  g_clear_handle_id (&self->waiting, g_source_remove);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->result, cvr_compressed_unref);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (cvr_compress_changes_parent_class)->dispose (object);
}

static void
cvr_compress_changes_class_init (CvrCompressChangesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_compress_changes_dispose;
  g_type_ensure (CVR_TYPE_CHANGE_MATRIX);
  g_type_ensure (CVR_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/convisor/Convisor/ui/cvr-compress-changes.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrCompressChanges, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressChanges, title);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressChanges, balance);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressChanges, none);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressChanges, cell);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressChanges, pictures);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressChanges, as_pictures);
  gtk_widget_class_bind_template_child (widget_class, CvrCompressChanges, matrix);
  gtk_widget_class_bind_template_callback (widget_class, view_cb);
  gtk_widget_class_bind_template_callback (widget_class, pointed_cb);
}

static void
cvr_compress_changes_init (CvrCompressChanges *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_list_store_new (CVR_TYPE_CHANGED_ROW);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_tile_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_tile_cb), NULL);
  gtk_grid_view_set_factory (self->pictures, factory);
  g_object_unref (factory);
  gtk_grid_view_set_model (self->pictures, GTK_SELECTION_MODEL (gtk_no_selection_new (
                                               g_object_ref (G_LIST_MODEL (self->rows)))));
  pointed_cb (self, NULL);
}

void
cvr_compress_changes_show (CvrCompressChanges *self,
                           CvrProject         *project,
                           CvrCompressed      *result)
{
  gint64 since = (g_get_monotonic_time () - self->shown) / 1000;

  g_return_if_fail (CVR_IS_COMPRESS_CHANGES (self));

  if (self->result == result && result != NULL)
    return;
  /* No picture has been looked at yet: those of before stay until some have. */
  if (result != NULL && cvr_compressed_is_awaited (result))
    return;
  self->project = project;
  g_clear_pointer (&self->result, cvr_compressed_unref);
  if (result == NULL)
    {
      g_clear_handle_id (&self->waiting, g_source_remove);
      g_list_store_remove_all (self->rows);
      show_view (self);
      return;
    }

  self->result = cvr_compressed_ref (result);
  show_words (self);
  if (self->waiting != 0)
    return;
  if (since < EVERY_MS)
    self->waiting = g_timeout_add ((guint) (EVERY_MS - since), waited_cb, self);
  else
    waited_cb (self);
}

guint
cvr_compress_changes_n_pictures (CvrCompressChanges *self)
{
  g_return_val_if_fail (CVR_IS_COMPRESS_CHANGES (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->rows));
}
