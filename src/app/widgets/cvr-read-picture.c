/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of the project on screen: read beside the main thread, shown when they are there. */
#include "cvr-read-picture.h"

#include "cvr-texture.h"

typedef struct
{
  GWeakRef        owner;   /* a page that goes does not wait for the disk */
  CvrPicture     *picture;
  guint           side;
  const char     *what;
  CvrPictureReady ready;
  gpointer        data;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_weak_ref_clear (&reading->owner);
  cvr_picture_unref (reading->picture);
  g_free (reading);
}

static void
read_func (GTask        *task,
           gpointer      source,
           gpointer      data,
           GCancellable *cancellable)
{
  Reading *reading = data;

  if (g_cancellable_is_cancelled (cancellable))
    g_task_return_pointer (task, NULL, NULL);
  else
    g_task_return_pointer (task, cvr_picture_read_small (reading->picture, reading->side, NULL),
                           (GDestroyNotify) cvr_image_unref);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      unused)
{
  GTask *task = G_TASK (result);
  Reading *reading = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (CvrImage) image = g_task_propagate_pointer (task, NULL);
  g_autoptr (GObject) owner = g_weak_ref_get (&reading->owner);

  if (owner == NULL || g_cancellable_is_cancelled (cancellable))
    return;

  g_object_set_data (owner, reading->what, NULL);
  reading->ready (image, reading->data);
}

static void
cancel_and_unref (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  g_object_unref (cancellable);
}

/**
 * cvr_read_picture:
 * @side: pixels that the long side shall have at least; 0: the whole picture
 */
void
cvr_read_picture (CvrPicture     *picture,
                  guint           side,
                  GObject        *owner,
                  const char     *what,
                  CvrPictureReady ready,
                  gpointer        data)
{
  g_autoptr (GCancellable) cancellable = NULL;
  g_autoptr (GTask) task = NULL;
  Reading *reading;

  cvr_read_picture_stop (owner, what);
  if (cvr_picture_is_loaded (picture))
    {
      g_autoptr (CvrImage) image = cvr_picture_read (picture, NULL);

      ready (image, data);
      return;
    }

  reading = g_new0 (Reading, 1);
  g_weak_ref_init (&reading->owner, owner);
  reading->picture = cvr_picture_ref (picture);
  reading->side = side;
  reading->what = what;
  reading->ready = ready;
  reading->data = data;

  /* Also cancelled when the owner's data go: at its end. */
  cancellable = g_cancellable_new ();
  g_object_set_data_full (owner, what, g_object_ref (cancellable), cancel_and_unref);
  task = g_task_new (NULL, cancellable, read_cb, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_func);
}

void
cvr_read_picture_stop (GObject    *owner,
                       const char *what)
{
  g_object_set_data (owner, what, NULL);
}

static void
show_cb (CvrImage *image,
         gpointer  data)
{
  GtkPicture *target = data;
  guint side = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (target), "cvr-picture-side"));
  g_autoptr (GdkTexture) texture = image != NULL ? cvr_texture_from_image (image, side) : NULL;

  gtk_picture_set_paintable (target, GDK_PAINTABLE (texture));
}

void
cvr_show_picture (GtkPicture *target,
                  CvrPicture *picture,
                  guint       side)
{
  g_object_set_data (G_OBJECT (target), "cvr-picture-side", GUINT_TO_POINTER (side));
  gtk_picture_set_paintable (target, NULL);
  cvr_read_picture (picture, side, G_OBJECT (target), "cvr-picture", show_cb, target);
}
