/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Softmax over the channels of one item. */
#pragma once

#include "nn-real.h"

#include <stdbool.h>
#include <stddef.h>

/* @x, @y [C, P]: every position on its own; @y may be @x. The largest value is taken off first, so
 * no finite input overflows. */
void nn_softmax_forward  (size_t         channels,
                          size_t         positions,
                          const nn_real *x,
                          nn_real       *y);
/* dx (+)= y·(dy − Σ dy·y); @dx may be @dy. */
void nn_softmax_backward (size_t         channels,
                          size_t         positions,
                          bool           add,
                          const nn_real *y,
                          const nn_real *dy,
                          nn_real       *dx);
/* The logarithm of the same, computed without leaving it. */
void nn_log_softmax_forward  (size_t         channels,
                              size_t         positions,
                              const nn_real *x,
                              nn_real       *y);
/* dx (+)= dy − eʸ·Σ dy; @dx may be @dy. */
void nn_log_softmax_backward (size_t         channels,
                              size_t         positions,
                              bool           add,
                              const nn_real *y,
                              const nn_real *dy,
                              nn_real       *dx);
