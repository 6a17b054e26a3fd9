/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quick, Draw! drawings as strokes: one JSON object a line. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

typedef struct
{
  float x, y;
} CvrStrokePoint;

/* @points: of CvrStrokePoint, the strokes one behind the other, y downwards, in the file's own
 * unit. @lengths: of guint, points of each stroke, at least 1. @word: (nullable): what was to be
 * drawn. */
typedef struct
{
  char   *word;
  GArray *points;
  GArray *lengths;
} CvrDrawing;

CvrDrawing *cvr_quickdraw_read (const guint8 *line, gsize length, GError **error)
                                G_GNUC_WARN_UNUSED_RESULT;
void        cvr_drawing_free   (CvrDrawing *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrDrawing, cvr_drawing_free)

G_END_DECLS
