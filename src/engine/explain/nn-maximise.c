/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a channel or class likes: gradient ascent on the picture, kept close to pictures by a
 * random shift a step, by pulling pixels towards grey and neighbours towards each other, and by
 * blurring now and then. */
#include "nn-maximise.h"

#include "cvr-rng.h"
#include "nn-explain.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

enum
{
  STEPS = 256,
  BLUR_EVERY = 4,
  TELL_EVERY = 8,
};

static const double default_rate = 0.02;
static const double noise_share = 0.05; /* of the range: the first picture's noise about grey */

typedef struct
{
  const NnMaximiseSpec *spec;
  NnGraph              *graph;
  NnParams             *params;
  NnExec               *exec;
  NnNode                node;     /* @spec's, or what goes into its softmax */
  guint                 n_steps;
  guint                 channels, height, width;
  gsize                 plane, item;
  nn_real              *picture, *shifted, *gradient; /* [item] */
  nn_real              *ask;      /* the node's gradient: 1 spread over the positions asked for */
  gsize                 n_ask;
} Ascent;

static void
ascent_clear (Ascent *self)
{
  g_clear_pointer (&self->exec, nn_exec_free);
  g_clear_pointer (&self->picture, g_free);
  g_clear_pointer (&self->shifted, g_free);
  g_clear_pointer (&self->gradient, g_free);
  g_clear_pointer (&self->ask, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ascent, ascent_clear)

/**
 * nn_maximise_default:
 *
 * Returns: without @low and @high.
 */
NnMaximiseSpec
nn_maximise_default (NnGraph *graph,
                     NnNode   node,
                     guint    channel)
{
  NnShape input = nn_graph_node_shape (graph, nn_graph_input (graph, 0));
  guint side = input.rank == 4 ? MIN (input.dims[2], input.dims[3]) : 1;

  return (NnMaximiseSpec) {
    .node = node,
    .channel = channel,
    .y = -1,
    .x = -1,
    .steps = STEPS,
    .rate = default_rate,
    .decay = 0.005,
    .variation = 0.5,
    .blur = side >= 24 ? 0.5 : 0,
    .jitter = side / 16,
  };
}

static gboolean
check (Ascent   *self,
       GError  **error)
{
  NnShape input = nn_graph_node_shape (self->graph, nn_graph_input (self->graph, 0));
  const NnMaximiseSpec *spec = self->spec;
  NnShape shape;

  g_return_val_if_fail (spec->node >= 0 && (guint) spec->node < nn_graph_n_nodes (self->graph),
                        FALSE);
  g_return_val_if_fail (spec->low != NULL && spec->high != NULL, FALSE);

  self->node = spec->node == nn_graph_output (self->graph, 0) ? nn_explain_logits (self->graph)
                                                              : spec->node;
  shape = nn_graph_node_shape (self->graph, self->node);
  if (nn_graph_n_inputs (self->graph) != 1 || input.rank != 4 || input.dims[0] != 1)
    g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                 _("A picture can only be made for a network that takes one picture; this one has "
                   "%u inputs, the first of rank %u."),
                 nn_graph_n_inputs (self->graph), input.rank);
  else if (shape.rank < 2 || spec->channel >= shape.dims[1])
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("“%s” has no channel %u: it has %u."),
                 nn_graph_node_name (self->graph, self->node), spec->channel + 1,
                 shape.rank < 2 ? 0 : shape.dims[1]);
  else if (shape.rank == 4 && (spec->y >= (gint) shape.dims[2] || spec->x >= (gint) shape.dims[3]))
    g_set_error (error, NN_ERROR, NN_ERROR_SPEC,
                 _("“%s” has no position %d, %d: its maps have %u rows and %u columns."),
                 nn_graph_node_name (self->graph, self->node), spec->y, spec->x, shape.dims[2],
                 shape.dims[3]);
  else
    return TRUE;

  return FALSE;
}

/* Ones where the value is asked for, divided by how many there are. */
static void
ask_for (Ascent *self)
{
  NnShape shape = nn_graph_node_shape (self->graph, self->node);
  gsize plane, count = 0;

  nn_shape_count (&shape, &count);
  plane = count / shape.dims[0] / shape.dims[1];
  self->n_ask = count;
  self->ask = g_new0 (nn_real, count);
  if (shape.rank == 4 && self->spec->y >= 0 && self->spec->x >= 0)
    self->ask[self->spec->channel * plane + (guint) self->spec->y * (gsize) shape.dims[3] +
              (guint) self->spec->x] = 1;
  else
    for (gsize i = 0; i < plane; i++)
      self->ask[self->spec->channel * plane + i] = 1 / (nn_real) plane;
}

