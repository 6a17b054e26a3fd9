/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiled once per instruction set: NN_SET and NN_SET_NAME name it. The tile
 * that stays in registers is as large as the set's registers allow (K. Goto, R. van de Geijn,
 * “Anatomy of High-Performance Matrix Multiplication”, ACM TOMS 34(3), 2008). */
#include "nn-tile.h"

#include "nn-lanes.h"

/* The largest tile: its rows, and how many vectors it is wide. With the panel's values and one row's
 * broadcast value it has to fit the registers. */
#if defined(__AVX512F__)
enum { ROWS = 8, VECTORS = 2 };
#elif defined(__AVX2__)
enum { ROWS = 6, VECTORS = 2 };
#elif defined(__aarch64__)
enum { ROWS = 5, VECTORS = 4 };
#else
enum { ROWS = 2, VECTORS = 4 };
#endif

/* A tile of one panel unit may have more rows where it is narrower. */
enum { WIDTH = VECTORS * LANES };
enum { UNIT_VECTORS = WIDTH > (int) NN_PANEL_UNIT ? NN_PANEL_UNIT / LANES : VECTORS };
enum { MOST_ROWS = ROWS * VECTORS / UNIT_VECTORS };

INLINE size_t
lanes_left (size_t columns,
            size_t vector)
{
  size_t before = vector * LANES;

  return columns > before ? columns - before : 0;
}

/* What happens to a finished row of the tile. @whole: all its columns are written. */
INLINE void
finish_row (const NnTile *t,
            size_t        row,
            size_t        n_vectors,
            bool          whole,
            const Lanes  *sums)
{
#pragma GCC unroll 4
  for (size_t v = 0; v < n_vectors; v++)
    {
      size_t left = whole ? LANES : lanes_left (t->columns, v), at = v * LANES;
      Lanes value = sums[v];

      if (t->start != NULL)
        value += load (t->start + at);
      if (t->addend != NULL)
        value += load_some (t->addend + row * t->ld_addend + at, left);
      if (t->relu)
        value = relu_of (value);
      store_some (t->c + row * t->ldc + at, left, value);
    }
}

/* Unrolled, so that the sums need never lie in memory. */
INLINE void
finish_rows (const NnTile *t,
             size_t        row,
             size_t        n_rows,
             size_t        n_vectors,
             bool          whole,
             Lanes         sums[MOST_ROWS][VECTORS])
{
#pragma GCC unroll 16
  for (size_t m = 0; m < n_rows; m++)
    finish_row (t, row + m, n_vectors, whole, sums[m]);
}

/* Rows [row, row + n_rows) of the tile; both counts are constants where this is inlined. Rows are
 * reached from every third one, so that a few registers hold all addresses. */
INLINE void
multiply_rows (const NnTile *t,
               size_t        row,
               size_t        n_rows,
               size_t        n_vectors)
{
  const size_t lda = t->lda, run = t->run, width = t->width;
  const nn_real *b = t->b;
  Lanes sums[MOST_ROWS][VECTORS];

#pragma GCC unroll 16
  for (size_t m = 0; m < n_rows; m++)
    for (size_t v = 0; v < n_vectors; v++)
      sums[m][v] = (Lanes) { 0 };

  for (size_t o = 0; o < t->outer; o++)
    for (size_t i = 0; i < t->inner; i++)
      {
        const nn_real *a0 = t->a + row * lda + (ptrdiff_t) o * t->outer_step +
                            (ptrdiff_t) i * t->inner_step;
        const nn_real *thirds[6] = { a0,           a0 + 3 * lda,  a0 + 6 * lda,
                                     a0 + 9 * lda, a0 + 12 * lda, a0 + 15 * lda };

        for (size_t d = 0; d < run; d++, b += width)
          {
            Lanes values[VECTORS];

            for (size_t v = 0; v < n_vectors; v++)
              values[v] = load (b + v * LANES);
#pragma GCC unroll 16
            for (size_t m = 0; m < n_rows; m++)
              {
                nn_real factor = thirds[m / 3][m % 3 * lda + d];

                for (size_t v = 0; v < n_vectors; v++)
                  sums[m][v] += factor * values[v];
              }
          }
      }

  if (t->columns == n_vectors * LANES)
    finish_rows (t, row, n_rows, n_vectors, true, sums);
  else
    finish_rows (t, row, n_rows, n_vectors, false, sums);
}

/* A case for each number of rows, so that each has its own registers. */
#define ROWS_OF(n)                                                   \
  case n:                                                            \
    if (most >= n)                                                   \
      multiply_rows (t, row, most >= n ? n : 1, n_vectors);          \
    break

INLINE void
multiply_all (const NnTile *t,
              size_t        most,
              size_t        n_vectors)
{
  size_t row = 0;

  for (; row + most <= t->rows; row += most)
    multiply_rows (t, row, most, n_vectors);
  switch (t->rows - row)
    {
      ROWS_OF (1);
      ROWS_OF (2);
      ROWS_OF (3);
      ROWS_OF (4);
      ROWS_OF (5);
      ROWS_OF (6);
      ROWS_OF (7);
      ROWS_OF (8);
      ROWS_OF (9);
      ROWS_OF (10);
      ROWS_OF (11);
      ROWS_OF (12);
      ROWS_OF (13);
      ROWS_OF (14);
      ROWS_OF (15);
    default:
      break;
    }
}

