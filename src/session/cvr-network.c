/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any network in an ONNX file, to be looked at. */
#include "cvr-network.h"

#include "cvr-dataset.h"
#include "cvr-json.h"
#include "cvr-onnx.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

static CvrNetworkEnd *
copy_ends (GPtrArray *ends,
           guint     *n)
{
  CvrNetworkEnd *copies = g_new0 (CvrNetworkEnd, MAX (ends->len, 1));

  *n = ends->len;
  for (guint i = 0; i < ends->len; i++)
    {
      const CvrOnnxEnd *end = g_ptr_array_index (ends, i);

      copies[i] = (CvrNetworkEnd) { g_strdup (end->name), cvr_onnx_type_name (end->type), end->rank,
                                    g_memdup2 (end->dims, end->rank * sizeof end->dims[0]) };
    }

  return copies;
}

static void
free_ends (CvrNetworkEnd *ends,
           guint          n)
{
  for (guint i = 0; i < n; i++)
    {
      g_free (ends[i].name);
      g_free (ends[i].dims);
    }
  g_free (ends);
}

void
cvr_network_free (CvrNetwork *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->graph, nn_graph_unref);
  g_clear_pointer (&self->params, nn_params_unref);
  free_ends (self->inputs, self->n_inputs);
  free_ends (self->outputs, self->n_outputs);
  g_strfreev (self->classes);
  g_free (self);
}

/* The JSON list that our own files carry; what is no list of strings names no classes. */
static char **
read_classes (const CvrOnnxModel *file)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < file->metadata->len; i++)
    {
      const CvrOnnxMeta *meta = g_ptr_array_index (file->metadata, i);
      g_autoptr (JsonNode) node = NULL;
      JsonArray *list;

      if (g_strcmp0 (meta->key, "convisor.classes") != 0)
        continue;
      node = json_from_string (meta->value, NULL);
      list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
      for (guint k = 0; list != NULL && k < json_array_get_length (list); k++)
        if (json_node_get_value_type (json_array_get_element (list, k)) == G_TYPE_STRING)
          g_strv_builder_add (names, json_array_get_string_element (list, k));
    }

  return g_strv_builder_end (names);
}

/**
 * cvr_network_load:
 * @path: in the file system's encoding
 *
 * Returns: (transfer full): or %NULL with CVR_STORAGE_ERROR_IO or what cvr_onnx_read() says.
 * Blocks; any thread.
 */
CvrNetwork *
cvr_network_load (const char  *path,
                  GError     **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *contents = NULL;
  g_autoptr (CvrOnnxModel) file = NULL;
  g_autoptr (GError) reason = NULL;
  CvrNetwork *self;
  GStatBuf info;
  gsize length;

  /* A device or a pipe would never end. */
  if (g_stat (path, &info) == 0 && !S_ISREG (info.st_mode))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” is not a file."), name);
      return NULL;
    }
  if (!g_file_get_contents (path, &contents, &length, &reason))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                   _("The model “%s” can't be read: %s"), name, reason->message);
      return NULL;
    }
  file = cvr_onnx_read ((const guint8 *) contents, length, name, error);
  if (file == NULL)
    return NULL;

  self = g_new0 (CvrNetwork, 1);
  self->graph = nn_graph_ref (file->graph);
  self->params = nn_params_ref (file->params);
  self->inputs = copy_ends (file->inputs, &self->n_inputs);
  self->outputs = copy_ends (file->outputs, &self->n_outputs);
  self->classes = read_classes (file);
  self->bytes = length;

  return self;
}
