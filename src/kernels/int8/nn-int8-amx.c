/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Byte kernels with AMX: 16 positions are the rows of a tile, which lie in the maps at the distance
 * of a position, so nothing is copied before a product. */
#include "nn-int8-taps.h"

enum
{
  ROWS = 16,
  RUN = 64,              /* bytes of a row of a tile */
  TILE = ROWS * RUN,     /* bytes of a tile */
};

/* The layout that the processor reads (Intel, Software Developer's Manual, LDTILECFG). */
typedef struct
{
  uint8_t  palette, start;
  uint8_t  reserved[14];
  uint16_t run[16];
  uint8_t  rows[16];
} TileConfig;

static const TileConfig config = {
  .palette = 1,
  .run = { RUN, RUN, RUN, RUN, RUN, RUN, RUN, RUN },
  .rows = { ROWS, ROWS, ROWS, ROWS, ROWS, ROWS, ROWS, ROWS },
};

/* Sums of 64 positions and one block to @sums, [position][16]. A product takes 52 cycles and starts
 * every 16: four that don't wait for each other keep the unit busy. Tiles 0 … 3 are sums, 6
 * weights, the others bytes. */
NN_INLINE void
multiply_long (const NnInt8Conv *job,
               const uint8_t    *x,
               unsigned          position,
               unsigned          block,
               int32_t          *sums)
{
  const int32_t *starts = job->starts + position / ROWS;
  const int8_t *weights =
    job->weights + (size_t) block * job->n_segments * job->length * NN_INT8_BLOCK;
  size_t step = (size_t) job->step;

  _tile_zero (0);
  _tile_zero (1);
  _tile_zero (2);
  _tile_zero (3);
  for (unsigned s = 0; s < job->n_segments; s++)
    {
      const uint8_t *from = x + job->segments[s];

      for (unsigned i = 0; i < job->length; i += RUN, from += RUN, weights += TILE)
        {
          _tile_loadd (6, weights, RUN);
          _tile_loadd (4, from + starts[0], step);
          _tile_dpbusd (0, 4, 6);
          _tile_loadd (5, from + starts[1], step);
          _tile_dpbusd (1, 5, 6);
          _tile_loadd (7, from + starts[2], step);
          _tile_dpbusd (2, 7, 6);
          _tile_loadd (4, from + starts[3], step);
          _tile_dpbusd (3, 4, 6);
        }
    }

  _tile_stored (0, sums, RUN);
  _tile_stored (1, sums + ROWS * ROWS, RUN);
  _tile_stored (2, sums + 2 * ROWS * ROWS, RUN);
  _tile_stored (3, sums + 3 * ROWS * ROWS, RUN);
}

/* Sums of @np × 16 positions and @nb blocks to @sums, [position][nb × 16]. Tiles 0 … 3 are sums,
 * 4 and 5 bytes, 6 and 7 weights. */
NN_INLINE void
multiply (const NnInt8Conv *job,
          const uint8_t    *x,
          unsigned          position,
          unsigned          block,
          const int         nb,
          const int         np,
          int32_t          *sums)
{
  const int32_t *starts = job->starts + position / ROWS;
  const uint8_t *x0 = x + starts[0];
  const uint8_t *x1 = np > 1 ? x + starts[1] : x0;
  size_t count = (size_t) job->n_segments * job->length * NN_INT8_BLOCK;
  const int8_t *weights = job->weights + block * count;
  const size_t pitch = (size_t) nb * RUN;
  size_t step = (size_t) job->step;

  _tile_zero (0);
  _tile_zero (1);
  _tile_zero (2);
  _tile_zero (3);
  for (unsigned s = 0; s < job->n_segments; s++)
    {
      ptrdiff_t at = job->segments[s];

      for (unsigned i = 0; i < job->length; i += RUN, at += RUN, weights += TILE)
        {
          _tile_loadd (6, weights, RUN);
          _tile_loadd (4, x0 + at, step);
          _tile_dpbusd (0, 4, 6);
          if (nb > 1)
            {
              _tile_loadd (7, weights + count, RUN);
              _tile_dpbusd (1, 4, 7);
            }
          if (np > 1)
            {
              _tile_loadd (5, x1 + at, step);
              _tile_dpbusd (2, 5, 6);
            }
          if (nb > 1 && np > 1)
            _tile_dpbusd (3, 5, 7);
        }
    }

  _tile_stored (0, sums, pitch);
  if (nb > 1)
    _tile_stored (1, sums + ROWS, pitch);
  if (np > 1)
    _tile_stored (2, sums + ROWS * ROWS * nb, pitch);
  if (nb > 1 && np > 1)
    _tile_stored (3, sums + ROWS * ROWS * nb + ROWS, pitch);
}

