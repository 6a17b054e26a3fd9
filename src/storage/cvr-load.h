/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads every form of data set that the command line's contract names, and label files beside
 * pictures. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-decoder.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * CvrLoadSpec:
 * @data: "builtin:NAME[:COUNT]", a path of a folder, an archive or a file
 * @files: (nullable) (array zero-terminated=1): paths of files that are read as if they lay in one
 *   folder, @data being only its name then
 * @max_side: pictures are scaled down to it on the way in; 0: 1024
 * @seed: of built-in drawings
 * @label: (nullable): class for pictures that come without one (a dropped file); %NULL leaves them
 *   unlabelled
 * @is_class: @data is one of several folders or archives that were chosen together: where it has
 *   pictures but no folders of them, its name is their class (unless it is one that only says that
 *   there are pictures in it)
 * @known: (nullable): digests of pictures that are there already, as pointers to guint64; only read
 * @skip_same: leaves out pictures that are there already or came before in the same source
 * @only_same: takes only these
 * @there: (nullable): the pictures that are there already; only read
 * @given: (nullable) (element-type CvrGiven): of @there: what label files say of these pictures is
 *   added to it, with labels of the data set that is loaded into
 * @labels_only: no picture comes in: all that label files say goes to pictures of @there
 * @number: (nullable): a number for the next picture, called on the loading thread in the source's
 *   order whatever the threads do; the pictures' ids then (some may go unused)
 * @keep: (nullable): takes a picture as soon as it is decoded, on any of the loading threads, and
 *   says where it is from then on; @number is 0 without that function. An error ends the loading.
 *   %NULL keeps pictures in memory
 * @enough: (nullable): TRUE ends the loading with what has come so far; any loading thread
 * @progress: (nullable): called on the loading thread, at most about 20 times a second; @total 0
 *   while unknown
 *
 * What label files beside the pictures say (CSV, JSON, COCO, LabelMe, YOLO, Pascal VOC, told by
 * their content) goes to their pictures, found by path, else by name in the same folder or in the
 * one that corresponds to it (labels/train and images/train, Annotations and JPEGImages); what
 * several of them say of one picture is united. Then
 * - a picture's label is the one that a label file says; else the class that its folder names,
 *   unless a label file speaks of the picture and none knows a class of that name (JPEGImages);
 * - boxes never give a picture a label: something in a picture is not what the picture shows;
 * - the split is the one that a label file says for the picture; else that of a list (train.txt,
 *   ImageSets/Main/val.txt), of the label file's name (instances_val.json) or of a folder. Those
 *   "train" that only a place says stay undecided where nothing validates;
 * - pictures in folders of masks (SegmentationClass, masks) are left out where there are label
 *   files; others of which no label file says anything come in all the same, with a note.
 *
 * A picture of @there is meant where a label file that finds none of its pictures in the source
 * names it, or where the picture itself is left out because it is there already.
 */
typedef struct
{
  const char         *data;
  const char *const  *files;
  guint               max_side;
  guint64             seed;
  const char         *label;
  gboolean            is_class;
  GHashTable         *known;
  gboolean            skip_same;
  gboolean            only_same;
  CvrDataset         *there;
  GArray             *given;
  gboolean            labels_only;
  guint64           (*number) (gpointer data_);
  CvrPicture       *(*keep) (CvrImage *image, guint was_width, guint was_height, guint64 number,
                             gpointer data_, GError **error);
  gpointer            keep_data;  /* of both */
  gboolean          (*enough) (gpointer data_);
  gpointer            enough_data;
  void              (*progress) (guint64 done, guint64 total, const char *what, gpointer data_);
  gpointer            progress_data;
} CvrLoadSpec;

/* What label files say of one picture that is there already. @id: its own. @label: class or
 * CVR_LABEL_NONE: not said. @split: AUTO: not said. @extras: (nullable): what is said of boxes,
 * tags and note. */
typedef struct
{
  guint64    id;
  gint       label;
  CvrSplit   split;
  CvrExtras *extras;
} CvrGiven;

typedef struct
{
  guint      n_loaded;
  guint      n_damaged;      /* kept, marked */
  guint      n_scaled;       /* were larger than the most that is kept */
  guint      n_with_boxes;
  guint      n_classes;      /* that the pictures have; counted by the project's import */
  guint      n_boxes;        /* the same */
  guint      n_same;         /* there already, or twice in the source; kept unless told otherwise */
  guint      n_same_out;     /* of these: left out */
  guint      n_given;        /* there already, and label files speak of them */
  guint      n_labelled;     /* of these: changed by it; counted by the project's import */
  guint      n_skipped;
  guint      n_lost;         /* of these: names in label files that no picture has */
  GPtrArray *skipped;        /* "name: reason", translated; the first 1,000 */
  guint      n_notes;
  GPtrArray *notes;          /* nullable: the same of label files and files of other kinds */
} CvrLoadReport;

/* Blocks; any thread. Adds to @dataset (which the caller owns). Nothing usable at all:
 * CVR_STORAGE_ERROR_EMPTY with a sentence that says what was found and what was expected. */
gboolean cvr_load              (CvrDataset *dataset, const CvrLoadSpec *spec, CvrLoadReport *report,
                                GCancellable *cancellable, GError **error);
/* One picture or one label file: what CvrLoadSpec.files is for. Waits for the disk. */
gboolean cvr_load_is_single    (const char *path);
/* Labels of IDX images among @sources: comes with them, and is no source of its own. Waits for the
 * disk. */
gboolean cvr_load_is_partner   (const char *path, const char *const *sources);
void     cvr_load_report_clear (CvrLoadReport *report);
void     cvr_given_clear       (gpointer given); /* CvrGiven*: what it points to */
/* The same extras with every box's label replaced by @labels' entry; NULL of NULL. */
CvrExtras *cvr_load_relabel    (CvrExtras *extras, const gint *labels) G_GNUC_WARN_UNUSED_RESULT;
/* Adds the counts and sentences of @more to @report, whose list is made where there is none. */
void     cvr_load_report_add   (CvrLoadReport *report, const CvrLoadReport *more);
/* "name: reason"; the lists keep the first 1,000. */
void     cvr_load_report_skip  (CvrLoadReport *report, const char *reason);
void     cvr_load_report_note  (CvrLoadReport *report, const char *note);

G_END_DECLS
