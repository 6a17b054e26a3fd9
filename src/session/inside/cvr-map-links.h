/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From which maps a map is made, and how much each of them counts in this picture. */
#pragma once

#include "cvr-predict.h"

G_BEGIN_DECLS

/* @weight: −1 … 1, the strongest of the map's links is 1 or −1; the sign is that of the weights'
 * sum. Where nothing is weighed it is 1. */
typedef struct
{
  NnNode node;
  guint  tile;
  double weight;
} CvrMapLink;

/* The layer that is shown in place of @node: layers that only hand values on (dropout, flatten,
 * rounding, reshape) show nothing of their own. */
NnNode  cvr_map_links_shown (NnGraph *graph, NnNode node);
gboolean cvr_map_links_is_hidden (NnGraph *graph, NnNode node);
/* (transfer full): of CvrMapLink, at most @max, the strongest. A vector counts as one map. */
GArray *cvr_map_links_of    (CvrMaps *maps, NnNode node, guint tile,
                             guint max) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
