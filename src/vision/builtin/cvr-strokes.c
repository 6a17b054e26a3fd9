/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hand: reads sketches, bends them as people do and inks them with Cairo.
 *
 * A sketch is text: strokes separated by ';', in units of 1/100 of the picture, y downwards, whole
 * numbers. A stroke may begin with ?N: only N of 100 people draw it. Then
 *   M x y                 the pen goes down
 *   L x y …               straight lines, as many as pairs follow
 *   C x y x y x y …       cubic curves, as many as triples of pairs follow
 *   O x y rx ry           an ellipse about x y, begun anywhere, by itself
 *   Z                     back to where the pen went down
 */
#include "cvr-strokes.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

/* Distance of the points a stroke is cut into, in sketch units: about a pixel of 28. */
static const double spacing = 3.0;

enum { CURVE_PIECES = 10 };

typedef struct
{
  double x, y;
} Point;

/* All strokes of a drawing: stroke i owns points starts[i] … starts[i + 1] − 1. */
typedef struct
{
  GArray *points; /* Point */
  GArray *starts; /* guint */
} Drawing;

static double
deviate (CvrRng *rng,
         double  deviation)
{
  return deviation * CLAMP (cvr_rng_normal (rng), -2.5, 2.5);
}

static gboolean
happens (CvrRng *rng,
         double  probability)
{
  return cvr_rng_uniform (rng) < probability;
}

/* Reading sketches */

static gboolean
read_number (const char **text,
             double      *value)
{
  char *end;
  gint64 number = g_ascii_strtoll (*text, &end, 10);

  if (end == *text)
    return FALSE;

  *text = end;
  *value = (double) number;
  return TRUE;
}

static gboolean
read_numbers (const char **text,
              double      *values,
              guint        n_values)
{
  for (guint i = 0; i < n_values; i++)
    if (!read_number (text, &values[i]))
      {
        g_assert (i == 0); /* A sketch of ours that breaks off within a pair. */
        return FALSE;
      }

  return TRUE;
}

static void
line_to (GArray *points,
         Point   to)
{
  Point from = g_array_index (points, Point, points->len - 1);
  guint n = (guint) MAX (1, ceil (hypot (to.x - from.x, to.y - from.y) / spacing));

  for (guint i = 1; i <= n; i++)
    {
      double part = (double) i / n;
      Point  p = { from.x + part * (to.x - from.x), from.y + part * (to.y - from.y) };

      g_array_append_val (points, p);
    }
}

/* @v: the two control points and the end. */
static void
curve_to (GArray       *points,
          const double *v)
{
  Point from = g_array_index (points, Point, points->len - 1);

  for (guint i = 1; i <= CURVE_PIECES; i++)
    {
      double t = (double) i / CURVE_PIECES, s = 1 - t;
      Point  p = {
        s * s * s * from.x + 3 * s * s * t * v[0] + 3 * s * t * t * v[2] + t * t * t * v[4],
        s * s * s * from.y + 3 * s * s * t * v[1] + 3 * s * t * t * v[3] + t * t * t * v[5],
      };

      line_to (points, p);
    }
}

/* People begin an ellipse anywhere and go round either way. */
static void
ellipse (GArray       *points,
         const double *v,
         CvrRng       *rng)
{
  guint  n = (guint) MAX (8, ceil (2 * G_PI * MAX (v[2], v[3]) / spacing));
  double begin = cvr_rng_between (rng, 0, 2 * G_PI);
  double turn = happens (rng, 0.5) ? 2 * G_PI : -2 * G_PI;

  for (guint i = 0; i <= n; i++)
    {
      double angle = begin + turn * i / n;
      Point  p = { v[0] + v[2] * cos (angle), v[1] + v[3] * sin (angle) };

      g_array_append_val (points, p);
    }
}

/* Reads one stroke up to ';' or the end, and appends it. */
static const char *
read_stroke (const char *text,
             GArray     *points,
             CvrRng     *rng)
{
  Point  first = { 0, 0 };
  double v[6];

  for (; *text != '\0' && *text != ';';)
    {
      char command = *text++;

      if (command == 'M' && read_numbers (&text, v, 2))
        {
          first = (Point) { v[0], v[1] };
          g_array_append_val (points, first);
        }
      else if (command == 'L')
        while (read_numbers (&text, v, 2))
          line_to (points, (Point) { v[0], v[1] });
      else if (command == 'C')
        while (read_numbers (&text, v, 6))
          curve_to (points, v);
      else if (command == 'O' && read_numbers (&text, v, 4))
        ellipse (points, v, rng);
      else if (command == 'Z')
        line_to (points, first);
      else
        g_assert (command == ' ');
    }

  return text;
}

