/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The training's own thread: cvr_run_train() with an observer that feeds the hand-off. */
#include "cvr-training-thread.h"

#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

/* Nice enough that the window is always served first. */
enum { NICENESS = 5 };

struct _CvrTrainingThread
{
  /* Fixed before the thread starts. */
  CvrSettings       settings;
  CvrDataset       *dataset;
  CvrModel         *from;
  char             *data_name;
  GBytes           *resume;      /* NULL: from the start */
  gboolean          checkpoints;
  NnWorkers        *workers;
  CvrHandoff       *handoff;
  GThread          *thread;

  /* Main thread to working thread. The lock only lets the paused thread sleep; the flags are
   * atomic. */
  _Atomic (gint)    stop;
  _Atomic (gint)    paused;
  _Atomic (gint)    permits;   /* single steps asked for and not yet made */
  _Atomic (gint)    look;      /* wants have changed: look at them also while paused */
  _Atomic (gint)    unkept;    /* a checkpoint is on its way to the disk */
  _Atomic (gint)    epoch_only; /* pause after the present epoch */
  _Atomic (CvrTuning *) tuning; /* newest record that nobody took yet */
  GMutex            mutex;
  GCond             cond;

  /* Working thread. */
  CvrRun           *run;
  NnParams         *params;        /* the trainer's, borrowed; NULL before the first event */
  gboolean          moved;         /* they have, since the last snapshot */
  CvrTrainingWants  wants;
  gint64            last_snapshot; /* monotonic µs; 0: none yet */
  gint64            slept;         /* µs spent in pauses */
  CvrTrainingResult result;        /* main thread's after the join */
  _Atomic (gint)    ended;
};

/* The paused time does not count: speed and time left stay honest. */
static double
now_cb (gpointer data)
{
  CvrTrainingThread *self = data;

  return (double) (g_get_monotonic_time () - self->slept) / 1e6;
}

static gboolean
must_sleep (CvrTrainingThread *self)
{
  return atomic_load (&self->paused) && atomic_load (&self->permits) == 0 &&
         !atomic_load (&self->stop);
}

static gboolean
retune_cb (NnTuning *record,
           gpointer  data)
{
  CvrTrainingThread *self = data;
  g_autofree CvrTuning *tuning = atomic_exchange (&self->tuning, NULL);

  if (tuning == NULL)
    return FALSE;

  *record = tuning->learn;
  cvr_run_tune (self->run, &tuning->learn, &tuning->augment);

  return TRUE;
}

/* The next epoch begins when this one's checkpoint is on disk: after a kill no more than the present
 * epoch is repeated. */
static void
wait_until_kept (CvrTrainingThread *self)
{
  g_mutex_lock (&self->mutex);
  while (atomic_load (&self->unkept) && !atomic_load (&self->stop))
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

void
cvr_figures_free (gpointer figures)
{
  CvrFigures *self = figures;

  g_clear_pointer (&self->checkpoint, g_bytes_unref);
  g_clear_pointer (&self->model, cvr_model_unref);
  g_clear_pointer (&self->graph, nn_graph_unref);
  g_free (self);
}

static void
push_figures (CvrTrainingThread *self,
              const NnEvent     *event)
{
  CvrFigures *figures = g_new (CvrFigures, 1);
  gboolean keeping;

  *figures = (CvrFigures) {
    .kind = event->kind,
    .epoch = event->epoch,
    .batch = event->batch,
    .position = event->position,
    .loss = event->loss,
    .accuracy = event->accuracy,
    .val_loss = event->val_loss,
    .val_accuracy = event->val_accuracy,
    .lr = event->lr,
    .seconds = event->seconds,
    .images_per_second = event->images_per_second,
    .best = event->best,
  };
  if (self->checkpoints && event->kind == NN_EVENT_EPOCH)
    figures->checkpoint = nn_train_checkpoint (event);
  if (self->checkpoints && (event->kind == NN_EVENT_EPOCH ||
                            (event->kind == NN_EVENT_STARTED && event->step == 0)))
    figures->model = cvr_run_snapshot (self->run, event->params);
  if (event->kind == NN_EVENT_STARTED)
    {
      figures->graph = nn_graph_ref (cvr_run_graph (self->run));
      figures->n_train = cvr_run_n_train (self->run);
    }
  keeping = figures->checkpoint != NULL; /* The figures are the main thread's from here on. */
  atomic_store (&self->unkept, keeping);
  cvr_handoff_push (self->handoff, &figures->point);
  if (keeping)
    wait_until_kept (self);
}

/* Copies the parameters only when somebody looks, and not more often than asked. */
static void
publish_snapshot (CvrTrainingThread *self)
{
  g_autofree CvrTrainingWants *wants = cvr_handoff_take_wants (self->handoff);
  gint64 now = g_get_monotonic_time ();
  gboolean due;

  if (wants != NULL)
    self->wants = *wants;
  if (!self->wants.snapshots || !self->moved)
    return;

  /* A pause is for looking closely: its picture is never late. */
  due = self->last_snapshot == 0 || atomic_load (&self->paused) ||
        now - self->last_snapshot >= (gint64) self->wants.interval_ms * 1000;
  if (!due)
    return;

  self->last_snapshot = now;
  self->moved = FALSE;
  cvr_handoff_publish (self->handoff, cvr_run_snapshot (self->run, self->params));
}

/* Whoever looks during a pause, or begins to, is shown the network as it stands. */
static void
sleep_out_pause (CvrTrainingThread *self)
{
  gint64 begin = g_get_monotonic_time ();

  publish_snapshot (self);
  g_mutex_lock (&self->mutex);
  while (must_sleep (self))
    if (atomic_exchange (&self->look, 0))
      {
        g_mutex_unlock (&self->mutex);
        publish_snapshot (self);
        g_mutex_lock (&self->mutex);
      }
    else
      g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);

  self->slept += g_get_monotonic_time () - begin;
}

