/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pictures a queue is made of, what the project remembers of it and how it is told. */
#pragma once

#include "cvr-project.h"
#include "cvr-queue.h"

G_BEGIN_DECLS

/* (transfer full) (element-type guint64): in order of arrival. */
GArray   *cvr_queue_unlabelled     (CvrDataset *dataset) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full) (element-type guint64): of a list model of CvrImageItem. */
GArray   *cvr_queue_of_model       (GListModel *items) G_GNUC_WARN_UNUSED_RESULT;
/* Order and place; the place alone after each step: it is short. */
void      cvr_queue_remember       (CvrQueue *self, CvrProject *project);
void      cvr_queue_remember_place (CvrQueue *self, CvrProject *project);
/* NULL: none was begun. */
CvrQueue *cvr_queue_recall         (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;
/* Leaves out what the project doesn't have any more. */
void      cvr_queue_keep_present   (CvrQueue *self, CvrProject *project);
/* "34 of 312 · 4 min left". */
char     *cvr_queue_dup_words      (CvrQueue *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
