/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several trainings that belong together, one after the other or epoch by epoch in turn. */
#include "cvr-race.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* A step is told where it moves the training by this much. */
static const double told_fraction = 0.005;

typedef struct
{
  const CvrExperimentPlan     *plan;
  CvrDataset                  *dataset;
  CvrModel                    *from;
  NnWorkers                   *workers;
  const CvrExperimentObserver *observer; /* nullable */
  gboolean                     stopped;  /* the user has had enough */
} Show;

/* One training on its way. */
typedef struct
{
  Show    *show;
  guint    index;
  CvrEntry entry;       /* without rows; name borrowed */
  gboolean in_turn;     /* leaves after each epoch, and comes again */
  CvrRun  *run;         /* NULL before its first turn and after its last */
  GBytes  *checkpoint;  /* where it left; NULL */
  gboolean epoch_ended;
  double   told;
} Lane;

static gboolean
may_go_on (Show *show)
{
  const CvrExperimentObserver *observer = show->observer;

  if (observer != NULL && observer->keep_going != NULL && !observer->keep_going (observer->data))
    show->stopped = TRUE;

  return !show->stopped;
}

static void
tell (Lane              *lane,
      const CvrEpochRow *row)
{
  const CvrExperimentObserver *observer = lane->show->observer;

  if (observer != NULL && observer->moved != NULL)
    observer->moved (lane->index, &lane->entry, row, observer->data);
}

static gboolean
keep_going_cb (gpointer data)
{
  Lane *lane = data;

  return !lane->epoch_ended && may_go_on (lane->show);
}

static void
end_epoch (Lane          *lane,
           const NnEvent *event)
{
  const CvrEpochRow row = {
    .epoch = event->epoch,
    .loss = event->loss,
    .accuracy = event->accuracy,
    .val_loss = event->val_loss,
    .val_accuracy = event->val_accuracy,
    .lr = event->lr,
    .seconds = event->seconds,
    .images_per_second = event->images_per_second,
    .best = event->best,
  };

  tell (lane, &row);
  if (!lane->in_turn)
    return;

  lane->epoch_ended = TRUE;
  g_clear_pointer (&lane->checkpoint, g_bytes_unref);
  lane->checkpoint = nn_train_checkpoint (event);
}

static void
event_cb (const NnEvent *event,
          gpointer       data)
{
  Lane *lane = data;

  if (event->kind != NN_EVENT_STEP && event->kind != NN_EVENT_EPOCH)
    return;

  lane->entry.fraction = (double) event->step / (double) MAX (event->n_steps, 1);
  if (event->kind == NN_EVENT_EPOCH)
    end_epoch (lane, event);
  else if (lane->entry.fraction - lane->told >= told_fraction)
    {
      lane->told = lane->entry.fraction;
      tell (lane, NULL);
    }
}

/* Network and pictures, at the first turn. */
static gboolean
prepare (Lane       *lane,
         CvrDataset *dataset,
         CvrRun     *twin,
         GError    **error)
{
  const NnObserver observer = { event_cb, keep_going_cb, NULL, NULL, lane };
  const CvrRunSpec spec = {
    .settings = &lane->entry.settings,
    .dataset = dataset,
    .from = lane->show->from,
    .workers = lane->show->workers,
    .observer = &observer,
    .twin = twin,
  };

  lane->entry.state = CVR_ENTRY_RUNNING;
  tell (lane, NULL);
  lane->run = cvr_run_new (&spec, error);
  if (lane->run == NULL)
    return FALSE;

  lane->entry.n_train = cvr_run_n_train (lane->run);
  lane->entry.n_valid = cvr_run_n_valid (lane->run);

  return TRUE;
}

static void
end_lane (Lane         *lane,
          CvrEntryState state)
{
  lane->entry.state = state;
  if (state == CVR_ENTRY_DONE)
    lane->entry.fraction = 1;
  tell (lane, NULL);
  g_clear_pointer (&lane->run, cvr_run_free);
  g_clear_pointer (&lane->checkpoint, g_bytes_unref);
  g_clear_pointer (&lane->entry.error, g_free);
}

/* Each turn has a clock of its own: the limit of the whole training is watched here. */
static gboolean
is_late (Lane *lane)
{
  double limit = lane->entry.settings.time_limit;

  return limit > 0 && lane->entry.report.seconds >= limit;
}

