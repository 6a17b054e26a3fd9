/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loops that a compiler turns into vectors by itself: included by each file of an instruction
 * set, so that every table has its own copy. */
#pragma once

#include "nn-int8-kernels.h"

#include <string.h>
#if defined(__SSE2__) && !defined(NN_INT8_PLAIN)
#include <immintrin.h>
#endif

/* 1.5 × 2^23: added to a float below 2^22 in size, it leaves the nearest whole number in the last
 * places. */
static inline int32_t
nearest (float v)
{
  float shifted = v + 12582912.0f;
  int32_t bits;

  memcpy (&bits, &shifted, sizeof bits);

  return bits - 0x4b400000;
}

static inline uint8_t
level_of (float v,
          float low,
          float high,
          int32_t zero)
{
  v = v > low ? v : low;
  v = v < high ? v : high;

  return (uint8_t) (nearest (v) + zero);
}

/* Up to four channels side by side are one word per pixel. */
static void
quantize_words (unsigned          n,
                unsigned          channels,
                size_t            plane,
                const float      *x,
                float             scale,
                const NnInt8Grid *grid,
                uint8_t          *y)
{
  const float *x1 = channels > 1 ? x + plane : x;
  const float *x2 = channels > 2 ? x + 2 * plane : x;
  const float *x3 = channels > 3 ? x + 3 * plane : x;
  float low = grid->low;
  float high = grid->high;
  int32_t zero = grid->zero;

  for (unsigned i = 0; i < n; i++)
    {
      uint32_t word = level_of (x[i] / scale, low, high, zero);

      word |= (uint32_t) level_of (x1[i] / scale, low, high, zero) << 8;
      word |= (uint32_t) level_of (x2[i] / scale, low, high, zero) << 16;
      word |= (uint32_t) level_of (x3[i] / scale, low, high, zero) << 24;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
      word = __builtin_bswap32 (word);
#endif
      memcpy (y + 4 * (size_t) i, &word, sizeof word);
    }
}

static void
quantize (unsigned          n,
          unsigned          channels,
          size_t            plane,
          const float      *x,
          float             scale,
          const NnInt8Grid *grid,
          unsigned          step,
          uint8_t          *y)
{
  float low = grid->low;
  float high = grid->high;
  int32_t zero = grid->zero;

  if (step == 4 && channels > 1)
    {
      quantize_words (n, channels, plane, x, scale, grid, y);
      return;
    }

  if (step == 1)
    for (unsigned i = 0; i < n; i++)
      y[i] = level_of (x[i] / scale, low, high, zero);
  else
    for (unsigned c = 0; c < channels; c++)
      for (unsigned i = 0; i < n; i++)
        y[(size_t) i * step + c] = level_of (x[c * plane + i] / scale, low, high, zero);
}

static void
dequantize (unsigned       n,
            unsigned       channels,
            unsigned       step,
            const uint8_t *x,
            float          scale,
            int32_t        zero,
            size_t         plane,
            float         *y)
{
  for (unsigned c = 0; c < channels; c++)
    for (unsigned i = 0; i < n; i++)
      y[c * plane + i] = (float) (x[(size_t) i * step + c] - zero) * scale;
}

static void
depthwise (const NnInt8Depthwise *job,
           unsigned               n,
           const uint8_t         *x,
           uint8_t               *y)
{
  enum { RUN = 16 };
  NnInt8Grid grid = job->grid;

  for (unsigned i = 0; i < n; i++, x += job->step, y += job->channels)
    for (unsigned c = 0; c < job->channels; c += RUN)
      {
        unsigned run = job->channels - c < RUN ? job->channels - c : RUN;
        int32_t sums[RUN] = { 0 };

        if (run == RUN)
          for (unsigned s = 0; s < job->n_segments; s++)
            {
              const uint8_t *from = x + job->segments[s] + c;
              const int16_t *weights = job->weights + (size_t) s * job->channels + c;

              for (unsigned j = 0; j < RUN; j++)
                sums[j] += from[j] * weights[j];
            }
        else
          for (unsigned s = 0; s < job->n_segments; s++)
            for (unsigned j = 0; j < run; j++)
              sums[j] += x[job->segments[s] + (ptrdiff_t) (c + j)] *
                         job->weights[(size_t) s * job->channels + c + j];

        if (run == RUN)
          for (unsigned j = 0; j < RUN; j++)
            y[c + j] = level_of ((float) (sums[j] + job->bias[c + j]) * job->scale[c + j],
                                 grid.low, grid.high, grid.zero);
        else
          for (unsigned j = 0; j < run; j++)
            y[c + j] = level_of ((float) (sums[j] + job->bias[c + j]) * job->scale[c + j],
                                 grid.low, grid.high, grid.zero);
      }
}

/* Taps of output @i that lie inside a row. */
static inline unsigned
clip_taps (const NnInt8Window *window,
           unsigned            i,
           unsigned           *first)
{
  unsigned start = i * window->stride;
  unsigned from = 0;
  unsigned to = window->taps;

  while (from < to && start + from * window->gap < window->pad)
    from++;
  while (to > from && start + (to - 1) * window->gap >= window->pad + window->width)
    to--;
  *first = from;

  return to - from;
}

/* The largest of the taps of @n channels, at most MAX_RUN, kept in a register. */
#if defined(NN_INT8_WIDE)

enum { MAX_RUN = 64 };

