/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the keeper share. Internal to storage. */
#pragma once

#include "cvr-fs.h"
#include "cvr-keeper.h"
#include "cvr-store.h"

G_BEGIN_DECLS

/* A value on its way. */
typedef struct
{
  char          *key;
  GBytes        *bytes;   /* NULL: remove, or not made yet */
  GBytes       *(*make) (gpointer data, GError **error);
  gpointer       data;
  GDestroyNotify free_data;
} CvrWaitingValue;

typedef enum
{
  CVR_OP_ITEM,
  CVR_OP_HIDDEN,
  CVR_OP_LABEL,
  CVR_OP_SPLIT,
  CVR_OP_GROUP,
  CVR_OP_LOOK,
  CVR_OP_EXTRAS,
  CVR_OP_CLASSES,
  CVR_OP_VALUE,
  CVR_OP_RUN,
  CVR_OP_EPOCH,
  CVR_OP_FORGET_RUN,
  CVR_OP_FORGET_EPOCH,
  CVR_OP_FORGET,
} CvrOpKind;

/* All classes, and the labels of all items, as they were when it was recorded. */
typedef struct
{
  GArray    *classes; /* of CvrClass */
  GArray    *ids;     /* of guint64 */
  GArray    *labels;  /* of gint */
  GPtrArray *extras;  /* of CvrExtras, those with boxes */
} CvrOpClasses;

typedef struct
{
  CvrOpKind kind;
  guint64   id;     /* of a picture or a run */
  gint64    number; /* label, split, group, look, epoch, or whether it is hidden */
  union
  {
    CvrItem         *item; /* without its picture */
    CvrExtras       *extras;
    CvrOpClasses    *classes;
    CvrWaitingValue *value; /* also of an epoch: without a key */
    CvrKeptRun      *run;
    guint64          digest; /* of a look */
  };
} CvrOp;

struct _CvrBatch
{
  GArray *ops; /* of CvrOp */
};

/* What waits for the thread: a picture (@batch NULL) or a batch. */
typedef struct
{
  CvrStoredPicture picture;
  CvrBatch        *batch;
  CvrKept          done;
  gpointer         data;
  GError          *error; /* what became of it, or what it is going to fail with */
} CvrWaiting;

/* Two locks; nobody waits for @db_lock while having @lock. */
struct _CvrKeeper
{
  gatomicrefcount ref_count;
  char           *path;
  char           *name;    /* for messages */
  gboolean        is_new;
  GThread        *thread;

  GMutex     db_lock;
  GCond      transaction_ended;
  CvrStore  *store;        /* NULL: closed */
  gboolean   in_transaction;
  guint      n_backups;    /* copies that hold on to the connection */
  gint       n_readers;    /* atomic: who waits for @db_lock to read one thing */
  gint       n_copiers;    /* atomic: who waits for the end of a transaction */

  GMutex      lock;
  GCond       changed;
  GQueue      queue;       /* of CvrWaiting */
  GQueue      finished;    /* of CvrWaiting: batches whose @done is to be called */
  guint       n_waiting;
  gboolean    closing;
  gboolean    told;        /* the main context is going to look at @finished */
  GError     *failure;     /* until cvr_keeper_go_on() */
  guint64     next_id;
  gsize       waiting_bytes;
  GHashTable *pictures;    /* id → CvrWaiting that waits or is being written; owned by the queue */
  GHashTable *values;      /* key → CvrWaitingValue, the last one; owned by its batch */
  GHashTable *lost;        /* id → GError: pictures that could not be written */
  GError     *picture_failure; /* for the next who adds a picture */
};

void      cvr_waiting_free         (CvrWaiting *entry);
/* Of the thread; @db_lock is held. FALSE with the transaction to be rolled back. */
gboolean  cvr_batch_apply        (CvrBatch *self, CvrKeeper *keeper, GError **error);
/* Of the thread. Opens a transaction where none is, and keeps @db_lock. */
void      cvr_keeper_begin       (CvrKeeper *self);
/* Frees what is done with, except for values: the main thread has less to do. */
void      cvr_batch_shed         (CvrBatch *self);
/* Lets others read between two writes. @db_lock is held. */
void      cvr_keeper_let_readers (CvrKeeper *self);
/* To read one thing. */
void      cvr_keeper_lock_db     (CvrKeeper *self);
/* FALSE: the project is closed. @db_lock is held. */
gboolean  cvr_keeper_check_open  (CvrKeeper *self, GError **error);
/* Waits until no transaction is open, and keeps @db_lock; FALSE: closed, and it isn't kept. */
gboolean  cvr_keeper_lock_calm   (CvrKeeper *self, GError **error);
void      cvr_keeper_unlock_calm (CvrKeeper *self);
/* Any thread. The error of a picture that could not be written; FALSE: it isn't one. */
gboolean  cvr_keeper_was_lost    (CvrKeeper *self, guint64 id, GError **error);
/* Of the thread. Takes @entry, a picture. */
void      cvr_keeper_write_picture (CvrKeeper *self, CvrWaiting *entry, GArray *bulk);
/* Of the thread. Commits the pictures in @bulk, whose ids it then forgets. */
void      cvr_keeper_end_bulk    (CvrKeeper *self, GArray *bulk);
/* id → GError. */
GHashTable *cvr_keeper_new_lost (void);
/* For cvr_store_load(). */
CvrPicture *cvr_keeper_make_picture (gpointer keeper, guint64 id, const CvrPictureFacts *facts);

/* cvr_keeper_copy_to() with file operations that tests make fail. */
gboolean  cvr_keeper_copy_with   (CvrKeeper *self, const CvrFs *fs, const char *path,
                                  void (*progress) (double fraction, gpointer data), gpointer data,
                                  GCancellable *cancellable, GError **error);

G_END_DECLS
