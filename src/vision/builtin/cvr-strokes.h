/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hand: draws a sketch the way people do, never twice the same. */
#pragma once

#include "cvr-rng.h"

G_BEGIN_DECLS

/**
 * CvrHand:
 *
 * How a crowd of people draws. Lengths are in sketch units (the sketch is 100 wide) unless they say
 * pixels; "up to" is uniform, "deviation" is normal. Plain value.
 */
typedef struct
{
  double smallest;     /* long side of the drawing, fraction of the picture: uniform from here … */
  double largest;      /* … to here */
  double drift;        /* deviation from the middle of the picture, fraction of its side */
  double rotation;     /* deviation, degrees */
  double shear;        /* deviation, of the height */
  double aspect;       /* deviation of the logarithm of width / height */
  double warp;         /* deviation of the lowest waves of the rubber sheet the whole is drawn on */
  double jitter;       /* deviation of the place of one stroke */
  double wobble;       /* up to, amplitude across a stroke */
  double overshoot;    /* up to, by which a stroke ends too late, or half of it too early */
  double thinnest;     /* pen, pixels */
  double thickest;
  double faintest;     /* ink of the weakest stroke end, 0 … 1 */
  double missing;      /* probability that a stroke is forgotten (never the first) */
  double doubled;      /* probability that a stroke is drawn over again */
  double stray;        /* probability of a mark that belongs to nothing */
  gboolean mirror;     /* whether half of the people draw it the other way round */
} CvrHand;

/* @pixels [@size, @size]: paper 0, ink 255. @sketch is described at the head of cvr-strokes.c. */
void cvr_hand_draw (const CvrHand *hand,
                    const char    *sketch,
                    CvrRng        *rng,
                    guint          size,
                    guint8        *pixels);
/* Which of @n ways to draw a thing a person chooses: the first is the most usual. */
guint cvr_hand_choose (CvrRng *rng,
                       guint   n);

G_END_DECLS
