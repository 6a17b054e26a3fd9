/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list with many items as one stop of the Tab key. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_TAB_STOP (cvr_tab_stop_get_type ())
/* Lists let Tab go through all their items, thousands of pictures: around one of them, Tab goes on
 * to what follows and the arrow keys choose. It comes in at what is selected; with the property
 * "selects" (boolean) it selects the first item where none is. */
G_DECLARE_FINAL_TYPE (CvrTabStop, cvr_tab_stop, CVR, TAB_STOP, AdwBin)

G_END_DECLS
