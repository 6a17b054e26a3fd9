/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damage on surfaces of the set "textures". */
#pragma once

#include "cvr-image.h"
#include "cvr-rng.h"

G_BEGIN_DECLS

/* What a surface looks like. Plain value. */
typedef struct
{
  double   period;   /* of its pattern, pixels */
  double   angle;    /* of its own axes, radians */
  double   offset;   /* 1 where every second column of tiles is moved by half */
  double   middle;   /* grey, 0 … 255 */
  double   contrast; /* of its pattern, in steps of 255 */
  gboolean threads;  /* whether one can be missing */
} CvrSurface;

void cvr_defect_add (const CvrSurface *surface,
                     CvrRng           *rng,
                     CvrImage         *image,
                     CvrImage         *mask);

G_END_DECLS
