/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of one quantity against another on image surfaces. */
#include "paint-canvas.h"

#include "cvr-paint-xy.h"

static const double xs[] = { 0, 0.25, 0.5, 1 }, ys[] = { 0, 0.75, 0.9, 1 };

static CvrXyChart
unit_chart (const CvrXyCurve *curve)
{
  CvrXyChart chart = cvr_paint_xy_chart ();

  chart.curves = curve;
  chart.n_curves = 1;
  chart.x_low = chart.y_low = 0;
  chart.x_high = chart.y_high = 1;
  chart.x_percent = chart.y_percent = TRUE;

  return chart;
}

static guint
painted (const CvrXyChart *chart,
         double            width,
         double            height,
         gboolean          dark)
{
  CvrTheme theme = cvr_paint_theme (dark, FALSE);
  cairo_t *cr = canvas_new (MAX (width, 1), MAX (height, 1), 1, &theme);
  guint n;

  cvr_paint_xy (cr, width, height, chart, &theme);
  n = count_painted (cr, &theme);
  cairo_destroy (cr);

  return n;
}

static void
test_styles_draw_what_they_say (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  guint counts[4];

  for (guint style = 0; style < 4; style++)
    {
      CvrXyCurve curve = { xs, ys, NULL, 4, theme.training, style, NULL };
      CvrXyChart chart = unit_chart (&curve);
      cairo_t *cr = canvas_new (400, 400, 1, &theme);

      cvr_paint_xy (cr, 400, 400, &chart, &theme);
      counts[style] = count_pixels (cr, packed (theme.training), 8);
      cairo_destroy (cr);
    }
  g_assert_cmpuint (counts[CVR_XY_LINE], >, 400);
  g_assert_cmpuint (counts[CVR_XY_STEPS], >, counts[CVR_XY_LINE]);
  g_assert_cmpuint (counts[CVR_XY_DOTS], >, counts[CVR_XY_LINE]);
  g_assert_cmpuint (counts[CVR_XY_CLOUD], <, 200);
}

static void
test_spread_counts_and_marks_add_to_it (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  static const double spread[] = { 0.1, 0.1, 0.05, 0 };
  static const guint64 pictures[] = { 5, 0, 9, 2 };
  CvrXyCurve curve = { xs, ys, NULL, 4, theme.training, CVR_XY_LINE, "cat" };
  CvrXyChart chart = unit_chart (&curve);
  guint plain = painted (&chart, 400, 300, FALSE), more;

  curve.spread = spread;
  more = painted (&chart, 400, 300, FALSE);
  g_assert_cmpuint (more, >, plain + 1000);
  chart.counts = pictures;
  chart.n_counts = 4;
  g_assert_cmpuint (painted (&chart, 400, 300, FALSE), >, more + 1000);
  more = painted (&chart, 400, 300, FALSE);
  chart.diagonal = TRUE;
  chart.mark_x = 0.25;
  chart.mark_y = 0.75;
  chart.mark_label = "threshold 0.4";
  g_assert_cmpuint (painted (&chart, 400, 300, FALSE), >, more);
  g_assert_cmpuint (painted (&chart, 400, 300, TRUE), >, plain);
}

static void
test_the_pointer_reads_the_axis (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  static const double rates[] = { 1e-5, 1e-3, 1 }, losses[] = { 2, 1, 3 };
  CvrXyCurve curve = { rates, losses, NULL, 3, theme.training, CVR_XY_LINE, NULL };
  CvrXyChart chart = cvr_paint_xy_chart ();
  double low, high;

  chart.curves = &curve;
  chart.n_curves = 1;
  chart.log_x = TRUE;
  g_assert_true (isnan (cvr_paint_xy_x (400, 300, &chart, &theme, 1)));
  low = cvr_paint_xy_x (400, 300, &chart, &theme, 150);
  high = cvr_paint_xy_x (400, 300, &chart, &theme, 300);
  g_assert_cmpfloat (low, >, 1e-5);
  g_assert_cmpfloat (high, <, 1);
  /* As many decades for as many pixels. */
  g_assert_cmpfloat_with_epsilon (log10 (high / low),
                                  log10 (low / cvr_paint_xy_x (400, 300, &chart, &theme, 75)) * 2,
                                  1e-9);
  chart.hover_x = low;
  g_assert_cmpuint (painted (&chart, 400, 300, FALSE), >, 0);
}

