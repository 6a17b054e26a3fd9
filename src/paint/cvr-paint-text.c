/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for the painters, through Cairo's own font calls: measured, shortened, aligned, and numbers
 * as the user's locale writes them. */
#include "cvr-paint-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A context to measure text with where nothing is drawn; free with cairo_destroy(). */
cairo_t *
cvr_paint_measure_new (void)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *cr = cairo_create (surface);

  cairo_surface_destroy (surface);

  return cr;
}

/* Chooses the theme's font at @scale of its text size. Metrics are not rounded to pixels, so that a
 * measurement is the same on every surface. */
void
cvr_paint_font (cairo_t        *cr,
                const CvrTheme *theme,
                double          scale,
                gboolean        bold)
{
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_SLIGHT);
  cairo_set_font_options (cr, options);
  cairo_font_options_destroy (options);
  cairo_select_font_face (cr, theme->font != NULL ? theme->font : "sans-serif",
                          CAIRO_FONT_SLANT_NORMAL,
                          bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, theme->text_size * scale);
}

/* Cairo puts a context in a lasting error state on invalid UTF-8, and names come from files. It takes
 * glyphs from one font alone, and many, Cantarell among them, lack the narrow no-break space. */
static char *
printable (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *plain = g_string_new (valid);

  for (gsize i = 0; i < plain->len; i++)
    if (g_ascii_iscntrl (plain->str[i]))
      plain->str[i] = ' ';
  g_string_replace (plain, "\u202f", "\u00a0", 0);

  return g_string_free (plain, FALSE);
}

double
cvr_paint_text_width (cairo_t    *cr,
                      const char *text)
{
  g_autofree char *valid = printable (text);
  cairo_text_extents_t extents;

  cairo_text_extents (cr, valid, &extents);

  return extents.x_advance;
}

/* @text cut so that it takes at most @width with an ellipsis at its end; whole where it fits. Empty
 * where not even the ellipsis does. */
char *
cvr_paint_ellipsize (cairo_t    *cr,
                     const char *text,
                     double      width)
{
  char *valid = printable (text);
  glong low = 0, high;

  if (cvr_paint_text_width (cr, valid) <= width)
    return valid;

  high = g_utf8_strlen (valid, -1) - 1;
  while (low < high)
    {
      glong middle = (low + high + 1) / 2;
      g_autofree char *head = g_utf8_substring (valid, 0, middle);
      g_autofree char *cut = g_strconcat (g_strchomp (head), "…", NULL);

      if (cvr_paint_text_width (cr, cut) <= width)
        low = middle;
      else
        high = middle - 1;
    }

  if (low > 0)
    {
      g_autofree char *head = g_utf8_substring (valid, 0, low);
      char *cut = g_strconcat (g_strchomp (head), "…", NULL);

      g_free (valid);
      return cut;
    }

  valid[0] = '\0';
  return valid;
}

void
cvr_paint_text (cairo_t    *cr,
                const char *text,
                double      x,
                double      y,
                double      align)
{
  g_autofree char *valid = printable (text);

  if (valid[0] == '\0')
    return;
  if (align > 0)
    x -= align * cvr_paint_text_width (cr, valid);
  cairo_move_to (cr, x, y);
  cairo_show_text (cr, valid);
  cairo_new_path (cr);
}

/* The same, shortened to @width. */
void
cvr_paint_text_in (cairo_t    *cr,
                   const char *text,
                   double      x,
                   double      y,
                   double      width,
                   double      align)
{
  g_autofree char *cut = cvr_paint_ellipsize (cr, text, width);

  cvr_paint_text (cr, cut, x, y, align);
}

/* One dim sentence in the middle: what an empty painting says. */
void
cvr_paint_sentence (cairo_t        *cr,
                    double          width,
                    double          height,
                    const char     *sentence,
                    const CvrTheme *theme)
{
  cvr_paint_font (cr, theme, 1, FALSE);
  cvr_paint_set (cr, theme->dim);
  cvr_paint_text_in (cr, sentence, width / 2, height / 2 + theme->text_size * 0.35, width - 12,
                     0.5);
}

/* @value with @decimals figures after the point, grouped and pointed as the locale does. */
char *
cvr_paint_number (double value,
                  guint  decimals)
{
  g_autofree char *digits = NULL;

  if (isnan (value))
    return g_strdup ("–");
  if (isinf (value))
    return g_strdup (value < 0 ? "−∞" : "∞");
  digits = g_strdup_printf ("%'.*f", (int) decimals, fabs (value));
  if (value < 0 && strpbrk (digits, "123456789") != NULL)
    return g_strconcat ("−", digits, NULL);

  return g_steal_pointer (&digits);
}

/* Three figures that count: 1,234 · 12.3 · 0.0123 · 1.2e−9. */
char *
cvr_paint_short (double value)
{
  double size = fabs (value);

  if (!isfinite (value) || size == 0)
    return cvr_paint_number (value, 0);
  if (size >= 1e7 || size < 1e-4)
    {
      int exponent = (int) floor (log10 (size));
      g_autofree char *head = cvr_paint_number (value / pow (10, exponent), 1);
      g_autofree char *power = cvr_paint_number (exponent, 0);

      return g_strconcat (head, "e", power, NULL);
    }
  if (size >= 100)
    return cvr_paint_number (value, 0);

  return cvr_paint_number (value, (guint) CLAMP (2 - (int) floor (log10 (size)), 0, 6));
}

char *
cvr_paint_percent (double fraction,
                   guint  decimals)
{
  /* Halves go up, as in the words beside a chart. */
  double unit = pow (10, decimals);
  g_autofree char *digits = cvr_paint_number (round (100 * fraction * unit) / unit, decimals);

  /* Translators: a per cent value on a chart; the space does not break. */
  return g_strdup_printf (C_("per cent", "%s %%"), digits);
}

/* Figures after the point that tell neighbouring multiples of @step apart. */
guint
cvr_paint_decimals (double step)
{
  if (!(step > 0) || !isfinite (step))
    return 0;

  return (guint) CLAMP ((int) ceil (-log10 (step) - 1e-9), 0, 9);
}
