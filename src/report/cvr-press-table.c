/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables on paper: columns as wide as what stands in them, cells over several lines where the page
 * is too narrow. */
#include "cvr-press.h"

#include "cvr-paint-text.h"

enum { PAD = 12, ROOM = 2 }; /* between columns; above and below the lines of a row */

static const double least_share = 0.34; /* of the widest column */

typedef struct
{
  double *left, *width; /* [n_columns] */
} Columns;

static void
columns_clear (Columns *columns)
{
  g_free (columns->left);
  g_free (columns->width);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Columns, columns_clear)

static CvrPressType
type_of (CvrPress *self,
         guint     row)
{
  return (CvrPressType) { 1, row == 0, row == 0 ? self->theme.dim : self->theme.ink };
}

static double
natural_width (CvrPress       *self,
               const CvrBlock *block,
               guint           column)
{
  double widest = 0;

  for (guint i = column; i < block->cells->len; i += block->n_columns)
    {
      cvr_paint_font (self->cr, &self->theme, 1, i == column);
      widest = MAX (widest, cvr_paint_text_width (self->cr, block->cells->pdata[i]));
    }

  return widest + 1;
}

/* The first column has names: it takes what the figures leave over, a third at least. Of two
 * columns the second one does. */
static Columns
place_columns (CvrPress       *self,
               const CvrBlock *block)
{
  guint n = block->n_columns, wide = n == 2 ? 1 : 0;
  double room = CVR_PRESS_COLUMN - (n - 1) * PAD, left = CVR_PRESS_MARGIN, sum = 0, shrink;
  Columns columns = { g_new (double, n), g_new (double, n) };

  for (guint c = 0; c < n; c++)
    {
      columns.width[c] = c != wide ? natural_width (self, block, c) : 0;
      sum += columns.width[c];
    }
  shrink = MIN (1, room * (1 - least_share) / MAX (sum, 1));
  for (guint c = 0; c < n; c++)
    columns.width[c] *= shrink;
  columns.width[wide] = room - sum * shrink;
  for (guint c = 0; c < n; c++)
    {
      columns.left[c] = left;
      left += columns.width[c] + PAD;
    }

  return columns;
}

/* Height of a row; written where @write says so. */
static double
set_row (CvrPress       *self,
         const CvrBlock *block,
         const Columns  *columns,
         guint           row,
         gboolean        write)
{
  const CvrPressType type = type_of (self, row);
  guint n = block->n_columns, n_lines = 1;
  double height;

  for (guint c = 0; c < n; c++)
    {
      gboolean right = n > 2 && c > 0;
      g_autoptr (GPtrArray) lines =
        cvr_press_break_lines (self, &type, block->cells->pdata[row * n + c], columns->width[c]);

      n_lines = MAX (n_lines, lines->len);
      if (write)
        cvr_press_write (self, &type, lines, columns->left[c] + (right ? columns->width[c] : 0),
                         self->y + ROOM - 1, right ? 1 : 0);
    }
  height = n_lines * cvr_press_leading (self, &type) + ROOM;
  if (!write)
    return height;

  cairo_set_source_rgb (self->cr, self->theme.grid.red, self->theme.grid.green,
                        self->theme.grid.blue);
  cairo_set_line_width (self->cr, 0.5);
  cairo_move_to (self->cr, CVR_PRESS_MARGIN, self->y + height - 0.5);
  cairo_rel_line_to (self->cr, CVR_PRESS_COLUMN, 0);
  cairo_stroke (self->cr);
  self->y += height;

  return height;
}

void
cvr_press_table (CvrPress       *self,
                 const CvrBlock *block)
{
  g_auto (Columns) columns = place_columns (self, block);
  guint n_rows = block->cells->len / block->n_columns;

  for (guint row = 0; row < n_rows; row++)
    {
      double before = self->y;

      cvr_press_make_room (self, row == 0 ? cvr_press_table_head_height (self, block)
                                          : set_row (self, block, &columns, row, FALSE));
      if (row > 0 && self->y < before)
        set_row (self, block, &columns, 0, TRUE);
      set_row (self, block, &columns, row, TRUE);
    }
  self->y += CVR_PRESS_GAP;
}

double
cvr_press_table_head_height (CvrPress       *self,
                             const CvrBlock *block)
{
  g_auto (Columns) columns = place_columns (self, block);
  guint n_rows = block->cells->len / block->n_columns;
  double height = 0;

  for (guint row = 0; row < MIN (n_rows, 2); row++)
    height += set_row (self, block, &columns, row, FALSE);

  return height;
}