static void
test_what_is_read_off_is_named (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrXyCurve curve = { xs, ys, NULL, 4, theme.training, CVR_XY_LINE, NULL };
  CvrXyChart chart = unit_chart (&curve);
  guint bare, named;

  chart.hover_x = 0.25;
  bare = painted (&chart, 400, 300, FALSE);
  chart.x_name = "recall";
  named = painted (&chart, 400, 300, FALSE);
  g_assert_cmpuint (named, !=, bare);
  chart.y_name = "precision";
  g_assert_cmpuint (painted (&chart, 400, 300, FALSE), !=, named);
  /* The curve's own label comes before it. */
  curve.label = "cat";
  named = painted (&chart, 400, 300, FALSE);
  chart.y_name = NULL;
  g_assert_cmpuint (painted (&chart, 400, 300, FALSE), ==, named);
}

/* A fingertip beside a point means it; the middle of nowhere means none. */
static void
test_the_pointer_finds_a_point (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  static const double x[] = { 0, 5, 10 }, y[] = { 0, NAN, 10 };
  CvrXyCurve curve = { x, y, NULL, 3, theme.training, CVR_XY_CLOUD, NULL };
  CvrXyChart chart = cvr_paint_xy_chart ();
  guint n_first = 0, n_last = 0;

  chart.curves = &curve;
  chart.n_curves = 1;
  chart.x_low = chart.y_low = 0;
  chart.x_high = chart.y_high = 10;
  g_assert_cmpint (cvr_paint_xy_at (400, 300, &chart, &theme, 0, 210, 140), ==, -1);
  g_assert_cmpint (cvr_paint_xy_at (400, 300, &chart, &theme, 1, 210, 140), ==, -1);
  g_assert_cmpint (cvr_paint_xy_at (10, 10, &chart, &theme, 0, 5, 5), ==, -1);
  for (guint i = 0; i < 400; i += 4)
    for (guint k = 0; k < 300; k += 4)
      {
        gint at = cvr_paint_xy_at (400, 300, &chart, &theme, 0, i, k);

        g_assert_cmpint (at, !=, 1);
        n_first += at == 0;
        n_last += at == 2;
      }
  /* A disc of 12 px has 28 places that are 4 px apart. */
  g_assert_cmpuint (n_first, >=, 22);
  g_assert_cmpuint (n_last, >=, 22);
}

static void
test_nothing_and_nonsense (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  static const double bad[] = { NAN, INFINITY, -1 }, same[] = { 3, 3, 3 };
  CvrXyCurve none = { NULL, NULL, NULL, 0, theme.training, CVR_XY_LINE, NULL };
  CvrXyCurve odd = { bad, bad, bad, 3, theme.training, CVR_XY_DOTS, "odd" };
  CvrXyCurve one = { same, same, NULL, 3, theme.training, CVR_XY_DOTS, "one" };
  CvrXyChart chart = cvr_paint_xy_chart ();

  g_assert_cmpuint (painted (&chart, 400, 300, FALSE), >, 0);
  chart.curves = &none;
  chart.n_curves = 1;
  g_assert_cmpuint (painted (&chart, 400, 300, FALSE), >, 0);
  g_assert_cmpuint (painted (&chart, 20, 300, FALSE), ==, 0);
  g_assert_cmpuint (painted (&chart, 0, 0, FALSE), ==, 0);
  chart.curves = &odd;
  painted (&chart, 400, 300, FALSE);
  chart.log_x = TRUE;
  painted (&chart, 400, 300, FALSE);
  chart.curves = &one;
  chart.mark_x = 3;
  chart.hover_x = 3;
  g_assert_cmpuint (painted (&chart, 400, 300, FALSE), >, 100);
  chart.log_x = FALSE;
  chart.hover_x = NAN;
  chart.mark_x = 1e9;
  painted (&chart, 61, 61, FALSE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paint/xy/styles-draw-what-they-say", test_styles_draw_what_they_say);
  g_test_add_func ("/paint/xy/spread-counts-and-marks-add-to-it",
                   test_spread_counts_and_marks_add_to_it);
  g_test_add_func ("/paint/xy/the-pointer-reads-the-axis", test_the_pointer_reads_the_axis);
  g_test_add_func ("/paint/xy/what-is-read-off-is-named", test_what_is_read_off_is_named);
  g_test_add_func ("/paint/xy/the-pointer-finds-a-point", test_the_pointer_finds_a_point);
  g_test_add_func ("/paint/xy/nothing-and-nonsense", test_nothing_and_nonsense);

  return g_test_run ();
}
