/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The confusion matrix: a row for each true class, a column for each answer. */
#include "cvr-paint-private.h"

#include <glib/gi18n-lib.h>

#define MARK 0.45 /* a class's colour beside its name, in lines of text */

/* Where the square of cells lies and how its classes are written. */
typedef struct
{
  double   left, top, cell;
  double   label_width;  /* of the rows' names */
  gboolean slanted;      /* columns' names at 45° */
  double   slant_length; /* room along the slant */
  guint    every;        /* one name out of so many */
} Layout;

static const char *
class_name (const CvrMatrix *matrix,
            guint            k)
{
  return matrix->classes != NULL && matrix->classes[k] != NULL ? matrix->classes[k] : "";
}

/* Pure: measures with a context of its own, so that pointer positions are read with the same
 * numbers that were drawn with. FALSE where there is no room for a cell. */
static gboolean
find_layout (double           width,
             double           height,
             const CvrMatrix *matrix,
             const CvrTheme  *theme,
             Layout          *layout)
{
  double text = theme->text_size, widest = 0, above, beside, legend = height > 220 ? text * 2.2 : 0;
  double mark = matrix->paints != NULL ? text * MARK : 0;
  guint n = matrix->n_classes;
  cairo_t *cr;

  if (n == 0 || matrix->counts == NULL || !isfinite (width) || !isfinite (height))
    return FALSE;

  cr = cvr_paint_measure_new ();
  cvr_paint_font (cr, theme, 1, TRUE);
  for (guint k = 0; k < n; k++)
    widest = MAX (widest, cvr_paint_text_width (cr, class_name (matrix, k)));
  cairo_destroy (cr);

  layout->label_width = MIN (widest, width * 0.28);
  beside = layout->label_width + text * 2.4 + mark;
  layout->cell = MIN ((width - beside - text * 0.5) / n,
                      (height - text * 3.2 - mark - legend) / n);
  layout->slanted = widest + text * 0.6 > layout->cell;
  above = text * 3.2 + mark;
  if (layout->slanted)
    {
      layout->slant_length = MIN (widest, MIN (width, height) * 0.26);
      above = text * 2.2 + layout->slant_length * G_SQRT2 / 2 + text * 0.5 + mark;
      layout->cell = MIN ((width - beside - layout->slant_length * G_SQRT2 / 2 - text * 0.3) / n,
                          (height - above - legend - 2) / n);
    }
  if (!(layout->cell >= 1))
    return FALSE;

  layout->every = (guint) MAX (1, ceil (text * 1.05 / layout->cell));
  layout->left = beside + MAX (0, (width - beside - layout->cell * n -
                                   (layout->slanted ? layout->slant_length * G_SQRT2 / 2 : 0)) / 2);
  layout->top = above;

  return TRUE;
}

static guint64
row_total (const CvrMatrix *matrix,
           guint            truth)
{
  guint64 total = 0;

  for (guint p = 0; p < matrix->n_classes; p++)
    total += matrix->counts[(gsize) truth * matrix->n_classes + p];

  return total;
}

/* Share @f of a row's pictures as a colour. Errors are few and matter: they rise faster than in
 * proportion. */
static CvrRgba
cell_colour (double          f,
             gboolean        right,
             const CvrTheme *theme)
{
  CvrRgba ground = cvr_paint_mix (theme->paper, theme->grid, 0.25);

  if (!(f > 0))
    return ground;

  return cvr_paint_mix (ground, right ? theme->right : theme->wrong,
                        right ? 0.15 + 0.8 * f : 0.12 + 0.88 * pow (f, 0.6));
}

/* More of a right answer is green, more of a wrong one red; fewer the other way round. */
static CvrRgba
change_colour (double          change,
               double          largest,
               gboolean        right,
               const CvrTheme *theme)
{
  CvrRgba ground = cvr_paint_mix (theme->paper, theme->grid, 0.25);

  if (change == 0)
    return ground;

  return cvr_paint_mix (ground, (change > 0) == right ? theme->right : theme->wrong,
                        0.25 + 0.7 * sqrt (fabs (change) / largest));
}

static double
change_of (const CvrMatrix *matrix,
           gsize            cell)
{
  return (double) matrix->counts[cell] - (double) matrix->before[cell];
}

