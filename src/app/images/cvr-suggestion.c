/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the network says a picture shows, in words, with a button that agrees. */
#include "cvr-suggestion.h"

#include "cvr-inspection.h"
#include "cvr-labelling.h"
#include "cvr-read-picture.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>

struct _CvrSuggestion
{
  AdwBin parent_instance;

  CvrSwatch     *swatch;   /* of the answer */
  GtkLabel      *words;
  GtkWidget     *confirm;
  CvrProject    *project;
  CvrInspection *inspection;
  CvrImageItem  *item;
};

G_DEFINE_FINAL_TYPE (CvrSuggestion, cvr_suggestion, ADW_TYPE_BIN)

enum { CHANGED, CONFIRMED, N_SIGNALS };

static guint signals[N_SIGNALS];

static CvrPrediction *
prediction_of (CvrSuggestion *self)
{
  if (self->inspection == NULL || self->item == NULL
      || cvr_inspection_get_model (self->inspection) == NULL)
    return NULL;

  return cvr_inspection_get_prediction (self->inspection);
}

static const char *
name_of_answer (CvrSuggestion *self,
                CvrPrediction *prediction)
{
  return cvr_inspection_get_model (self->inspection)->classes[prediction->order[0]];
}

static char *
dup_words (CvrSuggestion *self,
           CvrPrediction *prediction)
{
  gint known = cvr_suggestion_get_class (self);
  const char *title = known >= 0 ? cvr_project_class_title (self->project, (guint) known)
                                 : name_of_answer (self, prediction);
  g_autofree char *percent =
    cvr_words_percent ((double) prediction->p[prediction->order[0]], 100);

  if (known >= 0 && known == cvr_image_item_get_label (self->item))
    /* Translators: class, how sure in per cent. */
    return g_strdup_printf (_("The network agrees: “%1$s”, %2$s sure"), title, percent);

  /* Translators: class, how sure in per cent. */
  return g_strdup_printf (_("The network says “%1$s” with %2$s"), title, percent);
}

static void
show (CvrSuggestion *self)
{
  CvrPrediction *prediction = prediction_of (self);
  gint answer = cvr_suggestion_get_class (self);
  g_autofree char *words = NULL;

  if (answer >= 0)
    cvr_labelling_show_class (self->swatch, cvr_project_get_dataset (self->project), answer);
  gtk_widget_set_visible (GTK_WIDGET (self->swatch), answer >= 0);
  if (prediction != NULL)
    words = dup_words (self, prediction);
  else if (self->project != NULL && cvr_project_get_live_model (self->project) == NULL)
    words = g_strdup (_("Once a network is trained, it makes suggestions here."));
  gtk_label_set_text (self->words, words != NULL ? words : "");
  gtk_widget_set_visible (self->confirm, answer >= 0);
}

