/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides node by node what runs on bytes, which nodes become one step, and what is left to
 * floats. */
#include "nn-int8-private.h"

#include "nn-rewrite.h"

#include <math.h>
#include <string.h>

/**
 * Plan:
 * @n_users, @user: [n_nodes]: inputs of live nodes that a node is, and the last such node
 * @constant: [n_nodes]: depends on no input
 * @open: (nullable): the step of floats that nodes are still added to
 */
typedef struct
{
  NnInt8     *int8;
  NnGraph    *graph;
  gboolean   *live, *constant;
  guint      *n_users;
  NnNode     *user;
  NnInt8Step *open;
} Plan;

static void
free_step (gpointer data)
{
  NnInt8Step *step = data;

  g_free (step->starts);
  g_free (step->places);
  g_free (step->segments);
  g_free (step->bias);
  g_aligned_free (step->weights);
  g_free (step->taps);
  g_free (step->scale);
  g_free (step->shift);
  g_free (step->tables);
  g_clear_pointer (&step->floats, nn_int8_floats_free);
  g_free (step);
}

static NnInt8Value *
value_of (Plan   *self,
          NnNode  node)
{
  return &self->int8->values[node];
}

static NnInt8Step *
new_step (NnInt8Kind kind,
          NnNode     node,
          NnNode     out)
{
  NnInt8Step *step = g_new0 (NnInt8Step, 1);

  step->kind = kind;
  step->node = node;
  step->out = out;
  step->parts = 1;
  step->groups = 1;

  return step;
}

/* The bytes of a grid of at most 256 levels; FALSE where they don't hold its zero. */
static gboolean
levels_of (const NnFakeQuantSpec *grid,
           NnInt8Levels          *levels)
{
  gint32 base = grid->low >= 0 && grid->high <= 255     ? 0
                : grid->low >= -128 && grid->high <= 127 ? -128
                                                         : grid->low;

  if ((gint64) grid->high - grid->low > 255 || grid->zero_point < base ||
      (gint64) grid->zero_point - base > 255)
    return FALSE;

  *levels = (NnInt8Levels) { grid->scale, grid->zero_point - base, grid->low - base,
                             grid->high - base };
  return TRUE;
}

static gboolean
same_levels (const NnInt8Levels *a,
             const NnInt8Levels *b)
{
  return a->scale == b->scale && a->zero == b->zero;
}

/* The bounds of an activation that only bounds. */
static gboolean
bounds_of (const NnActivationSpec *spec,
           float                   bounds[2])
{
  switch (spec->function)
    {
    case NN_ACTIVATION_RELU:
      bounds[0] = 0;
      bounds[1] = INFINITY;
      return TRUE;
    case NN_ACTIVATION_RELU6:
      bounds[0] = 0;
      bounds[1] = 6;
      return TRUE;
    case NN_ACTIVATION_CLIP:
      bounds[0] = spec->alpha;
      bounds[1] = spec->beta;
      return bounds[0] <= bounds[1];
    default:
      return FALSE;
    }
}

/* Rounding never changes an order: bounding before it is bounding the levels. */
static void
narrow (NnInt8Levels *levels,
        const float   bounds[2])
{
  for (guint i = 0; i < 2; i++)
    {
      double level = rint ((double) (bounds[i] / levels->scale)) + levels->zero;
      gint32 bound = (gint32) CLAMP (level, levels->low, levels->high);

      if (i == 0)
        levels->low = bound;
      else
        levels->high = bound;
    }
}

/* Maps or a vector of a batch. */
static gboolean
has_maps (Plan   *self,
          NnNode  node)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);

  return (shape.rank == 2 || shape.rank == 4) && shape.dims[0] == 1;
}

/* The grid that @node's values go to, through activations that only bound and nodes that do
 * nothing, when nobody else takes them on the way: what runs as one step. */
static gboolean
find_grid (Plan         *self,
           NnNode        node,
           NnNode       *out,
           NnInt8Levels *levels)
{
  float low = -INFINITY;
  float high = INFINITY;

  for (NnNode at = node;;)
    {
      NnNode user = self->user[at];
      const NnAttrs *attrs;
      float bounds[2];

      if (self->n_users[at] != 1 || nn_graph_is_output (self->graph, at))
        return FALSE;
      attrs = nn_graph_node_attrs (self->graph, user);
      switch (nn_graph_node_kind (self->graph, user))
        {
        case NN_OP_FAKE_QUANT:
          *out = user;
          if (!levels_of (&attrs->fake_quant, levels))
            return FALSE;
          narrow (levels, (const float[]) { low, high });
          return TRUE;
        case NN_OP_DROPOUT:
          break;
        case NN_OP_ACTIVATION:
          if (!bounds_of (&attrs->activation, bounds))
            return FALSE;
          low = CLAMP (low, bounds[0], bounds[1]);
          high = CLAMP (high, bounds[0], bounds[1]);
          break;
        default:
          return FALSE;
        }
      at = user;
    }
}

