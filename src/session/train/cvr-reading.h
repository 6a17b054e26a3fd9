/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a training's curves: what happens, since when, in a sentence, and what to try. Pure; main
 * thread (as CvrHistory). */
#pragma once

#include "cvr-dataset.h"
#include "cvr-history.h"
#include "cvr-settings.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_SIGN_NOTHING,      /* no epoch has ended */
  CVR_SIGN_LEARNING,
  CVR_SIGN_OVERFITTING,
  CVR_SIGN_UNDERFITTING,
  CVR_SIGN_PLATEAU,
  CVR_SIGN_DIVERGING,
  CVR_SIGN_UNFINISHED,   /* ended while it was still getting better */
  CVR_SIGN_DONE,
} CvrSign;

typedef enum
{
  CVR_REMEDY_LOWER_RATE,     /* a tenth */
  CVR_REMEDY_HIGHER_RATE,    /* three times */
  CVR_REMEDY_AUGMENT,
  CVR_REMEDY_DROPOUT,
  CVR_REMEDY_WEIGHT_DECAY,
  CVR_REMEDY_STOP_EARLY,     /* after 5 epochs without progress */
  CVR_REMEDY_MORE_EPOCHS,    /* twice as many */
  CVR_REMEDY_LARGER_NETWORK, /* the next larger preset */
  CVR_REMEDY_LESS_AUGMENT,   /* half of it */
  CVR_N_REMEDIES,
} CvrRemedy;

enum { CVR_MAX_REMEDIES = 4 };

/* @since: the epoch where it began, 0: none. @remedies: most promising first, only such as change
 * something in the settings that were given. */
typedef struct
{
  CvrSign   sign;
  guint     since;
  char     *sentence;   /* what happens, and what to do; short */
  char     *detail;     /* the same deeper, with the numbers: "Epoch 7: …" */
  CvrRemedy remedies[CVR_MAX_REMEDIES];
  guint     n_remedies;
} CvrReading;

/* @settings of that training (nullable: no remedies). @n_planned: epochs asked for. @running:
 * whether it goes on. */
CvrReading *cvr_reading_new     (CvrHistory *history, const CvrSettings *settings, guint n_planned,
                                 gboolean running) G_GNUC_WARN_UNUSED_RESULT;
/* Says so where the last epoch is no better than always answering the most frequent class: @most
 * is that one's share of the unseen pictures (NaN: not known). While it runs. */
void        cvr_reading_weigh   (CvrReading *self, CvrHistory *history, double most);
/* It would change nothing: the others stay. */
void        cvr_reading_leave_out (CvrReading *self, CvrRemedy remedy);
void        cvr_reading_free    (CvrReading *self);
/* What always giving the most frequent answer gets right of @dataset's unseen pictures; NaN: there
 * are none. */
double      cvr_reading_guess   (CvrDataset *dataset);

/* "Try with augmentation": a button's label. Translated. */
const char *cvr_remedy_title    (CvrRemedy remedy);
/* What it does and why it may help: a tooltip. Translated. */
const char *cvr_remedy_reason   (CvrRemedy remedy);
/* Changes @settings; FALSE where there is nothing to change (they have it already). */
gboolean    cvr_remedy_apply    (CvrRemedy remedy, CvrSettings *settings);
/* Whether a training that runs can take it (cvr_training_tune()); else it takes a new one. */
gboolean    cvr_remedy_is_live  (CvrRemedy remedy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrReading, cvr_reading_free)

G_END_DECLS