static double
largest_change (const CvrMatrix *matrix)
{
  gsize n = (gsize) matrix->n_classes * matrix->n_classes;
  double largest = 1;

  for (gsize i = 0; i < n && matrix->before != NULL; i++)
    largest = MAX (largest, fabs (change_of (matrix, i)));

  return largest;
}

/* What stands in a cell: its count, its share of the row, or what changed; (nullable). */
static char *
cell_text (const CvrMatrix *matrix,
           gsize            cell,
           guint64          total)
{
  guint64 count = matrix->counts[cell];
  double change;
  g_autofree char *number = NULL;

  if (matrix->before != NULL)
    {
      change = change_of (matrix, cell);
      if (change == 0)
        return count > 0 ? g_strdup ("0") : NULL;
      number = cvr_paint_number (fabs (change), 0);
      return g_strconcat (change > 0 ? "+" : "−", number, NULL);
    }
  if (count == 0)
    return NULL;
  if (matrix->percent)
    return cvr_paint_percent ((double) count / (double) total, 0);

  return cvr_paint_number ((double) count, 0);
}

/* The widest text that may stand in a cell. */
static char *
longest_text (const CvrMatrix *matrix)
{
  gsize n = (gsize) matrix->n_classes * matrix->n_classes;
  double largest = matrix->before != NULL ? largest_change (matrix) : 0;
  g_autofree char *number = NULL;

  for (gsize i = 0; i < n && matrix->before == NULL; i++)
    largest = MAX (largest, (double) matrix->counts[i]);
  if (matrix->before == NULL && matrix->percent)
    return cvr_paint_percent (1, 0);
  number = cvr_paint_number (largest, 0);

  return g_strconcat (matrix->before != NULL ? "+" : "", number, NULL);
}

static void
draw_cells (cairo_t         *cr,
            const CvrMatrix *matrix,
            const Layout    *layout,
            const CvrTheme  *theme)
{
  guint n = matrix->n_classes;
  double gap = layout->cell >= 12 ? 1.5 : layout->cell >= 4 ? 0.5 : 0, text, widest = 0;
  double largest = largest_change (matrix);
  g_autofree char *longest = longest_text (matrix);

  cvr_paint_font (cr, theme, 1, FALSE);
  widest = MAX (cvr_paint_text_width (cr, longest), 1);
  text = MIN (MIN (1.25, layout->cell * 0.45 / theme->text_size), layout->cell * 0.8 / widest);
  cvr_paint_font (cr, theme, text, FALSE);

  for (guint t = 0; t < n; t++)
    {
      guint64 total = row_total (matrix, t);

      for (guint p = 0; p < n; p++)
        {
          gsize cell = (gsize) t * n + p;
          guint64 count = matrix->counts[cell];
          g_autofree char *words = cell_text (matrix, cell, total);
          CvrRgba colour =
            matrix->before != NULL
              ? change_colour (change_of (matrix, cell), largest, t == p, theme)
              : cell_colour (total > 0 ? (double) count / (double) total : 0, t == p, theme);
          double x = layout->left + p * layout->cell, y = layout->top + t * layout->cell;

          cvr_paint_rounded (cr, x + gap / 2, y + gap / 2, layout->cell - gap, layout->cell - gap,
                             layout->cell >= 24 ? 3 : 0);
          cvr_paint_set (cr, colour);
          cairo_fill (cr);
          if (words != NULL && text * theme->text_size >= 7)
            {
              cvr_paint_set (cr, cvr_paint_ink_on (colour));
              cvr_paint_text (cr, words, x + layout->cell / 2,
                              y + layout->cell / 2 + text * theme->text_size * 0.36, 0.5);
            }
        }
    }
}

static void
draw_column_name (cairo_t         *cr,
                  const CvrMatrix *matrix,
                  const Layout    *layout,
                  guint            k,
                  const CvrTheme  *theme)
{
  double x = layout->left + (k + 0.5) * layout->cell;
  double y = layout->top - theme->text_size * (0.5 + (matrix->paints != NULL ? MARK : 0));

  if (!layout->slanted)
    {
      cvr_paint_text_in (cr, class_name (matrix, k), x, y, layout->cell, 0.5);
      return;
    }
  cairo_save (cr);
  cairo_translate (cr, x + theme->text_size * 0.2, y);
  cairo_rotate (cr, -G_PI / 4);
  cvr_paint_text_in (cr, class_name (matrix, k), 0, 0, layout->slant_length, 0);
  cairo_restore (cr);
}

