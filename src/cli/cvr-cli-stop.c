/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl+C and a polite kill: the first asks the work to stop and keep what it has, the second ends
 * the program at once. */
#include "cvr-cli.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static const int wanted[] = { SIGINT, SIGTERM, SIGHUP };

/* The thread that waits. A library may have started threads before main() that don't block the
 * signals (OpenBLAS does): what one of them gets is passed on. */
static pthread_t waiter;

static void
pass_on (int number)
{
  pthread_kill (waiter, number);
}

/* A thread that waits for the signals, so no restrictions on what may be called. */
struct _CvrCliStop
{
  pthread_t     thread;
  sigset_t      signals;
  gint          stopped; /* atomic */
  GCancellable *cancellable;
};

static void *
wait_for_signals (void *data)
{
  CvrCliStop *stop = data;

  for (;;)
    {
      int number = 0;

      if (sigwait (&stop->signals, &number) != 0)
        continue;
      if (number == SIGUSR1)
        return NULL;
      if (g_atomic_int_exchange (&stop->stopped, TRUE))
        _exit (128 + number);
      g_cancellable_cancel (stop->cancellable);
    }
}

/* Call before any other thread begins: they inherit that the signals are blocked. A signal that the
 * caller of the program ignores stays ignored. A pipe that closes and a full quota become errors of
 * the write. */
CvrCliStop *
cvr_cli_stop_new (void)
{
  CvrCliStop *stop = g_new0 (CvrCliStop, 1);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
  stop->cancellable = g_cancellable_new ();
  sigemptyset (&stop->signals);
  sigaddset (&stop->signals, SIGUSR1);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      struct sigaction action;

      if (sigaction (wanted[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        sigaddset (&stop->signals, wanted[i]);
    }
  pthread_sigmask (SIG_BLOCK, &stop->signals, NULL);
  if (pthread_create (&stop->thread, NULL, wait_for_signals, stop) != 0)
    g_error ("No thread for signals could be started");

  waiter = stop->thread;
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (sigismember (&stop->signals, wanted[i]))
      {
        struct sigaction action = { .sa_handler = pass_on, .sa_flags = SA_RESTART };

        sigaction (wanted[i], &action, NULL);
      }

  return stop;
}

void
cvr_cli_stop_free (CvrCliStop *stop)
{
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (sigismember (&stop->signals, wanted[i]))
      signal (wanted[i], SIG_DFL);
  pthread_kill (stop->thread, SIGUSR1);
  pthread_join (stop->thread, NULL);
  g_object_unref (stop->cancellable);
  g_free (stop);
}

/* Borrowed; any thread. */
GCancellable *
cvr_cli_stop_cancellable (CvrCliStop *stop)
{
  return stop->cancellable;
}

/* What keep_going callbacks take; @cli a CvrCli. Any thread. */
gboolean
cvr_cli_keep_going (gpointer cli)
{
  return !g_atomic_int_get (&((CvrCli *) cli)->stop->stopped);
}
