/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Painters of the compression: what is drawn is found again under the pointer, and nothing breaks
 * without values or room. */
#include "paint-canvas.h"

#include "cvr-paint-compress.h"

static char *
dup_cost (double cost)
{
  return g_strdup_printf ("%.0f kB", cost);
}

static const double nothing[6] = { NAN, NAN, NAN, NAN, NAN, NAN };
static const char *const names[6] = { "32", "16", "8", "4", "2", "1" };

static void
test_steps (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  const double values[6] = { 0.9, 0.9, 0.8, NAN, 0.2, 0.1 };
  CvrStepsLine line = { values, theme.validation, NULL };
  CvrSteps steps = { names, 6, &line, 1, 2, -1, "Bits" };
  cairo_t *cr = canvas_new (300, 200, 1, &theme);
  gint last = -1;

  cvr_paint_steps (cr, 300, 200, &steps, &theme);
  g_assert_cmpuint (count_pixels (cr, packed (theme.validation), 8), >, 150);
  cairo_destroy (cr);
  /* Every step is under some point, in order. */
  for (guint x = 0; x < 300; x++)
    {
      gint at = cvr_paint_steps_at (300, 200, &steps, &theme, x, 100);

      g_assert_cmpint (at, <, 6);
      if (at >= 0)
        {
          g_assert_true (at == last || at == last + 1);
          last = at;
        }
    }
  g_assert_cmpint (last, ==, 5);

  line.values = nothing;
  steps.hover = 4;
  cr = canvas_new (300, 200, 1, &theme);
  cvr_paint_steps (cr, 300, 200, &steps, &theme);
  cvr_paint_steps (cr, 10, 10, &steps, &theme);
  cairo_destroy (cr);
  g_assert_cmpint (cvr_paint_steps_at (10, 10, &steps, &theme, 5, 5), ==, -1);
}

/* The nearest dot is found where it was drawn. */
static void
test_variants (void)
{
  CvrTheme theme = cvr_paint_theme (TRUE, FALSE);
  const CvrVariantDot dots[] = {
    { 100, 0.9, TRUE, CVR_VARIANT_ORIGINAL }, { 20, 0.5, TRUE, CVR_VARIANT_PLAIN },
    { 60, 0.4, FALSE, CVR_VARIANT_PLAIN },    { 50, 0.8, TRUE, CVR_VARIANT_LEARNED },
    { NAN, 0.8, FALSE, CVR_VARIANT_KEPT },
  };
  CvrVariants variants = { dots, G_N_ELEMENTS (dots), 1, 3, dup_cost, "Size" };
  gboolean found[G_N_ELEMENTS (dots)] = { FALSE };
  cairo_t *cr = canvas_new (320, 200, 2, &theme);

  cvr_paint_variants (cr, 320, 200, &variants, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), >, 800);
  cairo_destroy (cr);
  for (guint y = 0; y < 200; y += 2)
    for (guint x = 0; x < 320; x += 2)
      {
        gint at = cvr_paint_variants_at (320, 200, &variants, &theme, x, y);

        if (at >= 0)
          found[at] = TRUE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (dots); i++)
    g_assert_cmpint (found[i], ==, i < 4);

  variants.n_dots = 0;
  variants.hover = variants.selected = -1;
  cr = canvas_new (320, 200, 1, &theme);
  cvr_paint_variants (cr, 320, 200, &variants, &theme);
  g_assert_cmpuint (count_painted (cr, &theme), >, 20); /* a sentence */
  cairo_destroy (cr);
  g_assert_cmpint (cvr_paint_variants_at (320, 200, &variants, &theme, 100, 100), ==, -1);
}

/* The more is lost, the less is filled. */
static void
test_sensitivity (void)
{
  CvrTheme theme = cvr_paint_theme (FALSE, FALSE);
  guint painted[3];

  for (guint i = 0; i < 3; i++)
    {
      const CvrSensitivityPoint points[] = { { 0, 0.9 }, { 0.5, 0.9 - 0.3 * i }, { 0.95, 0.2 } };
      cairo_t *cr = canvas_new (84, 30, 1, &theme);

      cvr_paint_sensitivity (cr, 84, 30, points, 3, NAN, &theme);
      painted[i] = count_painted (cr, &theme);
      cvr_paint_sensitivity (cr, 84, 30, points, 0, 0.5, &theme);
      cvr_paint_sensitivity (cr, 4, 4, points, 3, 0.5, &theme);
      cairo_destroy (cr);
    }
  g_assert_cmpuint (painted[0], >, painted[1]);
  g_assert_cmpuint (painted[1], >, painted[2]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/paint/compress/steps-are-found-under-the-pointer", test_steps);
  g_test_add_func ("/paint/compress/dots-are-found-under-the-pointer", test_variants);
  g_test_add_func ("/paint/compress/sensitivity-falls", test_sensitivity);

  return g_test_run ();
}