static gboolean
is_lit (gint  selected,
        gint  hover,
        guint k)
{
  return selected == (gint) k || hover == (gint) k;
}

/* Where only some names have room, a lit one takes the place of its neighbours. */
static gboolean
has_room (const Layout *layout,
          gint          selected,
          gint          hover,
          guint         k)
{
  gint every = (gint) layout->every;

  if (is_lit (selected, hover, k))
    return TRUE;
  if (k % layout->every != 0)
    return FALSE;

  return (selected < 0 || ABS (selected - (gint) k) >= every) &&
         (hover < 0 || ABS (hover - (gint) k) >= every);
}

/* Beside the names of row and column: the class's colour, hatched from the ninth on. */
static void
draw_marks (cairo_t         *cr,
            const CvrMatrix *matrix,
            const Layout    *layout,
            guint            k,
            const CvrTheme  *theme)
{
  double thick = theme->text_size * MARK, gap = MIN (1.5, layout->cell * 0.1);
  double x = layout->left - thick * 1.6, y = layout->top - thick * 1.6;
  double along = layout->cell - 2 * gap;
  const struct { double x, y, width, height; } marks[] = {
    { x, layout->top + k * layout->cell + gap, thick, along },
    { layout->left + k * layout->cell + gap, y, along, thick },
  };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    cvr_paint_class_mark (cr, marks[i].x, marks[i].y, marks[i].width, marks[i].height,
                          matrix->paints[k], theme);
}

static void
draw_names (cairo_t         *cr,
            const CvrMatrix *matrix,
            const Layout    *layout,
            const CvrTheme  *theme)
{
  double text = theme->text_size, side = layout->cell * matrix->n_classes;
  double mark = matrix->paints != NULL ? MARK : 0;

  for (guint k = 0; k < matrix->n_classes; k++)
    {
      gboolean row = is_lit (matrix->selected_truth, matrix->hover_truth, k);
      gboolean column = is_lit (matrix->selected_predicted, matrix->hover_predicted, k);

      if (has_room (layout, matrix->selected_truth, matrix->hover_truth, k))
        {
          cvr_paint_font (cr, theme, 1, row);
          cvr_paint_set (cr, theme->ink);
          cvr_paint_text_in (cr, class_name (matrix, k), layout->left - text * (0.6 + mark),
                             layout->top + (k + 0.5) * layout->cell + text * 0.35,
                             layout->label_width, 1);
        }
      if (has_room (layout, matrix->selected_predicted, matrix->hover_predicted, k))
        {
          cvr_paint_font (cr, theme, 1, column);
          cvr_paint_set (cr, theme->ink);
          draw_column_name (cr, matrix, layout, k, theme);
        }
      if (matrix->paints != NULL)
        draw_marks (cr, matrix, layout, k, theme);
    }

  cvr_paint_font (cr, theme, 0.92, FALSE);
  cvr_paint_set (cr, theme->dim);
  cvr_paint_text_in (cr, _("Answer of the network →"), layout->left + side / 2, text * 1.1,
                     side + layout->label_width, 0.5);
  cairo_save (cr);
  cairo_translate (cr, layout->left - layout->label_width - text * (1.2 + mark),
                   layout->top + side / 2);
  cairo_rotate (cr, -G_PI_2);
  cvr_paint_text_in (cr, _("← Truth"), 0, 0, side, 0.5);
  cairo_restore (cr);
}

static void
draw_frame (cairo_t        *cr,
            const Layout   *layout,
            guint           n,
            gint            truth,
            gint            predicted,
            double          line,
            const CvrTheme *theme)
{
  if (truth < 0 || predicted < 0 || truth >= (gint) n || predicted >= (gint) n)
    return;

  cvr_paint_rounded (cr, layout->left + predicted * layout->cell,
                     layout->top + truth * layout->cell,
                     layout->cell, layout->cell, layout->cell >= 24 ? 4 : 0);
  cvr_paint_set (cr, theme->paper);
  cairo_set_line_width (cr, line + 2);
  cairo_stroke_preserve (cr);
  cvr_paint_set (cr, theme->ink);
  cairo_set_line_width (cr, line);
  cairo_stroke (cr);
}

