/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers and writers of label files share. */
#pragma once

#include "cvr-labels.h"

G_BEGIN_DECLS

/* Bounds of one file. */
enum
{
  CVR_LABELS_MAX = 10 * 1000 * 1000, /* pictures, and boxes */
  CVR_LABELS_MAX_SIDE = 1 << 24,     /* pixels of a picture's side */
};

/* One reader for each kind; the sentence of an error says where. */
CvrLabels *cvr_labels_read_csv     (const guint8 *data, gsize length, GError **error);
CvrLabels *cvr_labels_read_json    (const guint8 *data, gsize length, GError **error);
CvrLabels *cvr_labels_read_coco    (const guint8 *data, gsize length, GError **error);
CvrLabels *cvr_labels_read_labelme (const guint8 *data, gsize length, GError **error);
CvrLabels *cvr_labels_read_yolo    (const guint8 *data, gsize length, const char *const *classes,
                                    GError **error);
CvrLabels *cvr_labels_read_voc     (const guint8 *data, gsize length, GError **error);

gboolean   cvr_labels_sniff_json   (const guint8 *data, gsize length, CvrLabelsKind *kind);
gboolean   cvr_labels_is_voc       (const guint8 *data, gsize length);
gboolean   cvr_labels_is_yolo      (const guint8 *data, gsize length);
gboolean   cvr_labels_is_csv       (const guint8 *data, gsize length);

/* One writer for each kind; what is asked for can be written. */
void cvr_labels_put_csv     (GString *text, const CvrLabels *labels);
void cvr_labels_put_json    (GString *text, const CvrLabels *labels);
void cvr_labels_put_coco    (GString *text, const CvrLabels *labels);
void cvr_labels_put_labelme (GString *text, const CvrLabels *labels, const CvrLabelled *picture);
void cvr_labels_put_yolo    (GString *text, const CvrLabelled *picture);
void cvr_labels_put_voc     (GString *text, const CvrLabels *labels, const CvrLabelled *picture);
void cvr_labels_put_double  (GString *text, double value);

/* Filling a set. @path of a problem: (nullable): the picture it is about. */
void         cvr_labels_problem     (CvrLabels *self, const char *path, const char *format, ...)
                                     G_GNUC_PRINTF (3, 4);
CvrLabelled *cvr_labels_add_checked (CvrLabels *self, const char *path, GError **error);
guint        cvr_labels_box_class   (CvrLabels *self, const char *name);
void         cvr_labels_add_tag     (CvrLabels *self, CvrLabelled *picture, const char *tag);
gboolean     cvr_labels_add_box     (CvrLabels *self, CvrLabelled *picture, guint label,
                                     const double box[4], GError **error);
CvrLabelBox  cvr_labels_pixels      (const CvrLabelled *picture, guint box);

/* Words and numbers of label files. */
char       *cvr_labels_path   (const char *path) G_GNUC_WARN_UNUSED_RESULT;
const char *cvr_labels_split  (const char *word, gboolean *known);
char       *cvr_labels_folded (const char *word) G_GNUC_WARN_UNUSED_RESULT;
gboolean    cvr_labels_number (const char *text, double *value);
gboolean    cvr_labels_side   (double number, guint *side);
const char *cvr_labels_name   (const CvrLabels *self, guint label);
gsize       cvr_labels_mark   (const guint8 *data, gsize length);

/* The smallest box around points. @n: points so far. */
typedef struct
{
  double left, top, right, bottom;
  guint  n;
} CvrLabelsExtent;

void cvr_labels_extent_add (CvrLabelsExtent *self, double x, double y);
void cvr_labels_extent_box (const CvrLabelsExtent *self, double box[4]);

G_END_DECLS
