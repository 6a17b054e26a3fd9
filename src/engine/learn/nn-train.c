/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training: a blocking loop with an observer. */
#include "nn-train.h"

#include "nn-trainer.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Independent sequences drawn from one seed. */
enum
{
  STREAM_ORDER = 1,
  STREAM_ITEMS,
  STREAM_DROPOUT,
};

/* What one epoch adds up. */
typedef struct
{
  NnLossSums sums;
  double     norms;   /* of the gradients, over steps */
  guint      n_steps;
  double     busy;    /* seconds inside steps */
  double     lr;      /* of the last step */
} Epoch;

guint64
nn_train_items_seed (guint64 seed,
                     guint   epoch)
{
  return nn_feed_mix (nn_feed_mix (seed, STREAM_ITEMS), epoch);
}

NnTrainSpec
nn_train_spec_default (void)
{
  return (NnTrainSpec) {
    .optim = nn_optim_spec_default (NN_OPTIM_ADAM),
    .schedule = nn_schedule_spec_default (NN_SCHEDULE_CONSTANT),
    .loss = { .kind = NN_LOSS_CROSS_ENTROPY },
    .epochs = 12,
    .batch = 32,
    .dropout = -1,
    .seed = 1,
  };
}

static gboolean
check_setting (const char *setting,
               double      value,
               double      low,
               double      high,
               GError    **error)
{
  if (value >= low && value <= high)
    return TRUE;

  /* Translators: the setting is the English word that the command line uses, such as “epochs”. */
  g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
               _("The setting %s is %g; it must lie between %g and %g."), setting, value, low,
               high);
  return FALSE;
}

/**
 * nn_train_spec_check:
 *
 * Returns: %FALSE with %NN_ERROR_SPEC, naming the first setting outside its range.
 */
gboolean
nn_train_spec_check (const NnTrainSpec *spec,
                     GError           **error)
{
  return nn_optim_spec_check (&spec->optim, error) &&
         check_setting ("schedule", spec->schedule.kind, 0, NN_N_SCHEDULES - 1, error) &&
         check_setting ("gamma", (double) spec->schedule.gamma, 0, 1, error) &&
         check_setting ("step-fraction", (double) spec->schedule.step_fraction, 0, 1, error) &&
         check_setting ("warm-up", (double) spec->schedule.warm_up, 0, 1, error) &&
         check_setting ("loss", spec->loss.kind, 0, NN_N_LOSSES - 1, error) &&
         check_setting ("huber-delta", (double) spec->loss.huber_delta, 0, 1e9, error) &&
         check_setting ("label-smoothing", (double) spec->loss.label_smoothing, 0, 1, error) &&
         check_setting ("epochs", spec->epochs, 1, 1000000, error) &&
         check_setting ("batch", spec->batch, 1, 65536, error) &&
         (spec->dropout < 0 || check_setting ("dropout", (double) spec->dropout, 0, 0.99, error)) &&
         check_setting ("time-limit", spec->time_limit, 0, 1e9, error) &&
         check_setting ("lookahead", (double) spec->lookahead.decay, 0, 1, error) &&
         check_setting ("lookahead power", (double) spec->lookahead.power, 0, 1e3, error);
}

static double
now (NnTrainer *self)
{
  if (self->observer != NULL && self->observer->now != NULL)
    return self->observer->now (self->observer->data);

  return (double) g_get_monotonic_time () * 1e-6;
}

static double
seconds_of (NnTrainer *self)
{
  return self->seconds_before + now (self) - self->started;
}

static void
tell (NnTrainer *self,
      NnEvent    event)
{
  if (self->observer == NULL || self->observer->event == NULL)
    return;

  event.step = self->step;
  event.n_steps = self->n_steps;
  event.steps_per_epoch = self->steps_per_epoch;
  event.batch = self->batch;
  event.position = self->epoch + (double) self->epoch_step / self->steps_per_epoch;
  event.seconds = seconds_of (self);
  event.params = self->params;
  event.exec = self->exec;
  event.trainer = self;
  self->observer->event (&event, self->observer->data);
}

static void
stop (NnTrainer *self,
      NnStop     reason)
{
  self->stop = reason;
  self->stopping = TRUE;
}

static gboolean
may_go_on (NnTrainer *self)
{
  const NnObserver *observer = self->observer;

  if (observer != NULL && observer->keep_going != NULL && !observer->keep_going (observer->data))
    stop (self, NN_STOP_CANCELLED);
  else if (self->spec->time_limit > 0 && now (self) - self->started >= self->spec->time_limit)
    stop (self, NN_STOP_TIME);

  return !self->stopping;
}

