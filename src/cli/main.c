/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convisor-cli: everything the window can do, without one. */
#include "config.h"
#include "cvr-cli.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  const char *name;
  CvrCliFunc  run;
  const char *summary;
} Command;

static const Command commands[] = {
  { "demo", cvr_cli_demo,
    N_("The first minute without a screen: train, look inside, compress, export, report") },
  { "datasets", cvr_cli_datasets, N_("List the built-in data sets") },
  { "archs", cvr_cli_archs, N_("List the ready-made networks") },
  { "train", cvr_cli_train, N_("Train a network on pictures") },
  { "crossval", cvr_cli_crossval, N_("Train several times: how far can the result be trusted?") },
  { "evaluate", cvr_cli_evaluate, N_("How well a model does on labelled pictures") },
  { "predict", cvr_cli_predict, N_("What a model says about pictures") },
  { "explain", cvr_cli_explain, N_("Where a model looks in a picture") },
  { "maps", cvr_cli_maps, N_("Feature maps of a picture, layer by layer") },
  { "filters", cvr_cli_filters, N_("Filters of a layer") },
  { "prune", cvr_cli_prune, N_("Take weights or whole filters out of a model") },
  { "quantize", cvr_cli_quantize, N_("Store the weights of a model in fewer bits") },
  { "export", cvr_cli_export, N_("Write a model for other programs, and check the file") },
  { "bench", cvr_cli_bench, N_("How fast the reference networks train and answer here") },
  { "project", cvr_cli_project, N_("Make, fill and label a project file") },
  { "run", cvr_cli_run, N_("Run any ONNX file on arrays") },
  { "info", cvr_cli_info, N_("Layers and figures of a model; of two, side by side") },
};

static void
print_help (FILE *stream)
{
  fprintf (stream, "%s\n  convisor-cli [--threads N] [--seed S] [--json] [--quiet] %s\n\n%s\n",
           _("Usage:"), _("COMMAND …"),
           _("Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stream, "  %-10s %s\n", commands[i].name, _(commands[i].summary));
  fprintf (stream, "\n%s\n", _("“convisor-cli COMMAND --help” shows the options of a command."));
}

static gboolean
find_command (const char     *name,
              const Command **found,
              GError        **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      {
        *found = &commands[i];
        return TRUE;
      }

  return cvr_cli_usage (error, _("There is no command “%s”. “convisor-cli --help” lists them."),
                        name);
}

static gboolean
run (CvrCli  *cli,
     int      argc,
     char   **argv,
     GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree GOptionEntry *globals = (GOptionEntry *) cvr_cli_global_entries (cli);
  g_autoptr (GError) wrong = NULL;
  const Command *command = NULL;

  /* Up to the command; what follows is the command's own. */
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, globals, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &wrong))
    return cvr_cli_usage (error, _("%s. “convisor-cli --help” shows what there is."),
                          wrong->message);

  if (cli->version)
    {
      printf ("convisor-cli %s\n", CVR_VERSION);
      return TRUE;
    }
  if (argc < 2)
    {
      print_help (cli->help ? stdout : stderr);
      return cli->help ? TRUE : cvr_cli_usage (error, _("A command is missing."));
    }

  return find_command (argv[1], &command, error) && command->run (cli, argc - 1, argv + 1, error) &&
         cvr_cli_finish_output (cli, error);
}

static int
exit_status (const GError *error)
{
  if (g_error_matches (error, CVR_CLI_ERROR, CVR_CLI_ERROR_HELP))
    return 0;
  if (g_error_matches (error, CVR_CLI_ERROR, CVR_CLI_ERROR_USAGE) ||
      g_error_matches (error, NN_ERROR, NN_ERROR_SPEC))
    return 2;

  return 1;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  CvrCli cli;
  int status = 0;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, CVR_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("convisor-cli");

  cvr_cli_init (&cli);
  if (!run (&cli, argc, argv, &error))
    {
      status = exit_status (error);
      if (status != 0)
        cvr_cli_complain (&cli, error->message);
    }
  cvr_cli_clear (&cli);

  return status;
}
