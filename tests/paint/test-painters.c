/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chart, histogram, bars and numbers on image surfaces: what is drawn where, at both scales, and
 * with nothing, one thing or nonsense to draw. */
#include "paint-canvas.h"

static CvrChart
chart_of (const CvrCurve *curves,
          guint           n_curves)
{
  return (CvrChart) { .curves = curves, .n_curves = n_curves, .x_max = 10, .y_min = NAN,
                      .y_max = NAN,
                      .mark_x = NAN, .hover_x = NAN };
}

static void
test_chart_flat_curve_lies_at_its_value (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrCurvePoint points[] = { { 0, 5, 5, 5 }, { 10, 5, 5, 5 } };
  CvrCurve curve = { points, 2, theme.training, FALSE, NULL };
  CvrChart chart = chart_of (&curve, 1);

  chart.y_min = 0;
  chart.y_max = 10;
  for (guint scale = 1; scale <= 2; scale++)
    {
      cairo_t *cr = canvas_new (400, 200, scale, &theme);
      double top = theme.text_size * 0.8, bottom = 200 - theme.text_size * 1.8;

      cvr_paint_chart (cr, 400, 200, &chart, &theme);
      g_assert_cmpint (colour_distance (canvas_pixel (cr, 200, (top + bottom) / 2),
                                        packed (theme.training)), <=, 90);
      g_assert_cmpint (colour_distance (canvas_pixel (cr, 201, top + (bottom - top) * 0.3),
                                        packed (theme.paper)), <=, 2);
      g_assert_cmpuint (count_pixels (cr, packed (theme.training), 8), >, 300 * scale);
      cairo_destroy (cr);
    }
}

static void
test_chart_band_covers_extremes (void)
{
  CvrTheme theme = cvr_paint_theme (TRUE, FALSE);
  CvrCurvePoint points[] = { { 0, 2, 8, 5 }, { 10, 2, 8, 5 } };
  CvrCurve curve = { points, 2, theme.validation, FALSE, NULL };
  CvrChart chart = chart_of (&curve, 1);
  cairo_t *cr = canvas_new (400, 200, 1, &theme);
  double top = theme.text_size * 0.8, height = 200 - theme.text_size * 1.8 - top;

  chart.y_min = 0;
  chart.y_max = 10;
  cvr_paint_chart (cr, 400, 200, &chart, &theme);
  /* Away from the grid at 0, 2, 4 …: 7 is inside the band, 9 outside. */
  g_assert_cmpint (colour_distance (canvas_pixel (cr, 200, top + height * 0.3),
                                    packed (theme.paper)), >, 20);
  g_assert_cmpint (colour_distance (canvas_pixel (cr, 200, top + height * 0.1),
                                    packed (theme.paper)), <=, 2);
  cairo_destroy (cr);
}

static guint
painted_by_chart (const CvrChart *chart,
                  double          width,
                  double          height)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  cairo_t *cr = canvas_new (MAX (width, 1), MAX (height, 1), 1, &theme);
  guint n;

  cvr_paint_chart (cr, width, height, chart, &theme);
  n = count_painted (cr, &theme);
  cairo_destroy (cr);

  return n;
}

static void
test_chart_degenerate (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrCurvePoint one = { 3, 1, 1, 1 }, nonsense[] = { { NAN, 1, 1, 1 }, { 1, NAN, NAN, NAN },
                                                     { 2, INFINITY, 0, INFINITY } };
  CvrCurvePoint huge[] = { { 0, -1e308, 1e308, 0 }, { 1, -1e308, 1e308, 1 } },
    mixed[] = { { 1, NAN, NAN, 4 }, { 2, 1, 1, NAN }, { 3, 2, 2, 2 } };
  CvrCurve curve = { &one, 1, theme.training, FALSE, "Trainin\xc3" };
  CvrChart chart = chart_of (&curve, 1), none = chart_of (NULL, 0);
  guint said = painted_by_chart (&none, 300, 200);

  g_assert_cmpuint (said, >, 50);
  g_assert_cmpuint (painted_by_chart (&chart, 300, 200), >, said);
  curve.points = nonsense;
  curve.n_points = 3;
  g_assert_cmpuint (painted_by_chart (&chart, 300, 200), ==, said);
  curve.points = huge;
  curve.n_points = 2;
  g_assert_cmpuint (painted_by_chart (&chart, 300, 200), ==, said);
  curve.points = mixed;
  curve.n_points = 3;
  g_assert_cmpuint (painted_by_chart (&chart, 300, 200), >, said);

  g_assert_cmpuint (painted_by_chart (&chart, 10, 10), ==, 0);
  g_assert_cmpuint (painted_by_chart (&chart, 0, 0), ==, 0);
  painted_by_chart (&chart, 60, 45);
}

