/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a working thread to the main thread without a lock: points that may not be lost, snapshots
 * of which only the newest counts, and in the other direction what the main thread wants to see. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CvrPoint:
 *
 * First member of what is pushed (an intrusive list: nothing but the point itself is allocated).
 */
typedef struct _CvrPoint CvrPoint;
struct _CvrPoint
{
  CvrPoint *next;
};

/* On the main thread: @target has something to take. */
typedef void (*CvrHandoffReady) (GObject *target);

/* Counted, any thread unless said otherwise. */
typedef struct _CvrHandoff CvrHandoff;

/* Main thread. @target is not held; detach before it goes. @ready comes in the thread-default main
 * context, below redraw priority, at most once every @interval_ms. */
CvrHandoff *cvr_handoff_new           (GObject *target, CvrHandoffReady ready, guint interval_ms,
                                       GDestroyNotify free_point,
                                       GDestroyNotify free_snapshot,
                                       GDestroyNotify free_wants) G_GNUC_WARN_UNUSED_RESULT;
CvrHandoff *cvr_handoff_ref           (CvrHandoff *self);
void        cvr_handoff_unref         (CvrHandoff *self);
/* Main thread: no @ready any more; what still comes is freed with the hand-off. */
void        cvr_handoff_detach        (CvrHandoff *self);

/* Working thread (one). All take what they are given. */
void        cvr_handoff_push          (CvrHandoff *self, CvrPoint *point);
void        cvr_handoff_publish       (CvrHandoff *self, gpointer snapshot);
/* (transfer full): the newest wants, NULL where they are those taken last. */
gpointer    cvr_handoff_take_wants    (CvrHandoff *self) G_GNUC_WARN_UNUSED_RESULT;
void        cvr_handoff_wake          (CvrHandoff *self);

/* Main thread. Points come oldest first, the whole list at once, as (transfer full); NULL: none. */
CvrPoint   *cvr_handoff_take_points   (CvrHandoff *self) G_GNUC_WARN_UNUSED_RESULT;
gpointer    cvr_handoff_take_snapshot (CvrHandoff *self) G_GNUC_WARN_UNUSED_RESULT;
void        cvr_handoff_set_wants     (CvrHandoff *self, gpointer wants);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrHandoff, cvr_handoff_unref)

G_END_DECLS