static double
accuracy_of (NnTrainer        *self,
             const NnLossSums *sums)
{
  return self->train->n_classes > 0 && sums->n > 0 ? (double) sums->n_correct / (double) sums->n
                                                   : (double) NAN;
}

/* One batch: fetch, forward, loss, backward, update. */
static gboolean
run_step (NnTrainer *self,
          guint      first,
          guint      batch,
          Epoch     *epoch,
          GError   **error)
{
  guint64 seed = self->spec->seed;
  guint64 first_step = (guint64) self->epoch * self->steps_per_epoch;
  double lr = nn_schedule_lr (&self->spec->schedule, (double) self->tuned.optim.lr,
                              first_step + self->epoch_step,
                              (guint64) self->spec->epochs * self->steps_per_epoch);
  double start = now (self), norm = NAN;
  NnLossSums sums = { 0 };
  NnLossRows rows;
  NnParams *shown;

  if (!nn_feed_fetch (&self->feed, self->order, first, batch, TRUE,
                      nn_train_items_seed (seed, self->epoch),
                      nn_exec_input (self->exec, 0), error))
    return FALSE;

  shown = nn_trainer_show (self, FALSE);
  nn_exec_forward (self->exec, shown, batch,
                   nn_feed_mix (nn_feed_mix (seed, STREAM_DROPOUT), self->step));
  nn_trainer_take_statistics (self);
  rows = (NnLossRows) { batch, self->n_outputs, nn_exec_values (self->exec, self->loss_node),
                        self->feed.labels, self->feed.values };
  nn_loss_sums (&self->spec->loss, &rows, self->gradient, self->scratch, &sums);
  if (isfinite (sums.loss))
    {
      nn_exec_backward (self->exec, shown, self->loss_node, self->gradient, FALSE);
      norm = nn_optim_step (self->optim, self->params, nn_exec_param_gradients (self->exec), lr,
                            self->frozen);
    }
  if (!isfinite (norm))
    {
      nn_trainer_explain_divergence (self, lr, error);
      return FALSE;
    }

  self->step++;
  self->epoch_step++;
  nn_trainer_look_ahead (self);
  epoch->sums.loss += sums.loss;
  epoch->sums.weight += sums.weight;
  epoch->sums.n += sums.n;
  epoch->sums.n_correct += sums.n_correct;
  epoch->norms += norm;
  epoch->n_steps++;
  epoch->lr = lr;
  epoch->busy += now (self) - start;
  tell (self, (NnEvent) {
                .kind = NN_EVENT_STEP,
                .epoch = self->epoch + 1,
                .loss = nn_loss_mean (&sums),
                .accuracy = accuracy_of (self, &sums),
                .val_loss = NAN,
                .val_accuracy = NAN,
                .lr = lr,
                .gradient_norm = norm,
                .images_per_second = epoch->busy > 0 ? (double) epoch->sums.n / epoch->busy : 0 });

  return TRUE;
}

static gboolean
run_steps (NnTrainer *self,
           Epoch     *epoch,
           GError   **error)
{
  guint count = self->train->count;
  CvrRng rng = cvr_rng_new (nn_feed_mix (nn_feed_mix (self->spec->seed, STREAM_ORDER), self->epoch),
                            0);

  for (guint i = 0; i < count; i++)
    self->order[i] = i;
  cvr_rng_shuffle (&rng, self->order, count);
  self->epoch_step = 0;
  nn_trainer_begin_epoch (self);

  for (guint i = 0; i < self->steps_per_epoch && may_go_on (self); i++)
    {
      guint first;

      nn_trainer_retune (self);
      /* Where there is no memory for the new batch it stays as it is. */
      if (i == 0)
        nn_trainer_take_batch (self, NULL);
      first = i * self->batch;
      if (!run_step (self, first, MIN (self->batch, count - first), epoch, error))
        return FALSE;
    }

  return TRUE;
}

/* FALSE with an error, NN_ERROR_CANCELLED among them. @sums stays empty without validation data. */
static gboolean
validate (NnTrainer  *self,
          NnLossSums *sums,
          GError    **error)
{
  NnEvaluateSpec spec = { self->check, NULL, &self->valid_feed, &self->spec->loss };

  if (self->valid == NULL)
    return TRUE;

  spec.params = nn_trainer_show (self, TRUE);

  if (self->observer != NULL)
    {
      spec.keep_going = self->observer->keep_going;
      spec.data = self->observer->data;
    }

  return nn_evaluate_run (&spec, sums, error);
}

static gboolean
is_better (NnTrainer    *self,
           const NnBest *candidate)
{
  const NnBest *best = &self->best;

  if (best->epoch <= self->spec->best_after || self->valid == NULL)
    return TRUE;
  if (self->valid->n_classes > 0 && candidate->val_accuracy != best->val_accuracy)
    return candidate->val_accuracy > best->val_accuracy;

  return candidate->val_loss < best->val_loss;
}

