/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of a data set through a network, a few at a time. */
#include "cvr-pass.h"

#include "cvr-model-output.h"
#include "cvr-rng.h"
#include "cvr-source.h"
#include "nn-cut.h"

#include <glib/gi18n-lib.h>

enum { AT_ONCE = 16 };

static const gsize most_memory = 512 << 20; /* bytes, for more than one picture at once */

guint *
cvr_pass_spread (CvrDataset *dataset,
                 guint       most,
                 guint      *n)
{
  guint n_items = cvr_dataset_n_items (dataset);
  guint *items;

  *n = most > 0 ? MIN (most, n_items) : n_items;
  items = g_new (guint, MAX (*n, 1));
  for (guint i = 0; i < *n; i++)
    items[i] = (guint) ((guint64) i * n_items / *n);

  return items;
}

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return x < y ? -1 : x > y;
}

guint *
cvr_pass_draw (CvrDataset *dataset,
               guint       most,
               guint64     seed,
               guint      *n)
{
  CvrRng rng = cvr_rng_new (seed, 0);
  guint n_items = 0;
  guint *items = cvr_pass_spread (dataset, 0, &n_items);

  *n = n_items;
  if (most == 0 || most >= n_items)
    return items;

  cvr_rng_shuffle (&rng, items, n_items);
  qsort (items, most, sizeof *items, compare_places);
  *n = most;

  return items;
}

typedef struct
{
  CvrModel    *model;
  CvrDataset  *dataset;
  const guint *items;
  CvrImage    *pixels[AT_ONCE];
} Reading;

/* NnPieceFunc */
static void
read_piece (guint    piece,
            guint    thread,
            gpointer data)
{
  Reading *self = data;
  CvrPicture *picture = cvr_dataset_item (self->dataset, self->items[piece])->picture;

  self->pixels[piece] = cvr_source_read (&self->model->preprocess, picture, NULL);
}

/* Reads @n pictures into the exec; @read: the places of those that could be. */
static guint
fill_input (Reading     *self,
            NnExec      *exec,
            NnWorkers   *workers,
            const guint *items,
            guint        n,
            guint       *read)
{
  const CvrPreprocess *preprocess = &self->model->preprocess;
  gsize item = (gsize) preprocess->width * preprocess->height * preprocess->channels;
  guint n_read = 0;

  self->items = items;
  nn_workers_run (workers, n, read_piece, self);
  for (guint i = 0; i < n; i++)
    if (self->pixels[i] != NULL)
      {
        cvr_preprocess_floats (preprocess, self->pixels[i],
                               nn_exec_input (exec, 0) + n_read * item);
        read[n_read++] = items[i];
        g_clear_pointer (&self->pixels[i], cvr_image_unref);
      }

  return n_read;
}

/**
 * Network:
 * @graph, @params: the model's, or the part of it that leads to one node
 * @exec: in KEEP_ALL mode where all nodes are looked at
 */
typedef struct
{
  NnGraph  *graph;
  NnParams *params;
  NnExec   *exec;
  guint     batch;
} Network;

static void
network_clear (Network *self)
{
  g_clear_pointer (&self->exec, nn_exec_free);
  g_clear_pointer (&self->params, nn_params_unref);
  g_clear_pointer (&self->graph, nn_graph_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Network, network_clear)

static gboolean
network_init (Network    *self,
              CvrModel   *model,
              NnNode      node,
              NnWorkers  *workers,
              GError    **error)
{
  gboolean all = node == NN_NODE_NONE || nn_graph_node_kind (model->graph, node) == NN_OP_INPUT;
  NnExecMode mode = all ? NN_EXEC_KEEP_ALL : NN_EXEC_INFER;

  if (all)
    {
      self->graph = nn_graph_ref (model->graph);
      self->params = nn_params_ref (model->params);
    }
  else
    {
      self->graph = nn_cut (model->graph, model->params, node, &self->params, error);
      if (self->graph == NULL)
        return FALSE;
    }
  self->batch = nn_exec_fitting_batch (self->graph, AT_ONCE, mode, most_memory);
  self->exec = nn_exec_new (self->graph, workers, self->batch, mode, error);

  return self->exec != NULL;
}

/* Of the node that is looked at; %NULL: all are. */
static const nn_real *
network_values (const Network *self,
                CvrModel      *model,
                NnNode         node)
{
  if (node == NN_NODE_NONE)
    return NULL;

  return nn_graph_node_kind (model->graph, node) == NN_OP_INPUT ? nn_exec_values (self->exec, node)
                                                                : nn_exec_output (self->exec, 0);
}

gboolean
cvr_pass_run (CvrModel       *model,
              NnNode          node,
              CvrDataset     *dataset,
              const guint    *items,
              guint           n,
              NnWorkers      *workers,
              const CvrWatch *watch,
              CvrPassFunc     func,
              gpointer        data,
              guint          *n_unread,
              GError        **error)
{
  Reading reading = { .model = model, .dataset = dataset };
  g_auto (Network) network = { 0 };
  guint read[AT_ONCE], n_seen = 0;

  if (!cvr_model_input_check (model, error) ||
      !network_init (&network, model, node, workers, error))
    return FALSE;

  for (guint first = 0; first < n; first += network.batch)
    {
      guint n_read;

      if (!cvr_watch_tell (watch, first, n))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled."));
          return FALSE;
        }
      n_read = fill_input (&reading, network.exec, workers, items + first,
                           MIN (network.batch, n - first), read);
      if (n_read == 0)
        continue;
      nn_exec_forward (network.exec, network.params, n_read, 0);
      func (network.exec, network_values (&network, model, node), read, n_read, data);
      n_seen += n_read;
    }

  *n_unread = n - n_seen;
  if (n_seen == 0)
    g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                         _("There is no picture that can be shown to the network. Add some "
                           "first."));

  return n_seen > 0;
}
