/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packs sparse weights, lays out what they are multiplied with, and runs the loops. */
#include "nn-sparse.h"

#include "nn-sparse-loops.h"

#include <string.h>

/* Positions of a dense layer's batch that are turned around at a time, and the batch from which
 * that beats gathering item by item. */
enum
{
  DENSE_BLOCK = 128,
  DENSE_BLOCK_FROM = 8,
  TURN = 16, /* side of the tiles in which a block is turned */
};

/* Zeros from which the sparse loops beat a dense product, measured by bench-sparse with AVX-512: 1×1
 * convolutions are level with the library's sgemm at 0.7–0.8. 3×3 ones pass it at 0.6–0.77, but their
 * dense rival is minimal filtering, which runs at about twice that speed: they reach that, by the
 * same figures, at 0.9. A dense layer that lies in the cache is level at 0.88, since gathering takes a
 * cycle for each value; one that has to come from memory at 0.7. */
static const double pays_winograd = 0.9;
static const double pays_conv = 0.8;
static const double pays_dense = 0.9;
static const double pays_dense_from_memory = 0.75;
enum { CACHE_BYTES = 2 << 20 }; /* of one core's second level */

double
nn_sparse_conv_pays (const NnSparseConv *conv)
{
  const NnWindow *w = &conv->window;
  bool winograd = w->kernel[0] == 3 && w->kernel[1] == 3 && w->stride[0] == 1 &&
                  w->stride[1] == 1 && w->dilation[0] == 1 && w->dilation[1] == 1;

  return winograd ? pays_winograd : pays_conv;
}

double
nn_sparse_dense_pays (size_t rows,
                      size_t columns,
                      size_t batch)
{
  return batch < DENSE_BLOCK_FROM && rows > CACHE_BYTES / sizeof (nn_real) / columns
           ? pays_dense_from_memory : pays_dense;
}

size_t
nn_sparse_count (size_t         n,
                 const nn_real *weights)
{
  size_t count = 0;

  for (size_t i = 0; i < n; i++)
    count += weights[i] != 0;

  return count;
}

bool
nn_sparse_pack_size (size_t  rows,
                     size_t  n_values,
                     size_t *bytes)
{
  const size_t each = sizeof (uint32_t) + sizeof (nn_real);

  if (n_values > UINT32_MAX || rows >= SIZE_MAX / 16 ||
      n_values > (SIZE_MAX - 16 * (rows + 1)) / each)
    return false;

  *bytes = n_values * each + (rows + 2) * sizeof (uint32_t);
  return true;
}

/* Places the three arrays: the values first, which need the larger alignment. */
static void
place (NnSparse   *sparse,
       size_t      rows,
       size_t      n_values,
       void       *memory,
       uint32_t  **start,
       uint32_t  **offset,
       nn_real   **value)
{
  *value = memory;
  *offset = (uint32_t *) (void *) (*value + n_values);
  *start = *offset + n_values;
  *sparse = (NnSparse) { rows, *start, *offset, *value };
}

/* The larger padding of an axis separates two rows; a stride spreads rows over phases instead. */
static size_t
gap (const NnWindow *w,
     unsigned        axis)
{
  return w->stride[axis] > 1                  ? 0
         : w->before[axis] > w->after[axis] ? w->before[axis]
                                            : w->after[axis];
}

/* How far the last tap of an axis reaches, in outputs. */
static size_t
reach (const NnWindow *w,
       unsigned        axis)
{
  return (w->kernel[axis] - 1) * w->dilation[axis] / w->stride[axis];
}

/* Distance of two rows (axis 1) or images (axis 0), in values or rows. */
static size_t
pitch_of (const NnWindow *w,
          unsigned        axis)
{
  size_t in = axis == 0 ? w->height : w->width;
  size_t out = axis == 0 ? w->out_height : w->out_width;
  size_t with_gap = in + gap (w, axis);

  if (w->stride[axis] > 1)
    return out + reach (w, axis);

  return with_gap > out ? with_gap : out;
}

/* False when the planes have more values than an offset can tell. */
bool
nn_sparse_planes (const NnSparseConv *conv,
                  NnSparsePlanes     *planes)
{
  const NnWindow *w = &conv->window;
  size_t rows = pitch_of (w, 0), phases = w->stride[0] * w->stride[1];
  size_t n;

  planes->pitch = pitch_of (w, 1);
  if (__builtin_mul_overflow (rows, planes->pitch, &planes->image) ||
      __builtin_mul_overflow (planes->image, conv->images, &n) ||
      __builtin_add_overflow (n, reach (w, 0) * planes->pitch + reach (w, 1), &n))
    return false;

  planes->phase = (n + 15) / 16 * 16;
  if (__builtin_mul_overflow (planes->phase, conv->channels, &n) ||
      __builtin_mul_overflow (n, phases, &planes->size) || planes->size > UINT32_MAX)
    return false;

  planes->positions = (conv->images - 1) * planes->image + (w->out_height - 1) * planes->pitch +
                      w->out_width;
  return true;
}

