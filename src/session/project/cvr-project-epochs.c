/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks of epochs go into the file, and out of it where there is no room for all. Main
 * thread. */
#include "cvr-project-private.h"

#include "cvr-epochs-private.h"
#include "cvr-notebook-private.h"
#include "cvr-run-card-private.h"

static CvrThinEpoch
look_at (CvrProject         *self,
         const CvrKeptEpoch *kept)
{
  const CvrRunCard *card = cvr_notebook_find_any (self->notebook, kept->run);
  gboolean is_variant = card != NULL && card->facts.kind == CVR_CARD_VARIANT;

  return (CvrThinEpoch) {
    .kept = *kept,
    .is_best = card != NULL && !is_variant && card->facts.report.best_epoch == kept->epoch,
    .is_fixed = is_variant,
  };
}

void
cvr_project_thin_epochs (CvrProject *self,
                         CvrBatch   *batch)
{
  g_autoptr (GArray) all = cvr_epochs_dup_all (self->epochs);
  g_autofree CvrThinEpoch *epochs = g_new (CvrThinEpoch, all->len);
  guint64 last = 0;

  for (guint i = 0; i < all->len; i++)
    epochs[i] = look_at (self, &g_array_index (all, CvrKeptEpoch, i));
  cvr_epochs_thin (epochs, all->len, cvr_project_epochs_limit (self, NULL));

  for (guint i = 0; i < all->len; i++)
    if (epochs[i].goes)
      cvr_epochs_forget (self->epochs, batch, epochs[i].kept.run, epochs[i].kept.epoch);
  for (guint i = 0; i < all->len; i++)
    if (epochs[i].goes && epochs[i].kept.run != last)
      {
        last = epochs[i].kept.run;
        cvr_epochs_emit_thinned (self->epochs, last);
      }
}

void
cvr_project_put_epoch (CvrProject *self,
                       CvrBatch   *batch,
                       guint64     run,
                       guint       epoch,
                       CvrModel   *model)
{
  if (run == 0 || !cvr_epochs_fits (model, cvr_project_epochs_limit (self, model)))
    return;

  cvr_epochs_put (self->epochs, batch, run, epoch, model);
  cvr_project_thin_epochs (self, batch);
}

typedef struct
{
  CvrProject    *project; /* borrowed: closing waits for all that is on its way */
  guint64        run;
  guint          epoch;
  CvrProjectKept done;
  gpointer       data;
} Keeping;

/* CvrProjectKept */
static void
kept_cb (const GError *error,
         gpointer      data)
{
  Keeping *self = data;

  cvr_epochs_kept (self->project->epochs, self->run, self->epoch, error == NULL);
  cvr_notebook_tell (self->project->notebook);
  if (self->done != NULL)
    self->done (error, self->data);
  g_free (self);
}

void
cvr_project_commit_epoch (CvrProject    *self,
                          CvrBatch      *batch,
                          guint64        run,
                          guint          epoch,
                          CvrProjectKept done,
                          gpointer       data)
{
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->project = self;
  keeping->run = run;
  keeping->epoch = epoch;
  keeping->done = done;
  keeping->data = data;
  cvr_project_do_quietly (self, cvr_action_new (CVR_N_ACTIONS, 0, NULL), batch, NULL, kept_cb,
                          keeping);
}
