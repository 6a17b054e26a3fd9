/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a lens is put together, panel by panel. Texts and planes are taken. */
#pragma once

#include "cvr-lens.h"
#include "nn-terms.h"

G_BEGIN_DECLS

/* Where a value stands. */
typedef struct
{
  CvrMaps *maps;
  NnGraph *graph;
  NnNode   node;
  guint    tile, column, row;
  gsize    index; /* in the node's values */
  gint     plane; /* wanted; −1: the strongest */
  char *const *titles; /* [n_classes] */
  NnTerms *terms;
} CvrLensPlace;

char         *cvr_lens_dup_value     (double value);
char         *cvr_lens_dup_layer     (const CvrLensPlace *place, NnNode node);
char         *cvr_lens_dup_map_title (const CvrLensPlace *place, NnNode node, guint channel);

CvrLensPanel *cvr_lens_add_panel  (CvrLens *self, CvrPanelKind kind, char *title, const char *sign);
CvrLensPanel *cvr_lens_add_plane  (CvrLens *self, CvrPlane *plane, char *title, const char *sign);
void          cvr_lens_frame      (CvrLensPanel *panel, gint column, gint row, guint columns,
                                   guint rows);
void          cvr_lens_add_row    (CvrLensPanel *panel, char *text, double value);
void          cvr_lens_add_total  (CvrLensPanel *panel, char *text, double value);
/* The line of a part of a sum, counted from 1. */
typedef char *(*CvrLensRowText) (const CvrLensPlace *place, guint k);

/* @first is added to what @dup_text gets. */
void          cvr_lens_list_parts (CvrLensPanel *panel, const double *parts, guint n, guint first,
                                   CvrLensRowText dup_text, const CvrLensPlace *place);

void          cvr_lens_look_at_norm     (CvrLens *self, const CvrLensPlace *place);
void          cvr_lens_look_at_function (CvrLens *self, const CvrLensPlace *place);
void          cvr_lens_look_at_share    (CvrLens *self, const CvrLensPlace *place);
void          cvr_lens_look_at_sum      (CvrLens *self, const CvrLensPlace *place);
void          cvr_lens_look_at_copy     (CvrLens *self, const CvrLensPlace *place);
/* After the layer's own map: the softmax that makes the answer of the last layer's values. */
void          cvr_lens_close            (CvrLens *self, const CvrLensPlace *place);

G_END_DECLS
