/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labelled pictures: classes, items with their boxes and tags, splits. */
#pragma once

#include "cvr-picture.h"

G_BEGIN_DECLS

#define CVR_STORAGE_ERROR (cvr_storage_error_quark ())

typedef enum
{
  CVR_STORAGE_ERROR_IO,
  CVR_STORAGE_ERROR_FORMAT,
  CVR_STORAGE_ERROR_EMPTY,
  CVR_STORAGE_ERROR_VERSION,
  CVR_STORAGE_ERROR_CANCELLED,
  CVR_STORAGE_ERROR_LOCKED,    /* another window writes it */
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

/* @colour: −1: by its place; else a number of the theme's table. @key: 1 … 9, 0: by its place.
 * @off: its pictures don't take part in training. Plain value but for the name. */
typedef struct
{
  char    *name;
  gint     colour;
  guint    key;
  gboolean off;
} CvrClass;

/* One thing in a picture. Fractions of the upright picture's sides, 0 … 1, from the upper left. */
typedef struct
{
  gint   label;   /* class, or CVR_LABEL_NONE */
  double x, y, width, height;
} CvrBox;

/* What came with a picture or was written on it, besides its label. Counted, immutable, any
 * thread. @tags: NULL-terminated, sorted, without doubles; never NULL. @note: nullable. */
typedef struct
{
  CvrBox *boxes;
  guint   n_boxes;
  char  **tags;
  char   *note;
} CvrExtras;

/* Copies; tags are sorted and freed from doubles and empty ones. NULL where there is nothing to
 * say (everything takes NULL for that). */
CvrExtras *cvr_extras_new     (const CvrBox *boxes, guint n_boxes, const char *const *tags,
                               const char *note) G_GNUC_WARN_UNUSED_RESULT;
CvrExtras *cvr_extras_ref     (CvrExtras *self);   /* NULL: NULL */
void       cvr_extras_unref   (CvrExtras *self);   /* NULL: nothing */
gboolean   cvr_extras_equal   (const CvrExtras *a, const CvrExtras *b);
gboolean   cvr_extras_has_tag (const CvrExtras *self, const char *tag);
/* JSON object {"boxes":[[label,x,y,w,h],…],"tags":[…],"note":…}; "{}" of NULL. Numbers keep every
 * bit. */
char      *cvr_extras_to_json   (const CvrExtras *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean   cvr_extras_from_json (const char *json, CvrExtras **extras, GError **error);

/* One picture. @name: file name or "doodles 12" (never a whole path of the user's disk). @look: a
 * 64-bit perceptual hash (cvr_look_of()), 0 where it isn't known. @digest: the first 64 bits of
 * SHA-256 over size and pixels as they came in, 0 where it isn't known: equal means the same
 * picture. @group: pictures with the same number other than 0 stay on one side of a split. */
typedef struct
{
  guint64     id;     /* unique in the data set, never used again */
  CvrPicture *picture;
  char       *name;
  gint        label;
  CvrSplit    split;  /* what the source or the user said */
  CvrSplit    used;   /* what cvr_dataset_split() made of it: TRAIN, VALID or TEST */
  CvrExtras  *extras; /* nullable */
  guint64     look, digest;
  guint64     group;
} CvrItem;

/* Counted. One thread while it changes; a copy for each worker. */
typedef struct _CvrDataset CvrDataset;

CvrDataset    *cvr_dataset_new         (void) G_GNUC_WARN_UNUSED_RESULT;
CvrDataset    *cvr_dataset_ref         (CvrDataset *self);
void           cvr_dataset_unref       (CvrDataset *self);
/* Shares the pictures. */
CvrDataset    *cvr_dataset_copy        (CvrDataset *self) G_GNUC_WARN_UNUSED_RESULT;
/* A copy without the classes that are switched off: their items have no label there, boxes of them
 * are left out. What trainings and networks go by. */
CvrDataset    *cvr_dataset_copy_active (CvrDataset *self) G_GNUC_WARN_UNUSED_RESULT;
guint          cvr_dataset_n_classes   (CvrDataset *self);
const char    *cvr_dataset_class_name  (CvrDataset *self, guint k);
const CvrClass *cvr_dataset_class      (CvrDataset *self, guint k);    /* NULL */
gint           cvr_dataset_find_class  (CvrDataset *self, const char *name); /* −1 */
/* The class that key 1 … 9 means: the one that has it, else by place; −1. */
gint           cvr_dataset_class_of_key (CvrDataset *self, guint key);
/* The existing one of that name, or a new one. */
guint          cvr_dataset_add_class   (CvrDataset *self, const char *name);
/* Labels ≥ k move up. */
void           cvr_dataset_insert_class (CvrDataset *self, guint k, const CvrClass *klass);
/* Name, colour, key and switch. */
void           cvr_dataset_set_class   (CvrDataset *self, guint k, const CvrClass *klass);
/* Its items lose their label, labels > k move down; the same for boxes. */
void           cvr_dataset_remove_class (CvrDataset *self, guint k);
guint          cvr_dataset_n_items     (CvrDataset *self);
const CvrItem *cvr_dataset_item        (CvrDataset *self, guint index);
/* Index or −1; a hash look-up. */
gint           cvr_dataset_find_item   (CvrDataset *self, guint64 id);
/* At the end; takes references and copies of what @item points to. id 0: the next free one.
 * `used` is not taken over. Returns the id. */
guint64        cvr_dataset_add_item    (CvrDataset *self, const CvrItem *item);
/* The same of a picture in memory, without extras. */
guint64        cvr_dataset_add_image   (CvrDataset *self, CvrImage *image, const char *name,
                                        gint label, CvrSplit split);
/* The next id given out is at least this. */
void           cvr_dataset_reserve_ids (CvrDataset *self, guint64 first_free);
void           cvr_dataset_set_label   (CvrDataset *self, guint index, gint label);
void           cvr_dataset_set_split   (CvrDataset *self, guint index, CvrSplit split);
void           cvr_dataset_set_extras  (CvrDataset *self, guint index, CvrExtras *extras);
void           cvr_dataset_set_group   (CvrDataset *self, guint index, guint64 group);
void           cvr_dataset_set_look    (CvrDataset *self, guint index, guint64 look,
                                        guint64 digest);
void           cvr_dataset_remove_item (CvrDataset *self, guint index);
/* Many at once, in data sets whose items are in order of their ids: @items ascend, none of them is
 * there; @places ascend. */
void           cvr_dataset_merge_items (CvrDataset *self, const CvrItem *const *items, guint n);
void           cvr_dataset_remove_items (CvrDataset *self, const guint *places, guint n);
/* Label −2: any; used AUTO: any. */
guint          cvr_dataset_count       (CvrDataset *self, gint label, CvrSplit used);
/* Decides `used` of every item: those with a split keep it; labelled AUTO items are divided per
 * class, @valid_fraction of each class (at least one where a class has two or more) for validation
 * and @test_fraction for the test, by a hash of (@seed, id): an item keeps its side when others
 * come or go. Items of one group get the side of their first. Unlabelled items get AUTO. When the
 * source named validation items, AUTO items all train. */
void           cvr_dataset_split       (CvrDataset *self, double valid_fraction,
                                        double test_fraction, guint64 seed);
/* Adds everything of @other under new ids (pictures shared), classes united by name. */
void           cvr_dataset_unite       (CvrDataset *self, CvrDataset *other);
/* Smallest size and channel number that suits the pictures: their common size when they have one,
 * else a square of the median long side, at most @max_side, rounded to a multiple of 4; grey when
 * all are grey. Looks at no pixel. */
void           cvr_dataset_suggest_size (CvrDataset *self, guint max_side, guint *width,
                                         guint *height, guint *channels);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrExtras, cvr_extras_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrDataset, cvr_dataset_unref)

G_END_DECLS
