/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a training's curves: what happens, since when, and in which words. */
#include "cvr-reading.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  OVERFIT_EPOCHS = 3,   /* of worse validation while training gets better */
  UNDERFIT_EPOCHS = 5,  /* before it can be said that it learns too little */
  PLATEAU_EPOCHS = 5,   /* without progress worth the name */
};

static const double plateau_gain = 0.01;    /* of the loss, over PLATEAU_EPOCHS */
static const double overfit_rise = 0.02;    /* of the lowest validation loss: less is noise */
static const double underfit_gain = 0.03;   /* of the training loss, over UNDERFIT_EPOCHS */
static const double diverge_factor = 1.5;   /* of the best loss so far */
static const double explode_factor = 3;     /* of the loss before the first step */
static const double memorised_gap = 0.1;    /* training accuracy above validation accuracy */
static const double seen_gap = 0.05;        /* the same where the curves show it too */
static const double low_accuracy = 0.7;     /* of training pictures: underfitting below it */

/* Curves, and what has been made out. */
typedef struct
{
  CvrHistory        *history;
  const CvrEpochRow *rows;
  guint              n, n_planned;
  CvrSign            sign;
  guint              since;   /* epoch; 0: none */
} Seen;

/* The first row whose pictures all came after settings were changed on the way: what augmentation
 * or dropout makes harder has a higher loss for it, and has not run away. The rate doesn't
 * count. */
static guint
first_after_changes (const Seen *seen)
{
  guint n, first = 0;
  const CvrHistoryEvent *events = cvr_history_events (seen->history, &n);

  for (guint i = 0; i < n; i++)
    while (events[i].kind == CVR_EVENT_SETTING_CHANGED && first < seen->n
           && seen->rows[first].epoch - 1 < events[i].x)
      first++;

  return first;
}

static gboolean
diverges (const Seen *seen)
{
  const CvrEpochRow *rows = seen->rows;
  guint n = seen->n, first;
  double best = (double) INFINITY;

  if (!isfinite (rows[n - 1].loss))
    return TRUE;
  first = first_after_changes (seen);
  for (guint i = first; i + 1 < n; i++)
    best = MIN (best, rows[i].loss);

  /* Two epochs in a row above: one bad epoch is noise. */
  return n >= first + 3 && rows[n - 1].loss > diverge_factor * best &&
         rows[n - 2].loss > diverge_factor * best;
}

/* Whether it ran away at some time: a network that it broke is flat ever after, and looks as if it
 * had never learned. For one that is wrong about many of its own pictures: the loss of others may
 * well have fallen to a third within the first steps. */
static gboolean
has_exploded (const Seen *seen)
{
  guint n;
  const CvrBucket *buckets = cvr_history_series (seen->history, CVR_SERIES_LOSS, &n);
  CvrBucket first;

  if (!cvr_history_nearest (seen->history, CVR_SERIES_LOSS, 0, &first))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!(buckets[i].max <= explode_factor * first.min))
      return TRUE;

  return FALSE;
}

static gboolean
was_given_up (const Seen *seen)
{
  guint n;
  const CvrHistoryEvent *events = cvr_history_events (seen->history, &n);

  for (guint i = 0; i < n; i++)
    if (events[i].kind == CVR_EVENT_DIVERGED)
      return TRUE;

  return FALSE;
}

/* Validation loss that rises epoch by epoch, or stays clearly above its lowest, while training loss
 * goes on falling. */
static gboolean
overfits (Seen *seen)
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
underfits (Seen *seen)
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

/* The score that counts: validation loss, or the training's own where nothing is validated. */
static double
score (const CvrEpochRow *row)
{
  return isfinite (row->val_loss) ? row->val_loss : row->loss;
}