/* Marks what lies between @node and its grid as part of its step. */
static void
absorb (Plan   *self,
        NnNode  node,
        NnNode  out)
{
  for (; node != out; node = self->user[node])
    value_of (self, node)->absorbed = TRUE;
}

static void
set_bytes (Plan               *self,
           NnNode              node,
           NnNode              home,
           const NnInt8Levels *levels)
{
  NnShape shape = nn_graph_node_shape (self->graph, node);
  NnInt8Value *value = value_of (self, node);
  const NnInt8Value *from = value_of (self, home);

  value->bytes = TRUE;
  value->home = home;
  value->levels = *levels;
  if (home == node)
    {
      value->channels = shape.dims[1];
      value->height = shape.rank == 4 ? shape.dims[2] : 1;
      value->width = shape.rank == 4 ? shape.dims[3] : 1;
    }
  else
    value->flat = from->flat || (shape.rank == 2 && from->height * from->width > 1);
}

static void
close_floats (Plan *self)
{
  if (self->open != NULL)
    g_ptr_array_add (self->int8->steps, self->open);
  self->open = NULL;
}

/* Emits a step whose output is bytes and whose inputs are the homes of @node's. */
static NnInt8Step *
emit (Plan               *self,
      NnInt8Kind          kind,
      NnNode              node,
      NnNode              out,
      const NnInt8Levels *levels)
{
  NnInt8Step *step = new_step (kind, node, out);

  step->n_in = nn_graph_node_n_inputs (self->graph, node);
  for (guint i = 0; i < step->n_in; i++)
    step->in[i] = value_of (self, nn_graph_node_input (self->graph, node, i))->home;
  step->levels = *levels;
  absorb (self, node, out);
  set_bytes (self, out, out, levels);
  g_ptr_array_add (self->int8->steps, step);
  if (nn_graph_node_kind (self->graph, node) != NN_OP_FAKE_QUANT)
    self->int8->n_integer++;

  return step;
}

/* Makes @node's values readable as floats. */
static void
need_floats (Plan   *self,
             NnNode  node)
{
  NnInt8Value *value = value_of (self, node);
  NnInt8Step *step;

  if (value->wants_floats)
    return;
  value->wants_floats = TRUE;
  if (!value->bytes)
    return;

  step = new_step (NN_INT8_DEQUANTIZE, node, node);
  step->in[0] = value->home;
  step->n_in = 1;
  step->levels = value->levels;
  g_ptr_array_add (self->int8->steps, step);
}

static void
leave_to_floats (Plan   *self,
                 NnNode  node)
{
  if (self->open == NULL)
    {
      self->open = new_step (NN_INT8_FLOATS, node, node);
      self->open->floats = nn_int8_floats_new ();
    }

  for (guint i = 0; i < nn_graph_node_n_inputs (self->graph, node); i++)
    {
      NnNode x = nn_graph_node_input (self->graph, node, i);

      if (!self->constant[x] && !nn_int8_floats_has (self->open->floats, x))
        need_floats (self, x);
    }
  nn_int8_floats_add (self->open->floats, node);
  if (nn_graph_node_kind (self->graph, node) != NN_OP_FAKE_QUANT)
    self->int8->n_float++;
}

/* Whether all inputs are bytes, as maps of their own shape. */
static gboolean
inputs_are_bytes (Plan     *self,
                  NnNode    node,
                  gboolean  flat)
{
  guint n = nn_graph_node_n_inputs (self->graph, node);

  for (guint i = 0; i < n; i++)
    {
      const NnInt8Value *value = value_of (self, nn_graph_node_input (self->graph, node, i));

      if (!value->bytes || (value->flat && !flat))
        return FALSE;
    }

  return n > 0 && has_maps (self, node);
}

