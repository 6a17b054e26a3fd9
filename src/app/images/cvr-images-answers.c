/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the present network says about the project's pictures: asked when a page needs it. */
#include "cvr-images-answers.h"

#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrImagesAnswers
{
  GObject parent_instance;

  CvrProject *project;
  CvrReview  *review;
  CvrJob     *job;     /* borrowed while it runs */
  guint64     newest;  /* picture that it was asked about */
  GWeakRef    asked_by;
};

G_DEFINE_FINAL_TYPE (CvrImagesAnswers, cvr_images_answers, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
emit_changed (CvrImagesAnswers *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
reviewed_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  CvrImagesAnswers *self = data;
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&self->asked_by);

  /* Of another project by now. */
  if (self->job != job)
    {
      cvr_review_unref (result);
      return;
    }
  self->job = NULL;
  if (result != NULL)
    {
      g_clear_pointer (&self->review, cvr_review_unref);
      self->review = result;
    }
  else if (widget != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_show_error (widget, _("The network could not be asked"), error->message);
  emit_changed (self);
}

static void
cvr_images_answers_dispose (GObject *object)
{
  cvr_images_answers_set_project (CVR_IMAGES_ANSWERS (object), NULL);

  G_OBJECT_CLASS (cvr_images_answers_parent_class)->dispose (object);
}

static void
cvr_images_answers_finalize (GObject *object)
{
  g_weak_ref_clear (&CVR_IMAGES_ANSWERS (object)->asked_by);

  G_OBJECT_CLASS (cvr_images_answers_parent_class)->finalize (object);
}

static void
cvr_images_answers_class_init (CvrImagesAnswersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_images_answers_dispose;
  G_OBJECT_CLASS (klass)->finalize = cvr_images_answers_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_images_answers_init (CvrImagesAnswers *self)
{
  g_weak_ref_init (&self->asked_by, NULL);
}

CvrImagesAnswers *
cvr_images_answers_new (void)
{
  return g_object_new (CVR_TYPE_IMAGES_ANSWERS, NULL);
}

/**
 * cvr_images_answers_set_project:
 * @project: (nullable): whose network is asked
 */
void
cvr_images_answers_set_project (CvrImagesAnswers *self,
                                CvrProject       *project)
{
  g_return_if_fail (CVR_IS_IMAGES_ANSWERS (self));

  if (self->project == project)
    return;
  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  g_clear_pointer (&self->review, cvr_review_unref);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;

  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (emit_changed), self);
  g_signal_connect_swapped (project, "evaluation-changed", G_CALLBACK (emit_changed), self);
}

gboolean
cvr_images_answers_can_ask (CvrImagesAnswers *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_ANSWERS (self), FALSE);

  return self->project != NULL && cvr_project_get_model (self->project) != NULL;
}

gboolean
cvr_images_answers_is_asking (CvrImagesAnswers *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_ANSWERS (self), FALSE);

  return self->job != NULL;
}

/* Ids ascend. */
static guint64
newest_id (CvrProject *project)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  guint n = cvr_dataset_n_items (dataset);

  return n > 0 ? cvr_dataset_item (dataset, n - 1)->id : 0;
}

/**
 * cvr_images_answers_get_review:
 *
 * Returns: (transfer none) (nullable): what the present network says
 */
CvrReview *
cvr_images_answers_get_review (CvrImagesAnswers *self)
{
  g_return_val_if_fail (CVR_IS_IMAGES_ANSWERS (self), NULL);

  return self->project != NULL && self->review != NULL
             && self->review->model == cvr_project_get_model (self->project)
             && self->newest >= newest_id (self->project)
           ? self->review
           : NULL;
}

void
cvr_images_answers_ask (CvrImagesAnswers *self,
                        GtkWidget        *widget)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (CVR_IS_IMAGES_ANSWERS (self));

  if (!cvr_images_answers_can_ask (self) || self->job != NULL
      || cvr_images_answers_get_review (self) != NULL)
    return;
  g_weak_ref_set (&self->asked_by, widget);
  self->newest = newest_id (self->project);
  self->job = cvr_review_start (self->project, CVR_REVIEW_ALL, G_OBJECT (self), reviewed_cb, self,
                                &error);
  if (self->job != NULL)
    cvr_show_job (widget, self->job);
  else
    cvr_show_error (widget, _("The network could not be asked"), error->message);
}

static void
fill_from_review (CvrReview       *review,
                  CvrImagesFilter *filter)
{
  g_autofree CvrAnswer *answers = g_new (CvrAnswer, review->n + 1);

  for (guint i = 0; i < review->n; i++)
    answers[i] = (CvrAnswer) { .id = review->items[i].id, .label = review->items[i].label,
                               .predicted = review->items[i].predicted, .p = review->items[i].p };
  cvr_images_filter_set_answers (filter, answers, review->n);
}

static void
fill_from_evaluation (CvrImagesAnswers *self,
                      CvrEvaluation    *evaluation,
                      CvrModel         *model,
                      CvrImagesFilter  *filter)
{
  CvrDataset *dataset = cvr_project_get_dataset (self->project);
  g_autofree CvrAnswer *answers = g_memdup2 (evaluation->answers,
                                             evaluation->n * sizeof (CvrAnswer));
  g_autofree gint *known = g_new (gint, model->n_classes + 1);

  for (guint k = 0; k < model->n_classes; k++)
    known[k] = cvr_dataset_find_class (dataset, model->classes[k]);
  for (guint i = 0; i < evaluation->n; i++)
    answers[i].predicted =
      answers[i].predicted >= 0 && (guint) answers[i].predicted < model->n_classes
        ? known[answers[i].predicted]
        : -1;
  cvr_images_filter_set_answers (filter, answers, evaluation->n);
}

void
cvr_images_answers_fill (CvrImagesAnswers *self,
                         CvrImagesFilter  *filter)
{
  CvrReview *review = cvr_images_answers_get_review (self);
  CvrModel *model = self->project != NULL ? cvr_project_get_model (self->project) : NULL;
  CvrEvaluation *evaluation =
    self->project != NULL ? cvr_project_get_evaluation (self->project) : NULL;

  if (review != NULL)
    fill_from_review (review, filter);
  else if (model != NULL && evaluation != NULL)
    fill_from_evaluation (self, evaluation, model, filter);
  else
    cvr_images_filter_set_answers (filter, NULL, 0);
}
