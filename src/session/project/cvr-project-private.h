/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the project's own files share. Main thread. */
#pragma once

#include "cvr-project.h"

#include "cvr-item-list.h"
#include "cvr-undo.h"

G_BEGIN_DECLS

/* What the present network was trained with, to tell what changed since. Counted, immutable once
 * the training has begun, any thread. */
typedef struct _CvrTrained
{
  gatomicrefcount ref_count;
  GHashTable *labels;   /* id (as pointer to guint64) to class name (borrowed from @classes) */
  char      **classes;
  char       *network;  /* the settings that shape the network, as text */
} CvrTrained;

/* The epoch of a card of the notebook that a model is of; @run 0: none. */
typedef struct
{
  guint64 run;
  guint   epoch;
} CvrOrigin;

/* A model that the undo stack can bring back. */
typedef struct
{
  CvrModel   *model;    /* NULL: that there was none */
  CvrTrained *trained;
  CvrOrigin   origin;
} CvrOtherModel;

/* Which signals an action owes. */
typedef enum
{
  CVR_TOUCHED_IMAGES     = 1 << 0,
  CVR_TOUCHED_CLASSES    = 1 << 1,
  CVR_TOUCHED_SETTINGS   = 1 << 2,
  CVR_TOUCHED_MODEL      = 1 << 3,
  CVR_TOUCHED_EVALUATION = 1 << 4,
  CVR_TOUCHED_UNDO       = 1 << 5,
  /* No signal: who is used where has to be worked out again; the network that fits too. */
  CVR_TOUCHED_SIDES      = 1 << 6,
  CVR_TOUCHED_NETWORK    = 1 << 7,
  CVR_TOUCHED_NOTEBOOK   = 1 << 8, /* the notebook's own signals */
} CvrTouched;

/* On disk (@error NULL), or taken back. Exactly once, from the main loop or at once. */
typedef void (*CvrProjectKept) (const GError *error, gpointer data);

/* What it takes to go on with an interrupted training; of cvr-project-checkpoint.c. */
typedef struct _CvrCheckpointing CvrCheckpointing;

struct _CvrProject
{
  GObject        parent_instance;
  CvrKeeper     *keeper;       /* NULL once closed */
  gboolean       read_only;
  guint          measuring;    /* bits of CvrMeasuring */
  CvrUndo       *undo;
  char          *undo_name, *redo_name;
  char          *name;         /* as kept: "builtin:doodles" or a name; NULL: none yet */
  guint64        next_model;   /* of other models in the file */
  GHashTable    *states;       /* key to text: what pages remember */

  /* The truth: every change is in it at once. Items in order of their ids. */
  CvrDataset    *dataset;
  CvrDataset    *active;       /* the same without classes that are off; NULL: not known */
  /* Id (as pointer to guint64) to CvrItem, both owned: removed or not yet come. Labels are those of
   * the moment they left: whoever brings them back has brought the classes back before. */
  GHashTable    *hidden;
  CvrItemList   *items;        /* what is on disk, as the screen shows it */

  /* On the way to the disk: of CvrPending, oldest first. */
  GQueue         pending;
  guint          n_live;       /* of these: not taken back */
  gboolean       syncing, sync_again;
  guint          telling;      /* source that emits what is touched in the next turn; 0 */
  gboolean       was_saving;   /* as "saving-changed" told last */
  guint          changed;      /* CvrTouched since the last refresh */
  guint          touched;      /* CvrTouched not yet signalled */
  GPtrArray     *dropped;      /* keys of models that the batch in the making throws away */

  CvrSettings    settings;
  /* Monotonic µs of the last change that the next one may go on with. */
  gint64         drag_time;
  NnGraph       *graph;        /* of settings and pictures; NULL: not known */
  GError        *graph_error;  /* why there is none */

  CvrTraining   *training;
  CvrModel      *model;
  CvrTrained    *trained;      /* with; NULL: unknown (opened from a file) */
  CvrOrigin      origin;       /* of the model */
  gint           stale;        /* whether the model is: −1: not looked yet since the last change */
  CvrTrained    *training_with; /* what the running training learns from */
  CvrCheckpointing *checkpointing;
  CvrNotebook   *notebook;
  CvrEpochs     *epochs;
  /* The file's key to CvrOtherModel: models of the undo stack, in memory. */
  GHashTable    *models;
  CvrEvaluation *evaluation;
  CvrJob        *evaluating;   /* NULL: none under way */

  NnWorkers     *workers, *quick_workers;
  CvrDecoder    *decoder;
  GPtrArray     *jobs;         /* of CvrJob that use project's things; waited for when it closes */
  GQueue         adding;       /* of single pictures that are being encoded, in order */
  CvrJob        *adding_job;   /* NULL: none under way */
  CvrJob        *fetching;     /* an other model is read for undo or redo; NULL: none is */
};

