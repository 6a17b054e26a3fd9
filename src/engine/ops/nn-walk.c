/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walking several tensors together, axis by axis, each at its own steps. */
#include "nn-walk.h"

void
nn_walk_add (NnWalk       *self,
             gsize         extent,
             const gssize  step[NN_WALK_TENSORS])
{
  gboolean merges = self->n_axes > 0;

  if (extent == 1)
    return;

  for (guint i = 0; i < NN_WALK_TENSORS && merges; i++)
    merges = self->step[self->n_axes - 1][i] == step[i] * (gssize) extent;
  if (merges)
    self->extent[self->n_axes - 1] *= extent;
  else
    self->extent[self->n_axes++] = extent;
  for (guint i = 0; i < NN_WALK_TENSORS; i++)
    self->step[self->n_axes - 1][i] = step[i];
}

gsize
nn_walk_rows (const NnWalk *self)
{
  gsize rows = 1;

  for (guint i = 0; i + 1 < self->n_axes; i++)
    rows *= self->extent[i];

  return rows;
}

gsize
nn_walk_inner (const NnWalk *self)
{
  return self->n_axes > 0 ? self->extent[self->n_axes - 1] : 1;
}

gsize
nn_walk_count (const NnWalk *self)
{
  return nn_walk_rows (self) * nn_walk_inner (self);
}

void
nn_walk_places (const NnWalk *self,
                gsize         row,
                gssize        places[NN_WALK_TENSORS])
{
  for (guint i = self->n_axes > 0 ? self->n_axes - 1 : 0; i-- > 0; row /= self->extent[i])
    for (guint j = 0; j < NN_WALK_TENSORS; j++)
      places[j] += (gssize) (row % self->extent[i]) * self->step[i][j];
}

NnAxes
nn_axes_of (const NnShape *shape,
            guint          batch,
            gboolean       shared,
            gboolean       last)
{
  static const guint maps_last[] = { 1, 3, 2, 0 }; /* from the innermost: C, W, H, rows */
  NnAxes axes = { shape->rank + 1 };
  gssize step = 1;

  for (guint i = 0; i < shape->rank; i++)
    {
      guint axis = last && shape->rank == 4 ? maps_last[i] : shape->rank - 1 - i;

      axes.extent[axis + 1] = shape->dims[axis];
      axes.step[axis + 1] = step;
      step *= shape->dims[axis];
    }
  axes.extent[0] = batch;
  axes.step[0] = shared ? 0 : step;

  return axes;
}

NnAxes
nn_axes_broadcast (const NnAxes  *self,
                   const NnShape *out)
{
  guint missing = out->rank + 1 - self->n;
  NnAxes axes = { out->rank + 1, { self->extent[0] }, { self->step[0] } };

  for (guint i = 0; i < out->rank; i++)
    {
      gboolean there = i >= missing && self->extent[i - missing + 1] == out->dims[i];

      axes.extent[i + 1] = out->dims[i];
      axes.step[i + 1] = there ? self->step[i - missing + 1] : 0;
    }

  return axes;
}
