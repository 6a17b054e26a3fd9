/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network as boxes and as a table of layers. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_NETWORK_PAGE (cvr_network_page_get_type ())
G_DECLARE_FINAL_TYPE (CvrNetworkPage, cvr_network_page, CVR, NETWORK_PAGE, AdwBin)

void cvr_network_page_set_project (CvrNetworkPage *self,
                                   CvrProject *project);

G_END_DECLS