/* cvr-project.c */
void       cvr_project_emit_touched  (CvrProject *self);
/* Only the first of these signals. FALSE: none is owed any more. */
gboolean   cvr_project_emit_next     (CvrProject *self);
void       cvr_project_fail          (CvrProject *self, const GError *error);
void       cvr_project_emit_saving   (CvrProject *self); /* where it changed */
/* Waited for when the project closes. */
void       cvr_project_track_job     (CvrProject *self, CvrJob *job);
/* The data set as networks see it: borrowed until the next change. */
CvrDataset *cvr_project_active       (CvrProject *self);
/* TRUE: it may change. Else "failed" has said why, and the screen shows the old values again. */
gboolean   cvr_project_may_change    (CvrProject *self);

/* cvr-project-store.c: everything that is kept as named values */
void       cvr_project_put_text      (CvrBatch *batch, const char *key, const char *text);
char      *cvr_project_get_text      (CvrKeeper *keeper, const char *key);
void       cvr_project_put_counters  (CvrProject *self, CvrBatch *batch);
void       cvr_project_put_states    (CvrProject *self, CvrBatch *batch);
/* Key "model": the present one. Made into bytes beside the main thread. @other NULL removes. */
void       cvr_project_put_model     (CvrBatch *batch, const char *key,
                                      const CvrOtherModel *other);
/* The present one (borrowed). */
CvrOtherModel cvr_project_present    (CvrProject *self);
/* @other: (out): its model is NULL where there is none, which is no error. Waits for the disk; any
 * thread. */
gboolean   cvr_project_read_model    (CvrKeeper *keeper, const char *key, CvrOtherModel *other,
                                      GError **error);
/* What a training learned from; NULL: not kept, or not to be read. Waits as well. */
CvrTrained *cvr_project_read_trained (CvrKeeper *keeper, const char *key);
void       cvr_project_put_trained   (CvrBatch *batch, const char *key, CvrTrained *trained);
/* The same of a history. */
CvrHistory *cvr_project_read_history (CvrKeeper *keeper, const char *key, GError **error);
/* Made into bytes beside the main thread; takes @history. */
void       cvr_project_put_history   (CvrBatch *batch, const char *key, CvrHistory *history);
/* Everything, once, after opening. */
gboolean   cvr_project_restore       (CvrProject *self, GError **error);

/* cvr-project-apply.c: changes in memory, the same way forwards and backwards */
/* FALSE: nothing has changed. */
gboolean   cvr_project_apply         (CvrProject *self, const CvrAction *action, gboolean forward,
                                      GError **error);
/* Split and all that is worked out from what changed. */
void       cvr_project_refresh       (CvrProject *self);
/* Key of the other model that @action needs and that is not in memory; NULL. */
const char *cvr_project_missing_model (CvrProject *self, const CvrAction *action);

/* cvr-project-write.c: what memory says after @action, in whichever direction. @fresh: pictures that
 * come have no row yet. */
void       cvr_project_write         (CvrProject *self, CvrBatch *batch, const CvrAction *action,
                                      gboolean fresh);

/* cvr-project-pending.c: doing, and taking back what the disk refuses */
/* Does @action (taken) and remembers it for undo. FALSE: refused at once, "failed" said why, @done
 * has been called. */
gboolean   cvr_project_do            (CvrProject *self, CvrAction *action, CvrProjectKept done,
                                      gpointer data);
/* The same, but goes on with the newest action where that is of the same kind and detail and only
 * just done: a drag is one action. */
gboolean   cvr_project_drag          (CvrProject *self, CvrAction *action);
/* The same for what can't be undone. @batch (taken, nullable): all that is written, instead of what
 * memory says. @mark (taken, nullable): the undo stack that a failure brings back. */
gboolean   cvr_project_do_quietly    (CvrProject *self, CvrAction *action, CvrBatch *batch,
                                      CvrUndoMark *mark, CvrProjectKept done, gpointer data);
/* Hands @batch (taken) in; nothing in memory is taken back where it fails. */
void       cvr_project_commit        (CvrProject *self, CvrBatch *batch);
/* Moves over the newest action of the stack, or the next one. */
void       cvr_project_move          (CvrProject *self, gboolean back);
/* The list on screen becomes what memory says, where nothing is on its way. */
void       cvr_project_settle        (CvrProject *self);
/* Signals that wait for the next turn are emitted now. */
void       cvr_project_tell_now      (CvrProject *self);
/* CvrUndoDropped: models and cards that nothing can bring back any more. */
void       cvr_project_dropped_cb    (const CvrAction *action, gboolean done, CvrBatch *batch,
                                      gpointer project);

