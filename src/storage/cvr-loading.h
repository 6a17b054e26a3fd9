/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the data set reader share while one source is read. Internal to storage. */
#pragma once

#include "cvr-labels.h"
#include "cvr-load.h"
#include "cvr-tree.h"

G_BEGIN_DECLS

/* One picture that was found. @item: picture (NULL: the same is there), name, digest and look;
 * owned. @class_name: (nullable): lives as long as the loading. @orientation: EXIF's, already
 * applied. */
typedef struct
{
  CvrItem     item;
  const char *class_name;
  guint       orientation;
} CvrLoaded;

/* A box as a label file has it. @source: which of the label files. */
typedef struct
{
  const char *class_name;
  double      x, y, width, height;
  gboolean    in_pixels;
  guint       of_width, of_height; /* of the picture that the file speaks of; 0: not said */
  guint       source;
} CvrSaidBox;

/* EXIF's of a picture that was turned long ago. */
#define CVR_ORIENTATION_UNKNOWN G_MAXUINT

/* What label files say of one picture. @orientation: of a picture that is there already. */
typedef struct
{
  const char *class_name; /* nullable */
  CvrSplit    split;
  guint       orientation;
  char       *note;
  GPtrArray  *tags;       /* of char* */
  GArray     *boxes;      /* of CvrSaidBox */
} CvrSaid;

/* What one file of the tree turned into. Filled by one thread at a time. @class_name, @split: what
 * label files or its place say. */
typedef struct
{
  const char *class_name;
  CvrSplit    split;
  gboolean    used;      /* a label file, a list or names that meant something */
  gboolean    left_out;  /* others are named, or it is no picture to learn from */
  CvrSaid    *said;      /* nullable */
  GArray     *items;     /* of CvrLoaded */
  GPtrArray  *skips;     /* of char*, "name: reason" */
  GPtrArray  *notes;     /* of char*, the same about label files */
  GBytes     *bytes;     /* kept for its partner (IDX) */
} CvrSourceFile;

/* The pictures that are there already, and what label files say of them; of cvr-load-there.c. */
typedef struct _CvrThere CvrThere;

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
  GHashTable        *looks;   /* of char* in strings → CvrLabelsLook; NULL: none is said */
  CvrThere          *there;   /* nullable */
  GArray            *given;   /* of CvrGiven, with classes of what was found; nullable */
  guint              n_lost;  /* names in label files that no picture has */
  const char        *first_lost; /* in strings */
  gboolean           only_labels; /* no more than label files were given */
  gsize              skip;    /* bytes of every path that are a wrapping folder */
  gboolean           parts;   /* the folders behind it are train, valid and test */
  GHashTable        *seen;    /* digests so far, as pointers to guint64 */
  gint64             last_progress;
  GMutex             lock;    /* of @failure */
  GError            *failure; /* a picture could not be kept */
} CvrLoading;

/* cvr-load.c */
void     cvr_loading_progress   (CvrLoading *self, guint64 done, guint64 total, const char *what);
gboolean cvr_loading_is_over    (CvrLoading *self);
const char *cvr_loading_string  (CvrLoading *self, const char *string);
guint64  cvr_loading_number     (CvrLoading *self);
gboolean cvr_loading_keep       (CvrLoading *self, CvrImage *image, guint was_width,
                                 guint was_height, guint64 number, CvrItem *item);
CvrLoaded *cvr_loading_add      (CvrLoading *self, guint file, CvrImage *image, guint was_width,
                                 guint was_height, guint64 number, char *name,
                                 const char *class_name);
void     cvr_loading_skip       (CvrLoading *self, guint file, const char *name,
                                 const char *reason);
/* @note: taken: something about a label file that isn't a picture's absence. */
void     cvr_loading_note       (CvrLoading *self, guint file, char *note);
const char *cvr_loading_base    (CvrLoading *self, guint file);
gboolean cvr_loading_is_picture (CvrFileKind kind);
void     cvr_loading_clear_item (CvrItem *item);

