/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rectangle of numbers taken out of a network, to be looked at one by one. */
#pragma once

#include "cvr-predict.h"

G_BEGIN_DECLS

/* [rows, columns] values; −∞ where there is none.
 * @is_list: values one after the other; the rows are only how they are laid out
 * @pitch: columns from one of several planes side by side to the next; 0: it is one plane */
typedef struct
{
  guint    columns, rows;
  gboolean is_list;
  guint    pitch;
  gboolean diverging; /* weights: coloured around zero */
  float   *values;
} CvrPlane;

CvrPlane *cvr_plane_new        (guint columns,
                                guint rows) G_GNUC_WARN_UNUSED_RESULT;
void      cvr_plane_free       (CvrPlane *self);
/* @n values one after the other, in rows of cvr_plane_vector_columns (@n). */
CvrPlane *cvr_plane_of_vector  (const float *values,
                                gsize        n) G_GNUC_WARN_UNUSED_RESULT;
guint     cvr_plane_vector_columns (gsize n);
/* Map @tile of a layer, or the whole of a vector. NULL where the layer was not run. */
CvrPlane *cvr_plane_of_map     (CvrMaps *maps,
                                NnNode   node,
                                guint    tile) G_GNUC_WARN_UNUSED_RESULT;
/* The mean of a layer's maps: the picture as it is there; a vector as it is. NULL as above. */
CvrPlane *cvr_plane_of_mean    (CvrMaps *maps,
                                NnNode   node) G_GNUC_WARN_UNUSED_RESULT;
/* As cvr_plane_of_map(), of gradients or any other values of the layer's shape. */
CvrPlane *cvr_plane_of_values  (const float   *values,
                                const NnShape *shape,
                                guint          tile) G_GNUC_WARN_UNUSED_RESULT;
/* Filter @tile of a convolution: a plane for each map it looks at, side by side. @weights: [K, C,
 * R, S], its own or their gradients. */
CvrPlane *cvr_plane_of_filter  (NnGraph     *graph,
                                NnNode       node,
                                guint        tile,
                                const float *weights,
                                gsize        n_weights) G_GNUC_WARN_UNUSED_RESULT;
/* Smallest and largest finite value; 0 and 0 where there is none. */
void      cvr_plane_range      (const CvrPlane *self,
                                double         *low,
                                double         *high);
/* Digits behind the point so that about three of a number of that size count. */
guint     cvr_plane_decimals   (double size);
/* (transfer full): "−0.532", with a true minus sign and the locale's point. */
char     *cvr_plane_dup_number (double value,
                                guint  decimals) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): "Row 3, column 5", "Value 53" or, of a filter, "Map 2, row 3, column 5". */
char     *cvr_plane_dup_place  (const CvrPlane *self,
                                guint           column,
                                guint           row) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): "from −1.06 to 1.01", what cvr_plane_range() finds. */
char     *cvr_plane_dup_range  (const CvrPlane *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrPlane, cvr_plane_free)

G_END_DECLS
