/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's threads: a call hands pieces out by a counter, waits a moment for more work and then
 * sleeps. */
#include "nn-workers.h"

#include "nn-gemm.h"

#include <sched.h>
#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

/* How long a thread stays awake after work: longer than the gap between two layers, shorter than a
 * person would notice on a battery. */
static const gint64 awake_us = 100;

enum { BACKGROUND_NICE = 10 };

typedef struct
{
  NnWorkers *workers;
  guint      thread;
} Start;

/* A run: the caller writes the job while nobody can read it, opens it with a new ticket, takes part
 * in it, and closes it when every piece is done. A worker registers in @users before it looks at
 * @open and leaves without reading when it is closed; the caller lets the last user go before the
 * next job is written. So the job itself needs no lock. @open and @users are touched with
 * sequential consistency, which that argument needs. */
struct _NnWorkers
{
  gatomicrefcount references;
  guint           n_threads;
  gboolean        background;
  GThread       **threads; /* [n_threads − 1] */

  guint           busy;   /* atomic: a run is on */
  guint           ticket; /* the caller's: number of the last run, never 0 */

  NnPieceFunc     func;
  gpointer        data;
  guint           n_pieces;
  guint           next; /* atomic: first piece nobody took */
  guint           done; /* atomic */

  guint           open;     /* atomic: ticket of the run, 0 when there is none */
  guint           users;    /* atomic */
  guint           sleepers; /* atomic */
  guint           quit;     /* atomic */
  GMutex          mutex;    /* guards nothing but going to sleep */
  GCond           wake;
};

static void
pause_briefly (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#else
  __asm__ volatile ("" ::: "memory");
#endif
}

static void
take_pieces (NnWorkers *self,
             guint      thread)
{
  guint n_pieces = self->n_pieces;

  for (;;)
    {
      guint piece = __atomic_fetch_add (&self->next, 1, __ATOMIC_RELAXED);

      if (piece >= n_pieces)
        return;

      self->func (piece, thread, self->data);
      __atomic_fetch_add (&self->done, 1, __ATOMIC_RELEASE);
    }
}

static gboolean
has_news (NnWorkers *self,
          guint      last)
{
  guint open = __atomic_load_n (&self->open, __ATOMIC_SEQ_CST);

  return (open != 0 && open != last) || __atomic_load_n (&self->quit, __ATOMIC_SEQ_CST);
}

/* A look at the run after @last, first awake, then asleep. */
static void
wait_for_news (NnWorkers *self,
               guint      last)
{
  gint64 until = g_get_monotonic_time () + awake_us;

  do
    for (guint i = 0; i < 100; i++)
      {
        if (has_news (self, last))
          return;
        pause_briefly ();
      }
  while (g_get_monotonic_time () < until);

  g_mutex_lock (&self->mutex);
  __atomic_fetch_add (&self->sleepers, 1, __ATOMIC_SEQ_CST);
  while (!has_news (self, last))
    g_cond_wait (&self->wake, &self->mutex);
  __atomic_fetch_sub (&self->sleepers, 1, __ATOMIC_SEQ_CST);
  g_mutex_unlock (&self->mutex);
}

static gpointer
work (gpointer data)
{
  g_autofree Start *start = data;
  NnWorkers *self = start->workers;
  guint last = 0;

#ifdef __linux__
  if (self->background) /* Linux: priorities belong to threads; refused is no harm. */
    (void) setpriority (PRIO_PROCESS, (id_t) gettid (), BACKGROUND_NICE);
#endif

  while (!__atomic_load_n (&self->quit, __ATOMIC_SEQ_CST))
    {
      guint open;

      __atomic_fetch_add (&self->users, 1, __ATOMIC_SEQ_CST);
      open = __atomic_load_n (&self->open, __ATOMIC_SEQ_CST);
      if (open != 0 && open != last)
        take_pieces (self, start->thread);
      __atomic_fetch_sub (&self->users, 1, __ATOMIC_SEQ_CST);
      if (open != 0)
        last = open;

      wait_for_news (self, last);
    }

  return NULL;
}

