/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture of a data set: in memory, or on disk until somebody looks at it. */
#include "cvr-picture.h"

struct _CvrPicture
{
  gatomicrefcount ref_count;
  CvrPictureFacts facts;
  CvrImage       *image; /* NULL: on disk */
  guint64         id;
  CvrPictureRead  read;
  gpointer        data;
  GDestroyNotify  free_data;
};

static CvrPicture *
new_picture (const CvrPictureFacts *facts)
{
  CvrPicture *self = g_new0 (CvrPicture, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->facts = *facts;

  return self;
}

CvrPicture *
cvr_picture_new (CvrImage *image)
{
  return cvr_picture_new_scaled (image, image->width, image->height);
}

/**
 * cvr_picture_new_scaled:
 * @was_width: pixels, before it was scaled down
 * @was_height: pixels
 */
CvrPicture *
cvr_picture_new_scaled (CvrImage *image,
                        guint     was_width,
                        guint     was_height)
{
  CvrPictureFacts facts = {
    .width = image->width, .height = image->height, .channels = image->channels,
    .was_width = was_width, .was_height = was_height, .damaged = image->damaged,
  };
  CvrPicture *self = new_picture (&facts);

  self->image = cvr_image_ref (image);

  return self;
}

/**
 * cvr_picture_new_stored:
 * @id: what @read is asked for
 * @data: given to @read from any thread
 */
CvrPicture *
cvr_picture_new_stored (const CvrPictureFacts *facts,
                        guint64                id,
                        CvrPictureRead         read,
                        gpointer               data,
                        GDestroyNotify         free_data)
{
  CvrPicture *self = new_picture (facts);

  self->id = id;
  self->read = read;
  self->data = data;
  self->free_data = free_data;

  return self;
}

CvrPicture *
cvr_picture_ref (CvrPicture *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
cvr_picture_unref (CvrPicture *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  cvr_image_unref (self->image);
  if (self->free_data != NULL)
    self->free_data (self->data);
  g_free (self);
}

const CvrPictureFacts *
cvr_picture_facts (CvrPicture *self)
{
  return &self->facts;
}

gboolean
cvr_picture_is_loaded (CvrPicture *self)
{
  return self->image != NULL;
}

CvrImage *
cvr_picture_read (CvrPicture *self,
                  GError    **error)
{
  return cvr_picture_read_small (self, 0, error);
}

/**
 * cvr_picture_read_small:
 * @side: pixels that the long side shall have at least; 0: all there are
 *
 * Errors: those of whoever keeps the picture (%CVR_STORAGE_ERROR_IO, %CVR_STORAGE_ERROR_FORMAT).
 */
CvrImage *
cvr_picture_read_small (CvrPicture *self,
                        guint       side,
                        GError    **error)
{
  return self->image != NULL ? cvr_image_ref (self->image)
                             : self->read (self->data, self->id, side, error);
}
