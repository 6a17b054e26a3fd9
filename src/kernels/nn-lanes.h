/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vectors for loops that are compiled once per instruction set: each as wide as one of its registers,
 * since the compiler keeps wider ones in memory. */
#pragma once

#include "nn-real.h"

#include <string.h>

#if defined(__AVX512F__) && !defined(NN_DOUBLE)
#include <immintrin.h>
#define NN_LANES_MASKED 1
#endif

/* A divisor of the sixteen that channels are rounded up to. */
#if defined(__AVX512F__)
enum { LANES = 64 / sizeof (nn_real) };
#elif defined(__AVX2__)
enum { LANES = 32 / sizeof (nn_real) };
#else
enum { LANES = 16 / sizeof (nn_real) };
#endif

typedef nn_real Lanes __attribute__ ((vector_size (LANES * sizeof (nn_real))));
#ifdef NN_DOUBLE
typedef long long Mask __attribute__ ((vector_size (LANES * sizeof (nn_real))));
#else
typedef int Mask __attribute__ ((vector_size (LANES * sizeof (nn_real))));
#endif

#define INLINE static inline __attribute__ ((always_inline))

/* The name of a table of this set's loops, which nn-set-choose.c knows: NN_SET and NN_SET_NAME are
 * the set's, given when a file is compiled. */
#define NN_SET_PASTE(stem, set) stem##set
#define NN_SET_EXPAND(stem, set) NN_SET_PASTE (stem, set)
#define NN_SET_TABLE(stem) NN_SET_EXPAND (stem, NN_SET)

INLINE Lanes
load (const nn_real *from)
{
  Lanes v;

  memcpy (&v, from, sizeof v);

  return v;
}

INLINE void
store (nn_real *to,
       Lanes    v)
{
  memcpy (to, &v, sizeof v);
}

/* The first @n of a vector's values; the others are 0. */
INLINE Lanes
load_some (const nn_real *from,
           size_t         n)
{
  Lanes v = { 0 };

  if (n >= LANES)
    return load (from);
#ifdef NN_LANES_MASKED
  v = (Lanes) _mm512_maskz_loadu_ps ((__mmask16) ((1u << n) - 1), from);
#else
  for (size_t i = 0; i < n; i++)
    v[i] = from[i];
#endif

  return v;
}

INLINE void
store_some (nn_real *to,
            size_t   n,
            Lanes    v)
{
  if (n >= LANES)
    {
      store (to, v);
      return;
    }
#ifdef NN_LANES_MASKED
  _mm512_mask_storeu_ps (to, (__mmask16) ((1u << n) - 1), (__m512) v);
#else
  for (size_t i = 0; i < n; i++)
    to[i] = v[i];
#endif
}

/* Negative values become 0; NaN stays NaN. */
INLINE Lanes
relu_of (Lanes v)
{
  return (Lanes) ((Mask) v & ~(Mask) (v < 0));
}

/* Where @mask has all bits set @a, elsewhere @b. */
INLINE Lanes
choose (Mask  mask,
        Lanes a,
        Lanes b)
{
  return (Lanes) (((Mask) a & mask) | ((Mask) b & ~mask));
}
