/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Occlusion: how much the class's probability falls when a grey patch hides a place (M. Zeiler, R.
 * Fergus, arXiv 1311.2901). */
#include "nn-explain-private.h"

#include "nn-loss.h"

#include <string.h>

enum { OCCLUSION_BATCH = 16 };

/* Where the patches lie: a grid of half a patch whose last row and column reach the edge. */
typedef struct
{
  guint side, step;
  guint columns, rows;
} Patches;

static guint
n_places (guint extent,
          guint side,
          guint step)
{
  return extent > side ? (extent - side + step - 1) / step + 1 : 1;
}

static Patches
plan_patches (NnExplainJob *self)
{
  guint height = self->shape.dims[2], width = self->shape.dims[3];
  guint side = self->spec->patch > 0 ? self->spec->patch : MAX (MIN (height, width) / 8, 3);
  Patches patches = { .side = MIN (side, MAX (height, width)) };

  patches.step = MAX (patches.side / 2, 1);
  patches.columns = n_places (width, patches.side, patches.step);
  patches.rows = n_places (height, patches.side, patches.step);

  return patches;
}

/* Rows or columns that a patch covers: [*from, *to). */
static void
extent_of (const Patches *patches,
           guint          place,
           guint          extent,
           guint         *from,
           guint         *to)
{
  *from = MIN (place * patches->step, extent > patches->side ? extent - patches->side : 0);
  *to = MIN (*from + patches->side, extent);
}

/* Writes the picture with patch number @i greyed into @x: each channel's own mean over the picture,
 * which says nothing about where anything is. */
static void
occlude (NnExplainJob  *self,
         const Patches *patches,
         guint          i,
         const double  *grey,
         nn_real       *x)
{
  guint height = self->shape.dims[2], width = self->shape.dims[3];
  guint top, bottom, left, right;

  memcpy (x, self->input, self->item * sizeof *x);
  extent_of (patches, i / patches->columns, height, &top, &bottom);
  extent_of (patches, i % patches->columns, width, &left, &right);
  for (guint c = 0; c < self->shape.dims[1]; c++)
    for (guint v = top; v < bottom; v++)
      for (guint u = left; u < right; u++)
        x[c * self->plane + (gsize) v * width + u] = (nn_real) grey[c];
}

/* The target's probability for each of the @n items of the last forward pass. */
static void
probabilities_of (NnExplainJob *self,
                  NnExec       *exec,
                  guint         n,
                  double       *probabilities)
{
  g_autofree nn_real *shares = g_new (nn_real, (gsize) n * self->n_outputs);

  if (self->ends_in_p)
    memcpy (shares, nn_exec_output (exec, 0), (gsize) n * self->n_outputs * sizeof *shares);
  else
    nn_softmax_rows (n, self->n_outputs, nn_exec_output (exec, 0), shares);

  for (guint i = 0; i < n; i++)
    probabilities[i] = (double) shares[(gsize) i * self->n_outputs + (guint) self->result->target];
}

/* Adds the drop of patch @i to every pixel under it. */
static void
spread (NnExplainJob  *self,
        const Patches *patches,
        guint          i,
        double         drop,
        double        *sum,
        guint         *n_over)
{
  guint top, bottom, left, right;

  extent_of (patches, i / patches->columns, self->shape.dims[2], &top, &bottom);
  extent_of (patches, i % patches->columns, self->shape.dims[3], &left, &right);
  for (guint v = top; v < bottom; v++)
    for (guint u = left; u < right; u++)
      {
        sum[(gsize) v * self->shape.dims[3] + u] += drop;
        n_over[(gsize) v * self->shape.dims[3] + u]++;
      }
}

/* Each pixel gets the mean drop of the patches that were over it. */
static void
fill_map (NnExplainJob *self,
          const double *sum,
          const guint  *n_over)
{
  for (gsize i = 0; i < self->plane; i++)
    self->result->map[i] = n_over[i] > 0 ? (float) (sum[i] / n_over[i]) : 0;
}

gboolean
nn_explain_by_occlusion (NnExplainJob  *self,
                         GError       **error)
{
  guint batch = MIN (OCCLUSION_BATCH, nn_graph_max_batch (self->graph));
  g_autoptr (NnExec) exec = nn_exec_new (self->graph, self->workers, batch, NN_EXEC_INFER, error);
  g_autofree double *sum = g_new0 (double, self->plane);
  g_autofree guint *n_over = g_new0 (guint, self->plane);
  g_autofree double *grey = nn_explain_means (self);
  Patches patches = plan_patches (self);
  guint n_patches = patches.columns * patches.rows;
  double whole, drops[OCCLUSION_BATCH];

  if (exec == NULL)
    return FALSE;

  memcpy (nn_exec_input (exec, 0), self->input, self->item * sizeof (nn_real));
  nn_exec_forward (exec, self->params, 1, 0);
  nn_explain_choose (self, nn_exec_output (exec, 0));
  probabilities_of (self, exec, 1, &whole);
  self->result->value = whole;

  for (guint first = 0; first < n_patches; first += batch)
    {
      guint n = MIN (batch, n_patches - first);

      if (!nn_explain_goes_on (self, first, n_patches, error))
        return FALSE;
      for (guint i = 0; i < n; i++)
        occlude (self, &patches, first + i, grey, nn_exec_input (exec, 0) + i * self->item);
      nn_exec_forward (exec, self->params, n, 0);
      probabilities_of (self, exec, n, drops);
      for (guint i = 0; i < n; i++)
        spread (self, &patches, first + i, whole - drops[i], sum, n_over);
      fill_map (self, sum, n_over);
    }

  return TRUE;
}
