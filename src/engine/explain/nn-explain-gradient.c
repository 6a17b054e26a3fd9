/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributions by the gradient of the class's output with respect to the picture: plain, averaged
 * over noise, added up on the way from a baseline, or with rectifiers that only let through what
 * speaks for the class. */
#include "nn-explain-private.h"

#include "cvr-rng.h"

#include <math.h>
#include <string.h>

enum
{
  SAMPLES = 25,
  STEPS = 64,
  MOST_STEPS = 576,         /* STEPS made three times as many, twice */
  MOST_AT_ONCE = 8,         /* copies of the picture a pass */
  BLUR_SHARE = 8,           /* the blurred baseline's deviation is this part of the longer side */
};

static const double noise_share = 0.15;
static const gsize most_memory = 256 << 20; /* bytes, for more than one copy a pass */

/* Where it comes from decides what copy @i looks like; @x is [C, H, W]. */
typedef void (*MakeCopy) (NnExplainJob *self, gconstpointer how, guint i, nn_real *x);
/* Makes the result of @sum over @n copies, [C, H, W]. */
typedef void (*UseSum) (NnExplainJob *self, gconstpointer how, const double *sum, guint n);

/* Adds the class's gradients of the copies from @first to @n to @sum; the result is always that of
 * the copies so far. @most: how many there may be in the end. */
static gboolean
add_gradients (NnExplainJob  *self,
               NnExec        *exec,
               guint          first,
               guint          n,
               guint          most,
               MakeCopy       make,
               UseSum         use,
               gconstpointer  how,
               double        *sum,
               GError       **error)
{
  guint at_once = nn_exec_max_batch (exec);

  for (; first < n; first += at_once)
    {
      guint now = MIN (at_once, n - first);
      const nn_real *gradient;

      if (!nn_explain_goes_on (self, first, most, error))
        return FALSE;
      for (guint i = 0; i < now; i++)
        make (self, how, first + i, nn_exec_input (exec, 0) + i * self->item);
      nn_exec_forward (exec, self->params, now, 0);
      nn_explain_run_back (self, exec, now);
      gradient = nn_exec_gradient (exec, nn_graph_input (self->graph, 0));
      for (gsize i = 0; i < now * self->item && gradient != NULL; i++)
        sum[i % self->item] += (double) gradient[i];
      use (self, how, sum, first + now);
    }

  return TRUE;
}

/* The largest |part| of each pixel's channels. */
static void
map_of_largest (NnExplainJob *self)
{
  NnExplanation *result = self->result;

  memset (result->map, 0, self->plane * sizeof *result->map);
  for (gsize i = 0; i < self->item; i++)
    result->map[i % self->plane] = MAX (result->map[i % self->plane], fabsf (result->parts[i]));
}

/* Saliency, guided backpropagation and deconvnet differ in how rectifiers pass the gradient back.
 */
static void
explain_by_one (NnExplainJob *self,
                NnExec       *exec)
{
  const nn_real *gradient = nn_exec_gradient (exec, nn_graph_input (self->graph, 0));

  for (gsize i = 0; i < self->item && gradient != NULL; i++)
    self->result->parts[i] = (float) gradient[i];
  map_of_largest (self);
}

static void
copy_with_noise (NnExplainJob  *self,
                 gconstpointer  how,
                 guint          i,
                 nn_real       *x)
{
  double deviation = *(const double *) how;
  CvrRng rng = cvr_rng_new (self->spec->seed, i);

  for (gsize j = 0; j < self->item; j++)
    x[j] = (nn_real) ((double) self->input[j] + deviation * cvr_rng_normal (&rng));
}

static void
use_mean (NnExplainJob  *self,
          gconstpointer  how,
          const double  *sum,
          guint          n)
{
  for (gsize i = 0; i < self->item; i++)
    self->result->parts[i] = (float) (sum[i] / n);
  map_of_largest (self);
}

