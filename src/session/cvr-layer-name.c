/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name of a layer as people say it. */
#include "cvr-layer-name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Whether the graph has another node below the same module: then the operator tells them apart. */
static gboolean
has_sibling (NnGraph *graph,
             NnNode   node)
{
  const char *name = nn_graph_node_name (graph, node);
  gsize n = (gsize) (strrchr (name, '/') - name);

  for (guint i = 0; i < nn_graph_n_nodes (graph); i++)
    {
      const char *other = nn_graph_node_name (graph, (NnNode) i);

      if (i != (guint) node && strncmp (other, name, n) == 0 &&
          (other[n] == '/' || other[n] == '\0'))
        return TRUE;
    }

  return FALSE;
}

/* "layer1" in front of "layer1.0": the whole name of a module stands behind its parent's. */
static gboolean
is_repeated (const char *part,
             const char *next)
{
  gsize n = strlen (part);

  return next != NULL && strncmp (next, part, n) == 0 && next[n] == '.';
}

/**
 * cvr_layer_dup_short_name:
 *
 * A name of PyTorch's exporter is the path of modules with the operator at its end. Modules that
 * the next one repeats go, and so does the operator where its module has only that one.
 *
 * Returns: (transfer full): the name in the words of the model's author; the input of our own
 *   networks is translated
 */
char *
cvr_layer_dup_short_name (NnGraph *graph,
                          NnNode   node)
{
  const char *name = nn_graph_node_name (graph, node);
  g_auto (GStrv) parts = NULL;
  GString *text;
  guint n;

  if (nn_graph_node_kind (graph, node) == NN_OP_INPUT && strcmp (name, "input") == 0)
    /* Translators: the name of the layer that is the picture itself, beside "conv1" and "fc3". */
    return g_strdup (_("input"));
  if (name[0] != '/')
    return g_strdup (name);

  text = g_string_new (NULL);
  parts = g_strsplit (name + 1, "/", -1);
  n = g_strv_length (parts);
  if (n > 1 && !has_sibling (graph, node))
    n--;
  for (guint i = 0; i < n; i++)
    if (i + 1 == n || !is_repeated (parts[i], parts[i + 1]))
      g_string_append_printf (text, "%s%s", text->len > 0 ? "." : "", parts[i]);

  if (text->len == 0)
    g_string_append (text, name);

  return g_string_free (text, FALSE);
}
