/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the project fills and thins its stored epochs. Main thread. */
#pragma once

#include "cvr-epochs.h"
#include "cvr-keeper.h"

G_BEGIN_DECLS

/* One stored epoch, when it comes to thinning out. */
typedef struct
{
  CvrKeptEpoch kept;
  gboolean     is_best;  /* of its run */
  gboolean     is_fixed; /* kept by hand: never given up */
  gboolean     goes;     /* (out) */
} CvrThinEpoch;

/* Marks what goes so that the rest takes at most @limit bytes. @epochs: in the order of run and
 * epoch. Older runs first give up all but their best epoch; then the newest one is thinned out
 * evenly (the first, the best and the last stay); then best epochs go, oldest first. */
void       cvr_epochs_thin     (CvrThinEpoch *epochs, guint n_epochs, guint64 limit);

CvrEpochs *cvr_epochs_new      (void) G_GNUC_WARN_UNUSED_RESULT;
/* What is stored, after opening; holds @keeper until it is given NULL. @epochs: of CvrKeptEpoch. */
void       cvr_epochs_restore  (CvrEpochs *self, CvrKeeper *keeper, const GArray *epochs);
void       cvr_epochs_close    (CvrEpochs *self);
/* Bytes that checkpoints may take where nobody chose: enough for what it takes to go on with the
 * largest network there is and for some of its epochs. @coming (nullable): about to be put. */
guint64    cvr_epochs_usual_limit (CvrEpochs *self, CvrModel *coming);
/* Whether a network fits into @limit at all. */
gboolean   cvr_epochs_fits     (CvrModel *model, guint64 limit);
/* Writes @model into @batch; there once cvr_epochs_kept() says so. */
void       cvr_epochs_put      (CvrEpochs *self, CvrBatch *batch, guint64 run, guint epoch,
                                CvrModel *model);
/* The batch is on disk, or failed. */
void       cvr_epochs_kept     (CvrEpochs *self, guint64 run, guint epoch, gboolean ok);
/* All of them, of CvrKeptEpoch in the order of run and epoch; those on their way too. */
GArray    *cvr_epochs_dup_all  (CvrEpochs *self) G_GNUC_WARN_UNUSED_RESULT;
/* Takes one out of the list and, with @batch, of the file. */
void       cvr_epochs_forget   (CvrEpochs *self, CvrBatch *batch, guint64 run, guint epoch);
/* Takes all of @run out of the list, those on their way too. */
void       cvr_epochs_forget_run (CvrEpochs *self, guint64 run);
void       cvr_epochs_emit_thinned (CvrEpochs *self, guint64 run);

/* For a worker: the network of an epoch; NULL with an error, also where there is none. */
CvrModel  *cvr_epochs_read_model (CvrKeeper *keeper, guint64 run, guint epoch,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
