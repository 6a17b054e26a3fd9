/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model: network, weights, and what is needed to use them on pictures; kept as an ONNX file. */
#include "cvr-model.h"

#include "cvr-dataset.h"
#include "cvr-fs.h"
#include "cvr-onnx.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

static const char key_classes[] = "convisor.classes";
static const char key_preprocess[] = "convisor.preprocess";
static const char key_training[] = "convisor.training";

/* Brackets inside brackets: deeper than anything of ours, far from the end of the stack. */
enum { MAX_JSON_DEPTH = 32 };

/* Values of the first output. */
static guint
count_outputs (NnGraph *graph)
{
  NnShape shape = nn_graph_node_shape (graph, nn_graph_output (graph, 0));

  return shape.dims[1];
}

/**
 * cvr_model_new:
 * @graph: one input of maps, one output of as many values as there are classes
 * @params: of @graph
 * @classes: (array zero-terminated=1)
 * @training: (nullable): a JSON object as text
 *
 * Returns: (transfer full): any thread.
 */
CvrModel *
cvr_model_new (NnGraph             *graph,
               NnParams            *params,
               const char *const   *classes,
               const CvrPreprocess *preprocess,
               const char          *training)
{
  CvrModel *self;

  g_return_val_if_fail (nn_params_graph (params) == graph, NULL);
  g_return_val_if_fail (g_strv_length ((char **) classes) == count_outputs (graph), NULL);

  self = g_atomic_rc_box_new0 (CvrModel);
  self->graph = nn_graph_ref (graph);
  self->params = nn_params_ref (params);
  nn_params_freeze (params);
  self->classes = g_strdupv ((char **) classes);
  self->n_classes = g_strv_length (self->classes);
  self->preprocess = *preprocess;
  self->training = g_strdup (training);

  return self;
}

/**
 * cvr_model_with:
 * @graph: with as many outputs as the network of @self
 *
 * Returns: (transfer full): the same classes, preparation and history around another network.
 */
CvrModel *
cvr_model_with (CvrModel *self,
                NnGraph  *graph,
                NnParams *params)
{
  return cvr_model_new (graph, params, (const char *const *) self->classes, &self->preprocess,
                        self->training);
}

CvrModel *
cvr_model_ref (CvrModel *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  CvrModel *self = data;

  nn_graph_unref (self->graph);
  nn_params_unref (self->params);
  g_strfreev (self->classes);
  g_free (self->training);
}

void
cvr_model_unref (CvrModel *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static char *
classes_to_text (CvrModel *self)
{
  g_autoptr (JsonArray) array = json_array_sized_new (self->n_classes);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; i < self->n_classes; i++)
    json_array_add_string_element (array, self->classes[i]);
  json_node_set_array (node, array);

  return json_to_string (node, FALSE);
}

/* What goes into the file beside the network. */
typedef struct
{
  char       *classes, *preprocess;
  CvrOnnxMeta entries[3];
  guint       n_entries;
} Metadata;

