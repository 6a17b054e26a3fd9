/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Byte kernels with AVX2. Its product of bytes saturates at 16 bits, so bytes are split into even
 * and odd ones and multiplied as 16-bit numbers. */
#include "nn-int8-loops.h"

#include <immintrin.h>

#define NN_INLINE static inline __attribute__ ((always_inline))

enum { LANES = 8, HALVES = NN_INT8_BLOCK / LANES };

NN_INLINE __m256i
dot (__m256i acc,
     __m256i x_even,
     __m256i x_odd,
     __m256i weights)
{
  __m256i even = _mm256_srai_epi16 (_mm256_slli_epi16 (weights, 8), 8);
  __m256i odd = _mm256_srai_epi16 (weights, 8);

  acc = _mm256_add_epi32 (acc, _mm256_madd_epi16 (x_even, even));

  return _mm256_add_epi32 (acc, _mm256_madd_epi16 (x_odd, odd));
}

/* Sums of @np positions of a block, with its bias, to @acc, [position][half]. */
NN_INLINE void
multiply (const NnInt8Conv *job,
          const uint8_t    *x,
          unsigned          block,
          const int         np,
          __m256i          *acc)
{
  size_t count = (size_t) job->n_segments * job->length * NN_INT8_BLOCK;
  const int8_t *weights = job->weights + block * count;

  for (unsigned s = 0; s < job->n_segments; s++)
    {
      const uint8_t *from = x + job->segments[s];

      for (unsigned i = 0; i < job->length; i += NN_INT8_GROUP)
        {
          __m256i low = _mm256_loadu_si256 ((const __m256i *) weights);
          __m256i high = _mm256_loadu_si256 ((const __m256i *) (weights + 32));

          weights += NN_INT8_BLOCK * NN_INT8_GROUP;
#pragma GCC unroll 4
          for (int p = 0; p < np; p++)
            {
              int32_t word;
              __m256i all;
              __m256i even;
              __m256i odd;

              memcpy (&word, from + p * job->step + i, sizeof word);
              all = _mm256_set1_epi32 (word);
              even = _mm256_and_si256 (all, _mm256_set1_epi16 (0xff));
              odd = _mm256_srli_epi16 (all, 8);
              acc[2 * p] = dot (acc[2 * p], even, odd, low);
              acc[2 * p + 1] = dot (acc[2 * p + 1], even, odd, high);
            }
        }
    }
}

NN_INLINE __m128i
finished (const NnInt8Conv *job,
          unsigned          block,
          const __m256i     acc[HALVES])
{
  __m256i levels[HALVES];
  __m256i words;

  for (int h = 0; h < HALVES; h++)
    {
      unsigned k = block * NN_INT8_BLOCK + (unsigned) h * LANES;
      __m256i bias = _mm256_loadu_si256 ((const __m256i *) (job->bias + k));
      __m256 v = _mm256_cvtepi32_ps (_mm256_add_epi32 (acc[h], bias));

      v = _mm256_mul_ps (v, _mm256_loadu_ps (job->scale + k));
      v = _mm256_max_ps (v, _mm256_set1_ps (job->grid.low));
      v = _mm256_min_ps (v, _mm256_set1_ps (job->grid.high));
      levels[h] = _mm256_add_epi32 (_mm256_cvtps_epi32 (v), _mm256_set1_epi32 (job->grid.zero));
    }

  words = _mm256_permute4x64_epi64 (_mm256_packs_epi32 (levels[0], levels[1]), 0xd8);

  return _mm_packus_epi16 (_mm256_castsi256_si128 (words), _mm256_extracti128_si256 (words, 1));
}

NN_INLINE void
tile (const NnInt8Conv *job,
      const uint8_t    *x,
      uint8_t          *y,
      int32_t          *sums,
      unsigned          position,
      unsigned          block,
      const int         np)
{
  unsigned k = block * NN_INT8_BLOCK;
  unsigned n = block + 1 == job->n_blocks ? job->last : NN_INT8_BLOCK;
  __m256i acc[2 * 4];

  for (int i = 0; i < HALVES * np; i++)
    acc[i] = _mm256_setzero_si256 ();
  multiply (job, NN_INT8_START (job, x, position), block, np, acc);

  for (int p = 0; p < np; p++)
    if (sums != NULL)
      for (unsigned h = 0; h < HALVES; h++)
        _mm256_storeu_si256 (
          (__m256i *) (sums + (size_t) (position + (unsigned) p) * job->n_blocks * NN_INT8_BLOCK +
                       k + h * LANES),
          acc[HALVES * p + (int) h]);
    else if (job->places[position + (unsigned) p] >= 0)
      {
        uint8_t *to = y + job->places[position + (unsigned) p] + k;
        __m128i bytes = finished (job, block, acc + HALVES * p);

        if (n == NN_INT8_BLOCK)
          _mm_storeu_si128 ((__m128i *) to, bytes);
        else
          memcpy (to, &bytes, n);
      }
}

#define NN_INT8_POSITIONS 4
#include "nn-int8-strip.h"

const NnInt8Kernels nn_int8_avx2 = {
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