static inline void
max_run (const NnInt8Window *window,
         const uint8_t      *x,
         unsigned            taps,
         unsigned            n,
         uint8_t            *y)
{
  __mmask64 mask = n == 64 ? ~(__mmask64) 0 : ((__mmask64) 1 << n) - 1;
  ptrdiff_t step = (ptrdiff_t) window->gap * window->channels;
  __m512i best = _mm512_setzero_si512 ();

  for (unsigned r = 0; r < window->rows; r++, x += window->row_bytes)
    for (unsigned s = 0; s < taps; s++)
      best = _mm512_max_epu8 (best, _mm512_maskz_loadu_epi8 (mask, x + (ptrdiff_t) s * step));
  _mm512_mask_storeu_epi8 (y, mask, best);
}

#else

enum { MAX_RUN = 16 };

static inline void
max_run (const NnInt8Window *window,
         const uint8_t      *x,
         unsigned            taps,
         unsigned            n,
         uint8_t            *y)
{
  ptrdiff_t step = (ptrdiff_t) window->gap * window->channels;

#if defined(__SSE2__) && !defined(NN_INT8_PLAIN)
  if (n == MAX_RUN)
    {
      __m128i best = _mm_setzero_si128 ();

      for (unsigned r = 0; r < window->rows; r++, x += window->row_bytes)
        for (unsigned s = 0; s < taps; s++)
          best = _mm_max_epu8 (best,
                               _mm_loadu_si128 ((const __m128i *) (x + (ptrdiff_t) s * step)));
      _mm_storeu_si128 ((__m128i *) y, best);
      return;
    }
#endif

  memset (y, 0, n);
  for (unsigned r = 0; r < window->rows; r++, x += window->row_bytes)
    for (unsigned s = 0; s < taps; s++)
      for (unsigned c = 0; c < n; c++)
        y[c] = x[(ptrdiff_t) s * step + c] > y[c] ? x[(ptrdiff_t) s * step + c] : y[c];
}

#endif

static void
max_row (const NnInt8Window *window,
         unsigned            n,
         const uint8_t      *x,
         uint8_t            *y)
{
  unsigned channels = window->channels;

  for (unsigned i = 0; i < n; i++, y += channels)
    {
      unsigned first;
      unsigned taps = clip_taps (window, i, &first);
      const uint8_t *from = x + ((ptrdiff_t) (i * window->stride + first * window->gap) -
                                 (ptrdiff_t) window->pad) * (ptrdiff_t) channels;

      for (unsigned c = 0; c < channels; c += MAX_RUN)
        max_run (window, from + c, taps, channels - c < MAX_RUN ? channels - c : MAX_RUN, y + c);
    }
}

static void
average_row (const NnInt8Window *window,
             unsigned            n,
             const uint8_t      *x,
             int32_t             zero,
             float               scale,
             const NnInt8Grid   *grid,
             int32_t            *room,
             uint8_t            *y)
{
  unsigned channels = window->channels;
  NnInt8Grid to = *grid;

  for (unsigned i = 0; i < n; i++, y += channels)
    {
      unsigned first;
      unsigned taps = clip_taps (window, i, &first);
      unsigned inside = taps * window->rows;
      unsigned area = window->area != 0 ? window->area : inside;
      float factor = area != 0 ? scale / (float) area : 0;
      const uint8_t *from = x + ((ptrdiff_t) (i * window->stride + first * window->gap) -
                                 (ptrdiff_t) window->pad) * (ptrdiff_t) channels;

      for (unsigned c = 0; c < channels; c++)
        room[c] = -(int32_t) inside * zero;
      for (unsigned r = 0; r < window->rows; r++)
        for (unsigned s = 0; s < taps; s++)
          {
            const uint8_t *tap = from + (ptrdiff_t) r * window->row_bytes +
                                 (ptrdiff_t) (s * window->gap * channels);

            for (unsigned c = 0; c < channels; c++)
              room[c] += tap[c];
          }
      for (unsigned c = 0; c < channels; c++)
        y[c] = level_of ((float) room[c] * factor, to.low, to.high, to.zero);
    }
}

#if !defined(NN_INT8_WIDE) /* which has its own */

static void
add_rows (size_t            n,
          const uint8_t    *a,
          const uint8_t    *b,
          float             scale_a,
          float             scale_b,
          float             shift,
          const NnInt8Grid *grid,
          uint8_t          *restrict y)
{
  NnInt8Grid to = *grid;

  for (size_t i = 0; i < n; i++)
    y[i] = level_of ((float) a[i] * scale_a + (float) b[i] * scale_b + shift, to.low, to.high,
                     to.zero);
}

#endif

static void
look_up (unsigned       n,
         unsigned       count,
         const uint8_t *x,
         ptrdiff_t      x_step,
         const uint8_t *table,
         uint8_t       *y,
         ptrdiff_t      y_step)
{
  for (unsigned i = 0; i < n; i++, x += x_step, y += y_step)
    for (unsigned j = 0; j < count; j++)
      y[j] = table[x[j]];
}

static void
affine (unsigned          n,
        unsigned          channels,
        const uint8_t    *x,
        const float      *scale,
        const float      *shift,
        const NnInt8Grid *grid,
        uint8_t          *restrict y)
{
  NnInt8Grid to = *grid;

  for (unsigned i = 0; i < n; i++, x += channels, y += channels)
    for (unsigned c = 0; c < channels; c++)
      y[c] = level_of ((float) x[c] * scale[c] + shift[c], to.low, to.high, to.zero);
}
