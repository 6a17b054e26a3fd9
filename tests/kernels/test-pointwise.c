/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops over single values: every length, in place, added or handed on. */
#include "nn-pointwise.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { N = 67 };

/* −3.3 … 3.3, no zero. */
static void
fill (nn_real *x)
{
  for (guint i = 0; i < N; i++)
    x[i] = (nn_real) (((double) i - 33.25) / 10);
}

static void
test_lengths (void)
{
  for (gsize n = 0; n <= N; n++)
    {
      nn_real x[N], y[N + 1];

      fill (x);
      for (guint i = 0; i <= N; i++)
        y[i] = 100;
      nn_affine_relu (n, x, (nn_real) 0.5, 2, 1, y);
      for (guint i = 0; i <= N; i++)
        if (i >= n)
          g_assert_cmpfloat (y[i], ==, 100);
        else
          g_assert_cmpfloat (y[i], ==, MAX ((x[i] - (nn_real) 0.5) * 2 + 1, 0));
    }
}

static void
test_in_place (void)
{
  nn_real x[N], y[N], z[N];

  fill (x);
  memcpy (z, x, sizeof x);
  nn_leaky (N, (nn_real) 0.25, x, y);
  nn_leaky (N, (nn_real) 0.25, z, z);
  g_assert_cmpmem (y, sizeof y, z, sizeof z);
}

static void
test_gradients_are_handed_on_or_added (void)
{
  nn_real y[N], dy[N], fresh[N], added[N];

  fill (y);
  for (guint i = 0; i < N; i++)
    {
      dy[i] = (nn_real) (i + 1);
      fresh[i] = (nn_real) NAN; /* Overwritten, never read. */
      added[i] = 1000;
    }
  nn_relu_gradient (N, FALSE, y, dy, fresh);
  nn_relu_gradient (N, TRUE, y, dy, added);
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpfloat (fresh[i], ==, y[i] > 0 ? dy[i] : 0);
      g_assert_cmpfloat (added[i], ==, 1000 + fresh[i]);
    }
}

static void
test_pass (void)
{
  nn_real from[N], to[N];

  fill (from);
  memcpy (to, from, sizeof to);
  nn_pass (N, TRUE, from, to);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (to[i], ==, 2 * from[i]);
  nn_pass (N, FALSE, from, to);
  nn_pass (N, FALSE, to, to);
  g_assert_cmpmem (to, sizeof to, from, sizeof from);
}

static void
test_mask (void)
{
  nn_real x[N], y[N];
  guint8 mask[N];

  fill (x);
  for (guint i = 0; i < N; i++)
    mask[i] = i % 3 == 0;
  nn_mask (N, FALSE, x, mask, 4, y);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (y[i], ==, i % 3 == 0 ? 4 * x[i] : 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/pointwise/lengths", test_lengths);
  g_test_add_func ("/kernels/pointwise/in-place", test_in_place);
  g_test_add_func ("/kernels/pointwise/gradients-are-handed-on-or-added",
                   test_gradients_are_handed_on_or_added);
  g_test_add_func ("/kernels/pointwise/pass", test_pass);
  g_test_add_func ("/kernels/pointwise/mask", test_mask);

  return g_test_run ();
}