static gboolean
plan_sums (Plan   *self,
           NnNode  node)
{
  NnNode x = nn_graph_node_input (self->graph, node, 0);
  NnInt8Levels levels = { 1, 0, 0, 255 };
  NnNode out = node;
  gboolean to_bytes;
  NnInt8Step *step;

  if (!inputs_are_bytes (self, node, nn_graph_node_kind (self->graph, node) == NN_OP_DENSE) ||
      !nn_int8_can_pack (self->graph, self->int8->params, node))
    return FALSE;

  to_bytes = find_grid (self, node, &out, &levels);
  if (!to_bytes)
    out = node;
  step = new_step (NN_INT8_CONV, node, out);
  step->in[0] = value_of (self, x)->home;
  step->n_in = 1;
  step->levels = levels;
  step->to_floats = !to_bytes;
  if (to_bytes)
    {
      absorb (self, node, out);
      set_bytes (self, out, out, &levels);
    }
  else
    value_of (self, node)->wants_floats = TRUE;
  g_ptr_array_add (self->int8->steps, step);
  self->int8->n_integer++;

  return TRUE;
}

/* Operators that combine values and need a grid for what comes out. */
static gboolean
plan_on_grid (Plan       *self,
              NnNode      node,
              NnInt8Kind  kind)
{
  NnInt8Levels levels;
  NnNode out;

  if (!inputs_are_bytes (self, node, FALSE) || !find_grid (self, node, &out, &levels))
    return FALSE;

  emit (self, kind, node, out, &levels);
  return TRUE;
}

/* Operators that pick values, which stay on their grid. */
static gboolean
plan_pick (Plan       *self,
           NnNode      node,
           NnInt8Kind  kind)
{
  NnNode x = nn_graph_node_input (self->graph, node, 0);

  if (!inputs_are_bytes (self, node, FALSE))
    return FALSE;

  emit (self, kind, node, node, &value_of (self, x)->levels);
  return TRUE;
}

static gboolean
plan_alias (Plan   *self,
            NnNode  node)
{
  const NnInt8Value *from = value_of (self, nn_graph_node_input (self->graph, node, 0));

  if (!inputs_are_bytes (self, node, TRUE))
    return FALSE;

  set_bytes (self, node, from->home, &from->levels);
  return TRUE;
}

static gboolean
plan_add (Plan   *self,
          NnNode  node)
{
  NnShape a = nn_graph_node_shape (self->graph, nn_graph_node_input (self->graph, node, 0));
  NnShape b = nn_graph_node_shape (self->graph, nn_graph_node_input (self->graph, node, 1));

  return nn_shape_equal (&a, &b) && plan_on_grid (self, node, NN_INT8_ADD);
}

static gboolean
plan_concat (Plan   *self,
             NnNode  node)
{
  const NnInt8Levels *first;

  if (nn_graph_node_attrs (self->graph, node)->concat.axis > 1 ||
      !inputs_are_bytes (self, node, FALSE))
    return FALSE;
  if (plan_on_grid (self, node, NN_INT8_CONCAT))
    return TRUE;

  first = &value_of (self, nn_graph_node_input (self->graph, node, 0))->levels;
  for (guint i = 1; i < nn_graph_node_n_inputs (self->graph, node); i++)
    if (!same_levels (first,
                      &value_of (self, nn_graph_node_input (self->graph, node, i))->levels))
      return FALSE;

  emit (self, NN_INT8_CONCAT, node, node, first);
  return TRUE;
}

/* An activation of bytes: a table, to the grid that follows, or to its own when it only bounds from
 * below at 0, which is a level. */
static gboolean
plan_activation (Plan   *self,
                 NnNode  node)
{
  NnInt8Levels levels;
  NnNode user = self->user[node];

  if (!inputs_are_bytes (self, node, FALSE))
    return FALSE;

  if (self->n_users[node] == 1 && !nn_graph_is_output (self->graph, node) &&
      nn_graph_node_kind (self->graph, user) == NN_OP_FAKE_QUANT &&
      levels_of (&nn_graph_node_attrs (self->graph, user)->fake_quant, &levels))
    {
      emit (self, NN_INT8_LOOK_UP, node, user, &levels);
      return TRUE;
    }
  if (nn_graph_node_attrs (self->graph, node)->activation.function != NN_ACTIVATION_RELU)
    return FALSE;

  levels = value_of (self, nn_graph_node_input (self->graph, node, 0))->levels;
  levels.low = MAX (levels.low, levels.zero);
  emit (self, NN_INT8_LOOK_UP, node, node, &levels);
  return TRUE;
}