/* Where the planes hold what tap (@r, @s) of channel @c reads for the first output. */
static size_t
tap_offset (const NnWindow       *w,
            const NnSparsePlanes *planes,
            size_t                c,
            size_t                r,
            size_t                s)
{
  size_t u = r * w->dilation[0], v = s * w->dilation[1];
  size_t phase = (c * w->stride[0] + u % w->stride[0]) * w->stride[1] + v % w->stride[1];

  return phase * planes->phase + u / w->stride[0] * planes->pitch + v / w->stride[1];
}

void
nn_sparse_pack_conv (const NnSparseConv *conv,
                     const nn_real      *weights,
                     void               *memory,
                     NnSparse           *sparse)
{
  const NnWindow *w = &conv->window;
  size_t width = conv->channels / conv->groups;
  size_t count = nn_sparse_count (conv->filters * width * w->kernel[0] * w->kernel[1], weights);
  NnSparsePlanes planes;
  uint32_t *start, *offset;
  nn_real *value;
  size_t n = 0;

  nn_sparse_planes (conv, &planes);
  place (sparse, conv->filters, count, memory, &start, &offset, &value);
  for (size_t k = 0; k < conv->filters; k++)
    {
      size_t first = k / (conv->filters / conv->groups) * width;

      start[k] = (uint32_t) n;
      for (size_t c = first; c < first + width; c++)
        for (size_t r = 0; r < w->kernel[0]; r++)
          for (size_t s = 0; s < w->kernel[1]; s++, weights++)
            if (*weights != 0)
              {
                offset[n] = (uint32_t) tap_offset (w, &planes, c, r, s);
                value[n++] = *weights;
              }
    }
  start[conv->filters] = (uint32_t) n;
}

void
nn_sparse_pack_dense (size_t         rows,
                      size_t         columns,
                      const nn_real *weights,
                      void          *memory,
                      NnSparse      *sparse)
{
  uint32_t *start, *offset;
  nn_real *value;
  size_t n = 0;

  place (sparse, rows, nn_sparse_count (rows * columns, weights), memory, &start, &offset, &value);
  for (size_t k = 0; k < rows; k++)
    {
      start[k] = (uint32_t) n;
      for (size_t c = 0; c < columns; c++, weights++)
        if (*weights != 0)
          {
            offset[n] = (uint32_t) c;
            value[n++] = *weights;
          }
    }
  start[rows] = (uint32_t) n;
}

/* One row of the picture into its phase planes: value x lands in phase (x + before) mod stride. */
static void
lay_row (const NnWindow       *w,
         const NnSparsePlanes *planes,
         const nn_real        *from,
         size_t                step,
         nn_real              *to)
{
  size_t stride = w->stride[1];

  if (stride == 1 && step == 1)
    {
      memcpy (to + w->before[1], from, w->width * sizeof *to);
      return;
    }

  for (size_t x = 0; x < w->width; x++)
    {
      size_t u = x + w->before[1];

      if (stride == 1 || u / stride < planes->pitch)
        to[u % stride * planes->phase + u / stride] = from[x * step];
    }
}

void
nn_sparse_lay_out (const NnSparseConv *conv,
                   const nn_real      *x,
                   bool                last,
                   size_t              from,
                   size_t              to,
                   nn_real            *planes)
{
  const NnWindow *w = &conv->window;
  size_t stride = w->stride[0], map = w->height * w->width;
  size_t step = last ? conv->channels : 1;
  NnSparsePlanes place_of;

  nn_sparse_planes (conv, &place_of);
  for (size_t c = from; c < to; c++)
    {
      nn_real *plane = planes + c * stride * w->stride[1] * place_of.phase;

      memset (plane, 0, stride * w->stride[1] * place_of.phase * sizeof *plane);
      for (size_t image = 0; image < conv->images; image++)
        for (size_t y = 0; y < w->height; y++)
          {
            size_t u = y + w->before[0];
            const nn_real *row = last ? x + (image * map + y * w->width) * conv->channels + c
                                      : x + (image * conv->channels + c) * map + y * w->width;

            if (stride == 1 || u / stride < pitch_of (w, 0))
              lay_row (w, &place_of, row, step,
                       plane + u % stride * w->stride[1] * place_of.phase +
                         image * place_of.image + u / stride * place_of.pitch);
          }
    }
}

bool
nn_sparse_needs_no_planes (const NnSparseConv *conv,
                           bool                last)
{
  const NnWindow *w = &conv->window;
  NnSparsePlanes planes;

  for (unsigned axis = 0; axis < 2; axis++)
    if (w->stride[axis] != 1 || reach (w, axis) > 0 || gap (w, axis) > 0)
      return false;

  return !last && conv->images == 1 && nn_sparse_planes (conv, &planes) &&
         planes.phase == w->height * w->width;
}