/* cvr-load-assemble.c */
void     cvr_loading_take       (CvrLoading *self, CvrDataset *dataset, const CvrItem *item,
                                 CvrLoadReport *report);
void     cvr_loading_assemble   (CvrLoading *self, CvrDataset *dataset, CvrLoadReport *report);
void     cvr_loading_add_class  (CvrLoading *self, CvrDataset *dataset, const char *name);
void     cvr_loading_note_boxes (const char *name, guint n, CvrLoadReport *report);

/* cvr-load-layout.c */
void     cvr_loading_lay_out    (CvrLoading *self);
void     cvr_loading_settle     (CvrLoading *self, GHashTable *classes);
CvrSplit cvr_split_of_word      (const char *word, gsize length);
gboolean cvr_is_picture_folder  (const char *name, gsize length);
gboolean cvr_is_in_masks        (const char *path);

/* cvr-load-labels.c */
gboolean cvr_loading_read_labels (CvrLoading *self, GError **error);
void     cvr_loading_add_named  (CvrLoading *self);

/* cvr-load-said.c */
CvrSaid *cvr_said_new           (void) G_GNUC_WARN_UNUSED_RESULT;
void     cvr_said_free          (gpointer said); /* NULL: nothing */
void     cvr_said_add_box       (CvrSaid *self, guint n_before, const CvrSaidBox *box);
CvrExtras *cvr_said_extras      (const CvrSaid *self, const CvrPictureFacts *facts,
                                 guint orientation, CvrDataset *dataset,
                                 guint *n_left_out) G_GNUC_WARN_UNUSED_RESULT;

/* cvr-load-there.c */
CvrThere *cvr_there_new         (CvrDataset *dataset) G_GNUC_WARN_UNUSED_RESULT;
void     cvr_there_free         (CvrThere *self); /* NULL: nothing */
gint     cvr_there_find         (CvrThere *self, const CvrLabels *labels, const char *path);
CvrSaid *cvr_there_said         (CvrThere *self, guint place);
void     cvr_there_give_same    (CvrThere *self, guint64 digest, const CvrSaid *said,
                                 guint orientation);
void     cvr_loading_give       (CvrLoading *self, CvrDataset *dataset, CvrLoadReport *report);

/* cvr-load-join.c: where the pictures are that label files speak of. */
char    *cvr_path_clean         (const char *path) G_GNUC_WARN_UNUSED_RESULT;
char    *cvr_path_dup_stem      (const char *name) G_GNUC_WARN_UNUSED_RESULT;
const char *cvr_path_base       (const char *path);
typedef struct _CvrJoin CvrJoin;
CvrJoin *cvr_join_new           (CvrLoading *self) G_GNUC_WARN_UNUSED_RESULT;
void     cvr_join_free          (CvrJoin *self);
/* The picture that @file (a label file) means by @path (nullable: by its own name); −1: none is
 * here, −2: several might be meant. @hint: AUTO, or the split that the file's pictures are of. */
gint     cvr_join_find          (CvrJoin *self, guint file, const char *path, CvrSplit hint);

/* cvr-load-project.c */
gboolean cvr_loading_is_project (CvrLoading *self);
gboolean cvr_loading_read_project (CvrLoading *self, CvrDataset *dataset, CvrLoadReport *report,
                                   GError **error);

gboolean cvr_loading_is_array   (CvrFileKind kind);
const char *cvr_loading_class_of_number (CvrLoading *self, guint number);
void     cvr_loading_read_array (CvrLoading *self, guint file, GBytes *bytes);
void     cvr_loading_pair_idx   (CvrLoading *self);
char    *cvr_idx_partner        (const char *name) G_GNUC_WARN_UNUSED_RESULT;
gboolean cvr_loading_read_files (CvrLoading *self, GError **error);
gboolean cvr_load_builtin       (CvrLoading *self, CvrDataset *dataset, CvrLoadReport *report,
                                 GError **error);

G_END_DECLS
