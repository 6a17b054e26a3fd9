/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture that a channel or class likes, made beside the main thread and shown while it is
 * made. */
#pragma once

#include "cvr-model.h"
#include "cvr-project.h"
#include "nn-maximise.h"

G_BEGIN_DECLS

#define CVR_TYPE_MAXIMISE (cvr_maximise_get_type ())
G_DECLARE_FINAL_TYPE (CvrMaximise, cvr_maximise, CVR, MAXIMISE, GObject)

/* Main thread. Signal "changed": a newer picture, or it has ended. One at a time: a new start
 * ends the one before. */
CvrMaximise  *cvr_maximise_new         (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;
/* @spec: nn_maximise_default() of the model's graph, changed as wanted; its @low and @high are
 * set from the model's preprocessing. */
void          cvr_maximise_start       (CvrMaximise *self, CvrModel *model,
                                        const NnMaximiseSpec *spec);
/* What was reached stays. */
void          cvr_maximise_stop        (CvrMaximise *self);
CvrJob       *cvr_maximise_get_job     (CvrMaximise *self); /* borrowed; NULL when idle */
/* Borrowed; NULL before the first. At the network's size. */
CvrImage     *cvr_maximise_get_image   (CvrMaximise *self);
/* The channel's value now, and at the noise it began with: the mean over its map. */
double        cvr_maximise_get_value   (CvrMaximise *self);
double        cvr_maximise_get_before  (CvrMaximise *self);
/* At the strongest place of its map now, as CvrExcitement has it. */
double        cvr_maximise_get_largest (CvrMaximise *self);
const GError *cvr_maximise_get_error   (CvrMaximise *self);

G_END_DECLS