static void
test_chart_mark_and_hover_add (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrCurvePoint points[] = { { 1, 1, 1, 1 }, { 2, 0.5, 0.5, 0.5 }, { 3, 0.4, 0.4, 0.4 } };
  CvrCurve curve = { points, 3, theme.validation, TRUE, "Validation" };
  CvrChart chart = chart_of (&curve, 1);
  guint plain = painted_by_chart (&chart, 400, 250), marked;

  chart.mark_x = 5;
  chart.mark_label = "best";
  marked = painted_by_chart (&chart, 400, 250);
  g_assert_cmpuint (marked, >, plain + 80);
  chart.hover_x = 8;
  g_assert_cmpuint (painted_by_chart (&chart, 400, 250), !=, marked);
  chart.hover_x = 11;
  g_assert_cmpuint (painted_by_chart (&chart, 400, 250), ==, marked);
}

/* The line under the pointer is drawn where the pointer is. */
static void
test_chart_x_is_inverse_of_drawing (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrCurvePoint points[] = { { 1, 1, 1, 1 }, { 9, 0.5, 0.5, 0.5 } };
  CvrCurve curve = { points, 2, theme.validation, TRUE, "Validation" };
  CvrChart chart = chart_of (&curve, 1), empty = chart_of (NULL, 0);

  for (double x = 60.5; x < 380; x += 37)
    {
      cairo_t *cr = canvas_new (400, 250, 1, &theme), *plain = canvas_new (400, 250, 1, &theme);

      chart.hover_x = NAN;
      cvr_paint_chart (plain, 400, 250, &chart, &theme);
      chart.hover_x = cvr_paint_chart_x (400, 250, &chart, &theme, x);
      g_assert_cmpfloat (chart.hover_x, >, 0);
      cvr_paint_chart (cr, 400, 250, &chart, &theme);
      g_assert_cmphex (canvas_pixel (cr, x, 200), !=, canvas_pixel (plain, x, 200));
      g_assert_cmphex (canvas_pixel (cr, x - 6, 200), ==, canvas_pixel (plain, x - 6, 200));
      cairo_destroy (cr);
      cairo_destroy (plain);
    }
  g_assert_true (isnan (cvr_paint_chart_x (400, 250, &chart, &theme, 1)));
  g_assert_true (isnan (cvr_paint_chart_x (400, 250, &chart, &theme, 399)));
  g_assert_true (isnan (cvr_paint_chart_x (400, 250, &empty, &theme, 200)));
  g_assert_true (isnan (cvr_paint_chart_x (10, 10, &chart, &theme, 5)));
}

/* Of a stretch only that stretch is drawn, and the axis under the pointer is its own. */
static void
test_chart_shows_a_stretch (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrCurvePoint points[] = { { 0, 9, 9, 9 }, { 4, 9, 9, 9 }, { 4.5, 1, 1, 1 }, { 5, 1.2, 1.2, 1.2 },
                             { 6, 9, 9, 9 } };
  CvrCurve curve = { points, 5, theme.training, FALSE, NULL };
  CvrChart chart = chart_of (&curve, 1);
  double left, right;

  chart.x_low = 4.4;
  chart.x_high = 5.2;
  left = cvr_paint_chart_x (400, 250, &chart, &theme, 60);
  right = cvr_paint_chart_x (400, 250, &chart, &theme, 370);
  g_assert_cmpfloat (left, >=, 4.4);
  g_assert_cmpfloat (left, <, 4.6);
  g_assert_cmpfloat (right, >, 5);
  g_assert_cmpfloat (right, <=, 5.2);
  g_assert_cmpuint (painted_by_chart (&chart, 400, 250), >, 300);
  /* Nothing but what lies beyond both ends: still a chart. */
  chart.x_low = 4.6;
  chart.x_high = 4.7;
  g_assert_cmpuint (painted_by_chart (&chart, 400, 250), >, 300);
}

