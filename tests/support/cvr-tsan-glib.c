/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells ThreadSanitizer what GLib puts in order. GLib is not built with it, so that its locks,
 * which are futexes of its own, its thread pools, its sources and its counted objects look like
 * nothing at all, and everything behind them like a race. Loaded before the program; each function
 * does what GLib's does, and says so: __tsan_acquire() and __tsan_release() of LLVM's
 * tsan_interface.h. */
#include <dlfcn.h>
#include <gio/gio.h>
#include <stdlib.h>

/* Not there in the programs that run the tests. */
extern void __tsan_acquire (void *address) __attribute__ ((weak));
extern void __tsan_release (void *address) __attribute__ ((weak));

#define REAL(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

static void
acquire (gconstpointer address)
{
  if (__tsan_acquire != NULL)
    __tsan_acquire ((void *) address);
}

static void
release (gconstpointer address)
{
  if (__tsan_release != NULL)
    __tsan_release ((void *) address);
}

/* Locks. Those that are taken often look their function up once; every thread finds the same. */

void
g_mutex_lock (GMutex *mutex)
{
  static __typeof__ (&g_mutex_lock) real;

  if (real == NULL)
    real = REAL (g_mutex_lock);
  real (mutex);
  acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  gboolean locked = REAL (g_mutex_trylock) (mutex);

  if (locked)
    acquire (mutex);

  return locked;
}

void
g_mutex_unlock (GMutex *mutex)
{
  static __typeof__ (&g_mutex_unlock) real;

  if (real == NULL)
    real = REAL (g_mutex_unlock);
  release (mutex);
  real (mutex);
}

void
g_cond_wait (GCond  *cond,
             GMutex *mutex)
{
  release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  acquire (mutex);
}

gboolean
g_cond_wait_until (GCond  *cond,
                   GMutex *mutex,
                   gint64  end)
{
  gboolean woken;

  release (mutex);
  woken = REAL (g_cond_wait_until) (cond, mutex, end);
  acquire (mutex);

  return woken;
}

gboolean
(g_once_init_enter) (volatile void *location)
{
  gboolean first = REAL (g_once_init_enter) (location);

  if (!first)
    acquire ((gconstpointer) location);

  return first;
}

void
(g_once_init_leave) (volatile void *location,
                     gsize          result)
{
  release ((gconstpointer) location);
  REAL (g_once_init_leave) (location, result);
}

/* Work that another thread does */

typedef struct
{
  gpointer       key;     /* what the giver released */
  GSourceFunc    func;
  GFunc          work;
  gpointer       data;
  GDestroyNotify notify;
} Carried;

static void
carried_free (gpointer carried)
{
  Carried *self = carried;

  acquire (self->key);
  if (self->notify != NULL)
    self->notify (self->data);
  free (self);
}

static gboolean
carried_cb (gpointer carried)
{
  Carried *self = carried;
  gboolean again;

  acquire (self->key);
  again = self->func (self->data);
  release (self->key);

  return again;
}

static void
carried_work (gpointer item,
              gpointer carried)
{
  Carried *self = carried;

  acquire (item);
  self->work (item, self->data);
  release (self->key);
}

/* @key: NULL: itself */
static Carried *
carry (gpointer       key,
       GSourceFunc    func,
       gpointer       data,
       GDestroyNotify notify)
{
  Carried *self = calloc (1, sizeof (Carried));

  self->key = key != NULL ? key : self;
  self->func = func;
  self->data = data;
  self->notify = notify;
  release (self->key);

  return self;
}

/* Other sources call functions with arguments of their own. */
static gboolean
calls_source_func (GSource *source)
{
  return source->source_funcs == &g_idle_funcs || source->source_funcs == &g_timeout_funcs;
}

void
g_source_set_callback (GSource       *source,
                       GSourceFunc    func,
                       gpointer       data,
                       GDestroyNotify notify)
{
  if (!calls_source_func (source))
    {
      REAL (g_source_set_callback) (source, func, data, notify);
      return;
    }
  REAL (g_source_set_callback) (source, carried_cb, carry (source, func, data, notify),
                                carried_free);
}

guint
g_source_attach (GSource      *source,
                 GMainContext *context)
{
  release (source);

  return REAL (g_source_attach) (source, context);
}

guint
g_idle_add_full (gint           priority,
                 GSourceFunc    func,
                 gpointer       data,
                 GDestroyNotify notify)
{
  return REAL (g_idle_add_full) (priority, carried_cb, carry (NULL, func, data, notify),
                                 carried_free);
}

guint
g_idle_add (GSourceFunc func,
            gpointer    data)
{
  return g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, func, data, NULL);
}

/* What a pool's workers did is known to whoever frees it. */
GThreadPool *
g_thread_pool_new (GFunc     func,
                   gpointer  data,
                   gint      max_threads,
                   gboolean  exclusive,
                   GError  **error)
{
  Carried *carried = carry (NULL, NULL, data, NULL);
  GThreadPool *pool;

  carried->work = func;
  pool = REAL (g_thread_pool_new) (carried_work, carried, max_threads, exclusive, error);
  if (pool == NULL)
    free (carried);

  return pool;
}

gboolean
g_thread_pool_push (GThreadPool *pool,
                    gpointer     item,
                    GError     **error)
{
  release (item);

  return REAL (g_thread_pool_push) (pool, item, error);
}

void
g_thread_pool_free (GThreadPool *pool,
                    gboolean     immediate,
                    gboolean     wait)
{
  Carried *carried = pool->user_data;

  REAL (g_thread_pool_free) (pool, immediate, wait);
  if (!wait)
    return;
  acquire (carried->key);
  free (carried);
}

/* Things that are counted: whoever lets go last has seen what the others did. */

#define COUNTED(name, type)                                                                        \
  void name (type thing)                                                                           \
  {                                                                                                \
    static void (*real) (type thing_);                                                             \
                                                                                                   \
    if (real == NULL)                                                                              \
      real = (void (*) (type thing_)) dlsym (RTLD_NEXT, #name);                                    \
    release (thing);                                                                               \
    acquire (thing);                                                                               \
    real (thing);                                                                                  \
  }

COUNTED (g_object_unref, gpointer)
COUNTED (g_bytes_unref, GBytes *)
COUNTED (g_array_unref, GArray *)
COUNTED (g_ptr_array_unref, GPtrArray *)
COUNTED (g_hash_table_unref, GHashTable *)

void
g_atomic_rc_box_release_full (gpointer       box,
                              GDestroyNotify clear)
{
  release (box);
  acquire (box);
  REAL (g_atomic_rc_box_release_full) (box, clear);
}

void
g_cancellable_cancel (GCancellable *cancellable)
{
  release (cancellable);
  REAL (g_cancellable_cancel) (cancellable);
}

gboolean
g_cancellable_is_cancelled (GCancellable *cancellable)
{
  gboolean cancelled = REAL (g_cancellable_is_cancelled) (cancellable);

  if (cancelled)
    acquire (cancellable);

  return cancelled;
}
