/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lays matrices out as the tile loops read them: weights in panels, maps with channels last and zeros
 * around. */
#include "nn-panel.h"

#include "nn-clones.h"
#include "nn-tile.h"

#include <string.h>

size_t
nn_panel_columns (size_t columns)
{
  return (columns + NN_PANEL_UNIT - 1) / NN_PANEL_UNIT * NN_PANEL_UNIT;
}

/**
 * nn_panel_width:
 * @first: a panel's first column
 *
 * Returns: how wide that panel is. It lies @first · depth values behind the first one.
 */
size_t
nn_panel_width (size_t columns,
                size_t panel,
                size_t first)
{
  size_t left = nn_panel_columns (columns) - first;

  return left < panel ? left : panel;
}

/**
 * nn_panel_pack:
 * @first: the panel's first column
 * @out: (out): [taps · depth, width]
 */
NN_CLONES void
nn_panel_pack (const NnPanelSource *source,
               size_t               panel,
               size_t               first,
               nn_real             *out)
{
  size_t width = nn_panel_width (source->columns, panel, first);
  size_t filled = source->columns - first < width ? source->columns - first : width;

  if (filled < width)
    memset (out, 0, source->taps * source->depth * width * sizeof *out);
  for (size_t k = 0; k < filled; k++)
    {
      const nn_real *column = source->values + (ptrdiff_t) (first + k) * source->column_step;
      nn_real factor = source->scale != NULL ? source->scale[first + k] : 1;

      for (size_t t = 0; t < source->taps; t++)
        {
          const nn_real *from = column + (ptrdiff_t) t * source->tap_step;
          nn_real *to = out + t * source->depth * width + k;

          for (size_t d = 0; d < source->depth; d++)
            to[d * width] = factor * from[(ptrdiff_t) d * source->depth_step];
        }
    }
}

void
nn_frame_rows (const NnFrame *frame,
               const nn_real *image,
               size_t         row,
               size_t         n_rows,
               nn_real       *out)
{
  size_t line = frame->out_width * frame->channels, inside = frame->width * frame->channels;
  size_t before = frame->before * frame->channels;

  for (size_t i = row; i < row + n_rows; i++, out += line)
    {
      if (i < frame->above || i >= frame->above + frame->height)
        {
          memset (out, 0, line * sizeof *out);
          continue;
        }
      memset (out, 0, before * sizeof *out);
      memcpy (out + before, image + (i - frame->above) * inside, inside * sizeof *out);
      memset (out + before + inside, 0, (line - before - inside) * sizeof *out);
    }
}

/* Tiles of 16 by 16, so that both sides are read and written by whole cache lines. */
enum { SIDE = 16 };

static inline __attribute__ ((always_inline)) void
transpose (size_t         rows,
           size_t         columns,
           const nn_real *from,
           nn_real       *to)
{
  for (size_t i0 = 0; i0 < rows; i0 += SIDE)
    for (size_t j0 = 0; j0 < columns; j0 += SIDE)
      {
        size_t i1 = i0 + SIDE < rows ? i0 + SIDE : rows,
               j1 = j0 + SIDE < columns ? j0 + SIDE : columns;

        for (size_t i = i0; i < i1; i++)
          for (size_t j = j0; j < j1; j++)
            to[j * rows + i] = from[i * columns + j];
      }
}

NN_CLONES void
nn_to_channels_last (size_t         channels,
                     size_t         positions,
                     const nn_real *from,
                     nn_real       *to)
{
  transpose (channels, positions, from, to);
}

NN_CLONES void
nn_from_channels_last (size_t         channels,
                       size_t         positions,
                       const nn_real *from,
                       nn_real       *to)
{
  transpose (positions, channels, from, to);
}
