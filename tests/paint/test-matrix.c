/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The confusion matrix on image surfaces: what is drawn where, at both scales, and with nothing,
 * one thing or nonsense to draw. */
#include "paint-canvas.h"

static const char *const names[] = { "sun", "house", "umbrella with stripes", "fish", "cat" };

static CvrMatrix
matrix_of (const guint64 *counts,
           guint          n)
{
  return (CvrMatrix) { n, counts, names, -1, -1, -1, -1 };
}

/* A pixel of each cell as cvr_paint_matrix_cell() sees it: near its upper left, where no count
 * stands. */
static void
find_cells (double           width,
            double           height,
            const CvrMatrix *matrix,
            const CvrTheme  *theme,
            double           xs[5][5],
            double           ys[5][5])
{
  gboolean seen[5][5] = { { FALSE } };

  for (double y = 0.5; y < height; y += 2)
    for (double x = 0.5; x < width; x += 2)
      {
        guint t, p;

        if (!cvr_paint_matrix_cell (width, height, matrix, theme, x, y, &t, &p) || seen[t][p])
          continue;
        seen[t][p] = TRUE;
        xs[t][p] = x + 3;
        ys[t][p] = y + 3;
      }
  for (guint t = 0; t < 5; t++)
    for (guint p = 0; p < 5; p++)
      g_assert_true (seen[t][p]);
}

static guint
matrix_pixels (const CvrMatrix *matrix)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  cairo_t *cr = canvas_new (400, 400, 1, &theme);
  guint n;

  cvr_paint_matrix (cr, 400, 400, matrix, &theme);
  n = count_pixels (cr, packed (theme.ink), 40) + count_pixels (cr, packed (theme.paper), 2);
  cairo_destroy (cr);

  return n;
}

/* Counts, shares of the row, and changes are written differently; no change is a nought where there
 * are pictures, and nothing where there are none. */
static void
test_matrix_numbers_in_the_cells (void)
{
  guint64 counts[] = { 5, 1, 0, 4 }, same[] = { 5, 1, 0, 4 }, other[] = { 2, 4, 0, 4 };
  CvrMatrix matrix = matrix_of (counts, 2);
  guint64 none[] = { 0, 0, 0, 0 };
  guint as_counts = matrix_pixels (&matrix), as_percent, unchanged;

  matrix.percent = TRUE;
  as_percent = matrix_pixels (&matrix);
  g_assert_cmpuint (as_percent, !=, as_counts);
  matrix.before = same;
  unchanged = matrix_pixels (&matrix);
  g_assert_cmpuint (unchanged, !=, as_percent);
  matrix.before = other;
  g_assert_cmpuint (matrix_pixels (&matrix), !=, unchanged);
  matrix.counts = matrix.before = none;
  g_assert_cmpuint (matrix_pixels (&matrix), !=, unchanged);
}

/* A right answer more is green, one fewer red; a mistake the other way round. */
static void
test_matrix_change_is_better_or_worse (void)
{
  static const guint64 before[] = { 5, 5, 5, 5 }, after[] = { 9, 9, 5, 1 };
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrMatrix matrix = matrix_of (after, 2);
  guint green[2], red[2];

  for (guint k = 0; k < 2; k++)
    {
      cairo_t *cr = canvas_new (300, 200, 1, &theme);

      matrix.before = k == 0 ? NULL : before;
      cvr_paint_matrix (cr, 300, 200, &matrix, &theme);
      green[k] = count_pixels (cr, packed (theme.right), 24);
      red[k] = count_pixels (cr, packed (theme.wrong), 24);
      cairo_destroy (cr);
    }
  /* One cell got better; two got worse, and one stayed as it was. */
  g_assert_cmpuint (green[1], >, 0);
  g_assert_cmpuint (red[1], >, 3 * green[1] / 2);
  g_assert_cmpuint (red[1], >, red[0]);
}

static void
test_matrix_cell_is_inverse_of_drawing (void)
{
  static const struct { double width, height,
                        scale; gboolean dark; } cases[] = { { 130, 90, 2, FALSE },
                                                            { 160, 200, 1, TRUE } };
  static const guint paints[] = { 7, 6, 5, 4, 11 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      CvrTheme theme = cvr_paint_theme (cases[i].dark, FALSE);
      double xs[5][5], ys[5][5];
      guint64 counts[25] = { 0 };
      CvrMatrix matrix = matrix_of (counts, 5);
      cairo_t *cr = canvas_new (cases[i].width, cases[i].height, cases[i].scale, &theme);

      for (guint k = 0; k < 5; k++)
        counts[k * 6] = 10;
      counts[1 * 5 + 3] = 10;
      theme.text_size = 6;
      matrix.paints = i == 1 ? paints : NULL; /* colours beside the names move the cells */
      cvr_paint_matrix (cr, cases[i].width, cases[i].height, &matrix, &theme);
      find_cells (cases[i].width, cases[i].height, &matrix, &theme, xs, ys);
      for (guint t = 0; t < 5; t++)
        for (guint p = 0; p < 5; p++)
          {
            guint32 pixel;
            int red, green;

            pixel = canvas_pixel (cr, xs[t][p], ys[t][p]);
            red = (int) (pixel >> 16);
            green = (int) (pixel >> 8 & 255);
            if (t == p)
              g_assert_cmpint (green, >, red + 20);
            else if (t == 1 && p == 3)
              g_assert_cmpint (red, >, green + 20);
            else
              g_assert_cmpint (ABS (red - green), <, 6);
          }
      cairo_destroy (cr);
    }
}

