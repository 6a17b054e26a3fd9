/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Label files of other programs, in and out: what they say of which picture. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_LABELS_CSV,     /* path,label[,split[,tags]] or path,label,x,y,width,height (pixels): read by header words, English or Spanish */
  CVR_LABELS_JSON,    /* our own: {"convisor":1,"classes":[…],"images":[…]} */
  CVR_LABELS_COCO,    /* instances, captions-less; bounding boxes [x,y,w,h] in pixels */
  CVR_LABELS_LABELME, /* one JSON per picture: shapes (rectangle; the extent of others), flags */
  CVR_LABELS_YOLO,    /* one text per picture: class cx cy w h as fractions; names apart */
  CVR_LABELS_VOC,     /* one XML per picture */
  CVR_N_LABELS,
} CvrLabelsKind;

/* A box that says only where something is. */
#define CVR_LABELS_NO_CLASS G_MAXUINT

/* One thing in a picture; in pixels of the picture the file speaks of when the label set has
 * @in_pixels, else fractions 0 … 1. From the upper left corner. */
typedef struct
{
  guint  label;  /* index into classes, or CVR_LABELS_NO_CLASS */
  double x, y, width, height;
} CvrLabelBox;

/* What one file says of one picture. @path: as it stands there, with slashes; NULL where the file
 * itself goes with the picture of its own name. @label: index into classes, −1: none said.
 * @split: "train", "valid", "test" or NULL. @width, @height: 0 where the file doesn't say. */
typedef struct
{
  char      *path;
  gint       label;
  char      *split;
  char      *note;
  GPtrArray *tags;   /* of char* */
  GArray    *boxes;  /* of CvrLabelBox */
  gboolean   in_pixels;
  guint      width, height;
} CvrLabelled;

/* How a class is shown; only our own form says it. @colour: −1: not said; else a number of the
 * theme's table. @key: 1 … 9, 0: not said. @off: it takes no part in training. */
typedef struct
{
  gint     colour;
  guint    key;
  gboolean off;
} CvrLabelsLook;

typedef struct
{
  GPtrArray *classes;   /* of char* */
  GArray    *looks;     /* of CvrLabelsLook, one for each class */
  GPtrArray *pictures;  /* of CvrLabelled */
  GPtrArray *problems;  /* of char*, translated: what was left out and why; at most 100, then a count */
  guint      n_problems;
} CvrLabels;

CvrLabels   *cvr_labels_new    (void) G_GNUC_WARN_UNUSED_RESULT;
void         cvr_labels_free   (CvrLabels *self);
guint        cvr_labels_class  (CvrLabels *self, const char *name); /* found or added */
CvrLabelled *cvr_labels_add    (CvrLabels *self, const char *path);
/* Which kind the bytes are, by content; FALSE: none. YOLO texts only by their form (every line a
 * whole number and four fractions). */
gboolean     cvr_labels_sniff  (const guint8 *data, gsize length, CvrLabelsKind *kind);
/* Bytes of one file of @kind. @classes: (nullable) (NULL-terminated): names for YOLO's numbers; a
 * number without a name becomes its digits. Sentences name the line, the member or the element. */
CvrLabels   *cvr_labels_read   (CvrLabelsKind kind, const guint8 *data, gsize length,
                                const char *const *classes,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Names of YOLO's classes: obj.names (a line each) or data.yaml (names: as list or map). */
char       **cvr_labels_read_names (const guint8 *data, gsize length,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One file that holds everything: CSV, JSON, COCO. */
GBytes      *cvr_labels_write  (CvrLabelsKind kind, const CvrLabels *labels,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One file per picture: YOLO, VOC, LABELME. Width and height must be known for VOC and LABELME. */
GBytes      *cvr_labels_write_picture (CvrLabelsKind kind, const CvrLabels *labels,
                                       const CvrLabelled *picture,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char  *cvr_labels_kind_name (CvrLabelsKind kind); /* "csv" "json" "coco" "labelme" "yolo" "voc" */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrLabels, cvr_labels_free)

G_END_DECLS
