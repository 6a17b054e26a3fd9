/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `info`: the layers and figures of any network that can be read; two side by side in
 * cvr-cli-compare.c. */
#include "cvr-cli-info.h"

#include "nn.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
add_dims (GString       *event,
          const char    *key,
          const NnShape *shape,
          guint          first)
{
  cvr_json_add_open (event, key, '[');
  for (guint i = first; i < shape->rank; i++)
    cvr_json_add_uint (event, NULL, shape->dims[i]);
  g_string_append_c (event, ']');
}

static void
add_ends (GString             *event,
          const char          *key,
          const CvrNetworkEnd *ends,
          guint                n)
{
  cvr_json_add_open (event, key, '[');
  for (guint i = 0; i < n; i++)
    {
      cvr_json_add_open (event, NULL, '{');
      cvr_json_add_string (event, "name", ends[i].name);
      cvr_json_add_string (event, "type", ends[i].type);
      cvr_json_add_open (event, "shape", '[');
      for (guint axis = 0; axis < ends[i].rank; axis++)
        cvr_json_add_int (event, NULL, MAX (ends[i].dims[axis], 1)); /* one item where it is open */
      g_string_append (event, "]}");
    }
  g_string_append_c (event, ']');
}

static void
add_layers (GString *event,
            NnGraph *graph)
{
  cvr_json_add_open (event, "layers", '[');
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnShape shape = nn_graph_node_shape (graph, (NnNode) i);

      cvr_json_add_open (event, NULL, '{');
      cvr_json_add_string (event, "name", nn_graph_node_name (graph, (NnNode) i));
      cvr_json_add_string (event, "op", nn_graph_node_op_name (graph, (NnNode) i));
      add_dims (event, "out", &shape, 1);
      cvr_json_add_uint (event, "parameters", nn_graph_node_n_values (graph, (NnNode) i));
      cvr_json_add_uint (event, "flops", nn_graph_node_flops (graph, (NnNode) i));
      cvr_json_add_uint (event, "receptive_field", nn_graph_receptive_field (graph, (NnNode) i));
      g_string_append_c (event, '}');
    }
  g_string_append_c (event, ']');
}

guint64
cvr_cli_activation_bytes (NnGraph *graph)
{
  gsize bytes;

  return nn_exec_plan_size (graph, 1, NN_EXEC_INFER, &bytes, NULL) ? bytes : 0;
}

void
cvr_cli_add_network (GString          *event,
                     const CvrNetwork *network)
{
  NnGraph *graph = network->graph;

  add_ends (event, "inputs", network->inputs, network->n_inputs);
  add_ends (event, "outputs", network->outputs, network->n_outputs);
  cvr_json_add_open (event, "classes", '[');
  for (guint k = 0; network->classes[k] != NULL; k++)
    cvr_json_add_string (event, NULL, network->classes[k]);
  g_string_append_c (event, ']');
  add_layers (event, graph);
  cvr_json_add_uint (event, "parameters", nn_graph_n_values (graph));
  cvr_json_add_uint (event, "flops", nn_graph_flops (graph));
  cvr_json_add_uint (event, "activation_bytes", cvr_cli_activation_bytes (graph));
}

void
cvr_cli_print_columns (CvrCli            *cli,
                       const char *const *cells,
                       const int         *widths,
                       guint              n)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *cell = cvr_cli_pad (cells[i], widths[i]);

      g_string_append (line, cell);
      g_string_append_c (line, ' ');
    }
  cvr_cli_print (cli, "%s", g_strchomp (line->str));
}

static int
name_width (NnGraph *graph)
{
  glong width = 6;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    width = MAX (width, g_utf8_strlen (nn_graph_node_name (graph, (NnNode) i), -1));

  return (int) MIN (width, 40) + 1;
}

