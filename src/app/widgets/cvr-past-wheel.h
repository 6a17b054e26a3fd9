/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliders of pages that scroll. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets the wheel pass @range, so that it scrolls the page beneath: a value must not move because
 * the page brought it under the pointer. Keys and dragging move it as before. */
void cvr_past_wheel (GtkRange *range);

G_END_DECLS
