/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nested squares from the points' order along Morton's curve (G. Morton, 1966): the points of a
 * square are neighbours in that order, and squares lie in memory in the order of a walk through
 * them. */
#include "cvr-plane-tree.h"

#include <math.h>
#include <string.h>

enum { LEVELS = 32, DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };

/**
 * Cell:
 * @x, @y: centre of mass
 * @mass: points
 * @side: of the square; 0: nothing is inside but points at one place
 * @next: the cell after all that lie in this one
 */
typedef struct
{
  double  x, y, mass, side;
  guint32 next;
} Cell;

typedef struct
{
  guint64 code;
  guint   point;
} Key;

struct _CvrPlaneTree
{
  guint         most;
  Key          *keys, *sorted; /* [most] */
  Cell         *cells;
  guint         n_cells, room;
  const double *xy;            /* while it is filled */
};

CvrPlaneTree *
cvr_plane_tree_new (guint most_points)
{
  CvrPlaneTree *self = g_new0 (CvrPlaneTree, 1);

  self->most = most_points;
  self->keys = g_new (Key, MAX (most_points, 1));
  self->sorted = g_new (Key, MAX (most_points, 1));
  self->room = 2 * most_points + 64;
  self->cells = g_new (Cell, self->room);

  return self;
}

void
cvr_plane_tree_free (CvrPlaneTree *self)
{
  g_free (self->keys);
  g_free (self->sorted);
  g_free (self->cells);
  g_free (self);
}

/* The bits of @v with a zero before each. */
static guint64
spread_bits (guint32 v)
{
  guint64 x = v;

  x = (x | x << 16) & 0x0000ffff0000ffffu;
  x = (x | x << 8) & 0x00ff00ff00ff00ffu;
  x = (x | x << 4) & 0x0f0f0f0f0f0f0f0fu;
  x = (x | x << 2) & 0x3333333333333333u;
  x = (x | x << 1) & 0x5555555555555555u;

  return x;
}

/* By the digits from the last to the first; equal codes keep the points' order. */
static void
sort_keys (CvrPlaneTree *self,
           guint         n)
{
  for (guint shift = 0; shift < 64; shift += DIGIT_BITS)
    {
      guint starts[DIGITS] = { 0 }, sum = 0;
      Key *swap = self->keys;

      for (guint i = 0; i < n; i++)
        starts[self->keys[i].code >> shift & (DIGITS - 1)]++;
      for (guint digit = 0; digit < DIGITS; digit++)
        {
          guint count = starts[digit];

          starts[digit] = sum;
          sum += count;
        }
      for (guint i = 0; i < n; i++)
        self->sorted[starts[self->keys[i].code >> shift & (DIGITS - 1)]++] = self->keys[i];
      self->keys = self->sorted;
      self->sorted = swap;
    }
}

static guint
add_cell (CvrPlaneTree *self)
{
  if (self->n_cells == self->room)
    {
      self->room *= 2;
      self->cells = g_renew (Cell, self->cells, self->room);
    }

  return self->n_cells++;
}

/* The square of the points [@from, @to) of the order, whose codes agree above @level pairs of
 * bits; squares with all their points in one quarter are passed over. */
static void
add_square (CvrPlaneTree *self,
            guint         from,
            guint         to,
            guint         level,
            double        side)
{
  guint cell, first = from;
  double x = 0, y = 0;

  while (level > 0 && to - from > 1 &&
         self->keys[from].code >> (2 * level - 2) == self->keys[to - 1].code >> (2 * level - 2))
    {
      level--;
      side /= 2;
    }

  cell = add_cell (self);
  for (guint i = from; i < to; i++)
    {
      x += self->xy[2 * self->keys[i].point];
      y += self->xy[2 * self->keys[i].point + 1];
    }
  if (level > 0 && to - from > 1)
    for (guint i = from + 1; i <= to; i++)
      if (i == to ||
          self->keys[i].code >> (2 * level - 2) != self->keys[first].code >> (2 * level - 2))
        {
          add_square (self, first, i, level - 1, side / 2);
          first = i;
        }

  self->cells[cell] = (Cell) { x / (to - from), y / (to - from), to - from,
                               level > 0 && to - from > 1 ? side : 0, self->n_cells };
}

void
cvr_plane_tree_fill (CvrPlaneTree *self,
                     const double *xy,
                     guint         n)
{
  double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY }, side;

  g_return_if_fail (n <= self->most);

  for (guint i = 0; i < 2 * n; i++)
    {
      low[i % 2] = MIN (low[i % 2], xy[i]);
      high[i % 2] = MAX (high[i % 2], xy[i]);
    }
  side = MAX (high[0] - low[0], high[1] - low[1]);
  for (guint i = 0; i < n; i++)
    {
      double scale = side > 0 ? (0x1p32 - 1) / side : 0;

      self->keys[i].code = spread_bits ((guint32) ((xy[2 * i] - low[0]) * scale)) |
                           spread_bits ((guint32) ((xy[2 * i + 1] - low[1]) * scale)) << 1;
      self->keys[i].point = i;
    }
  sort_keys (self, n);

  self->xy = xy;
  self->n_cells = 0;
  if (n > 0)
    add_square (self, 0, n, LEVELS, side);
}

double
cvr_plane_tree_repel (const CvrPlaneTree *self,
                      const double        xy[2],
                      double              angle,
                      double              force[2])
{
  double sum = 0, x = 0, y = 0, angle_squared = angle * angle;

  for (guint i = 0; i < self->n_cells;)
    {
      const Cell *cell = &self->cells[i];
      double dx = xy[0] - cell->x, dy = xy[1] - cell->y, square = dx * dx + dy * dy, q;

      if (cell->side * cell->side > angle_squared * square)
        {
          i++;
          continue;
        }
      q = 1 / (1 + square);
      sum += cell->mass * q;
      x += cell->mass * q * q * dx;
      y += cell->mass * q * q * dy;
      i = cell->next;
    }
  force[0] = x;
  force[1] = y;

  return sum - 1; /* The point itself. */
}
