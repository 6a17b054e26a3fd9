/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's rows in one SQLite file. Internal to the keeper, whose lock guards it: no thread of
 * its own, no waiting but for the disk. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-kept-run.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _CvrStore CvrStore; /* one thread at a time */

enum { CVR_STORE_SUM = 32 }; /* bytes of a SHA-256 */

/* How a picture's bytes are to be read. Numbers of the file. */
typedef enum
{
  CVR_STORE_RAW,  /* the pixels, row by row */
  CVR_STORE_PNG,
  CVR_STORE_JPEG,
} CvrStoreForm;

/* A picture as the file keeps it. @sum: over bytes and numbers. */
typedef struct
{
  guint64         id;
  CvrPictureFacts facts;
  CvrStoreForm    form;
  guint8          sum[CVR_STORE_SUM];
  GBytes         *bytes;
} CvrStoredPicture;

/* Creates the file where there is none. A file that isn't ours, is newer, or is damaged: an error,
 * the file untouched. */
CvrStore *cvr_store_open         (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* While another process may write it: never changed, not even brought up to date. */
CvrStore *cvr_store_open_read_only (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void      cvr_store_close        (CvrStore *self);
gboolean  cvr_store_is_new       (CvrStore *self);
const char *cvr_store_path       (CvrStore *self);
const char *cvr_store_name       (CvrStore *self); /* for messages */
/* Everything inside begin … commit is one transaction. After an error inside, commit rolls back and
 * fails with it. */
void      cvr_store_begin        (CvrStore *self);
gboolean  cvr_store_commit       (CvrStore *self, GError **error);
void      cvr_store_roll_back    (CvrStore *self);

/* Named values: settings (JSON text), model (ONNX bytes), history, undo stack. NULL bytes
 * removes. */
gboolean  cvr_store_put          (CvrStore *self, const char *key, GBytes *bytes, GError **error);
/* @bytes: NULL where there is none, which is no error. */
gboolean  cvr_store_get          (CvrStore *self, const char *key, GBytes **bytes, GError **error);
/* Whether all of them are what was written. */
gboolean  cvr_store_check_values (CvrStore *self, GError **error);

/* Any thread; no disk. Raw where it has at most 4,096 bytes, else PNG up to 128 pixels a side, else
 * JPEG of quality 95. */
gboolean  cvr_store_encode       (CvrImage *image, guint was_width, guint was_height,
                                  CvrStoredPicture *picture, GError **error);
/* The number belongs to the checksum. */
void      cvr_store_number       (CvrStoredPicture *picture, guint64 id);
/* Any thread; no disk. Whether the bytes and numbers are those that were written. */
gboolean  cvr_store_is_whole     (const CvrStoredPicture *picture);
/* Any thread; no disk. @side: as for cvr_picture_read_small(), 0: all of it. */
CvrImage *cvr_store_decode       (const CvrStoredPicture *picture, guint side,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void      cvr_stored_picture_clear (CvrStoredPicture *picture);
gboolean  cvr_store_put_picture  (CvrStore *self, const CvrStoredPicture *picture, GError **error);
/* Not checked yet. */
gboolean  cvr_store_get_picture  (CvrStore *self, guint64 id, CvrStoredPicture *picture,
                                  GError **error);
/* Those in turn: the one behind number *@id, which is then its own. FALSE without an error: no
 * more. */
gboolean  cvr_store_next_picture (CvrStore *self, guint64 *id, CvrStoredPicture *picture,
                                  GError **error);
/* The name of its item; NULL where there is none. */
char     *cvr_store_get_name     (CvrStore *self, guint64 id) G_GNUC_WARN_UNUSED_RESULT;
/* The next free one; never one that was used before. 0 with an error. */
guint64   cvr_store_next_id      (CvrStore *self, GError **error);
/* Pictures that no item was made of. */
gboolean  cvr_store_forget_loose (CvrStore *self, GError **error);

/* The row of a picture that is there. */
gboolean  cvr_store_put_item     (CvrStore *self, const CvrItem *item, gboolean hidden,
                                  GError **error);
/* Each must meet an item. */
gboolean  cvr_store_set_label    (CvrStore *self, guint64 id, gint label, GError **error);
gboolean  cvr_store_set_split    (CvrStore *self, guint64 id, CvrSplit split, GError **error);
gboolean  cvr_store_set_group    (CvrStore *self, guint64 id, guint64 group, GError **error);
gboolean  cvr_store_set_look     (CvrStore *self, guint64 id, guint64 look, guint64 digest,
                                  GError **error);
gboolean  cvr_store_set_extras   (CvrStore *self, guint64 id, const CvrExtras *extras,
                                  GError **error);
/* Deleted but undoable. */
gboolean  cvr_store_hide_item    (CvrStore *self, guint64 id, gboolean hidden, GError **error);
/* Item and picture, overwritten. */
gboolean  cvr_store_forget_item  (CvrStore *self, guint64 id, GError **error);
gboolean  cvr_store_set_classes  (CvrStore *self, const CvrClass *classes, guint n_classes,
                                  GError **error);
/* @labels: of the ids, in the same order; of boxes those of the extras (elements nullable). Items
 * that aren't named keep theirs. */
gboolean  cvr_store_set_labels   (CvrStore *self, const guint64 *ids, const gint *labels,
                                  CvrExtras *const *extras, guint n_ids, GError **error);

/* Trainings. Runs and checkpoints are appended to the arrays, in order of their numbers. */
gboolean  cvr_store_put_run      (CvrStore *self, const CvrKeptRun *run, GError **error);
/* With its checkpoints. */
gboolean  cvr_store_forget_run   (CvrStore *self, guint64 id, GError **error);
gboolean  cvr_store_list_runs    (CvrStore *self, GPtrArray *runs, GError **error);
/* Of a run that is there. */
gboolean  cvr_store_put_checkpoint (CvrStore *self, guint64 run, guint epoch, GBytes *bytes,
                                    GError **error);
gboolean  cvr_store_forget_checkpoint (CvrStore *self, guint64 run, guint epoch, GError **error);
gboolean  cvr_store_list_checkpoints (CvrStore *self, GArray *epochs, GError **error);
/* @bytes: NULL where there is none, which is no error. */
gboolean  cvr_store_get_checkpoint (CvrStore *self, guint64 run, guint epoch, GBytes **bytes,
                                    GError **error);
/* Whether all of them are what was written. */
gboolean  cvr_store_check_checkpoints (CvrStore *self, GError **error);

typedef CvrPicture *(*CvrStoreMakePicture) (gpointer data, guint64 id,
                                            const CvrPictureFacts *facts);
/* Classes and items in the order of their numbers; hidden ones into @hidden (as cvr_keeper_load()
 * says; nullable: left out). No picture's bytes are looked at. */
gboolean  cvr_store_load         (CvrStore *self, CvrDataset *dataset, GHashTable *hidden,
                                  CvrStoreMakePicture make, gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrStore, cvr_store_close)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CvrStoredPicture, cvr_stored_picture_clear)

G_END_DECLS