static void
changed_cb (CvrSuggestion *self)
{
  /* A network that has just been trained has not seen the picture yet. */
  if (self->item != NULL && cvr_inspection_get_image (self->inspection) == NULL)
    cvr_suggestion_set_item (self, self->item);
  show (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
read_cb (CvrImage *image,
         gpointer  data)
{
  CvrSuggestion *self = data;

  if (self->inspection != NULL && image != NULL)
    cvr_inspection_set_image (self->inspection, image);
}

static void
confirmed_cb (CvrSuggestion *self)
{
  g_signal_emit (self, signals[CONFIRMED], 0);
}

static void
cvr_suggestion_map (GtkWidget *widget)
{
  CvrSuggestion *self = CVR_SUGGESTION (widget);

  GTK_WIDGET_CLASS (cvr_suggestion_parent_class)->map (widget);
  if (self->inspection != NULL)
    cvr_inspection_set_active (self->inspection, TRUE);
}

static void
cvr_suggestion_unmap (GtkWidget *widget)
{
  CvrSuggestion *self = CVR_SUGGESTION (widget);

  if (self->inspection != NULL)
    cvr_inspection_set_active (self->inspection, FALSE);
  GTK_WIDGET_CLASS (cvr_suggestion_parent_class)->unmap (widget);
}

static void
cvr_suggestion_dispose (GObject *object)
{
  cvr_suggestion_set_project (CVR_SUGGESTION (object), NULL);

  G_OBJECT_CLASS (cvr_suggestion_parent_class)->dispose (object);
}

static void
cvr_suggestion_class_init (CvrSuggestionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_suggestion_dispose;
  widget_class->map = cvr_suggestion_map;
  widget_class->unmap = cvr_suggestion_unmap;
  signals[CHANGED] =
    g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CONFIRMED] =
    g_signal_new ("confirmed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_suggestion_init (CvrSuggestion *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->swatch = CVR_SWATCH (cvr_swatch_new (-1));
  gtk_widget_set_visible (GTK_WIDGET (self->swatch), FALSE);
  self->words = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_ellipsize (self->words, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "numeric");
  self->confirm = gtk_button_new_with_label (_("Right (Enter)"));
  gtk_widget_add_css_class (self->confirm, "suggested-action");
  gtk_widget_set_valign (self->confirm, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->confirm, FALSE);
  g_signal_connect_swapped (self->confirm, "clicked", G_CALLBACK (confirmed_cb), self);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (box, -1, 36);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->swatch));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->words));
  gtk_box_append (GTK_BOX (box), self->confirm);
  adw_bin_set_child (ADW_BIN (self), box);
}

/**
 * cvr_suggestion_set_project:
 * @project: (nullable): whose network answers
 */
void
cvr_suggestion_set_project (CvrSuggestion *self,
                            CvrProject    *project)
{
  g_return_if_fail (CVR_IS_SUGGESTION (self));

  if (self->project == project)
    return;
  cvr_read_picture_stop (G_OBJECT (self), "suggestion");
  if (self->inspection != NULL)
    g_signal_handlers_disconnect_by_data (self->inspection, self);
  g_clear_object (&self->inspection);
  g_clear_object (&self->item);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;

  self->inspection = cvr_inspection_new (project, CVR_INSPECT_PREDICTION);
  cvr_inspection_set_active (self->inspection, gtk_widget_get_mapped (GTK_WIDGET (self)));
  g_signal_connect_swapped (self->inspection, "changed", G_CALLBACK (changed_cb), self);
}

/**
 * cvr_suggestion_set_item:
 * @item: (nullable): the picture to answer for
 */
void
cvr_suggestion_set_item (CvrSuggestion *self,
                         CvrImageItem  *item)
{
  gboolean same;

  g_return_if_fail (CVR_IS_SUGGESTION (self));

  if (self->inspection == NULL)
    return;
  same = self->item == item && cvr_inspection_get_image (self->inspection) != NULL;
  g_set_object (&self->item, item);
  if (!same)
    {
      cvr_inspection_set_image (self->inspection, NULL);
      if (item != NULL && cvr_project_get_live_model (self->project) != NULL)
        cvr_read_picture (cvr_image_item_get_picture (item), 0, G_OBJECT (self), "suggestion",
                          read_cb, self);
    }
  show (self);
}

gint
cvr_suggestion_get_class (CvrSuggestion *self)
{
  CvrPrediction *prediction;

  g_return_val_if_fail (CVR_IS_SUGGESTION (self), -1);

  prediction = prediction_of (self);

  return prediction != NULL
           ? cvr_dataset_find_class (cvr_project_get_dataset (self->project),
                                     name_of_answer (self, prediction))
           : -1;
}

gboolean
cvr_suggestion_is_thinking (CvrSuggestion *self)
{
  g_return_val_if_fail (CVR_IS_SUGGESTION (self), FALSE);

  return self->item != NULL && gtk_widget_get_mapped (GTK_WIDGET (self))
         && cvr_project_get_live_model (self->project) != NULL && prediction_of (self) == NULL
         && cvr_inspection_get_error (self->inspection) == NULL;
}
