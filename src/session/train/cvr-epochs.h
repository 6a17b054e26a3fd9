/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The networks that the project kept of every epoch of its trainings, within a limit of bytes: what
 * an epoch slider goes through. */
#pragma once

#include "cvr-model.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CVR_TYPE_EPOCHS (cvr_epochs_get_type ())
G_DECLARE_FINAL_TYPE (CvrEpochs, cvr_epochs, CVR, EPOCHS, GObject)

/* Main thread. One for each project: cvr_project_get_epochs(). A run has the number of its card
 * (cvr_run_card_get_id()); epoch 0 is the network before it learned. Signals: "stored" (guint64 run,
 * guint epoch: one more is on disk), "thinned" (guint64 run: fewer are there). */

/* Those that are stored of @run, in ascending order; borrowed until the next call. */
const guint *cvr_epochs_list      (CvrEpochs *self, guint64 run, guint *n_epochs);
/* The stored one that is nearest to @epoch; FALSE: there is none of this run. */
gboolean     cvr_epochs_nearest   (CvrEpochs *self, guint64 run, guint epoch, guint *nearest);
guint64      cvr_epochs_bytes     (CvrEpochs *self, guint64 run);

/* Reads for one slider: asked while one is being read, it goes on with the newest that was asked
 * for; those between are left out. */
typedef struct _CvrEpochReader CvrEpochReader;

/* Main thread. @model is borrowed; NULL with @error. At once where it is still in memory. */
typedef void (*CvrEpochReady) (guint64 run, guint epoch, CvrModel *model, const GError *error,
                               gpointer data);

CvrEpochReader *cvr_epoch_reader_new  (CvrEpochs *epochs, CvrEpochReady ready,
                                       gpointer data) G_GNUC_WARN_UNUSED_RESULT;
/* @ready is not called any more. */
void            cvr_epoch_reader_free (CvrEpochReader *self);
void            cvr_epoch_reader_ask  (CvrEpochReader *self, guint64 run, guint epoch);
/* Something is being read. */
gboolean        cvr_epoch_reader_is_busy (CvrEpochReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrEpochReader, cvr_epoch_reader_free)

G_END_DECLS