static gboolean
plan_rounding (Plan   *self,
               NnNode  node)
{
  NnNode x = nn_graph_node_input (self->graph, node, 0);
  NnInt8Value *value = value_of (self, node);
  NnInt8Levels levels;
  NnInt8Step *step;

  if (value->bytes)
    return TRUE; /* a step before made it */
  if (!has_maps (self, node) ||
      !levels_of (&nn_graph_node_attrs (self->graph, node)->fake_quant, &levels))
    return FALSE;
  if (value_of (self, x)->bytes && !value_of (self, x)->flat)
    {
      emit (self, NN_INT8_LOOK_UP, node, node, &levels);
      return TRUE;
    }

  /* Floats that another step of floats made are there once it is closed. */
  need_floats (self, x);
  close_floats (self);
  step = new_step (NN_INT8_QUANTIZE, node, node);
  step->in[0] = x;
  step->n_in = 1;
  step->levels = levels;
  set_bytes (self, node, node, &levels);
  g_ptr_array_add (self->int8->steps, step);

  return TRUE;
}

static gboolean
plan_integer (Plan   *self,
              NnNode  node)
{
  const NnAttrs *attrs = nn_graph_node_attrs (self->graph, node);

  switch (nn_graph_node_kind (self->graph, node))
    {
    case NN_OP_CONV:
    case NN_OP_DENSE:
      return plan_sums (self, node);
    case NN_OP_POOL:
      return attrs->pool.average ? plan_on_grid (self, node, NN_INT8_AVERAGE)
                                 : plan_pick (self, node, NN_INT8_MAX);
    case NN_OP_GLOBAL_POOL:
      return attrs->global_pool.average ? plan_on_grid (self, node, NN_INT8_AVERAGE)
                                        : plan_pick (self, node, NN_INT8_MAX);
    case NN_OP_ADD:
      return plan_add (self, node);
    case NN_OP_CONCAT:
      return plan_concat (self, node);
    case NN_OP_BATCH_NORM:
      return plan_on_grid (self, node, NN_INT8_AFFINE);
    case NN_OP_ACTIVATION:
      return plan_activation (self, node);
    case NN_OP_UPSAMPLE:
      return attrs->upsample.mode == NN_UPSAMPLE_NEAREST &&
             plan_pick (self, node, NN_INT8_UPSAMPLE);
    case NN_OP_FLATTEN:
    case NN_OP_DROPOUT:
      return plan_alias (self, node);
    case NN_OP_FAKE_QUANT:
      return plan_rounding (self, node);
    default:
      return FALSE;
    }
}

static void
look_around (Plan *self)
{
  guint n_nodes = self->int8->n_nodes;

  self->live = nn_graph_find_live (self->graph);
  self->constant = g_new0 (gboolean, n_nodes);
  self->n_users = g_new0 (guint, n_nodes);
  self->user = g_new0 (NnNode, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    {
      guint n = nn_graph_node_n_inputs (self->graph, (NnNode) i);

      self->constant[i] = nn_graph_node_kind (self->graph, (NnNode) i) != NN_OP_INPUT;
      for (guint j = 0; j < n; j++)
        {
          NnNode x = nn_graph_node_input (self->graph, (NnNode) i, j);

          self->constant[i] &= self->constant[x];
          if (self->live[i])
            {
              self->n_users[x]++;
              self->user[x] = (NnNode) i;
            }
        }
    }
}

/**
 * nn_int8_plan:
 *
 * Fills the values and steps of @self, without weights and places.
 */
void
nn_int8_plan (NnInt8 *self)
{
  Plan plan = { .int8 = self, .graph = self->graph };

  self->steps = g_ptr_array_new_with_free_func (free_step);
  look_around (&plan);
  for (guint i = 0; i < self->n_nodes; i++)
    {
      NnNode node = (NnNode) i;
      NnInt8Value *value = &self->values[i];
      NnShape shape = nn_graph_node_shape (self->graph, node);

      nn_shape_count (&shape, &value->count);
      value->home = node;
      if (nn_graph_node_kind (self->graph, node) == NN_OP_INPUT)
        value->wants_floats = TRUE;
      else if (plan.live[i] && !value->absorbed && !plan.constant[i] && !plan_integer (&plan, node))
        leave_to_floats (&plan, node);
    }

  for (guint i = 0; i < nn_graph_n_outputs (self->graph); i++)
    {
      NnNode node = nn_graph_output (self->graph, i);

      if (plan.constant[node])
        leave_to_floats (&plan, node);
      need_floats (&plan, node);
    }
  close_floats (&plan);

  g_free (plan.live);
  g_free (plan.constant);
  g_free (plan.n_users);
  g_free (plan.user);
}