static gboolean
stands_still (Seen *seen)
{
  double before = (double) INFINITY, lately = (double) INFINITY;

  if (seen->n <= PLATEAU_EPOCHS)
    return FALSE;

  for (guint i = 0; i < seen->n; i++)
    if (i < seen->n - PLATEAU_EPOCHS)
      before = MIN (before, score (&seen->rows[i]));
    else
      lately = MIN (lately, score (&seen->rows[i]));
  if (!(lately > before * (1.0 - plateau_gain)))
    return FALSE;

  seen->since = seen->rows[seen->n - PLATEAU_EPOCHS - 1].epoch;
  return TRUE;
}

static CvrSign
judge_running (Seen *seen)
{
  if (seen->n == 0)
    return CVR_SIGN_NOTHING;
  if (diverges (seen))
    return CVR_SIGN_DIVERGING;
  if (overfits (seen))
    return CVR_SIGN_OVERFITTING;
  if (underfits (seen))
    return has_exploded (seen) ? CVR_SIGN_DIVERGING : CVR_SIGN_UNDERFITTING;
  if (stands_still (seen))
    return CVR_SIGN_PLATEAU;

  return CVR_SIGN_LEARNING;
}

static const CvrEpochRow *
best_row (const Seen *seen)
{
  guint best = cvr_history_best_epoch (seen->history);

  for (guint i = 0; i < seen->n; i++)
    if (seen->rows[i].epoch == best)
      return &seen->rows[i];

  return &seen->rows[seen->n - 1];
}

/* By the best epoch: that is the network which is kept. */
static CvrSign
judge_finished (Seen *seen)
{
  const CvrEpochRow *best;
  double gap;

  if (was_given_up (seen))
    return CVR_SIGN_DIVERGING;
  if (seen->n == 0)
    return CVR_SIGN_NOTHING;
  if (diverges (seen))
    return CVR_SIGN_DIVERGING;

  best = best_row (seen);
  if (best->accuracy < low_accuracy)
    return has_exploded (seen) ? CVR_SIGN_DIVERGING : CVR_SIGN_UNDERFITTING;
  gap = best->accuracy - best->val_accuracy;
  if (isfinite (gap) && gap > (overfits (seen) ? seen_gap : memorised_gap))
    return CVR_SIGN_OVERFITTING;
  if (isfinite (best->val_loss) && best->epoch == seen->n && seen->n >= seen->n_planned)
    return CVR_SIGN_UNFINISHED;

  return CVR_SIGN_DONE;
}

/* A network that answers with a number is never simply right. */
static gboolean
counts_right (const CvrEpochRow *row)
{
  return !isnan (row->accuracy);
}

static char *
say_learning (const CvrEpochRow *row)
{
  g_autofree char *percent = NULL;

  if (!counts_right (row))
    return g_strdup_printf (_("It is learning: after epoch %1$u its loss is %2$.3g."), row->epoch,
                            score (row));

  if (!isfinite (row->val_accuracy))
    {
      percent = cvr_words_percent (row->accuracy, 0);
      return g_strdup_printf (
        _("It is learning: after epoch %1$u it is right about %2$s of the pictures "
           "it learns from."),
        row->epoch, percent);
    }

  percent = cvr_words_percent (row->val_accuracy, 0);
  return g_strdup_printf (
    _("It is learning: after epoch %1$u it is right about %2$s of the pictures "
       "it has never learned from."),
    row->epoch, percent);
}

static char *
say_plateau (const Seen *seen)
{
  guint best = cvr_history_best_epoch (seen->history);

  if (best > 0)
    return g_strdup_printf (
      _("It has stopped getting better; the best was epoch %u. You can stop, "
         "or try a smaller learning rate."),
      best);

  return g_strdup (
    _("It has stopped getting better. You can stop, or try a smaller learning rate."));
}

