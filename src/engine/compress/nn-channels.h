/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which channels of a network stand or fall together, and which of them go. */
#pragma once

#include "nn-prune.h"

G_BEGIN_DECLS

/**
 * NnFilter:
 *
 * One output channel of a convolution or dense layer. @group: the root of its channel.
 */
typedef struct
{
  NnNode  node;
  guint32 channel;
  guint   group;
  double  score; /* L1 norm over the mean of its layer */
} NnFilter;

/**
 * NnChannels:
 * @first: [n_nodes]: index of each node's channel 0 among all channels
 * @parent: [all channels]: a forest of disjoint sets (R. Tarjan): channels that leave together
 * @fixed, @removed: [all channels], by root
 * @filters: (element-type NnFilter): all that may leave, by node and channel
 *
 * All channels of all nodes. Channel c of a convolution is tied to channel c of whatever only
 * passes it on; an addition ties its two inputs; a depthwise convolution its filter to its input; a
 * concatenation ties at an offset; flattening ties all positions of one map. Channels of inputs, of
 * outputs, of what goes into a softmax and of grouped (not depthwise) convolutions are fixed.
 */
typedef struct
{
  NnGraph  *graph;
  guint    *first;
  guint    *parent;
  gboolean *fixed;
  gboolean *removed;
  gboolean *live;
  GArray   *filters;
} NnChannels;

gboolean nn_channels_init   (NnChannels         *self,
                             NnGraph            *graph,
                             NnParams           *params,
                             GError            **error);
void     nn_channels_clear  (NnChannels         *self);
guint64  nn_channels_remove (NnChannels         *self,
                             const NnPruneSpec  *spec);
gboolean nn_channels_keeps  (NnChannels         *self,
                             NnNode              node,
                             guint32             channel);
guint32  nn_channels_n_kept (NnChannels         *self,
                             NnNode              node);
/* The smaller network without the removed channels. */
gboolean nn_channels_rebuild (NnChannels        *self,
                             NnParams           *params,
                             NnGraph           **new_graph,
                             NnParams          **new_params,
                             GError            **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnChannels, nn_channels_clear)

G_END_DECLS
