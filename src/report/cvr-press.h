/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A4 pages that are filled from above: where the next thing stands, and text that is set into lines
 * so that nothing of it is cut off. */
#pragma once

#include "cvr-paper.h"

G_BEGIN_DECLS

/* Points of 1/72 inch. */
enum
{
  CVR_PRESS_WIDTH = 595,
  CVR_PRESS_HEIGHT = 842,
  CVR_PRESS_MARGIN = 48,
  CVR_PRESS_COLUMN = CVR_PRESS_WIDTH - 2 * CVR_PRESS_MARGIN,
  CVR_PRESS_GAP = 14,
};

typedef struct
{
  cairo_t  *cr;
  CvrTheme  theme;
  CvrPaper *paper;
  double    y;     /* of what comes next */
  guint     page;
} CvrPress;

/* How words stand: their size in text sizes of the theme. */
typedef struct
{
  double   scale;
  gboolean bold;
  CvrRgba  colour;
} CvrPressType;

/* Title and number at the foot; the next page begins. */
void       cvr_press_end_page   (CvrPress *self);
/* A new page where @height has no room on this one. */
void       cvr_press_make_room  (CvrPress *self, double height);
/* From one line to the next. */
double     cvr_press_leading    (CvrPress *self, const CvrPressType *type);
/* (transfer full) (element-type utf8): @text in lines of at most @width, one at least; a word that
 * is wider is broken. */
GPtrArray *cvr_press_break_lines (CvrPress *self, const CvrPressType *type, const char *text,
                                  double width) G_GNUC_WARN_UNUSED_RESULT;
/* Writes @lines under each other from @top on; @align 0: from @x on, 1: up to @x. Returns where
 * they end. Pages are left alone. */
double     cvr_press_write      (CvrPress *self, const CvrPressType *type, const GPtrArray *lines,
                                 double x, double top, double align);
/* A paragraph over the column, over pages where it has to be. */
void       cvr_press_paragraph  (CvrPress *self, const CvrPressType *type, const char *text);
/* What a paragraph takes. */
double     cvr_press_paragraph_height (CvrPress *self, const CvrPressType *type, const char *text);

/* Rows over pages, the head again on each. */
void       cvr_press_table      (CvrPress *self, const CvrBlock *block);
/* Head and first row. */
double     cvr_press_table_head_height (CvrPress *self, const CvrBlock *block);

G_END_DECLS
