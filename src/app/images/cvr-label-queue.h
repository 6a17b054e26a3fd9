/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture large, a key labels it, the next comes by itself. */
#pragma once

#include "cvr-project.h"
#include "cvr-queue.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_LABEL_QUEUE (cvr_label_queue_get_type ())
G_DECLARE_FINAL_TYPE (CvrLabelQueue, cvr_label_queue, CVR, LABEL_QUEUE, AdwBin)

/* Signal "closed": the person wants back to the grid. */
void      cvr_label_queue_set_project (CvrLabelQueue *self, CvrProject *project);
/* These pictures in this order; what was begun before is forgotten. */
void      cvr_label_queue_start       (CvrLabelQueue *self, CvrQueueKind kind, const guint64 *ids,
                                       guint n_ids);
/* Goes on where it was left, across restarts too. FALSE: nothing was begun, or it is done. */
gboolean  cvr_label_queue_resume      (CvrLabelQueue *self);
/* What is shown, 0: none, or the end. */
guint64   cvr_label_queue_current     (CvrLabelQueue *self);
CvrQueue *cvr_label_queue_get_queue   (CvrLabelQueue *self); /* borrowed; NULL */
/* What the keys do. */
void      cvr_label_queue_label       (CvrLabelQueue *self, gint label);
void      cvr_label_queue_skip        (CvrLabelQueue *self);
void      cvr_label_queue_back        (CvrLabelQueue *self);
/* What the network says becomes the label; without a network: the label it has is right. */
void      cvr_label_queue_confirm     (CvrLabelQueue *self);
/* @number from 1. */
void      cvr_label_queue_jump        (CvrLabelQueue *self, guint number);
gboolean  cvr_label_queue_key         (CvrLabelQueue *self, guint key, GdkModifierType state);

G_END_DECLS
