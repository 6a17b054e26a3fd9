/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Titled pictures under each other, for files. */
#include "cvr-paint-private.h"

/**
 * cvr_paint_sheet:
 * @titles: (array length=n): a line above each picture
 * @pictures: (array length=n): images; a %NULL one leaves only its title
 *
 * Returns: (nullable): an image on the theme's paper, as wide as the widest picture or title; %NULL
 * where there is nothing or the whole is too large. Any thread.
 */
cairo_surface_t *
cvr_paint_sheet (const char *const      *titles,
                 cairo_surface_t *const *pictures,
                 guint                   n,
                 const CvrTheme         *theme)
{
  double line = theme->text_size * 2, margin = theme->text_size;
  double width = 0, height = margin, y = margin;
  cairo_t *cr = cvr_paint_measure_new ();
  cairo_surface_t *sheet;

  cvr_paint_font (cr, theme, 1, TRUE);
  for (guint i = 0; i < n; i++)
    {
      width = MAX (width, cvr_paint_text_width (cr, titles[i]));
      height += line + margin;
      if (pictures[i] != NULL)
        {
          width = MAX (width, cairo_image_surface_get_width (pictures[i]));
          height += cairo_image_surface_get_height (pictures[i]);
        }
    }
  cairo_destroy (cr);
  if (n == 0 || height > 32767 || width > 32767)
    return NULL;
  sheet = cvr_paint_surface ((guint) ceil (width + 2 * margin), (guint) ceil (height), 1);
  if (sheet == NULL)
    return NULL;

  cr = cairo_create (sheet);
  cvr_paint_set (cr, theme->paper);
  cairo_paint (cr);
  cvr_paint_font (cr, theme, 1, TRUE);
  for (guint i = 0; i < n; i++)
    {
      cvr_paint_set (cr, theme->ink);
      cvr_paint_text (cr, titles[i], margin, y + theme->text_size * 1.2, 0);
      y += line;
      if (pictures[i] != NULL)
        {
          cairo_set_source_surface (cr, pictures[i], margin, y);
          cairo_paint (cr);
          y += cairo_image_surface_get_height (pictures[i]);
        }
      y += margin;
    }
  cairo_destroy (cr);

  return sheet;
}
