/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be changed while a training runs, and what may not; the parts that depend on the
 * batch. */
#include "nn-trainer.h"

#include <glib/gi18n-lib.h>

static gboolean
check_dropout (float    dropout,
               NnGraph *graph,
               GError **error)
{
  if (!(dropout < 1))
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC, _("The dropout rate %g is not below 1."),
                 (double) dropout);
  else if (!nn_graph_has_kind (graph, NN_OP_DROPOUT))
    g_set_error_literal (error, NN_ERROR, NN_ERROR_SPEC,
                         _("This network has no dropout layer whose rate could change. Stop the "
                           "training, choose a rate and train again: then it gets one."));
  else
    return TRUE;

  return FALSE;
}

static gboolean
check_batch (guint    batch,
             NnGraph *graph,
             guint    n_items,
             GError **error)
{
  if (batch < 1 || batch > n_items)
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("A batch of %u can't be filled: there are %u pictures to learn from."), batch,
                 n_items);
  else if (batch == 1 && nn_graph_has_kind (graph, NN_OP_BATCH_NORM))
    g_set_error_literal (error, NN_ERROR, NN_ERROR_SPEC,
                         _("This network has batch norm, which compares the pictures of a batch: "
                           "it needs at least 2 of them."));
  else if (batch > nn_graph_max_batch (graph))
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("This network takes one item at a time, not a batch of %u: some of its layers "
                   "mix the first axis with others."),
                 batch);
  else
    return TRUE;

  return FALSE;
}

/**
 * nn_tuning_check:
 * @before: what holds at present: only what differs from it is looked at
 * @n_items: that the training learns from
 *
 * Returns: %FALSE with %NN_ERROR_SPEC where @self can't take its place. Any thread.
 */
gboolean
nn_tuning_check (const NnTuning *self,
                 const NnTuning *before,
                 NnGraph        *graph,
                 guint           n_items,
                 GError        **error)
{
  gboolean same_dropout = self->dropout <= before->dropout && self->dropout >= before->dropout;

  return nn_optim_spec_check (&self->optim, error) &&
         (same_dropout || check_dropout (self->dropout, graph, error)) &&
         (self->batch == before->batch || check_batch (self->batch, graph, n_items, error));
}

/**
 * nn_tuning_take:
 * @self: what holds at present
 *
 * A record that breaks a rule is not taken over: training goes on with the one before. A rate that
 * no layer has is no reason.
 *
 * Returns: whether @wanted holds now. Any thread.
 */
gboolean
nn_tuning_take (NnTuning       *self,
                const NnTuning *wanted,
                NnGraph        *graph,
                guint           n_items)
{
  NnTuning record = *wanted;

  record.optim.kind = self->optim.kind;
  if (!nn_graph_has_kind (graph, NN_OP_DROPOUT))
    record.dropout = self->dropout;
  if (!nn_tuning_check (&record, self, graph, n_items, NULL))
    return FALSE;

  *self = record;
  return TRUE;
}

void
nn_trainer_retune (NnTrainer *self)
{
  const NnObserver *observer = self->observer;
  NnTuning record = self->tuned;

  if (observer != NULL && observer->retune != NULL && observer->retune (&record, observer->data) &&
      nn_tuning_take (&self->tuned, &record, self->graph, self->train->count))
    nn_trainer_use_tuning (self);
}

void
nn_trainer_use_tuning (NnTrainer *self)
{
  nn_optim_set_spec (self->optim, &self->tuned.optim);
  nn_exec_set_dropout (self->exec, self->tuned.dropout);
}

/* Batch statistics of a single item say nothing: such a rest is left out. */
static void
count_steps (NnTrainer *self)
{
  guint count = self->train->count;
  guint n_left = self->spec->epochs - MIN (self->epoch, self->spec->epochs);

  self->steps_per_epoch = count / self->batch;
  if (count % self->batch > (nn_graph_has_kind (self->graph, NN_OP_BATCH_NORM) ? 1 : 0))
    self->steps_per_epoch++;
  self->n_steps = self->step + (guint64) self->steps_per_epoch * n_left;
}

gboolean
nn_trainer_take_batch (NnTrainer *self,
                       GError   **error)
{
  guint batch = MIN (self->tuned.batch, self->train->count);
  NnExec *exec;

  if (batch == self->batch)
    return TRUE;

  exec = nn_exec_new (self->graph, self->workers, batch, NN_EXEC_TRAIN, error);
  if (exec == NULL)
    return FALSE;

  for (guint i = 0; i < nn_graph_n_nodes (self->graph); i++)
    if (self->frozen[i])
      nn_exec_freeze_node (exec, (NnNode) i, TRUE);
  g_clear_pointer (&self->exec, nn_exec_free);
  self->exec = exec;
  nn_exec_set_dropout (exec, self->tuned.dropout);
  nn_feed_clear (&self->feed);
  nn_feed_init (&self->feed, self->train, self->workers, batch);
  g_free (self->gradient);
  self->gradient = g_new0 (nn_real, (gsize) batch * self->n_outputs);
  self->batch = batch;
  count_steps (self);

  return TRUE;
}
