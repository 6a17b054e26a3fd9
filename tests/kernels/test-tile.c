/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tile loops of every instruction set that this processor has, against their definition. */
#include "kernel-support.h"
#include "nn-panel.h"
#include "nn-tile.h"

#include <math.h>
#include <string.h>

/* Sums of @n products of values below 1 in float: the error grows at most with n. */
static void
assert_near (double actual,
             double expected,
             gsize  n)
{
  g_assert_cmpfloat (fabs (actual - expected), <, 1e-7 * (double) (n + 4));
}

static double
one_product (const NnTile  *t,
             const nn_real *b,
             gsize          row,
             gsize          column)
{
  double sum = 0;

  for (gsize o = 0; o < t->outer; o++)
    for (gsize i = 0; i < t->inner; i++)
      for (gsize d = 0; d < t->run; d++)
        sum += (double) t->a[(ptrdiff_t) (row * t->lda + d) + (ptrdiff_t) o * t->outer_step +
                             (ptrdiff_t) i * t->inner_step] *
               b[((o * t->inner + i) * t->run + d) * t->width + column];
  if (t->start != NULL)
    sum += t->start[column];
  if (t->addend != NULL)
    sum += t->addend[row * t->ld_addend + column];

  return t->relu && sum < 0 ? 0 : sum;
}

/* Rows of A overlap; what lies between the columns of C must stay as it is. */
static void
check_multiply (const NnTileKernels *kernels,
                CvrRng              *rng,
                gsize                columns,
                guint                what)
{
  gsize width = nn_panel_columns (columns), rows = 1 + cvr_rng_below (rng, 20);
  gsize run = 1 + cvr_rng_below (rng, 40), outer = 1 + cvr_rng_below (rng, 3),
        inner = 1 + cvr_rng_below (rng, 3);
  gsize depth = outer * inner * run, ldc = columns + 3;
  g_autofree nn_real *a = random_values (rng, 8192);
  g_autofree nn_real *b = random_values (rng, depth * width);
  g_autofree nn_real *start = random_values (rng, width);
  g_autofree nn_real *addend = random_values (rng, rows * ldc);
  g_autofree nn_real *c = random_values (rng, rows * ldc);
  g_autofree nn_real *before = g_memdup2 (c, rows * ldc * sizeof *c);
  NnTile tile = { .rows = rows, .columns = columns, .width = width,
                  .a = a + 512, .lda = 1 + cvr_rng_below (rng, 60),
                  .outer = outer, .inner = inner, .run = run,
                  .outer_step = (ptrdiff_t) cvr_rng_below (rng, 200) - 100,
                  .inner_step = (ptrdiff_t) cvr_rng_below (rng, 100),
                  .b = b, .start = what & 1 ? start : NULL, .c = c, .ldc = ldc,
                  .addend = what & 2 ? addend : NULL, .ld_addend = ldc, .relu = what & 4 };

  kernels->multiply (&tile);
  for (gsize i = 0; i < rows * ldc; i++)
    if (i % ldc >= columns)
      g_assert_cmpfloat ((double) c[i], ==, (double) before[i]);
    else
      assert_near ((double) c[i], one_product (&tile, b, i / ldc, i % ldc), depth);
}

static void
test_multiply_is_its_definition (gconstpointer data)
{
  const NnTileKernels *kernels = nn_tile_kernels_named (data);
  CvrRng rng = cvr_rng_new (3, 0);

  g_test_message ("seed 3");
  if (is_missing (kernels))
    return;

  for (guint i = 0; i < 400; i++)
    check_multiply (kernels, &rng, 1 + i % NN_PANEL, i / NN_PANEL);
}

/* Where a row or a column lies in the tile must not reach its bits: they are what makes a batch of any
 * size give an image the same answer. */
static void
test_bits_do_not_depend_on_the_place (gconstpointer data)
{
  const NnTileKernels *kernels = nn_tile_kernels_named (data);
  CvrRng rng = cvr_rng_new (4, 0);
  enum { ROWS = 23, RUN = 50 };
  g_autofree nn_real *a = random_values (&rng, ROWS * RUN);
  g_autofree nn_real *b = random_values (&rng, RUN * NN_PANEL_UNIT);
  nn_real all[ROWS * NN_PANEL_UNIT], one[NN_PANEL_UNIT];
  NnTile tile = { .rows = ROWS, .columns = NN_PANEL_UNIT, .width = NN_PANEL_UNIT, .a = a,
                  .lda = RUN, .outer = 1, .inner = 1, .run = RUN, .b = b, .c = all,
                  .ldc = NN_PANEL_UNIT };

  g_test_message ("seed 4");
  if (is_missing (kernels))
    return;

  kernels->multiply (&tile);
  tile.rows = 1;
  tile.c = one;
  for (gsize row = 0; row < ROWS; row++, tile.a += RUN)
    {
      kernels->multiply (&tile);
      g_assert_cmpmem (one, sizeof one, all + row * NN_PANEL_UNIT, sizeof one);
    }
}

