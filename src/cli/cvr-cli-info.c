/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `info`: the layers and figures of a model, and two models side by side. */
#include "cvr-cli.h"

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
add_end (GString    *event,
         NnGraph    *graph,
         NnNode      node,
         const char *name)
{
  NnShape shape = nn_graph_node_shape (graph, node);

  cvr_json_add_open (event, NULL, '{');
  cvr_json_add_string (event, "name", name != NULL ? name : nn_graph_node_name (graph, node));
  add_dims (event, "shape", &shape, 0);
  g_string_append_c (event, '}');
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

/* Bytes that one picture needs on its way through; 0 where that can't be told. */
static guint64
activation_bytes (NnGraph *graph)
{
  gsize bytes;

  return nn_exec_plan_size (graph, 1, NN_EXEC_INFER, &bytes, NULL) ? bytes : 0;
}

static void
add_model (GString  *event,
           CvrModel *model)
{
  NnGraph *graph = model->graph;

  cvr_json_add_open (event, "inputs", '[');
  for (guint i = 0; i < nn_graph_n_inputs (graph); i++)
    add_end (event, graph, nn_graph_input (graph, i), NULL);
  g_string_append_c (event, ']');
  cvr_json_add_open (event, "outputs", '[');
  for (guint i = 0; i < nn_graph_n_outputs (graph); i++)
    add_end (event, graph, nn_graph_output (graph, i),
             nn_graph_n_outputs (graph) == 1 ? "output" : NULL);
  g_string_append_c (event, ']');
  cvr_json_add_open (event, "classes", '[');
  for (guint k = 0; k < model->n_classes; k++)
    cvr_json_add_string (event, NULL, model->classes[k]);
  g_string_append_c (event, ']');
  add_layers (event, graph);
  cvr_json_add_uint (event, "parameters", nn_graph_n_values (graph));
  cvr_json_add_uint (event, "flops", nn_graph_flops (graph));
  cvr_json_add_uint (event, "activation_bytes", activation_bytes (graph));
}

/* Widths of a table's columns: the first to the left, figures to the right. */
static void
print_columns (CvrCli            *cli,
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

  print_columns (cli, heads, widths, G_N_ELEMENTS (heads));
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

      print_columns (cli, cells, widths, G_N_ELEMENTS (cells));
    }
}

static void
print_model (CvrCli   *cli,
             CvrModel *model)
{
  g_autofree char *values = cvr_words_count (nn_graph_n_values (model->graph));
  g_autofree char *flops = cvr_words_count (nn_graph_flops (model->graph));
  g_autofree char *bytes = cvr_words_count (activation_bytes (model->graph));
  g_autofree char *classes = g_strjoinv (", ", model->classes);

  print_layers (cli, model->graph);
  cvr_cli_print (cli,
                 _("%s parameters, %s operations and %s bytes of working memory for one picture"),
                 values, flops, bytes);
  cvr_cli_print (cli, _("Classes: %s"), classes);
}

/* "+12", "−3,400" or "=". */
static char *
difference_text (guint64 a,
                 guint64 b)
{
  g_autofree char *size = cvr_words_count (a > b ? a - b : b - a);

  return a == b ? g_strdup ("=") : g_strconcat (b > a ? "+" : "−", size, NULL);
}

static void
print_pair (CvrCli     *cli,
            const char *name,
            guint64     a,
            guint64     b)
{
  static const int widths[] = { 24, -16, -16, -16 };
  g_autofree char *first = cvr_words_count (a);
  g_autofree char *second = cvr_words_count (b);
  g_autofree char *difference = difference_text (a, b);
  const char *const cells[] = { name, first, second, difference };

  print_columns (cli, cells, widths, G_N_ELEMENTS (cells));
}

/* One line for every layer of either whose size is not the same in both. */
static void
compare_layers (CvrCli  *cli,
                GString *event,
                NnGraph *a,
                NnGraph *b)
{
  static const int widths[] = { 24, -16, -16 };

  cvr_json_add_open (event, "changed", '[');
  for (guint side = 0; side < 2; side++)
    {
      NnGraph *graph = side == 0 ? a : b, *other = side == 0 ? b : a;

      for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
        {
          const char *name = nn_graph_node_name (graph, (NnNode) i);
          NnNode twin = nn_graph_find (other, name);
          NnShape shape = nn_graph_node_shape (graph, (NnNode) i);
          NnShape twin_shape = twin != NN_NODE_NONE ? nn_graph_node_shape (other, twin) : shape;
          g_autofree char *size = NULL;
          g_autofree char *twin_size = NULL;
          const char *cells[3];

          if (twin != NN_NODE_NONE && (side == 1 || nn_shape_equal (&shape, &twin_shape)))
            continue;
          size = nn_shape_dup_string (&shape);
          twin_size = twin != NN_NODE_NONE ? nn_shape_dup_string (&twin_shape) : g_strdup ("–");
          cells[0] = name;
          cells[1 + side] = size;
          cells[2 - side] = twin_size;
          print_columns (cli, cells, widths, G_N_ELEMENTS (cells));
          cvr_json_add_string (event, NULL, name);
        }
    }
  g_string_append_c (event, ']');
}

static void
compare (CvrCli      *cli,
         CvrModel    *a,
         CvrModel    *b,
         char *const *paths)
{
  GString *event = cvr_cli_event ("done");
  CvrModel *const models[] = { a, b };
  const char *const keys[] = { "a", "b" };

  for (guint i = 0; i < 2; i++)
    {
      cvr_json_add_open (event, keys[i], '{');
      cvr_json_add_uint (event, "bytes", cvr_cli_file_size (paths[i]));
      add_model (event, models[i]);
      g_string_append_c (event, '}');
    }
  print_pair (cli, _("layers"), nn_graph_n_nodes (a->graph), nn_graph_n_nodes (b->graph));
  print_pair (cli, _("parameters"), nn_graph_n_values (a->graph), nn_graph_n_values (b->graph));
  print_pair (cli, _("operations"), nn_graph_flops (a->graph), nn_graph_flops (b->graph));
  print_pair (cli, _("bytes of working memory"), activation_bytes (a->graph),
              activation_bytes (b->graph));
  print_pair (cli, _("bytes of the file"), cvr_cli_file_size (paths[0]),
              cvr_cli_file_size (paths[1]));
  compare_layers (cli, event, a->graph, b->graph);
  cvr_cli_send (cli, event);
}

gboolean
cvr_cli_info (CvrCli  *cli,
              int      argc,
              char   **argv,
              GError **error)
{
  g_auto (GStrv) paths = NULL;
  g_autoptr (CvrModel) model = NULL;
  g_autoptr (CvrModel) other = NULL;
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

  model = cvr_model_load (paths[0], error);
  if (model == NULL)
    return FALSE;
  if (paths[1] != NULL)
    {
      other = cvr_model_load (paths[1], error);
      if (other == NULL)
        return FALSE;
      compare (cli, model, other, paths);
      return TRUE;
    }

  print_model (cli, model);
  event = cvr_cli_event ("done");
  add_model (event, model);
  cvr_cli_send (cli, event);

  return TRUE;
}
