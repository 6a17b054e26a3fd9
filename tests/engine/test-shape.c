/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapes and window arithmetic. */
#include "cvr-rng.h"
#include "nn-graph.h"

static void
test_text_and_count (void)
{
  NnShape maps = nn_shape_maps (16, 14, 13), vector = nn_shape_vector (10);
  g_autofree char *text = nn_shape_dup_string (&maps);
  g_autofree char *other = nn_shape_dup_string (&vector);
  gsize count = 0;

  g_assert_cmpstr (text, ==, "16×14×13");
  g_assert_cmpstr (other, ==, "10");
  g_assert_true (nn_shape_count (&maps, &count));
  g_assert_cmpuint (count, ==, 16 * 14 * 13);
  g_assert_false (nn_shape_equal (&maps, &vector));
}

static void
test_count_refuses_overflow (void)
{
  NnShape shape = nn_shape_maps (G_MAXUINT32, G_MAXUINT32, G_MAXUINT32);
  gsize count = 5;

  g_assert_false (nn_shape_count (&shape, &count));
  g_assert_cmpuint (count, ==, 5);
}

/* Places windows one after the other while they fit. */
static guint32
count_windows (const NnStencil *s,
               guint            axis,
               guint32          in,
               gboolean         ceil_mode)
{
  guint32 extent = s->dilation[axis] * (s->kernel[axis] - 1) + 1,
          end = in + s->pad[axis] + s->pad[axis + 2], n = 0;

  for (guint32 start = 0;; start += s->stride[axis], n++)
    {
      gboolean whole = start + extent <= end;
      gboolean part = start < in + s->pad[axis] && start < end;

      /* A partial window counts when the one before did not reach the end exactly or beyond. */
      if (!whole && !(ceil_mode && part && n > 0 && start - s->stride[axis] + extent < end))
        return n;
    }
}

static void
test_windows_are_counted (void)
{
  CvrRng rng = cvr_rng_new (4, 0);

  g_test_message ("seed 4");
  for (guint i = 0; i < 20000; i++)
    {
      NnStencil s;
      guint32 in = 1 + cvr_rng_below (&rng, 20), out = 0;
      guint axis = i & 1;
      gboolean ceil_mode = i >> 1 & 1, fits;
      guint32 expected;

      for (guint a = 0; a < 2; a++)
        {
          s.kernel[a] = 1 + cvr_rng_below (&rng, 5);
          s.stride[a] = 1 + cvr_rng_below (&rng, 4);
          s.dilation[a] = 1 + cvr_rng_below (&rng, 3);
          s.pad[a] = cvr_rng_below (&rng, 4);
          s.pad[a + 2] = cvr_rng_below (&rng, 4);
          /* Pooling: the verifier keeps padding below the window's extent. */
          for (guint side = a; ceil_mode && side < 4; side += 2)
            s.pad[side] %= s.dilation[a] * (s.kernel[a] - 1) + 1;
        }
      expected = count_windows (&s, axis, in, ceil_mode);
      fits = nn_stencil_out (&s, axis, in, ceil_mode, &out);
      g_assert_cmpint (fits, ==, expected > 0);
      g_assert_cmpuint (out, ==, expected);
    }
}

static void
test_windows_refuse_nonsense (void)
{
  const NnStencil ok = nn_stencil (3, 1, 1);
  NnStencil s;
  guint32 out = 7;

  s = ok;
  s.kernel[0] = 0;
  g_assert_false (nn_stencil_out (&s, 0, 5, FALSE, &out));
  s = ok;
  s.stride[0] = 0;
  g_assert_false (nn_stencil_out (&s, 0, 5, FALSE, &out));
  s = ok;
  s.dilation[0] = G_MAXUINT32;
  s.kernel[0] = G_MAXUINT32;
  g_assert_false (nn_stencil_out (&s, 0, 5, FALSE, &out));
  s = ok;
  s.pad[0] = s.pad[2] = G_MAXUINT32;
  g_assert_false (nn_stencil_out (&s, 0, 5, FALSE, &out));
  g_assert_false (nn_stencil_out (&ok, 0, 0, FALSE, &out));
  g_assert_cmpuint (out, ==, 7);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/shape/text-and-count", test_text_and_count);
  g_test_add_func ("/engine/shape/count-refuses-overflow", test_count_refuses_overflow);
  g_test_add_func ("/engine/shape/windows-are-counted", test_windows_are_counted);
  g_test_add_func ("/engine/shape/windows-refuse-nonsense", test_windows_refuse_nonsense);

  return g_test_run ();
}