/* Bending one stroke */

/* Rounds corners: each pass replaces inner points by the mean of their neighbourhood. */
static void
smooth (Point *points,
        guint  n,
        guint  n_passes)
{
  for (guint pass = 0; pass < n_passes; pass++)
    {
      Point before = points[0];

      for (guint i = 1; i + 1 < n; i++)
        {
          Point here = points[i];

          points[i].x = (before.x + 2 * here.x + points[i + 1].x) / 4;
          points[i].y = (before.y + 2 * here.y + points[i + 1].y) / 4;
          before = here;
        }
    }
}

/* Three slow waves across the direction of the stroke. */
static void
wobble (Point  *points,
        guint   n,
        double  amplitude,
        CvrRng *rng)
{
  double phase[3], rate[3];

  for (guint k = 0; k < 3; k++)
    {
      phase[k] = cvr_rng_between (rng, 0, 2 * G_PI);
      rate[k] = cvr_rng_between (rng, 0.5, 1.5) * (k + 1) * 2 * G_PI * spacing / 100;
    }

  for (guint i = 0; i < n; i++)
    {
      Point  a = points[i > 0 ? i - 1 : i], b = points[i + 1 < n ? i + 1 : i];
      double length = MAX (hypot (b.x - a.x, b.y - a.y), 1e-6);
      double push = 0;

      for (guint k = 0; k < 3; k++)
        push += amplitude / (k + 1) * sin (phase[k] + rate[k] * i);

      points[i].x -= push * (b.y - a.y) / length;
      points[i].y += push * (b.x - a.x) / length;
    }
}

/* Lifts the pen late (adds to the end along its direction) or early (drops the last points). */
static void
finish_late_or_early (GArray *points,
                      guint   start,
                      double  by)
{
  guint n = points->len - start;

  if (n < 6)
    return;

  if (by > 0)
    {
      Point  last = g_array_index (points, Point, points->len - 1);
      Point  before = g_array_index (points, Point, points->len - 3);
      double length = MAX (hypot (last.x - before.x, last.y - before.y), 1e-6);

      line_to (points, (Point) { last.x + by * (last.x - before.x) / length,
                                 last.y + by * (last.y - before.y) / length });
    }
  else
    g_array_set_size (points, points->len - MIN ((guint) (-by / spacing), n / 4));
}

/* Places a stroke a little off, a little larger or smaller and turned, about its own middle. */
static void
displace (const CvrHand *hand,
          Point         *points,
          guint          n,
          CvrRng        *rng)
{
  double angle = deviate (rng, hand->jitter * 1.2) * G_PI / 180;
  double wider = exp (deviate (rng, hand->jitter * 0.02));
  double higher = exp (deviate (rng, hand->jitter * 0.02));
  double dx = deviate (rng, hand->jitter), dy = deviate (rng, hand->jitter);
  Point  middle = { 0, 0 };

  for (guint i = 0; i < n; i++)
    {
      middle.x += points[i].x / n;
      middle.y += points[i].y / n;
    }

  for (guint i = 0; i < n; i++)
    {
      double x = (points[i].x - middle.x) * wider, y = (points[i].y - middle.y) * higher;

      points[i].x = middle.x + dx + cos (angle) * x - sin (angle) * y;
      points[i].y = middle.y + dy + sin (angle) * x + cos (angle) * y;
    }
}

/* Appends the stroke at @text as one person draws it now. */
static const char *
draw_stroke (const CvrHand *hand,
             Drawing       *drawing,
             const char    *text,
             guint          roundness,
             CvrRng        *rng)
{
  guint  start = drawing->points->len;
  double overshoot = cvr_rng_between (rng, -0.5, 1) * hand->overshoot;
  Point *points;
  guint  n;

  text = read_stroke (text, drawing->points, rng);
  finish_late_or_early (drawing->points, start, overshoot);
  points = &g_array_index (drawing->points, Point, start);
  n = drawing->points->len - start;

  smooth (points, n, roundness);
  wobble (points, n, hand->wobble * cvr_rng_uniform (rng), rng);
  displace (hand, points, n, rng);
  g_array_append_val (drawing->starts, start);

  return text;
}

