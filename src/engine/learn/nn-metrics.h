/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of right and wrong answers, and its figures. Definitions are scikit-learn's. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NnConfusion:
 *
 * counts[truth × n_classes + predicted].
 */
typedef struct
{
  guint    n_classes;
  guint64 *counts;
} NnConfusion;

NnConfusion *nn_confusion_new       (guint n_classes) G_GNUC_WARN_UNUSED_RESULT;
NnConfusion *nn_confusion_copy      (const NnConfusion *self) G_GNUC_WARN_UNUSED_RESULT;
void         nn_confusion_free      (NnConfusion *self);
void         nn_confusion_add       (NnConfusion *self, guint truth, guint predicted);
guint64      nn_confusion_total     (const NnConfusion *self);
double       nn_confusion_accuracy  (const NnConfusion *self); /* 0 when empty */
/* 0 where nothing was predicted k, or nothing is k. */
double       nn_confusion_precision (const NnConfusion *self, guint k);
double       nn_confusion_recall    (const NnConfusion *self, guint k);
double       nn_confusion_f1        (const NnConfusion *self, guint k);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnConfusion, nn_confusion_free)

G_END_DECLS