static char *
say_running (const Seen *seen)
{
  g_autofree char *learned = NULL;

  switch (seen->sign)
    {
    case CVR_SIGN_NOTHING:
      if (cvr_history_n_points (seen->history, CVR_SERIES_LOSS) == 0)
        return g_strdup (_("Getting ready: the pictures are brought to the network's size."));
      return g_strdup (
        _("First pass over the pictures: the filters begin as noise and look for edges now."));

    case CVR_SIGN_DIVERGING:
      return g_strdup (_("The loss ran away instead of falling: the steps are too large. "
                         "Try a learning rate ten times smaller."));

    case CVR_SIGN_OVERFITTING:
      return g_strdup_printf (
        _("Overfitting: it learns its own pictures by heart, but gets worse at new ones "
           "since epoch %u. Stop here, or add pictures or augmentation."),
        seen->since);

    case CVR_SIGN_UNDERFITTING:
      learned = cvr_words_percent (seen->rows[seen->n - 1].accuracy, 0);
      return g_strdup_printf (
        _("Underfitting: it is right about only %s of its own pictures and hardly gets better. "
           "Try a higher learning rate or a larger network."),
        learned);

    case CVR_SIGN_PLATEAU:
      return say_plateau (seen);

    default:
      return say_learning (&seen->rows[seen->n - 1]);
    }
}

static char *
say_done (const Seen        *seen,
          const CvrEpochRow *best,
          const char        *learned,
          const char        *fresh)
{
  if (!counts_right (best))
    return g_strdup_printf (_("Done: epoch %1$u was the best, with a loss of %2$.3g."), best->epoch,
                            score (best));
  if (!isfinite (best->val_accuracy))
    return g_strdup_printf (
      _("Done: %s right on its own pictures. Keep some pictures for validation "
         "to know how it does on new ones."),
      learned);
  if (seen->n < seen->n_planned) /* by hand, by early stopping, or with the program */
    return g_strdup_printf (
      _("Ended after epoch %1$u of %2$u: %3$s of the validation pictures right. "
         "Epoch %4$u was the best and is kept."),
      seen->n, seen->n_planned, fresh, best->epoch);
  if (seen->sign == CVR_SIGN_DONE)
    return g_strdup_printf (
      _("Done: %1$s of the validation pictures right. Epoch %2$u was the best and is kept."),
      fresh, best->epoch);

  return g_strdup_printf (
    _("Done: %1$s of the validation pictures right. It was still getting better at "
       "epoch %2$u: more epochs may help."),
    fresh, best->epoch);
}

static char *
say_finished (const Seen *seen)
{
  const CvrEpochRow *best = seen->n > 0 ? best_row (seen) : NULL;
  g_autofree char *learned = cvr_words_percent (best != NULL ? best->accuracy : (double) NAN, 0);
  g_autofree char *fresh = cvr_words_percent (best != NULL ? best->val_accuracy : (double) NAN, 0);

  switch (seen->sign)
    {
    case CVR_SIGN_NOTHING:
      return cvr_history_n_points (seen->history, CVR_SERIES_LOSS) == 0
               ? g_strdup (_("Nothing trained yet. Press Train and watch it learn."))
               : g_strdup (_("Stopped before the first epoch ended. Train again to go on."));

    case CVR_SIGN_DIVERGING:
      return g_strdup (was_given_up (seen) || seen->n == 0 || diverges (seen)
                         ? _("The loss grew until training made no sense. "
                             "Train again with a learning rate ten times smaller.")
                         : _("The loss shot up on the way, and it has learned little since: the "
                             "steps were too large. Train again with a learning rate ten times "
                             "smaller."));

    case CVR_SIGN_UNDERFITTING:
      return g_strdup_printf (_("Underfitting: it is right about only %s of its own pictures. "
                                "Try more epochs, a higher learning rate or a larger network."),
                              learned);

    case CVR_SIGN_OVERFITTING:
      return g_strdup_printf (
        _("Overfitting: %1$s right on its own pictures, but only %2$s on new ones. "
           "More pictures or augmentation would help."),
        learned, fresh);

    default:
      return say_done (seen, best, learned, fresh);
    }
}

