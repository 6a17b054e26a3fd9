/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value of a map under the lens: which numbers before it, and which weights, it was made of. */
#pragma once

#include "cvr-predict.h"

G_BEGIN_DECLS

/* [rows, columns] values; −∞ where there is none. */
typedef struct
{
  guint    columns, rows;
  gboolean diverging; /* weights: coloured around zero */
  gboolean centred;   /* the middle cell is the one in question, the others its neighbours */
  float   *values;
} CvrPlane;

CvrPlane *cvr_plane_new        (guint columns,
                                guint rows) G_GNUC_WARN_UNUSED_RESULT;
void      cvr_plane_free       (CvrPlane *self);
/* Map @tile of a layer, or the whole of a vector, CVR_VECTOR_COLUMNS values a row. */
CvrPlane *cvr_plane_of_map     (CvrMaps *maps,
                                NnNode   node,
                                guint    tile) G_GNUC_WARN_UNUSED_RESULT;
/* Filter @tile of a convolution: a plane for each map it looks at, side by side. */
CvrPlane *cvr_plane_of_filter  (CvrMaps *maps,
                                NnNode   node,
                                guint    tile) G_GNUC_WARN_UNUSED_RESULT;

enum { CVR_VECTOR_COLUMNS = 16, CVR_LENS_PANELS = 3 };

/**
 * CvrLens:
 * @panels: what is worked with, left to right; the last is what comes out
 * @titles: of the panels, translated
 * @signs: what stands after each panel: "×", "→" …; NULL after the last
 * @sentence: the same in words
 */
typedef struct
{
  guint       n_panels;
  CvrPlane   *panels[CVR_LENS_PANELS];
  char       *titles[CVR_LENS_PANELS];
  const char *signs[CVR_LENS_PANELS];
  char       *sentence;
} CvrLens;

/* NULL where the layer has no values or the place is outside its plane. */
CvrLens  *cvr_lens_new         (CvrMaps *maps,
                                NnNode   node,
                                guint    tile,
                                guint    column,
                                guint    row) G_GNUC_WARN_UNUSED_RESULT;
void      cvr_lens_free        (CvrLens *self);
/* (transfer full): "−0.532", with a true minus sign and the locale's point. */
char     *cvr_lens_dup_number  (double value,
                                guint  decimals) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrPlane, cvr_plane_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrLens, cvr_lens_free)

G_END_DECLS
