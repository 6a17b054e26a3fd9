/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points of classes: where the colours of two can be taken for each other, also by an eye without
 * red or green cones, their shapes can't. */
#include "cvr-paint-inside.h"
#include "paint-canvas.h"

enum
{
  N_CLASSES = 20,
  SIDE = 16,
  RADIUS = 4,     /* of the plane of pictures */
  ALIKE = 25,     /* CIELAB: below it, two points of a few pixels are easily taken for one kind */
};

typedef struct { double l, a, b; } Lab;
typedef guint32 Look[SIDE * SIDE];

/* Machado, Oliveira & Fernandes, "A physiologically-based model for simulation of color vision
 * deficiency", 2009, severity 1, on linear RGB: all cones, protanopia, deuteranopia. */
static const double eyes[3][3][3] = {
  { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
  { { 0.152286, 1.052583, -0.204868 },
    { 0.114503, 0.786281, 0.099216 },
    { -0.003882, -0.048116, 1.051998 } },
  { { 0.367322, 0.860646, -0.227968 },
    { 0.280085, 0.672501, 0.047413 },
    { -0.011820, 0.042940, 0.968881 } },
};

static double
linear (double c)
{
  return c <= 0.04045 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4);
}

static double
root (double t)
{
  return t > 216.0 / 24389 ? cbrt (t) : (24389.0 / 27 * t + 16) / 116;
}

/* sRGB to CIELAB under D65, through an eye. */
static Lab
seen_by (guint   eye,
         CvrRgba colour)
{
  static const double xyz[3][3] = {
    { 0.4124, 0.3576, 0.1805 }, { 0.2126, 0.7152, 0.0722 }, { 0.0193, 0.1192, 0.9505 }
  };
  double rgb[3] = { linear (colour.red), linear (colour.green), linear (colour.blue) };
  double f[3] = { 0 };

  for (guint i = 0; i < 3; i++)
    {
      double sum = 0, white = 0;

      for (guint j = 0; j < 3; j++)
        {
          double seen = 0;

          for (guint k = 0; k < 3; k++)
            seen += eyes[eye][j][k] * rgb[k];
          sum += xyz[i][j] * CLAMP (seen, 0, 1);
          white += xyz[i][j];
        }
      f[i] = root (sum / white);
    }

  return (Lab) { 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2]) };
}

/* CIE 1976, in the worst of the themes for the worst of the eyes. */
static double
nearest (guint a,
         guint b)
{
  double least = INFINITY;

  for (guint t = 0; t < 4; t++)
    for (guint eye = 0; eye < G_N_ELEMENTS (eyes); eye++)
      {
        CvrTheme theme = cvr_paint_theme (t & 1, t & 2);
        Lab p = seen_by (eye, cvr_paint_class_colour (&theme, a));
        Lab q = seen_by (eye, cvr_paint_class_colour (&theme, b));

        least = fmin (least, sqrt ((p.l - q.l) * (p.l - q.l) + (p.a - q.a) * (p.a - q.a)
                                   + (p.b - q.b) * (p.b - q.b)));
      }

  return least;
}

static void
look_at (guint class_index,
         guint paint,
         Look  look)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const CvrDot dot = { 0.5f, 0.5f, (gint) class_index, paint, FALSE, FALSE };
  cairo_t *cr = canvas_new (SIDE, SIDE, 1, &theme);

  cvr_paint_dots (cr, SIDE, SIDE, &dot, 1, RADIUS, &theme);
  for (int i = 0; i < SIDE * SIDE; i++)
    look[i] = canvas_pixel (cr, i % SIDE, i / SIDE);
  cairo_destroy (cr);
}

/* In whole pixels of ink. */
static double
difference (const Look a,
            const Look b)
{
  double sum = 0;

  for (guint i = 0; i < SIDE * SIDE; i++)
    sum += colour_distance (a[i], b[i]) / 255.0;

  return sum;
}