static gboolean
ascent_init (Ascent     *self,
             NnWorkers  *workers,
             GError    **error)
{
  NnShape input = nn_graph_node_shape (self->graph, nn_graph_input (self->graph, 0));
  CvrRng rng = cvr_rng_new (self->spec->seed, 0);

  self->exec = nn_exec_new (self->graph, workers, 1, NN_EXEC_KEEP_ALL, error);
  if (self->exec == NULL)
    return FALSE;

  self->channels = input.dims[1];
  self->height = input.dims[2];
  self->width = input.dims[3];
  self->plane = (gsize) self->height * self->width;
  self->item = self->plane * self->channels;
  self->n_steps = self->spec->steps > 0 ? self->spec->steps : STEPS;
  self->picture = g_new (nn_real, self->item);
  self->shifted = g_new (nn_real, self->item);
  self->gradient = g_new (nn_real, self->item);
  ask_for (self);

  for (gsize i = 0; i < self->item; i++)
    {
      double low = (double) self->spec->low[i / self->plane];
      double high = (double) self->spec->high[i / self->plane];

      self->picture[i] = (nn_real) ((low + high) / 2 +
                                    noise_share * (high - low) * cvr_rng_normal (&rng));
    }

  return TRUE;
}

/* Rows and columns moved around the edge by (@down, @right). */
static void
shift (Ascent        *self,
       const nn_real *from,
       gint           down,
       gint           right,
       nn_real       *to)
{
  for (guint c = 0; c < self->channels; c++)
    for (guint y = 0; y < self->height; y++)
      for (guint x = 0; x < self->width; x++)
        {
          guint v = (guint) (((gint64) y + down + self->height) % self->height);
          guint u = (guint) (((gint64) x + right + self->width) % self->width);

          to[c * self->plane + (gsize) v * self->width + u] =
            from[c * self->plane + (gsize) y * self->width + x];
        }
}

/* What is asked for of @picture, [item]. */
static double
value_of (Ascent        *self,
          const nn_real *picture)
{
  const nn_real *values;
  double sum = 0;

  memcpy (nn_exec_input (self->exec, 0), picture, self->item * sizeof *picture);
  nn_exec_forward (self->exec, self->params, 1, 0);
  values = nn_exec_values (self->exec, self->node);
  for (gsize i = 0; i < self->n_ask && values != NULL; i++)
    sum += (double) self->ask[i] * (double) values[i];

  return sum;
}

/* Of the channel's positions, at the picture that was asked about last. */
static double
largest (Ascent *self)
{
  const nn_real *values = nn_exec_values (self->exec, self->node);
  NnShape shape = nn_graph_node_shape (self->graph, self->node);
  gsize plane = self->n_ask / shape.dims[0] / shape.dims[1];
  double most = -G_MAXDOUBLE;

  for (gsize i = 0; i < plane && values != NULL; i++)
    most = fmax (most, (double) values[self->spec->channel * plane + i]);

  return most;
}

/* The value's gradient with respect to the shifted picture, back in its place; its root mean
 * square. */
static double
run_back (Ascent       *self,
          NnRectifiers  rule,
          gint          down,
          gint          right)
{
  const nn_real *gradient;
  double squares = 0;

  nn_exec_set_rectifiers (self->exec, rule);
  nn_exec_backward (self->exec, self->params, self->node, self->ask, TRUE);
  gradient = nn_exec_gradient (self->exec, nn_graph_input (self->graph, 0));
  if (gradient == NULL)
    {
      memset (self->gradient, 0, self->item * sizeof *self->gradient);
      return 0;
    }

  shift (self, gradient, -down, -right, self->gradient);
  for (gsize i = 0; i < self->item; i++)
    squares += (double) self->gradient[i] * (double) self->gradient[i];

  return sqrt (squares / (double) self->item);
}

/* The gradient with a root mean square of 1, so that a step is as long in every layer. Behind a
 * rectifier that is shut nothing moves: then what would open it is the direction. */
static void
find_direction (Ascent *self,
                gint    down,
                gint    right)
{
  double size;

  shift (self, self->picture, down, right, self->shifted);
  value_of (self, self->shifted);
  size = run_back (self, NN_RECTIFIERS_PLAIN, down, right);
  if (size == 0)
    size = run_back (self, NN_RECTIFIERS_DECONVNET, down, right);
  for (gsize i = 0; i < self->item && size > 0; i++)
    self->gradient[i] = (nn_real) ((double) self->gradient[i] / size);
}

/* A neighbour's pull: the sign of the difference, softly where it is small beside the range. */
static double
pull (const nn_real *picture,
      gsize          i,
      gsize          neighbour,
      double         range)
{
  double difference = ((double) picture[neighbour] - (double) picture[i]) / range;

  return difference / sqrt (difference * difference + 1e-4);
}