static gboolean
keep_if_best (NnTrainer    *self,
              const NnBest *candidate)
{
  NnParams *copy = self->best.params;

  if (!is_better (self, candidate))
    return FALSE;

  if (copy == NULL)
    copy = nn_params_copy (self->params);
  else
    memcpy (nn_params_poke_all (copy), nn_params_peek_all (self->params),
            nn_params_n_values (copy) * sizeof (nn_real));
  self->best = *candidate;
  self->best.params = copy;

  return TRUE;
}

/* Validates, keeps the best copy and tells. */
static gboolean
finish_epoch (NnTrainer *self,
              Epoch     *epoch,
              GError   **error)
{
  g_autoptr (GError) problem = NULL;
  NnLossSums sums = { 0 };
  NnBest now_here;
  gboolean best;

  if (!validate (self, &sums, &problem))
    {
      if (!g_error_matches (problem, NN_ERROR, NN_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      stop (self, NN_STOP_CANCELLED);
      return TRUE;
    }
  if (!isfinite (sums.loss) || !nn_trainer_params_finite (self))
    {
      nn_trainer_explain_divergence (self, epoch->lr, error);
      return FALSE;
    }

  now_here = (NnBest) { ++self->epoch, self->valid != NULL ? nn_loss_mean (&sums) : (double) NAN,
                        accuracy_of (self, &sums), nn_loss_mean (&epoch->sums),
                        accuracy_of (self, &epoch->sums) };
  self->epoch_step = 0;
  best = keep_if_best (self, &now_here);
  tell (self, (NnEvent) {
                .kind = NN_EVENT_EPOCH,
                .epoch = self->epoch,
                .loss = now_here.loss,
                .accuracy = now_here.accuracy,
                .val_loss = now_here.val_loss,
                .val_accuracy = now_here.val_accuracy,
                .lr = epoch->lr,
                .gradient_norm = epoch->norms / epoch->n_steps,
                .best = best,
                .images_per_second = epoch->busy > 0 ? (double) epoch->sums.n / epoch->busy : 0 });

  if (!self->stopping && self->valid != NULL && self->spec->early_stop > 0 &&
      self->epoch - MIN (MAX (self->best.epoch, self->spec->best_after), self->epoch) >=
        self->spec->early_stop)
    stop (self, NN_STOP_EARLY);

  return TRUE;
}

static gboolean
run_epochs (NnTrainer *self,
            GError   **error)
{
  while (!self->stopping && self->epoch < self->spec->epochs)
    {
      Epoch epoch = { .lr = NAN };

      if (!run_steps (self, &epoch, error))
        return FALSE;
      if (epoch.n_steps > 0 && (!self->stopping || self->stop == NN_STOP_TIME) &&
          !finish_epoch (self, &epoch, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
freeze_first (NnTrainer *self,
              GError   **error)
{
  guint n_nodes = nn_graph_n_nodes (self->graph), n_with_weights = 0;

  self->frozen = g_new0 (gboolean, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    if (nn_graph_node_has_weights (self->graph, (NnNode) i))
      self->frozen[i] = n_with_weights++ < self->spec->n_frozen;

  if (self->spec->n_frozen < MAX (n_with_weights, 1))
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
               _("%u layers are to stay frozen, but the network has %u with weights: nothing is "
                 "left to train."),
               self->spec->n_frozen, n_with_weights);
  return FALSE;
}

/* What learns, and what it has learned so far. */
static gboolean
set_up_params (NnTrainer *self,
               NnParams  *start,
               GBytes    *resume,
               GError   **error)
{
  const NnTrainSpec *spec = self->spec;

  self->params = nn_params_copy (start);
  self->tuned = (NnTuning) { spec->optim, spec->dropout, spec->batch };
  self->check_batch = spec->batch;
  self->optim = nn_optim_new (self->params, &self->tuned.optim);
  nn_optim_set_workers (self->optim, self->workers);
  nn_trainer_extras_init (self);

  return resume == NULL || nn_trainer_restore (self, resume, error);
}

static gboolean
set_up (NnTrainer *self,
        NnParams  *start,
        GBytes    *resume,
        GError   **error)
{
  NnNode output = nn_graph_output (self->graph, 0);

  self->n_outputs = self->train->n_classes > 0 ? self->train->n_classes : self->train->n_targets;
  self->loss_node = output;
  if (self->train->n_classes > 0 && nn_graph_node_kind (self->graph, output) == NN_OP_SOFTMAX)
    self->loss_node = nn_graph_node_input (self->graph, output, 0);
  self->scratch = g_new0 (nn_real, self->n_outputs);
  self->order = g_new (guint, self->train->count);

  if (!freeze_first (self, error) || !set_up_params (self, start, resume, error) ||
      !nn_trainer_take_batch (self, error))
    return FALSE;

  nn_trainer_use_tuning (self);
  if (self->valid == NULL)
    return TRUE;

  self->check = nn_exec_new (self->graph, self->workers,
                             MIN (self->check_batch, self->valid->count), NN_EXEC_INFER, error);
  if (self->check == NULL)
    return FALSE;
  nn_feed_init (&self->valid_feed, self->valid, self->workers, nn_exec_max_batch (self->check));

  return TRUE;
}

static void
clear (NnTrainer *self)
{
  g_clear_pointer (&self->exec, nn_exec_free);
  g_clear_pointer (&self->check, nn_exec_free);
  nn_feed_clear (&self->feed);
  nn_feed_clear (&self->valid_feed);
  g_clear_pointer (&self->gradient, g_free);
  g_clear_pointer (&self->scratch, g_free);
  g_clear_pointer (&self->frozen, g_free);
  g_clear_pointer (&self->order, g_free);
  g_clear_pointer (&self->optim, nn_optim_free);
  nn_trainer_extras_clear (self);
  g_clear_pointer (&self->params, nn_params_unref);
  g_clear_pointer (&self->best.params, nn_params_unref);
}

/* The best copy; the live parameters where no validation ranks them or no epoch ended; after a
 * divergence never the live ones. */
static NnParams *
choose_params (NnTrainer *self,
               NnParams  *start)
{
  gboolean diverged = self->stop == NN_STOP_DIVERGED;

  if (self->best.params != NULL && (diverged || self->valid != NULL))
    return nn_params_ref (self->best.params);

  return diverged ? nn_params_copy (start) : nn_params_ref (self->params);
}

static void
finish (NnTrainer     *self,
        NnParams      *start,
        NnTrainResult *result)
{
  const NnBest *best = &self->best;
  gboolean any = best->epoch > 0;

  *result = (NnTrainResult) {
    .stop = self->stop,
    .params = choose_params (self, start),
    .best_epoch = best->epoch,
    .n_epochs = self->epoch,
    .val_accuracy = any ? best->val_accuracy : (double) NAN,
    .val_loss = any ? best->val_loss : (double) NAN,
    .accuracy = any ? best->accuracy : (double) NAN,
    .loss = any ? best->loss : (double) NAN,
    .seconds = seconds_of (self),
  };
  tell (self, (NnEvent) { .kind = NN_EVENT_FINISHED, .epoch = self->epoch, .loss = result->loss,
                          .accuracy = result->accuracy, .val_loss = result->val_loss,
                          .val_accuracy = result->val_accuracy, .lr = NAN, .gradient_norm = NAN });
  nn_params_freeze (result->params);
}

/**
 * nn_train:
 *
 * See the header. Blocks the calling thread, on which every callback of @observer runs; @train and
 * @valid are fetched from on the threads of @workers. @result is always set; clear it with
 * nn_train_result_clear().
 */
gboolean
nn_train (NnGraph           *graph,
          NnParams          *start,
          const NnTrainSpec *spec,
          const NnSource    *train,
          const NnSource    *valid,
          NnWorkers         *workers,
          const NnObserver  *observer,
          GBytes            *resume,
          NnTrainResult     *result,
          GError           **error)
{
  NnTrainer self = { graph, spec, train, valid, workers, observer };
  g_autoptr (GError) problem = NULL;
  gboolean done;

  memset (result, 0, sizeof *result);
  g_return_val_if_fail (nn_params_graph (start) == graph, FALSE);

  if (!nn_train_spec_check (spec, error) || !nn_feed_check (graph, train, _("training"), error) ||
      (valid != NULL && !nn_feed_check (graph, valid, _("validation"), error)))
    return FALSE;

  self.started = now (&self);
  done = set_up (&self, start, resume, error);
  if (done)
    {
      tell (&self, (NnEvent) { .kind = NN_EVENT_STARTED,
                               .epoch = self.epoch,
                               .loss = NAN,
                               .accuracy = NAN,
                               .val_loss = NAN,
                               .val_accuracy = NAN,
                               .lr = (double) self.tuned.optim.lr,
                               .gradient_norm = NAN });
      done = run_epochs (&self, &problem);
      if (g_error_matches (problem, NN_ERROR, NN_ERROR_DIVERGED))
        stop (&self, NN_STOP_DIVERGED);
      else if (problem != NULL)
        stop (&self, NN_STOP_CANCELLED);
      finish (&self, start, result);
    }
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));

  clear (&self);

  return done;
}

void
nn_train_result_clear (NnTrainResult *result)
{
  g_clear_pointer (&result->params, nn_params_unref);
}