/* Each class has its colour beside its name, at the row and at the column. */
static void
test_matrix_shows_chosen_colours (void)
{
  static const guint paints[] = { 5, 0 };
  guint64 counts[4] = { 0 };
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrMatrix matrix = matrix_of (counts, 2);
  cairo_t *cr = canvas_new (300, 300, 1, &theme);
  guint found[2] = { 0 };

  matrix.paints = paints;
  cvr_paint_matrix (cr, 300, 300, &matrix, &theme);
  for (guint y = 0; y < 300; y++)
    for (guint x = 0; x < 300; x++)
      for (guint k = 0; k < 2; k++)
        {
          CvrRgba colour = cvr_paint_class_colour (&theme, paints[k]);
          guint32 wanted = (guint32) lround (255 * colour.red) << 16 |
                           (guint32) lround (255 * colour.green) << 8 |
                           (guint32) lround (255 * colour.blue);

          found[k] += canvas_pixel (cr, x, y) == wanted;
        }
  for (guint k = 0; k < 2; k++)
    g_assert_cmpuint (found[k], >, 400); /* two bars of some 100 × 5 px */
  cairo_destroy (cr);
}

static void
test_matrix_cell_outside (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  guint64 counts[4] = { 1, 0, 0, 1 };
  CvrMatrix matrix = matrix_of (counts, 2), empty = matrix_of (counts, 0);
  guint t = 7, p = 8;

  g_assert_false (cvr_paint_matrix_cell (300, 300, &matrix, &theme, -1, 100, &t, &p));
  g_assert_false (cvr_paint_matrix_cell (300, 300, &matrix, &theme, 100, 1, &t, &p));
  g_assert_false (cvr_paint_matrix_cell (300, 300, &matrix, &theme, 1e9, 1e9, &t, &p));
  g_assert_false (cvr_paint_matrix_cell (300, 300, &matrix, &theme, NAN, NAN, &t, &p));
  g_assert_false (cvr_paint_matrix_cell (300, 300, &empty, &theme, 100, 100, &t, &p));
  g_assert_false (cvr_paint_matrix_cell (5, 5, &matrix, &theme, 2, 2, &t, &p));
  g_assert_cmpuint (t, ==, 7);
  g_assert_cmpuint (p, ==, 8);
}

static guint
painted_by_matrix (const CvrMatrix *matrix)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  cairo_t *cr = canvas_new (300, 300, 1, &theme);
  guint n;

  cvr_paint_matrix (cr, 300, 300, matrix, &theme);
  n = count_painted (cr, &theme);
  cairo_destroy (cr);

  return n;
}

static void
test_matrix_states (void)
{
  guint64 zeros[4] = { 0 }, large[4] = { G_MAXUINT64 / 4, 1, 2, 123456789 };
  CvrMatrix empty = matrix_of (zeros, 0), matrix = matrix_of (zeros, 2);
  guint untouched;

  g_assert_cmpuint (painted_by_matrix (&empty), >, 50);
  untouched = painted_by_matrix (&matrix);
  g_assert_cmpuint (untouched, >, 1000);
  matrix.selected_truth = 1;
  matrix.selected_predicted = 0;
  g_assert_cmpuint (painted_by_matrix (&matrix), !=, untouched);
  matrix.selected_truth = 99;
  g_assert_cmpuint (painted_by_matrix (&matrix), >, 1000);
  matrix.counts = large;
  g_assert_cmpuint (painted_by_matrix (&matrix), >, 1000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/paint/matrix/numbers-in-the-cells", test_matrix_numbers_in_the_cells);
  g_test_add_func ("/paint/matrix/change-is-better-or-worse",
                   test_matrix_change_is_better_or_worse);
  g_test_add_func ("/paint/matrix/cell-is-inverse-of-drawing",
                   test_matrix_cell_is_inverse_of_drawing);
  g_test_add_func ("/paint/matrix/cell-outside", test_matrix_cell_outside);
  g_test_add_func ("/paint/matrix/shows-chosen-colours", test_matrix_shows_chosen_colours);
  g_test_add_func ("/paint/matrix/states", test_matrix_states);

  return g_test_run ();
}
