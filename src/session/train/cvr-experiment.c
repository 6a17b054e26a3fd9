/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live experiment: several trainings beside the main thread, followed as they move. */
#include "cvr-experiment.h"

#include "cvr-live-job.h"
#include "cvr-reading.h"
#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Before this part of the work is done, time left would be a guess. */
static const double least_fraction = 0.01;
/* Less than this between the last two parts: more pictures hardly help. */
static const double worth_the_pictures = 0.005;
/* So much less than the part before it has by chance, or because it would have to learn longer. */
static const double clearly_worse = 0.03;
/* Deviations of chance that one that has learned nothing may lie above what guessing gets right. */
static const double guessing_deviations = 2;

/* What the worker needs; the plan's arrays are its own. */
typedef struct
{
  CvrExperimentPlan plan;
  CvrDataset       *dataset;
  CvrModel         *from;    /* nullable */
  NnWorkers        *workers;
  CvrHandoff       *handoff; /* borrowed by the working thread, as the job is */
  CvrJob           *job;
} Work;

/* Something has happened to an entry. */
typedef struct
{
  CvrPoint    point;
  guint       index;
  CvrEntry    entry;   /* its error is its own */
  CvrEpochRow row;
  gboolean    has_row;
} Move;

struct _CvrExperiment
{
  GObject              parent_instance;
  NnWorkers           *workers;
  CvrLiveJob           live;    /* its points are of Move */
  CvrExperimentResult *result;
  gint64               started; /* monotonic µs */
  double               guess;   /* cvr_reading_guess() */
};

G_DEFINE_FINAL_TYPE (CvrExperiment, cvr_experiment, G_TYPE_OBJECT)

