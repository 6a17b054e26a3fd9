/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of taking out share. Internal to storage. */
#pragma once

#include "cvr-labels.h"
#include "cvr-save-out.h"

G_BEGIN_DECLS

char *cvr_save_name (GHashTable *taken, const char *name) G_GNUC_WARN_UNUSED_RESULT;
char *cvr_save_stem (const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* Where files go: a folder or an archive that appears under its name once it is whole. */
typedef struct _CvrSaveTarget CvrSaveTarget;

CvrSaveTarget *cvr_save_target_new    (const CvrSaveOutSpec *spec, GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @path: below the target, with slashes. */
gboolean       cvr_save_target_put    (CvrSaveTarget *self, const char *path, GBytes *bytes,
                                       gboolean compress, GError **error);
gboolean       cvr_save_target_finish (CvrSaveTarget *self, GError **error);
guint64        cvr_save_target_bytes  (CvrSaveTarget *self);
/* Unfinished: nothing stays of it. */
void           cvr_save_target_free   (CvrSaveTarget *self);

/* All label files of the form. @folders: (nullable): for every class its folder. */
gboolean       cvr_save_labels        (CvrSaveTarget *target, const CvrSaveOutSpec *spec,
                                       const CvrLabels *labels, char *const *stems,
                                       GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrSaveTarget, cvr_save_target_free)

G_END_DECLS