/* Minus the gradient of the total variation at pixel @i. */
static double
towards_neighbours (Ascent *self,
                    gsize   i,
                    double  range)
{
  gsize row = i / self->width % self->height, column = i % self->width;
  double sum = 0;

  if (column > 0)
    sum += pull (self->picture, i, i - 1, range);
  if (column + 1 < self->width)
    sum += pull (self->picture, i, i + 1, range);
  if (row > 0)
    sum += pull (self->picture, i, i - self->width, range);
  if (row + 1 < self->height)
    sum += pull (self->picture, i, i + self->width, range);

  return sum / 4;
}

static void
ascend (Ascent *self)
{
  const NnMaximiseSpec *spec = self->spec;
  double rate = spec->rate > 0 ? spec->rate : default_rate;

  for (gsize i = 0; i < self->item; i++)
    {
      double low = (double) spec->low[i / self->plane], high = (double) spec->high[i / self->plane];
      double x = (double) self->picture[i], range = high - low;

      x += rate * range *
           ((double) self->gradient[i] + spec->variation * towards_neighbours (self, i, range));
      x += spec->decay * ((low + high) / 2 - (double) self->picture[i]);
      self->shifted[i] = (nn_real) CLAMP (x, low, high);
    }
  memcpy (self->picture, self->shifted, self->item * sizeof *self->picture);
}

/* One axis of a Gaussian of three values, edges repeated: @from and @to differ. */
static void
blur_axis (Ascent        *self,
           const nn_real *from,
           nn_real       *to,
           gboolean       down,
           double         side)
{
  for (gsize i = 0; i < self->item; i++)
    {
      gsize place = down ? i / self->width % self->height : i % self->width;
      gsize step = down ? self->width : 1, n = down ? self->height : self->width;
      double before = (double) from[place > 0 ? i - step : i];
      double after = (double) from[place + 1 < n ? i + step : i];

      to[i] = (nn_real) ((1 - 2 * side) * (double) from[i] + side * (before + after));
    }
}

static void
blur (Ascent *self)
{
  double edge = exp (-0.5 / (self->spec->blur * self->spec->blur)), side = edge / (1 + 2 * edge);

  blur_axis (self, self->picture, self->shifted, FALSE, side);
  blur_axis (self, self->shifted, self->picture, TRUE, side);
}

/* One step of the ascent; the value is left to the caller. */
static void
improve (Ascent *self,
         CvrRng *rng,
         guint   step)
{
  gint most = (gint) MIN (self->spec->jitter, MIN (self->height, self->width) - 1);
  gint down = (gint) cvr_rng_below (rng, 2 * (guint32) most + 1) - most;
  gint right = (gint) cvr_rng_below (rng, 2 * (guint32) most + 1) - most;

  find_direction (self, down, right);
  ascend (self);
  if (self->spec->blur > 0 && step % BLUR_EVERY == 0 && step < self->n_steps)
    blur (self);
}

/**
 * nn_maximise:
 * @params: of @graph, not changed
 *
 * See the header. A channel's own value decides which of the pictures that were told about is the
 * best; where even the noise was not beaten, it is returned.
 */
gboolean
nn_maximise (NnGraph               *graph,
             NnParams              *params,
             NnWorkers             *workers,
             const NnMaximiseSpec  *spec,
             nn_real               *picture,
             double                *before,
             double                *after,
             NnMaximiseFunc         func,
             gpointer               data,
             GError               **error)
{
  g_auto (Ascent) self = { .spec = spec, .graph = graph, .params = params };
  CvrRng rng = cvr_rng_new (spec->seed, 1);
  gboolean going = TRUE;
  double first, best;

  if (!check (&self, error) || !ascent_init (&self, workers, error))
    return FALSE;

  first = best = value_of (&self, self.picture);
  memcpy (picture, self.picture, self.item * sizeof *picture);
  if (func != NULL)
    going = func (&(NnMaximiseState) { 0, self.n_steps, first, largest (&self), self.picture },
                  data);
  for (guint step = 1; step <= self.n_steps && going; step++)
    {
      NnMaximiseState state = { .step = step, .n_steps = self.n_steps, .picture = self.picture };

      improve (&self, &rng, step);
      if (step % TELL_EVERY != 0 && step < self.n_steps)
        continue;
      state.value = value_of (&self, self.picture);
      state.largest = largest (&self);
      if (state.value >= best)
        {
          best = state.value;
          memcpy (picture, self.picture, self.item * sizeof *picture);
        }
      going = func == NULL || func (&state, data) || step == self.n_steps;
    }

  if (before != NULL)
    *before = first;
  if (after != NULL)
    *after = best;
  if (!going)
    g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, _("Stopped."));

  return going;
}
