/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live project's own thread: everything that touches the disk happens there, in order; nobody
 * else waits for it who doesn't want to. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-kept-run.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Counted; any thread. Holds the one connection to the file. */
typedef struct _CvrKeeper CvrKeeper;

/* What one action writes: recorded on the main thread, written as one transaction. Every call
 * copies what it needs. */
typedef struct _CvrBatch CvrBatch;

/* On the main context, in the order of committing. @error NULL: it is on disk. */
typedef void (*CvrKept) (const GError *error, gpointer data);

/* What is behind a name that a row has beside its bytes. */
typedef struct
{
  guint64  id;
  char    *name;
  GBytes  *bytes;
} CvrKeptValue;

/* Opens (see cvr_store_open()) and starts the thread. Blocks. */
CvrKeeper *cvr_keeper_open      (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same of a project that another window writes: nothing is changed, batches and pictures fail
 * with CVR_STORAGE_ERROR_LOCKED. Blocks. */
CvrKeeper *cvr_keeper_open_read_only (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
CvrKeeper *cvr_keeper_ref       (CvrKeeper *self);
void       cvr_keeper_unref     (CvrKeeper *self);
/* Writes what waits, ends the thread, closes the file. Pictures can't be read any more after it
 * (CVR_STORAGE_ERROR_IO with a sentence). */
void       cvr_keeper_close     (CvrKeeper *self);
gboolean   cvr_keeper_is_new    (CvrKeeper *self);
const char *cvr_keeper_path     (CvrKeeper *self);

/* Classes; items with stored pictures, also hidden ones (in @hidden: id as pointer to guint64 →
 * CvrItem*, both owned by the table; free items with cvr_item_free()). No picture is decoded. */
gboolean   cvr_keeper_load      (CvrKeeper *self, CvrDataset *dataset, GHashTable *hidden,
                                 GError **error);
void       cvr_item_free        (gpointer item);
CvrItem   *cvr_item_copy        (const CvrItem *item) G_GNUC_WARN_UNUSED_RESULT;
/* Named values; NULL where there is none. Waits for the disk: for opening and for workers. Sees
 * what was put before, also when it isn't committed yet. */
GBytes    *cvr_keeper_get       (CvrKeeper *self, const char *key);
/* The same, with an error where what is there can't be read; none there is no error. */
gboolean   cvr_keeper_read      (CvrKeeper *self, const char *key, GBytes **bytes, GError **error);

/* All trainings, and what is kept of their epochs. Waits for the disk: for opening and for workers.
 * What isn't committed yet isn't seen. */
gboolean   cvr_keeper_list_runs  (CvrKeeper *self, GPtrArray **runs, GArray **epochs,
                                  GError **error);
/* The same of the bytes of one epoch. */
gboolean   cvr_keeper_read_epoch (CvrKeeper *self, guint64 run, guint epoch, GBytes **bytes,
                                  GError **error);

/* A picture on its way into the project: encoded on the calling thread, written soon, without an
 * item. Waits when more than a few megabytes are waiting to be written. Pictures without an item
 * are forgotten when the project is opened next.
 * Returns: (transfer full): a stored picture under the id *@id, the next free one. */
CvrPicture *cvr_keeper_add_picture (CvrKeeper *self, CvrImage *image, guint was_width,
                                    guint was_height, guint64 *id,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file that a picture is kept as, and its ending; NULL without an error: it is kept as bare
 * pixels. Any thread; waits for the disk. */
GBytes    *cvr_keeper_picture_bytes (CvrKeeper *self, guint64 id, const char **ending,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The next free id; it may go unused. Any thread. */
guint64    cvr_keeper_take_id    (CvrKeeper *self);
/* cvr_keeper_add_picture() under an id that was taken before. */
CvrPicture *cvr_keeper_add_numbered (CvrKeeper *self, CvrImage *image, guint was_width,
                                     guint was_height, guint64 id,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

CvrBatch  *cvr_batch_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void       cvr_batch_free        (CvrBatch *self);
/* Row of a picture that cvr_keeper_add_picture() took; written anew where it is there. */
void       cvr_batch_put_item    (CvrBatch *self, const CvrItem *item, gboolean hidden);
void       cvr_batch_set_hidden  (CvrBatch *self, guint64 id, gboolean hidden);
void       cvr_batch_set_label   (CvrBatch *self, guint64 id, gint label);
void       cvr_batch_set_split   (CvrBatch *self, guint64 id, CvrSplit split);
void       cvr_batch_set_group   (CvrBatch *self, guint64 id, guint64 group);
/* What was worked out of the picture: see CvrItem. */
void       cvr_batch_set_look    (CvrBatch *self, guint64 id, guint64 look, guint64 digest);
void       cvr_batch_set_extras  (CvrBatch *self, guint64 id, const CvrExtras *extras);
/* All of them as they are now. */
void       cvr_batch_set_classes (CvrBatch *self, CvrDataset *dataset);
/* NULL bytes removes. */
void       cvr_batch_put         (CvrBatch *self, const char *key, GBytes *bytes);
/* Bytes that are made on the keeper's thread (large models). @data is freed with @free_data. */
void       cvr_batch_put_made    (CvrBatch *self, const char *key,
                                  GBytes *(*make) (gpointer data, GError **error),
                                  gpointer data, GDestroyNotify free_data);
/* Row of a training; written anew where it is there. */
void       cvr_batch_put_run     (CvrBatch *self, const CvrKeptRun *run);
/* With what is kept of its epochs. */
void       cvr_batch_forget_run  (CvrBatch *self, guint64 id);
/* Of a run whose row is there; see cvr_batch_put_made(). */
void       cvr_batch_put_epoch   (CvrBatch *self, guint64 run, guint epoch,
                                  GBytes *(*make) (gpointer data, GError **error),
                                  gpointer data, GDestroyNotify free_data);
void       cvr_batch_forget_epoch (CvrBatch *self, guint64 run, guint epoch);
/* Item and picture, for good (secure_delete overwrites them). */
void       cvr_batch_forget      (CvrBatch *self, guint64 id);

/* Takes @batch; @done nullable. Batches that wait are written in one transaction together. After a
 * failure every batch that was handed in before cvr_keeper_go_on() fails too, with the same
 * error: the caller takes back what it had done, newest first, and calls it. Main thread. */
void       cvr_keeper_commit     (CvrKeeper *self, CvrBatch *batch, CvrKept done, gpointer data);
void       cvr_keeper_go_on      (CvrKeeper *self);
/* Number of batches whose @done has not been called. Main thread. */
guint      cvr_keeper_n_waiting  (CvrKeeper *self);
/* Blocks until all batches are written and calls their @done. Main thread: closing, tests, the
 * command line. */
void       cvr_keeper_flush      (CvrKeeper *self);

/* Whole files. Each blocks; workers. */
/* A consistent copy by SQLite's backup, written beside and renamed; @fs nullable. */
gboolean   cvr_keeper_copy_to    (CvrKeeper *self, const char *path,
                                  void (*progress) (double fraction, gpointer data), gpointer data,
                                  GCancellable *cancellable, GError **error);
/* Bytes of the file on disk, and of what pictures, models and checkpoints, undo take of it. */
typedef struct
{
  guint64 file, pictures, models, checkpoints, undo, other;
} CvrKeptSizes;
gboolean   cvr_keeper_sizes      (CvrKeeper *self, CvrKeptSizes *sizes, GError **error);
/* Reads everything and compares the checksums; the error says how much is damaged. */
gboolean   cvr_keeper_check      (CvrKeeper *self, GCancellable *cancellable, GError **error);
/* Overwrites free pages and gives them back. */
gboolean   cvr_keeper_vacuum     (CvrKeeper *self, GError **error);

/* Reads whatever is whole of a damaged project into a new one at @to. @report: (out): a translated
 * sentence that counts what came over and what didn't. Workers. */
gboolean   cvr_keeper_recover    (const char *from, const char *to, char **report,
                                  GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrKeeper, cvr_keeper_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrBatch, cvr_batch_free)

G_END_DECLS
