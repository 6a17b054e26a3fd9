/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns against their definition, and the way back as the exact transpose. */
#include "cvr-rng.h"
#include "nn-im2col.h"

typedef struct
{
  NnWindow window;
  gsize    channels;
} Case;

static gboolean
random_case (CvrRng *rng,
             Case   *c)
{
  NnWindow *w = &c->window;
  gsize out[2];

  c->channels = 1 + cvr_rng_below (rng, 3);
  w->height = 1 + cvr_rng_below (rng, 9);
  w->width = 1 + cvr_rng_below (rng, 40);
  for (guint a = 0; a < 2; a++)
    {
      gsize in = a == 0 ? w->height : w->width, extent;

      w->kernel[a] = 1 + cvr_rng_below (rng, 5);
      w->stride[a] = cvr_rng_below (rng, 2) != 0 ? 1 : 1 + cvr_rng_below (rng, 3);
      w->dilation[a] = cvr_rng_below (rng, 2) != 0 ? 1 : 1 + cvr_rng_below (rng, 3);
      w->before[a] = cvr_rng_below (rng, 6);
      w->after[a] = cvr_rng_below (rng, 6);
      extent = w->dilation[a] * (w->kernel[a] - 1) + 1;
      if (extent > in + w->before[a] + w->after[a])
        return FALSE;
      out[a] = (in + w->before[a] + w->after[a] - extent) / w->stride[a] + 1;
    }
  w->out_height = out[0];
  w->out_width = out[1];

  return TRUE;
}

/* The input place of tap (r, s) at output (p, q), or −1. */
static gssize
place_of (const NnWindow *w,
          gsize           c,
          gsize           r,
          gsize           s,
          gsize           p,
          gsize           q)
{
  gssize y = (gssize) (p * w->stride[0] + r * w->dilation[0]) - (gssize) w->before[0];
  gssize x = (gssize) (q * w->stride[1] + s * w->dilation[1]) - (gssize) w->before[1];

  if (y < 0 || x < 0 || y >= (gssize) w->height || x >= (gssize) w->width)
    return -1;

  return ((gssize) c * (gssize) w->height + y) * (gssize) w->width + x;
}

static void
check_case (CvrRng     *rng,
            const Case *c)
{
  const NnWindow *w = &c->window;
  gsize row = cvr_rng_below (rng, (guint32) w->out_height);
  gsize n_rows = 1 + cvr_rng_below (rng, (guint32) (w->out_height - row)),
        n = n_rows * w->out_width;
  gsize depth = c->channels * w->kernel[0] * w->kernel[1], ld = n + 5,
        n_in = c->channels * w->height * w->width;
  g_autofree nn_real *x = g_new (nn_real, n_in), *cols = g_new (nn_real, depth * ld);
  g_autofree nn_real *dx = g_new (nn_real, n_in), *expected = g_new (nn_real, n_in);

  /* Whole numbers: sums are exact in any order. */
  for (gsize i = 0; i < n_in; i++)
    {
      x[i] = (nn_real) (i + 1);
      dx[i] = expected[i] = (nn_real) cvr_rng_below (rng, 100);
    }
  for (gsize i = 0; i < depth * ld; i++)
    cols[i] = -7;

  nn_im2col (w, c->channels, x, row, n_rows, cols, ld);
  for (gsize d = 0; d < depth; d++)
    for (gsize i = 0; i < ld; i++)
      {
        gsize taps = w->kernel[0] * w->kernel[1];
        gssize place = place_of (w, d / taps, d % taps / w->kernel[1], d % w->kernel[1],
                                 row + i / w->out_width, i % w->out_width);

        g_assert_cmpfloat (cols[d * ld + i], ==, i >= n ? -7 : place < 0 ? 0 : x[place]);
        if (i >= n)
          continue;
        cols[d * ld + i] = (nn_real) cvr_rng_below (rng, 100);
        if (place >= 0)
          expected[place] += cols[d * ld + i];
      }

  nn_col2im (w, c->channels, cols, ld, row, n_rows, dx);
  for (gsize i = 0; i < n_in; i++)
    g_assert_cmpfloat (dx[i], ==, expected[i]);
}

static void
test_columns_and_back (void)
{
  CvrRng rng = cvr_rng_new (5, 0);
  guint done = 0;

  g_test_message ("seed 5");
  while (done < 3000)
    {
      Case c = { 0 };

      if (!random_case (&rng, &c))
        continue;
      check_case (&rng, &c);
      done++;
    }
}

/* The common layer: 3×3, stride 1, as wide as before. */
static void
test_same_width (void)
{
  CvrRng rng = cvr_rng_new (6, 0);

  for (guint size = 1; size <= 33; size++)
    for (guint pad = 0; pad < 3; pad++)
      {
        Case c = {
          { size, size, { 3, 3 }, { 1, 1 }, { 1, 1 }, { pad, 1 }, { 2, 1 }, size + pad, size }, 2
        };

        check_case (&rng, &c);
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/im2col/columns-and-back", test_columns_and_back);
  g_test_add_func ("/kernels/im2col/same-width", test_same_width);

  return g_test_run ();
}
