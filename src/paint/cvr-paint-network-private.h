/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the layout of a network and its drawing must agree on. */
#pragma once

#include "cvr-paint-private.h"

G_BEGIN_DECLS

guint    cvr_network_columns      (const CvrNodeBox *boxes,
                                   guint             n_boxes,
                                   guint            *columns);
gboolean cvr_network_is_skip      (const CvrNodeBox *boxes,
                                   const guint      *columns,
                                   guint             from,
                                   guint             to);
double   cvr_network_label_height (const CvrTheme *theme);

G_END_DECLS
