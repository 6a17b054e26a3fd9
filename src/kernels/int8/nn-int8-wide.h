/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AVX-512: tiles of sums in registers, and how sums become bytes. Included by the files of the
 * three instruction sets that have 512-bit registers. */
#pragma once

#define NN_INT8_WIDE
#include "nn-int8-loops.h"

#define NN_INLINE static inline __attribute__ ((always_inline))

typedef struct
{
  __m512  high;
  __m512i zero;  /* 16-bit */
  __m512i low;   /* bytes, zero included */
  __m512i order; /* puts the four sources of a pack behind one another */
} Finish;

NN_INLINE Finish
finish_of (const NnInt8Grid *grid)
{
  return (Finish) {
    _mm512_set1_ps (grid->high), _mm512_set1_epi16 ((short) grid->zero),
    _mm512_set1_epi8 ((char) (uint8_t) ((int32_t) grid->low + grid->zero)),
    _mm512_setr_epi32 (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
  };
}

/* Sums with bias to whole numbers that are not above the highest level. */
NN_INLINE __m512i
rounded (const Finish *finish,
         __m512i       sums,
         __m512        scale)
{
  __m512 v = _mm512_mul_ps (_mm512_cvtepi32_ps (sums), scale);

  return _mm512_cvtps_epi32 (_mm512_min_ps (v, finish->high));
}

/* Four times 16 whole numbers to 64 bytes, one source after the other. Saturation takes care of
 * everything below; the lowest level may be above 0. */
NN_INLINE __m512i
packed (const Finish *finish,
        __m512i       a,
        __m512i       b,
        __m512i       c,
        __m512i       d)
{
  __m512i ab = _mm512_adds_epi16 (_mm512_packs_epi32 (a, b), finish->zero);
  __m512i cd = _mm512_adds_epi16 (_mm512_packs_epi32 (c, d), finish->zero);
  __m512i bytes = _mm512_max_epu8 (_mm512_packus_epi16 (ab, cd), finish->low);

  return _mm512_permutexvar_epi32 (finish->order, bytes);
}

/* Writes what @n_positions positions of @n_blocks blocks became: their product is 4. */
NN_INLINE void
put (__m512i        bytes,
     uint8_t       *y,
     const int32_t *places,
     const int      n_blocks,
     const int      n_positions,
     __mmask64      mask)
{
  __mmask16 few = (__mmask16) mask;

  if (n_blocks == 4)
    {
      if (places[0] >= 0)
        _mm512_mask_storeu_epi8 (y + places[0], mask, bytes);
    }
  else if (n_blocks == 2)
    {
      if (places[0] >= 0)
        _mm256_mask_storeu_epi8 (y + places[0], (__mmask32) mask, _mm512_castsi512_si256 (bytes));
      if (n_positions > 1 && places[1] >= 0)
        _mm256_mask_storeu_epi8 (y + places[1], (__mmask32) mask,
                                 _mm512_extracti64x4_epi64 (bytes, 1));
    }
  else
    {
      if (places[0] >= 0)
        _mm_mask_storeu_epi8 (y + places[0], few, _mm512_castsi512_si128 (bytes));
      if (n_positions > 1 && places[1] >= 0)
        _mm_mask_storeu_epi8 (y + places[1], few, _mm512_extracti32x4_epi32 (bytes, 1));
      if (n_positions > 2 && places[2] >= 0)
        _mm_mask_storeu_epi8 (y + places[2], few, _mm512_extracti32x4_epi32 (bytes, 2));
      if (n_positions > 3 && places[3] >= 0)
        _mm_mask_storeu_epi8 (y + places[3], few, _mm512_extracti32x4_epi32 (bytes, 3));
    }
}

/* Which bytes of @n_blocks blocks from @block on are written. */
NN_INLINE __mmask64
mask_of (const NnInt8Conv *job,
         unsigned          block,
         const int         n_blocks)
{
  unsigned bytes = NN_INT8_BLOCK * (unsigned) n_blocks;

  if (block + (unsigned) n_blocks == job->n_blocks)
    bytes -= NN_INT8_BLOCK - job->last;

  return bytes == 64 ? ~(__mmask64) 0 : ((__mmask64) 1 << bytes) - 1;
}

/* @np positions of @nb blocks whose sums, with bias, lie in @acc, [position][block]. */
NN_INLINE void
finish_tile (const Finish     *finish,
             const NnInt8Conv *job,
             uint8_t          *y,
             unsigned          position,
             unsigned          block,
             const int         nb,
             const int         np,
             __m512i          *acc)
{
  const int32_t *places = job->places + position;
  __mmask64 mask = mask_of (job, block, nb);
  __m512 scale[4];

  for (int b = 0; b < nb; b++)
    scale[b] = _mm512_loadu_ps (job->scale + (block + (unsigned) b) * NN_INT8_BLOCK);
#pragma GCC unroll 16
  for (int i = 0; i < np * nb; i++)
    acc[i] = rounded (finish, acc[i], scale[i % nb]);

#pragma GCC unroll 16
  for (int i = 0; i < np * nb; i += 4)
    {
      int left = np * nb - i;
      __m512i bytes = packed (finish, acc[i], left > 1 ? acc[i + 1] : acc[i],
                              left > 2 ? acc[i + 2] : acc[i], left > 3 ? acc[i + 3] : acc[i]);

      put (bytes, y + block * NN_INT8_BLOCK, places + i / nb, nb, left / nb, mask);
    }
}

#if defined(__AVX512VNNI__)

typedef __m512i Bytes;
typedef __m512i Weights;

NN_INLINE Bytes
spread (const uint8_t *x)
{
  int32_t word;

  memcpy (&word, x, sizeof word);

  return _mm512_set1_epi32 (word);
}

NN_INLINE Weights
weights_at (const int8_t *weights)
{
  return _mm512_loadu_si512 (weights);
}

NN_INLINE __m512i
dot (__m512i acc,
     Bytes   x,
     Weights w)
{
  return _mm512_dpbusd_epi32 (acc, x, w);
}

#else

/* Without dot products of bytes: even and odd bytes apart, as 16-bit numbers, which can't
 * saturate. */
typedef struct { __m512i even, odd; } Bytes;
typedef struct { __m512i even, odd; } Weights;

NN_INLINE Bytes
spread (const uint8_t *x)
{
  int32_t word;
  __m512i all;

  memcpy (&word, x, sizeof word);
  all = _mm512_set1_epi32 (word);

  return (Bytes) { _mm512_and_si512 (all, _mm512_set1_epi16 (0xff)), _mm512_srli_epi16 (all, 8) };
}

NN_INLINE Weights
weights_at (const int8_t *weights)
{
  __m512i all = _mm512_loadu_si512 (weights);

  return (Weights) { _mm512_srai_epi16 (_mm512_slli_epi16 (all, 8), 8),
                     _mm512_srai_epi16 (all, 8) };
}

NN_INLINE __m512i
dot (__m512i acc,
     Bytes   x,
     Weights w)
{
  acc = _mm512_add_epi32 (acc, _mm512_madd_epi16 (x.even, w.even));

  return _mm512_add_epi32 (acc, _mm512_madd_epi16 (x.odd, w.odd));
}

#endif

/* @np positions of @nb blocks: at most 16 registers of sums. */
NN_INLINE void
wide_tile (const Finish     *finish,
           const NnInt8Conv *job,
           const uint8_t    *x,
           uint8_t          *y,
           int32_t          *sums,
           unsigned          position,
           unsigned          block,
           const int         nb,
           const int         np)
{
  size_t count = (size_t) job->n_segments * job->length * NN_INT8_BLOCK;
  const int8_t *weights = job->weights + block * count;
  ptrdiff_t step = job->step;
  __m512i acc[16];

  x = NN_INT8_START (job, x, position);
#pragma GCC unroll 16
  for (int i = 0; i < np * nb; i++)
    acc[i] = sums != NULL
               ? _mm512_setzero_si512 ()
               : _mm512_loadu_si512 (job->bias + (block + (unsigned) (i % nb)) * NN_INT8_BLOCK);

  for (unsigned s = 0; s < job->n_segments; s++)
    {
      /* Few pointers, and strides that an address can contain. */
      const uint8_t *from[4];
      ptrdiff_t ahead[4] = { 0, step, 2 * step, 3 * step };

#pragma GCC unroll 4
      for (int p = 0; p < np; p += 4)
        from[p / 4] = x + job->segments[s] + p * step;
      for (unsigned i = 0; i < job->length; i += NN_INT8_GROUP)
        {
          Weights w[4];

#pragma GCC unroll 4
          for (int b = 0; b < nb; b++)
            w[b] = weights_at (weights + (size_t) b * count);
          weights += NN_INT8_BLOCK * NN_INT8_GROUP;
#pragma GCC unroll 16
          for (int p = 0; p < np; p++)
            {
              Bytes v = spread (from[p / 4] + ahead[p % 4]);

#pragma GCC unroll 4
              for (int b = 0; b < nb; b++)
                acc[p * nb + b] = dot (acc[p * nb + b], v, w[b]);
            }
#pragma GCC unroll 4
          for (int p = 0; p < np; p += 4)
            from[p / 4] += NN_INT8_GROUP;
        }
    }

  if (sums == NULL)
    finish_tile (finish, job, y, position, block, nb, np, acc);
  else
    for (int i = 0; i < np * nb; i++)
      {
        size_t place = (size_t) (position + (unsigned) (i / nb)) * job->n_blocks + block;

        _mm512_storeu_si512 (sums + (place + (unsigned) (i % nb)) * NN_INT8_BLOCK, acc[i]);
      }
}

/* All positions of @nb blocks. */
NN_INLINE void
wide_strip (const NnInt8Conv *job,
            const uint8_t    *x,
            uint8_t          *y,
            int32_t          *sums,
            unsigned          from,
            unsigned          to,
            unsigned          block,
            const int         nb,
            const int         np)
{
  Finish finish = finish_of (&job->grid);
  unsigned i = from;

  for (; i + (unsigned) np <= to; i += (unsigned) np)
    wide_tile (&finish, job, x, y, sums, i, block, nb, np);
  for (; i < to; i++)
    wide_tile (&finish, job, x, y, sums, i, block, nb, 1);
}

static void
wide_conv (const NnInt8Conv *job,
           const uint8_t    *x,
           uint8_t          *y,
           int32_t          *sums,
           unsigned          from,
           unsigned          to,
           unsigned          first,
           unsigned          end)
{
  enum { CACHE = 24576 }; /* half of the nearest one: the other half holds what comes in */
  /* Weights that are read for one position only needn't stay. */
  size_t one = (size_t) job->n_segments * job->length * NN_INT8_BLOCK;
  size_t count = to - from < NN_INT8_ROW ? 0 : one;
  unsigned block = first;

  for (; block + 4 <= end && 4 * count <= CACHE; block += 4)
    wide_strip (job, x, y, sums, from, to, block, 4, 4);
  for (; block + 2 <= end && 2 * count <= CACHE; block += 2)
    wide_strip (job, x, y, sums, from, to, block, 2, 8);
  for (; block < end; block++)
    wide_strip (job, x, y, sums, from, to, block, 1, 16);
}

/* Sums of 16 pairs of bytes, rounded, not above the highest level. */
NN_INLINE __m512i
add_16 (const Finish  *finish,
        const uint8_t *a,
        const uint8_t *b,
        __mmask16      mask,
        __m512         scale_a,
        __m512         scale_b,
        __m512         shift)
{
  __m512 x = _mm512_cvtepi32_ps (_mm512_cvtepu8_epi32 (_mm_maskz_loadu_epi8 (mask, a)));
  __m512 y = _mm512_cvtepi32_ps (_mm512_cvtepu8_epi32 (_mm_maskz_loadu_epi8 (mask, b)));
  __m512 sum = _mm512_add_ps (_mm512_mul_ps (x, scale_a), _mm512_mul_ps (y, scale_b));

  return _mm512_cvtps_epi32 (_mm512_min_ps (_mm512_add_ps (sum, shift), finish->high));
}

static void
wide_add (size_t            n,
          const uint8_t    *a,
          const uint8_t    *b,
          float             scale_a,
          float             scale_b,
          float             shift,
          const NnInt8Grid *grid,
          uint8_t          *restrict y)
{
  Finish finish = finish_of (grid);
  __m512 by_a = _mm512_set1_ps (scale_a);
  __m512 by_b = _mm512_set1_ps (scale_b);
  __m512 more = _mm512_set1_ps (shift);

  for (size_t i = 0; i < n; i += 64)
    {
      __mmask64 mask = n - i >= 64 ? ~(__mmask64) 0 : ((__mmask64) 1 << (n - i)) - 1;
      __m512i v[4];

      for (unsigned j = 0; j < 4; j++)
        v[j] = add_16 (&finish, a + i + 16 * j, b + i + 16 * j, (__mmask16) (mask >> 16 * j), by_a,
                       by_b, more);
      _mm512_mask_storeu_epi8 (y + i, mask, packed (&finish, v[0], v[1], v[2], v[3]));
    }
}
