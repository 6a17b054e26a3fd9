/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pens behind the table of built-in sets: one function each. */
#pragma once

#include "cvr-builtin.h"
#include "cvr-rng.h"

G_BEGIN_DECLS

/* How many classes each pen knows, in the order of the table's names. */
enum
{
  CVR_N_DOODLES = 10,
  CVR_N_DIGITS = 10,
  CVR_N_PETS = 2,
  CVR_N_SHAPES = 6,
  CVR_N_TEXTURES = 2,
};

/**
 * CvrBuiltinPen:
 * @kind: the class
 * @rng: decides everything
 * @image: black, of the set's size and channels
 * @mask: (nullable): as large, grey and black; %NULL for sets without masks
 *
 * Any thread.
 */
typedef void (*CvrBuiltinPen) (guint     kind,
                               CvrRng   *rng,
                               CvrImage *image,
                               CvrImage *mask);

void cvr_draw_doodle  (guint     kind,
                       CvrRng   *rng,
                       CvrImage *image,
                       CvrImage *mask);
void cvr_draw_digit   (guint     kind,
                       CvrRng   *rng,
                       CvrImage *image,
                       CvrImage *mask);
void cvr_draw_pet     (guint     kind,
                       CvrRng   *rng,
                       CvrImage *image,
                       CvrImage *mask);
void cvr_draw_shape   (guint     kind,
                       CvrRng   *rng,
                       CvrImage *image,
                       CvrImage *mask);
void cvr_draw_texture (guint     kind,
                       CvrRng   *rng,
                       CvrImage *image,
                       CvrImage *mask);

G_END_DECLS
