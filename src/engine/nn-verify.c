/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a whole graph: every rewrite passes here again. */
#include "nn-graph-private.h"

#include <glib/gi18n-lib.h>

/* A counted name gives way to a given one: it takes the next number that is free. */
static gboolean
make_names_unique (NnGraph  *self,
                   GError  **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->n_nodes; i++)
    if (self->nodes[i].named && !g_hash_table_add (names, self->nodes[i].name))
      {
        g_set_error (error, NN_ERROR, NN_ERROR_GRAPH,
                     _("Two nodes are named “%s”; a name must be unique."), self->nodes[i].name);
        return FALSE;
      }

  for (guint i = 0; i < self->n_nodes; i++)
    {
      NnNodeRecord *node = &self->nodes[i];
      gsize stem = strlen (node->name);
      guint64 number;

      if (node->named)
        continue;

      while (stem > 0 && g_ascii_isdigit (node->name[stem - 1]))
        stem--;
      number = g_ascii_strtoull (node->name + stem, NULL, 10);
      while (!g_hash_table_add (names, node->name))
        {
          char *next = g_strdup_printf ("%.*s%" G_GUINT64_FORMAT, (int) stem, node->name, ++number);

          g_free (node->name);
          node->name = next;
        }
    }

  return TRUE;
}

static void
mark_live (NnGraph *self)
{
  for (guint i = 0; i < self->outputs->len; i++)
    self->nodes[g_array_index (self->outputs, NnNode, i)].live = TRUE;

  for (guint i = self->n_nodes; i-- > 0;)
    for (guint j = 0; self->nodes[i].live && j < self->nodes[i].n_inputs; j++)
      self->nodes[self->nodes[i].inputs[j]].live = TRUE;
}

/* Most operators read all their inputs item by item. */
static gboolean
check_shared (NnGraph  *self,
              GError  **error)
{
  for (guint i = 0; i < self->n_nodes; i++)
    {
      const NnNodeRecord *node = &self->nodes[i];

      if (node->in_shared == 0 || node->shared ||
          (nn_op_of (node->kind)->flags & NN_OP_SHARED_INPUTS) != 0)
        continue;

      g_set_error (error, NN_ERROR, NN_ERROR_GRAPH,
                   _("Node “%s”: some of its inputs are constants and some are not, which this "
                     "operator does not take."),
                   node->name);
      return FALSE;
    }

  return TRUE;
}

gboolean
nn_graph_verify (NnGraph  *self,
                 GError  **error)
{
  gboolean any_live = FALSE;

  if (self->outputs->len == 0)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_GRAPH,
                   _("A network of %u nodes has no output; name at least one."), self->n_nodes);
      return FALSE;
    }

  if (!make_names_unique (self, error) || !check_shared (self, error))
    return FALSE;

  mark_live (self);
  for (guint i = 0; i < self->n_nodes; i++)
    if (self->nodes[i].kind == NN_OP_INPUT)
      {
        NnNode node = (NnNode) i;

        g_array_append_val (self->inputs, node);
        any_live |= self->nodes[i].live;
      }

  if (!any_live)
    g_set_error_literal (error, NN_ERROR, NN_ERROR_GRAPH,
                         _("No output of the network depends on an input."));

  return any_live;
}
