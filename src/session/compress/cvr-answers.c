/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model's answers on pictures, collected slice by slice. */
#include "cvr-answers.h"

#include "cvr-runner.h"

#include <math.h>

struct _CvrAnswers
{
  CvrRunner   *runner;
  CvrSource   *pictures;
  const guint *order;      /* [pictures] */
  guint        n_classes;
  guint        max_batch;
  guint        n;          /* answered */
  double       us_each;    /* of a picture; 0: not known */
  gint32      *labels;     /* [pictures] */
  gint32      *predicted;  /* [pictures] */
  double      *losses;     /* [pictures] */
};

typedef struct
{
  double place;  /* among its class, 0 … 1 */
  guint  index;
} Placed;

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  const Placed *x = a, *y = b;

  if (x->place != y->place)
    return x->place < y->place ? -1 : 1;

  return (x->index > y->index) - (x->index < y->index);
}

guint *
cvr_answers_order (CvrSource *pictures)
{
  const NnSource *source = cvr_source_peek (pictures);
  guint n = source->count;
  guint *order = g_new (guint, n);
  g_autofree Placed *placed = g_new (Placed, n);
  g_autofree guint *sizes = g_new0 (guint, source->n_classes);
  g_autofree guint *seen = g_new0 (guint, source->n_classes);
  CvrRng rng = cvr_rng_new (1, n);

  for (guint i = 0; i < n; i++)
    {
      order[i] = i;
      sizes[cvr_source_label (pictures, i)]++;
    }
  cvr_rng_shuffle (&rng, order, n);
  for (guint i = 0; i < n; i++)
    {
      gint k = cvr_source_label (pictures, order[i]);

      placed[i] = (Placed) { (seen[k]++ + 0.5) / sizes[k], order[i] };
    }
  qsort (placed, n, sizeof placed[0], compare_places);
  for (guint i = 0; i < n; i++)
    order[i] = placed[i].index;

  return order;
}

CvrAnswers *
cvr_answers_new (CvrModel    *model,
                 CvrSource   *pictures,
                 const guint *order,
                 NnWorkers   *workers,
                 guint        max_batch,
                 GError     **error)
{
  CvrRunner *runner = cvr_runner_new (model, workers, max_batch, error);
  guint n = cvr_source_peek (pictures)->count;
  CvrAnswers *self;

  if (runner == NULL)
    return NULL;

  self = g_new0 (CvrAnswers, 1);
  self->runner = runner;
  self->pictures = pictures;
  self->order = order;
  self->n_classes = model->n_classes;
  self->max_batch = max_batch;
  self->labels = g_new (gint32, n);
  self->predicted = g_new (gint32, n);
  self->losses = g_new (double, n);

  return self;
}

void
cvr_answers_free (CvrAnswers *self)
{
  g_clear_pointer (&self->runner, cvr_runner_free);
  g_clear_pointer (&self->labels, g_free);
  g_clear_pointer (&self->predicted, g_free);
  g_clear_pointer (&self->losses, g_free);
  g_free (self);
}

double
cvr_answers_get_pace (CvrAnswers *self)
{
  return self->us_each;
}

void
cvr_answers_set_pace (CvrAnswers *self,
                      double      pace)
{
  self->us_each = pace;
}

guint
cvr_answers_n (CvrAnswers *self)
{
  return self->n;
}

double
cvr_answers_ms (CvrAnswers *self,
                gint64      budget_us,
                gboolean  (*keep_going) (gpointer data),
                gpointer    data)
{
  return cvr_runner_ms (self->runner, budget_us, keep_going, data);
}

/* NnSource.fetch of the pictures that come next. Any thread. */
static void
fetch_next (const NnSource *source,
            guint           index,
            CvrRng         *rng,
            nn_real        *x,
            gint32         *label,
            float          *values)
{
  const CvrAnswers *self = source->data;
  const NnSource *all = cvr_source_peek (self->pictures);

  all->fetch (all, self->order[self->n + index], rng, x, label, values);
}

static void
keep (CvrAnswers         *self,
      const NnEvaluation *figures)
{
  for (guint i = 0; i < figures->n; i++)
    {
      const float *p = figures->probabilities + (gsize) i * self->n_classes;
      gint32 best = 0;

      for (guint k = 1; k < self->n_classes; k++)
        if (p[k] > p[best])
          best = (gint32) k;
      self->labels[self->n + i] = figures->labels[i];
      self->predicted[self->n + i] = best;
      self->losses[self->n + i] = -log (MAX ((double) p[figures->labels[i]], 1e-37));
    }
  self->n += figures->n;
}

/**
 * cvr_answers_go_on:
 *
 * One slice at a time, of as many pictures as the time allows by what the last ones took, and at
 * least one. Errors: as of cvr_evaluate().
 */
gboolean
cvr_answers_go_on (CvrAnswers *self,
                   gint64      budget_us,
                   guint       until,
                   GError    **error)
{
  guint left = MIN (until, cvr_source_peek (self->pictures)->count) - self->n;
  guint fit = self->us_each > 0 ? (guint) ((double) budget_us / self->us_each) : 4;
  NnSource next = *cvr_source_peek (self->pictures);
  gint64 begin = g_get_monotonic_time ();
  NnEvaluation figures = { 0 };
  double pace;

  g_return_val_if_fail (until > self->n, FALSE);

  next.count = CLAMP (MIN (fit, left), 1, self->max_batch);
  next.fetch = fetch_next;
  next.data = self;
  next.begin_epoch = NULL;
  if (!cvr_runner_evaluate (self->runner, &next, NN_LOSS_CROSS_ENTROPY, NULL, NULL, &figures,
                            error))
    return FALSE;

  /* The best so far: others may keep the processor for a while. */
  pace = MAX ((double) (g_get_monotonic_time () - begin) / figures.n, 1);
  self->us_each = self->n > 0 && self->us_each > 0 ? MIN (self->us_each, pace) : pace;
  keep (self, &figures);
  nn_evaluation_clear (&figures);

  return TRUE;
}

double
cvr_answers_accuracy (CvrAnswers *self,
                      guint       n)
{
  guint n_right = 0;

  for (guint i = 0; i < n; i++)
    n_right += self->predicted[i] == self->labels[i] ? 1 : 0;

  return n > 0 ? (double) n_right / n : (double) NAN;
}

double
cvr_answers_loss (CvrAnswers *self,
                  guint       n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += self->losses[i];

  return n > 0 ? sum / n : (double) NAN;
}

NnConfusion *
cvr_answers_confusion (CvrAnswers *self,
                       guint       n)
{
  NnConfusion *confusion = nn_confusion_new (self->n_classes);

  for (guint i = 0; i < n; i++)
    nn_confusion_add (confusion, (guint) self->labels[i], (guint) self->predicted[i]);

  return confusion;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  guint64 x = ((const CvrChangedAnswer *) a)->id, y = ((const CvrChangedAnswer *) b)->id;

  return (x > y) - (x < y);
}

CvrChangedAnswer *
cvr_answers_changed (CvrAnswers *before,
                     CvrAnswers *after,
                     guint       n,
                     guint      *n_changed)
{
  CvrChangedAnswer *changed = g_new (CvrChangedAnswer, MAX (n, 1));

  *n_changed = 0;
  for (guint i = 0; i < n; i++)
    if (before->predicted[i] != after->predicted[i])
      changed[(*n_changed)++] =
        (CvrChangedAnswer) { cvr_source_item_id (after->pictures, after->order[i]),
                             after->labels[i], before->predicted[i], after->predicted[i] };
  qsort (changed, *n_changed, sizeof changed[0], compare_ids);

  return changed;
}
