/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss functions and their gradients with respect to the network's output. */
#include "nn-loss.h"

#include "nn-loss-private.h"

#include <math.h>

static const char *const names[] = { "cross-entropy", "mse", "mae", "huber" };

G_STATIC_ASSERT (G_N_ELEMENTS (names) == NN_N_LOSSES);

static guint
arg_max (guint          n,
         const nn_real *values)
{
  guint best = 0;

  for (guint i = 1; i < n; i++)
    if (values[i] > values[best])
      best = i;

  return best;
}

/**
 * nn_softmax_rows:
 * @logits: [N, n_outputs]
 * @probabilities: [N, n_outputs], overwritten; may be @logits
 *
 * Each row's largest value is taken off first, so that no finite input overflows. Any thread.
 */
void
nn_softmax_rows (guint          batch,
                 guint          n_outputs,
                 const nn_real *logits,
                 nn_real       *probabilities)
{
  for (guint i = 0; i < batch; i++)
    {
      const nn_real *row = logits + (gsize) i * n_outputs;
      nn_real *out = probabilities + (gsize) i * n_outputs;
      nn_real largest = row[arg_max (n_outputs, row)];
      double sum = 0;

      for (guint k = 0; k < n_outputs; k++)
        {
          double e = exp ((double) (row[k] - largest));

          sum += e;
          out[k] = (nn_real) e;
        }
      for (guint k = 0; k < n_outputs; k++)
        out[k] = (nn_real) (out[k] / sum);
    }
}

/* −Σ t·log softmax (z) of one row and its gradient (Σ t)·p − t, with the target
 * t = (1 − ε)·w[y]·onehot + ε/K·w (PyTorch's way to join label smoothing and class weights). */
static double
cross_entropy_row (const NnLossSpec *spec,
                   guint             n,
                   const nn_real    *logits,
                   gint32            label,
                   nn_real          *gradient)
{
  const float *weights = spec->class_weights;
  double smooth = (double) spec->label_smoothing;
  nn_real largest = logits[arg_max (n, logits)];
  double sum = 0, log_sum, total = 0, loss = 0;

  for (guint k = 0; k < n; k++)
    sum += exp ((double) (logits[k] - largest));
  log_sum = log (sum);

  for (guint k = 0; k < n; k++)
    {
      double weight = weights != NULL ? (double) weights[k] : 1;
      double target = smooth / n * weight + ((gint32) k == label ? (1 - smooth) * weight : 0);
      double log_p = (double) (logits[k] - largest) - log_sum;

      /* Zero targets are left out: 0 · −∞ would be NaN. */
      loss -= target != 0 ? target * log_p : 0;
      total += target;
      if (gradient != NULL)
        gradient[k] = (nn_real) -target;
    }
  if (gradient != NULL)
    for (guint k = 0; k < n; k++)
      gradient[k] += (nn_real) (total * exp ((double) (logits[k] - largest) - log_sum));

  /* A NaN among the logits must reach the loss whatever its target. */
  return isfinite (sum) ? loss : NAN;
}

/* Loss of one difference, and its derivative. */
static double
distance (const NnLossSpec *spec,
          double            difference,
          double           *slope)
{
  double size = fabs (difference);
  double sign = difference > 0 ? 1 : difference < 0 ? -1 : 0;
  double delta = spec->huber_delta > 0 ? (double) spec->huber_delta : 1;

  switch (spec->kind)
    {
    case NN_LOSS_MAE:
      *slope = sign;
      return size;
    case NN_LOSS_HUBER:
      *slope = size <= delta ? difference : delta * sign;
      return size <= delta ? 0.5 * size * size : delta * (size - 0.5 * delta);
    default:
      *slope = 2 * difference;
      return size * size;
    }
}

/* Mean over one row's outputs of @outputs − the target. */
static double
distance_row (const NnLossSpec *spec,
              guint             n,
              const nn_real    *outputs,
              gint32            label,
              const float      *values,
              nn_real          *gradient)
{
  double loss = 0;

  for (guint k = 0; k < n; k++)
    {
      double target = values != NULL ? (double) values[k] : (gint32) k == label ? 1 : 0;
      double slope;

      loss += distance (spec, (double) outputs[k] - target, &slope);
      if (gradient != NULL)
        gradient[k] = (nn_real) (slope / n);
    }

  return loss / n;
}

