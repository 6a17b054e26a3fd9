/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the boxes of a network stand: columns by depth, branches above each other. */
#include "cvr-paint-network-private.h"

static const double margin = 12, column_gap = 26, least_height = 6;

/* Column of every box (the longest way from an input) and how many columns there are. */
guint
cvr_network_columns (const CvrNodeBox *boxes,
                     guint             n_boxes,
                     guint            *columns)
{
  guint n_columns = 0;

  for (guint i = 0; i < n_boxes; i++)
    {
      columns[i] = 0;
      for (guint j = 0; j < boxes[i].n_inputs; j++)
        if (boxes[i].inputs[j] >= 0 && boxes[i].inputs[j] < (gint) i)
          columns[i] = MAX (columns[i], columns[boxes[i].inputs[j]] + 1);
      n_columns = MAX (n_columns, columns[i] + 1);
    }

  return n_columns;
}

/* TRUE where box @to can be reached from @from other than by the edge between them: the edge skips
 * what lies on that way. */
gboolean
cvr_network_is_skip (const CvrNodeBox *boxes,
                     const guint      *columns,
                     guint             from,
                     guint             to)
{
  g_autofree gboolean *reached = NULL;

  if (columns[to] <= columns[from] + 1)
    return FALSE;

  reached = g_new0 (gboolean, to + 1);
  for (guint i = from + 1; i <= to; i++)
    for (guint j = 0; j < boxes[i].n_inputs && !reached[i]; j++)
      {
        gint input = boxes[i].inputs[j];

        if (input < (gint) from || input >= (gint) i)
          continue;
        reached[i] = reached[input] || (input == (gint) from && i != to);
      }

  return reached[to];
}

/* Maps: tall as they are high. Vectors: tall as they are long. Both on log scales, 0 … 1. */
static double
tallness (const CvrNodeBox *box)
{
  gboolean is_map = box->height > 1 || box->width > 1;
  double extent = is_map ? MAX (box->height, 1) : sqrt (MAX (box->channels, 1));

  return CLAMP (0.2 + 0.8 * log2 (extent) / log2 (64), 0.2, 1);
}

static double
box_width (const CvrNodeBox *box)
{
  if (box->height <= 1 && box->width <= 1)
    return 10;

  return 12 + 5 * log2 (MAX (box->channels, 1));
}

double
cvr_network_label_height (const CvrTheme *theme)
{
  return theme->text_size * 2.5;
}

/* How high the inputs of a box lie, on average; 0 where it has none. */
static double
inputs_level (const CvrNodeBox  *box,
              const CvrBoxPlace *places,
              guint              k)
{
  double sum = 0;
  guint n = 0;

  for (guint j = 0; j < box->n_inputs; j++)
    if (box->inputs[j] >= 0 && box->inputs[j] < (gint) k)
      {
        sum += places[box->inputs[j]].y + places[box->inputs[j]].height / 2;
        n++;
      }

  return n > 0 ? sum / n : 0;
}

/* Boxes of one column from top to bottom, in the order of their inputs so that few arrows cross.
 * The columns before it are placed already. */
static GArray *
column_members (const CvrNodeBox  *boxes,
                guint              n_boxes,
                const guint       *columns,
                guint              column,
                const CvrBoxPlace *places)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < n_boxes; i++)
    {
      double level = inputs_level (&boxes[i], places, i);
      guint at = members->len;

      if (columns[i] != column)
        continue;
      for (; at > 0; at--)
        {
          guint above = g_array_index (members, guint, at - 1);

          if (inputs_level (&boxes[above], places, above) <= level)
            break;
        }
      g_array_insert_val (members, at, i);
    }

  return members;
}

/* Height of the tallest box that lets every column fit with its labels. */
static double
find_unit (const CvrNodeBox *boxes,
           guint             n_boxes,
           const guint      *columns,
           guint             n_columns,
           double            room,
           const CvrTheme   *theme)
{
  g_autofree double *sums = g_new0 (double, n_columns);
  g_autofree guint *counts = g_new0 (guint, n_columns);
  double unit = 180;

  for (guint i = 0; i < n_boxes; i++)
    {
      sums[columns[i]] += tallness (&boxes[i]);
      counts[columns[i]]++;
    }
  for (guint c = 0; c < n_columns; c++)
    unit = MIN (unit, (room - counts[c] * (cvr_network_label_height (theme) + 4)) / sums[c]);

  return unit;
}

