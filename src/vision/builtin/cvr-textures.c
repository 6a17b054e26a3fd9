/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The set "textures": surfaces as a camera over a conveyor sees them, and where damaged. */
#include "cvr-builtin-sets.h"
#include "cvr-sheet.h"
#include "cvr-defects.h"

#include <math.h>

enum { NORMAL, DEFECTIVE };

/* Smooth noise: random heights on a lattice of LATTICE × LATTICE, blended between. */
enum { LATTICE = 34 };

typedef struct
{
  float height[LATTICE][LATTICE]; /* −1 … 1 */
} Noise;

static void
noise_init (Noise  *noise,
            CvrRng *rng)
{
  for (guint i = 0; i < LATTICE; i++)
    for (guint j = 0; j < LATTICE; j++)
      noise->height[i][j] = (float) cvr_rng_between (rng, -1, 1);
}

/* The lattice repeats: row or column of a whole number of either sign. */
static guint
wrapped (double place)
{
  return (guint) (((int) place % LATTICE + LATTICE) % LATTICE);
}

static double
noise_at (const Noise *noise,
          double       x,
          double       y)
{
  double left = floor (x), top = floor (y);
  double u = x - left, v = y - top;
  guint  i = wrapped (top), j = wrapped (left);
  guint  below = (i + 1) % LATTICE, right = (j + 1) % LATTICE;
  double above, under;

  u = u * u * (3 - 2 * u);
  v = v * v * (3 - 2 * v);
  above = noise->height[i][j] + u * (noise->height[i][right] - noise->height[i][j]);
  under = noise->height[below][j] + u * (noise->height[below][right] - noise->height[below][j]);

  return above + v * (under - above);
}

/* All surfaces: grey levels of about −1 … 1 at (x, y), in pixels along the surface's own axes. */

/* Threads over and under each other. */
static double
woven (const CvrSurface *s,
       const Noise      *noise,
       double            x,
       double            y)
{
  double u = x / s->period + 0.10 * noise_at (noise, x / 9, y / 9);
  double v = y / s->period + 0.10 * noise_at (noise, y / 9 + 7, x / 9);
  gboolean over = ((int) floor (u) + (int) floor (v)) & 1;
  double across = over ? u - floor (u) : v - floor (v);
  double along = over ? v - floor (v) : u - floor (u);
  double thread = noise->height[wrapped (floor (over ? u : v))][over ? 0 : 1];

  return 0.9 * sin (G_PI * across) + 0.4 * sin (G_PI * along) - 0.75 + 0.22 * thread;
}

/* Diagonal ribs. */
static double
twill (const CvrSurface *s,
       const Noise      *noise,
       double            x,
       double            y)
{
  double u = (x + y) / s->period + 0.2 * noise_at (noise, x / 10, y / 10);
  double v = y / (0.7 * s->period);

  return 0.55 * sin (2 * G_PI * u) + 0.3 * sin (2 * G_PI * v) +
         0.2 * noise_at (noise, x / 3, y / 3);
}

/* Long streaks. */
static double
brushed (const CvrSurface *s,
         const Noise      *noise,
         double            x,
         double            y)
{
  return 0.7 * noise_at (noise, x / 25, y / 0.9) + 0.4 * noise_at (noise, x / 60 + 5, y / 3);
}

/* Tiles with joints. */
static double
tiled (const CvrSurface *s,
       const Noise      *noise,
       double            x,
       double            y)
{
  double side = 2.6 * s->period;
  double u = x / side, v = y / side + 0.5 * ((int) floor (x / side) & 1) * s->offset;
  double edge = MIN (MIN (u - floor (u), ceil (u) - u), MIN (v - floor (v), ceil (v) - v)) * side;
  double tile = noise->height[wrapped (floor (u))][wrapped (floor (v))];

  return -0.9 + CLAMP (edge - 0.4, 0, 1) * (1.15 + 0.3 * tile) +
         0.15 * noise_at (noise, x / 2, y / 2);
}

/* Cast stone: three octaves. */
static double
grainy (const CvrSurface *s,
        const Noise      *noise,
        double            x,
        double            y)
{
  return 0.25 * noise_at (noise, x / (1.6 * s->period), y / (1.6 * s->period)) +
         0.35 * noise_at (noise, x / 3 + 11, y / 3) +
         0.45 * noise_at (noise, x / 1.3, y / 1.3 + 17);
}

typedef double (*Surface) (const CvrSurface *s,
                           const Noise      *noise,
                           double            x,
                           double            y);

static const Surface surfaces[] = { woven, twill, brushed, tiled, grainy };
static const gboolean has_threads[] = { TRUE, TRUE, FALSE, FALSE, FALSE };

G_STATIC_ASSERT (G_N_ELEMENTS (surfaces) == G_N_ELEMENTS (has_threads));

static CvrSurface
draw_surface (CvrRng  *rng,
              guint    kind)
{
  return (CvrSurface) {
    .period = cvr_rng_between (rng, 4.2, 7.5),
    .angle = cvr_rng_between (rng, -0.25, 0.25) + (cvr_chance (rng, 0.5) ? G_PI / 2 : 0),
    .offset = cvr_chance (rng, 0.5) ? 1 : 0,
    .middle = cvr_rng_between (rng, 90, 165),
    .contrast = cvr_rng_between (rng, 20, 42),
    .threads = has_threads[kind],
  };
}

/**
 * cvr_draw_texture:
 *
 * A #CvrBuiltinPen in grey; class 1 has one defect, and @mask says where.
 */
void
cvr_draw_texture (guint     kind,
                  CvrRng   *rng,
                  CvrImage *image,
                  CvrImage *mask)
{
  const guint which = cvr_rng_below (rng, G_N_ELEMENTS (surfaces));
  CvrSurface  surface = draw_surface (rng, which);
  double      cosine = cos (surface.angle), sine = sin (surface.angle);
  double      from_x = cvr_rng_between (rng, 0, 1000), from_y = cvr_rng_between (rng, 0, 1000);
  Noise       noise;

  noise_init (&noise, rng);
  for (guint y = 0; y < image->height; y++)
    for (guint x = 0; x < image->width; x++)
      {
        double u = cosine * x + sine * y + from_x, v = cosine * y - sine * x + from_y;
        double level = surface.middle + surface.contrast * surfaces[which](&surface, &noise, u, v);

        image->data[(gsize) y * image->width + x] = (guint8) CLAMP (level, 0, 255);
      }

  cvr_pixels_light (image, rng, 0.3);
  if (kind == DEFECTIVE)
    cvr_defect_add (&surface, rng, image, mask);
  cvr_pixels_noise (image, rng, cvr_rng_between (rng, 2, 6));
}