/* Reads the ?N before a stroke. */
static double
read_share (const char **text)
{
  double share = 100;

  while (**text == ' ')
    (*text)++;

  if (**text == '?')
    {
      (*text)++;
      read_number (text, &share);
    }

  return share / 100;
}

static void
draw_strokes (const CvrHand *hand,
              Drawing       *drawing,
              const char    *sketch,
              CvrRng        *rng)
{
  guint    roundness = cvr_rng_below (rng, 5);
  gboolean first = TRUE;

  for (const char *text = sketch; *text != '\0'; text += *text == ';', first = FALSE)
    {
      double   share = read_share (&text);
      gboolean drawn = happens (rng, share) && (first || !happens (rng, hand->missing));
      guint    times = !drawn ? 0 : happens (rng, hand->doubled) ? 2 : 1;
      const char *next = text + strcspn (text, ";");

      for (guint i = 0; i < times; i++)
        draw_stroke (hand, drawing, text, roundness, rng);

      text = next;
    }
}

/* A short line or a dot that belongs to nothing. */
static void
add_stray_mark (Drawing *drawing,
                CvrRng  *rng)
{
  guint  start = drawing->points->len;
  double angle = cvr_rng_between (rng, 0, 2 * G_PI);
  double length = cvr_rng_between (rng, 0, 16);
  Point  from = { cvr_rng_between (rng, 0, 100), cvr_rng_between (rng, 0, 100) };
  Point  to = { from.x + length * cos (angle), from.y + length * sin (angle) };

  g_array_append_val (drawing->points, from);
  line_to (drawing->points, to);
  g_array_append_val (drawing->starts, start);
}

/* Bending the whole */

/* A rubber sheet: the lowest cosine waves along both axes, weaker the shorter they are. */
static void
warp (Drawing *drawing,
      double   deviation,
      CvrRng  *rng)
{
  double across[3][3], along[3][3];

  for (guint i = 0; i < 3; i++)
    for (guint j = 0; j < 3; j++)
      {
        across[i][j] = deviate (rng, deviation) / (1 + i + j);
        along[i][j] = deviate (rng, deviation) / (1 + i + j);
      }

  for (guint k = 0; k < drawing->points->len; k++)
    {
      Point *p = &g_array_index (drawing->points, Point, k);
      double cx = cos (G_PI * p->x / 100), cy = cos (G_PI * p->y / 100);
      double wave_x[] = { 1, cx, 2 * cx * cx - 1 }, wave_y[] = { 1, cy, 2 * cy * cy - 1 };

      for (guint i = 0; i < 3; i++)
        for (guint j = 0; j < 3; j++)
          {
            p->x += across[i][j] * wave_x[i] * wave_y[j];
            p->y += along[i][j] * wave_x[i] * wave_y[j];
          }
    }
}

/* Turns, slants, stretches and places the drawing so that it lies inside @size pixels. */
static void
place (const CvrHand *hand,
       Drawing       *drawing,
       guint          size,
       double         pen,
       CvrRng        *rng)
{
  double angle = deviate (rng, hand->rotation) * G_PI / 180;
  double slant = deviate (rng, hand->shear);
  double stretch = exp (deviate (rng, hand->aspect) / 2);
  double mirror = hand->mirror && happens (rng, 0.5) ? -1 : 1;
  double side = cvr_rng_between (rng, hand->smallest, hand->largest) * size - pen;
  Point  low = { G_MAXDOUBLE, G_MAXDOUBLE }, high = { -G_MAXDOUBLE, -G_MAXDOUBLE };
  double scale, left, top, room_x, room_y;

  for (guint i = 0; i < drawing->points->len; i++)
    {
      Point *p = &g_array_index (drawing->points, Point, i);
      double x = mirror * (p->x - 50) * stretch - slant * (p->y - 50), y = (p->y - 50) / stretch;

      p->x = cos (angle) * x - sin (angle) * y;
      p->y = sin (angle) * x + cos (angle) * y;
      low = (Point) { MIN (low.x, p->x), MIN (low.y, p->y) };
      high = (Point) { MAX (high.x, p->x), MAX (high.y, p->y) };
    }

  scale = side / MAX (MAX (high.x - low.x, high.y - low.y), 1);
  room_x = (size - pen - scale * (high.x - low.x)) / 2;
  room_y = (size - pen - scale * (high.y - low.y)) / 2;
  left = pen / 2 + room_x + CLAMP (deviate (rng, hand->drift * size), -room_x, room_x);
  top = pen / 2 + room_y + CLAMP (deviate (rng, hand->drift * size), -room_y, room_y);

  for (guint i = 0; i < drawing->points->len; i++)
    {
      Point *p = &g_array_index (drawing->points, Point, i);

      p->x = left + (p->x - low.x) * scale;
      p->y = top + (p->y - low.y) * scale;
    }
}

