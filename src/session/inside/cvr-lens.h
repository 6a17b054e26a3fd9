/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value of a map under the lens: which numbers before it, and which weights, it was made of. */
#pragma once

#include "cvr-plane.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_PANEL_PLANE, /* numbers in a rectangle, a part of them framed */
  CVR_PANEL_ROWS,  /* a sum, line by line */
  CVR_PANEL_CURVE, /* a function, with the place on it */
} CvrPanelKind;

/* A line of a sum. @text in front of the number, translated. */
typedef struct { char *text; double value; gboolean total; } CvrLensRow;

enum { CVR_LENS_PANELS = 6, CVR_LENS_ROWS = 9, CVR_LENS_POINTS = 65 };

/**
 * CvrLensPanel:
 * @title: translated
 * @sign: what stands behind it: "×", "=", "→"; %NULL after the last
 * @plane: with CVR_PANEL_PLANE
 * @column, @row, @columns, @rows: what is framed of it; none where @columns is 0
 * @step: rows and columns from tap to tap; above 1 the taps are marked in the frame
 * @list, @n_rows: with CVR_PANEL_ROWS
 * @x, @y: [CVR_LENS_POINTS] with CVR_PANEL_CURVE; @at_x, @at_y: the place on it
 */
typedef struct
{
  CvrPanelKind kind;
  char        *title;
  const char  *sign;
  CvrPlane    *plane;
  gint         column, row;
  guint        columns, rows, step[2];
  CvrLensRow   list[CVR_LENS_ROWS];
  guint        n_rows;
  float        x[CVR_LENS_POINTS], y[CVR_LENS_POINTS];
  double       at_x, at_y;
} CvrLensPanel;

/**
 * CvrLens:
 * @panels: what is worked with, left to right
 * @own: the panel of the layer's own map; behind it only what the answer makes of it
 * @whole: the panel that shows a whole map of the layer before; −1: none
 * @plane: which of the @n_planes maps that are added up is shown, counted in the layer before
 * @value: the network's own
 * @sentence: the same in words
 * @note: how the window moves, or how the value becomes a share of the answer; %NULL: neither
 */
typedef struct
{
  guint        n_panels, own;
  CvrLensPanel panels[CVR_LENS_PANELS];
  gint         whole;
  guint        plane, n_planes;
  double       value;
  char        *sentence, *note;
  /* From a cell of the whole map to the output whose window is around it. */
  guint        stride[2], extent[2], out[2];
} CvrLens;

/* Map @tile at (@column, @row) of the plane that cvr_plane_of_map() gives. @plane: the input map to
 * show; −1: the one that weighs most there. @titles: of the classes, as many as the model has;
 * NULL: the model's own names. NULL where the layer has no values or the place is
 * outside. Any thread. */
CvrLens  *cvr_lens_new    (CvrMaps *maps,
                           NnNode   node,
                           guint    tile,
                           guint    column,
                           guint    row,
                           gint     plane,
                           char *const *titles) G_GNUC_WARN_UNUSED_RESULT;
void      cvr_lens_free   (CvrLens *self);
/* The output whose window lies around a cell of the whole map; FALSE where nothing leads there. */
gboolean  cvr_lens_locate (const CvrLens *self,
                           guint          column,
                           guint          row,
                           guint         *out_column,
                           guint         *out_row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrLens, cvr_lens_free)

G_END_DECLS
