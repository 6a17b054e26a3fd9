/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ROC, precision and recall, and calibration of one class, with a threshold to move. */
#pragma once

#include "cvr-evaluate.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_CLASS_CURVES (cvr_class_curves_get_type ())
G_DECLARE_FINAL_TYPE (CvrClassCurves, cvr_class_curves, CVR, CLASS_CURVES, AdwBin)

/* @evaluation nullable: nothing to show; held. @title: of class @k. @paint: its colour. */
void   cvr_class_curves_set           (CvrClassCurves *self, CvrEvaluation *evaluation, guint k,
                                       const char *title, guint paint);
void   cvr_class_curves_set_threshold (CvrClassCurves *self, double threshold);
double cvr_class_curves_get_threshold (CvrClassCurves *self);

G_END_DECLS
