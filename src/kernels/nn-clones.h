/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a loop is compiled once per instruction set and how a sum is kept the same on all of them. */
#pragma once

#include "nn-real.h"

#include <string.h>

/* The wider copies are chosen by the dynamic linker, before the sanitizers are up: plain code
 * there. Multiplications and additions are never contracted, so every copy gives the same bits. */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(NN_NO_CLONES)
#define NN_CLONES __attribute__ ((target_clones ("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NN_CLONES
#endif

/* Sums run in 16 fixed lanes, so that the order of additions is part of the source. */
enum { NN_LANES = 16 };
typedef nn_real nn_lanes __attribute__ ((vector_size (NN_LANES * sizeof (nn_real))));

static inline nn_real
nn_lanes_total (const nn_lanes *lanes)
{
  nn_real part[NN_LANES];

  memcpy (part, lanes, sizeof part);
  for (unsigned width = NN_LANES / 2; width > 0; width /= 2)
    for (unsigned i = 0; i < width; i++)
      part[i] += part[i + width];

  return part[0];
}
