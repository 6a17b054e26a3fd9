/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bar with the time left, on a terminal only. */
#include "cvr-cli.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR = 24, REDRAW_US = 100 * 1000 };

static guint
terminal_columns (void)
{
  struct winsize size;

  return ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static char *
bar_text (guint64 done,
          guint64 total)
{
  guint filled = (guint) (BAR * (double) MIN (done, total) / (double) total);
  GString *bar = g_string_new (NULL);

  for (guint i = 0; i < BAR; i++)
    g_string_append (bar, i < filled ? "█" : "░");
  g_string_append_printf (bar, " %3.0f %%", 100.0 * (double) MIN (done, total) / (double) total);

  return g_string_free (bar, FALSE);
}

static char *
time_left_text (const CvrCliProgress *progress,
                gint64                now,
                guint64               done,
                guint64               total)
{
  double spent = (double) (now - progress->started) / 1e6;
  g_autofree char *words = NULL;

  if (done == 0 || done >= total || spent < 1)
    return g_strdup ("");

  words = cvr_words_time (spent * (double) (total - done) / (double) done);
  /* Translators: on the progress bar; %s is "12 s" */
  return g_strdup_printf (_(" · %s left"), words);
}

/**
 * cvr_cli_progress:
 * @total: 0 while unknown
 * @what: of which task; a new one begins the time anew
 *
 * Draws at most ten times a second, and only where standard error is a terminal.
 */
void
cvr_cli_progress (CvrCli     *cli,
                  guint64     done,
                  guint64     total,
                  const char *what)
{
  CvrCliProgress *progress = &cli->progress;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *bar = NULL;
  g_autofree char *left = NULL;
  g_autofree char *line = NULL;
  g_autofree char *cut = NULL;

  if (cli->quiet || !cli->terminal)
    return;
  if (g_strcmp0 (progress->what, what) != 0)
    {
      g_free (progress->what);
      progress->what = g_strdup (what);
      progress->started = now;
      progress->drawn = 0;
    }
  if (now - progress->drawn < REDRAW_US)
    return;

  progress->drawn = now;
  bar = total > 0 ? bar_text (done, total) : cvr_words_count (done);
  left = total > 0 ? time_left_text (progress, now, done, total) : g_strdup ("");
  line = g_strdup_printf ("%s %s%s", what, bar, left);
  cut = g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), (glong) terminal_columns () - 1));
  fprintf (stderr, "\r\033[K%s", cut);
  fflush (stderr);
  progress->shown = TRUE;
}

/* Takes the bar away, so that a line can be written. */
void
cvr_cli_progress_end (CvrCli *cli)
{
  if (!cli->progress.shown)
    return;

  fputs ("\r\033[K", stderr);
  fflush (stderr);
  cli->progress.shown = FALSE;
  cli->progress.drawn = 0;
}
