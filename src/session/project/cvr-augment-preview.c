/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row of augmented versions of one picture that follows the sliders. */
#include "cvr-augment-preview.h"

#include "cvr-job.h"
#include "cvr-source.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What is asked for. */
typedef struct
{
  CvrPicture   *picture;    /* NULL: nothing */
  CvrPreprocess preprocess;
  CvrAugment    augment;
  guint64       seed;
  guint         n;
  CvrImage     *pixels;     /* nullable: the picture at the network's size, from the last time */
} Request;

/* What came of a request. */
typedef struct
{
  CvrPicture   *picture;
  CvrPreprocess preprocess;
  CvrAugment    augment;
  CvrImage     *pixels;
  CvrImage    **images;     /* [n] */
  guint         n;
} Row;

struct _CvrAugmentPreview
{
  GObject  parent_instance;
  CvrJob  *job;      /* borrowed; NULL: nothing under way */
  Request  wanted;   /* the newest; its pixels are NULL */
  gboolean outdated; /* begin anew when the job ends */
  Row     *row;      /* what can be seen; NULL: none */
  GError  *error;
};

G_DEFINE_FINAL_TYPE (CvrAugmentPreview, cvr_augment_preview, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_pointer (&request->picture, cvr_picture_unref);
  g_clear_pointer (&request->pixels, cvr_image_unref);
  g_free (request);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  g_clear_pointer (&row->picture, cvr_picture_unref);
  g_clear_pointer (&row->pixels, cvr_image_unref);
  for (guint i = 0; i < row->n; i++)
    cvr_image_unref (row->images[i]);
  g_free (row->images);
  g_free (row);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Row, row_free)

CvrImage *
cvr_augment_preview_version (const CvrPreprocess *preprocess,
                             const CvrImage      *pixels,
                             const CvrAugment    *augment,
                             guint64              seed,
                             guint                epoch)
{
  CvrImage *version = cvr_image_new (pixels->width, pixels->height, pixels->channels);
  g_autofree guint8 *scratch = g_try_malloc (cvr_image_n_bytes (pixels));
  CvrRng rng = cvr_rng_new (nn_train_items_seed (seed, epoch), 0);

  if (version == NULL || scratch == NULL)
    {
      cvr_image_unref (version);
      return NULL;
    }

  memcpy (version->data, pixels->data, cvr_image_n_bytes (pixels));
  if (!cvr_augment_is_off (augment))
    cvr_source_augment (augment, preprocess, &rng, 0, epoch, version->data, scratch);

  return version;
}

/* Worker. A cancelled job's result is thrown away: it may stop at any version. */
static gpointer
make_func (CvrJob  *job,
           gpointer data,
           GError **error)
{
  Request *request = data;
  g_autoptr (Row) row = g_new0 (Row, 1);

  if (!cvr_preprocess_check (&request->preprocess, error))
    return NULL;

  row->picture = cvr_picture_ref (request->picture);
  row->preprocess = request->preprocess;
  row->augment = request->augment;
  row->pixels = request->pixels != NULL
                  ? cvr_image_ref (request->pixels)
                  : cvr_source_read (&request->preprocess, request->picture, error);
  if (row->pixels == NULL)
    return NULL;

  row->images = g_new0 (CvrImage *, MAX (request->n, 1));
  for (; row->n < request->n && cvr_job_keep_going (job); row->n++)
    {
      row->images[row->n] = cvr_augment_preview_version (
        &request->preprocess, row->pixels, &request->augment, request->seed, row->n);
      if (row->images[row->n] == NULL)
        {
          g_set_error_literal (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
                               _("There is not enough memory for a picture."));
          return NULL;
        }
    }

  return g_steal_pointer (&row);
}

