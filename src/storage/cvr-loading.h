/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the data set reader share while one source is read. Internal to storage. */
#pragma once

#include "cvr-load.h"
#include "cvr-tree.h"

G_BEGIN_DECLS

/* One picture that was found. @class_name: (nullable): lives as long as the loading. */
typedef struct
{
  CvrImage   *image;
  char       *name;
  const char *class_name;
  CvrSplit    split;
} CvrLoaded;

/* What one file of the tree turned into. Filled by one thread at a time. @class_name, @split: what
 * its place says. */
typedef struct
{
  const char *class_name;
  CvrSplit    split;
  gboolean    left_out;  /* a table names others */
  GArray     *items;     /* of CvrLoaded */
  GPtrArray  *skips;     /* of char*, "name: reason" */
  GBytes     *bytes;     /* kept for its partner (IDX) */
} CvrSourceFile;

typedef struct
{
  const CvrLoadSpec *spec;
  guint              max_side;
  char              *name;    /* of the source, for messages */
  GCancellable      *cancellable;
  CvrTree           *tree;
  CvrSourceFile     *files;   /* as many as the tree has */
  GStringChunk      *strings; /* class names; the loading thread's own */
  GPtrArray         *classes; /* of char* in strings: names whose order is given by the source */
  gint64             last_progress;
} CvrLoading;

void     cvr_loading_progress   (CvrLoading *self, guint64 done, guint64 total, const char *what);
const char *cvr_loading_string  (CvrLoading *self, const char *string);
void     cvr_loading_add        (CvrLoading *self, guint file, CvrImage *image, char *name,
                                 const char *class_name);
void     cvr_loading_skip       (CvrLoading *self, guint file, const char *name,
                                 const char *reason);
const char *cvr_loading_base    (CvrLoading *self, guint file);

void     cvr_loading_lay_out    (CvrLoading *self);
gboolean cvr_loading_read_table (CvrLoading *self, guint file, gboolean add_files, GError **error);
gboolean cvr_loading_is_array   (CvrFileKind kind);
void     cvr_loading_read_array (CvrLoading *self, guint file, GBytes *bytes);
void     cvr_loading_pair_idx   (CvrLoading *self);
char    *cvr_idx_partner        (const char *name) G_GNUC_WARN_UNUSED_RESULT;
gboolean cvr_loading_read_files (CvrLoading *self, GError **error);
gboolean cvr_load_builtin       (CvrDataset *dataset, const CvrLoadSpec *spec,
                                 CvrLoadReport *report,
                                 GCancellable *cancellable, GError **error);

G_END_DECLS
