/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours by meaning for light, dark and high contrast, the two colour maps, and ticks of an axis.
 * */
#include "cvr-paint-private.h"

#define BYTE(hex, shift) ((((hex) >> (shift)) & 255) / 255.0)
#define RGB(hex) { BYTE (hex, 16), BYTE (hex, 8), BYTE (hex, 0), 1 }

/* Violet, teal, magenta, mustard, slate, plum, olive, taupe: none of them near the blue, orange,
 * green and red that mean training, validation, right and wrong; neighbours differ in lightness
 * too. */
static const CvrTheme light_theme = {
  .ink = RGB (0x241f31), .dim = RGB (0x5e5c64), .paper = RGB (0xffffff), .grid = RGB (0xdcdad6),
  .training = RGB (0x1c71d8), .validation = RGB (0xd95b00), .right = RGB (0x1a8752),
  .wrong = RGB (0xc01c28),
  .classes = { RGB (0x7a4fd6), RGB (0x00838f), RGB (0xd02fa4), RGB (0x7d6200),
               RGB (0x4c566a), RGB (0x5c1f66), RGB (0x6e9c00), RGB (0x8a6d50) },
  .text_size = 13,
};
static const CvrTheme dark_theme = {
  .dark = TRUE,
  .ink = RGB (0xf6f5f4), .dim = RGB (0xb4b1ad), .paper = RGB (0x242424), .grid = RGB (0x454347),
  .training = RGB (0x6ab0ff), .validation = RGB (0xffa348), .right = RGB (0x57d98c),
  .wrong = RGB (0xff7b75),
  .classes = { RGB (0xb49bff), RGB (0x45cbd3), RGB (0xff7ade), RGB (0xe8cf48),
               RGB (0xa3b0c4), RGB (0xb86ccb), RGB (0xaed632), RGB (0xcdb196) },
  .text_size = 13,
};

/**
 * cvr_paint_theme:
 * @dark: light writing on dark paper
 * @high_contrast: black and white ink and paper, stronger lines
 *
 * Returns: the colours of one style, all opaque. A caller that draws on a window of its own style
 * may replace ink and paper. Any thread.
 */
CvrTheme
cvr_paint_theme (gboolean dark,
                 gboolean high_contrast)
{
  CvrTheme theme = dark ? dark_theme : light_theme;
  static const CvrRgba black = RGB (0x000000), white = RGB (0xffffff);

  if (!high_contrast)
    return theme;

  theme.high_contrast = TRUE;
  theme.ink = dark ? white : black;
  theme.paper = dark ? black : white;
  theme.dim = cvr_paint_mix (theme.dim, theme.ink, 0.5);
  theme.grid = cvr_paint_mix (theme.grid, theme.ink, 0.4);
  theme.training = cvr_paint_mix (theme.training, theme.ink, 0.2);
  theme.validation = cvr_paint_mix (theme.validation, theme.ink, 0.2);
  theme.right = cvr_paint_mix (theme.right, theme.ink, 0.2);
  theme.wrong = cvr_paint_mix (theme.wrong, theme.ink, 0.2);
  for (guint k = 0; k < G_N_ELEMENTS (theme.classes); k++)
    theme.classes[k] = cvr_paint_mix (theme.classes[k], theme.ink, 0.2);

  return theme;
}

/**
 * cvr_paint_class_colour:
 *
 * Returns: the colour of class @k. After the eighth class the colours come again: beside them
 * stands a pattern, a number or the name.
 */
CvrRgba
cvr_paint_class_colour (const CvrTheme *theme,
                        guint           k)
{
  return theme->classes[k % G_N_ELEMENTS (theme->classes)];
}

static guint32
from_table (const guint32 *table,
            guint          n,
            double         t)
{
  double place = t * (n - 1);
  guint i = MIN ((guint) place, n - 2);

  return cvr_paint_pack (cvr_paint_mix (cvr_paint_unpack (table[i]),
                                        cvr_paint_unpack (table[i + 1]),
                                        place - i));
}

/**
 * cvr_paint_sequential:
 * @t: 0 … 1, clamped; not a number is 0
 *
 * Returns: 0xRRGGBB from nearly black through plum and rose to cream. Lightness rises by equal
 * steps, so the order stays readable in grey.
 */
guint32
cvr_paint_sequential (double t)
{
  static const guint32 table[] = { 0x0f0a1f, 0x2b1a47, 0x4e2465, 0x752f75, 0x9e3f7c,
                                   0xc35883, 0xdf7c8c, 0xf0a49c, 0xf9cdb6, 0xfdf5dd };

  return from_table (table, G_N_ELEMENTS (table), t >= 0 ? MIN (t, 1) : 0);
}

/**
 * cvr_paint_diverging:
 * @t: −1 … 1, clamped; not a number is 0
 *
 * Returns: 0xRRGGBB from blue through the theme's paper to orange. Equal sizes of both signs stand
 * out from the paper equally.
 */
guint32
cvr_paint_diverging (const CvrTheme *theme,
                     double          t)
{
  CvrRgba end = t < 0 ? theme->training : theme->validation;

  return cvr_paint_pack (cvr_paint_mix (theme->paper, end, isnan (t) ? 0 : MIN (fabs (t), 1)));
}

/* How many multiples of @step lie in low … high. */
static double
n_multiples (double low,
             double high,
             double step)
{
  return floor (high / step + 1e-9) - ceil (low / step - 1e-9) + 1;
}

/**
 * cvr_paint_nice_ticks:
 * @max: room in @ticks
 * @ticks: (out) (array length=max): ascending multiples of 1, 2 or 5 × 10ⁿ inside @low … @high
 *
 * The smallest such step that gives at most @max ticks.
 *
 * Returns: how many; 0 for a range that is empty, upside down or not finite; 1 where @low is @high.
 */
guint
cvr_paint_nice_ticks (double  low,
                      double  high,
                      guint   max,
                      double *ticks)
{
  static const double heads[] = { 1, 2, 5 };
  double step = 0, first;
  int power;
  guint n;

  if (max == 0 || !isfinite (high - low) || high < low)
    return 0;
  if (high == low)
    {
      ticks[0] = low;
      return 1;
    }

  power = (int) floor (log10 ((high - low) / max)) - 1;
  for (guint i = 0; step == 0 && i < 12; i++)
    {
      double candidate = heads[i % 3] * pow (10, power + (int) (i / 3));

      if (candidate > 0 && n_multiples (low, high, candidate) <= max)
        step = candidate;
    }
  if (!(step > 0))
    return 0;

  first = ceil (low / step - 1e-9);
  n = (guint) n_multiples (low, high, step);
  for (guint i = 0; i < n; i++)
    ticks[i] = (first + i) * step + 0.0;

  return n;
}
