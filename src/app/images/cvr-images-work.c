/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page's larger jobs: the queue, look-alikes, asking the network. */
#include "cvr-images-page-private.h"

#include "cvr-duplicates-dialog.h"
#include "cvr-queue-source.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

/* Queue */

static void
start_queue (CvrImagesPage *self,
             CvrQueueKind   kind,
             const guint64 *ids,
             guint          n_ids,
             const char    *none)
{
  if (n_ids == 0)
    {
      cvr_toast (GTK_WIDGET (self), none);
      return;
    }
  gtk_stack_set_visible_child_name (self->stack, "queue");
  cvr_label_queue_start (self->queue, kind, ids, n_ids);
}

/* Doubtful ones or probable mislabels, as the network's review orders them. */
static void
start_from_review (CvrImagesPage *self,
                   CvrQueueKind   kind,
                   CvrReview     *review)
{
  gboolean mislabels = kind == CVR_QUEUE_MISLABELS;
  guint n;
  g_autofree guint *places = mislabels ? cvr_review_mislabels (review, CVR_REVIEW_SURE, &n)
                                       : cvr_review_doubtful (review, &n);
  g_autofree guint64 *ids = g_new (guint64, n + 1);

  for (guint i = 0; i < n; i++)
    ids[i] = review->items[places[i]].id;
  start_queue (self, kind, ids, n,
               mislabels ? _("No label looks wrong to the network")
                         : _("The network has no doubts"));
}

static void
begin_queue (CvrImagesPage *self,
             CvrQueueKind   kind)
{
  CvrReview *review;
  g_autoptr (GArray) ids = NULL;

  switch (kind)
    {
    case CVR_QUEUE_UNLABELLED:
      ids = cvr_queue_unlabelled (cvr_project_get_dataset (self->project));
      start_queue (self, kind, (const guint64 *) (gpointer) ids->data, ids->len,
                   _("Every picture has a label"));
      return;
    case CVR_QUEUE_SHOWN:
      ids = cvr_queue_of_model (G_LIST_MODEL (self->filter));
      start_queue (self, kind, (const guint64 *) (gpointer) ids->data, ids->len,
                   _("No picture is shown at present"));
      return;
    case CVR_QUEUE_DOUBTFUL:
    case CVR_QUEUE_MISLABELS:
    case CVR_N_QUEUES:
      break;
    }

  if (!cvr_images_answers_can_ask (self->answers))
    {
      cvr_toast (GTK_WIDGET (self), _("Train first: then the network says what it doubts"));
      return;
    }
  review = cvr_images_answers_get_review (self->answers);
  if (review != NULL)
    {
      start_from_review (self, kind, review);
      return;
    }
  self->wanted_queue = (gint) kind;
  cvr_images_answers_ask (self->answers, GTK_WIDGET (self));
}

/* Where it was left; else what lacks a label; else what is shown. */
static void
queue_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);
  CvrDataset *dataset;

  if (self->project == NULL)
    return;
  if (cvr_label_queue_resume (self->queue))
    {
      gtk_stack_set_visible_child_name (self->stack, "queue");
      return;
    }
  dataset = cvr_project_get_dataset (self->project);
  begin_queue (self, cvr_dataset_count (dataset, CVR_LABEL_NONE, CVR_SPLIT_AUTO) > 0
                       ? CVR_QUEUE_UNLABELLED
                       : CVR_QUEUE_SHOWN);
}

static void
queue_of_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);
  gint kind = g_variant_get_int32 (parameter);

  if (self->project != NULL && kind >= 0 && kind < CVR_N_QUEUES)
    begin_queue (self, (CvrQueueKind) kind);
}

/* The network */

static gboolean
needs_answers (CvrImagesPage *self)
{
  return cvr_images_filter_get_sort (self->filter) == CVR_SORT_DOUBT
         || cvr_images_filter_get_show (self->filter) & (CVR_SHOW_WRONG | CVR_SHOW_DOUBTFUL);
}

/**
 * cvr_images_page_answers_changed:
 *
 * Also for criteria that changed: the network is asked when they need it, and only then.
 */
void
cvr_images_page_answers_changed (CvrImagesPage *self)
{
  CvrReview *review;
  gint wanted = self->wanted_queue;

  if (self->project == NULL)
    return;
  cvr_images_answers_fill (self->answers, self->filter);
  review = cvr_images_answers_get_review (self->answers);
  if (wanted >= 0 && !cvr_images_answers_is_asking (self->answers))
    {
      self->wanted_queue = -1;
      if (review != NULL)
        start_from_review (self, (CvrQueueKind) wanted, review);
    }
}

static void
ask_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);

  if (!cvr_images_answers_can_ask (self->answers))
    cvr_toast (widget, _("Train first: then the network can be asked"));
  else if (cvr_images_answers_get_review (self->answers) != NULL)
    cvr_toast (widget, _("The network has looked at every picture already"));
  else
    cvr_images_answers_ask (self->answers, widget);
}

/* Asked for by the filter or the order, not while a training changes the answers anyway. */
void
cvr_images_page_ask_if_needed (CvrImagesPage *self)
{
  if (self->project != NULL && needs_answers (self)
      && gtk_widget_get_mapped (GTK_WIDGET (self))
      && cvr_training_get_state (cvr_project_get_training (self->project)) == CVR_TRAINING_IDLE)
    cvr_images_answers_ask (self->answers, GTK_WIDGET (self));
}

/* Look-alikes */

static void
surplus_removed_cb (CvrImagesPage *self,
                    guint          n)
{
  g_autofree char *text = g_strdup_printf (
    ngettext ("%'u picture removed", "%'u pictures removed", n), n);

  cvr_toast_action (GTK_WIDGET (self), text, _("_Undo"), "win.undo");
}

static void
alike_cb (CvrJob       *job,
          gpointer      result,
          const GError *error,
          gpointer      data)
{
  CvrImagesPage *self = data;
  g_autoptr (CvrAlike) alike = result;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *dialog;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "images.find-alike", TRUE);
  if (alike == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        cvr_show_error (GTK_WIDGET (self), _("Look-alikes could not be found"), error->message);
      return;
    }
  if (alike->n_groups == 0)
    {
      cvr_toast (GTK_WIDGET (self), _("No two pictures look alike"));
      return;
    }
  dialog = cvr_duplicates_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                      self->project, alike);
  g_signal_connect_object (dialog, "removed", G_CALLBACK (surplus_removed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
find_alike_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  CvrImagesPage *self = CVR_IMAGES_PAGE (widget);
  CvrJob *job;

  if (self->project == NULL)
    return;
  job = cvr_alike_start (self->project, G_OBJECT (self), alike_cb, self);
  if (job == NULL)
    return;
  gtk_widget_action_set_enabled (widget, "images.find-alike", FALSE);
  cvr_show_job (widget, job);
}

static void
clear_filters_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  cvr_images_filter_clear (CVR_IMAGES_PAGE (widget)->filter);
}

void
cvr_images_page_install_work (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "images.queue", NULL, queue_action);
  gtk_widget_class_install_action (widget_class, "images.queue-of", "i", queue_of_action);
  gtk_widget_class_install_action (widget_class, "images.ask", NULL, ask_action);
  gtk_widget_class_install_action (widget_class, "images.find-alike", NULL, find_alike_action);
  gtk_widget_class_install_action (widget_class, "images.clear-filters", NULL,
                                   clear_filters_action);
}