static void
metadata_clear (Metadata *self)
{
  g_clear_pointer (&self->classes, g_free);
  g_clear_pointer (&self->preprocess, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Metadata, metadata_clear)

static void
metadata_init (Metadata *self,
               CvrModel *model)
{
  g_autoptr (JsonNode) preprocess = cvr_preprocess_to_json (&model->preprocess);

  self->classes = classes_to_text (model);
  self->preprocess = json_to_string (preprocess, FALSE);
  self->entries[0] = (CvrOnnxMeta) { (char *) key_classes, self->classes };
  self->entries[1] = (CvrOnnxMeta) { (char *) key_preprocess, self->preprocess };
  self->entries[2] = (CvrOnnxMeta) { (char *) key_training, model->training };
  self->n_entries = model->training != NULL ? 3 : 2;
}

/**
 * cvr_model_to_bytes:
 *
 * Returns: (transfer full): the model as an ONNX file, the same bytes for the same model; %NULL
 * with CVR_FORMAT_ERROR. Any thread.
 */
GBytes *
cvr_model_to_bytes (CvrModel  *self,
                    GError   **error)
{
  g_auto (Metadata) metadata = { 0 };

  metadata_init (&metadata, self);

  return cvr_onnx_write (self->graph, self->params, metadata.entries, metadata.n_entries, error);
}

/**
 * cvr_model_file_size:
 * @size: (out): bytes that cvr_model_to_bytes() would give
 *
 * Much faster than those. Errors: the same. Any thread.
 */
gboolean
cvr_model_file_size (CvrModel  *self,
                     gsize     *size,
                     GError   **error)
{
  g_auto (Metadata) metadata = { 0 };

  metadata_init (&metadata, self);

  return cvr_onnx_write_size (self->graph, self->params, metadata.entries, metadata.n_entries, size,
                              error);
}

/* Whether brackets, outside of strings, are nested too deep for a parser that calls itself. */
static gboolean
is_too_deep (const char *text)
{
  gboolean in_string = FALSE;
  gint depth = 0;

  for (const char *c = text; *c != '\0'; c++)
    {
      if (in_string && *c == '\\' && c[1] != '\0')
        c++;
      else if (*c == '"')
        in_string = !in_string;
      else if (!in_string && (*c == '[' || *c == '{') && ++depth > MAX_JSON_DEPTH)
        return TRUE;
      else if (!in_string && (*c == ']' || *c == '}'))
        depth--;
    }

  return FALSE;
}

/* (transfer full): the metadata entry @key, NULL where there is none; FALSE when it can't be
 * understood. */
static gboolean
parse_meta (const CvrOnnxModel  *file,
            const char          *key,
            const char          *name,
            JsonNode           **node,
            const char         **text,
            GError             **error)
{
  *node = NULL;
  *text = NULL;
  for (guint i = 0; i < file->metadata->len && *text == NULL; i++)
    {
      const CvrOnnxMeta *meta = g_ptr_array_index (file->metadata, i);

      if (g_str_equal (meta->key, key))
        *text = meta->value;
    }
  if (*text == NULL)
    return TRUE;

  *node = is_too_deep (*text) ? NULL : json_from_string (*text, NULL);
  if (*node == NULL)
    g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                 _("The entry “%s” of “%s” is damaged: it is not JSON."), key, name);

  return *node != NULL;
}

/* (transfer full): the class names of the file, or "0", "1" … */
static char **
read_classes (const CvrOnnxModel  *file,
              guint                n_outputs,
              const char          *name,
              GError             **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GPtrArray) classes = g_ptr_array_new_with_free_func (g_free);
  const char *text;
  JsonArray *array;

  if (!parse_meta (file, key_classes, name, &node, &text, error))
    return NULL;

  array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  if (node != NULL && (array == NULL || json_array_get_length (array) != n_outputs))
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                   _("The list of classes in “%s” has length %u; its network needs %u."), name,
                   array != NULL ? json_array_get_length (array) : 0, n_outputs);
      return NULL;
    }

  for (guint i = 0; i < n_outputs; i++)
    {
      JsonNode *element = array != NULL ? json_array_get_element (array, i) : NULL;

      if (element != NULL && json_node_get_value_type (element) != G_TYPE_STRING)
        {
          g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                       _("Class %u of “%s” has no name."), i + 1, name);
          return NULL;
        }
      g_ptr_array_add (classes, element != NULL ? json_node_dup_string (element)
                                                : g_strdup_printf ("%u", i));
    }

  g_ptr_array_add (classes, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&classes), FALSE);
}

/* How pictures become the network's input: what the file says, or the size of its input, 0 … 1. */
static gboolean
read_preprocess (const CvrOnnxModel  *file,
                 const NnShape       *input,
                 const char          *name,
                 CvrPreprocess       *preprocess,
                 GError             **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) reason = NULL;
  const char *text;

  if (!parse_meta (file, key_preprocess, name, &node, &text, error))
    return FALSE;

  if (node == NULL)
    {
      *preprocess = cvr_preprocess_default (input->dims[3], input->dims[2], input->dims[1]);
      preprocess->scale = CVR_SCALE_UNIT;
      preprocess->resize = CVR_RESIZE_FIT;
    }
  else if (!cvr_preprocess_from_json (preprocess, node, &reason))
    {
      g_set_error (error, reason->domain, reason->code, _("The entry “%s” of “%s” is damaged: %s"), key_preprocess,
                   name, reason->message);
      return FALSE;
    }

  if (preprocess->width != input->dims[3] || preprocess->height != input->dims[2] ||
      preprocess->channels != input->dims[1])
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                   _("“%s” prepares pictures of %u×%u×%u (width, height, channels) but its network "
                     "takes %u×%u×%u."),
                   name, preprocess->width, preprocess->height, preprocess->channels,
                   input->dims[3], input->dims[2], input->dims[1]);
      return FALSE;
    }

  return cvr_preprocess_check (preprocess, error);
}