/* A turn: the whole training, or one epoch of it. TRUE: another turn is to come. */
static gboolean
go (Lane       *lane,
    CvrDataset *dataset,
    CvrRun     *twin)
{
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (GError) error = NULL;
  gboolean trained = FALSE;

  lane->epoch_ended = FALSE;
  if (lane->run != NULL || prepare (lane, dataset, twin, &error))
    {
      cvr_run_set_resume (lane->run, lane->checkpoint);
      trained = cvr_run_train (lane->run, &model, &lane->entry.report, &error);
    }

  if (!trained)
    {
      lane->entry.error = g_strdup (error->message);
      end_lane (lane, CVR_ENTRY_FAILED);
      return FALSE;
    }
  if (lane->epoch_ended && lane->entry.report.stop == NN_STOP_CANCELLED && !lane->show->stopped)
    {
      if (!is_late (lane))
        return TRUE;
      lane->entry.report.stop = NN_STOP_TIME;
    }

  end_lane (lane, lane->entry.report.stop == NN_STOP_CANCELLED ? CVR_ENTRY_STOPPED
                                                               : CVR_ENTRY_DONE);
  return FALSE;
}

/* All lanes take turns, an epoch each. */
static void
run_race (Show *show,
          Lane *lanes,
          guint n_lanes)
{
  gboolean more = TRUE;
  CvrRun *twin = NULL;

  while (more && may_go_on (show))
    {
      more = FALSE;
      for (guint i = 0; i < n_lanes && may_go_on (show); i++)
        if (lanes[i].entry.state <= CVR_ENTRY_RUNNING)
          {
            for (guint j = 0; j < n_lanes && twin == NULL; j++)
              twin = lanes[j].run;
            more |= go (&lanes[i], show->dataset, twin);
            twin = NULL;
          }
    }
  for (guint i = 0; i < n_lanes; i++)
    if (lanes[i].entry.state == CVR_ENTRY_RUNNING)
      end_lane (&lanes[i], CVR_ENTRY_STOPPED);
}

static gboolean
run_folds (Show    *show,
           Lane    *lanes,
           guint    n_lanes,
           GError **error)
{
  g_autofree gint *folds =
    cvr_folds_assign (show->dataset, n_lanes, MAX (show->plan->settings.seed, 1), error);

  if (folds == NULL)
    return FALSE;

  for (guint i = 0; i < n_lanes && may_go_on (show); i++)
    {
      g_autoptr (CvrDataset) divided = cvr_folds_apply (show->dataset, folds, i);

      go (&lanes[i], divided, NULL);
    }

  return TRUE;
}

static void
run_parts (Show         *show,
           Lane         *lanes,
           guint         n_lanes,
           const double *fractions)
{
  for (guint i = 0; i < n_lanes && may_go_on (show); i++)
    {
      g_autoptr (CvrDataset) part =
        cvr_folds_part (show->dataset, fractions[i], show->plan->settings.seed);

      go (&lanes[i], part, NULL);
    }
}

/**
 * cvr_experiment_run:
 *
 * A race goes epoch by epoch through checkpoints, which continue with the same bits: each network
 * becomes what it would have become alone. Its runs hold the pictures once where they want them at
 * one size.
 */
gboolean
cvr_experiment_run (const CvrExperimentPlan     *plan,
                    CvrDataset                  *dataset,
                    CvrModel                    *from,
                    NnWorkers                   *workers,
                    const CvrExperimentObserver *observer,
                    GError                     **error)
{
  Show show = { plan, dataset, from, workers, observer, FALSE };
  g_autoptr (CvrExperimentResult) before = NULL;
  g_autofree Lane *lanes = NULL;
  guint n_fractions;
  gboolean begun = TRUE;

  if (!cvr_experiment_plan_check (plan, from, error))
    return FALSE;

  before = cvr_experiment_result_new (plan, dataset);
  lanes = g_new0 (Lane, before->n_entries);
  for (guint i = 0; i < before->n_entries; i++)
    lanes[i] = (Lane) { &show, i, before->entries[i], plan->kind == CVR_EXPERIMENT_RACE };

  switch (plan->kind)
    {
    case CVR_EXPERIMENT_RACE:
      run_race (&show, lanes, before->n_entries);
      break;
    case CVR_EXPERIMENT_FOLDS:
      begun = run_folds (&show, lanes, before->n_entries, error);
      break;
    case CVR_EXPERIMENT_PICTURES:
    default:
      run_parts (&show, lanes, before->n_entries,
                 cvr_experiment_plan_fractions (plan, &n_fractions));
      break;
    }

  return begun;
}