/* cvr-project-pictures.c: pictures that come and go in the data set */
gboolean   cvr_project_show_items    (CvrProject *self, const CvrChange *change, GError **error);
void       cvr_project_hide_items    (CvrProject *self, const CvrChange *change);
/* Takes a copy: the picture can come with an action from now on. */
void       cvr_project_keep_hidden   (CvrProject *self, const CvrItem *item);
void       cvr_project_take_hidden   (CvrProject *self, CvrItem *item); /* (transfer full) */
void       cvr_project_drop_hidden   (CvrProject *self, const CvrAction *action);

/* cvr-project-add.c: single pictures */
/* Labels of what is being encoded follow a class that came (@by 1) or went (−1). */
void       cvr_project_move_adding   (CvrProject *self, guint k, gint by);
void       cvr_project_wait_adding   (CvrProject *self);

/* cvr-project-states.c */
void       cvr_project_forget_unreachable (CvrProject *self);

/* cvr-project-undo.c */
void       cvr_project_stop_fetching (CvrProject *self);
void       cvr_project_wait_fetching (CvrProject *self);

/* cvr-project-train.c */
void       cvr_project_training_finished (CvrProject *self);
void       cvr_project_evaluate      (CvrProject *self); /* anew, beside the main thread */
void       cvr_other_model_free      (gpointer other);

/* cvr-project-base.c: the model is neither the network that the settings name nor what goes on */
gboolean   cvr_project_model_is_another (CvrProject *self);

/* cvr-project-edit.c */
/* Another model that an action is going to bring: its key in the file. Takes what @other holds. */
char      *cvr_project_keep_other    (CvrProject *self, const CvrOtherModel *other);

/* cvr-project-edit.c: another model, and whether training goes on with it, as one action */
void       cvr_project_change_model  (CvrProject *self, CvrModel *model, const char *base);

/* cvr-project-checkpoint.c: an interrupted training goes on */
CvrCheckpointing *cvr_checkpointing_new (CvrProject *project);
void       cvr_checkpointing_free    (CvrCheckpointing *self);
void       cvr_project_restore_checkpoint (CvrProject *self);
/* A training has begun anew. @go_on: from the present model. */
void       cvr_project_begin_checkpoints (CvrProject *self, const CvrSettings *settings,
                                          gboolean go_on);
/* It ends with the project: what it takes to go on stays in the file. */
void       cvr_project_keep_checkpoint (CvrProject *self);
/* It has ended. Returns: whether it can go on one day. */
CvrCardState cvr_project_end_checkpoints (CvrProject *self, CvrBatch *batch);
/* Bytes that networks of epochs may take. */
guint64    cvr_project_epochs_limit  (CvrProject *self, CvrModel *coming); /* nullable */

/* cvr-project-epochs.c */
/* Where it fits: see cvr_epochs_put(). Others may have to go. */
void       cvr_project_put_epoch     (CvrProject *self, CvrBatch *batch, guint64 run, guint epoch,
                                      CvrModel *model);
void       cvr_project_thin_epochs   (CvrProject *self, CvrBatch *batch);
/* Hands @batch (taken) in, with what was put of this epoch. @done nullable. */
void       cvr_project_commit_epoch  (CvrProject *self, CvrBatch *batch, guint64 run, guint epoch,
                                      CvrProjectKept done, gpointer data);

/* cvr-trained.c */
CvrTrained *cvr_trained_new          (CvrDataset *dataset,
                                      const CvrSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): the same pictures, with the network that @settings mean. */
CvrTrained *cvr_trained_with_network (const CvrTrained *self,
                                      const CvrSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
CvrTrained *cvr_trained_ref          (CvrTrained *self);
void       cvr_trained_unref         (CvrTrained *self); /* NULL: nothing */
char      *cvr_trained_to_json       (const CvrTrained *self);
CvrTrained *cvr_trained_from_json    (const char *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint      cvr_trained_n_changed     (const CvrTrained *self, CvrDataset *dataset);
/* What @self has otherwise than @before. A class that only got another name is the same one. */
CvrDataDifference cvr_trained_compare (const CvrTrained *self, const CvrTrained *before);
/* Of pictures and labels: the same for the same ones, else most likely another; never 0. */
guint64    cvr_trained_fingerprint   (const CvrTrained *self);
/* @settings: NULL where its own network would learn on, whatever they say. */
gboolean   cvr_trained_is_stale      (const CvrTrained *self, CvrDataset *dataset,
                                      const CvrSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrTrained, cvr_trained_unref)

G_END_DECLS
