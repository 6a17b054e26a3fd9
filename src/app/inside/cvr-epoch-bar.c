/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A slider over the stored epochs of the training that makes or made the network; its end is the
 * network as it is now. */
#include "cvr-epoch-bar.h"

#include <glib/gi18n-lib.h>

/* Epochs that get a mark under the slider at most. */
enum { MAX_MARKS = 40 };

struct _CvrEpochBar
{
  AdwBin parent_instance;

  GtkScale  *scale;
  GtkLabel  *text;
  GtkButton *now;

  CvrProject     *project;
  CvrEpochReader *reader;
  guint64         run;
  guint           n;     /* stored epochs; the place behind them is now */
  CvrModel       *model; /* NULL: now */
  gboolean        updating;
};

G_DEFINE_FINAL_TYPE (CvrEpochBar, cvr_epoch_bar, ADW_TYPE_BIN)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static const guint *
list (CvrEpochBar *self,
      guint       *n)
{
  *n = 0;
  if (self->project == NULL || self->run == 0)
    return NULL;

  return cvr_epochs_list (cvr_project_get_epochs (self->project), self->run, n);
}

static guint
place (CvrEpochBar *self)
{
  return (guint) (gtk_range_get_value (GTK_RANGE (self->scale)) + 0.5);
}

static gboolean
is_learning (CvrEpochBar *self)
{
  return self->project != NULL
         && cvr_training_get_state (cvr_project_get_training (self->project)) != CVR_TRAINING_IDLE;
}

static void
show_text (CvrEpochBar *self)
{
  g_autofree char *text = NULL;
  const guint *epochs;
  guint n;

  epochs = list (self, &n);
  gtk_widget_set_sensitive (GTK_WIDGET (self->now), place (self) < self->n);
  if (place (self) >= MIN (self->n, n))
    text = g_strdup (is_learning (self) ? _("now, while it learns") : _("now"));
  else if (epochs[place (self)] == 0)
    text = g_strdup (_("before it learned"));
  else
    text = g_strdup_printf (_("after epoch %u"), epochs[place (self)]);
  gtk_label_set_text (self->text, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text, -1);
}

static void
take_model (CvrEpochBar *self,
            CvrModel    *model)
{
  if (model == self->model)
    return;
  if (model != NULL)
    cvr_model_ref (model);
  g_clear_pointer (&self->model, cvr_model_unref);
  self->model = model;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
read_cb (guint64       run,
         guint         epoch,
         CvrModel     *model,
         const GError *error,
         gpointer      data)
{
  CvrEpochBar *self = data;
  const guint *epochs;
  guint n;

  epochs = list (self, &n);
  if (run != self->run || place (self) >= n || epochs[place (self)] != epoch)
    return; /* The slider went on. */
  if (model != NULL)
    take_model (self, model);
  else
    gtk_label_set_text (self->text, error->message);
}

static void
moved_cb (CvrEpochBar *self)
{
  const guint *epochs;
  guint n;

  if (self->updating || self->project == NULL)
    return;
  epochs = list (self, &n);
  show_text (self);
  if (place (self) >= n)
    take_model (self, NULL);
  else
    cvr_epoch_reader_ask (self->reader, self->run, epochs[place (self)]);
}

static void
now_cb (CvrEpochBar *self)
{
  gtk_range_set_value (GTK_RANGE (self->scale), self->n);
}

/* As many places as there are stored epochs, and one for now; what is chosen stays chosen. */
static void
show_epochs (CvrEpochBar *self)
{
  gboolean is_now = place (self) >= self->n;
  CvrRunCard *card = self->project != NULL
                         ? cvr_notebook_get_maker (cvr_project_get_notebook (self->project))
                         : NULL;
  guint64 run = card != NULL ? cvr_run_card_get_id (card) : 0;
  guint at = place (self);

  if (run != self->run)
    is_now = TRUE;
  self->run = run;
  list (self, &self->n);
  self->updating = TRUE;
  gtk_range_set_range (GTK_RANGE (self->scale), 0, MAX (self->n, 1));
  gtk_range_set_value (GTK_RANGE (self->scale), is_now ? self->n : MIN (at, self->n));
  gtk_scale_clear_marks (self->scale);
  for (guint i = 0; i <= self->n && self->n <= MAX_MARKS; i++)
    gtk_scale_add_mark (self->scale, i, GTK_POS_BOTTOM, NULL);
  self->updating = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self), self->n > 0);
  moved_cb (self);
}

static void
cvr_epoch_bar_dispose (GObject *object)
{
  CvrEpochBar *self = CVR_EPOCH_BAR (object);

  if (self->scale != NULL)
    cvr_epoch_bar_set_project (self, NULL);
  self->scale = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (cvr_epoch_bar_parent_class)->dispose (object);
}

static void
cvr_epoch_bar_class_init (CvrEpochBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_epoch_bar_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_epoch_bar_init (CvrEpochBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new_with_mnemonic (_("_Epoch"));

  self->scale = GTK_SCALE (gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 1));
  gtk_widget_set_hexpand (GTK_WIDGET (self->scale), TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->scale),
                               _("The network as it was after each stored epoch"));
  gtk_label_set_mnemonic_widget (GTK_LABEL (name), GTK_WIDGET (self->scale));
  g_signal_connect_swapped (self->scale, "value-changed", G_CALLBACK (moved_cb), self);
  self->text = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_width_chars (self->text, 20);
  gtk_label_set_xalign (self->text, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->text), "numeric");
  self->now = GTK_BUTTON (gtk_button_new_with_mnemonic (_("N_ow")));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->now), _("Back to the network as it is now"));
  g_signal_connect_swapped (self->now, "clicked", G_CALLBACK (now_cb), self);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->scale));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->text));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->now));
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "cvr-status-line");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
cvr_epoch_bar_set_project (CvrEpochBar *self,
                           CvrProject  *project)
{
  g_return_if_fail (CVR_IS_EPOCH_BAR (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (cvr_project_get_epochs (self->project), self);
      g_signal_handlers_disconnect_by_data (cvr_project_get_notebook (self->project), self);
      g_signal_handlers_disconnect_by_data (self->project, self);
    }
  g_clear_pointer (&self->reader, cvr_epoch_reader_free);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_set_object (&self->project, project);
  self->run = 0;
  self->n = 0;
  if (project == NULL)
    return;
  self->reader = cvr_epoch_reader_new (cvr_project_get_epochs (project), read_cb, self);
  g_signal_connect_swapped (cvr_project_get_epochs (project), "stored", G_CALLBACK (show_epochs),
                            self);
  g_signal_connect_swapped (cvr_project_get_epochs (project), "thinned", G_CALLBACK (show_epochs),
                            self);
  g_signal_connect_swapped (cvr_project_get_notebook (project), "items-changed",
                            G_CALLBACK (show_epochs), self);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (show_epochs), self);
  show_epochs (self);
}

CvrModel *
cvr_epoch_bar_get_model (CvrEpochBar *self)
{
  g_return_val_if_fail (CVR_IS_EPOCH_BAR (self), NULL);

  return self->model;
}

gint
cvr_epoch_bar_get_epoch (CvrEpochBar *self)
{
  const guint *epochs;
  guint n;

  g_return_val_if_fail (CVR_IS_EPOCH_BAR (self), -1);

  epochs = list (self, &n);

  return self->model != NULL && place (self) < n ? (gint) epochs[place (self)] : -1;
}

guint64
cvr_epoch_bar_get_run (CvrEpochBar *self)
{
  g_return_val_if_fail (CVR_IS_EPOCH_BAR (self), 0);

  return self->run;
}
