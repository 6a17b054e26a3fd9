/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures from the clipboard, the drawing pad, the camera or a clip: stored beside the main
 * thread, in the order in which they came, then shown as one action. */
#include "cvr-project-private.h"

#include "cvr-job-private.h"
#include "cvr-look.h"

#include <glib/gi18n-lib.h>

struct _CvrGathering
{
  CvrKeeper *keeper;
  GArray    *items;  /* of CvrItem, whose picture and name are owned */
};

typedef struct
{
  GPtrArray    *images, *names;
  gint          label;        /* main thread: follows the classes */
  void        (*done_one) (guint64 id, gpointer data);
  void        (*done) (guint n, gpointer data);
  gpointer      data;

  /* The working thread's until it has returned. */
  CvrGathering *gathering;
  GError       *error;
  gboolean      stored;       /* or failed */
} Adding;

/* Addings that stay in the project's queue meanwhile. */
typedef struct
{
  GPtrArray *addings;
} Work;

/* Who is to hear what became of gathered pictures. */
typedef struct
{
  guint     n;
  guint64   first;            /* id */
  void    (*done_one) (guint64 id, gpointer data);
  void    (*done) (guint n, gpointer data);
  gpointer  data;
} Kept;

static void start_work (CvrProject *self);

static void
item_clear (gpointer data)
{
  CvrItem *item = data;

  cvr_picture_unref (item->picture);
  g_free (item->name);
}

/**
 * cvr_gathering_new:
 *
 * Main thread.
 *
 * Returns: (transfer full): for one working thread at a time
 */
CvrGathering *
cvr_gathering_new (CvrProject *project)
{
  CvrGathering *self;

  g_return_val_if_fail (project->keeper != NULL, NULL);

  self = g_new0 (CvrGathering, 1);
  self->keeper = cvr_keeper_ref (project->keeper);
  self->items = g_array_new (FALSE, FALSE, sizeof (CvrItem));
  g_array_set_clear_func (self->items, item_clear);

  return self;
}

void
cvr_gathering_free (gpointer gathering)
{
  CvrGathering *self = gathering;

  if (self == NULL)
    return;

  cvr_keeper_unref (self->keeper);
  g_array_unref (self->items);
  g_free (self);
}

/**
 * cvr_gathering_add:
 * @name: (nullable)
 *
 * Working thread. Encodes the picture and has it written; waits where the disk is slow.
 */
gboolean
cvr_gathering_add (CvrGathering *self,
                   CvrImage     *image,
                   const char   *name,
                   GError      **error)
{
  CvrItem item = { .look = cvr_look_of (image), .digest = cvr_look_digest (image) };

  item.picture = cvr_keeper_add_picture (self->keeper, image, image->width, image->height, &item.id,
                                         error);
  if (item.picture == NULL)
    return FALSE;

  item.name = g_strdup (name != NULL ? name : "");
  g_array_append_val (self->items, item);

  return TRUE;
}

guint
cvr_gathering_n (CvrGathering *self)
{
  return self->items->len;
}

static void
kept_free (Kept *kept)
{
  if (kept->done_one != NULL)
    kept->done_one (kept->n > 0 ? kept->first : 0, kept->data);
  if (kept->done != NULL)
    kept->done (kept->n, kept->data);
  g_free (kept);
}

/* CvrProjectKept */
static void
kept_cb (const GError *error,
         gpointer      data)
{
  Kept *kept = data;

  if (error != NULL)
    kept->n = 0;
  kept_free (kept);
}

/* @kept: (transfer full) */
static void
show (CvrProject   *self,
      CvrGathering *gathering,
      gint          label,
      Kept         *kept)
{
  CvrAction *action;
  CvrChange *come;

  if (gathering->items->len == 0)
    {
      kept_free (kept);
      return;
    }

  kept->n = gathering->items->len;
  kept->first = g_array_index (gathering->items, CvrItem, 0).id;
  action = cvr_action_new (CVR_ACTION_ADD, kept->n, NULL);
  come = cvr_action_add (action, CVR_CHANGE_ITEMS);
  come->come = TRUE;
  for (guint i = 0; i < kept->n; i++)
    {
      CvrItem *item = &g_array_index (gathering->items, CvrItem, i);

      item->label = label;
      cvr_project_keep_hidden (self, item);
      cvr_change_add_item (come, item->id);
    }
  cvr_project_do (self, action, kept_cb, kept);
}

static void
adding_free (Adding *adding)
{
  g_ptr_array_unref (adding->images);
  g_ptr_array_unref (adding->names);
  cvr_gathering_free (adding->gathering);
  g_clear_error (&adding->error);
  g_free (adding);
}

static void
work_free (gpointer data)
{
  Work *work = data;

  g_ptr_array_unref (work->addings);
  g_free (work);
}

/* Worker. Each has its own end, so the whole never fails. */
static gpointer
store_func (CvrJob  *job,
            gpointer data,
            GError **error)
{
  Work *work = data;

  for (guint i = 0; i < work->addings->len; i++)
    {
      Adding *adding = g_ptr_array_index (work->addings, i);

      for (guint j = 0; j < adding->images->len && adding->error == NULL; j++)
        cvr_gathering_add (adding->gathering, g_ptr_array_index (adding->images, j),
                           g_ptr_array_index (adding->names, j), &adding->error);
      adding->stored = TRUE;
    }

  return work;
}

static void
finish (CvrProject *self,
        Adding     *adding)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->done_one = adding->done_one;
  kept->done = adding->done;
  kept->data = adding->data;
  if (adding->error == NULL)
    {
      show (self, adding->gathering, adding->label, kept);
    }
  else
    {
      kept_free (kept);
      cvr_project_fail (self, adding->error);
    }
  adding_free (adding);
}

