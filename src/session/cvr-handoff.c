/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a working thread to the main thread without a lock; see the header. */
#include "cvr-handoff.h"

#include <stdatomic.h>

struct _CvrHandoff
{
  _Atomic (gint)       ref_count;
  _Atomic (CvrPoint *) points;    /* newest first */
  _Atomic (gpointer)   snapshot;  /* the newest nobody took yet */
  _Atomic (gpointer)   wants;     /* the newest the worker did not take yet */
  _Atomic (gint) pending; /* 1 from the first wake-up until the main thread begins to take */
  GMainContext        *context;
  GDestroyNotify       free_point;
  GDestroyNotify       free_snapshot;
  GDestroyNotify       free_wants;

  /* Main thread only. */
  GObject             *target;    /* not held; NULL once detached */
  CvrHandoffReady      ready;
  gint64               interval;  /* µs */
  gint64               last;      /* monotonic µs of the last ready */
};

CvrHandoff *
cvr_handoff_new (GObject        *target,
                 CvrHandoffReady ready,
                 guint           interval_ms,
                 GDestroyNotify  free_point,
                 GDestroyNotify  free_snapshot,
                 GDestroyNotify  free_wants)
{
  CvrHandoff *self = g_new0 (CvrHandoff, 1);

  atomic_init (&self->ref_count, 1);
  atomic_init (&self->points, NULL);
  atomic_init (&self->snapshot, NULL);
  atomic_init (&self->wants, NULL);
  atomic_init (&self->pending, 0);
  self->context = g_main_context_ref_thread_default ();
  self->free_point = free_point;
  self->free_snapshot = free_snapshot;
  self->free_wants = free_wants;
  self->target = target;
  self->ready = ready;
  self->interval = (gint64) interval_ms * 1000;

  return self;
}

CvrHandoff *
cvr_handoff_ref (CvrHandoff *self)
{
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);

  return self;
}

void
cvr_handoff_unref (CvrHandoff *self)
{
  CvrPoint *point;
  gpointer rest;

  if (atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) != 1)
    return;

  for (point = cvr_handoff_take_points (self); point != NULL;)
    {
      CvrPoint *next = point->next;

      self->free_point (point);
      point = next;
    }
  if ((rest = cvr_handoff_take_snapshot (self)) != NULL)
    self->free_snapshot (rest);
  if ((rest = cvr_handoff_take_wants (self)) != NULL)
    self->free_wants (rest);
  g_main_context_unref (self->context);
  g_free (self);
}

void
cvr_handoff_detach (CvrHandoff *self)
{
  self->target = NULL;
}

static gboolean ready_cb (gpointer data);

/* The source holds the hand-off, so a wake-up that comes late finds it, and finds it detached. */
static void
attach_source (CvrHandoff *self,
               GSource    *source)
{
  g_source_set_priority (source, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_callback (source, ready_cb, cvr_handoff_ref (self),
                         (GDestroyNotify) cvr_handoff_unref);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

/* Main thread. */
static gboolean
ready_cb (gpointer data)
{
  CvrHandoff *self = data;
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GObject) target = NULL;

  if (self->target == NULL)
    return G_SOURCE_REMOVE;

  /* Too soon: still pending, so that meanwhile nobody else wakes us. */
  if (self->last != 0 && now - self->last < self->interval)
    {
      attach_source (
        self, g_timeout_source_new ((guint) ((self->interval - (now - self->last)) / 1000 + 1)));
      return G_SOURCE_REMOVE;
    }

  self->last = now;
  target = g_object_ref (self->target);
  /* Before taking: what comes in between wakes us once more rather than never. */
  atomic_store (&self->pending, 0);
  self->ready (target);

  return G_SOURCE_REMOVE;
}

/**
 * cvr_handoff_wake:
 *
 * Any thread. Push and publish call it themselves; a worker that changed only its own atomics calls
 * it.
 */
void
cvr_handoff_wake (CvrHandoff *self)
{
  if (atomic_exchange (&self->pending, 1) == 0)
    attach_source (self, g_idle_source_new ());
}

void
cvr_handoff_push (CvrHandoff *self,
                  CvrPoint   *point)
{
  point->next = atomic_load_explicit (&self->points, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit (&self->points, &point->next, point,
                                                 memory_order_release, memory_order_relaxed))
    ;
  cvr_handoff_wake (self);
}

/**
 * cvr_handoff_publish:
 * @snapshot: (transfer full): immutable from now on; frees one that nobody took
 */
void
cvr_handoff_publish (CvrHandoff *self,
                     gpointer    snapshot)
{
  gpointer unseen = atomic_exchange (&self->snapshot, snapshot);

  if (unseen != NULL)
    self->free_snapshot (unseen);
  cvr_handoff_wake (self);
}

gpointer
cvr_handoff_take_wants (CvrHandoff *self)
{
  return atomic_exchange (&self->wants, NULL);
}

void
cvr_handoff_set_wants (CvrHandoff *self,
                       gpointer    wants)
{
  gpointer untaken = atomic_exchange (&self->wants, wants);

  if (untaken != NULL)
    self->free_wants (untaken);
}

/* The whole list in one exchange, then turned round: a single taker, so no node can come back under
 * it. */
CvrPoint *
cvr_handoff_take_points (CvrHandoff *self)
{
  CvrPoint *newest = atomic_exchange (&self->points, NULL);
  CvrPoint *oldest = NULL;

  while (newest != NULL)
    {
      CvrPoint *older = newest->next;

      newest->next = oldest;
      oldest = newest;
      newest = older;
    }

  return oldest;
}

gpointer
cvr_handoff_take_snapshot (CvrHandoff *self)
{
  return atomic_exchange (&self->snapshot, NULL);
}
