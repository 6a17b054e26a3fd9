/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live project on disk: one SQLite file in the data directory. Every call is committed when it
 * returns. */
#pragma once

#include "cvr-dataset.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _CvrStore CvrStore; /* one thread */

/* Creates the file where there is none. A file that isn't ours, is newer, or is damaged: an error,
 * the file untouched. */
CvrStore *cvr_store_open         (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void      cvr_store_close        (CvrStore *self);
gboolean  cvr_store_is_new       (CvrStore *self);
/* Everything inside begin … commit is one transaction (nests). After an error inside, commit rolls
 * back and fails. */
void      cvr_store_begin        (CvrStore *self);
gboolean  cvr_store_commit       (CvrStore *self, GError **error);
gboolean  cvr_store_load_dataset (CvrStore *self, CvrDataset *dataset, GError **error);
/* Pictures are kept as PNG (or JPEG quality 95 above 128 px a side) that the program encoded
 * itself. The item comes with its picture. */
gboolean  cvr_store_put_item     (CvrStore *self, const CvrItem *item, GError **error);
gboolean  cvr_store_set_item     (CvrStore *self, guint64 id, gint label, CvrSplit split,
                                  GError **error);
/* Deleted but undoable. */
gboolean  cvr_store_hide_item    (CvrStore *self, guint64 id, gboolean hidden, GError **error);
/* Names, order, all labels. */
gboolean  cvr_store_set_classes  (CvrStore *self, CvrDataset *dataset, GError **error);
gboolean  cvr_store_clear_items  (CvrStore *self, GError **error);
/* Removes the hidden items that aren't in @keep (a set of pointers to guint64) for good. */
gboolean  cvr_store_forget_hidden (CvrStore *self, GHashTable *keep, GError **error);
/* Named values: settings (JSON text), model (ONNX bytes), history, undo stack. NULL bytes
 * removes. */
gboolean  cvr_store_put          (CvrStore *self, const char *key, GBytes *bytes, GError **error);
GBytes   *cvr_store_get          (CvrStore *self, const char *key); /* NULL where there is none */
/* The picture of a hidden item, for undo. */
CvrImage *cvr_store_get_image    (CvrStore *self, guint64 id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrStore, cvr_store_close)

G_END_DECLS
