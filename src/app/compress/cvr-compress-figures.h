/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a compression costs and wins: untouched, difference, compressed. */
#pragma once

#include "cvr-compress.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_COMPRESS_FIGURES (cvr_compress_figures_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompressFigures, cvr_compress_figures, CVR, COMPRESS_FIGURES, AdwBin)

typedef enum
{
  CVR_FIGURE_ACCURACY,
  CVR_FIGURE_LOSS,
  CVR_FIGURE_BYTES,
  CVR_FIGURE_PACKED,
  CVR_FIGURE_OPERATIONS,
  CVR_FIGURE_TIME,
  CVR_N_FIGURES,
} CvrFigure;

typedef enum
{
  CVR_FIGURE_BEFORE,
  CVR_FIGURE_DIFFERENCE,
  CVR_FIGURE_AFTER,
  CVR_N_FIGURE_COLUMNS,
} CvrFigureColumn;

void        cvr_compress_figures_show (CvrCompressFigures  *self,
                                       const CvrCompressed *result);
/* What stands in a cell; borrowed. "–": nothing yet. */
const char *cvr_compress_figures_get  (CvrCompressFigures  *self,
                                       CvrFigure            figure,
                                       CvrFigureColumn      column);
/* Whether it is of before, and new ones are to come. */
gboolean    cvr_compress_figures_is_dimmed (CvrCompressFigures *self,
                                            CvrFigure           figure);
/* "−63 %"; NULL where nothing a person would notice changed. */
char       *cvr_dup_relative          (double               before,
                                       double               after);

G_END_DECLS