/* One row of outputs to its place: + bias, relu. */
static void
store_row (size_t         n,
           const nn_real *from,
           nn_real        bias,
           bool           relu,
           size_t         step,
           nn_real       *to)
{
  for (size_t i = 0; i < n; i++)
    {
      nn_real value = from[i] + bias;

      to[i * step] = relu && value < 0 ? 0 : value;
    }
}

void
nn_sparse_conv_rows (const NnSparseConv *conv,
                     const NnSparse     *sparse,
                     const nn_real      *planes,
                     const nn_real      *bias,
                     bool                relu,
                     bool                last,
                     size_t              from,
                     size_t              to,
                     nn_real            *y,
                     nn_real            *scratch)
{
  const NnWindow *w = &conv->window;
  const NnSparseLoops *loops = nn_sparse_loops ();
  size_t map = w->out_height * w->out_width;
  NnSparsePlanes place_of;
  bool direct;

  nn_sparse_planes (conv, &place_of);
  direct = !last && conv->images == 1 && place_of.pitch == w->out_width;
  for (size_t k = from; k < to; k++)
    {
      size_t first = sparse->start[k];
      nn_real *sums = direct ? y + k * map : scratch;

      loops->sum_shifted (sparse->start[k + 1] - first, sparse->offset + first,
                          sparse->value + first, 1, place_of.positions, planes, sums);
      if (direct && bias == NULL && !relu)
        continue;
      for (size_t image = 0; image < conv->images; image++)
        for (size_t p = 0; p < w->out_height; p++)
          {
            size_t row = image * map + p * w->out_width;

            store_row (w->out_width, sums + image * place_of.image + p * place_of.pitch,
                       bias != NULL ? bias[k] : 0, relu, last ? conv->filters : 1,
                       last ? y + row * conv->filters + k
                            : y + row + (image * (conv->filters - 1) + k) * map);
          }
    }
}

size_t
nn_sparse_dense_scratch (const NnSparse *sparse,
                         size_t          columns,
                         size_t          batch)
{
  return batch < DENSE_BLOCK_FROM ? 0 : (columns + TURN) * DENSE_BLOCK;
}

/* to[j·ld_to + i] = from[i·ld_from + j], tile by tile so that neither side leaves the cache. */
static void
turn (size_t         n_rows,
      size_t         n_columns,
      const nn_real *from,
      size_t         ld_from,
      nn_real       *to,
      size_t         ld_to)
{
  for (size_t i = 0; i < n_rows; i += TURN)
    for (size_t j = 0; j < n_columns; j += TURN)
      for (size_t u = i; u < n_rows && u < i + TURN; u++)
        for (size_t v = j; v < n_columns && v < j + TURN; v++)
          to[v * ld_to + u] = from[u * ld_from + v];
}

/* Up to DENSE_BLOCK items with the items last, so that a weight meets neighbouring values: the
 * packed offsets count rows of such a block. */
static void
dense_block (const NnSparse *sparse,
             size_t          columns,
             size_t          n,
             const nn_real  *x,
             const nn_real  *bias,
             bool            relu,
             nn_real        *y,
             nn_real        *scratch)
{
  const NnSparseLoops *loops = nn_sparse_loops ();
  nn_real *sums = scratch + columns * DENSE_BLOCK;

  turn (n, columns, x, columns, scratch, DENSE_BLOCK);
  for (size_t k = 0; k < sparse->rows; k += TURN)
    {
      size_t n_rows = sparse->rows - k < TURN ? sparse->rows - k : TURN;

      for (size_t i = 0; i < n_rows; i++)
        {
          size_t first = sparse->start[k + i];
          nn_real *row = sums + i * DENSE_BLOCK;

          loops->sum_shifted (sparse->start[k + i + 1] - first, sparse->offset + first,
                              sparse->value + first, DENSE_BLOCK, n, scratch, row);
          store_row (n, row, bias != NULL ? bias[k + i] : 0, relu, 1, row);
        }
      turn (n_rows, n, sums, DENSE_BLOCK, y + k, sparse->rows);
    }
}

void
nn_sparse_dense (const NnSparse *sparse,
                 size_t          columns,
                 size_t          batch,
                 const nn_real  *x,
                 const nn_real  *bias,
                 bool            relu,
                 nn_real        *y,
                 nn_real        *scratch)
{
  const NnSparseLoops *loops = nn_sparse_loops ();

  for (size_t i = 0; batch >= DENSE_BLOCK_FROM && i < batch; i += DENSE_BLOCK)
    dense_block (sparse, columns, batch - i < DENSE_BLOCK ? batch - i : DENSE_BLOCK,
                 x + i * columns, bias, relu, y + i * sparse->rows, scratch);

  for (size_t i = 0; batch < DENSE_BLOCK_FROM && i < batch; i++)
    for (size_t k = 0; k < sparse->rows; k++)
      {
        size_t first = sparse->start[k];
        nn_real sum = loops->sum_gathered (sparse->start[k + 1] - first, sparse->offset + first,
                                           sparse->value + first, x + i * columns);

        store_row (1, &sum, bias != NULL ? bias[k] : 0, relu, 1, y + i * sparse->rows + k);
      }
}
