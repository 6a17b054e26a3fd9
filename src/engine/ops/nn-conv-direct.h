/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution over maps with channels last, straight from the maps: no columns are laid out. */
#pragma once

#include "nn-conv.h"

G_BEGIN_DECLS

/**
 * NnRuns:
 *
 * A window's values as runs of neighbours (see NnTile): whole rows of the window where taps lie next
 * to each other, single taps otherwise. Steps in values.
 */
typedef struct
{
  gsize outer, inner, run;
  gsize outer_step, inner_step;
} NnRuns;

/**
 * NnDirect:
 * @channels, @filters: of all groups
 * @framed: zeros have to be put around the maps
 * @frame_height, @frame_width: of the maps with zeros around
 * @pointwise: a 1×1 kernel that reads every position once
 * @panel: columns of a panel
 *
 * The numbers of one convolution for these loops. Plain value.
 */
typedef struct
{
  NnConv   conv;
  gsize    channels, filters;
  gboolean framed, pointwise;
  gsize    frame_height, frame_width;
  NnRuns   runs;
  gsize    panel;
} NnDirect;

NnDirect nn_direct_of          (const NnOpNode *node);
/* Whether backward can do it: a stride or a dilation, not both. */
gboolean nn_direct_fits        (const NnOpNode *node);

/* Panels of all groups, and [columns] of start values behind them. */
gsize    nn_direct_panel_values (const NnDirect *direct);
void     nn_direct_pack        (const NnOpRun  *run,
                                const NnDirect *direct,
                                nn_real        *panels,
                                nn_real        *start);

/* Rows of maps, zeros around them included, that @rows rows of the result read. */
gsize    nn_direct_frame_rows  (const NnDirect *direct, gsize rows);

gboolean nn_direct_scratch     (const NnOpNode *node, guint batch, gboolean backward, gsize *bytes);
gboolean nn_direct_prepared    (const NnOpNode *node, gsize *bytes);
void     nn_direct_prepare     (const NnOpRun *run);
void     nn_direct_forward     (const NnOpRun *run);
/* Bytes; raises @bytes to what backward needs where that is more. */
gboolean nn_direct_backward_scratch (const NnOpNode *node, guint batch, gsize *bytes);
void     nn_direct_backward    (const NnOpRun *run);

G_END_DECLS
