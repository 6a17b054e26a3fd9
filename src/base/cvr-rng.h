/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small random generator with explicit state: the same seed and stream give the same numbers on
 * every machine. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CvrRng:
 *
 * State of a PCG-XSH-RR 64/32 generator (M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient
 * Statistically Good Algorithms for Random Number Generation", HMC-CS-2014-0905). A plain value:
 * copy it to fork a sequence. Not shared between threads.
 */
typedef struct
{
  guint64 state;
  guint64 increment;
} CvrRng;

CvrRng  cvr_rng_new      (guint64 seed,
                          guint64 stream);
guint32 cvr_rng_next     (CvrRng *rng);
guint32 cvr_rng_below    (CvrRng *rng,
                          guint32 bound);
double  cvr_rng_uniform  (CvrRng *rng);
double  cvr_rng_between  (CvrRng *rng,
                          double  low,
                          double  high);
double  cvr_rng_normal   (CvrRng *rng);
void    cvr_rng_shuffle  (CvrRng *rng,
                          guint  *values,
                          gsize   n_values);

G_END_DECLS
