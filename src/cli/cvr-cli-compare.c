/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `info A B`: two models side by side, and layer by layer what is different. */
#include "cvr-cli-info.h"

#include "nn.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* What a layer is compared by. */
typedef struct
{
  const char    *name, *op;
  NnShape        out;
  guint64        parameters;
  const nn_real *values[NN_N_SLOTS]; /* [n_values], borrowed; NULL: none */
  gsize          n_values[NN_N_SLOTS];
  gsize          n_zero;             /* of the weights */
  guint          bits;               /* of the weights: 32 for plain floats; 0: none */
  gboolean       per_channel;
} Layer;

static Layer
layer_of (const CvrNetwork *network,
          NnNode            node)
{
  NnGraph *graph = network->graph;
  const NnWeightQuant *quant = nn_params_peek_quant (network->params, node);
  Layer layer = {
    .name = nn_graph_node_name (graph, node),
    .op = nn_graph_node_op_name (graph, node),
    .out = nn_graph_node_shape (graph, node),
    .parameters = nn_graph_node_n_values (graph, node),
  };

  for (guint slot = 0; slot < NN_N_SLOTS; slot++)
    layer.values[slot] = nn_params_peek (network->params, node, slot, &layer.n_values[slot]);
  for (gsize i = 0; i < layer.n_values[NN_SLOT_WEIGHT]; i++)
    layer.n_zero += layer.values[NN_SLOT_WEIGHT][i] == 0;
  if (layer.n_values[NN_SLOT_WEIGHT] > 0)
    layer.bits = quant != NULL ? quant->bits : 32;
  layer.per_channel = quant != NULL && quant->n_scales > 1;

  return layer;
}

static double
zeros_of (const Layer *layer)
{
  gsize n = layer->n_values[NN_SLOT_WEIGHT];

  return n > 0 ? (double) layer->n_zero / (double) n : 0;
}

/* Between two numbers in the same place; NaN where the layers don't have as many. */
static double
largest_difference (const Layer *a,
                    const Layer *b)
{
  double largest = 0;

  for (guint slot = 0; slot < NN_N_SLOTS; slot++)
    {
      if (a->n_values[slot] != b->n_values[slot])
        return (double) NAN;
      for (gsize i = 0; i < a->n_values[slot]; i++)
        largest = fmax (largest,
                        fabs ((double) a->values[slot][i] - (double) b->values[slot][i]));
    }

  return largest;
}

static gboolean
same_kind (const Layer *a,
           const Layer *b)
{
  return strcmp (a->op, b->op) == 0 && nn_shape_equal (&a->out, &b->out) &&
         a->parameters == b->parameters && a->bits == b->bits &&
         a->per_channel == b->per_channel && a->n_zero == b->n_zero;
}

static void
add_shapes (GString       *words,
            const NnShape *a,
            const NnShape *b)
{
  g_autofree char *first = nn_shape_dup_string (a);
  g_autofree char *second = nn_shape_dup_string (b);

  g_string_append (words, ", ");
  g_string_append_printf (words, _("output %s → %s"), first, second);
}

static void
add_parameters (GString *words,
                guint64  a,
                guint64  b)
{
  g_autofree char *first = cvr_words_count (a);
  g_autofree char *second = cvr_words_count (b);

  g_string_append (words, ", ");
  g_string_append_printf (words, _("%s → %s parameters"), first, second);
}

static void
add_zeros (GString     *words,
           const Layer *a,
           const Layer *b)
{
  g_autofree char *first = cvr_words_percent (zeros_of (a), a->n_values[NN_SLOT_WEIGHT]);
  g_autofree char *second = cvr_words_percent (zeros_of (b), b->n_values[NN_SLOT_WEIGHT]);

  if (strcmp (first, second) == 0)
    return;

  g_string_append (words, ", ");
  g_string_append_printf (words, _("zeros %s → %s"), first, second);
}

/* The event's member and the words of one layer that both models have. FALSE: it is the same. */
static gboolean
describe_pair (const Layer *a,
               const Layer *b,
               GString     *event,
               GString     *words)
{
  double difference = largest_difference (a, b);

  if (same_kind (a, b) && difference == 0)
    return FALSE;

  if (strcmp (a->op, b->op) != 0)
    g_string_append_printf (words, ", %s → %s", a->op, b->op);
  if (!nn_shape_equal (&a->out, &b->out))
    add_shapes (words, &a->out, &b->out);
  if (a->parameters != b->parameters)
    add_parameters (words, a->parameters, b->parameters);
  add_zeros (words, a, b);
  if (a->bits != b->bits)
    {
      g_string_append (words, ", ");
      g_string_append_printf (words, _("%u → %u bits"), a->bits, b->bits);
    }
  if (difference > 0)
    {
      g_string_append (words, ", ");
      g_string_append_printf (words, _("values differ by up to %.2g"), difference);
    }
  if (a->parameters > 0 || b->parameters > 0)
    cvr_json_add_double (event, "largest_difference", difference);

  return TRUE;
}

static void
add_side (GString     *event,
          const char  *key,
          const Layer *layer)
{
  cvr_json_add_open (event, key, '{');
  cvr_json_add_string (event, "op", layer->op);
  cvr_json_add_open (event, "out", '[');
  for (guint i = 1; i < layer->out.rank; i++)
    cvr_json_add_uint (event, NULL, layer->out.dims[i]);
  g_string_append_c (event, ']');
  cvr_json_add_uint (event, "parameters", layer->parameters);
  if (layer->n_values[NN_SLOT_WEIGHT] > 0)
    {
      cvr_json_add_double (event, "zeros", zeros_of (layer));
      cvr_json_add_uint (event, "bits", layer->bits);
      cvr_json_add_bool (event, "per_channel", layer->per_channel);
    }
  g_string_append_c (event, '}');
}

