/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says when some classes have many more pictures than others, with buttons that help. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_BALANCE_BAR (cvr_balance_bar_get_type ())
G_DECLARE_FINAL_TYPE (CvrBalanceBar, cvr_balance_bar, CVR, BALANCE_BAR, AdwBin)

/* Changes the settings by itself. Signal "collect" (uint class, uint number of pictures). */
void     cvr_balance_bar_set_project (CvrBalanceBar *self, CvrProject *project);
/* Something is out of balance, and the person has not put the bar away. */
gboolean cvr_balance_bar_is_shown    (CvrBalanceBar *self);

G_END_DECLS
