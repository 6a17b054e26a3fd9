/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of loops that are compiled once per instruction set share. */
#pragma once

#include "cvr-rng.h"
#include "nn-real.h"

/* Every set there is; a processor need not have them all. */
static const char *const kernel_sets[] = { "plain", "avx2", "avx512" };

/* Within ±1. */
static inline nn_real *
random_values (CvrRng *rng,
               gsize   n)
{
  nn_real *values = g_new (nn_real, n);

  for (gsize i = 0; i < n; i++)
    values[i] = (nn_real) cvr_rng_between (rng, -1, 1);

  return values;
}

/* Adds @func once for each set, under @path/SET, with the set's name as data. */
static inline void
add_for_sets (const char   *path,
              GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (kernel_sets); i++)
    {
      g_autofree char *name = g_strconcat (path, "/", kernel_sets[i], NULL);

      g_test_add_data_func (name, kernel_sets[i], func);
    }
}

/* Skips the test where the processor lacks the set. */
static inline gboolean
is_missing (gconstpointer kernels)
{
  if (kernels == NULL)
    g_test_skip ("this processor lacks the instructions");

  return kernels == NULL;
}
