/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `datasets` and `archs`: what there is to choose from. */
#include "cvr-cli.h"

#include "cvr-builtin.h"
#include "nn.h"

#include <glib/gi18n-lib.h>

static void
send_dataset (CvrCli           *cli,
              const CvrBuiltin *builtin)
{
  GString *event = cvr_cli_event ("dataset");
  g_autoptr (GString) classes = g_string_new (NULL);

  cvr_json_add_string (event, "name", builtin->name);
  cvr_json_add_string (event, "description", builtin->description);
  cvr_json_add_uint (event, "width", builtin->width);
  cvr_json_add_uint (event, "height", builtin->height);
  cvr_json_add_uint (event, "channels", builtin->channels);
  cvr_json_add_uint (event, "count", builtin->default_count);
  cvr_json_add_open (event, "classes", '[');
  for (guint k = 0; k < builtin->n_classes; k++)
    {
      cvr_json_add_string (event, NULL, builtin->classes[k]);
      g_string_append_printf (classes, "%s%s", k > 0 ? ", " : "", builtin->classes[k]);
    }
  g_string_append_c (event, ']');
  cvr_cli_send (cli, event);

  cvr_cli_print (cli, "builtin:%s  %u×%u %s, %u %s", builtin->name, builtin->width, builtin->height,
                 builtin->channels == 1 ? _("grey") : _("colour"), builtin->default_count,
                 _("pictures"));
  cvr_cli_print (cli, "    %s", _(builtin->description));
  cvr_cli_print (cli, "    %s", classes->str);
}

gboolean
cvr_cli_datasets (CvrCli  *cli,
                  int      argc,
                  char   **argv,
                  GError **error)
{
  const GOptionEntry entries[] = { { NULL } };
  const CvrBuiltin *builtins;
  GString *done;
  guint n;

  if (!cvr_cli_parse (cli, "datasets",
                      _("Lists the data sets that the program draws itself. Use one as --data "
                        "builtin:NAME, or builtin:NAME:COUNT for another number of pictures."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error))
    return FALSE;

  builtins = cvr_builtins (&n);
  for (guint i = 0; i < n; i++)
    send_dataset (cli, &builtins[i]);
  done = cvr_cli_event ("done");
  cvr_json_add_uint (done, "n", n);
  cvr_cli_send (cli, done);

  return TRUE;
}

static void
send_arch (CvrCli        *cli,
           const NnArch  *arch,
           const NnShape *input,
           guint          n_classes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = nn_arch_build (arch->name, input, n_classes, -1, &error);
  GString *event = cvr_cli_event ("arch");

  cvr_json_add_string (event, "name", arch->name);
  cvr_json_add_string (event, "title", arch->title);
  cvr_json_add_string (event, "description", arch->description);
  cvr_json_add_uint (event, "min_size", arch->min_size);
  if (graph != NULL)
    {
      g_autofree char *values = cvr_words_count (nn_graph_n_values (graph));
      g_autofree char *flops = cvr_words_count (nn_graph_flops (graph));
      g_autofree char *name = cvr_cli_pad (arch->name, 16);
      g_autofree char *values_column = cvr_cli_pad (values, -14);
      g_autofree char *flops_column = cvr_cli_pad (flops, -16);

      cvr_json_add_uint (event, "parameters", nn_graph_n_values (graph));
      cvr_json_add_uint (event, "flops", nn_graph_flops (graph));
      cvr_cli_print (cli, "%s%s%s  %s", name, values_column, flops_column, _(arch->description));
    }
  else
    {
      g_autofree char *name = cvr_cli_pad (arch->name, 16);

      cvr_json_add_string (event, "parameters", NULL);
      cvr_json_add_string (event, "flops", NULL);
      cvr_json_add_string (event, "reason", error->message);
      cvr_cli_print (cli, "%s%s", name, error->message);
    }
  cvr_cli_send (cli, event);
}

static void
print_arch_head (CvrCli *cli)
{
  g_autofree char *name = cvr_cli_pad (_("network"), 16);
  g_autofree char *values = cvr_cli_pad (_("parameters"), -14);
  g_autofree char *flops = cvr_cli_pad (_("operations"), -16);

  cvr_cli_print (cli, "%s%s%s", name, values, flops);
}

gboolean
cvr_cli_archs (CvrCli  *cli,
               int      argc,
               char   **argv,
               GError **error)
{
  g_autofree char *size = NULL;
  gboolean grey = FALSE, colour = FALSE;
  gint n_classes = 10;
  guint n, width = 32, height = 32;
  const NnArch *archs;
  NnShape input;
  GString *done;
  const GOptionEntry entries[] = {
    { "size", 0, 0, G_OPTION_ARG_STRING, &size, N_("Size of the pictures; default 32x32"), "WxH" },
    { "classes", 0, 0, G_OPTION_ARG_INT, &n_classes, N_("Number of classes; default 10"), "N" },
    { "grey", 0, 0, G_OPTION_ARG_NONE, &grey, N_("Pictures in grey"), NULL },
    { "colour", 0, 0, G_OPTION_ARG_NONE, &colour, N_("Pictures in colour (default)"), NULL },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "archs [--size WxH] [--classes N] [--grey|--colour]",
                      _("Lists the ready-made networks with their parameters and the operations "
                        "that one picture costs."),
                      entries, &argc, &argv, error) ||
      !cvr_cli_no_arguments (argc, argv, error) ||
      (size != NULL && !cvr_cli_parse_size (size, &width, &height, error)))
    return FALSE;
  if (grey && colour)
    return cvr_cli_usage (error, _("--grey and --colour exclude each other."));
  if (n_classes < 2 || n_classes > 100000)
    return cvr_cli_usage (error, _("--classes is %d; it can be 2 to 100000."), n_classes);

  input = nn_shape_maps (grey ? 1 : 3, height, width);
  print_arch_head (cli);
  archs = nn_archs (&n);
  for (guint i = 0; i < n; i++)
    send_arch (cli, &archs[i], &input, (guint) n_classes);
  done = cvr_cli_event ("done");
  cvr_json_add_uint (done, "n", n);
  cvr_cli_send (cli, done);

  return TRUE;
}
