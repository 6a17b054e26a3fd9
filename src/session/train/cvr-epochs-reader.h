/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reader of stored epochs takes from their list. Main thread. */
#pragma once

#include "cvr-epochs-private.h"

G_BEGIN_DECLS

CvrKeeper *cvr_epochs_keeper   (CvrEpochs *self); /* borrowed; NULL once the project is closed */
/* The network in memory; borrowed; NULL: it has to be read. */
CvrModel  *cvr_epochs_recall   (CvrEpochs *self, guint64 run, guint epoch);
void       cvr_epochs_remember (CvrEpochs *self, guint64 run, guint epoch, CvrModel *model);

G_END_DECLS