/* From the gradient with respect to probabilities to the one with respect to logits. */
static void
through_softmax (guint          n,
                 const nn_real *probabilities,
                 nn_real       *gradient)
{
  double dot = 0;

  for (guint k = 0; k < n; k++)
    dot += (double) probabilities[k] * (double) gradient[k];
  for (guint k = 0; k < n; k++)
    gradient[k] = (nn_real) ((double) probabilities[k] * ((double) gradient[k] - dot));
}

static double
row_weight (const NnLossSpec *spec,
            const gint32     *labels,
            guint             i)
{
  return labels != NULL && spec->class_weights != NULL ? (double) spec->class_weights[labels[i]]
                                                       : 1;
}

static double
row_loss (const NnLossSpec *spec,
          const NnLossRows *rows,
          guint             i,
          nn_real          *scratch,
          nn_real          *gradient)
{
  guint n = rows->n_outputs;
  const nn_real *outputs = rows->outputs + (gsize) i * n;
  gint32 label = rows->labels != NULL ? rows->labels[i] : -1;
  double weight = row_weight (spec, rows->labels, i), loss;

  if (rows->values != NULL)
    return distance_row (spec, n, outputs, -1, rows->values + (gsize) i * n, gradient);
  if (spec->kind == NN_LOSS_CROSS_ENTROPY)
    return cross_entropy_row (spec, n, outputs, label, gradient);

  nn_softmax_rows (1, n, outputs, scratch);
  loss = weight * distance_row (spec, n, scratch, label, NULL, gradient);
  if (gradient != NULL)
    {
      for (guint k = 0; k < n; k++)
        gradient[k] *= (nn_real) weight;
      through_softmax (n, scratch, gradient);
    }

  return loss;
}

/**
 * nn_loss_sums:
 * @gradient: (nullable): [N, n_outputs], overwritten with the gradient of the *mean*
 * @scratch: [n_outputs] at least
 * @sums: (out): added to: what a mean over several batches is made of
 */
void
nn_loss_sums (const NnLossSpec *spec,
              const NnLossRows *rows,
              nn_real          *gradient,
              nn_real          *scratch,
              NnLossSums       *sums)
{
  gsize n = rows->n_outputs;
  double loss = 0, weight = 0;

  for (guint i = 0; i < rows->batch; i++)
    {
      loss += row_loss (spec, rows, i, scratch, gradient != NULL ? gradient + i * n : NULL);
      weight += row_weight (spec, rows->labels, i);
      if (rows->labels != NULL)
        sums->n_correct += arg_max (rows->n_outputs, rows->outputs + i * n) ==
                           (guint) rows->labels[i];
    }

  if (gradient != NULL)
    for (gsize i = 0; i < rows->batch * n; i++)
      gradient[i] = weight > 0 ? (nn_real) ((double) gradient[i] / weight) : 0;

  sums->loss += loss;
  sums->weight += weight;
  sums->n += rows->batch;
}

/**
 * nn_loss:
 *
 * With class weights the mean is weighted: Σ w·loss / Σ w over the batch, as in PyTorch; a batch
 * whose weights are all zero has loss 0 and no gradient. MSE, MAE and Huber are means over the
 * outputs too. Cross-entropy needs labels: with target values it is the mean squared error. A
 * non-finite output makes the result non-finite. Any thread.
 *
 * Returns: the mean loss over the batch.
 */
double
nn_loss (const NnLossSpec *spec,
         guint             batch,
         guint             n_outputs,
         const nn_real    *outputs,
         const gint32     *labels,
         const float      *values,
         nn_real          *gradient,
         nn_real          *scratch,
         guint            *n_correct)
{
  NnLossRows rows = { batch, n_outputs, outputs, labels, values };
  NnLossSums sums = { 0 };

  g_return_val_if_fail ((labels != NULL) != (values != NULL), NAN);

  nn_loss_sums (spec, &rows, gradient, scratch, &sums);
  if (n_correct != NULL)
    *n_correct = (guint) sums.n_correct;

  return nn_loss_mean (&sums);
}

double
nn_loss_mean (const NnLossSums *sums)
{
  return sums->weight > 0 ? sums->loss / sums->weight : sums->loss;
}

const char *
nn_loss_name (NnLossKind kind)
{
  g_return_val_if_fail ((guint) kind < NN_N_LOSSES, NULL);

  return names[kind];
}

gboolean
nn_loss_parse (const char *name,
               NnLossKind *kind)
{
  for (guint i = 0; i < NN_N_LOSSES; i++)
    if (g_strcmp0 (name, names[i]) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}