/* Two ramps, right and wrong, from none of the row to all of it; or better and worse. */
static void
draw_legend (cairo_t         *cr,
             double           width,
             double           height,
             const CvrMatrix *matrix,
             const Layout    *layout,
             const CvrTheme  *theme)
{
  enum { STEPS = 12, STEP = 6 };
  gboolean change = matrix->before != NULL;
  double text = theme->text_size, x, needed = 0;
  double y = layout->top + layout->cell * matrix->n_classes + text * 0.8;
  const char *scale = change ? "" : _("few → many of the row");
  const char *words[] = { change ? _("better") : _("right"), change ? _("worse") : _("wrong") };

  cvr_paint_font (cr, theme, 0.92, FALSE);
  for (guint side = 0; side < 2; side++)
    needed += STEPS * STEP + STEP + cvr_paint_text_width (cr, words[side]) + text * 1.4;
  if (y + text * 1.2 > height || needed - text * 1.4 > width)
    return;

  /* From the first column on, or as far to the left as it takes. */
  needed += cvr_paint_text_width (cr, scale);
  x = MAX (MIN (layout->left, width - needed - 1), 0);
  for (guint side = 0; side < 2; side++)
    {
      for (guint i = 0; i < STEPS; i++)
        {
          double share = (i + 1.0) / STEPS;

          cvr_paint_set (cr, change ? change_colour (share, 1, side == 0, theme)
                                    : cell_colour (share, side == 0, theme));
          cairo_rectangle (cr, x + i * STEP, y, STEP, text * 0.9);
          cairo_fill (cr);
        }
      x += STEPS * STEP + STEP;
      cvr_paint_set (cr, theme->dim);
      cvr_paint_text (cr, words[side], x, y + text * 0.8, 0);
      x += cvr_paint_text_width (cr, words[side]) + text * 1.4;
    }
  cvr_paint_text_in (cr, scale, x, y + text * 0.8, width - x, 0);
}

/**
 * cvr_paint_matrix:
 *
 * Rows are the truth, columns the answers. The diagonal is in the colour of right, the rest in that
 * of wrong, stronger with the share of the row; the counts stand in the cells where they can be
 * read. With a matrix before it, what changed since stands there instead: better or worse. Names
 * carry the colours of their classes where these are given. A matrix without classes says so. The
 * background is left as it is. Any thread with its own @cr.
 */
void
cvr_paint_matrix (cairo_t         *cr,
                  double           width,
                  double           height,
                  const CvrMatrix *matrix,
                  const CvrTheme  *theme)
{
  Layout layout = { 0 };

  if (!(width >= 20) || !(height >= 20))
    return;
  if (!find_layout (width, height, matrix, theme, &layout))
    {
      if (matrix->n_classes == 0)
        cvr_paint_sentence (cr, width, height, _("Nothing evaluated yet"), theme);
      return;
    }

  cairo_save (cr);
  draw_cells (cr, matrix, &layout, theme);
  draw_names (cr, matrix, &layout, theme);
  draw_frame (cr, &layout, matrix->n_classes, matrix->hover_truth, matrix->hover_predicted, 1.5,
              theme);
  draw_frame (cr, &layout, matrix->n_classes, matrix->selected_truth, matrix->selected_predicted, 3,
              theme);
  draw_legend (cr, width, height, matrix, &layout, theme);
  cairo_restore (cr);
}

/**
 * cvr_paint_matrix_cell:
 * @truth: (out): row under @x, @y
 * @predicted: (out): column
 *
 * The inverse of the drawing.
 *
 * Returns: %FALSE outside the cells.
 */
gboolean
cvr_paint_matrix_cell (double           width,
                       double           height,
                       const CvrMatrix *matrix,
                       const CvrTheme  *theme,
                       double           x,
                       double           y,
                       guint           *truth,
                       guint           *predicted)
{
  Layout layout = { 0 };
  double column, row;

  if (!(width >= 20) || !(height >= 20) || !find_layout (width, height, matrix, theme, &layout))
    return FALSE;

  column = floor ((x - layout.left) / layout.cell);
  row = floor ((y - layout.top) / layout.cell);
  if (!(column >= 0 && column < matrix->n_classes && row >= 0 && row < matrix->n_classes))
    return FALSE;
  *truth = (guint) row;
  *predicted = (guint) column;

  return TRUE;
}
