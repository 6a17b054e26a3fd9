/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A convolution as tiles of NN_INT8_POSITIONS positions by one block of filters, and single positions
 * at the end: included behind the set's own tile (). */
#pragma once

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
  for (unsigned block = first; block < end; block++)
    {
      unsigned i = from;

      for (; i + NN_INT8_POSITIONS <= to; i += NN_INT8_POSITIONS)
        tile (job, x, y, sums, i, block, NN_INT8_POSITIONS);
      for (; i < to; i++)
        tile (job, x, y, sums, i, block, 1);
    }
}
