/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes a data set out: pictures and label files in the forms that other programs read, as a folder
 * or an archive. */
#pragma once

#include "cvr-dataset.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What comes out; a class list lies beside where the form has none, and "convisor.json" says what
 * the form can't. Each comes back equal through cvr_load(): classes, labels, splits, tags, notes
 * and boxes; pixels where a picture is at most 128 pixels large or its own bytes are written. */
typedef enum
{
  CVR_SAVE_FOLDERS, /* CLASS/picture, convisor.json */
  CVR_SAVE_CSV,     /* images/picture, labels.csv, classes.txt */
  CVR_SAVE_JSON,    /* images/picture, convisor.json */
  CVR_SAVE_COCO,    /* images/picture, annotations/instances_{train,val,test,default}.json */
  CVR_SAVE_LABELME, /* images/picture, images/picture.json, classes.txt */
  CVR_SAVE_YOLO,    /* images/picture, labels/picture.txt, data.yaml, train.txt …, convisor.json */
  CVR_SAVE_VOC,     /* JPEGImages/picture, Annotations/picture.xml, ImageSets/Main/train.txt … */
  CVR_N_SAVE_FORMS,
} CvrSaveForm;

/**
 * CvrSaveOutSpec:
 * @path: where it goes; a folder of that name must not be there, or be empty; a file is replaced
 * @labels_only: without the pictures; CSV, JSON and COCO are one file then
 * @archive: one zip instead of a folder
 * @used_splits: writes the side that every picture is used for now, not only what was decided by
 *   source or hand
 * @encoded: (nullable): the picture's bytes as they are kept, with their ending (".jpg"); %NULL
 *   without an error: encode it. Any error is one for this picture
 * @progress: (nullable): on the calling thread
 */
typedef struct
{
  const char *path;
  CvrSaveForm form;
  gboolean    labels_only;
  gboolean    archive;
  gboolean    used_splits;
  GBytes   *(*encoded) (const CvrItem *item, const char **ending, gpointer data, GError **error);
  gpointer    encoded_data;
  void      (*progress) (guint64 done, guint64 total, gpointer data);
  gpointer    progress_data;
} CvrSaveOutSpec;

typedef struct
{
  guint      n_pictures; /* written, or named in label files */
  guint      n_boxes;
  guint64    n_bytes;
  GPtrArray *skipped;    /* of char*, "name: reason" */
} CvrSaveOutReport;

const char *cvr_save_form_name (CvrSaveForm form); /* "folders" "csv" "json" "coco" … */
/* Whether cvr_save_out() writes one plain file. */
gboolean cvr_save_out_is_file (const CvrSaveOutSpec *spec);
/* Blocks; any thread; @dataset must not change meanwhile. Written beside and renamed: after an
 * error or a cancel, what was there is there. */
gboolean cvr_save_out              (CvrDataset *dataset, const CvrSaveOutSpec *spec,
                                    CvrSaveOutReport *report, GCancellable *cancellable,
                                    GError **error);
void     cvr_save_out_report_clear (CvrSaveOutReport *report);

G_END_DECLS
