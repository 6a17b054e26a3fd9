/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture of a data set: in memory, or on disk until somebody looks at it. */
#pragma once

#include "cvr-image.h"

G_BEGIN_DECLS

/* Counted, immutable, any thread. */
typedef struct _CvrPicture CvrPicture;

/* Where pictures that aren't in memory come from. @read: (transfer full) (nullable): any thread,
 * may wait for the disk; the long side has at least @side pixels where the picture has them, 0: all
 * of it. */
typedef CvrImage *(*CvrPictureRead) (gpointer data, guint64 id, guint side, GError **error);

/* What is known without looking. @was_width, @was_height: before it was scaled down on the way in
 * (label files speak of that size); the same as @width, @height otherwise. */
typedef struct
{
  guint    width, height, channels;
  guint    was_width, was_height;
  gboolean damaged;
} CvrPictureFacts;

/* In memory; takes a reference. */
CvrPicture *cvr_picture_new        (CvrImage *image) G_GNUC_WARN_UNUSED_RESULT;
/* The same, of a picture that was larger before. */
CvrPicture *cvr_picture_new_scaled (CvrImage *image, guint was_width, guint was_height)
                                    G_GNUC_WARN_UNUSED_RESULT;
/* On disk. @data lives until the last reference is gone: @free_data. */
CvrPicture *cvr_picture_new_stored (const CvrPictureFacts *facts, guint64 id, CvrPictureRead read,
                                    gpointer data, GDestroyNotify free_data)
                                    G_GNUC_WARN_UNUSED_RESULT;
CvrPicture *cvr_picture_ref        (CvrPicture *self);
void        cvr_picture_unref      (CvrPicture *self);
const CvrPictureFacts *cvr_picture_facts (CvrPicture *self);
/* In memory already: reading it waits for nothing. */
gboolean    cvr_picture_is_loaded  (CvrPicture *self);
/* (transfer full). Blocks on the disk: not on the main thread of a window. */
CvrImage   *cvr_picture_read       (CvrPicture *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full). The same, but it may be smaller, with at least @side pixels on the long side:
 * much faster for large photographs. Never larger than the picture. */
CvrImage   *cvr_picture_read_small (CvrPicture *self, guint side,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrPicture, cvr_picture_unref)

G_END_DECLS