/* A member of "changed" and of "differences" and one line, where there is something to tell. */
static void
compare_layer (CvrCli      *cli,
               const Layer *a,
               const Layer *b,
               GString     *changed,
               GString     *differences)
{
  g_autoptr (GString) event = g_string_new ("{");
  g_autoptr (GString) words = g_string_new (NULL);
  const char *name = a != NULL ? a->name : b->name;
  g_autofree char *padded = cvr_cli_pad (name, 24);

  cvr_json_add_string (event, "name", name);
  if (a != NULL && b != NULL)
    {
      if (!describe_pair (a, b, event, words))
        return;
      if (words->len == 0) /* scales per filter rather than one, or the other way round */
        g_string_append_printf (words, ", %s", _("other scales"));
      g_string_erase (words, 0, 2);
    }
  else
    {
      const Layer *only = a != NULL ? a : b;

      g_string_append_printf (words, a != NULL ? _("%s, only in the first")
                                               : _("%s, only in the second"), only->op);
    }
  if (a != NULL)
    add_side (event, "a", a);
  if (b != NULL)
    add_side (event, "b", b);
  g_string_append_c (event, '}');

  cvr_json_add_string (changed, NULL, name);
  if (differences->str[differences->len - 1] == '}')
    g_string_append_c (differences, ',');
  g_string_append (differences, event->str);
  cvr_cli_print (cli, "%s %s", padded, words->str);
}

/* Layers are paired by name: what pruning and quantization keep. */
static void
compare_layers (CvrCli           *cli,
                GString          *event,
                const CvrNetwork *a,
                const CvrNetwork *b)
{
  g_autoptr (GString) differences = g_string_new (",\"differences\":[");

  cvr_json_add_open (event, "changed", '[');
  for (guint i = 0; i < nn_graph_n_nodes (a->graph); i++)
    {
      Layer layer = layer_of (a, (NnNode) i);
      NnNode twin = nn_graph_find (b->graph, layer.name);
      Layer other = { 0 };

      if (twin != NN_NODE_NONE)
        other = layer_of (b, twin);
      compare_layer (cli, &layer, twin != NN_NODE_NONE ? &other : NULL, event, differences);
    }
  for (guint i = 0; i < nn_graph_n_nodes (b->graph); i++)
    if (nn_graph_find (a->graph, nn_graph_node_name (b->graph, (NnNode) i)) == NN_NODE_NONE)
      {
        Layer layer = layer_of (b, (NnNode) i);

        compare_layer (cli, NULL, &layer, event, differences);
      }

  if (differences->str[differences->len - 1] == '[')
    cvr_cli_print (cli, "%s", _("No layer is different."));
  g_string_append_printf (event, "]%s]", differences->str);
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

  cvr_cli_print_columns (cli, cells, widths, G_N_ELEMENTS (cells));
}

static guint
count_op (NnGraph    *graph,
          const char *op)
{
  guint n = 0;

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    n += strcmp (nn_graph_node_op_name (graph, (NnNode) i), op) == 0;

  return n;
}

/* How many there are of each operator, in the order in which they come up. */
static void
compare_operators (CvrCli  *cli,
                   GString *event,
                   NnGraph *a,
                   NnGraph *b)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  cvr_json_add_open (event, "operators", '[');
  for (guint i = 0; i < nn_graph_n_nodes (a) + nn_graph_n_nodes (b); i++)
    {
      NnGraph *graph = i < nn_graph_n_nodes (a) ? a : b;
      const char *op = nn_graph_node_op_name (graph,
                                              (NnNode) (graph == a ? i : i - nn_graph_n_nodes (a)));

      if (!g_hash_table_add (seen, (gpointer) op))
        continue;
      cvr_json_add_open (event, NULL, '{');
      cvr_json_add_string (event, "op", op);
      cvr_json_add_uint (event, "a", count_op (a, op));
      cvr_json_add_uint (event, "b", count_op (b, op));
      g_string_append_c (event, '}');
      print_pair (cli, op, count_op (a, op), count_op (b, op));
    }
  g_string_append_c (event, ']');
}

/* The event has "a" and "b" as `info` of each, "operators", "changed" (names of layers) and
 * "differences" (what about them). */
void
cvr_cli_compare (CvrCli           *cli,
                 const CvrNetwork *a,
                 const CvrNetwork *b)
{
  GString *event = cvr_cli_event ("done");
  const CvrNetwork *const networks[] = { a, b };
  const char *const keys[] = { "a", "b" };

  for (guint i = 0; i < 2; i++)
    {
      cvr_json_add_open (event, keys[i], '{');
      cvr_json_add_uint (event, "bytes", networks[i]->bytes);
      cvr_cli_add_network (event, networks[i]);
      g_string_append_c (event, '}');
    }
  print_pair (cli, _("layers"), nn_graph_n_nodes (a->graph), nn_graph_n_nodes (b->graph));
  print_pair (cli, _("parameters"), nn_graph_n_values (a->graph), nn_graph_n_values (b->graph));
  print_pair (cli, _("operations"), nn_graph_flops (a->graph), nn_graph_flops (b->graph));
  print_pair (cli, _("bytes of working memory"), cvr_cli_activation_bytes (a->graph),
              cvr_cli_activation_bytes (b->graph));
  print_pair (cli, _("bytes of the file"), a->bytes, b->bytes);
  cvr_cli_print (cli, "%s", "");
  compare_operators (cli, event, a->graph, b->graph);
  cvr_cli_print (cli, "%s", "");
  compare_layers (cli, event, a, b);
  cvr_cli_send (cli, event);
}
