/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of the network page's table. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void cvr_layer_columns_add (GtkColumnView *table);

G_END_DECLS
