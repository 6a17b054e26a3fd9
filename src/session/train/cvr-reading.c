/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a training's curves: what happens, and since when. */
#include "cvr-reading-private.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  OVERFIT_EPOCHS = 3,   /* of worse validation while training gets better */
  UNDERFIT_EPOCHS = 5,  /* before it can be said that it learns too little */
  PLATEAU_EPOCHS = 5,   /* without progress worth the name */
  EXPLODE_BUCKETS = 5,  /* of the curve: one batch of few pictures may be as bad by chance */
};

static const double plateau_gain = 0.01;    /* of the loss, over PLATEAU_EPOCHS */
static const double overfit_rise = 0.05;    /* of the lowest validation loss: less is noise */
static const double underfit_gain = 0.03;   /* of the training loss, over UNDERFIT_EPOCHS */
static const double diverge_factor = 1.5;   /* of the best loss so far */
static const double diverge_share = 0.5;    /* of the loss at the start: less has not run away */
static const double explode_factor = 3;     /* of the loss before the first step */
static const double memorised_gap = 0.1;    /* training accuracy above validation accuracy */
static const double seen_gap = 0.05;        /* the same where the curves show it too */
static const double low_accuracy = 0.7;     /* of training pictures: underfitting below it */

/* The first row whose pictures all came after settings were changed on the way: what augmentation
 * or dropout makes harder has a higher loss for it, and has not run away. The rate doesn't
 * count. */
static guint
first_after_changes (const CvrSeen *seen)
{
  guint n, first = 0;
  const CvrHistoryEvent *events = cvr_history_events (seen->history, &n);

  for (guint i = 0; i < n; i++)
    while (events[i].kind == CVR_EVENT_SETTING_CHANGED && first < seen->n
           && seen->rows[first].epoch - 1 < events[i].x)
      first++;

  return first;
}

/* The loss before it had learned anything. */
static double
loss_at_start (const CvrSeen *seen)
{
  CvrBucket first;
  double epoch = seen->rows[0].loss;

  return cvr_history_nearest (seen->history, CVR_SERIES_LOSS, 0, &first) ? MAX (first.min, epoch)
                                                                         : epoch;
}

/* What is far above a tiny loss may still be a small one: it has to come near to where it began,
 * and to be wrong about many of its own pictures. */
static gboolean
diverges (const CvrSeen *seen)
{
  const CvrEpochRow *rows = seen->rows;
  guint n = seen->n, first;
  double best = (double) INFINITY;

  if (!isfinite (rows[n - 1].loss))
    return TRUE;
  if (rows[n - 1].accuracy >= low_accuracy ||
      rows[n - 1].loss < diverge_share * loss_at_start (seen))
    return FALSE;
  first = first_after_changes (seen);
  for (guint i = first; i + 1 < n; i++)
    best = MIN (best, rows[i].loss);

  /* Two epochs in a row above: one bad epoch is noise. */
  return n >= first + 3 && rows[n - 1].loss > diverge_factor * best &&
         rows[n - 2].loss > diverge_factor * best;
}

/* Whether it ran away at some time, in the mean over a few places of the curve: a network that it
 * broke is flat ever after, and looks as if it had never learned. For one that is wrong about many of its own pictures: the loss of others may
 * well have fallen to a third within the first steps. */
static gboolean
has_exploded (const CvrSeen *seen)
{
  guint n;
  const CvrBucket *buckets = cvr_history_series (seen->history, CVR_SERIES_LOSS, &n);
  CvrBucket first;

  if (!cvr_history_nearest (seen->history, CVR_SERIES_LOSS, 0, &first))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      guint m = MIN (i + 1, EXPLODE_BUCKETS);
      double sum = 0;

      for (guint k = 0; k < m; k++)
        sum += buckets[i - k].mean;
      if (i + 1 >= MIN (n, EXPLODE_BUCKETS) && !(sum <= explode_factor * first.mean * m))
        return TRUE;
    }

  return FALSE;
}

/* Whether that stands on the curve. */
static gboolean
has_event (const CvrSeen      *seen,
           CvrHistoryEventKind kind)
{
  guint n;
  const CvrHistoryEvent *events = cvr_history_events (seen->history, &n);

  for (guint i = 0; i < n; i++)
    if (events[i].kind == kind)
      return TRUE;

  return FALSE;
}

/* Validation loss that rises epoch by epoch, or stays clearly above its lowest, while training loss
 * goes on falling. */