/* One picture in, one vector out. */
static gboolean
check_ends (const CvrOnnxModel  *file,
            const char          *name,
            GError             **error)
{
  const CvrOnnxEnd *end = g_ptr_array_index (file->inputs, 0);
  NnGraph *graph = file->graph;
  NnShape input = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
  NnShape output = nn_graph_node_shape (graph, nn_graph_output (graph, 0));
  gsize n_values;

  if (nn_graph_n_inputs (graph) != 1 || nn_graph_n_outputs (graph) != 1)
    g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                 _("The number of inputs of the network in “%s” is %u and that of its outputs %u; "
                   "one of each is supported."), name,
                 nn_graph_n_inputs (graph), nn_graph_n_outputs (graph));
  else if (!cvr_onnx_type_is_float (end->type))
    g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                 _("The input “%s” of “%s” takes values of type %s; pictures are given as real "
                   "numbers."), end->name, name, cvr_onnx_type_name (end->type));
  else if (input.rank != 4 || input.dims[0] != 1 || (input.dims[1] != 1 && input.dims[1] != 3))
    {
      g_autofree char *shape = nn_shape_dup_string (&input);

      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("The network in “%s” takes an input of %s; pictures of 1 or 3 channels are "
                     "supported."),
                   name, shape);
    }
  else if (output.rank < 2 || !nn_shape_count (&output, &n_values) || n_values != output.dims[1])
    {
      g_autofree char *shape = nn_shape_dup_string (&output);

      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_UNSUPPORTED,
                   _("The network in “%s” gives an output of %s; one value per class is "
                     "supported."), name, shape);
    }
  else
    return TRUE;

  return FALSE;
}

/* (transfer full): the text of the training record; NULL where there is none. */
static gboolean
read_training (const CvrOnnxModel  *file,
               const char          *name,
               const char         **training,
               GError             **error)
{
  g_autoptr (JsonNode) node = NULL;

  if (!parse_meta (file, key_training, name, &node, training, error))
    return FALSE;
  if (node == NULL || JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;

  g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
               _("The entry “%s” of “%s” is damaged: it is not a JSON object."), key_training,
               name);
  return FALSE;
}

/**
 * cvr_model_from_bytes:
 * @data: (array length=length): a whole ONNX file, ours or foreign
 * @name: what messages call it
 *
 * Returns: (transfer full): or %NULL with CVR_FORMAT_ERROR or CVR_VISION_ERROR. Any thread.
 */
CvrModel *
cvr_model_from_bytes (const guint8  *data,
                      gsize          length,
                      const char    *name,
                      GError       **error)
{
  g_autoptr (CvrOnnxModel) file = cvr_onnx_read (data, length, name, error);
  g_auto (GStrv) classes = NULL;
  const char *training;
  CvrPreprocess preprocess;
  NnShape input;

  if (file == NULL || !check_ends (file, name, error))
    return NULL;

  input = nn_graph_node_shape (file->graph, nn_graph_input (file->graph, 0));
  classes = read_classes (file, count_outputs (file->graph), name, error);
  if (classes == NULL || !read_preprocess (file, &input, name, &preprocess, error) ||
      !read_training (file, name, &training, error))
    return NULL;

  return cvr_model_new (file->graph, file->params, (const char *const *) classes, &preprocess,
                        training);
}

/**
 * cvr_model_load:
 * @path: in the file system's encoding
 *
 * Returns: (transfer full): or %NULL with CVR_STORAGE_ERROR_IO or what cvr_model_from_bytes() says.
 * Blocks; any thread.
 */
CvrModel *
cvr_model_load (const char  *path,
                GError     **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *contents = NULL;
  g_autoptr (GError) reason = NULL;
  gsize length;
  GStatBuf info;

  /* A device or a pipe would never end. */
  if (g_stat (path, &info) == 0 && !S_ISREG (info.st_mode))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO, _("“%s” is not a file."), name);
      return NULL;
    }
  if (!g_file_get_contents (path, &contents, &length, &reason))
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                   _("The model “%s” can't be read: %s"), name,
                   reason->message);
      return NULL;
    }

  return cvr_model_from_bytes ((const guint8 *) contents, length, name, error);
}

/**
 * cvr_model_save:
 * @path: replaced when the new file is whole on the disk, untouched otherwise
 */
gboolean
cvr_model_save (CvrModel    *self,
                const char  *path,
                GError     **error)
{
  g_autoptr (GBytes) bytes = cvr_model_to_bytes (self, error);
  gconstpointer data;
  gsize length;

  if (bytes == NULL)
    return FALSE;

  data = g_bytes_get_data (bytes, &length);
  return cvr_fs_replace (NULL, path, data, length, error);
}