static void
print_layers (CvrCli  *cli,
              NnGraph *graph)
{
  const int widths[] = { -4, name_width (graph), 20, 14, -12, -15, -8 };
  const char *const heads[] = { "#", _("layer"), _("operator"), _("output"), _("parameters"),
                                _("operations"), _("sees") };

  cvr_cli_print_columns (cli, heads, widths, G_N_ELEMENTS (heads));
  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      NnShape shape = nn_graph_node_shape (graph, (NnNode) i);
      g_autofree char *index = g_strdup_printf ("%u", i);
      g_autofree char *size = nn_shape_dup_string (&shape);
      g_autofree char *values = cvr_words_count (nn_graph_node_n_values (graph, (NnNode) i));
      g_autofree char *flops = cvr_words_count (nn_graph_node_flops (graph, (NnNode) i));
      g_autofree char *field = g_strdup_printf ("%u", nn_graph_receptive_field (graph, (NnNode) i));
      const char *const cells[] = { index, nn_graph_node_name (graph, (NnNode) i),
                                    nn_graph_node_op_name (graph, (NnNode) i),
                                    size, values, flops, field };

      cvr_cli_print_columns (cli, cells, widths, G_N_ELEMENTS (cells));
    }
}

static void
print_ends (CvrCli              *cli,
            const char          *what,
            const CvrNetworkEnd *ends,
            guint                n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GString) shape = g_string_new (NULL);

      for (guint axis = 0; axis < ends[i].rank; axis++)
        {
          g_string_append (shape, axis > 0 ? "×" : "");
          if (ends[i].dims[axis] > 0)
            g_string_append_printf (shape, "%lld", (long long) ends[i].dims[axis]);
          else
            g_string_append_c (shape, 'N');
        }
      cvr_cli_print (cli, "%s %s: %s %s", what, ends[i].name, ends[i].type, shape->str);
    }
}

static void
print_classes (CvrCli      *cli,
               char *const *classes)
{
  const guint most = 20;
  g_autoptr (GString) names = g_string_new (NULL);
  guint n = g_strv_length ((char **) classes);

  for (guint k = 0; k < MIN (n, most); k++)
    g_string_append_printf (names, "%s%s", k > 0 ? ", " : "", classes[k]);

  if (n > most)
    cvr_cli_print (cli, _("Classes: %s … %u in all"), names->str, n);
  else if (n > 0)
    cvr_cli_print (cli, _("Classes: %s"), names->str);
}

static void
print_network (CvrCli           *cli,
               const CvrNetwork *network)
{
  g_autofree char *values = cvr_words_count (nn_graph_n_values (network->graph));
  g_autofree char *flops = cvr_words_count (nn_graph_flops (network->graph));
  g_autofree char *bytes = cvr_words_count (cvr_cli_activation_bytes (network->graph));

  print_layers (cli, network->graph);
  cvr_cli_print (cli,
                 _("%s parameters, %s operations and %s bytes of working memory for one picture"),
                 values, flops, bytes);
  print_ends (cli, _("Input"), network->inputs, network->n_inputs);
  print_ends (cli, _("Output"), network->outputs, network->n_outputs);
  print_classes (cli, network->classes);
}

gboolean
cvr_cli_info (CvrCli  *cli,
              int      argc,
              char   **argv,
              GError **error)
{
  g_auto (GStrv) paths = NULL;
  g_autoptr (CvrNetwork) network = NULL;
  g_autoptr (CvrNetwork) other = NULL;
  GString *event;
  const GOptionEntry entries[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, "M.onnx" },
    { NULL },
  };

  if (!cvr_cli_parse (cli, "info M [OTHER]",
                      _("Lists the layers of a model with their sizes and costs. “Sees” is the "
                        "side of the patch of the picture that one value depends on. With two "
                        "models, what is different."),
                      entries, &argc, &argv, error))
    return FALSE;
  if (paths == NULL || g_strv_length (paths) > 2)
    return cvr_cli_usage (error, _("“info” takes one or two model files."));

  network = cvr_network_load (paths[0], error);
  if (network == NULL)
    return FALSE;
  if (paths[1] != NULL)
    {
      other = cvr_network_load (paths[1], error);
      if (other == NULL)
        return FALSE;
      cvr_cli_compare (cli, network, other);
      return TRUE;
    }

  print_network (cli, network);
  event = cvr_cli_event ("done");
  cvr_cli_add_network (event, network);
  cvr_cli_send (cli, event);

  return TRUE;
}
