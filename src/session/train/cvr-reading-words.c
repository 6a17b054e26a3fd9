/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was read in a training's curves, in words. */
#include "cvr-reading-private.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The score that counts: validation loss, or the training's own where nothing is validated. */
double
cvr_seen_score (const CvrEpochRow *row)
{
  return isfinite (row->val_loss) ? row->val_loss : row->loss;
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
                            cvr_seen_score (row));

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
say_plateau (const CvrSeen *seen)
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

char *
cvr_seen_say_running (const CvrSeen *seen)
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
      return g_strdup (seen->runs_away
                         ? _("The loss ran away instead of falling: the steps are too large. "
                             "Try a learning rate ten times smaller.")
                         : _("The loss shot up on the way, and it has only guessed since: the "
                             "steps are too large. Try a learning rate ten times smaller."));

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
say_done (const CvrSeen        *seen,
          const CvrEpochRow *best,
          const char        *learned,
          const char        *fresh)
{
  if (!counts_right (best))
    return g_strdup_printf (_("Done: epoch %1$u was the best, with a loss of %2$.3g."), best->epoch,
                            cvr_seen_score (best));
  if (!isfinite (best->val_accuracy))
    return g_strdup_printf (
      _("Done: %s right on its own pictures. Keep some pictures for validation "
         "to know how it does on new ones."),
      learned);
  if (seen->n < seen->n_planned && !seen->stopped_early) /* by hand, or with the program */
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
say_learned_by_heart (const CvrSeen        *seen,
                      const CvrEpochRow *best,
                      const char        *fresh)
{
  g_autofree char *learned = cvr_words_percent (seen->rows[seen->n - 1].accuracy, 0);

  return g_strdup_printf (
    _("Overfitting: after epoch %1$u it only learned its own pictures by heart (%2$s right at the "
      "end). Epoch %1$u is kept, with %3$s right on new ones; more pictures or augmentation would "
      "help."),
    best->epoch, learned, fresh);
}

static char *
say_verdict (const CvrSeen *seen)
{
  const CvrEpochRow *best = seen->best;
  g_autofree char *learned = cvr_words_percent (best != NULL ? best->accuracy : (double) NAN, 0);
  g_autofree char *fresh = cvr_words_percent (best != NULL ? best->val_accuracy : (double) NAN, 0);

  switch (seen->sign)
    {
    case CVR_SIGN_NOTHING:
      return cvr_history_n_points (seen->history, CVR_SERIES_LOSS) == 0
               ? g_strdup (_("Nothing trained yet. Press Train and watch it learn."))
               : g_strdup (_("Stopped before the first epoch ended. Train again to go on."));

    case CVR_SIGN_DIVERGING:
      return g_strdup (seen->runs_away
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
      if (seen->by_heart)
        return say_learned_by_heart (seen, best, fresh);
      return g_strdup_printf (
        _("Overfitting: %1$s right on its own pictures, but only %2$s on new ones. "
           "More pictures or augmentation would help."),
        learned, fresh);

    default:
      return say_done (seen, best, learned, fresh);
    }
}

char *
cvr_seen_say_finished (const CvrSeen *seen)
{
  g_autofree char *verdict = say_verdict (seen);
  guint idle = seen->best != NULL ? seen->n - seen->best->epoch : 0;
  g_autofree char *stop = NULL;

  if (!seen->stopped_early || idle == 0)
    return g_steal_pointer (&verdict);

  stop = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "Stopped early after epoch %1$u of %2$u: %3$u epoch without "
                                       "progress.",
                                       "Stopped early after epoch %1$u of %2$u: %3$u epochs "
                                       "without progress.", idle),
                          seen->n, seen->n_planned, idle);

  return g_strdup_printf ("%s %s", stop, verdict);
}

/* The row with the lowest validation loss, or training loss where nothing is validated. */
static const CvrEpochRow *
find_lowest (const CvrSeen *seen)
{
  const CvrEpochRow *lowest = &seen->rows[0];

  for (guint i = 1; i < seen->n; i++)
    if (cvr_seen_score (&seen->rows[i]) < cvr_seen_score (lowest))
      lowest = &seen->rows[i];

  return lowest;
}

/* "0.213 (the lowest so far)": what the meaning looks at, which a step from one epoch to the next
 * says little of. */
