/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures to be looked at one after the other: where one is, what was skipped, how long it will
 * take. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CVR_QUEUE_UNLABELLED,
  CVR_QUEUE_DOUBTFUL,   /* what the network is least sure of first */
  CVR_QUEUE_MISLABELS,  /* it is sure of something else than the label */
  CVR_QUEUE_SHOWN,      /* what the page's filter left */
  CVR_N_QUEUES,
} CvrQueueKind;

enum { CVR_QUEUE_REMEMBERED = 4000 };

/* Main thread. */
typedef struct _CvrQueue CvrQueue;

CvrQueue    *cvr_queue_new          (CvrQueueKind kind, const guint64 *ids,
                                     guint n) G_GNUC_WARN_UNUSED_RESULT;
void         cvr_queue_free         (CvrQueue *self);
CvrQueueKind cvr_queue_kind         (CvrQueue *self);
guint        cvr_queue_n            (CvrQueue *self);
/* 0 …; n: through. */
guint        cvr_queue_position     (CvrQueue *self);
/* Of the picture @offset places from the present one; 0: there is none. */
guint64      cvr_queue_peek         (CvrQueue *self, gint offset);
/* The present one is done (@skipped: without a label) at @now (µs, any monotonic clock). */
void         cvr_queue_next         (CvrQueue *self, gboolean skipped, gint64 now);
/* FALSE: at the beginning already. */
gboolean     cvr_queue_back         (CvrQueue *self, gint64 now);
void         cvr_queue_jump         (CvrQueue *self, guint position, gint64 now);
/* How many were skipped so far and not done later. */
guint        cvr_queue_n_skipped    (CvrQueue *self);
/* (transfer full) (element-type guint64): those. */
GArray      *cvr_queue_skipped      (CvrQueue *self) G_GNUC_WARN_UNUSED_RESULT;
/* s at the pace of the last pictures; −1: not known yet. */
gint64       cvr_queue_seconds_left (CvrQueue *self);
/* Leaves out what @there denies. */
void         cvr_queue_keep         (CvrQueue *self, gboolean (*there) (guint64 id, gpointer data),
                                     gpointer data);
/* At the end; those that are in it already stay where they are. */
void         cvr_queue_append       (CvrQueue *self, const guint64 *ids, guint n);
/* Kind and order. Of a long queue only the next CVR_QUEUE_REMEMBERED pictures: @from tells where
 * they begin. */
char        *cvr_queue_to_json      (CvrQueue *self) G_GNUC_WARN_UNUSED_RESULT;
/* NULL: that is no queue. @from: (out): the place that its first picture had. */
CvrQueue    *cvr_queue_from_json    (const char *json, guint *from) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrQueue, cvr_queue_free)

G_END_DECLS
