/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training: a blocking loop with an observer. */
#pragma once

#include "cvr-rng.h"
#include "nn-exec.h"
#include "nn-loss.h"
#include "nn-metrics.h"
#include "nn-optim.h"
#include "nn-schedule.h"

G_BEGIN_DECLS

/**
 * NnSource:
 *
 * Where examples come from. @fetch is called on any of the workers' threads, several at once: it
 * only reads. @x has room for one item of @shape. @rng is %NULL where nothing may be random
 * (validation). With @n_classes > 0 an item has a label 0 … n_classes − 1 in @label; otherwise
 * @n_targets values.
 */
typedef struct _NnSource NnSource;
struct _NnSource
{
  guint   count;
  NnShape shape;
  guint   n_classes;
  guint   n_targets;
  void  (*fetch) (const NnSource *source, guint index, CvrRng *rng, nn_real *x, gint32 *label,
                  float *values);
  gpointer data;
  /* Nullable: the training thread says which epoch begins, from 0, before its first fetch. */
  void  (*begin_epoch) (const NnSource *source, guint epoch);
};

/**
 * NnLookahead:
 * @every: steps between two returns; 0 is off
 * @decay, @power: the slow copy keeps decay^every·(step / n_steps)^power of itself
 *
 * A slow copy of all values, running statistics too, that takes up part of the live ones every few
 * steps, after which they go on from there (M. Zhang et al., arXiv 1907.08610; the growing weight
 * is that of K. Jordan, arXiv 2404.00498). The training ends with the slow copy.
 */
typedef struct
{
  guint every;
  float decay;
  float power;
} NnLookahead;

/**
 * NnTrainView:
 * @show: (nullable): changes @values, a copy of the parameters, to what the network is run with;
 *   @exact before a validation, whose figures a later user of the values should meet. The training
 *   thread.
 *
 * Where the network is run with other values than those that learn: gradients taken at what was
 * shown change the values behind it as if nothing lay between (Y. Bengio et al., arXiv 1308.3432).
 */
typedef struct
{
  void   (*show) (NnParams *values, guint64 step, gboolean exact, gpointer data);
  gpointer data;
} NnTrainView;

/**
 * NnTuning:
 * @dropout: rate of all dropout layers; below 0: each has that of the graph
 * @batch: from the next epoch on, the rest from the next step on
 *
 * What can change while a training runs. The schedule goes by epochs, so that it stays where it is
 * when their number of steps changes.
 */
typedef struct
{
  NnOptimSpec optim;
  float       dropout;
  guint       batch;
} NnTuning;

gboolean nn_tuning_check (const NnTuning *self, const NnTuning *before, NnGraph *graph,
                          guint n_items, GError **error);
gboolean nn_tuning_take  (NnTuning *self, const NnTuning *wanted, NnGraph *graph, guint n_items);

typedef struct
{
  NnOptimSpec    optim;
  NnScheduleSpec schedule;
  NnLossSpec     loss;
  guint          epochs;
  guint          batch;
  float          dropout;     /* of all dropout layers; below 0: each has that of the graph */
  guint          early_stop;  /* epochs without a better validation score; 0 is off */
  guint          n_frozen;    /* the first n nodes that have weights stay as they are */
  double         time_limit;  /* seconds of observer's clock, asked before every step; 0 is off */
  guint64        seed;
  const NnOptimScale *scales; /* nullable: [n_nodes, 2]; see nn_optim_set_scales() */
  NnLookahead    lookahead;
  NnTrainView    view;
  guint          best_after;  /* epochs that can't be the best: their network isn't the final one */
} NnTrainSpec;

typedef enum
{
  NN_EVENT_STARTED,
  NN_EVENT_STEP,
  NN_EVENT_EPOCH,    /* after validation */
  NN_EVENT_FINISHED,
} NnEventKind;

/**
 * NnEvent:
 *
 * What the observer is told, on the training thread. @params are the live parameters and @exec the
 * training exec with its last batch: both borrowed and valid inside the callback only (copy what
 * you keep). A STEP observer may change the values of @params (nn_prune_reapply()): validation and
 * the best copy come after it. Figures are means since the last event of the kind; NaN where there
 * is none (no validation data). FINISHED carries the figures of the best epoch.
 */
