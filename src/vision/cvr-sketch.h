/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pen strokes to a small picture. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

/* @xy: pairs of coordinates, y downwards, the strokes one behind the other; @lengths: points of
 * each stroke. */
CvrImage *cvr_sketch_draw (const float *xy, const guint *lengths, guint n_strokes, guint side)
                           G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