static void
wake_sleepers (NnWorkers *self)
{
  if (__atomic_load_n (&self->sleepers, __ATOMIC_SEQ_CST) == 0)
    return;

  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->mutex);
}

/**
 * nn_workers_new:
 * @n_threads: how many work together, the caller of nn_workers_run() included; cut to 1 …
 * NN_MAX_THREADS
 * @background: lower the priority of the threads made here (not the caller's), on Linux
 *
 * Also switches off the matrix library's own threads.
 *
 * Returns: (transfer full): threads that wait for work. Fewer when the system gives no more.
 */
NnWorkers *
nn_workers_new (guint    n_threads,
                gboolean background)
{
  static gsize library_told = 0;
  NnWorkers *self = g_new0 (NnWorkers, 1);

  if (g_once_init_enter (&library_told))
    {
      nn_gemm_one_thread ();
      g_once_init_leave (&library_told, 1);
    }

  n_threads = CLAMP (n_threads, 1, NN_MAX_THREADS);
  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->wake);
  self->background = background;
  self->n_threads = 1;
  self->threads = g_new0 (GThread *, n_threads);
  while (self->n_threads < n_threads)
    {
      Start *start = g_new (Start, 1);

      *start = (Start) { self, self->n_threads };
      self->threads[self->n_threads - 1] = g_thread_try_new ("nn-worker", work, start, NULL);
      if (self->threads[self->n_threads - 1] == NULL)
        {
          g_free (start);
          break;
        }
      self->n_threads++;
    }

  return self;
}

NnWorkers *
nn_workers_ref (NnWorkers *self)
{
  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
nn_workers_unref (NnWorkers *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  __atomic_store_n (&self->quit, 1, __ATOMIC_SEQ_CST);
  wake_sleepers (self);
  for (guint i = 0; i + 1 < self->n_threads; i++)
    g_thread_join (self->threads[i]);

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->wake);
  g_free (self->threads);
  g_free (self);
}

guint
nn_workers_n_threads (NnWorkers *self)
{
  return self->n_threads;
}

/* Until @counter is @value: a short wait, since the others are at their last piece. */
static void
wait_until (guint *counter,
            guint  value)
{
  for (guint i = 0; __atomic_load_n (counter, __ATOMIC_SEQ_CST) != value; i++)
    if (i < 10000)
      pause_briefly ();
    else
      sched_yield (); /* More threads than processors: let them finish. */
}

/**
 * nn_workers_run:
 * @n_pieces: pieces, which must not depend on the number of threads
 * @func: called once per piece, in any order, several at once
 *
 * Blocks until all pieces are done. Any thread.
 */
void
nn_workers_run (NnWorkers   *self,
                guint        n_pieces,
                NnPieceFunc  func,
                gpointer     data)
{
  guint idle = 0;

  if (n_pieces <= 1 || self->n_threads == 1 ||
      !__atomic_compare_exchange_n (&self->busy, &idle, 1, FALSE, __ATOMIC_SEQ_CST,
                                    __ATOMIC_RELAXED))
    {
      for (guint piece = 0; piece < n_pieces; piece++)
        func (piece, 0, data);
      return;
    }

  wait_until (&self->users, 0);
  self->func = func;
  self->data = data;
  self->n_pieces = n_pieces;
  __atomic_store_n (&self->next, 0, __ATOMIC_RELAXED);
  __atomic_store_n (&self->done, 0, __ATOMIC_RELAXED);
  self->ticket += self->ticket == G_MAXUINT ? 2 : 1;
  __atomic_store_n (&self->open, self->ticket, __ATOMIC_SEQ_CST);
  wake_sleepers (self);

  take_pieces (self, 0);
  wait_until (&self->done, n_pieces);
  __atomic_store_n (&self->open, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n (&self->busy, 0, __ATOMIC_SEQ_CST);
}
