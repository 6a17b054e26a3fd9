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
  double  score; /* L1 norm over the mean of its layer, or what nn_channels_weigh() was told */
} NnFilter;

/**
 * NnChannels:
 * @first: [n_nodes]: index of each node's channel 0 among all channels
 * @parent: [all channels]: a forest of disjoint sets (R. Tarjan): channels that leave together
 * @fixed, @removed: [all channels], by root
 * @strongest: score of the strongest set that nn_channels_remove() took; NaN: none
 * @filters: (element-type NnFilter): all that may leave, by node and channel
 *
 * All channels of all nodes. Channel c of a convolution is tied to channel c of whatever only
 * passes it on; an addition ties its two inputs; a depthwise convolution its filter to its input; a
 * concatenation ties at an offset; flattening ties all positions of one map. Channels of inputs, of
 * outputs, of constants, of what goes into a softmax or an operator that mixes or moves channels,
 * and of grouped (not depthwise) convolutions are fixed.
 */
typedef struct
{
  NnGraph  *graph;
  guint     n_channels;
  guint    *first;
  guint    *parent;
  gboolean *fixed;
  gboolean *removed;
  gboolean *live;
  double    strongest;
  gboolean  sums; /* a group's score is the sum of its filters', not their mean */
  GArray   *filters;
} NnChannels;

gboolean nn_channels_init   (NnChannels         *self,
                             NnGraph            *graph,
                             NnParams           *params,
                             GError            **error);
void     nn_channels_clear  (NnChannels         *self);
/* Ranks by @importance instead of norms; groups by the sum of their filters'. */
void     nn_channels_weigh  (NnChannels         *self,
                             const NnImportance *importance);
/* The batch norm that alone follows @node, before or behind a pool; NN_NODE_NONE where none does. */
NnNode   nn_channels_norm_after (NnGraph        *graph,
                                 NnNode          node);
/* The set that channel @i (of all) belongs to. */
guint    nn_channels_root   (NnChannels         *self,
                             guint               i);
guint32  nn_channels_of     (NnChannels         *self,
                             NnNode              node);
guint64  nn_channels_remove (NnChannels         *self,
                             const NnPruneSpec  *spec);
/* @amount of @layer's filters and whatever leaves with them; @n_filters (out): how many it has that
 * may leave. */
guint64  nn_channels_remove_from (NnChannels    *self,
                                  NnNode         layer,
                                  double         amount,
                                  guint64       *n_filters);
/* (element-type double): score of each set of filters that may leave together. */
GArray  *nn_channels_scores (NnChannels         *self) G_GNUC_WARN_UNUSED_RESULT;
/* (element-type NnPruneLayer): families of layers that are tied, by their first node. */
GArray  *nn_channels_families (NnChannels       *self) G_GNUC_WARN_UNUSED_RESULT;
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
