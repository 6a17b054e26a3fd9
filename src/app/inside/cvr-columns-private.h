/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the columns share. */
#pragma once

#include "cvr-canvas.h"
#include "cvr-columns.h"

G_BEGIN_DECLS

enum { CVR_COLUMNS_SIDE = 18 }; /* px between two */

struct _CvrColumns
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroll;
  GtkBox            *box;
  GtkBox            *heads;        /* as many as columns, as wide; they stay above them */
  CvrCanvas         *links;        /* over what can be seen of them */
  NnGraph           *graph;        /* what the columns were made for */
  CvrMapsKind        kind;
  CvrMaps           *maps;
  char             **titles;       /* of the classes; NULL: not known */
  gboolean           named;        /* they stand beside the answer's values */
  GPtrArray         *columns;      /* of CvrMapColumn, borrowed from the box */
  gint               column, tile; /* chosen; −1 none */
  gint               hover_column, hover_tile;
  guint              tick;         /* waits for a layout */
  gboolean           follow;       /* scroll to the chosen column then */
};

/* The column of a layer; −1: there is none. */
gint cvr_columns_find       (CvrColumns *self, NnNode node);
/* px that the arcs over the heads need. */
int  cvr_columns_arcs_room  (CvrColumns *self);
/* CvrCanvasDraw; @data: CvrColumns */
void cvr_columns_draw_links (cairo_t *cr, double width, double height, const CvrTheme *theme,
                             gpointer data);

G_END_DECLS