/* "0.213, 4.1 % lower than the epoch before". */
static char *
say_loss (double now,
          double before)
{
  g_autofree char *percent = NULL;
  double change = before > 0 ? now / before - 1 : (double) NAN;

  if (!isfinite (change) || fabs (change) < 0.0005)
    return g_strdup_printf ("%.4g", now);

  percent = cvr_words_percent (fabs (change), 0);

  return change < 0 ? g_strdup_printf (_("%1$.4g (%2$s lower than before)"), now, percent)
                    : g_strdup_printf (_("%1$.4g (%2$s higher than before)"), now, percent);
}

/* What the sign means in the field's own terms. */
static const char *
meaning (const Seen *seen)
{
  switch (seen->sign)
    {
    case CVR_SIGN_LEARNING:
      return _("Both losses still fall: the gradient finds directions that hold for new pictures "
               "too.");
    case CVR_SIGN_OVERFITTING:
      return _("Training loss falls while validation loss rises: capacity goes into noise of the "
               "training pictures (high variance). Regularise, or stop at the marked epoch.");
    case CVR_SIGN_UNDERFITTING:
      return _("Even the training loss stays high: the network or its rate is too small for the "
               "task, or regularisation too strong (high bias).");
    case CVR_SIGN_PLATEAU:
      return _("In five epochs the validation loss has gained less than 1 %: a lower rate may "
               "reach the bottom of the valley, else it is done.");
    case CVR_SIGN_DIVERGING:
      return _("The loss has risen far above where it was: steps overshoot the valley. Lower the "
               "rate, or clip the gradient.");
    case CVR_SIGN_UNFINISHED:
      return _("The last epoch was the best: the curve had not flattened yet.");
    case CVR_SIGN_DONE:
      return _("The kept network is that of the best epoch, not of the last one.");
    case CVR_SIGN_NOTHING:
    default:
      return "";
    }
}

static char *
say_detail (const Seen *seen)
{
  const CvrEpochRow *row = seen->n > 0 ? &seen->rows[seen->n - 1] : NULL;
  const CvrEpochRow *before = seen->n > 1 ? row - 1 : NULL;
  g_autofree char *loss = NULL;
  g_autofree char *val_loss = NULL;
  g_autofree char *learned = NULL;
  g_autofree char *fresh = NULL;

  if (row == NULL)
    return g_strdup ("");

  loss = say_loss (row->loss, before != NULL ? before->loss : (double) NAN);
  if (!isfinite (row->val_loss))
    return g_strdup_printf (_("Epoch %1$u: loss %2$s at a learning rate of %3$.3g. %4$s"),
                            row->epoch, loss, row->lr, meaning (seen));

  val_loss = say_loss (row->val_loss, before != NULL ? before->val_loss : (double) NAN);
  if (!counts_right (row))
    return g_strdup_printf (_("Epoch %1$u: training loss %2$s, validation loss %3$s, learning rate "
                              "%4$.3g. %5$s"),
                            row->epoch, loss, val_loss, row->lr, meaning (seen));

  learned = cvr_words_percent (row->accuracy, 0);
  fresh = cvr_words_percent (row->val_accuracy, 0);

  return g_strdup_printf (_("Epoch %1$u: training loss %2$s, validation loss %3$s; %4$s right "
                            "against %5$s, learning rate %6$.3g. %7$s"),
                          row->epoch, loss, val_loss, learned, fresh, row->lr, meaning (seen));
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
  Seen seen = { .history = history, .n_planned = n_planned };

  seen.rows = cvr_history_epochs (history, &seen.n);
  seen.sign = running ? judge_running (&seen) : judge_finished (&seen);
  self->sign = seen.sign;
  self->since = seen.since;
  self->sentence = running ? say_running (&seen) : say_finished (&seen);
  self->detail = say_detail (&seen);
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
