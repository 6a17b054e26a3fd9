/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of what is inside a model, for files and for the report. */
#pragma once

#include "cvr-cli.h"
#include "cvr-predict.h"

G_BEGIN_DECLS

/* Filters of a convolution, one tile each; NULL with an error where @node has none. */
cairo_surface_t *cvr_cli_draw_filters (CvrModel       *model,
                                       NnNode          node,
                                       const CvrTheme *theme,
                                       GError        **error) G_GNUC_WARN_UNUSED_RESULT;
NnNode           cvr_cli_first_conv   (NnGraph        *graph);
/* Maps of one node, one tile a channel, at most @most of them. NULL where the node has no maps. */
cairo_surface_t *cvr_cli_draw_maps    (const CvrMaps  *maps,
                                       NnNode          node,
                                       guint           most,
                                       const CvrTheme *theme) G_GNUC_WARN_UNUSED_RESULT;
/* What the network saw, and the heat over it. */
cairo_surface_t *cvr_cli_draw_heat    (CvrModel       *model,
                                       CvrImage       *image,
                                       const NnExplanation *heat,
                                       guint           side,
                                       const CvrTheme *theme) G_GNUC_WARN_UNUSED_RESULT;
/* Layers as boxes; the labels are the graph's names. Free with cairo_surface_destroy(). */
cairo_surface_t *cvr_cli_draw_network (NnGraph        *graph,
                                       double          height,
                                       double          scale,
                                       const CvrTheme *theme) G_GNUC_WARN_UNUSED_RESULT;
/* Node by name or #INDEX; an error that says where the names stand. */
NnNode           cvr_cli_find_layer   (NnGraph        *graph,
                                       const char     *name,
                                       GError        **error);

G_END_DECLS
