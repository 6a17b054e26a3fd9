/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a lens is put together, panel by panel. */
#include "cvr-lens-private.h"

#include "cvr-layer-name.h"
#include "cvr-map-links.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Parts of a sum that are listed; the others are one line. */
enum { LISTED = 5 };

char *
cvr_lens_dup_value (double value)
{
  return cvr_plane_dup_number (value, 3);
}

/* A dropout has no column, and the values of the layer before it. */
char *
cvr_lens_dup_layer (const CvrLensPlace *place,
                    NnNode              node)
{
  return cvr_layer_dup_short_name (place->graph, cvr_map_links_shown (place->graph, node));
}

char *
cvr_lens_dup_map_title (const CvrLensPlace *place,
                        NnNode              node,
                        guint               channel)
{
  g_autofree char *name = cvr_lens_dup_layer (place, node);

  if (place->maps->shapes[node].rank != 4)
    return g_steal_pointer (&name);

  /* Translators: a layer's name, then which of its maps. */
  return g_strdup_printf (_("%s, map %u"), name, channel + 1);
}

CvrLensPanel *
cvr_lens_add_panel (CvrLens *self,
                    CvrPanelKind kind,
                    char *title, /* (transfer full) */
                    const char *sign)
{
  CvrLensPanel *panel = &self->panels[self->n_panels++];

  panel->kind = kind;
  panel->title = title;
  panel->sign = sign;
  panel->step[0] = panel->step[1] = 1;

  return panel;
}

CvrLensPanel *
cvr_lens_add_plane (CvrLens *self,
                    CvrPlane *plane, /* (transfer full) */
                    char *title,     /* (transfer full) */
                    const char *sign)
{
  CvrLensPanel *panel = cvr_lens_add_panel (self, CVR_PANEL_PLANE, title, sign);

  panel->plane = plane;

  return panel;
}

void
cvr_lens_frame (CvrLensPanel *panel,
                gint          column,
                gint          row,
                guint         columns,
                guint         rows)
{
  panel->column = column;
  panel->row = row;
  panel->columns = columns;
  panel->rows = rows;
}

void
cvr_lens_add_row (CvrLensPanel *panel,
                  char *text, /* (transfer full) */
                  double value)
{
  panel->list[panel->n_rows++] = (CvrLensRow){ text, value, FALSE };
}

void
cvr_lens_add_total (CvrLensPanel *panel,
                    char *text, /* (transfer full) */
                    double value)
{
  cvr_lens_add_row (panel, text, value);
  panel->list[panel->n_rows - 1].total = TRUE;
}

/* The strongest of @n parts first; what is not among them is one line. */
void
cvr_lens_list_parts (CvrLensPanel       *panel,
                     const double       *parts,
                     guint               n,
                     guint               first,
                     CvrLensRowText      dup_text,
                     const CvrLensPlace *place)
{
  guint listed[LISTED];
  guint n_listed = MIN (n, (guint) LISTED);
  double others = 0;

  for (guint i = 0; i < n; i++)
    others += parts[i];
  for (guint i = 0; i < n_listed; i++)
    {
      guint best = n;

      for (guint j = 0; j < n; j++)
        {
          gboolean taken = FALSE;

          for (guint k = 0; k < i; k++)
            taken = taken || listed[k] == j;
          if (!taken && (best == n || fabs (parts[j]) > fabs (parts[best])))
            best = j;
        }
      listed[i] = best;
      others -= parts[best];
      cvr_lens_add_row (panel, dup_text (place, first + best + 1), parts[best]);
    }
  if (n > n_listed)
    cvr_lens_add_row (
        panel, g_strdup_printf (ngettext ("%u other", "%u others", n - n_listed), n - n_listed),
        others);
}
