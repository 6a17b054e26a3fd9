/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turning pictures upright after EXIF's orientation. */
#include "cvr-image.h"

#include <string.h>

/**
 * cvr_image_orient:
 * @orientation: EXIF's 1 … 8 (CIPA DC-008, tag 0x0112): where the first row and column of the
 * stored picture belong; every other number counts as 1
 *
 * Returns: (transfer full) (nullable): the picture upright, a new reference to @self when it
 * already is; %NULL when there is not enough memory. Any thread.
 */
CvrImage *
cvr_image_orient (CvrImage *self,
                  guint     orientation)
{
  const gboolean swap = orientation >= 5;
  const gboolean from_right = orientation == 2 || orientation == 3 || orientation == 7 ||
                              orientation == 8;
  const gboolean from_bottom = orientation == 3 || orientation == 4 || orientation == 6 ||
                               orientation == 7;
  CvrImage *upright;
  guint8   *to;

  if (orientation < 2 || orientation > 8)
    return cvr_image_ref (self);

  upright = cvr_image_new (swap ? self->height : self->width, swap ? self->width : self->height,
                           self->channels);
  if (upright == NULL)
    return NULL;

  upright->damaged = self->damaged;
  to = upright->data;
  for (guint y = 0; y < upright->height; y++)
    for (guint x = 0; x < upright->width; x++, to += self->channels)
      {
        guint column = swap ? y : x;
        guint row = swap ? x : y;

        if (from_right)
          column = self->width - 1 - column;
        if (from_bottom)
          row = self->height - 1 - row;

        memcpy (to, self->data + ((gsize) row * self->width + column) * self->channels,
                self->channels);
      }

  return upright;
}
