/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name of a layer as people say it. */
#pragma once

#include "nn.h"

G_BEGIN_DECLS

/* (transfer full): PyTorch writes "/layer1/layer1.0/conv1/Conv" for what its users know as
 * "layer1.0.conv1"; every other name is as it is. Any thread. */
char *cvr_layer_dup_short_name (NnGraph *graph, NnNode node) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
