/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Byte kernels with ARM's SDOT. It multiplies signed bytes, so 128 is taken off the values and put
 * back as 128 times the sum of the weights. */
#include "nn-int8-loops.h"

#include <arm_neon.h>

#define NN_INLINE static inline __attribute__ ((always_inline))

enum { LANES = 4, PARTS = NN_INT8_BLOCK / LANES, POSITIONS = 4 };

/* Sums of @np positions of a block to @acc, [position][part]. */
NN_INLINE void
multiply (const NnInt8Conv *job,
          const uint8_t    *x,
          unsigned          block,
          const int         np,
          int32x4_t        *acc)
{
  size_t count = (size_t) job->n_segments * job->length * NN_INT8_BLOCK;
  const int8_t *weights = job->weights + block * count;
  int8x16_t half = vdupq_n_s8 (64);
  int32x4_t off[PARTS];

  for (int i = 0; i < PARTS; i++)
    off[i] = vdupq_n_s32 (0);
  for (unsigned s = 0; s < job->n_segments; s++)
    {
      const uint8_t *from = x + job->segments[s];

      for (unsigned i = 0; i < job->length; i += NN_INT8_GROUP)
        {
          int8x16_t w[PARTS];

          for (int j = 0; j < PARTS; j++, weights += LANES * NN_INT8_GROUP)
            {
              w[j] = vld1q_s8 (weights);
              off[j] = vdotq_s32 (off[j], half, w[j]);
            }
          for (int p = 0; p < np; p++)
            {
              uint32_t word;
              int8x16_t v;

              memcpy (&word, from + p * job->step + i, sizeof word);
              v = vreinterpretq_s8_u32 (vdupq_n_u32 (word ^ 0x80808080u));
              for (int j = 0; j < PARTS; j++)
                acc[p * PARTS + j] = vdotq_s32 (acc[p * PARTS + j], v, w[j]);
            }
        }
    }

  for (int i = 0; i < np * PARTS; i++)
    acc[i] = vaddq_s32 (acc[i], vshlq_n_s32 (off[i % PARTS], 1));
}

NN_INLINE uint8x16_t
finished (const NnInt8Conv *job,
          unsigned          block,
          const int32x4_t  *acc)
{
  int16x4_t words[PARTS];
  int16x8_t low;
  int16x8_t high;

  for (unsigned i = 0; i < PARTS; i++)
    {
      unsigned k = block * NN_INT8_BLOCK + i * LANES;
      int32x4_t sums = vaddq_s32 (acc[i], vld1q_s32 (job->bias + k));
      float32x4_t v = vmulq_f32 (vcvtq_f32_s32 (sums), vld1q_f32 (job->scale + k));

      v = vmaxq_f32 (v, vdupq_n_f32 (job->grid.low));
      v = vminq_f32 (v, vdupq_n_f32 (job->grid.high));
      words[i] = vqmovn_s32 (vaddq_s32 (vcvtnq_s32_f32 (v), vdupq_n_s32 (job->grid.zero)));
    }
  low = vcombine_s16 (words[0], words[1]);
  high = vcombine_s16 (words[2], words[3]);

  return vcombine_u8 (vqmovun_s16 (low), vqmovun_s16 (high));
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
  int32x4_t acc[POSITIONS * PARTS];

  for (int i = 0; i < np * PARTS; i++)
    acc[i] = vdupq_n_s32 (0);
  multiply (job, NN_INT8_START (job, x, position), block, np, acc);

  for (int p = 0; p < np; p++)
    if (sums != NULL)
      for (unsigned i = 0; i < PARTS; i++)
        vst1q_s32 (sums + (size_t) (position + (unsigned) p) * job->n_blocks * NN_INT8_BLOCK + k +
                     i * LANES,
                   acc[p * PARTS + (int) i]);
    else if (job->places[position + (unsigned) p] >= 0)
      {
        uint8x16_t bytes = finished (job, block, acc + p * PARTS);

        memcpy (y + job->places[position + (unsigned) p] + k, &bytes, n);
      }
}

#define NN_INT8_POSITIONS POSITIONS
#include "nn-int8-strip.h"

const NnInt8Kernels nn_int8_dotprod = {
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