static gboolean
smooth_grad (NnExplainJob  *self,
             NnExec        *exec,
             GError       **error)
{
  guint n = self->spec->samples > 0 ? self->spec->samples : SAMPLES;
  double low = (double) self->input[0], high = low, deviation;
  g_autofree double *sum = g_new0 (double, self->item);

  for (gsize i = 1; i < self->item; i++)
    {
      low = MIN (low, (double) self->input[i]);
      high = MAX (high, (double) self->input[i]);
    }
  deviation = (self->spec->noise > 0 ? self->spec->noise : noise_share) * (high - low);

  return add_gradients (self, exec, 0, n, n, copy_with_noise, use_mean, &deviation, sum, error);
}

/* One pass of a Gaussian along an axis of @n values @step apart, edges repeated. */
static void
blur_line (const nn_real *from,
           nn_real       *to,
           guint          n,
           gsize          step,
           const double  *weights,
           gint           radius)
{
  for (gint i = 0; i < (gint) n; i++)
    {
      double sum = 0;

      for (gint j = -radius; j <= radius; j++)
        sum += weights[ABS (j)] * (double) from[(gsize) CLAMP (i + j, 0, (gint) n - 1) * step];
      to[(gsize) i * step] = (nn_real) sum;
    }
}

static void
blurred_baseline (NnExplainJob *self,
                  nn_real      *x)
{
  guint height = self->shape.dims[2], width = self->shape.dims[3];
  double deviation = MAX (height, width) / (double) BLUR_SHARE, total = 0;
  gint radius = (gint) ceil (3 * deviation);
  g_autofree double *weights = g_new (double, (gsize) radius + 1);
  g_autofree nn_real *half = g_new (nn_real, self->item);

  for (gint j = 0; j <= radius; j++)
    {
      weights[j] = exp (-0.5 * (j / deviation) * (j / deviation));
      total += j == 0 ? weights[j] : 2 * weights[j];
    }
  for (gint j = 0; j <= radius; j++)
    weights[j] /= total;

  for (gsize row = 0; row < self->item / width; row++)
    blur_line (self->input + row * width, half + row * width, width, 1, weights, radius);
  for (guint c = 0; c < self->shape.dims[1]; c++)
    for (guint column = 0; column < width; column++)
      blur_line (half + c * self->plane + column, x + c * self->plane + column, height, width,
                 weights, radius);
}

/* (transfer full): [C, H, W] */
static nn_real *
make_baseline (NnExplainJob *self)
{
  nn_real *x = g_new0 (nn_real, self->item);
  g_autofree double *means = NULL;

  switch (self->spec->baseline)
    {
    case NN_BASELINE_MEAN:
      means = nn_explain_means (self);
      for (gsize i = 0; i < self->item; i++)
        x[i] = (nn_real) means[i / self->plane];
      break;
    case NN_BASELINE_BLURRED:
      blurred_baseline (self, x);
      break;
    case NN_BASELINE_BLACK:
    default:
      for (gsize i = 0; i < self->item && self->spec->black != NULL; i++)
        x[i] = self->spec->black[i / self->plane];
      break;
    }

  return x;
}

/**
 * Way:
 * @n: points on it, each in the middle of one of @n equal stretches
 * @n_met: of these, those that a third as many stretches had: every stretch's middle is also that
 *   of the middle one of its thirds. 0: none
 * @stride: over the stretches, those of @n_met if there were any
 */
typedef struct
{
  const nn_real *baseline;
  guint          n, n_met, stride;
} Way;

/* From stretch to stretch about the golden section of the way on: each is met once, and those met
 * so far are always spread over all of it. */
static guint
stride_over (guint n)
{
  guint stride = MAX (n * 5 / 8, 1);

  for (;; stride++)
    {
      guint a = n, b = stride;

      while (b > 0)
        {
          guint rest = a % b;

          a = b;
          b = rest;
        }
      if (a == 1)
        return stride;
    }
}

static void
copy_on_the_way (NnExplainJob  *self,
                 gconstpointer  how,
                 guint          i,
                 nn_real       *x)
{
  const Way *way = how;
  guint place = i - way->n_met, n_stretches = way->n_met > 0 ? way->n_met : way->n;
  guint64 stretch = (guint64) (place % n_stretches) * way->stride % n_stretches;
  double third = way->n_met == 0 ? 0.5 : place < n_stretches ? 1. / 6 : 5. / 6;
  double share = ((double) stretch + third) / n_stretches;

  for (gsize j = 0; j < self->item; j++)
    {
      double from = (double) way->baseline[j];

      x[j] = (nn_real) (from + share * ((double) self->input[j] - from));
    }
}

