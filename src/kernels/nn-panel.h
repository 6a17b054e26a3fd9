/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lays matrices out as the tile loops read them: weights in panels, maps with channels last and zeros
 * around. */
#pragma once

#include "nn-real.h"

#include <stddef.h>

/**
 * NnPanelSource:
 * @columns, @taps, @depth: of the matrix [taps · depth, columns]
 * @column_step, @tap_step, @depth_step: distances between neighbours along each of them in @values
 * @scale: (nullable): [columns], a factor of each column
 */
typedef struct
{
  size_t         columns, taps, depth;
  const nn_real *values;
  ptrdiff_t      column_step, tap_step, depth_step;
  const nn_real *scale;
} NnPanelSource;

/* Columns in panels of @panel, the last one as narrow as 16 lanes allow; empty columns are 0. */
size_t nn_panel_columns (size_t               columns); /* rounded up: what the panels hold */
size_t nn_panel_width   (size_t               columns,
                         size_t               panel,
                         size_t               first);
void   nn_panel_pack    (const NnPanelSource *source,
                         size_t               panel,
                         size_t               first,
                         nn_real             *out);

/**
 * NnFrame:
 * @height, @width, @channels: of one image with channels last
 * @above, @before: zeros put around, in rows and columns
 * @out_width: columns of the result: before + width + what is behind
 */
typedef struct
{
  size_t height, width, channels;
  size_t above, before;
  size_t out_width;
} NnFrame;

/* Rows [row, row + n_rows) of the framed image, row 0 being the first one of the zeros above. */
void   nn_frame_rows    (const NnFrame       *frame,
                         const nn_real       *image,
                         size_t               row,
                         size_t               n_rows,
                         nn_real             *out);

/* [channels, positions] to [positions, channels] and back. */
void   nn_to_channels_last   (size_t         channels,
                              size_t         positions,
                              const nn_real *from,
                              nn_real       *to);
void   nn_from_channels_last (size_t         channels,
                              size_t         positions,
                              const nn_real *from,
                              nn_real       *to);
