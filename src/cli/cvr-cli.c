/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options, output and errors of the command line. */
#include "cvr-cli.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (cvr-cli-error-quark, cvr_cli_error)

void
cvr_cli_init (CvrCli *cli)
{
  *cli = (CvrCli) { .seed = 1, .terminal = isatty (STDERR_FILENO), .stop = cvr_cli_stop_new () };
}

void
cvr_cli_clear (CvrCli *cli)
{
  cvr_cli_progress_end (cli);
  g_clear_pointer (&cli->progress.what, g_free);
  g_clear_pointer (&cli->workers, nn_workers_unref);
  g_clear_pointer (&cli->decoder, cvr_decoder_unref);
  g_clear_pointer (&cli->stop, cvr_cli_stop_free);
}

/* Borrowed; made at the first call. */
NnWorkers *
cvr_cli_workers (CvrCli *cli)
{
  if (cli->workers == NULL)
    cli->workers = nn_workers_new (cli->threads > 0 ? (guint) cli->threads
                                   : g_get_num_processors (), FALSE);

  return cli->workers;
}

/* (transfer full): the options that stand before or after every command. */
const GOptionEntry *
cvr_cli_global_entries (CvrCli *cli)
{
  const GOptionEntry entries[] = {
    { "threads", 't', 0, G_OPTION_ARG_INT, &cli->threads,
      N_("Threads to work with; results do not depend on it"), "N" },
    { "seed", 's', 0, G_OPTION_ARG_INT64, &cli->seed, N_("Where random numbers start; default 1"),
      "S" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_("Write results as JSON lines"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &cli->quiet, N_("No progress and no remarks"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &cli->help, N_("Show help"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &cli->version, N_("Show the version"), NULL },
    { NULL },
  };

  return g_memdup2 (entries, sizeof entries);
}

gboolean
cvr_cli_check_globals (CvrCli  *cli,
                       GError **error)
{
  if (cli->threads < 0 || cli->threads > 1024)
    return cvr_cli_usage (error,
                          _("--threads is %d; it can be 1 to 1024, or 0 for all processors."),
                          cli->threads);
  if (cli->seed < 0)
    return cvr_cli_usage (error, _("--seed is %lld; it can't be negative."), (long long) cli->seed);

  return TRUE;
}

/* The options of @group (NULL: of the command) under a heading of ours. GLib's text begins with a
 * usage of its own and its own heading, each ending a line. */
static void
print_options (GOptionContext *context,
               GOptionGroup   *group,
               const char     *heading)
{
  g_autofree char *help = g_option_context_get_help (context, group == NULL, group);
  const char *options = strstr (help, "\n\n");

  options = options != NULL ? strchr (options + 2, '\n') : NULL;
  if (options != NULL)
    printf ("\n%s%.*s\n", heading, (int) strlen (options) - 1, options);
}

/**
 * cvr_cli_parse:
 * @usage: what stands after the program's name, "train --data DATA --out M.onnx"
 * @summary: what the command does, a few sentences
 * @entries: ending with a NULL name
 * @argc: (inout): on return only what is no option stays, and the name of the command
 *
 * Reads the options of a command, and the global ones after it. Help goes to standard output and
 * ends in CVR_CLI_ERROR_HELP.
 */
gboolean
cvr_cli_parse (CvrCli             *cli,
               const char         *usage,
               const char         *summary,
               const GOptionEntry *entries,
               int                *argc,
               char             ***argv,
               GError            **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree GOptionEntry *globals = (GOptionEntry *) cvr_cli_global_entries (cli);
  g_autoptr (GError) wrong = NULL;
  GOptionGroup *group = g_option_group_new ("global", _("Global options:"),
                                            _("Show global options"), NULL, NULL);

  g_option_group_add_entries (group, globals);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_add_group (context, group);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse (context, argc, argv, &wrong))
    return cvr_cli_usage (error, _("%s. “convisor-cli %s --help” shows what there is."),
                          wrong->message, (*argv)[0]);
  if (cli->help)
    {
      printf ("%s\n  convisor-cli %s\n\n%s\n", _("Usage:"), usage, summary);
      print_options (context, NULL, _("Options:"));
      print_options (context, group, _("Global options:"));
      g_set_error_literal (error, CVR_CLI_ERROR, CVR_CLI_ERROR_HELP, "help");
      return FALSE;
    }

  return cvr_cli_check_globals (cli, error);
}

/* For options that a command can't do without. */
gboolean
cvr_cli_require (gconstpointer value,
                 const char   *option,
                 GError      **error)
{
  if (value != NULL)
    return TRUE;

  return cvr_cli_usage (error, _("The option %s is missing."), option);
}

gboolean
cvr_cli_no_arguments (int      argc,
                      char   **argv,
                      GError **error)
{
  if (argc <= 1)
    return TRUE;

  return cvr_cli_usage (error, _("“%s” is one word too many."), argv[1]);
}

/* "28x28", or one number for both sides. */
gboolean
cvr_cli_parse_size (const char *text,
                    guint      *width,
                    guint      *height,
                    GError    **error)
{
  g_auto (GStrv) parts = g_strsplit_set (text, "x×X", -1);
  guint64 sides[2] = { 0, 0 };
  guint n = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      /* The two bytes of “×” leave an empty part between them. */
      if (parts[i][0] == '\0' && i > 0 && parts[i + 1] != NULL)
        continue;
      if (n == 2 || !g_ascii_string_to_unsigned (parts[i], 10, 1, 1024, &sides[n], NULL))
        {
          n = 0;
          break;
        }
      n++;
    }
  if (n == 0)
    return cvr_cli_usage (error, _("The size “%s” is not like 32x32 with sides of 1 to 1024."),
                          text);

  *width = (guint) sides[0];
  *height = (guint) sides[n - 1];

  return TRUE;
}

/* Sets a usage error. Returns: FALSE, to be handed on. */
gboolean
cvr_cli_usage (GError    **error,
               const char *format,
               ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (CVR_CLI_ERROR, CVR_CLI_ERROR_USAGE, format, args));
  va_end (args);

  return FALSE;
}

