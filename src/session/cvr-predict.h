/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture through a model: the answer, its doubts, the maps inside and the reasons. */
#pragma once

#include "cvr-model.h"
#include "cvr-watch.h"

G_BEGIN_DECLS

/**
 * CvrPrediction:
 * @p: [n_classes] softmax of the output
 * @order: [n_classes] classes, most probable first
 * @unsure: the first is under 0.5 or leads the second by less than 0.15
 * @number: the answer of a network that predicts numbers; NaN for classes
 * @anomaly: 1 − largest probability (D. Hendrycks, K. Gimpel, arXiv 1610.02136)
 * @pixels: what the network saw
 */
typedef struct
{
  guint     n_classes;
  float    *p;
  guint    *order;
  gboolean  unsure;
  float     number;
  float     anomaly;
  double    ms;
  CvrImage *pixels;
} CvrPrediction;

CvrPrediction *cvr_predict           (CvrModel *model, CvrImage *image, NnWorkers *workers,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
CvrPrediction *cvr_prediction_ref    (CvrPrediction *self);
void           cvr_prediction_unref  (CvrPrediction *self);
/* "Almost certainly a cat." "I think it is a cat, but only just: dog comes close." Translated;
 * class names as given. */
char          *cvr_prediction_dup_words (const CvrPrediction *self, char *const *classes);

/**
 * CvrMaps:
 *
 * Every node's values for one picture: values[node] is of shapes[node], which is [1, C, H, W] or
 * [1, C] (cvr_maps_shape()). Counted, immutable, any thread.
 */
typedef struct
{
  CvrModel *model;
  CvrImage *pixels;
  guint     n_nodes;
  NnShape  *shapes;
  float   **values;
} CvrMaps;

NnShape        cvr_maps_shape        (NnGraph *graph, NnNode node);
CvrMaps       *cvr_maps_compute      (CvrModel *model, CvrImage *image, NnWorkers *workers,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether @node has a value for each class, and no layer with weights comes after it. */
gboolean       cvr_maps_is_answer    (CvrMaps *self, NnNode node);
CvrMaps       *cvr_maps_ref          (CvrMaps *self);
void           cvr_maps_unref        (CvrMaps *self);

/* On the working thread; takes @now, which has no parts. */
typedef void (*CvrHeatFunc) (NnExplanation *now, gpointer data);

/* Why: see nn_explain(), of the picture as the network sees it. @spec's black is set from the
 * model's preprocessing. @watch nullable; @func (nullable) gets what there is a few times a
 * second. */
NnExplanation *cvr_heat_compute      (CvrModel *model, CvrImage *image, const NnExplainSpec *spec,
                                      NnWorkers *workers, const CvrWatch *watch,
                                      CvrHeatFunc func, gpointer data,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrPrediction, cvr_prediction_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrMaps, cvr_maps_unref)

G_END_DECLS
