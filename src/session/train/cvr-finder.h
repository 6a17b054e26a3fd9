/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The learning-rate range test (L. Smith, arXiv 1506.01186): the rate rises from step to step until
 * the loss runs away; what it did on the way says which rate to take. */
#pragma once

#include "cvr-run.h"
#include "cvr-watch.h"

G_BEGIN_DECLS

/* One step: @smoothed is the running mean of the loss so far. */
typedef struct { double lr, loss, smoothed; } CvrLrPoint;

/* @low, @high: first and last rate; @n_steps from one to the other, evenly on a logarithmic axis. */
typedef struct { double low, high; guint n_steps; } CvrLrRange;

/* @steepest: where the smoothed loss falls fastest; @careful: a tenth of where it is lowest. Both
 * NaN where nothing can be read (too few points, or it never fell). @diverged: the loss ran away
 * before @high. */
typedef struct { double steepest, careful; gboolean diverged; } CvrLrAdvice;

CvrLrRange  cvr_lr_range_default (void);   /* 1e-6 … 1 in 120 steps */
/* Pure: what the points say. */
CvrLrAdvice cvr_lr_advise        (const CvrLrPoint *points, guint n_points);

/* On the training thread, for each point. */
typedef void (*CvrLrPointFunc) (const CvrLrPoint *point, gpointer data);

/* Blocks; any thread. @spec as for a training: its settings' rate and schedule are not used, its
 * observer neither; nothing of the network is kept. @watch nullable; stopping is no error. @func
 * nullable. (transfer full): the points. Errors: as cvr_run_new(); NN_ERROR_SPEC for the range. */
GArray     *cvr_find_lr          (const CvrRunSpec *spec, const CvrLrRange *range,
                                  const CvrWatch *watch, CvrLrPointFunc func, gpointer data,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#define CVR_TYPE_LR_FINDER (cvr_lr_finder_get_type ())
G_DECLARE_FINAL_TYPE (CvrLrFinder, cvr_lr_finder, CVR, LR_FINDER, GObject)

/* The same beside the main thread. Main thread throughout. Signal "changed": points came or it
 * ended (about 20 times a second at most). */
CvrLrFinder      *cvr_lr_finder_new         (NnWorkers *workers) G_GNUC_WARN_UNUSED_RESULT;
/* On a copy of the data set; @from nullable, @range nullable. FALSE with a sentence where it can't
 * start; the last points go. */
gboolean          cvr_lr_finder_start       (CvrLrFinder *self, const CvrSettings *settings,
                                             CvrDataset *dataset, CvrModel *from,
                                             const CvrLrRange *range, GError **error);
/* What has come stays. */
void              cvr_lr_finder_stop        (CvrLrFinder *self);
gboolean          cvr_lr_finder_is_running  (CvrLrFinder *self);
double            cvr_lr_finder_get_fraction (CvrLrFinder *self);
const CvrLrPoint *cvr_lr_finder_get_points  (CvrLrFinder *self, guint *n_points); /* borrowed */
CvrLrAdvice       cvr_lr_finder_get_advice  (CvrLrFinder *self);
/* Its points as text, for the project; NULL: there are none. */
char             *cvr_lr_finder_to_json    (CvrLrFinder *self) G_GNUC_WARN_UNUSED_RESULT;
/* Points of such a text become its own. Not while it runs. FALSE with a sentence where the text is
 * none: nothing changes. */
gboolean          cvr_lr_finder_from_json  (CvrLrFinder *self, const char *text, GError **error);
/* Why the last one failed; NULL. */
const GError     *cvr_lr_finder_get_error   (CvrLrFinder *self);
/* What happens or came of it, in a sentence or two. Translated. */
char             *cvr_lr_finder_dup_sentence (CvrLrFinder *self);

G_END_DECLS
