/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The size that suits a data set's pictures. */
#include "cvr-dataset-private.h"

enum
{
  SIZE_MULTIPLE = 4,
  EMPTY_SIDE = 28, /* suggested where there are no pictures yet */
};

static const CvrPictureFacts *
facts_at (CvrDataset *self,
          guint       index)
{
  return cvr_picture_facts (((CvrEntry *) g_ptr_array_index (self->entries, index))->item.picture);
}

static int
compare_sides (gconstpointer a,
               gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return x < y ? -1 : x > y;
}

/* Side of a square that suits pictures of different sizes: their median long side. */
static guint
suggest_side (CvrDataset *self,
              guint       max_side)
{
  g_autofree guint *sides = g_new (guint, self->entries->len);
  guint side;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrPictureFacts *picture = facts_at (self, i);

      sides[i] = MAX (picture->width, picture->height);
    }
  qsort (sides, self->entries->len, sizeof *sides, compare_sides);

  side = (sides[self->entries->len / 2] + SIZE_MULTIPLE / 2) / SIZE_MULTIPLE * SIZE_MULTIPLE;

  return CLAMP (side, SIZE_MULTIPLE, MAX (SIZE_MULTIPLE, max_side / SIZE_MULTIPLE * SIZE_MULTIPLE));
}

/**
 * cvr_dataset_suggest_size:
 * @max_side: upper bound of a side, in pixels
 * @width: (out): pixels
 * @height: (out): pixels
 * @channels: (out): 1 when every picture is grey, else 3
 *
 * The pictures' common size when they share one of at most @max_side a side; else a square of the
 * median long side, a multiple of 4.
 */
void
cvr_dataset_suggest_size (CvrDataset *self,
                          guint       max_side,
                          guint      *width,
                          guint      *height,
                          guint      *channels)
{
  gboolean common = TRUE, grey = TRUE;
  const CvrPictureFacts *first;

  *width = *height = MIN (EMPTY_SIDE, max_side);
  *channels = 1;
  if (self->entries->len == 0)
    return;

  first = facts_at (self, 0);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const CvrPictureFacts *picture = facts_at (self, i);

      common = common && picture->width == first->width && picture->height == first->height;
      grey = grey && picture->channels == 1;
    }

  *channels = grey ? 1 : 3;
  if (common && MAX (first->width, first->height) <= max_side)
    {
      *width = first->width;
      *height = first->height;
    }
  else
    {
      *width = *height = suggest_side (self, max_side);
    }
}
