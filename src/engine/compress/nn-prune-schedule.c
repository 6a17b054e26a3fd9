/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradual pruning: a network goes on learning while it loses weights or filters. */
#include "nn-prune-schedule.h"

#include <math.h>
#include <string.h>

enum
{
  STEPS_PER_MASK = 20, /* ranking all weights costs more than a small network's step */
  MAX_ROUNDS = 5,
  IMPORTANCE_BATCHES = 32,
  IMPORTANCE_ITEMS = 64, /* of each */
};

/**
 * Gradual:
 * @observer: (nullable): the caller's
 * @mask: (nullable): weights that stay zero
 * @ramps, @n_ramp_epochs: whether zeros grow, and during which epochs; 0: half of the steps
 * @round_epochs, @epochs_before, @epochs: where this round lies in the whole
 * @graph, @n_items: what this round trains, and from how many items
 * @tuned: the record as the observer changed it: rounds go on with it
 *
 * What stands between the training loop and the caller's observer.
 */
typedef struct
{
  const NnPruneSpec *spec;
  const NnObserver  *observer;
  NnParams          *mask;
  gboolean           ramps;
  guint              n_ramp_epochs;
  guint              n_nodes; /* of the network that was given */
  guint              round_epochs, epochs_before, epochs;
  NnGraph           *graph; /* borrowed */
  guint              n_items;
  NnTuning           tuned;
  gboolean           first, last;
} Gradual;

double
nn_prune_schedule_amount (double final_amount,
                          double part)
{
  double left = 1 - CLAMP (part, 0, 1);

  return final_amount * (1 - left * left * left);
}

/* More zeros, where it is time for them; those there are stay: they are the smallest of all. */
static void
grow_mask (Gradual       *self,
           const NnEvent *event)
{
  guint64 n_ramp = self->n_ramp_epochs > 0
                     ? (guint64) self->n_ramp_epochs * event->steps_per_epoch
                     : MAX (event->n_steps / 2, 1);
  NnPruneSpec spec = *self->spec;
  g_autoptr (NnGraph) graph = NULL;
  NnParams *mask = NULL;
  NnPruneReport report;

  if (event->step > n_ramp || (event->step < n_ramp && event->step % STEPS_PER_MASK != 0))
    return;

  spec.amount = nn_prune_schedule_amount (spec.amount, (double) event->step / (double) n_ramp);
  if (nn_prune (nn_params_graph (event->params), event->params, &spec, &graph, &mask, &report,
                NULL))
    {
      g_clear_pointer (&self->mask, nn_params_unref);
      self->mask = mask;
    }
}

/* The caller sees one training: epochs and steps counted through, one start and one end. */
static void
on_event (const NnEvent *event,
          gpointer       data)
{
  Gradual *self = data;
  NnEvent told = *event;
  guint64 steps_before = (guint64) self->epochs_before * event->steps_per_epoch;

  if (self->ramps && event->kind == NN_EVENT_STEP)
    {
      grow_mask (self, event);
      if (self->mask != NULL)
        nn_prune_reapply (event->params, self->mask);
    }

  if (self->observer == NULL || self->observer->event == NULL ||
      (event->kind == NN_EVENT_STARTED && !self->first) ||
      (event->kind == NN_EVENT_FINISHED && !self->last))
    return;

  told.epoch += self->epochs_before;
  told.position += self->epochs_before;
  told.step += steps_before;
  told.n_steps = (guint64) self->epochs * event->steps_per_epoch;
  self->observer->event (&told, self->observer->data);
}

static gboolean
keep_going (gpointer data)
{
  Gradual *self = data;

  return self->observer->keep_going (self->observer->data);
}

static gboolean
retune (NnTuning *tuning,
        gpointer  data)
{
  Gradual *self = data;

  if (!self->observer->retune (tuning, self->observer->data))
    return FALSE;
  nn_tuning_take (&self->tuned, tuning, self->graph, self->n_items);

  return TRUE;
}

static double
clock_now (gpointer data)
{
  Gradual *self = data;

  return self->observer->now (self->observer->data);
}

static NnObserver
observer_of (Gradual *self)
{
  const NnObserver *inner = self->observer;

  return (NnObserver) {
    .event = on_event,
    .keep_going = inner != NULL && inner->keep_going != NULL ? keep_going : NULL,
    .retune = inner != NULL && inner->retune != NULL ? retune : NULL,
    .now = inner != NULL && inner->now != NULL ? clock_now : NULL,
    .data = self,
  };
}

static gboolean
prune_weights (Gradual           *self,
               NnGraph           *graph,
               NnParams          *params,
               const NnTrainSpec *training,
               const NnSource    *train,
               const NnSource    *valid,
               NnWorkers         *workers,
               NnTrainResult     *result,
               GError           **error)
{
  NnTrainSpec spec = *training;
  NnObserver observer = observer_of (self);
  gboolean done;

  self->ramps = TRUE;
  self->n_ramp_epochs = training->epochs * 2 / 3;
  spec.best_after = self->n_ramp_epochs;
  done = nn_train (graph, params, &spec, train, valid, workers, &observer, NULL, result, error);
  g_clear_pointer (&self->mask, nn_params_unref);

  return done;
}

/* What part of the filters or operations that are left has to go for @amount of those that were
 * there at first. */