/* One column around the middle line. Where labels don't fit the boxes share what room there is. */
static void
place_column (const CvrNodeBox *boxes,
              const GArray     *members,
              double            x,
              double            column_width,
              double            top,
              double            room,
              double            unit,
              const CvrTheme   *theme,
              CvrBoxPlace      *places)
{
  double gap = cvr_network_label_height (theme) + 4, total = 0, y, shrink = 1;

  for (guint m = 0; m < members->len; m++)
    total += MAX (tallness (&boxes[g_array_index (members, guint, m)]) * unit, least_height) + gap;
  if (total > room)
    {
      double wanted = total - members->len * gap;

      gap = MIN (gap, room * 0.3 / members->len);
      shrink = MIN (1, (room - members->len * gap) / wanted);
      total = wanted * shrink + members->len * gap;
    }

  y = top + (room - total) / 2;
  for (guint m = 0; m < members->len; m++)
    {
      guint i = g_array_index (members, guint, m);
      double tall = MAX (tallness (&boxes[i]) * unit, least_height) * shrink;
      double wide = box_width (&boxes[i]);

      places[i] = (CvrBoxPlace) { x + (column_width - wide) / 2, y, wide, tall };
      y += tall + gap;
    }
}

/* Room above the boxes, where something skips a column. */
static double
arc_room (const CvrNodeBox *boxes,
          guint             n_boxes,
          const guint      *columns,
          double            height)
{
  for (guint i = 0; i < n_boxes; i++)
    for (guint j = 0; j < boxes[i].n_inputs; j++)
      if (boxes[i].inputs[j] >= 0 && boxes[i].inputs[j] < (gint) i &&
          cvr_network_is_skip (boxes, columns, (guint) boxes[i].inputs[j], i))
        return CLAMP (height * 0.2, 8, 70);

  return 0;
}

static double
column_text_width (cairo_t          *cr,
                   const CvrNodeBox *boxes,
                   const GArray     *members)
{
  double widest = 0;

  for (guint m = 0; m < members->len; m++)
    {
      const CvrNodeBox *box = &boxes[g_array_index (members, guint, m)];

      widest = MAX (widest, box_width (box));
      widest = MAX (widest, cvr_paint_text_width (cr, box->name));
      widest = MAX (widest, cvr_paint_text_width (cr, box->size));
    }

  return widest;
}

/**
 * cvr_paint_network_layout:
 * @boxes: (array length=n_boxes): in an order in which inputs come first
 * @places: (out) (array length=n_boxes): where each box is, without its label below
 *
 * Pure. A box is as tall as its map is high and as wide as it has channels, on log scales; every
 * box stands right of all its inputs, parallel branches stand above each other. Nothing overlaps.
 *
 * Returns: the width that the drawing takes, in the same units as @height. Any thread.
 */
double
cvr_paint_network_layout (const CvrNodeBox *boxes,
                          guint             n_boxes,
                          double            height,
                          const CvrTheme   *theme,
                          CvrBoxPlace      *places)
{
  g_autofree guint *columns = g_new0 (guint, MAX (n_boxes, 1));
  guint n_columns = cvr_network_columns (boxes, n_boxes, columns);
  double top = margin + arc_room (boxes, n_boxes, columns, height);
  double room = MAX (height - top - margin, 20), x = margin, unit;
  cairo_t *cr = cvr_paint_measure_new ();

  cvr_paint_font (cr, theme, 0.88, TRUE);
  unit = find_unit (boxes, n_boxes, columns, n_columns, room, theme);
  for (guint c = 0; c < n_columns; c++)
    {
      g_autoptr (GArray) members = column_members (boxes, n_boxes, columns, c, places);
      double width = column_text_width (cr, boxes, members);

      place_column (boxes, members, x, width, top, room, unit, theme, places);
      x += width + column_gap;
    }
  cairo_destroy (cr);

  return n_boxes > 0 ? x - column_gap + margin : 0;
}
