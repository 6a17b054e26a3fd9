/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures and settings of trainings as a table: a column each. */
#pragma once

#include "cvr-notebook.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Fills @grid anew. @cards: (element-type CvrRunCard). Of several cards only those settings stand
 * there that differ. */
void cvr_compare_table_fill (GtkGrid *grid, GPtrArray *cards);

G_END_DECLS
