/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a recipe adds to the training loop: slots that learn faster or for some epochs only,
 * Lookahead, and weights that are shown to the network otherwise than they are learned. */
#include "nn-trainer.h"

#include <math.h>
#include <string.h>

void
nn_trainer_extras_init (NnTrainer *self)
{
  gsize n_values = nn_params_n_values (self->params);

  if (self->spec->view.show != NULL)
    self->shown = nn_params_copy (self->params);
  if (self->spec->lookahead.every > 0)
    self->slow = g_memdup2 (nn_params_peek_all (self->params), n_values * sizeof (nn_real));
}

void
nn_trainer_extras_clear (NnTrainer *self)
{
  g_clear_pointer (&self->shown, nn_params_unref);
  g_clear_pointer (&self->slow, g_free);
}

/* Tells the source, and leaves alone the slots whose epochs are over. */
void
nn_trainer_begin_epoch (NnTrainer *self)
{
  guint n_slots = 2 * nn_graph_n_nodes (self->graph);
  g_autofree NnOptimScale *scales = NULL;

  if (self->train->begin_epoch != NULL)
    self->train->begin_epoch (self->train, self->epoch);
  if (self->spec->scales == NULL)
    return;

  scales = g_memdup2 (self->spec->scales, n_slots * sizeof *scales);
  for (guint i = 0; i < n_slots; i++)
    if (scales[i].epochs > 0 && self->epoch >= scales[i].epochs)
      scales[i].lr = 0;
  nn_optim_set_scales (self->optim, scales);
}

NnParams *
nn_trainer_show (NnTrainer *self,
                 gboolean   exact)
{
  if (self->shown == NULL)
    return self->params;

  memcpy (nn_params_poke_all (self->shown), nn_params_peek_all (self->params),
          nn_params_n_values (self->params) * sizeof (nn_real));
  self->spec->view.show (self->shown, self->step, exact, self->spec->view.data);

  return self->shown;
}

void
nn_trainer_take_statistics (NnTrainer *self)
{
  gsize n_trainable = nn_params_n_trainable (self->params);
  gsize n_rest = nn_params_n_values (self->params) - n_trainable;

  if (self->shown != NULL && n_rest > 0)
    memcpy (nn_params_poke_all (self->params) + n_trainable,
            nn_params_peek_all (self->shown) + n_trainable, n_rest * sizeof (nn_real));
}

/* After a step. The last one always ends in the slow copy. */
void
nn_trainer_look_ahead (NnTrainer *self)
{
  const NnLookahead *spec = &self->spec->lookahead;
  gsize n_values = nn_params_n_values (self->params);
  gboolean due = spec->every > 0 && self->step % spec->every == 0;
  nn_real *live, keep;

  if (self->slow == NULL || (!due && self->step != self->n_steps))
    return;

  live = nn_params_poke_all (self->params);
  keep = (nn_real) (pow ((double) spec->decay, spec->every) *
                    pow ((double) self->step / (double) self->n_steps, (double) spec->power));
  for (gsize i = 0; i < n_values; i++)
    {
      if (due)
        self->slow[i] = keep * self->slow[i] + (1 - keep) * live[i];
      live[i] = self->slow[i];
    }
}