static void
use_way (NnExplainJob  *self,
         gconstpointer  how,
         const double  *sum,
         guint          n)
{
  const Way *way = how;
  NnExplanation *result = self->result;
  g_autofree double *map = g_new0 (double, self->plane);

  result->sum = 0;
  for (gsize i = 0; i < self->item; i++)
    {
      double part = ((double) self->input[i] - (double) way->baseline[i]) * sum[i] / n;

      result->parts[i] = (float) part;
      result->sum += part;
      map[i % self->plane] += part;
    }
  for (gsize i = 0; i < self->plane; i++)
    result->map[i] = (float) map[i];
}

/* Three times as many points until they suffice, where no number was asked for. */
static gboolean
integrated (NnExplainJob  *self,
            NnExec        *exec,
            GError       **error)
{
  guint n = self->spec->steps > 0 ? self->spec->steps : STEPS;
  guint most = self->spec->steps > 0 ? n : MOST_STEPS;
  g_autofree nn_real *baseline = make_baseline (self);
  g_autofree double *sum = g_new0 (double, self->item);
  Way way = { baseline, n, 0, stride_over (n) };

  memcpy (nn_exec_input (exec, 0), baseline, self->item * sizeof *baseline);
  nn_exec_forward (exec, self->params, 1, 0);
  self->result->baseline_value =
    (double) nn_exec_values (exec, self->logits)[self->result->target];

  while (add_gradients (self, exec, way.n_met, way.n, most, copy_on_the_way, use_way, &way, sum,
                        error))
    {
      self->result->n_steps = way.n;
      if (way.n == most || nn_explanation_adds_up (self->result))
        return TRUE;
      way = (Way) { baseline, way.n * 3, way.n, stride_over (way.n) };
    }

  return FALSE;
}

static guint
count_rectifiers (NnExplainJob *self)
{
  g_autofree gboolean *above = g_new0 (gboolean, nn_graph_n_nodes (self->graph));
  guint n = 0;

  above[self->logits] = TRUE;
  for (NnNode i = self->logits; i >= 0; i--)
    if (above[i])
      {
        n += nn_graph_node_rectifies (self->graph, i);
        for (guint j = 0; j < nn_graph_node_n_inputs (self->graph, i); j++)
          above[nn_graph_node_input (self->graph, i, j)] = TRUE;
      }

  return n;
}

gboolean
nn_explain_by_gradient (NnExplainJob  *self,
                        GError       **error)
{
  NnExplainKind kind = self->spec->kind;
  gboolean changes = kind == NN_EXPLAIN_GUIDED || kind == NN_EXPLAIN_DECONVNET;
  gboolean many = kind == NN_EXPLAIN_SMOOTH_GRAD || kind == NN_EXPLAIN_INTEGRATED;
  g_autoptr (NnExec) exec =
    nn_exec_new (self->graph, self->workers,
                 many ? nn_exec_fitting_batch (self->graph, MOST_AT_ONCE, NN_EXEC_KEEP_ALL,
                                               most_memory)
                      : 1,
                 NN_EXEC_KEEP_ALL, error);

  if (exec == NULL)
    return FALSE;

  self->result->parts = g_new0 (float, self->item);
  if (changes)
    {
      nn_exec_set_rectifiers (exec, kind == NN_EXPLAIN_GUIDED ? NN_RECTIFIERS_GUIDED
                                                              : NN_RECTIFIERS_DECONVNET);
      self->result->n_rectifiers = count_rectifiers (self);
    }
  nn_explain_run_input (self, exec);
  if (kind == NN_EXPLAIN_SMOOTH_GRAD)
    return smooth_grad (self, exec, error);
  if (kind == NN_EXPLAIN_INTEGRATED)
    return integrated (self, exec, error);

  explain_by_one (self, exec);

  return TRUE;
}