static char *
say_score (const CvrSeen *seen)
{
  const CvrEpochRow *last = &seen->rows[seen->n - 1], *lowest = find_lowest (seen);
  g_autofree char *now = cvr_words_figure (cvr_seen_score (last), 3);
  g_autofree char *best = cvr_words_figure (cvr_seen_score (lowest), 3);

  if (seen->n == 1)
    return g_steal_pointer (&now);
  if (lowest == last)
    return g_strdup_printf (_("%s (the lowest so far)"), now);

  return g_strdup_printf (_("%1$s (lowest: %2$s in epoch %3$u)"), now, best, lowest->epoch);
}

/* By what the losses do in fact. */
static const char *
meaning_of_learning (const CvrSeen *seen)
{
  const CvrEpochRow *last = &seen->rows[seen->n - 1];
  double before = (double) INFINITY;

  for (guint i = 0; i + 1 < seen->n; i++)
    before = MIN (before, seen->rows[i].loss);
  if (seen->n == 1)
    return "";
  if (find_lowest (seen) == last && last->loss < before)
    return isfinite (last->val_loss)
             ? _("Both losses still fall: the gradient finds directions that hold for new pictures "
                 "too.")
             : "";
  if (last->loss < before)
    return _("Training loss still falls, validation loss goes up and down: a single epoch says "
             "little.");

  return _("The losses go up and down: a single epoch says little. A lower rate or a larger batch "
           "makes them steadier.");
}

/* What the sign means in the field's own terms. */
static const char *
meaning (const CvrSeen *seen)
{
  switch (seen->sign)
    {
    case CVR_SIGN_LEARNING:
      return meaning_of_learning (seen);
    case CVR_SIGN_OVERFITTING:
      if (find_lowest (seen) == &seen->rows[seen->n - 1])
        return _("It is right about its own pictures far more often than about new ones: capacity "
                 "goes into noise of the training pictures (high variance). Regularise, or add "
                 "pictures.");
      return _("Since its lowest point validation loss has risen while training loss has fallen: "
               "capacity goes into noise of the training pictures (high variance). Regularise, or "
               "stop at the marked epoch.");
    case CVR_SIGN_UNDERFITTING:
      return _("Even the training loss stays high: the network or its rate is too small for the "
               "task, or regularisation too strong (high bias).");
    case CVR_SIGN_PLATEAU:
      return _("In five epochs the validation loss has gained less than 1 %: a lower rate may "
               "reach the bottom of the valley, else it is done.");
    case CVR_SIGN_DIVERGING:
      return seen->runs_away
               ? _("The loss has risen far above where it was: steps overshoot the valley. Lower "
                   "the rate, or clip the gradient.")
               : _("A jump of the loss broke what was learned: since then it only guesses. Lower "
                   "the rate, or clip the gradient.");
    case CVR_SIGN_UNFINISHED:
      return _("The last epoch was the best: the curve had not flattened yet.");
    case CVR_SIGN_DONE:
      if (seen->stopped_early)
        return _("Early stopping ended it; the kept network is that of the best epoch.");
      return _("The kept network is that of the best epoch, not of the last one.");
    case CVR_SIGN_NOTHING:
    default:
      return "";
    }
}

char *
cvr_seen_say_detail (const CvrSeen *seen)
{
  const CvrEpochRow *row = seen->n > 0 ? &seen->rows[seen->n - 1] : NULL;
  g_autofree char *rate = NULL;
  g_autofree char *loss = NULL;
  g_autofree char *score = NULL;
  g_autofree char *learned = NULL;
  g_autofree char *fresh = NULL;

  if (row == NULL)
    return g_strdup ("");

  rate = cvr_words_figure (row->lr, 3);
  loss = cvr_words_figure (row->loss, 3);
  score = say_score (seen);
  if (!isfinite (row->val_loss))
    return g_strdup_printf (_("Epoch %1$u: loss %2$s at a learning rate of %3$s. %4$s"),
                            row->epoch, score, rate, meaning (seen));
  if (!counts_right (row))
    return g_strdup_printf (_("Epoch %1$u: training loss %2$s, validation loss %3$s, learning rate "
                              "%4$s. %5$s"),
                            row->epoch, loss, score, rate, meaning (seen));

  learned = cvr_words_percent (row->accuracy, 0);
  fresh = cvr_words_percent (row->val_accuracy, 0);

  return g_strdup_printf (_("Epoch %1$u: training loss %2$s, validation loss %3$s; %4$s right "
                            "against %5$s, learning rate %6$s. %7$s"),
                          row->epoch, loss, score, learned, fresh, rate, meaning (seen));
}
