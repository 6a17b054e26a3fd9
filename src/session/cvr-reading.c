/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a training's curves in one sentence: what happens now and what to try. */
#include "cvr-history-private.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum
{
  OVERFIT_EPOCHS = 3,  /* validation loss rising this often while training loss falls */
  PLATEAU_EPOCHS = 5,  /* without progress worth the name */
};

static const double plateau_gain = 0.01;    /* of the loss, over PLATEAU_EPOCHS */
static const double diverge_factor = 1.5;   /* of the best loss so far */
static const double memorised_gap = 0.1;    /* training accuracy above validation accuracy */
static const double low_accuracy = 0.7;     /* of training pictures: underfitting below it */

typedef enum
{
  STATE_NOTHING,
  STATE_DIVERGING,
  STATE_OVERFITTING,
  STATE_PLATEAU,
  STATE_LEARNING,
} State;

static gboolean
diverges (const CvrEpochRow *rows,
          guint              n)
{
  double best = (double) INFINITY;

  if (!isfinite (rows[n - 1].loss))
    return TRUE;
  for (guint i = 0; i + 1 < n; i++)
    best = MIN (best, rows[i].loss);

  /* Two epochs in a row above: one bad epoch is noise. */
  return n >= 3 && rows[n - 1].loss > diverge_factor * best &&
         rows[n - 2].loss > diverge_factor * best;
}

static gboolean
overfits (const CvrEpochRow *rows,
          guint              n)
{
  if (n <= OVERFIT_EPOCHS)
    return FALSE;

  for (guint i = n - OVERFIT_EPOCHS; i < n; i++)
    if (!(rows[i].val_loss > rows[i - 1].val_loss && rows[i].loss < rows[i - 1].loss))
      return FALSE;

  return TRUE;
}

/* The score that counts: validation loss, or the training's own where nothing is validated. */
static double
score (const CvrEpochRow *row)
{
  return isfinite (row->val_loss) ? row->val_loss : row->loss;
}

static gboolean
stands_still (const CvrEpochRow *rows,
              guint              n)
{
  double before = (double) INFINITY, lately = (double) INFINITY;

  if (n <= PLATEAU_EPOCHS)
    return FALSE;

  for (guint i = 0; i < n; i++)
    if (i < n - PLATEAU_EPOCHS)
      before = MIN (before, score (&rows[i]));
    else
      lately = MIN (lately, score (&rows[i]));

  return lately > before * (1.0 - plateau_gain);
}

static State
judge (const CvrEpochRow *rows,
       guint              n)
{
  if (n == 0)
    return STATE_NOTHING;
  if (diverges (rows, n))
    return STATE_DIVERGING;
  if (overfits (rows, n))
    return STATE_OVERFITTING;
  if (stands_still (rows, n))
    return STATE_PLATEAU;

  return STATE_LEARNING;
}

static char *
read_learning (const CvrEpochRow *row)
{
  g_autofree char *percent = NULL;

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
read_running (CvrHistory        *self,
              const CvrEpochRow *rows,
              guint              n)
{
  guint best = cvr_history_best_epoch (self);

  switch (judge (rows, n))
    {
    case STATE_NOTHING:
      if (self->series[CVR_SERIES_LOSS].n == 0)
        return g_strdup (_("Getting ready: the pictures are brought to the network's size."));
      return g_strdup (
        _("First pass over the pictures: the filters begin as noise and look for edges now."));

    case STATE_DIVERGING:
      return g_strdup (_("The loss grows instead of falling: the steps are too large. "
                         "Try a learning rate ten times smaller."));

    case STATE_OVERFITTING:
      return g_strdup_printf (
        _("Overfitting: it learns its own pictures by heart, but gets worse at new ones "
           "since epoch %u. Stop here, or add pictures or augmentation."),
        rows[n - OVERFIT_EPOCHS - 1].epoch);

    case STATE_PLATEAU:
      if (best > 0)
        return g_strdup_printf (
          _("It has stopped getting better; the best was epoch %u. You can stop, "
             "or try a smaller learning rate."),
          best);
      return g_strdup (
        _("It has stopped getting better. You can stop, or try a smaller learning rate."));

    case STATE_LEARNING:
    default:
      return read_learning (&rows[n - 1]);
    }
}

static const CvrEpochRow *
best_row (CvrHistory        *self,
          const CvrEpochRow *rows,
          guint              n)
{
  guint best = cvr_history_best_epoch (self);

  for (guint i = 0; i < n; i++)
    if (rows[i].epoch == best)
      return &rows[i];

  return &rows[n - 1];
}

static char *
read_finished (CvrHistory        *self,
               const CvrEpochRow *rows,
               guint              n,
               guint              n_planned)
{
  const CvrEpochRow *best = n > 0 ? best_row (self, rows, n) : NULL;
  g_autofree char *learned = NULL;
  g_autofree char *fresh = NULL;

  if (n == 0)
    return self->series[CVR_SERIES_LOSS].n == 0
             ? g_strdup (_("Nothing trained yet. Press Train and watch it learn."))
             : g_strdup (_("Stopped before the first epoch ended. Train again to go on."));
  if (diverges (rows, n))
    return g_strdup (_("The loss grew until training made no sense. "
                       "Train again with a learning rate ten times smaller."));

  learned = cvr_words_percent (best->accuracy, 0);
  fresh = cvr_words_percent (best->val_accuracy, 0);
  if (best->accuracy < low_accuracy)
    return g_strdup_printf (_("Underfitting: it is right about only %s of its own pictures. "
                               "Try more epochs, a higher learning rate or a larger network."),
                            learned);
  if (isfinite (best->val_accuracy) && best->accuracy - best->val_accuracy > memorised_gap)
    return g_strdup_printf (
      _("Overfitting: %1$s right on its own pictures, but only %2$s on new ones. "
         "More pictures or augmentation would help."),
      learned, fresh);
  if (!isfinite (best->val_accuracy))
    return g_strdup_printf (
      _("Done: %s right on its own pictures. Keep some pictures for validation "
         "to know how it does on new ones."),
      learned);
  if (best->epoch < n || n < n_planned)
    return g_strdup_printf (
      _("Done: %1$s of the validation pictures right. Epoch %2$u was the best and is kept."),
      fresh, best->epoch);

  return g_strdup_printf (
    _("Done: %1$s of the validation pictures right. It was still getting better at "
       "epoch %2$u: more epochs may help."),
    fresh, best->epoch);
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
  guint n;
  const CvrEpochRow *rows = cvr_history_epochs (self, &n);

  return running ? read_running (self, rows, n) : read_finished (self, rows, n, n_epochs_planned);
}