static void
emit_changed (CvrAugmentPreview *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
clear_results (CvrAugmentPreview *self)
{
  g_clear_pointer (&self->row, row_free);
  g_clear_error (&self->error);
}

static void start (CvrAugmentPreview *self);

static void
made_cb (CvrJob       *job,
         gpointer      result,
         const GError *error,
         gpointer      data)
{
  CvrAugmentPreview *self = data;
  g_autoptr (Row) row = result;

  self->job = NULL;
  if (row != NULL && row->picture == self->wanted.picture)
    {
      clear_results (self);
      self->row = g_steal_pointer (&row);
    }
  else if (error != NULL && !self->outdated)
    {
      clear_results (self);
      self->error = g_error_copy (error);
    }

  if (self->outdated)
    start (self);
  emit_changed (self);
}

/* Size, channels and way of resizing are what pixels depend on; the rest of the record decides what
 * comes after them. */
static gboolean
same_pixels (const CvrPreprocess *a,
             const CvrPreprocess *b)
{
  return a->width == b->width && a->height == b->height && a->channels == b->channels &&
         a->resize == b->resize;
}

static void
start (CvrAugmentPreview *self)
{
  const Row *row = self->row;
  Request *request;

  self->outdated = FALSE;
  if (self->wanted.picture == NULL)
    return;

  request = g_new (Request, 1);
  *request = self->wanted;
  request->picture = cvr_picture_ref (self->wanted.picture);
  if (row != NULL && row->picture == request->picture &&
      same_pixels (&row->preprocess, &request->preprocess))
    request->pixels = cvr_image_ref (row->pixels);
  self->job = cvr_job_start (_("Preview"), make_func, request, request_free, G_OBJECT (self),
                             made_cb, self, row_free);
}

static void
cvr_augment_preview_dispose (GObject *object)
{
  CvrAugmentPreview *self = CVR_AUGMENT_PREVIEW (object);

  if (self->job != NULL)
    cvr_job_cancel (self->job);
  self->job = NULL;
  g_clear_pointer (&self->wanted.picture, cvr_picture_unref);
  clear_results (self);

  G_OBJECT_CLASS (cvr_augment_preview_parent_class)->dispose (object);
}

static void
cvr_augment_preview_class_init (CvrAugmentPreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_augment_preview_dispose;

  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_AUGMENT_PREVIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
cvr_augment_preview_init (CvrAugmentPreview *self)
{
}

CvrAugmentPreview *
cvr_augment_preview_new (void)
{
  return g_object_new (CVR_TYPE_AUGMENT_PREVIEW, NULL);
}

/**
 * cvr_augment_preview_show:
 * @picture: (nullable)
 * @n: at most %CVR_AUGMENT_PREVIEW_MOST
 *
 * A row under way is finished and shown before the newest request begins, so that a slider that is
 * dragged without a pause is followed; one of another picture is cancelled.
 */
void
cvr_augment_preview_show (CvrAugmentPreview   *self,
                          CvrPicture          *picture,
                          const CvrPreprocess *preprocess,
                          const CvrAugment    *augment,
                          guint64              seed,
                          guint                n)
{
  gboolean other;
  gboolean had_results;

  g_return_if_fail (CVR_IS_AUGMENT_PREVIEW (self));
  g_return_if_fail (picture == NULL || (preprocess != NULL && augment != NULL));

  other = picture != self->wanted.picture;
  had_results = self->row != NULL || self->error != NULL;
  if (other)
    {
      clear_results (self);
      g_clear_pointer (&self->wanted.picture, cvr_picture_unref);
      self->wanted.picture = picture != NULL ? cvr_picture_ref (picture) : NULL;
    }
  if (picture != NULL)
    {
      self->wanted.preprocess = *preprocess;
      self->wanted.augment = *augment;
      self->wanted.seed = seed;
      self->wanted.n = MIN (n, CVR_AUGMENT_PREVIEW_MOST);
    }

  if (self->job == NULL)
    start (self);
  else
    {
      self->outdated = TRUE;
      if (other)
        cvr_job_cancel (self->job);
    }
  if (other && had_results)
    emit_changed (self);
}

gboolean
cvr_augment_preview_is_busy (CvrAugmentPreview *self)
{
  return self->job != NULL;
}

guint
cvr_augment_preview_n_images (CvrAugmentPreview *self)
{
  return self->row != NULL ? self->row->n : 0;
}

CvrImage *
cvr_augment_preview_get_image (CvrAugmentPreview *self,
                               guint              i)
{
  g_return_val_if_fail (i < cvr_augment_preview_n_images (self), NULL);

  return self->row->images[i];
}

const CvrAugment *
cvr_augment_preview_get_augment (CvrAugmentPreview *self)
{
  return self->row != NULL ? &self->row->augment : NULL;
}

const GError *
cvr_augment_preview_get_error (CvrAugmentPreview *self)
{
  return self->error;
}
