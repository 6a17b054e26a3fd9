/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder, an archive or a file as one flat list of files: archives look like folders, compressed
 * files like what is in them. Internal to the loading of data sets. */
#pragma once

#include "cvr-archive.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  CVR_FILE_OTHER,
  CVR_FILE_PICTURE,
  CVR_FILE_PICTURE_NAME, /* called like a picture, but the bytes are none that can be read */
  CVR_FILE_IDX_IMAGES,
  CVR_FILE_IDX_LABELS,
  CVR_FILE_CIFAR,
  CVR_FILE_CIFAR_META,
  CVR_FILE_NPY,
  CVR_FILE_DRAWINGS,
  CVR_FILE_TABLE,
  CVR_FILE_PIXELS, /* a table of numbers: label and pixels */
  CVR_FILE_LABELS, /* called like a file of labels, of names or of lists; reading it tells */
  CVR_FILE_PROJECT,
  CVR_FILE_MODEL,
} CvrFileKind;

enum { CVR_NOT_NESTED = -1 };

/* @path: UTF-8, with slashes, from the root of the tree; endings of archives and compression left
 * out. @disk: (nullable): where it lies, when it lies there plainly. Else it is regular file @index
 * of archive @archive (a place in the tree's list of archives), or file @inner of the archive that
 * is there. */
typedef struct
{
  char       *path;
  char       *disk;
  guint       archive;
  guint       index;
  gint        inner;
  CvrFileKind kind;
} CvrTreeFile;

/* Counts while the tree is looked through. */
typedef void (*CvrTreeProgress) (guint n_files, gpointer data);

typedef struct
{
  GPtrArray       *files;    /* of CvrTreeFile, in natural order of their paths */
  GPtrArray       *archives; /* of char*, where they lie */
  GPtrArray       *problems; /* of char*, "name: reason" of what could not be opened */
  gboolean         is_file;  /* the source is one plain file or one compressed file */
  GCancellable    *cancellable;
  CvrArchiveLimits limits;
  CvrTreeProgress  progress;
  gpointer         progress_data;
} CvrTree;

/* One wanted file: its number and bytes, or why they can't be had (@bytes NULL). FALSE ends the
 * visit. */
typedef gboolean (*CvrTreeVisit) (guint file, GBytes *bytes, const GError *reason, gpointer data);

CvrTree    *cvr_tree_new      (const char *path, GCancellable *cancellable,
                               CvrTreeProgress progress, gpointer data,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Without files: cvr_tree_add_disk() adds them. */
CvrTree    *cvr_tree_new_empty (GCancellable *cancellable, CvrTreeProgress progress,
                                gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void        cvr_tree_free     (CvrTree *self);
void        cvr_tree_add_disk (CvrTree *self, const char *disk, const char *path);
void        cvr_tree_sort     (CvrTree *self);
CvrFileKind cvr_file_kind     (const guint8 *head, gsize length, const char *name);
/* The same of a file on disk; OTHER for archives and what can't be opened. */
CvrFileKind cvr_tree_kind_of  (const char *disk);
gboolean    cvr_tree_visit    (CvrTree *self, const gboolean *wanted, CvrTreeVisit visit,
                               gpointer data, GError **error);
GBytes     *cvr_tree_read     (CvrTree *self, guint file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean    cvr_check_file_size (const char *disk, guint64 most, GError **error);
int         cvr_natural_compare (const char *a, const char *b);
char       *cvr_without_ending (const char *name) G_GNUC_WARN_UNUSED_RESULT;

static inline CvrTreeFile *
cvr_tree_file (const CvrTree *self,
               guint          i)
{
  return g_ptr_array_index (self->files, i);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrTree, cvr_tree_free)

G_END_DECLS
