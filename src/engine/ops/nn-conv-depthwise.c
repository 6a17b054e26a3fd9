/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Depthwise convolution: every channel with a filter of its own. */
#include "nn-conv.h"
#include "nn-depthwise.h"
#include "nn-reduce.h"

#include <string.h>

/* Items are planes of the whole batch. */
static void
forward_planes (const NnOpRun *run,
                gsize          from,
                gsize          to)
{
  NnConv conv = nn_conv_of (&run->node);

  for (gsize i = from; i < to; i++)
    {
      gsize c = i % conv.groups;
      nn_real bias = run->slot[NN_SLOT_BIAS] != NULL ? run->slot[NN_SLOT_BIAS][c] : 0;
      nn_real *y = run->y + i * conv.out_plane;

      nn_depthwise_forward (&conv.window, run->x[0] + i * conv.in_plane,
                            run->slot[NN_SLOT_WEIGHT] + c * conv.depth, bias, y);
      nn_conv_finish (run, c, conv.out_plane, y);
    }
}

void
nn_conv_depthwise_forward (const NnOpRun *run)
{
  NnConv conv = nn_conv_of (&run->node);

  nn_op_run_ranges (run, run->batch * conv.groups, conv.out_plane * conv.depth, forward_planes);
}

/* Items are channels, so that no two pieces add to the same filter. */
static void
backward_channels (const NnOpRun *run,
                   gsize          from,
                   gsize          to)
{
  NnConv conv = nn_conv_of (&run->node);

  for (gsize c = from; c < to; c++)
    {
      const nn_real *filter = run->slot[NN_SLOT_WEIGHT] + c * conv.depth;
      nn_real *d_filter = run->dslot[NN_SLOT_WEIGHT] != NULL
                            ? run->dslot[NN_SLOT_WEIGHT] + c * conv.depth
                            : NULL;
      nn_real d_bias = 0;

      if (d_filter != NULL)
        memset (d_filter, 0, conv.depth * sizeof *d_filter);

      for (gsize n = 0; n < run->batch; n++)
        {
          gsize i = n * conv.groups + c;
          const nn_real *dy = run->dy + i * conv.out_plane;

          if (d_filter != NULL)
            nn_depthwise_to_filter (&conv.window, run->x[0] + i * conv.in_plane, dy, d_filter);
          if (run->dslot[NN_SLOT_BIAS] != NULL)
            d_bias += nn_sum (conv.out_plane, dy);
          if (run->dx[0] != NULL)
            {
              nn_real *dx = run->dx[0] + i * conv.in_plane;

              if (!run->add[0])
                memset (dx, 0, conv.in_plane * sizeof *dx);
              nn_depthwise_to_input (&conv.window, dy, filter, dx);
            }
        }

      if (run->dslot[NN_SLOT_BIAS] != NULL)
        run->dslot[NN_SLOT_BIAS][c] = d_bias;
    }
}

void
nn_conv_depthwise_backward (const NnOpRun *run)
{
  NnConv conv = nn_conv_of (&run->node);

  nn_op_run_ranges (run, conv.groups, 2 * run->batch * conv.out_plane * conv.depth,
                    backward_channels);
}
