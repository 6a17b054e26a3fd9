/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture through the present network, beside the main thread: answer, maps and heat map,
 * newest request wins. */
#pragma once

#include "cvr-gradients.h"
#include "cvr-predict.h"
#include "cvr-project.h"

G_BEGIN_DECLS

#define CVR_TYPE_INSPECTION (cvr_inspection_get_type ())
G_DECLARE_FINAL_TYPE (CvrInspection, cvr_inspection, CVR, INSPECTION, GObject)

typedef enum
{
  CVR_INSPECT_PREDICTION = 1 << 0,
  CVR_INSPECT_MAPS       = 1 << 1,
  CVR_INSPECT_HEAT       = 1 << 2,
  CVR_INSPECT_GRADIENTS  = 1 << 3, /* of the loss against the target's class */
} CvrInspectWhat;

/* Main thread. Signal "changed". Follows the project's model (and, while training, its snapshots)
 * by itself. */
CvrInspection *cvr_inspection_new            (CvrProject *project,
                                              CvrInspectWhat what) G_GNUC_WARN_UNUSED_RESULT;
/* NULL clears. */
void           cvr_inspection_set_image      (CvrInspection *self, CvrImage *image);
CvrImage      *cvr_inspection_get_image      (CvrInspection *self);
/* What is worked out from now on. */
void           cvr_inspection_set_what       (CvrInspection *self, CvrInspectWhat what);
/* Another network in place of the project's, such as that of a stored epoch; NULL: the project's
 * (and, while it trains, its snapshots). */
void           cvr_inspection_set_model      (CvrInspection *self, CvrModel *model);
/* −1: the answer. */
void           cvr_inspection_set_heat       (CvrInspection *self, NnExplainKind kind, gint target);
/* Only while a page shows it: nothing visible, nothing computed. */
void           cvr_inspection_set_active     (CvrInspection *self, gboolean active);
CvrPrediction *cvr_inspection_get_prediction (CvrInspection *self); /* borrowed; NULL */
CvrMaps       *cvr_inspection_get_maps       (CvrInspection *self);
NnExplanation *cvr_inspection_get_heat       (CvrInspection *self);
CvrGradients  *cvr_inspection_get_gradients  (CvrInspection *self);
gboolean       cvr_inspection_is_busy        (CvrInspection *self);
/* Borrowed; NULL when idle: its fraction is how far the heat map is. */
CvrJob        *cvr_inspection_get_job        (CvrInspection *self);
/* What there is stays, until something else is asked or cvr_inspection_go_on(). */
void           cvr_inspection_stop           (CvrInspection *self);
void           cvr_inspection_go_on          (CvrInspection *self);
gboolean       cvr_inspection_is_stopped     (CvrInspection *self);
/* Whether the heat map answers what is asked last, and is finished. */
gboolean       cvr_inspection_is_whole       (CvrInspection *self);
/* The one the results belong to. */
CvrModel      *cvr_inspection_get_model      (CvrInspection *self);
const GError  *cvr_inspection_get_error      (CvrInspection *self);

G_END_DECLS