NN_INLINE void
finish_tiles (const Finish     *finish,
              const NnInt8Conv *job,
              uint8_t          *y,
              unsigned          position,
              unsigned          block,
              const int         nb,
              const int         np,
              const int32_t    *sums)
{
  const int32_t *places = job->places + position;
  __mmask64 mask = mask_of (job, block, nb);
  __m512i bias[2];
  __m512 scale[2];

  y += block * NN_INT8_BLOCK;
  for (int b = 0; b < nb; b++)
    {
      bias[b] = _mm512_loadu_si512 (job->bias + (block + (unsigned) b) * NN_INT8_BLOCK);
      scale[b] = _mm512_loadu_ps (job->scale + (block + (unsigned) b) * NN_INT8_BLOCK);
    }

  for (int i = 0; i < np * nb * ROWS; i += 4, places += 4 / nb)
    {
      __m512i v[4];

#pragma GCC unroll 4
      for (int j = 0; j < 4; j++)
        v[j] = rounded (finish,
                        _mm512_add_epi32 (_mm512_load_si512 (sums + (i + j) * ROWS), bias[j % nb]),
                        scale[j % nb]);
      put (packed (finish, v[0], v[1], v[2], v[3]), y, places, nb, 4 / nb, mask);
    }
}

NN_INLINE void
keep_tiles (const NnInt8Conv *job,
            int32_t          *to,
            unsigned          position,
            unsigned          block,
            const int         nb,
            const int         np,
            const int32_t    *sums)
{
  for (int i = 0; i < np * ROWS; i++)
    memcpy (to + ((size_t) (position + (unsigned) i) * job->n_blocks + block) * NN_INT8_BLOCK,
            sums + (size_t) i * (size_t) nb * ROWS, (size_t) nb * RUN);
}

NN_INLINE void
tile (const Finish     *finish,
      const NnInt8Conv *job,
      const uint8_t    *x,
      uint8_t          *y,
      int32_t          *sums,
      unsigned          position,
      unsigned          block,
      const int         nb,
      const int         np)
{
  _Alignas (64) int32_t room[4 * ROWS * ROWS];

  if (np == 4)
    multiply_long (job, x, position, block, room);
  else
    multiply (job, x, position, block, nb, np, room);
  if (sums == NULL)
    finish_tiles (finish, job, y, position, block, nb, np, room);
  else
    keep_tiles (job, sums, position, block, nb, np, room);
}

NN_INLINE void
strip (const Finish     *finish,
       const NnInt8Conv *job,
       const uint8_t    *x,
       uint8_t          *y,
       int32_t          *sums,
       unsigned          from,
       unsigned          to,
       unsigned          block,
       const int         nb)
{
  unsigned i = from;

  for (; nb == 1 && i + 4 * ROWS <= to; i += 4 * ROWS)
    tile (finish, job, x, y, sums, i, block, 1, 4);
  for (; i + 2 * ROWS <= to; i += 2 * ROWS)
    tile (finish, job, x, y, sums, i, block, nb, 2);
  if (i < to)
    tile (finish, job, x, y, sums, i, block, nb, 1);
}

/* Few positions, such as the only one of a dense layer, and short runs of bytes, which would leave
 * most of a tile empty, are left to the registers. */
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
  unsigned tiled = job->length % RUN == 0 ? from + (to - from) / ROWS * ROWS : from;
  unsigned block = first;
  Finish finish;

  if (tiled > from)
    {
      finish = finish_of (&job->grid);
      _tile_loadconfig (&config);
      for (; block + 2 <= end; block += 2)
        strip (&finish, job, x, y, sums, from, tiled, block, 2);
      if (block < end)
        strip (&finish, job, x, y, sums, from, tiled, block, 1);
      _tile_release ();
    }
  if (tiled < to)
    wide_conv (job, x, y, sums, tiled, to, first, end);
}

const NnInt8Kernels nn_int8_amx = {
  .align = RUN,
  .conv = conv,
  .depthwise = wide_depthwise,
  .quantize = quantize,
  .dequantize = dequantize,
  .max = max_row,
  .average = average_row,
  .add = wide_add,
  .look_up = look_up,
  .affine = affine,
};
