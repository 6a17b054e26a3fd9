/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A layer's tiles painted beside the main thread. */
#include "cvr-map-paint.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  CvrMapSheet sheet;
  GBytes     *values;
  CvrTheme    theme;
} Paint;

static void
paint_free (gpointer data)
{
  g_bytes_unref (((Paint *) data)->values);
  g_free (data);
}

/* Worker. */
static gpointer
paint_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  const Paint *paint = data;
  gsize n_bytes;
  const float *values = g_bytes_get_data (paint->values, &n_bytes);
  cairo_surface_t *surface =
      cvr_map_sheet_paint (&paint->sheet, values, n_bytes / sizeof (float), &paint->theme);

  if (surface == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _("There is nothing of this layer to show."));

  return surface;
}

CvrJob *
cvr_map_paint_start (const CvrMapSheet *sheet,
                     GBytes            *values,
                     const CvrTheme    *theme,
                     GObject           *owner,
                     CvrJobDone         done,
                     gpointer           user_data)
{
  Paint *paint = g_new0 (Paint, 1);

  paint->sheet = *sheet;
  paint->values = g_bytes_ref (values);
  paint->theme = *theme;

  return cvr_job_start (_("Painting maps"), paint_func, paint, paint_free, owner, done, user_data,
                        (GDestroyNotify) cairo_surface_destroy);
}