static double
amount_of_rest (double amount,
                double at_first,
                double left)
{
  return left > 0 ? CLAMP (1 - (1 - amount) * at_first / left, 0, 1) : 0;
}

/* One round: removes, then trains. */
static gboolean
run_round (Gradual           *self,
           NnPruneSpec        spec,
           const NnTrainSpec *training,
           const NnSource    *train,
           const NnSource    *valid,
           NnWorkers         *workers,
           NnGraph          **graph,
           NnParams         **params,
           NnPruneReport     *report,
           NnTrainResult     *result,
           GError           **error)
{
  NnTrainSpec round = *training;
  NnObserver observer = observer_of (self);
  g_autoptr (NnImportance) importance = NULL;
  g_autoptr (NnParams) smaller = NULL;
  NnGraph *small = NULL;

  importance = nn_importance_new (*graph, *params, train, IMPORTANCE_BATCHES, IMPORTANCE_ITEMS,
                                  training->seed, workers, error);
  if (importance == NULL)
    return FALSE;
  spec.importance = importance;
  if (!nn_prune (*graph, *params, &spec, &small, &smaller, report, error))
    return FALSE;
  nn_graph_unref (*graph);
  *graph = small;

  /* Nodes that nothing depends on are gone, and with them the numbering. */
  if (nn_graph_n_nodes (small) != self->n_nodes)
    round.scales = NULL;
  round.epochs = self->round_epochs;
  round.optim = self->tuned.optim;
  round.dropout = self->tuned.dropout;
  round.batch = self->tuned.batch;
  self->graph = small;
  nn_train_result_clear (result);
  if (!nn_train (small, smaller, &round, train, self->last ? valid : NULL, workers, &observer, NULL,
                 result, error))
    return FALSE;

  nn_params_unref (*params);
  *params = nn_params_ref (result->params);

  return TRUE;
}

static gboolean
prune_filters (Gradual           *self,
               const NnTrainSpec *training,
               const NnSource    *train,
               const NnSource    *valid,
               NnWorkers         *workers,
               NnGraph          **graph,
               NnParams         **params,
               NnPruneReport     *report,
               NnTrainResult     *result,
               GError           **error)
{
  guint n_rounds = MIN (training->epochs, MAX_ROUNDS);
  guint each = MAX (training->epochs / (2 * n_rounds), 1);
  double flops = (double) nn_graph_flops (*graph), n_filters = 0;
  guint64 n_pruned = 0;

  for (guint i = 1; i <= n_rounds; i++)
    {
      NnPruneSpec spec = *self->spec;
      double amount = nn_prune_schedule_amount (spec.amount, (double) i / n_rounds);
      NnPruneReport here;

      if (spec.by == NN_PRUNE_BY_OPERATIONS)
        spec.amount = amount_of_rest (amount, flops, (double) nn_graph_flops (*graph));
      else
        spec.amount = i == 1 ? amount : amount_of_rest (amount, n_filters,
                                                        n_filters - (double) n_pruned);
      self->first = i == 1;
      self->last = i == n_rounds;
      self->round_epochs = self->last ? training->epochs - (n_rounds - 1) * each : each;
      if (!run_round (self, spec, training, train, valid, workers, graph, params, &here, result,
                      error))
        return FALSE;
      if (self->first)
        n_filters = (double) here.n_values;
      n_pruned += here.n_pruned;
      self->epochs_before += self->round_epochs;
    }

  *report = (NnPruneReport) { (guint64) n_filters, n_pruned, NAN };
  return TRUE;
}

/**
 * nn_prune_gradually:
 * @new_graph: (out) (transfer full)
 * @new_params: (out) (transfer full): frozen
 * @report: (out)
 *
 * See the header. Cancelling is no error; what was not pruned by then is pruned at once.
 *
 * Returns: %FALSE with what nn_prune() or nn_train() say.
 */
gboolean
nn_prune_gradually (NnGraph           *graph,
                    NnParams          *params,
                    const NnPruneSpec *spec,
                    const NnTrainSpec *training,
                    const NnSource    *train,
                    const NnSource    *valid,
                    NnWorkers         *workers,
                    const NnObserver  *observer,
                    NnGraph          **new_graph,
                    NnParams         **new_params,
                    NnPruneReport     *report,
                    NnTrainResult     *result,
                    GError           **error)
{
  Gradual self = { .spec = spec, .observer = observer, .epochs = training->epochs,
                   .n_nodes = nn_graph_n_nodes (graph), .round_epochs = training->epochs,
                   .graph = graph, .n_items = train->count,
                   .tuned = { training->optim, training->dropout, training->batch },
                   .first = TRUE, .last = TRUE };
  g_autoptr (NnGraph) live_graph = nn_graph_ref (graph);
  g_autoptr (NnParams) live = nn_params_ref (params);

  memset (result, 0, sizeof *result);
  *report = (NnPruneReport) { .threshold = NAN };
  if (!nn_train_spec_check (training, error))
    return FALSE;

  if (spec->kind == NN_PRUNE_FILTERS)
    {
      if (!prune_filters (&self, training, train, valid, workers, &live_graph, &live, report,
                          result, error))
        return FALSE;
      *new_graph = g_steal_pointer (&live_graph);
      *new_params = g_steal_pointer (&live);
      return TRUE;
    }

  return prune_weights (&self, graph, params, training, train, valid, workers, result, error) &&
         nn_prune (graph, result->params, spec, new_graph, new_params, report, error);
}
