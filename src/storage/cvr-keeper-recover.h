/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the recovery share. Internal to storage. */
#pragma once

#include "cvr-salvage.h"
#include "cvr-store.h"

G_BEGIN_DECLS

/* A run or a checkpoint. One that isn't whole is left out, which is no error. */
gboolean cvr_recover_run      (CvrStore *store, const CvrSalvageRow *row, GError **error);
/* Checkpoints whose run is lost. */
gboolean cvr_recover_end_runs (CvrStore *store, GError **error);
/* All bytes of a file; zeros where the disk gives none. */
GBytes  *cvr_recover_read     (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
