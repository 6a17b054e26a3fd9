/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accuracy against the bits of a weight, filling in as compressions are tried. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-compress-tried.h"

G_BEGIN_DECLS

#define CVR_TYPE_BITS_VIEW (cvr_bits_view_get_type ())
G_DECLARE_FINAL_TYPE (CvrBitsView, cvr_bits_view, CVR, BITS_VIEW, CvrCanvas)

enum { CVR_N_BITS = 6 };

/* [CVR_N_BITS]: what a weight can have, most of them first. */
extern const guint cvr_bit_steps[CVR_N_BITS];

/* Shows those of @tried that differ from @result only in the bits. @result nullable. Signal "chosen"
 * (guint step): a place of cvr_bit_steps was clicked. */
void  cvr_bits_view_show     (CvrBitsView         *self,
                              CvrTriedSet         *tried,
                              const CvrCompressed *result);
guint cvr_bits_view_n_points (CvrBitsView         *self);

G_END_DECLS