static void
check_outer (const NnTileKernels *kernels,
             CvrRng              *rng,
             gsize                columns,
             gboolean             overwrite)
{
  gsize rows = 1 + cvr_rng_below (rng, 30), outer = 1 + cvr_rng_below (rng, 3),
        inner = 1 + cvr_rng_below (rng, 40), ldc = columns + 2;
  g_autofree nn_real *a = random_values (rng, 8192);
  g_autofree nn_real *b = random_values (rng, 16384);
  g_autofree nn_real *c = random_values (rng, rows * ldc);
  g_autofree nn_real *before = g_memdup2 (c, rows * ldc * sizeof *c);
  NnOuterTile t = { .rows = rows, .columns = columns, .outer = outer, .inner = inner,
                    .a = a, .a_step = cvr_rng_below (rng, 50), .a_outer_step = 2000,
                    .b = b, .b_step = columns, .b_outer_step = 40 * columns,
                    .c = c, .ldc = ldc, .overwrite = overwrite };

  kernels->add_outer (&t);
  for (gsize i = 0; i < rows * ldc; i++)
    {
      gsize row = i / ldc, column = i % ldc;
      double sum = overwrite ? 0 : (double) before[i];

      for (gsize o = 0; o < outer; o++)
        for (gsize j = 0; j < inner; j++)
          sum += (double) a[o * t.a_outer_step + j * t.a_step + row] *
                 (double) b[o * t.b_outer_step + j * t.b_step + column];
      if (column >= columns)
        g_assert_cmpfloat ((double) c[i], ==, (double) before[i]);
      else
        assert_near ((double) c[i], sum, outer * inner);
    }
}

static void
test_outer_products_are_their_definition (gconstpointer data)
{
  const NnTileKernels *kernels = nn_tile_kernels_named (data);
  CvrRng rng = cvr_rng_new (5, 0);

  g_test_message ("seed 5");
  if (is_missing (kernels))
    return;

  for (guint i = 0; i < 140; i++)
    check_outer (kernels, &rng, 1 + i % 70, i >= 70);
}

/* Panels are what the loops are told they are. */
static void
test_panels_hold_the_matrix (void)
{
  CvrRng rng = cvr_rng_new (6, 0);
  enum { TAPS = 3, DEPTH = 5, COLUMNS = 41 };
  g_autofree nn_real *values = random_values (&rng, COLUMNS * TAPS * DEPTH);
  g_autofree nn_real *scale = random_values (&rng, COLUMNS);
  NnPanelSource source = { COLUMNS, TAPS, DEPTH, values, TAPS * DEPTH, 1, TAPS, scale };

  g_test_message ("seed 6");
  for (gsize first = 0; first < COLUMNS; first += NN_PANEL)
    {
      gsize width = nn_panel_width (COLUMNS, NN_PANEL, first);
      g_autofree nn_real *panel = random_values (&rng, TAPS * DEPTH * width);

      g_assert_cmpuint (width, ==, first == 0 ? NN_PANEL : NN_PANEL_UNIT);
      nn_panel_pack (&source, NN_PANEL, first, panel);
      for (gsize i = 0; i < TAPS * DEPTH * width; i++)
        {
          gsize k = first + i % width, d = i / width % DEPTH, t = i / width / DEPTH;
          nn_real expected = k < COLUMNS ? values[k * TAPS * DEPTH + d * TAPS + t] * scale[k] : 0;

          g_assert_cmpfloat ((double) panel[i], ==, (double) expected);
        }
    }
}

static void
test_orders_turn_around_and_back (void)
{
  CvrRng rng = cvr_rng_new (7, 0);
  enum { CHANNELS = 19, POSITIONS = 37, N = CHANNELS * POSITIONS };
  g_autofree nn_real *planes = random_values (&rng, N);
  nn_real last[N], back[N];

  g_test_message ("seed 7");
  nn_to_channels_last (CHANNELS, POSITIONS, planes, last);
  nn_from_channels_last (CHANNELS, POSITIONS, last, back);
  g_assert_cmpmem (back, sizeof back, planes, sizeof back);
  for (gsize c = 0; c < CHANNELS; c++)
    for (gsize p = 0; p < POSITIONS; p++)
      g_assert_cmpfloat ((double) last[p * CHANNELS + c], ==, (double) planes[c * POSITIONS + p]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_for_sets ("/kernels/tile/multiply-is-its-definition", test_multiply_is_its_definition);
  add_for_sets ("/kernels/tile/bits-do-not-depend-on-the-place",
                test_bits_do_not_depend_on_the_place);
  add_for_sets ("/kernels/tile/outer-products-are-their-definition",
                test_outer_products_are_their_definition);
  g_test_add_func ("/kernels/panel/panels-hold-the-matrix", test_panels_hold_the_matrix);
  g_test_add_func ("/kernels/panel/orders-turn-around-and-back", test_orders_turn_around_and_back);

  return g_test_run ();
}