static gboolean
overfits (CvrSeen *seen)
{
  const CvrEpochRow *rows = seen->rows;
  guint lowest = 0;
  gboolean rising = TRUE, above = TRUE, learning = TRUE;

  if (seen->n <= OVERFIT_EPOCHS || !isfinite (rows[seen->n - 1].val_loss))
    return FALSE;

  for (guint i = 1; i < seen->n; i++)
    if (rows[i].val_loss < rows[lowest].val_loss)
      lowest = i;
  for (guint i = seen->n - OVERFIT_EPOCHS; i < seen->n; i++)
    {
      rising &= rows[i].val_loss > rows[i - 1].val_loss && rows[i].loss < rows[i - 1].loss;
      above &= i > lowest && rows[i].val_loss > (1 + overfit_rise) * rows[lowest].val_loss;
      learning &= rows[i].loss < rows[lowest].loss;
    }
  if (!rising && !(above && learning))
    return FALSE;

  seen->since = rows[rising ? seen->n - OVERFIT_EPOCHS - 1 : lowest].epoch;
  return TRUE;
}

/* Wrong about many of its own pictures, and hardly getting better at them. */
static gboolean
underfits (CvrSeen *seen)
{
  const CvrEpochRow *last = &seen->rows[seen->n - 1];
  const CvrEpochRow *before;

  if (seen->n <= UNDERFIT_EPOCHS)
    return FALSE;

  before = &seen->rows[seen->n - 1 - UNDERFIT_EPOCHS];
  if (!(last->accuracy < low_accuracy) || last->loss < (1 - underfit_gain) * before->loss)
    return FALSE;

  seen->since = before->epoch;
  return TRUE;
}

static gboolean
stands_still (CvrSeen *seen)
{
  double before = (double) INFINITY, lately = (double) INFINITY;

  if (seen->n <= PLATEAU_EPOCHS)
    return FALSE;

  for (guint i = 0; i < seen->n; i++)
    if (i < seen->n - PLATEAU_EPOCHS)
      before = MIN (before, cvr_seen_score (&seen->rows[i]));
    else
      lately = MIN (lately, cvr_seen_score (&seen->rows[i]));
  if (!(lately > before * (1.0 - plateau_gain)))
    return FALSE;

  seen->since = seen->rows[seen->n - PLATEAU_EPOCHS - 1].epoch;
  return TRUE;
}

static CvrSign
judge_running (CvrSeen *seen)
{
  if (seen->n == 0)
    return CVR_SIGN_NOTHING;
  seen->runs_away = diverges (seen);
  if (seen->runs_away)
    return CVR_SIGN_DIVERGING;
  if (overfits (seen))
    return CVR_SIGN_OVERFITTING;
  if (underfits (seen))
    return has_exploded (seen) ? CVR_SIGN_DIVERGING : CVR_SIGN_UNDERFITTING;
  if (stands_still (seen))
    return CVR_SIGN_PLATEAU;

  return CVR_SIGN_LEARNING;
}

/* The last one where nothing was validated. */
static const CvrEpochRow *
find_best (const CvrSeen *seen)
{
  guint best = cvr_history_best_epoch (seen->history);

  if (seen->n == 0)
    return NULL;

  for (guint i = 0; i < seen->n; i++)
    if (seen->rows[i].epoch == best)
      return &seen->rows[i];

  return &seen->rows[seen->n - 1];
}

/* Wrong about many of its own pictures when it was best; at the end not so any more: what it
 * learned after that was no use for others. */
static gboolean
learned_by_heart (CvrSeen *seen)
{
  const CvrEpochRow *last = &seen->rows[seen->n - 1];

  return seen->best->accuracy < low_accuracy && last->accuracy >= low_accuracy &&
         (overfits (seen) || last->accuracy - last->val_accuracy > memorised_gap);
}

/* By the best epoch: that is the network which is kept. */
static CvrSign
judge_finished (CvrSeen *seen)
{
  const CvrEpochRow *best = seen->best;
  double gap;

  seen->stopped_early = has_event (seen, CVR_EVENT_EARLY_STOPPED);
  seen->runs_away = has_event (seen, CVR_EVENT_DIVERGED) || (seen->n > 0 && diverges (seen));
  if (seen->runs_away)
    return CVR_SIGN_DIVERGING;
  if (seen->n == 0)
    return CVR_SIGN_NOTHING;

  seen->by_heart = learned_by_heart (seen);
  if (seen->by_heart)
    {
      seen->since = best->epoch;
      return CVR_SIGN_OVERFITTING;
    }
  if (best->accuracy < low_accuracy && seen->rows[seen->n - 1].accuracy < low_accuracy)
    return has_exploded (seen) ? CVR_SIGN_DIVERGING : CVR_SIGN_UNDERFITTING;
  gap = best->accuracy - best->val_accuracy;
  if (isfinite (gap) && gap > (overfits (seen) ? seen_gap : memorised_gap))
    return CVR_SIGN_OVERFITTING;
  if (isfinite (best->val_loss) && best->epoch == seen->n && seen->n >= seen->n_planned)
    return CVR_SIGN_UNFINISHED;

  return CVR_SIGN_DONE;
}