typedef struct
{
  NnEventKind kind;
  guint       epoch;          /* from 1 */
  guint64     step, n_steps;  /* steps done since the start, steps in all */
  guint       steps_per_epoch, batch; /* of this epoch */
  double      position;       /* epochs since the start, with a fraction for the present one */
  double      loss, accuracy;
  double      val_loss, val_accuracy;
  double      lr, gradient_norm;
  double      seconds;        /* since the start */
  double      images_per_second; /* training only, this epoch */
  gboolean    best;           /* EPOCH: this epoch is the best so far */
  NnParams   *params;
  NnExec     *exec;
  gpointer    trainer;        /* private: what nn_train_checkpoint() reads */
} NnEvent;

typedef struct
{
  void     (*event)      (const NnEvent *event, gpointer data);                    /* nullable */
  /* Before every step and validation batch; may block to pause; nullable. */
  gboolean (*keep_going) (gpointer data);
  /* Before every step, TRUE when it changed @tuning; nullable. A record that breaks a rule
   * (nn_tuning_check()) is not taken over; a rate of dropout that no layer has is left alone. */
  gboolean (*retune)     (NnTuning *tuning, gpointer data);
  double   (*now)        (gpointer data);  /* seconds; nullable: monotonic clock */
  gpointer data;
} NnObserver;

typedef enum
{
  NN_STOP_COMPLETED,
  NN_STOP_EARLY,      /* validation stopped getting better */
  NN_STOP_TIME,
  NN_STOP_CANCELLED,
  NN_STOP_DIVERGED,
} NnStop;

typedef struct
{
  NnStop    stop;
  NnParams *params;      /* (transfer full) best on validation (last where there is none); frozen.
                          * NULL only when nothing could be started */
  guint     best_epoch;  /* 0: before the first epoch ended */
  guint     n_epochs;    /* finished */
  double    val_accuracy, val_loss; /* of the best */
  double    accuracy, loss;         /* training, of the best epoch */
  double    seconds;
} NnTrainResult;

NnTrainSpec nn_train_spec_default (void);
gboolean    nn_train_spec_check   (const NnTrainSpec *spec, GError **error);

/* Blocks. @start: parameters of @graph to begin from (copied). @valid nullable. @resume
 * (nullable): bytes of a checkpoint; the run continues with the same bits as if it had not
 * stopped, and with the optimiser's record, dropout and batch as they were then (seed, optimiser
 * and number of training items must be the same; the number of epochs may grow). An epoch uses
 * every item once, in an order drawn from (seed, epoch); a last batch of one single item is left
 * out where the network has batch norm. Best: highest validation accuracy, then lowest loss
 * (without labels the lowest loss). When the time limit ends an epoch early, what was reached is
 * validated and counts as an epoch; a cancelled epoch does not. Early stopping needs @valid.
 * FALSE with NN_ERROR_DIVERGED (message names the first node or the loss), NN_ERROR_DATA, …;
 * after a divergence @result still holds the best parameters before it. Cancelling is not an
 * error. */
gboolean    nn_train (NnGraph *graph, NnParams *start, const NnTrainSpec *spec,
                      const NnSource *train, const NnSource *valid, NnWorkers *workers,
                      const NnObserver *observer, GBytes *resume, NnTrainResult *result,
                      GError **error);
void        nn_train_result_clear (NnTrainResult *result);
/* Item i draws from cvr_rng_new (this, i) in @epoch (from 0): for whoever shows what a training
 * does to its items. */
guint64     nn_train_items_seed   (guint64 seed, guint epoch);
/* Inside an EPOCH event only: everything nn_train() needs to go on from here. */
GBytes     *nn_train_checkpoint   (const NnEvent *event);

typedef struct
{
  double       loss;
  double       accuracy;      /* labels only */
  NnConfusion *confusion;     /* NULL without labels */
  guint        n;
  float       *probabilities; /* [n, n_classes], softmax of the output (targets: the outputs) */
  gint32      *labels;        /* [n] */
} NnEvaluation;

/* Whole source through the network in INFER mode. @keep_going nullable, called per batch. */
gboolean    nn_evaluate (NnGraph *graph, NnParams *params, const NnSource *source,
                         const NnLossSpec *loss, guint batch, NnWorkers *workers,
                         gboolean (*keep_going) (gpointer data), gpointer data,
                         NnEvaluation *evaluation, GError **error);
void        nn_evaluation_clear (NnEvaluation *evaluation);

G_END_DECLS
