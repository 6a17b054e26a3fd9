/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be done to a box with pointer and keys: drawn, moved, resized, found. */
#pragma once

#include "cvr-dataset.h"

G_BEGIN_DECLS

/* Which sides of a box go along. */
typedef enum
{
  CVR_SIDE_LEFT = 1 << 0,
  CVR_SIDE_TOP = 1 << 1,
  CVR_SIDE_RIGHT = 1 << 2,
  CVR_SIDE_BOTTOM = 1 << 3,
} CvrSides;

/* All of it in a picture of @columns × @rows pixels, at least 1 each. No box leaves it or becomes
 * smaller than one of its pixels; what isn't a number becomes 0. The label stays. */
CvrBox   cvr_box_shape_inside  (const CvrBox *box, guint columns, guint rows);
/* Two opposite corners in pixels, any order; the sides come to lie between pixels. */
CvrBox   cvr_box_shape_between (double x0, double y0, double x1, double y1, guint columns,
                                guint rows);
/* By pixels; stops at the border without becoming smaller. */
CvrBox   cvr_box_shape_move    (const CvrBox *box, double dx, double dy, guint columns,
                                guint rows);
/* The given sides by pixels, to between pixels; none passes the opposite one. */
CvrBox   cvr_box_shape_resize  (const CvrBox *box, CvrSides sides, double dx, double dy,
                                guint columns, guint rows);
/* The sides that handle 0 … 7 moves: upper left corner first, with the clock. */
CvrSides cvr_box_shape_sides   (guint handle);
/* Of the boxes that the point (fractions) lies in, the smallest; after @last the next larger one,
 * and the smallest again after the largest. −1: none. */
gint     cvr_box_shape_find    (const CvrBox *boxes, guint n_boxes, double x, double y,
                                gint last);
gboolean cvr_box_shape_has     (const CvrBox *box, double x, double y);

G_END_DECLS