static void
multiply_wide (const NnTile *t)
{
  multiply_all (t, ROWS, VECTORS);
}

static void
multiply_narrow (const NnTile *t)
{
  multiply_all (t, MOST_ROWS, UNIT_VECTORS);
}

/* A panel that is wider than the tile is taken in parts. */
static void
multiply (const NnTile *tile)
{
  NnTile t = *tile;

  for (size_t column = 0; column < tile->columns;)
    {
      size_t part = tile->width - column >= WIDTH ? WIDTH : NN_PANEL_UNIT;

      t.columns = tile->columns - column < part ? tile->columns - column : part;
      if (part == WIDTH)
        multiply_wide (&t);
      else
        multiply_narrow (&t);
      column += part;
      t.b += part;
      t.c += part;
      t.start = t.start != NULL ? t.start + part : NULL;
      t.addend = t.addend != NULL ? t.addend + part : NULL;
    }
}

/* One position's outer product into the sums. */
INLINE void
add_position (const nn_real *a,
              const nn_real *b,
              size_t         n_rows,
              size_t         n_vectors,
              size_t         last,
              Lanes          sums[ROWS][VECTORS])
{
  Lanes values[VECTORS];

  for (size_t v = 0; v < n_vectors; v++)
    values[v] = load_some (b + v * LANES, v + 1 < n_vectors ? LANES : last);
#pragma GCC unroll 8
  for (size_t m = 0; m < n_rows; m++)
    for (size_t v = 0; v < n_vectors; v++)
      sums[m][v] += a[m] * values[v];
}

/* C's rows [row, row + n_rows) and columns from @column on. Few sums would wait for each other: every
 * other position then has its own. */
INLINE void
add_outer_block (const NnOuterTile *t,
                 size_t             row,
                 size_t             n_rows,
                 size_t             column,
                 size_t             n_vectors,
                 size_t             last)
{
  const bool two = 2 * n_rows * n_vectors <= ROWS * VECTORS;
  Lanes sums[ROWS][VECTORS], others[ROWS][VECTORS];
  nn_real *c = t->c + row * t->ldc + column;

#pragma GCC unroll 8
  for (size_t m = 0; m < n_rows; m++)
    for (size_t v = 0; v < n_vectors; v++)
      {
        others[m][v] = (Lanes) { 0 };
        sums[m][v] = t->overwrite ? others[m][v]
                                  : load_some (c + m * t->ldc + v * LANES,
                                               v + 1 < n_vectors ? LANES : last);
      }

  for (size_t o = 0; o < t->outer; o++)
    {
      const nn_real *a = t->a + o * t->a_outer_step + row, *b = t->b + o * t->b_outer_step + column;
      size_t i = 0;

      for (; two && i + 2 <= t->inner; i += 2, a += 2 * t->a_step, b += 2 * t->b_step)
        {
          add_position (a, b, n_rows, n_vectors, last, sums);
          add_position (a + t->a_step, b + t->b_step, n_rows, n_vectors, last, others);
        }
      for (; i < t->inner; i++, a += t->a_step, b += t->b_step)
        add_position (a, b, n_rows, n_vectors, last, sums);
    }

#pragma GCC unroll 8
  for (size_t m = 0; m < n_rows; m++)
    for (size_t v = 0; v < n_vectors; v++)
      store_some (c + m * t->ldc + v * LANES, v + 1 < n_vectors ? LANES : last,
                  two ? sums[m][v] + others[m][v] : sums[m][v]);
}

/* The last rows of C, fewer than a whole tile has. */
#define REST(n)                                                        \
  case n:                                                              \
    if (ROWS > n)                                                      \
      add_outer_block (t, row, ROWS > n ? n : 1, column, vectors, last); \
    break

/* All rows of C for a few columns: whole vectors and odd ones apart, so that the common case needs
 * no masks. */
INLINE void
add_outer_columns (const NnOuterTile *t,
                   size_t             column,
                   size_t             vectors,
                   size_t             last)
{
  size_t row = 0;

  for (; row + ROWS <= t->rows; row += ROWS)
    add_outer_block (t, row, ROWS, column, vectors, last);
  switch (t->rows - row)
    {
      REST (1);
      REST (2);
      REST (3);
      REST (4);
      REST (5);
      REST (6);
      REST (7);
    default:
      break;
    }
}

static void
add_outer_wide (const NnOuterTile *t,
                size_t             column)
{
  add_outer_columns (t, column, VECTORS, LANES);
}

static void
add_outer_one (const NnOuterTile *t,
               size_t             column)
{
  add_outer_columns (t, column, 1, LANES);
}

static void
add_outer_some (const NnOuterTile *t,
                size_t             column,
                size_t             rest)
{
  add_outer_columns (t, column, 1, rest);
}

static void
add_outer (const NnOuterTile *t)
{
  size_t column = 0;

  for (; column + WIDTH <= t->columns; column += WIDTH)
    add_outer_wide (t, column);
  for (; column + LANES <= t->columns; column += LANES)
    add_outer_one (t, column);
  if (column < t->columns)
    add_outer_some (t, column, t->columns - column);
}

const NnTileKernels NN_SET_TABLE (nn_tile_) = {
  NN_SET_NAME, (size_t) WIDTH > (size_t) NN_PANEL_UNIT ? WIDTH : NN_PANEL_UNIT, multiply, add_outer
};