/* The distance itself: white from black, and two colours that only cones for red tell apart. */
static void
test_eyes (void)
{
  Lab white = seen_by (0, (CvrRgba) { 1, 1, 1, 1 }), black = seen_by (0, (CvrRgba) { 0, 0, 0, 1 });
  Lab red[3], green[3];

  g_assert_cmpfloat_with_epsilon (white.l, 100, 0.01);
  g_assert_cmpfloat_with_epsilon (white.a, 0, 0.01);
  g_assert_cmpfloat_with_epsilon (black.l, 0, 0.01);
  for (guint eye = 0; eye < 3; eye++)
    {
      red[eye] = seen_by (eye, (CvrRgba) { 0.8, 0.2, 0.2, 1 });
      green[eye] = seen_by (eye, (CvrRgba) { 0.2, 0.6, 0.2, 1 });
    }
  g_assert_cmpfloat (red[0].a - green[0].a, >, 90);
  g_assert_cmpfloat (fabs (red[1].a - green[1].a), <, 20);
  g_assert_cmpfloat (fabs (red[2].a - green[2].a), <, 20);
}

static void
test_classes (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  cairo_t *cr = canvas_new (100, 100, 1, &theme);
  const CvrDot dots[] = {
    { 0.2f, 0.2f, 0, 0, FALSE, FALSE },
    { 0.8f, 0.2f, 13, 13, FALSE, TRUE },
    { 0.5f, 0.8f, -1, 0, TRUE, FALSE },
  };

  cvr_paint_dots (cr, 100, 100, dots, 0, 4, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), ==, 0);
  cvr_paint_dots (cr, 100, 100, dots, 3, 4, &theme);
  g_assert_cmpint (colour_distance (canvas_pixel (cr, 20, 20),
                                    packed (cvr_paint_class_colour (&theme, 0))),
                   <=, 60);
  g_assert_cmpint (colour_distance (canvas_pixel (cr, 20, 80), packed (theme.paper)), ==, 0);
  cairo_destroy (cr);
}

/* Painted in one colour, so that only the shapes count: a quarter of a point's ink and more. */
static void
test_alike_colours (void)
{
  Look blank, shapes[N_CLASSES];
  guint n_alike = 0;

  for (guint i = 0; i < SIDE * SIDE; i++)
    blank[i] = 0xffffff;
  for (guint k = 0; k < N_CLASSES; k++)
    look_at (k, 4, shapes[k]);
  for (guint a = 0; a < N_CLASSES; a++)
    for (guint b = 0; b < a; b++)
      if (nearest (a, b) < ALIKE)
        {
          double ink = fmin (difference (shapes[a], blank), difference (shapes[b], blank));

          n_alike++;
          g_test_message ("classes %u and %u: colours %.0f, shapes %.0f of %.0f", a, b,
                          nearest (a, b), difference (shapes[a], shapes[b]), ink);
          g_assert_cmpfloat (difference (shapes[a], shapes[b]), >, 0.25 * ink);
        }
  g_assert_cmpuint (n_alike, >, N_CLASSES);
}

/* The first eight have shapes of their own, whatever colours they were given. */
static void
test_first_eight (void)
{
  Look shapes[8];

  for (guint k = 0; k < 8; k++)
    look_at (k, 4, shapes[k]);
  for (guint a = 0; a < 8; a++)
    for (guint b = 0; b < a; b++)
      g_assert_cmpfloat (difference (shapes[a], shapes[b]), >, 5);
}

/* Twenty classes, and two that were given one colour: no two points look the same. */
static void
test_twenty (void)
{
  Look seen[N_CLASSES + 1];

  for (guint k = 0; k < N_CLASSES; k++)
    look_at (k, k, seen[k]);
  look_at (1, 0, seen[N_CLASSES]);
  for (guint a = 0; a <= N_CLASSES; a++)
    for (guint b = 0; b < a; b++)
      g_assert_cmpfloat (difference (seen[a], seen[b]), >, 5);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/paint/dots/eyes", test_eyes);
  g_test_add_func ("/paint/dots/classes", test_classes);
  g_test_add_func ("/paint/dots/alike-colours-have-other-shapes", test_alike_colours);
  g_test_add_func ("/paint/dots/first-eight-by-shape-alone", test_first_eight);
  g_test_add_func ("/paint/dots/twenty-classes-all-differ", test_twenty);

  return g_test_run ();
}
