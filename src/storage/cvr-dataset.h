/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelled pictures in memory: classes, items, splits. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

#define CVR_STORAGE_ERROR (cvr_storage_error_quark ())

typedef enum
{
  CVR_STORAGE_ERROR_IO,
  CVR_STORAGE_ERROR_FORMAT,
  CVR_STORAGE_ERROR_EMPTY,
  CVR_STORAGE_ERROR_VERSION,
  CVR_STORAGE_ERROR_CANCELLED,
} CvrStorageError;

GQuark cvr_storage_error_quark (void);

typedef enum
{
  CVR_SPLIT_AUTO,  /* not decided: cvr_dataset_split() will */
  CVR_SPLIT_TRAIN,
  CVR_SPLIT_VALID,
  CVR_SPLIT_TEST,
} CvrSplit;

enum { CVR_LABEL_NONE = -1 };

/* One picture. @name: file name or "doodles 12" (never a whole path of the user's disk). */
typedef struct
{
  guint64   id;     /* unique in the data set, never used again */
  CvrImage *image;
  char     *name;
  gint      label;
  CvrSplit  split;  /* what the source or the user said */
  CvrSplit  used;   /* what cvr_dataset_split() made of it: TRAIN, VALID or TEST */
} CvrItem;

/* Counted. One thread while it changes; a copy for each worker. */
typedef struct _CvrDataset CvrDataset;

CvrDataset    *cvr_dataset_new         (void) G_GNUC_WARN_UNUSED_RESULT;
CvrDataset    *cvr_dataset_ref         (CvrDataset *self);
void           cvr_dataset_unref       (CvrDataset *self);
/* Shares the images. */
CvrDataset    *cvr_dataset_copy        (CvrDataset *self) G_GNUC_WARN_UNUSED_RESULT;
guint          cvr_dataset_n_classes   (CvrDataset *self);
const char    *cvr_dataset_class_name  (CvrDataset *self, guint k);
gint           cvr_dataset_find_class  (CvrDataset *self, const char *name); /* −1 */
/* The existing one of that name, or a new one. */
guint          cvr_dataset_add_class   (CvrDataset *self, const char *name);
/* Labels ≥ k move up. */
void           cvr_dataset_insert_class (CvrDataset *self, guint k, const char *name);
void           cvr_dataset_rename_class (CvrDataset *self, guint k, const char *name);
/* Its items lose their label, labels > k move down. */
void           cvr_dataset_remove_class (CvrDataset *self, guint k);
guint          cvr_dataset_n_items     (CvrDataset *self);
const CvrItem *cvr_dataset_item        (CvrDataset *self, guint index);
/* Index or −1; a hash look-up. */
gint           cvr_dataset_find_item   (CvrDataset *self, guint64 id);
/* Takes a reference of @image. @id 0: the next free one. Returns the id. */
guint64        cvr_dataset_add_item    (CvrDataset *self, guint64 id, CvrImage *image,
                                        const char *name, gint label, CvrSplit split);
/* The next id given out is at least this. */
void           cvr_dataset_reserve_ids (CvrDataset *self, guint64 first_free);
void           cvr_dataset_set_label   (CvrDataset *self, guint index, gint label);
void           cvr_dataset_set_split   (CvrDataset *self, guint index, CvrSplit split);
void           cvr_dataset_remove_item (CvrDataset *self, guint index);
/* Label −2: any; used AUTO: any. */
guint          cvr_dataset_count       (CvrDataset *self, gint label, CvrSplit used);
/* Decides `used` of every item: those with a split keep it; labelled AUTO items are divided per
 * class, @valid_fraction of each class (at least one where a class has two or more) for validation,
 * by a hash of (@seed, id): an item keeps its side when others come or go. Unlabelled items get
 * AUTO. When the source named validation items, AUTO items all train. */
void           cvr_dataset_split       (CvrDataset *self, double valid_fraction, guint64 seed);
/* Adds everything of @other under new ids (images shared), classes united by name. */
void           cvr_dataset_unite       (CvrDataset *self, CvrDataset *other);
/* Smallest size and channel number that suits the pictures: their common size when they have one,
 * else a square of the median long side, at most @max_side, rounded to a multiple of 4; grey when
 * all are grey. */
void           cvr_dataset_suggest_size (CvrDataset *self, guint max_side, guint *width,
                                         guint *height, guint *channels);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrDataset, cvr_dataset_unref)

G_END_DECLS
