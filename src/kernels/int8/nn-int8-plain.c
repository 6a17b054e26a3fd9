/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The definition: what every other table must give, byte for byte. */
#define NN_INT8_PLAIN
#include "nn-int8-loops.h"

/* One position and block: 16 sums. */
static void
multiply (const NnInt8Conv *job,
          const uint8_t    *x,
          unsigned          block,
          int32_t           sums[NN_INT8_BLOCK])
{
  size_t count = (size_t) job->n_segments * job->length * NN_INT8_BLOCK;
  const int8_t *weights = job->weights + block * count;

  memset (sums, 0, NN_INT8_BLOCK * sizeof *sums);
  for (unsigned s = 0; s < job->n_segments; s++)
    {
      const uint8_t *from = x + job->segments[s];

      for (unsigned i = 0; i < job->length; i += NN_INT8_GROUP)
        for (unsigned k = 0; k < NN_INT8_BLOCK; k++, weights += NN_INT8_GROUP)
          sums[k] += from[i] * weights[0] + from[i + 1] * weights[1] + from[i + 2] * weights[2] +
                     from[i + 3] * weights[3];
    }
}

static void
conv (const NnInt8Conv *job,
      const uint8_t    *x,
      uint8_t          *y,
      int32_t          *sums,
      unsigned          from,
      unsigned          to,
      unsigned          first,
      unsigned          end)
{
  for (unsigned i = from; i < to; i++)
    for (unsigned block = first; block < end; block++)
      {
        unsigned k = block * NN_INT8_BLOCK;
        unsigned n = block + 1 == job->n_blocks ? job->last : NN_INT8_BLOCK;
        int32_t found[NN_INT8_BLOCK];

        multiply (job, NN_INT8_START (job, x, i), block, found);
        if (sums != NULL)
          memcpy (sums + (size_t) i * job->n_blocks * NN_INT8_BLOCK + k, found, sizeof found);
        else
          for (unsigned j = 0; job->places[i] >= 0 && j < n; j++)
            y[job->places[i] + (ptrdiff_t) (k + j)] =
              level_of ((float) (found[j] + job->bias[k + j]) * job->scale[k + j], job->grid.low,
                        job->grid.high, job->grid.zero);
      }
}

const NnInt8Kernels nn_int8_plain = {
  .align = NN_INT8_GROUP,
  .conv = conv,
  .depthwise = depthwise,
  .quantize = quantize,
  .dequantize = dequantize,
  .max = max_row,
  .average = average_row,
  .add = add_rows,
  .look_up = look_up,
  .affine = affine,
};
