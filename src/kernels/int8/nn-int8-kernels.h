/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops on bytes for quantized networks: one table of functions per instruction set, all with the
 * same results. */
#pragma once

#include "nn-cpu.h"

#include <stddef.h>
#include <stdint.h>

/* Where @position of a job begins to read. */
#define NN_INT8_START(job, x, position) \
  ((x) + (job)->starts[(position) / NN_INT8_ROW] + \
   (ptrdiff_t) ((position) % NN_INT8_ROW) * (job)->step)

/* Maps are bytes with channels last. A value v stands for scale × (v − zero). Filters come in
 * blocks of 16, positions in rows of 16, weights in groups of 4 along the bytes they meet. */
enum { NN_INT8_BLOCK = 16, NN_INT8_ROW = 16, NN_INT8_GROUP = 4 };

/* What comes out of a float v: round (v), halves to even, between @low and @high, plus @zero, where
 * low and high are already without zero. NaN gives the lowest. */
typedef struct
{
  float   low, high;
  int32_t zero;
} NnInt8Grid;

/**
 * NnInt8Conv:
 * @starts: [n_positions / 16, rounded up]: bytes from the input's start to where the first of 16
 *   positions begins to read
 * @step: bytes from there to where the next of the 16 begins
 * @segments: [n_segments]: bytes from a position's beginning to each contiguous run that it reads
 * @length: bytes of a run, a multiple of 4; where fewer count, weights are 0
 * @weights: [n_blocks][n_segments][length / 4][16][4]
 * @bias, @scale: [n_blocks × 16]; the bias contains what the zero of the input makes of the
 *   weights
 * @places: [n_positions]: bytes from the output's start to where each position is written; below
 *   0: nowhere
 * @last: bytes that are written of the last block, 1 … 16
 *
 * Sums of products of bytes: convolutions and dense layers. y = grid ((x·w + bias) × scale).
 */
typedef struct
{
  const int32_t *starts;
  ptrdiff_t      step;
  const int32_t *segments;
  unsigned       n_segments;
  unsigned       length;
  const int8_t  *weights;
  const int32_t *bias;
  const float   *scale;
  NnInt8Grid     grid;
  const int32_t *places;
  unsigned       n_positions;
  unsigned       n_blocks;
  unsigned       last;
} NnInt8Conv;

/**
 * NnInt8Depthwise:
 * @step: bytes from what one position reads to what the next one reads
 * @segments, @n_segments: as above, a segment being one tap
 * @channels: of both maps, with their padding
 * @weights: [n_segments][channels]
 * @bias, @scale: [channels]
 */
typedef struct
{
  ptrdiff_t      step;
  const int32_t *segments;
  unsigned       n_segments;
  unsigned       channels;
  const int16_t *weights;
  const int32_t *bias;
  const float   *scale;
  NnInt8Grid     grid;
} NnInt8Depthwise;

/**
 * NnInt8Window:
 * @rows: taps of one output row, already clipped to the maps
 * @row_bytes: from a tap's row to the next one's
 * @width: of the maps
 * @channels: with their padding
 * @pad, @taps, @stride, @gap: along the row: columns before the maps, taps, columns from an output
 *   to the next and from a tap to the next
 * @area: what an average divides by; 0: the taps inside
 *
 * A row of pooling.
 */
typedef struct
{
  unsigned  rows;
  ptrdiff_t row_bytes;
  unsigned  width, channels;
  unsigned  pad, taps, stride, gap;
  unsigned  area;
} NnInt8Window;

/**
 * NnInt8Kernels:
 * @align: what the length of a segment should be a multiple of to be fast, when it is not short
 * @conv: positions from … to, a multiple of 16 each unless they are all, and blocks first … end.
 *   When @sums is given, sums without bias go there, [position][n_blocks × 16], and @y is
 *   not written.
 * @depthwise: @n positions of @x to @n neighbours in @y
 * @quantize: @n pixels of @channels planes, @plane apart, divided by @scale; @step bytes per pixel
 * @dequantize: the reverse
 * @max, @average: @n pixels of a pooled row; the average is of (v − zero) × scale
 * @add: grid (a × scale_a + b × scale_b + shift)
 * @look_up: @n runs of @count bytes, @x_step and @y_step apart, through a table
 * @affine: grid (x × scale[c] + shift[c]) for @n pixels
 */
typedef struct
{
  unsigned align;
  void (*conv) (const NnInt8Conv *job, const uint8_t *x, uint8_t *y, int32_t *sums, unsigned from,
                unsigned to, unsigned first, unsigned end);
  void (*depthwise) (const NnInt8Depthwise *job, unsigned n, const uint8_t *x, uint8_t *y);
  void (*quantize) (unsigned n, unsigned channels, size_t plane, const float *x, float scale,
                    const NnInt8Grid *grid, unsigned step, uint8_t *y);
  void (*dequantize) (unsigned n, unsigned channels, unsigned step, const uint8_t *x, float scale,
                      int32_t zero, size_t plane, float *y);
  void (*max) (const NnInt8Window *window, unsigned n, const uint8_t *x, uint8_t *y);
  void (*average) (const NnInt8Window *window, unsigned n, const uint8_t *x, int32_t zero,
                   float scale, const NnInt8Grid *grid, int32_t *room, uint8_t *y);
  void (*add) (size_t n, const uint8_t *a, const uint8_t *b, float scale_a, float scale_b,
               float shift, const NnInt8Grid *grid, uint8_t *y);
  void (*look_up) (unsigned n, unsigned count, const uint8_t *x, ptrdiff_t x_step,
                   const uint8_t *table, uint8_t *y, ptrdiff_t y_step);
  void (*affine) (unsigned n, unsigned channels, const uint8_t *x, const float *scale,
                  const float *shift, const NnInt8Grid *grid, uint8_t *y);
} NnInt8Kernels;

/* @level: at most nn_cpu_best(); a level that was not compiled in gives the next lower one. */
const NnInt8Kernels *nn_int8_kernels (NnCpu level);

/* One per file that is compiled for its instruction set. */
extern const NnInt8Kernels nn_int8_plain;
extern const NnInt8Kernels nn_int8_avx2;
extern const NnInt8Kernels nn_int8_avx512;
extern const NnInt8Kernels nn_int8_vnni;
extern const NnInt8Kernels nn_int8_amx;
extern const NnInt8Kernels nn_int8_dotprod;
