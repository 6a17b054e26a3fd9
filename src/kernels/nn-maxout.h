/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The largest of neighbouring channels. */
#pragma once

#include "nn-real.h"

#include <stddef.h>

/* @x [pieces, P], @y [P]: the first largest value wins, NaN beats everything. */
void nn_maxout_forward  (size_t         pieces,
                         size_t         positions,
                         const nn_real *x,
                         nn_real       *y);
/* Adds @dy to the winner's place in @dx [pieces, P]. */
void nn_maxout_backward (size_t         pieces,
                         size_t         positions,
                         const nn_real *x,
                         const nn_real *dy,
                         nn_real       *dx);
