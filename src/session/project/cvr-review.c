/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the present network says about the project's own pictures. */
#include "cvr-review.h"

#include "cvr-model-output.h"
#include "cvr-project-private.h"
#include "cvr-source.h"
#include "nn-int8.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum { REVIEW_BATCH = 64 };

/* A review under way. One batch: pictures are read by all threads, then the network runs on all
 * threads. */
typedef struct
{
  CvrModel   *model;
  CvrDataset *dataset;
  NnExec     *exec;      /* one of the two */
  NnInt8     *int8;
  gint       *to_model;  /* [classes of the data set] */
  gint       *to_data;   /* [model->n_classes] */
  GArray     *chosen;    /* of guint: items */
  gsize       n_values;  /* of one picture */
  guint       first, n;  /* of the batch, in @chosen */
  gboolean    read[REVIEW_BATCH];
} Review;

static void
review_clear (Review *self)
{
  g_clear_pointer (&self->exec, nn_exec_free);
  g_clear_pointer (&self->int8, nn_int8_free);
  g_clear_pointer (&self->to_model, g_free);
  g_clear_pointer (&self->to_data, g_free);
  g_clear_pointer (&self->chosen, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Review, review_clear)

static void
choose (Review        *self,
        CvrReviewWhich which)
{
  self->chosen = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < cvr_dataset_n_items (self->dataset); i++)
    {
      gint label = cvr_dataset_item (self->dataset, i)->label;

      if (label < 0 || (which == CVR_REVIEW_ALL &&
                        !cvr_dataset_class (self->dataset, (guint) label)->off))
        g_array_append_val (self->chosen, i);
    }
}

static void
map_classes (Review *self)
{
  self->to_model = cvr_source_map_classes (
    self->dataset, (const char *const *) self->model->classes, self->model->n_classes);
  self->to_data = g_new (gint, self->model->n_classes);
  for (guint j = 0; j < self->model->n_classes; j++)
    self->to_data[j] = -1;
  for (guint k = 0; k < cvr_dataset_n_classes (self->dataset); k++)
    if (self->to_model[k] >= 0)
      self->to_data[self->to_model[k]] = (gint) k;
}

static gboolean
prepare (Review        *self,
         CvrReviewWhich which,
         NnWorkers     *workers,
         GError       **error)
{
  const CvrPreprocess *preprocess = &self->model->preprocess;
  guint batch;

  if (!cvr_model_output_check (self->model, error))
    return FALSE;

  choose (self, which);
  map_classes (self);
  self->n_values = (gsize) preprocess->width * preprocess->height * preprocess->channels;
  batch = CLAMP (self->chosen->len, 1, REVIEW_BATCH);
  if (nn_int8_applies (self->model->graph, self->model->params))
    self->int8 = nn_int8_new (self->model->graph, self->model->params, workers, batch, error);
  else
    self->exec = nn_exec_new (self->model->graph, workers, batch, NN_EXEC_INFER, error);

  return self->int8 != NULL || self->exec != NULL;
}

/* NnPieceFunc: one picture of the batch into the network's input. */
static void
read_piece (guint    piece,
            guint    thread,
            gpointer data)
{
  Review *self = data;
  guint i = g_array_index (self->chosen, guint, self->first + piece);
  nn_real *input = self->int8 != NULL ? nn_int8_input (self->int8, 0)
                                      : nn_exec_input (self->exec, 0);
  g_autoptr (CvrImage) pixels = cvr_source_read (
    &self->model->preprocess, cvr_dataset_item (self->dataset, i)->picture, NULL);

  self->read[piece] = pixels != NULL;
  if (pixels != NULL)
    cvr_preprocess_floats (&self->model->preprocess, pixels, input + piece * self->n_values);
  else
    memset (input + piece * self->n_values, 0, self->n_values * sizeof (nn_real));
}

static CvrReviewItem
judge (Review        *self,
       const CvrItem *item,
       const float   *p)
{
  CvrReviewItem judged = { .id = item->id, .label = item->label, .p_label = NAN };
  guint best = 0;
  float second = 0;

  for (guint j = 1; j < self->model->n_classes; j++)
    if (p[j] > p[best])
      best = j;
  for (guint j = 0; j < self->model->n_classes; j++)
    if (j != best)
      second = MAX (second, p[j]);

  judged.predicted = self->to_data[best];
  judged.p = p[best];
  judged.margin = p[best] - second;
  if (item->label >= 0 && self->to_model[item->label] >= 0)
    judged.p_label = p[self->to_model[item->label]];
  judged.learnt = item->label >= 0 && item->used == CVR_SPLIT_TRAIN;

  return judged;
}

static void
take_answers (Review    *self,
              CvrReview *review)
{
  const nn_real *output;
  g_autofree float *p = g_new (float, self->model->n_classes);

  if (self->int8 != NULL)
    nn_int8_forward (self->int8, self->n);
  else
    nn_exec_forward (self->exec, self->model->params, self->n, 0);
  output = self->int8 != NULL ? nn_int8_output (self->int8, 0) : nn_exec_output (self->exec, 0);

  for (guint b = 0; b < self->n; b++)
    {
      guint i = g_array_index (self->chosen, guint, self->first + b);

      if (!self->read[b])
        {
          review->n_unread++;
          continue;
        }
      cvr_model_output_to_p (self->model, output + (gsize) b * self->model->n_classes, p);
      review->items[review->n++] = judge (self, cvr_dataset_item (self->dataset, i), p);
    }
}