/* CvrJobDone */
static void
stored_cb (CvrJob       *job,
           gpointer      result,
           const GError *error,
           gpointer      data)
{
  g_autoptr (CvrProject) self = g_object_ref (CVR_PROJECT (data));
  g_autoptr (GPtrArray) ready = g_ptr_array_new ();
  Adding *adding;

  self->adding_job = NULL;
  while ((adding = g_queue_peek_head (&self->adding)) != NULL && adding->stored)
    g_ptr_array_add (ready, g_queue_pop_head (&self->adding));
  for (guint i = 0; i < ready->len; i++)
    finish (self, g_ptr_array_index (ready, i));
  start_work (self);
  cvr_project_emit_saving (self);
}

/* The result is the work itself, which the job frees. */
static void
keep (gpointer result)
{
}

static void
start_work (CvrProject *self)
{
  Work *work;

  if (self->adding_job != NULL || g_queue_is_empty (&self->adding))
    return;

  work = g_new0 (Work, 1);
  work->addings = g_ptr_array_new ();
  for (GList *l = self->adding.head; l != NULL; l = l->next)
    g_ptr_array_add (work->addings, l->data);
  self->adding_job = cvr_job_start (_("Adding a picture"), store_func, work, work_free,
                                    G_OBJECT (self), stored_cb, self, keep);
}

void
cvr_project_wait_adding (CvrProject *self)
{
  while (self->adding_job != NULL)
    cvr_job_wait (self->adding_job);
}

void
cvr_project_move_adding (CvrProject *self,
                         guint       k,
                         gint        by)
{
  for (GList *l = self->adding.head; l != NULL; l = l->next)
    {
      Adding *adding = l->data;

      if (by < 0 && adding->label == (gint) k)
        adding->label = CVR_LABEL_NONE;
      else if (adding->label >= (gint) k)
        adding->label += by;
    }
}

/* @images, @names: (transfer container) */
static Adding *
adding_new (CvrProject *self,
            GPtrArray  *images,
            GPtrArray  *names,
            gint        label)
{
  Adding *adding = g_new0 (Adding, 1);

  adding->images = images;
  adding->names = names;
  adding->label = label;
  adding->gathering = cvr_gathering_new (self);

  return adding;
}

/* @adding: (transfer full) */
static void
begin (CvrProject *self,
       Adding     *adding)
{
  g_queue_push_tail (&self->adding, adding);
  start_work (self);
  cvr_project_emit_saving (self);
}

static gboolean
is_label (CvrProject *self,
          gint        label)
{
  return label >= CVR_LABEL_NONE && label < (gint) cvr_dataset_n_classes (self->dataset);
}

/**
 * cvr_project_add_image:
 * @name: (nullable)
 * @label: a class, or CVR_LABEL_NONE
 * @done: (nullable): called once, from the main loop (at once where the project may not change)
 */
void
cvr_project_add_image (CvrProject *self,
                       CvrImage   *image,
                       const char *name,
                       gint        label,
                       void      (*done) (guint64 id, gpointer data),
                       gpointer    data)
{
  GPtrArray *images, *names;
  Adding *adding;

  g_return_if_fail (self->keeper != NULL && image != NULL);
  g_return_if_fail (is_label (self, label));

  if (!cvr_project_may_change (self))
    {
      if (done != NULL)
        done (0, data);
      return;
    }

  images = g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_image_unref);
  names = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (images, cvr_image_ref (image));
  g_ptr_array_add (names, g_strdup (name));
  adding = adding_new (self, images, names, label);
  adding->done_one = done;
  adding->data = data;
  begin (self, adding);
}

/**
 * cvr_project_add_images:
 * @images: (element-type CvrImage): a reference is held until they are stored
 * @names: (element-type utf8): as many
 * @label: a class, or CVR_LABEL_NONE
 * @done: (nullable): as in cvr_project_add_image()
 *
 * One undoable action.
 */
void
cvr_project_add_images (CvrProject *self,
                        GPtrArray  *images,
                        GPtrArray  *names,
                        gint        label,
                        void      (*done) (guint n, gpointer data),
                        gpointer    data)
{
  Adding *adding;

  g_return_if_fail (self->keeper != NULL && images->len == names->len);
  g_return_if_fail (is_label (self, label));

  if (images->len == 0 || !cvr_project_may_change (self))
    {
      if (done != NULL)
        done (0, data);
      return;
    }

  adding = adding_new (self, g_ptr_array_ref (images), g_ptr_array_ref (names), label);
  adding->done = done;
  adding->data = data;
  begin (self, adding);
}

/**
 * cvr_project_add_gathered:
 * @gathering: (transfer full): of this project; no thread uses it any more
 * @label: a class, or CVR_LABEL_NONE
 * @done: (nullable): as in cvr_project_add_image()
 *
 * One undoable action.
 */
void
cvr_project_add_gathered (CvrProject   *self,
                          CvrGathering *gathering,
                          gint          label,
                          void        (*done) (guint n, gpointer data),
                          gpointer      data)
{
  Kept *kept;

  g_return_if_fail (gathering->keeper == self->keeper && is_label (self, label));

  if (cvr_project_may_change (self))
    {
      kept = g_new0 (Kept, 1);
      kept->done = done;
      kept->data = data;
      show (self, gathering, label, kept);
    }
  else if (done != NULL)
    {
      done (0, data);
    }
  cvr_gathering_free (gathering);
}