/* The cures of a sign, most promising first, without those that change nothing. */
static void
find_remedies (CvrReading        *self,
               const CvrSettings *settings)
{
  static const gint cures[][CVR_MAX_REMEDIES] = {
    [CVR_SIGN_OVERFITTING] = { CVR_REMEDY_AUGMENT, CVR_REMEDY_DROPOUT, CVR_REMEDY_WEIGHT_DECAY,
                               CVR_REMEDY_STOP_EARLY },
    [CVR_SIGN_UNDERFITTING] = { CVR_REMEDY_LARGER_NETWORK, CVR_REMEDY_HIGHER_RATE,
                                CVR_REMEDY_MORE_EPOCHS, CVR_REMEDY_LESS_AUGMENT },
    [CVR_SIGN_PLATEAU] = { CVR_REMEDY_LOWER_RATE, CVR_REMEDY_STOP_EARLY, CVR_REMEDY_LARGER_NETWORK,
                           -1 },
    [CVR_SIGN_DIVERGING] = { CVR_REMEDY_LOWER_RATE, -1 },
    [CVR_SIGN_UNFINISHED] = { CVR_REMEDY_MORE_EPOCHS, -1 },
    [CVR_SIGN_DONE] = { -1 },
    [CVR_SIGN_NOTHING] = { -1 },
    [CVR_SIGN_LEARNING] = { -1 },
  };

  for (guint i = 0; i < CVR_MAX_REMEDIES && cures[self->sign][i] >= 0; i++)
    {
      CvrRemedy remedy = (CvrRemedy) cures[self->sign][i];
      CvrSettings changed = *settings;

      if (cvr_remedy_apply (remedy, &changed))
        self->remedies[self->n_remedies++] = remedy;
    }
}

/**
 * cvr_reading_new:
 *
 * Returns: (transfer full)
 */
CvrReading *
cvr_reading_new (CvrHistory        *history,
                 const CvrSettings *settings,
                 guint              n_planned,
                 gboolean           running)
{
  CvrReading *self = g_new0 (CvrReading, 1);
  CvrSeen seen = { .history = history, .n_planned = n_planned };

  seen.rows = cvr_history_epochs (history, &seen.n);
  seen.best = find_best (&seen);
  seen.sign = running ? judge_running (&seen) : judge_finished (&seen);
  self->sign = seen.sign;
  self->since = seen.since;
  self->sentence = running ? cvr_seen_say_running (&seen) : cvr_seen_say_finished (&seen);
  self->detail = cvr_seen_say_detail (&seen);
  if (settings != NULL)
    find_remedies (self, settings);

  return self;
}

void
cvr_reading_weigh (CvrReading *self,
                   CvrHistory *history,
                   double      most)
{
  guint n;
  const CvrEpochRow *rows = cvr_history_epochs (history, &n);
  g_autofree char *right = NULL;

  g_return_if_fail (self != NULL);

  if (self->sign != CVR_SIGN_LEARNING || n == 0 || !(rows[n - 1].val_accuracy <= most))
    return;
  right = cvr_words_percent (rows[n - 1].val_accuracy, 0);
  g_free (self->sentence);
  self->sentence = g_strdup_printf (
    _("So far it guesses: after epoch %1$u it is right about %2$s of the pictures it has never "
      "learned from, no more than if it always gave the same answer."),
    rows[n - 1].epoch, right);
}

void
cvr_reading_leave_out (CvrReading *self,
                       CvrRemedy   remedy)
{
  guint n = 0;

  for (guint i = 0; i < self->n_remedies; i++)
    if (self->remedies[i] != remedy)
      self->remedies[n++] = self->remedies[i];
  self->n_remedies = n;
}

double
cvr_reading_guess (CvrDataset *dataset)
{
  guint all = 0, most = 0;

  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    {
      guint n = cvr_dataset_class (dataset, k)->off
                  ? 0
                  : cvr_dataset_count (dataset, (gint) k, CVR_SPLIT_VALID);

      all += n;
      most = MAX (most, n);
    }

  return all > 0 ? (double) most / all : (double) NAN;
}

void
cvr_reading_free (CvrReading *self)
{
  g_free (self->sentence);
  g_free (self->detail);
  g_free (self);
}

/**
 * cvr_history_dup_reading:
 * @n_epochs_planned: how many were asked for
 * @running: whether the training still goes on
 *
 * Pure. Returns: (transfer full): a translated sentence or two.
 */
char *
cvr_history_dup_reading (CvrHistory *self,
                         guint       n_epochs_planned,
                         gboolean    running)
{
  g_autoptr (CvrReading) reading = cvr_reading_new (self, NULL, n_epochs_planned, running);

  return g_steal_pointer (&reading->sentence);
}