static void
test_chart_events_are_drawn_and_read (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrCurvePoint points[] = { { 1, 1, 1, 1 }, { 9, 0.5, 0.5, 0.5 } };
  CvrCurve curve = { points, 2, theme.validation, TRUE, "Validation" };
  CvrChart chart = chart_of (&curve, 1);
  CvrChartEvent events[] = { { 3, CVR_CHART_PAUSED, "Paused" },
                             { 3.1, CVR_CHART_RESUMED, "Went on" },
                             { 6, CVR_CHART_WARNING, "Overfitting" },
                             { 20, CVR_CHART_GOOD, "beyond" } };
  guint plain = painted_by_chart (&chart, 400, 250);
  g_autofree char *nothing = cvr_paint_chart_values (&chart);
  g_autofree char *values = NULL;

  g_assert_cmpstr (nothing, ==, "");
  chart.events = events;
  chart.n_events = G_N_ELEMENTS (events);
  g_assert_cmpuint (painted_by_chart (&chart, 400, 250), >, plain + 150);
  chart.hover_x = 6;
  chart.hover_label = "Epoch 6";
  values = cvr_paint_chart_values (&chart);
  g_assert_true (g_str_has_prefix (values, "Epoch 6, Validation  0.5"));
  g_assert_true (g_str_has_suffix (values, ", Overfitting"));
}

/* 300,000 points must cost columns, not points: the band of a stroke of so many would take many
 * seconds. */
static void
test_chart_bounds_segments (void)
{
  enum { N = 300000 };
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  g_autofree CvrCurvePoint *points = g_new (CvrCurvePoint, N);
  CvrCurve curve = { points, N, theme.training, TRUE, NULL };
  CvrChart chart = chart_of (&curve, 1);
  cairo_t *cr = canvas_new (600, 300, 1, &theme);
  CvrRgba band = { theme.paper.red * 0.75 + theme.training.red * 0.25,
                   theme.paper.green * 0.75 + theme.training.green * 0.25,
                   theme.paper.blue * 0.75 + theme.training.blue * 0.25, 1 };

  for (guint i = 0; i < N; i++)
    points[i] = (CvrCurvePoint) { 10.0 * i / N, i % 2, i % 2, i % 2 };
  cvr_paint_chart (cr, 600, 300, &chart, &theme);
  /* Alternating 0 and 1: the band fills the plot, and its means meet in the middle. */
  g_assert_cmpuint (count_pixels (cr, packed (band), 4), >, 600 * 300 / 2);
  g_assert_cmpuint (count_pixels (cr, packed (theme.training), 40), <, 600 * 6);
  cairo_destroy (cr);
}

static void
test_histogram_threshold_fades_the_small (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const guint64 counts[] = { 10, 10, 10, 10 };
  guint solid[3];
  const double thresholds[] = { NAN, 0.5, 2 };

  for (guint i = 0; i < 3; i++)
    {
      cairo_t *cr = canvas_new (300, 200, 1, &theme);
      CvrRgba kept = { theme.ink.red * 0.72 + 0.28, theme.ink.green * 0.72 + 0.28,
                       theme.ink.blue * 0.72 + 0.28, 1 };

      cvr_paint_histogram (cr, 300, 200,
                           &(CvrHistogram) { counts, 4, 1, thresholds[i], 0.5, "Size", "%s go" },
                           &theme);
      solid[i] = count_pixels (cr, packed (kept), 3);
      cairo_destroy (cr);
    }
  g_assert_cmpuint (solid[0], >, 20000);
  /* Half of the bars, give or take the line of the threshold and anti-aliased edges. */
  g_assert_cmpfloat_with_epsilon (solid[1], solid[0] / 2.0, solid[0] * 0.04);
  g_assert_cmpuint (solid[2], <, 600);
}

static void
test_histogram_without_weights_says_so (void)
{
  CvrTheme theme = cvr_paint_theme (TRUE, TRUE);
  const guint64 zeros[] = { 0, 0 };
  const struct { guint n; double high; } cases[] = { { 0, 1 }, { 2, 1 }, { 2, 0 }, { 2, NAN },
                                                     { 2, INFINITY } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      cairo_t *cr = canvas_new (200, 150, 2, &theme);
      guint painted;

      cvr_paint_histogram (cr, 200, 150,
                           &(CvrHistogram) { zeros, cases[i].n, cases[i].high, 0.3, 0, NULL, NULL },
                           &theme);
      painted = count_painted (cr, &theme);
      g_assert_cmpuint (painted, >, 50);
      g_assert_cmpuint (painted, <, 5000);
      cairo_destroy (cr);
    }
}

static guint
bar_pixels (double   p,
            gboolean truth,
            CvrRgba *colour)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  CvrBar bar = { "umbrella", p, 2, truth };
  cairo_t *cr = canvas_new (300, 40, 1, &theme);
  guint n;

  cvr_paint_bars (cr, 300, 40, &bar, 1, &theme);
  n = count_pixels (cr, packed (colour != NULL ? *colour : theme.classes[2]), 6);
  cairo_destroy (cr);

  return n;
}