/**
 * cvr_review_run:
 *
 * Returns: (transfer full)
 */
CvrReview *
cvr_review_run (CvrModel       *model,
                CvrDataset     *dataset,
                CvrReviewWhich  which,
                NnWorkers      *workers,
                const CvrWatch *watch,
                GError        **error)
{
  g_auto (Review) self = { .model = model, .dataset = dataset };
  g_autoptr (CvrReview) review = NULL;

  g_return_val_if_fail (model != NULL && dataset != NULL && workers != NULL, NULL);

  if (!prepare (&self, which, workers, error))
    return NULL;

  review = g_atomic_rc_box_new0 (CvrReview);
  review->model = cvr_model_ref (model);
  review->items = g_new (CvrReviewItem, MAX (self.chosen->len, 1));
  for (self.first = 0; self.first < self.chosen->len; self.first += self.n)
    {
      self.n = MIN (self.chosen->len - self.first, REVIEW_BATCH);
      if (!cvr_watch_tell (watch, self.first, self.chosen->len))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
          return NULL;
        }
      nn_workers_run (workers, self.n, read_piece, &self);
      take_answers (&self, review);
    }

  return g_steal_pointer (&review);
}

CvrReview *
cvr_review_ref (CvrReview *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
free_members (gpointer data)
{
  CvrReview *self = data;

  cvr_model_unref (self->model);
  g_free (self->items);
}

void
cvr_review_unref (gpointer self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, free_members);
}

static int
less_certain (gconstpointer a,
              gconstpointer b,
              gpointer      data)
{
  const CvrReviewItem *items = data;
  guint i = *(const guint *) a, j = *(const guint *) b;

  if (items[i].margin != items[j].margin)
    return items[i].margin < items[j].margin ? -1 : 1;

  return i < j ? -1 : i > j;
}

static int
surer (gconstpointer a,
       gconstpointer b,
       gpointer      data)
{
  const CvrReviewItem *items = data;
  guint i = *(const guint *) a, j = *(const guint *) b;

  if (items[i].p != items[j].p)
    return items[i].p > items[j].p ? -1 : 1;

  return i < j ? -1 : i > j;
}

typedef gboolean (*Wanted) (const CvrReviewItem *item, double least);

static guint *
order (const CvrReview *self,
       Wanted           wanted,
       double           least,
       GCompareDataFunc compare,
       guint           *n)
{
  guint *places = g_new (guint, MAX (self->n, 1));

  *n = 0;
  for (guint i = 0; i < self->n; i++)
    if (wanted (&self->items[i], least))
      places[(*n)++] = i;
  if (*n > 1)
    g_qsort_with_data (places, (gint) *n, sizeof (guint), compare, self->items);

  return places;
}

static gboolean
is_any (const CvrReviewItem *item,
        double               least)
{
  return TRUE;
}

static gboolean
has_suggestion (const CvrReviewItem *item,
                double               least)
{
  return item->label < 0 && item->predicted >= 0;
}

static gboolean
contradicts (const CvrReviewItem *item,
             double               least)
{
  return !isnan (item->p_label) && item->predicted >= 0 && item->predicted != item->label &&
         (double) item->p >= least;
}

guint *
cvr_review_doubtful (const CvrReview *self,
                     guint           *n)
{
  return order (self, is_any, 0, less_certain, n);
}

guint *
cvr_review_suggestions (const CvrReview *self,
                        guint           *n)
{
  return order (self, has_suggestion, 0, less_certain, n);
}

/**
 * cvr_review_mislabels:
 *
 * Pictures of a class that the network was never taught don't count: it can't know better.
 */
guint *
cvr_review_mislabels (const CvrReview *self,
                      double           least,
                      guint           *n)
{
  return order (self, contradicts, least, surer, n);
}

typedef struct
{
  CvrModel      *model;
  CvrDataset    *dataset;
  CvrReviewWhich which;
  NnWorkers     *workers;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  cvr_model_unref (request->model);
  cvr_dataset_unref (request->dataset);
  nn_workers_unref (request->workers);
  g_free (request);
}

/* Worker. */
static gpointer
review_func (CvrJob  *job,
             gpointer data,
             GError **error)
{
  Request *request = data;
  CvrWatch watch = cvr_watch_job (job);

  return cvr_review_run (request->model, request->dataset, request->which, request->workers,
                         &watch, error);
}

CvrJob *
cvr_review_start (CvrProject    *project,
                  CvrReviewWhich which,
                  GObject       *owner,
                  CvrJobDone     done,
                  gpointer       user_data,
                  GError       **error)
{
  CvrModel *model = cvr_project_get_model (project);
  Request *request;
  CvrJob *job;

  if (model == NULL)
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA,
                           _("There is no trained network yet. Train one, and it can help to "
                             "label."));
      return NULL;
    }

  request = g_new0 (Request, 1);
  request->model = cvr_model_ref (model);
  request->dataset = cvr_dataset_copy (cvr_project_get_dataset (project));
  request->which = which;
  request->workers = nn_workers_ref (cvr_project_workers (project));
  job = cvr_job_start (_("Asking the network"), review_func, request, request_free, owner, done,
                       user_data, cvr_review_unref);
  cvr_project_track_job (project, job);

  return job;
}
