/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One layer as an item of the network page's table. */
#include "cvr-layer-row.h"

#include "cvr-layer-name.h"
#include "cvr-layer-text.h"

struct _CvrLayerRow
{
  GObject parent_instance;

  NnNode node;
  char  *name, *full_name, *title, *size, *parameters, *operations;
  double share;
};

G_DEFINE_FINAL_TYPE (CvrLayerRow, cvr_layer_row, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_FULL_NAME,
  PROP_TITLE,
  PROP_SIZE,
  PROP_PARAMETERS,
  PROP_OPERATIONS,
  PROP_SHARE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
cvr_layer_row_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  CvrLayerRow *self = CVR_LAYER_ROW (object);
  const char *texts[N_PROPS] = {
    [PROP_NAME] = self->name,
    [PROP_FULL_NAME] = self->full_name,
    [PROP_TITLE] = self->title,
    [PROP_SIZE] = self->size,
    [PROP_PARAMETERS] = self->parameters,
    [PROP_OPERATIONS] = self->operations,
  };

  if (id == PROP_SHARE)
    g_value_set_double (value, self->share);
  else if (id > 0 && id < N_PROPS)
    g_value_set_string (value, texts[id]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_layer_row_finalize (GObject *object)
{
  CvrLayerRow *self = CVR_LAYER_ROW (object);

  g_free (self->name);
  g_free (self->full_name);
  g_free (self->title);
  g_free (self->size);
  g_free (self->parameters);
  g_free (self->operations);

  G_OBJECT_CLASS (cvr_layer_row_parent_class)->finalize (object);
}

static void
cvr_layer_row_class_init (CvrLayerRowClass *klass)
{
  static const char *const names[N_PROPS] = { NULL,   "name",       "full-name",  "title",
                                              "size", "parameters", "operations", NULL };

  G_OBJECT_CLASS (klass)->get_property = cvr_layer_row_get_property;
  G_OBJECT_CLASS (klass)->finalize = cvr_layer_row_finalize;

  for (guint i = PROP_NAME; i < PROP_SHARE; i++)
    props[i] =
        g_param_spec_string (names[i], NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_SHARE] =
      g_param_spec_double ("share", NULL, NULL, 0, 1, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
}

static void
cvr_layer_row_init (CvrLayerRow *self)
{
}

/**
 * cvr_layer_row_new:
 *
 * Returns: (transfer full): the row of @node, its figures written out for the locale
 */
CvrLayerRow *
cvr_layer_row_new (NnGraph *graph,
                   NnNode   node)
{
  CvrLayerRow *self = g_object_new (CVR_TYPE_LAYER_ROW, NULL);
  NnShape shape = nn_graph_node_shape (graph, node);
  guint64 values = nn_graph_node_n_values (graph, node);
  guint64 flops = nn_graph_node_flops (graph, node);
  guint64 all = nn_graph_flops (graph);

  self->node = node;
  self->name = cvr_layer_dup_short_name (graph, node);
  self->full_name = g_strdup (nn_graph_node_name (graph, node));
  self->title = g_strdup (cvr_layer_title (graph, node));
  self->size = nn_shape_dup_string (&shape);
  self->parameters = values > 0 ? g_strdup_printf ("%'" G_GUINT64_FORMAT, values) : g_strdup ("–");
  self->operations = flops > 0 ? cvr_layer_dup_count (flops) : g_strdup ("–");
  self->share = all > 0 ? (double) flops / (double) all : 0;

  return self;
}

/**
 * cvr_layer_row_get_node:
 *
 * Returns: the layer's id in its graph
 */
NnNode
cvr_layer_row_get_node (CvrLayerRow *self)
{
  g_return_val_if_fail (CVR_IS_LAYER_ROW (self), NN_NODE_NONE);

  return self->node;
}