static void
test_bars_are_as_long_as_probable (void)
{
  CvrRgba right = cvr_paint_theme (FALSE, FALSE).right;
  guint whole = bar_pixels (1, FALSE, NULL), half = bar_pixels (0.5, FALSE, NULL);

  g_assert_cmpuint (whole, >, 1000);
  g_assert_cmpfloat_with_epsilon (half, whole / 2.0, whole * 0.05);
  g_assert_cmpuint (bar_pixels (7, FALSE, NULL), ==, whole);
  g_assert_cmpuint (bar_pixels (NAN, FALSE, NULL), <, 60);
  g_assert_cmpuint (bar_pixels (1, TRUE, &right), >, 5);
  g_assert_cmpuint (bar_pixels (1, FALSE, &right), ==, 0);
}

static void
test_bars_without_any_say_so (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  cairo_t *cr = canvas_new (200, 60, 1, &theme);
  CvrBar many[60];

  cvr_paint_bars (cr, 200, 60, NULL, 0, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), >, 50);
  for (guint i = 0; i < 60; i++)
    many[i] = (CvrBar) { NULL, 0.5, i, FALSE };
  cvr_paint_bars (cr, 200, 60, many, 60, &theme);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
}

static void
test_numbers_cell_is_inverse_of_drawing (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  float values[12] = { 0 };
  cairo_t *cr = canvas_new (200, 120, 2, &theme);
  guint right = 0, wrong = 0;

  values[1 * 4 + 2] = 1;
  theme.text_size = 4;
  cvr_paint_numbers (cr, 200, 120, values, 4, 3, -1, -1, TRUE, &theme);
  for (double y = 2.5; y < 118; y += 3)
    for (double x = 2.5; x < 198; x += 3)
      {
        guint column, row;
        gboolean hot = colour_distance (canvas_pixel (cr, x, y), packed (theme.validation)) < 8;

        if (!cvr_paint_numbers_cell (200, 120, 4, 3, x, y, &column, &row))
          g_assert_false (hot);
        else if (hot && column == 2 && row == 1)
          right++;
        else if (hot)
          wrong++;
      }
  g_assert_cmpuint (right, >, 30);
  g_assert_cmpuint (wrong, ==, 0);
  cairo_destroy (cr);
}

static void
test_numbers_degenerate (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const float values[] = { NAN, INFINITY, -INFINITY, 1e30f };
  cairo_t *cr = canvas_new (120, 120, 1, &theme);
  guint column, row;

  cvr_paint_numbers (cr, 120, 120, values, 0, 4, -1, -1, FALSE, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), ==, 0);
  cvr_paint_numbers (cr, 120, 120, values, 2, 2, 1, 1, TRUE, &theme);
  g_assert_cmpuint (count_pixels (cr, packed (theme.wrong), 3), >, 1000);
  g_assert_false (cvr_paint_numbers_cell (120, 120, 0, 2, 50, 50, &column, &row));
  g_assert_false (cvr_paint_numbers_cell (120, 120, 2, 2, NAN, 50, &column, &row));
  cairo_destroy (cr);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paint/chart/flat-curve-lies-at-its-value",
                   test_chart_flat_curve_lies_at_its_value);
  g_test_add_func ("/paint/chart/band-covers-extremes", test_chart_band_covers_extremes);
  g_test_add_func ("/paint/chart/degenerate", test_chart_degenerate);
  g_test_add_func ("/paint/chart/mark-and-hover-add", test_chart_mark_and_hover_add);
  g_test_add_func ("/paint/chart/x-is-inverse-of-drawing", test_chart_x_is_inverse_of_drawing);
  g_test_add_func ("/paint/chart/bounds-segments", test_chart_bounds_segments);
  g_test_add_func ("/paint/chart/shows-a-stretch", test_chart_shows_a_stretch);
  g_test_add_func ("/paint/chart/events-are-drawn-and-read",
                   test_chart_events_are_drawn_and_read);
  g_test_add_func ("/paint/histogram/threshold-fades-the-small",
                   test_histogram_threshold_fades_the_small);
  g_test_add_func ("/paint/histogram/without-weights-says-so",
                   test_histogram_without_weights_says_so);
  g_test_add_func ("/paint/bars/are-as-long-as-probable", test_bars_are_as_long_as_probable);
  g_test_add_func ("/paint/bars/without-any-say-so", test_bars_without_any_say_so);
  g_test_add_func ("/paint/numbers/cell-is-inverse-of-drawing",
                   test_numbers_cell_is_inverse_of_drawing);
  g_test_add_func ("/paint/numbers/degenerate", test_numbers_degenerate);

  return g_test_run ();
}