/* Inking */

static void
ink_stroke (cairo_t     *cr,
            const Point *points,
            guint        n,
            double       begin_ink,
            double       end_ink)
{
  cairo_pattern_t *ink = cairo_pattern_create_linear (points[0].x, points[0].y,
                                                      points[n - 1].x + 0.01, points[n - 1].y);

  cairo_pattern_add_color_stop_rgba (ink, 0, 1, 1, 1, begin_ink);
  cairo_pattern_add_color_stop_rgba (ink, 1, 1, 1, 1, end_ink);
  cairo_set_source (cr, ink);
  cairo_pattern_destroy (ink);

  cairo_move_to (cr, points[0].x, points[0].y);
  for (guint i = 1; i < n; i++)
    cairo_line_to (cr, points[i].x, points[i].y);
  cairo_stroke (cr);
}

static void
ink (const CvrHand *hand,
     const Drawing *drawing,
     double         pen,
     CvrRng        *rng,
     cairo_t       *cr)
{
  double pressure = cvr_rng_between (rng, hand->faintest, 1);

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);

  for (guint i = 0; i < drawing->starts->len; i++)
    {
      guint  start = g_array_index (drawing->starts, guint, i);
      guint  end = i + 1 < drawing->starts->len ? g_array_index (drawing->starts, guint, i + 1)
                                                : drawing->points->len;
      double begin_ink = cvr_rng_between (rng, pressure, 1);
      double end_ink = cvr_rng_between (rng, pressure, 1);

      cairo_set_line_width (cr, pen * exp (deviate (rng, 0.08)));
      ink_stroke (cr, &g_array_index (drawing->points, Point, start), end - start, begin_ink,
                  end_ink);
    }
}

/* Copies an A8 surface into @pixels without the gaps between rows. */
static void
take_pixels (cairo_surface_t *surface,
             guint            size,
             guint8          *pixels)
{
  const guint8 *rows;
  int stride = cairo_image_surface_get_stride (surface);

  cairo_surface_flush (surface);
  rows = cairo_image_surface_get_data (surface);
  for (guint y = 0; y < size; y++)
    memcpy (pixels + (gsize) y * size, rows + (gsize) y * stride, size);
}

/**
 * cvr_hand_draw:
 * @sketch: what to draw; at least one stroke that everybody draws
 * @rng: decides everything
 * @size: pixels a side
 * @pixels: (out) (array): [@size, @size], paper 0, ink 255
 *
 * Any thread.
 */
void
cvr_hand_draw (const CvrHand *hand,
               const char    *sketch,
               CvrRng        *rng,
               guint          size,
               guint8        *pixels)
{
  Drawing drawing = { g_array_new (FALSE, FALSE, sizeof (Point)),
                      g_array_new (FALSE, FALSE, sizeof (guint)) };
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, (int) size, (int) size);
  cairo_t         *cr = cairo_create (surface);
  double           pen = cvr_rng_between (rng, hand->thinnest, hand->thickest);

  draw_strokes (hand, &drawing, sketch, rng);
  warp (&drawing, hand->warp, rng);
  if (happens (rng, hand->stray))
    add_stray_mark (&drawing, rng);
  place (hand, &drawing, size, pen, rng);
  ink (hand, &drawing, pen, rng, cr);
  take_pixels (surface, size, pixels);

  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  g_array_unref (drawing.points);
  g_array_unref (drawing.starts);
}

/**
 * cvr_hand_choose:
 * @n: at least 1
 *
 * Returns: 0 … @n − 1; the share of the first i + 1 ways is ((i + 1) / n) ^ 0.5, so that of six the
 * first is taken by a third of the people, the last by a ninth.
 */
guint
cvr_hand_choose (CvrRng *rng,
                 guint   n)
{
  return MIN ((guint) (n * pow (cvr_rng_uniform (rng), 1 / 0.65)), n - 1);
}
