/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the project's own files share. Main thread. */
#pragma once

#include "cvr-project.h"

#include "cvr-image-item-private.h"
#include "cvr-store.h"
#include "cvr-undo.h"

G_BEGIN_DECLS

/* What the present network was trained with, to tell what changed since. */
typedef struct
{
  GHashTable *labels;   /* id (as pointer to guint64) to class name (borrowed from @classes) */
  char      **classes;
  char       *network;  /* the settings that shape the network, as text */
} CvrTrained;

/* A model that the undo stack can bring back. */
typedef struct
{
  CvrModel   *model;    /* NULL: that there was none */
  CvrTrained *trained;
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
} CvrTouched;

struct _CvrProject
{
  GObject        parent_instance;
  CvrStore      *store;        /* NULL once closed */
  CvrUndo       *undo;
  char          *undo_name, *redo_name;
  char          *name;         /* as kept: "builtin:doodles" or a name; NULL: none yet */
  guint64        next_id;      /* of pictures; never goes back */
  guint64        next_model;   /* of other models in the store */

  CvrDataset    *dataset;      /* items in order of their ids */
  GListStore    *items;        /* of CvrImageItem, the same order */
  GHashTable    *by_id;        /* id to CvrImageItem, borrowed from @items */
  /* Id to CvrImage: removed in this session, so undo needs no decoding. */
  GHashTable    *hidden;

  CvrSettings    settings;
  /* Monotonic µs of the last change of settings: dragging is one action. */
  gint64         settings_time;
  NnGraph       *graph;        /* of settings and pictures; NULL: not known */
  GError        *graph_error;  /* why there is none */

  CvrTraining   *training;
  CvrModel      *model;
  CvrTrained    *trained;      /* with; NULL: unknown (opened from a file) */
  CvrTrained    *training_with; /* what the running training learns from */
  /* The store's key to CvrOtherModel: models of the undo stack, in memory. */
  GHashTable    *models;
  CvrEvaluation *evaluation;
  CvrJob        *evaluating;   /* NULL: none under way */

  NnWorkers     *workers, *quick_workers;
  CvrDecoder    *decoder;
  GPtrArray     *jobs;         /* of CvrJob that use project's things; waited for when it closes */
  /* Of loaded pictures on their way into store and list, one after the other. */
  GQueue         imports;
  gboolean       bulk_open;    /* a transaction over several main loop turns is open */
  GError        *bulk_error;   /* why what it held is lost */
  /* Hidden pictures are being read back for a large undo; NULL: none are. */
  struct _CvrFetch *fetch;
  guint          touched;      /* CvrTouched not yet signalled */
};

/* cvr-project.c */
void       cvr_project_emit_touched  (CvrProject *self);
void       cvr_project_fail          (CvrProject *self, const GError *error);
/* Waited for when the project closes. */
void       cvr_project_track_job     (CvrProject *self, CvrJob *job);
void       cvr_project_forget_graph  (CvrProject *self);

/* cvr-project-store.c: transactions and everything that is kept as text */
void       cvr_project_begin         (CvrProject *self); /* settles a bulk transaction first */
gboolean   cvr_project_commit        (CvrProject *self, GError **error);
void       cvr_project_begin_bulk    (CvrProject *self);
gboolean   cvr_project_end_bulk      (CvrProject *self, GError **error);
gboolean   cvr_project_put_text      (CvrProject *self, const char *key, const char *text,
                                      GError **error);
char      *cvr_project_get_text      (CvrProject *self, const char *key);
gboolean   cvr_project_put_counters  (CvrProject *self, GError **error);
gboolean   cvr_project_put_training  (CvrProject *self, GError **error); /* history and report */
gboolean   cvr_project_put_model     (CvrProject *self, const char *key, CvrModel *model,
                                      const CvrTrained *trained,
                                      GError **error); /* key "model": the present one */
/* NULL, no error: none. */
CvrModel  *cvr_project_read_model    (CvrProject *self, const char *key, CvrTrained **trained,
                                      GError **error);
/* Everything, once, after opening. */
gboolean   cvr_project_restore       (CvrProject *self, GError **error);

/* cvr-project-apply.c: changes to memory and store, the same way forwards and backwards */
/* Takes it; FALSE: nothing happened, "failed" said why. */
gboolean   cvr_project_do            (CvrProject *self, CvrAction *action);
/* Split and items after changes of the data set. */
void       cvr_project_refresh       (CvrProject *self);
void       cvr_project_stop_fetching (CvrProject *self);
void       cvr_project_dropped_cb    (const CvrAction *action, gboolean done, gpointer data);

/* cvr-project-pictures.c: pictures that come and go, in data set and list */
gboolean   cvr_project_show_items    (CvrProject *self, const CvrChange *change, GError **error);
void       cvr_project_hide_items    (CvrProject *self, const CvrChange *change);
void       cvr_project_keep_hidden   (CvrProject *self, guint64 id, CvrImage *image);

/* cvr-project-import.c */
void       cvr_project_stop_imports  (CvrProject *self);

/* cvr-project-train.c */
void       cvr_project_training_finished (CvrProject *self);
void       cvr_project_evaluate      (CvrProject *self); /* anew, beside the main thread */
void       cvr_other_model_free      (gpointer other);

/* cvr-trained.c */
CvrTrained *cvr_trained_new          (CvrDataset *dataset,
                                      const CvrSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
void       cvr_trained_free          (CvrTrained *self);
char      *cvr_trained_to_json       (const CvrTrained *self);
CvrTrained *cvr_trained_from_json    (const char *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint      cvr_trained_n_changed     (const CvrTrained *self, CvrDataset *dataset);
gboolean   cvr_trained_is_stale      (const CvrTrained *self, CvrDataset *dataset,
                                      const CvrSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrTrained, cvr_trained_free)

G_END_DECLS