static void
write_out (CvrCli     *cli,
           const char *text)
{
  if ((fputs (text, stdout) == EOF || fflush (stdout) == EOF) && cli->output_errno == 0)
    cli->output_errno = errno != 0 ? errno : EIO;
}

/* A line of results for people; nothing with --json. */
void
cvr_cli_print (CvrCli     *cli,
               const char *format,
               ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list args;

  if (cli->json)
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  line = g_strconcat (text, "\n", NULL);
  cvr_cli_progress_end (cli);
  write_out (cli, line);
}

/* A line on standard error; nothing with --quiet. */
void
cvr_cli_say (CvrCli     *cli,
             const char *format,
             ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (cli->quiet)
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  cvr_cli_progress_end (cli);
  fprintf (stderr, "%s\n", text);
}

/* What went wrong: said even with --quiet. */
void
cvr_cli_complain (CvrCli     *cli,
                  const char *sentence)
{
  cvr_cli_progress_end (cli);
  fprintf (stderr, "convisor-cli: %s\n", sentence);
}

/* (transfer full): the beginning of a JSON line; fill it with cvr_json_add_…() and send it. */
GString *
cvr_cli_event (const char *name)
{
  GString *event = g_string_new ("{");

  cvr_json_add_string (event, "event", name);

  return event;
}

/* Takes @event; writes it with --json. */
void
cvr_cli_send (CvrCli  *cli,
              GString *event)
{
  g_string_append (event, "}\n");
  if (cli->json)
    {
      cvr_cli_progress_end (cli);
      write_out (cli, event->str);
    }
  g_string_free (event, TRUE);
}

/* FALSE where something that was written to standard output did not arrive. */
gboolean
cvr_cli_finish_output (CvrCli  *cli,
                       GError **error)
{
  write_out (cli, "");
  if (cli->output_errno == 0)
    return TRUE;

  g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED,
               _("Standard output could not be written: %s."),
               g_strerror (cli->output_errno));
  return FALSE;
}

char *
cvr_cli_pad (const char *text,
             int         width)
{
  glong missing = ABS (width) - g_utf8_strlen (text, -1);
  g_autofree char *spaces = g_strnfill (missing > 0 ? (gsize) missing : 0, ' ');

  return width < 0 ? g_strconcat (spaces, text, NULL) : g_strconcat (text, spaces, NULL);
}