/* Before every step and validation batch. */
static gboolean
keep_going_cb (gpointer data)
{
  CvrTrainingThread *self = data;

  if (must_sleep (self))
    sleep_out_pause (self);

  return !atomic_load (&self->stop);
}

/* The main thread may take all permits back at any moment: never below zero. */
static void
use_permit (CvrTrainingThread *self)
{
  gint n = atomic_load (&self->permits);

  while (n > 0 && !atomic_compare_exchange_weak (&self->permits, &n, n - 1))
    ;
}

static void
event_cb (const NnEvent *event,
          gpointer       data)
{
  CvrTrainingThread *self = data;

  if (event->kind == NN_EVENT_EPOCH && atomic_exchange (&self->epoch_only, 0))
    atomic_store (&self->paused, 1);
  push_figures (self, event);
  if (event->kind == NN_EVENT_FINISHED)
    return;

  self->params = event->params;
  self->moved |= event->kind != NN_EVENT_EPOCH;
  publish_snapshot (self);
  if (event->kind == NN_EVENT_STEP)
    use_permit (self);
}

static gpointer
work (gpointer data)
{
  CvrTrainingThread *self = data;
  g_autoptr (CvrHandoff) handoff = cvr_handoff_ref (self->handoff);
  const NnObserver observer = { event_cb, keep_going_cb, retune_cb, now_cb, self };
  const CvrRunSpec spec = {
    .settings = &self->settings,
    .dataset = self->dataset,
    .from = self->from,
    .data_name = self->data_name,
    .resume = self->resume,
    .workers = self->workers,
    .observer = &observer,
  };

  /* On Linux a thread has a priority of its own; where this fails it simply keeps
   * the ordinary one. */
  setpriority (PRIO_PROCESS, (id_t) gettid (), NICENESS);

  self->run = cvr_run_new (&spec, &self->result.error);
  if (self->run != NULL)
    {
      cvr_run_train (self->run, &self->result.model, &self->result.report, &self->result.error);
      self->result.reported = TRUE;
    }
  g_clear_pointer (&self->run, cvr_run_free);

  atomic_store (&self->ended, 1);
  cvr_handoff_wake (handoff);

  return NULL;
}

CvrTrainingThread *
cvr_training_thread_start (const CvrSettings *settings,
                           CvrDataset        *dataset,
                           CvrModel          *from,
                           const char        *data_name,
                           GBytes            *resume,
                           gboolean           checkpoints,
                           NnWorkers         *workers,
                           CvrHandoff        *handoff)
{
  CvrTrainingThread *self = g_new0 (CvrTrainingThread, 1);

  self->settings = *settings;
  self->dataset = dataset;
  self->from = from != NULL ? cvr_model_ref (from) : NULL;
  self->data_name = g_strdup (data_name);
  self->resume = resume != NULL ? g_bytes_ref (resume) : NULL;
  self->checkpoints = checkpoints;
  self->workers = nn_workers_ref (workers);
  self->handoff = cvr_handoff_ref (handoff);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("convisor-train", work, self);

  return self;
}

static void
rouse (CvrTrainingThread *self)
{
  g_mutex_lock (&self->mutex);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
cvr_training_thread_pause (CvrTrainingThread *self,
                           gboolean           paused)
{
  atomic_store (&self->permits, 0);
  atomic_store (&self->epoch_only, 0);
  atomic_store (&self->paused, paused ? 1 : 0);
  rouse (self);
}

void
cvr_training_thread_step_epoch (CvrTrainingThread *self)
{
  atomic_store (&self->permits, 0);
  atomic_store (&self->epoch_only, 1);
  atomic_store (&self->paused, 0);
  rouse (self);
}

gboolean
cvr_training_thread_is_paused (CvrTrainingThread *self)
{
  return atomic_load (&self->paused);
}

void
cvr_training_thread_step (CvrTrainingThread *self)
{
  atomic_fetch_add (&self->permits, 1);
  rouse (self);
}

void
cvr_training_thread_look (CvrTrainingThread *self)
{
  atomic_store (&self->look, 1);
  rouse (self);
}

void
cvr_training_thread_stop (CvrTrainingThread *self)
{
  atomic_store (&self->stop, 1);
  rouse (self);
}

void
cvr_training_thread_tune (CvrTrainingThread *self,
                          const CvrTuning   *tuning)
{
  g_free (atomic_exchange (&self->tuning, g_memdup2 (tuning, sizeof *tuning)));
}

void
cvr_training_thread_kept (CvrTrainingThread *self)
{
  atomic_store (&self->unkept, 0);
  rouse (self);
}

gboolean
cvr_training_thread_ended (CvrTrainingThread *self)
{
  return atomic_load (&self->ended);
}

CvrTrainingResult
cvr_training_thread_join (CvrTrainingThread *self)
{
  CvrTrainingResult result;

  g_thread_join (self->thread);
  result = self->result;

  g_clear_pointer (&self->dataset, cvr_dataset_unref);
  g_clear_pointer (&self->from, cvr_model_unref);
  g_clear_pointer (&self->workers, nn_workers_unref);
  g_clear_pointer (&self->resume, g_bytes_unref);
  g_clear_pointer (&self->handoff, cvr_handoff_unref);
  g_free (atomic_exchange (&self->tuning, NULL));
  g_free (self->data_name);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);

  return result;
}
