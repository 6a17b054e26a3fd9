/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AVX-512 with dot products of bytes: a filter of its own for each channel. Four taps of a channel
 * are brought side by side, which makes them one operand of a dot product. */
#pragma once

#include "nn-int8-wide.h"

enum
{
  TAPS_CHANNELS = 64,    /* channels at a time */
  TAPS_PARTS = 4,        /* registers that hold four taps of them */
  TAPS_MOST_GROUPS = 16, /* of four taps; larger windows take the plain loops */
};

/* Four rows of 64 bytes to 64 groups of four. Each 128-bit lane keeps its 16 channels: part j holds
 * channels 4j … 4j + 3 of every lane, which packing sums into bytes puts back in order. */
NN_INLINE void
interleave (const __m512i taps[4],
            __m512i       parts[TAPS_PARTS])
{
  __m512i low01 = _mm512_unpacklo_epi8 (taps[0], taps[1]);
  __m512i high01 = _mm512_unpackhi_epi8 (taps[0], taps[1]);
  __m512i low23 = _mm512_unpacklo_epi8 (taps[2], taps[3]);
  __m512i high23 = _mm512_unpackhi_epi8 (taps[2], taps[3]);

  parts[0] = _mm512_unpacklo_epi16 (low01, low23);
  parts[1] = _mm512_unpackhi_epi16 (low01, low23);
  parts[2] = _mm512_unpacklo_epi16 (high01, high23);
  parts[3] = _mm512_unpackhi_epi16 (high01, high23);
}

/**
 * Taps:
 *
 * What a run of channels needs for a whole row, in the order of interleave().
 */
typedef struct
{
  __m512i   weights[TAPS_MOST_GROUPS][TAPS_PARTS];
  __m512i   bias[TAPS_PARTS];
  __m512    scale[TAPS_PARTS];
  __mmask64 mask;
  unsigned  n_groups;
} Taps;

static void
taps_init (Taps                  *self,
           const NnInt8Depthwise *job,
           unsigned               channel)
{
  unsigned n = job->channels - channel < TAPS_CHANNELS ? job->channels - channel : TAPS_CHANNELS;

  self->mask = n == 64 ? ~(__mmask64) 0 : ((__mmask64) 1 << n) - 1;
  self->n_groups = (job->n_segments + 3) / 4;
  for (unsigned g = 0; g < self->n_groups; g++)
    {
      __m512i rows[4];

      for (unsigned t = 0; t < 4; t++)
        {
          const int16_t *weights = job->weights + (size_t) (4 * g + t) * job->channels + channel;
          __m256i low = _mm256_setzero_si256 ();
          __m256i high = _mm256_setzero_si256 ();

          if (4 * g + t < job->n_segments)
            {
              __mmask32 first = (__mmask32) self->mask;
              __mmask32 second = (__mmask32) (self->mask >> 32);

              low = _mm512_cvtepi16_epi8 (_mm512_maskz_loadu_epi16 (first, weights));
              high = _mm512_cvtepi16_epi8 (_mm512_maskz_loadu_epi16 (second, weights + 32));
            }
          rows[t] = _mm512_inserti64x4 (_mm512_castsi256_si512 (low), high, 1);
        }
      interleave (rows, self->weights[g]);
    }

  for (unsigned j = 0; j < TAPS_PARTS; j++)
    {
      int32_t bias[16] = { 0 };
      float scale[16] = { 0 };

      for (unsigned i = 0; i < 16; i++)
        {
          unsigned c = i / 4 * 16 + j * 4 + i % 4;

          bias[i] = c < n ? job->bias[channel + c] : 0;
          scale[i] = c < n ? job->scale[channel + c] : 0;
        }
      self->bias[j] = _mm512_loadu_si512 (bias);
      self->scale[j] = _mm512_loadu_ps (scale);
    }
}

NN_INLINE __m512i
tap_at (const NnInt8Depthwise *job,
        const uint8_t         *x,
        __mmask64              mask,
        unsigned               segment)
{
  if (segment >= job->n_segments)
    return _mm512_setzero_si512 ();

  return _mm512_maskz_loadu_epi8 (mask, x + job->segments[segment]);
}

NN_INLINE void
taps_position (const Taps            *self,
               const NnInt8Depthwise *job,
               const Finish          *finish,
               const uint8_t         *x,
               uint8_t               *y)
{
  __m512i sums[TAPS_PARTS] = { self->bias[0], self->bias[1], self->bias[2], self->bias[3] };
  __m512i low;
  __m512i high;

  for (unsigned g = 0; g < self->n_groups; g++)
    {
      const __m512i rows[4] = {
        tap_at (job, x, self->mask, 4 * g), tap_at (job, x, self->mask, 4 * g + 1),
        tap_at (job, x, self->mask, 4 * g + 2), tap_at (job, x, self->mask, 4 * g + 3)
      };
      __m512i parts[TAPS_PARTS];

      interleave (rows, parts);
      for (unsigned j = 0; j < TAPS_PARTS; j++)
        sums[j] = _mm512_dpbusd_epi32 (sums[j], parts[j], self->weights[g][j]);
    }

  for (unsigned j = 0; j < TAPS_PARTS; j++)
    sums[j] = rounded (finish, sums[j], self->scale[j]);
  low = _mm512_adds_epi16 (_mm512_packs_epi32 (sums[0], sums[1]), finish->zero);
  high = _mm512_adds_epi16 (_mm512_packs_epi32 (sums[2], sums[3]), finish->zero);
  _mm512_mask_storeu_epi8 (y, self->mask,
                           _mm512_max_epu8 (_mm512_packus_epi16 (low, high), finish->low));
}

static void
wide_depthwise (const NnInt8Depthwise *job,
                unsigned               n,
                const uint8_t         *x,
                uint8_t               *y)
{
  Finish finish = finish_of (&job->grid);
  Taps taps;

  if (job->n_segments > 4 * TAPS_MOST_GROUPS)
    {
      depthwise (job, n, x, y);
      return;
    }

  for (unsigned c = 0; c < job->channels; c += TAPS_CHANNELS)
    {
      taps_init (&taps, job, c);
      for (unsigned i = 0; i < n; i++)
        taps_position (&taps, job, &finish, x + (ptrdiff_t) i * job->step + c,
                       y + (size_t) i * job->channels + c);
    }
}