enum { CHANGED, FINISHED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
work_free (gpointer data)
{
  Work *work = data;

  g_free ((gpointer) work->plan.racers);
  g_free ((gpointer) work->plan.fractions);
  cvr_dataset_unref (work->dataset);
  g_clear_pointer (&work->from, cvr_model_unref);
  nn_workers_unref (work->workers);
  g_free (work);
}

static void
move_free (gpointer data)
{
  Move *move = data;

  g_free (move->entry.error);
  g_free (move);
}

/* Worker. */
static void
moved_cb (guint              index,
          const CvrEntry    *entry,
          const CvrEpochRow *row,
          gpointer           data)
{
  Work *work = data;
  Move *move = g_new0 (Move, 1);

  move->index = index;
  move->entry = *entry;
  move->entry.error = g_strdup (entry->error);
  if (row != NULL)
    {
      move->row = *row;
      move->has_row = TRUE;
    }
  cvr_handoff_push (work->handoff, &move->point);
}

/* Worker. */
static gboolean
keep_going_cb (gpointer data)
{
  return cvr_job_keep_going (((Work *) data)->job);
}

/* Worker. Everything has come by the hand-off: what is returned only says that it could begin. */
static gpointer
work_func (CvrJob     *job,
           CvrHandoff *handoff,
           gpointer    data,
           GError    **error)
{
  Work *work = data;
  const CvrExperimentObserver observer = { moved_cb, keep_going_cb, work };

  work->job = job;
  work->handoff = handoff;
  if (!cvr_experiment_run (&work->plan, work->dataset, work->from, work->workers, &observer, error))
    return NULL;

  return g_new0 (char, 1);
}

/* CvrLivePoint */
static void
take_move (GObject        *target,
           const CvrPoint *point)
{
  const Move *move = (const Move *) point;

  cvr_experiment_result_take (CVR_EXPERIMENT (target)->result, move->index, &move->entry,
                              move->has_row ? &move->row : NULL);
}

static void
ready_cb (GObject *target)
{
  CvrExperiment *self = CVR_EXPERIMENT (target);
  gboolean ended = self->live.job == NULL;

  cvr_live_job_take (&self->live);
  g_signal_emit (self, signals[CHANGED], 0);
  if (ended)
    g_signal_emit (self, signals[FINISHED], 0);
}

static void
cvr_experiment_dispose (GObject *object)
{
  cvr_live_job_clear (&CVR_EXPERIMENT (object)->live);

  G_OBJECT_CLASS (cvr_experiment_parent_class)->dispose (object);
}

static void
cvr_experiment_finalize (GObject *object)
{
  CvrExperiment *self = CVR_EXPERIMENT (object);

  g_clear_pointer (&self->workers, nn_workers_unref);
  g_clear_pointer (&self->result, cvr_experiment_result_free);

  G_OBJECT_CLASS (cvr_experiment_parent_class)->finalize (object);
}

static void
cvr_experiment_class_init (CvrExperimentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cvr_experiment_dispose;
  object_class->finalize = cvr_experiment_finalize;

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_EXPERIMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[FINISHED] = g_signal_new ("finished", CVR_TYPE_EXPERIMENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_experiment_init (CvrExperiment *self)
{
  cvr_live_job_init (&self->live, G_OBJECT (self), ready_cb, g_free);
  cvr_live_job_use_points (&self->live, take_move, move_free);
}

CvrExperiment *
cvr_experiment_new (NnWorkers *workers)
{
  CvrExperiment *self = g_object_new (CVR_TYPE_EXPERIMENT, NULL);

  self->workers = nn_workers_ref (workers);

  return self;
}

/* @dataset is taken. */
static void
begin (CvrExperiment           *self,
       const CvrExperimentPlan *plan,
       CvrDataset              *dataset,
       CvrModel                *from)
{
  Work *work = g_new0 (Work, 1);

  g_clear_pointer (&self->result, cvr_experiment_result_free);
  self->result = cvr_experiment_result_new (plan, dataset);
  self->guess = cvr_reading_guess (dataset);
  self->started = g_get_monotonic_time ();

  work->plan = *plan;
  work->plan.racers = g_memdup2 (plan->racers, plan->n_racers * sizeof *plan->racers);
  work->plan.fractions = g_memdup2 (plan->fractions, plan->n_fractions * sizeof *plan->fractions);
  work->dataset = dataset;
  work->from = from != NULL ? cvr_model_ref (from) : NULL;
  work->workers = nn_workers_ref (self->workers);
  cvr_live_job_start (&self->live, NULL, _("Running an experiment"), work_func, work, work_free);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
cvr_experiment_start (CvrExperiment           *self,
                      const CvrExperimentPlan *plan,
                      CvrDataset              *dataset,
                      CvrModel                *from,
                      GError                 **error)
{
  const CvrSettings *settings = plan->kind == CVR_EXPERIMENT_RACE ? plan->racers : &plan->settings;
  g_autoptr (CvrDataset) copy = NULL;

  g_return_val_if_fail (CVR_IS_EXPERIMENT (self), FALSE);

  if (self->live.job != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                           _("An experiment is running already. Stop it first."));
      return FALSE;
    }
  if (!cvr_experiment_plan_check (plan, from, error))
    return FALSE;

  copy = cvr_dataset_copy_active (dataset);
  cvr_dataset_split (copy, settings->valid_fraction, settings->test_fraction, settings->seed);
  if (!cvr_source_check_train (copy, error))
    return FALSE;

  begin (self, plan, g_steal_pointer (&copy), from);

  return TRUE;
}

void
cvr_experiment_stop (CvrExperiment *self)
{
  if (self->live.job != NULL)
    cvr_job_cancel (self->live.job);
}

gboolean
cvr_experiment_is_running (CvrExperiment *self)
{
  return self->live.job != NULL;
}

/* Pictures looked at, of those that are to be. */
double
cvr_experiment_get_fraction (CvrExperiment *self)
{
  double done = 0, all = 0;

  for (guint i = 0; self->result != NULL && i < self->result->n_entries; i++)
    {
      const CvrEntry *entry = &self->result->entries[i];
      double work = (double) entry->n_train * entry->settings.epochs;

      all += work;
      done += work * (entry->state == CVR_ENTRY_FAILED ? 1 : entry->fraction);
    }

  return all > 0 ? done / all : 0;
}

double
cvr_experiment_get_seconds_left (CvrExperiment *self)
{
  double fraction = cvr_experiment_get_fraction (self);
  double elapsed = (double) (g_get_monotonic_time () - self->started) / 1e6;

  if (self->live.job == NULL || fraction < least_fraction)
    return -1;

  return elapsed * (1 - fraction) / fraction;
}

const CvrExperimentResult *
cvr_experiment_get_result (CvrExperiment *self)
{
  return self->result;
}

void
cvr_experiment_set_result (CvrExperiment       *self,
                           CvrExperimentResult *result)
{
  g_return_if_fail (self->live.job == NULL);

  g_clear_pointer (&self->result, cvr_experiment_result_free);
  cvr_live_job_clear (&self->live);
  self->result = result;
  g_signal_emit (self, signals[CHANGED], 0);
}

const GError *
cvr_experiment_get_error (CvrExperiment *self)
{
  return self->live.error;
}

static char *
say_folds (const CvrExperimentSummary *summary)
{
  g_autofree char *mean = cvr_words_percent (summary->mean, 0);
  g_autofree char *deviation = cvr_words_percent (summary->deviation, 0);

  if (summary->n_done < 2)
    return g_strdup (_("Stopped before two parts were done: there is no mean yet."));

  return g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE,
                 "%1$s right on average, give or take %2$s (%3$u part, at its best epoch): every "
                 "picture was judged by a network that had not learned from it. The best epoch is "
                 "chosen by the same pictures, which flatters a little.",
                 "%1$s right on average, give or take %2$s (%3$u parts, each at its best epoch): "
                 "every picture was judged by a network that had not learned from it. The best "
                 "epoch is chosen by the same pictures, which flatters a little.",
                 summary->n_done),
    mean, deviation, summary->n_done);
}

/* Whether it pays to collect more: what the last doubling or so has brought. */
static char *
say_pictures (const CvrExperimentResult *result,
              double                     guess)
{
  const CvrEntry *last = NULL, *before = NULL;
  double more, chance;

  for (guint i = 0; i < result->n_entries; i++)
    if (result->entries[i].state == CVR_ENTRY_DONE)
      {
        before = last;
        last = &result->entries[i];
      }
  if (before == NULL)
    return g_strdup (_("Stopped before two parts were done: there is nothing to compare yet."));

  more = cvr_entry_accuracy (last) - cvr_entry_accuracy (before);
  chance = guessing_deviations * sqrt (guess * (1 - guess) / last->n_valid);
  if (MAX (cvr_entry_accuracy (last), cvr_entry_accuracy (before)) <= guess + chance)
    return g_strdup (_("None has learned more than to guess yet: let them learn for more epochs, "
                       "then compare."));
  if (more < -clearly_worse)
    return g_strdup_printf (_("From %1$s to %2$s it got worse: by chance, or because it has not "
                              "learned long enough. Try more epochs."),
                            before->name, last->name);
  if (more < worth_the_pictures)
    return g_strdup_printf (_("From %1$s to %2$s it hardly gained anything: more pictures of the "
                              "same sort won't help much."),
                            before->name, last->name);

  return g_strdup_printf (_("From %1$s to %2$s it gained %3$.1f percentage points: more pictures "
                            "would still help."),
                          before->name, last->name, 100 * more);
}

static char *
say_race (const CvrExperimentResult  *result,
          const CvrExperimentSummary *summary,
          gboolean                    running)
{
  g_autofree char *accuracy = NULL;

  if (summary->best < 0)
    return g_strdup (running ? _("All begin with the same weights and the same pictures.")
                             : _("Stopped before the first epoch ended."));

  accuracy = cvr_words_percent (cvr_entry_accuracy (&result->entries[summary->best]), 0);

  return g_strdup_printf (running ? _("In the lead: %1$s, with %2$s right in its best epoch so far.")
                                  : _("The best was %1$s, with %2$s right in its best epoch."),
                          result->entries[summary->best].name, accuracy);
}

/* The entry that is at work, while they follow each other. */
static char *
say_entry (const CvrExperimentResult *result)
{
  for (guint i = 0; i < result->n_entries; i++)
    {
      const CvrEntry *entry = &result->entries[i];

      if (entry->state == CVR_ENTRY_RUNNING)
        return g_strdup_printf (_("%1$s: epoch %2$u of %3$u."), entry->name,
                                MIN (entry->n_rows + 1, entry->settings.epochs),
                                entry->settings.epochs);
    }

  return g_strdup (_("Getting ready: the pictures are divided."));
}

static const char *
first_failure (const CvrExperimentResult *result)
{
  for (guint i = 0; i < result->n_entries; i++)
    if (result->entries[i].state == CVR_ENTRY_FAILED)
      return result->entries[i].error;

  return NULL;
}

/* Returns: (transfer full) */
char *
cvr_experiment_dup_sentence (CvrExperiment *self)
{
  CvrExperimentSummary summary;

  if (self->live.error != NULL)
    return g_strdup (self->live.error->message);
  if (self->result == NULL)
    return g_strdup (_("Compare trainings here; the network of your project stays as it is."));

  summary = cvr_experiment_summary (self->result);
  if (self->live.job == NULL && summary.best < 0 && first_failure (self->result) != NULL)
    return g_strdup (first_failure (self->result));
  if (self->result->kind == CVR_EXPERIMENT_RACE)
    return say_race (self->result, &summary, self->live.job != NULL);
  if (self->live.job != NULL)
    return say_entry (self->result);

  return self->result->kind == CVR_EXPERIMENT_FOLDS ? say_folds (&summary)
                                                    : say_pictures (self->result, self->guess);
}
