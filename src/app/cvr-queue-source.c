/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pictures a queue is made of, what the project remembers of it and how it is told. */
#include "cvr-queue-source.h"

#include <glib/gi18n-lib.h>

static const char order_key[] = "images.queue.order";
static const char place_key[] = "images.queue.place";

GArray *
cvr_queue_unlabelled (CvrDataset *dataset)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
    if (cvr_dataset_item (dataset, i)->label < 0)
      g_array_append_val (ids, cvr_dataset_item (dataset, i)->id);

  return ids;
}

GArray *
cvr_queue_of_model (GListModel *items)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (CvrImageItem) item = g_list_model_get_item (items, i);
      guint64 id = cvr_image_item_get_id (item);

      g_array_append_val (ids, id);
    }

  return ids;
}

void
cvr_queue_remember_place (CvrQueue   *self,
                          CvrProject *project)
{
  g_autofree char *text = g_strdup_printf ("%u", cvr_queue_position (self));

  cvr_project_set_state (project, place_key, text);
}

void
cvr_queue_remember (CvrQueue   *self,
                    CvrProject *project)
{
  g_autofree char *text = cvr_queue_to_json (self);

  cvr_project_set_state (project, order_key, text);
  cvr_queue_remember_place (self, project);
}

CvrQueue *
cvr_queue_recall (CvrProject *project)
{
  g_autofree char *order = cvr_project_get_state (project, order_key);
  g_autofree char *place = cvr_project_get_state (project, place_key);
  guint from = 0;
  CvrQueue *queue = order != NULL ? cvr_queue_from_json (order, &from) : NULL;
  guint64 position = place != NULL ? g_ascii_strtoull (place, NULL, 10) : 0;

  if (queue != NULL && position > from)
    cvr_queue_jump (queue, (guint) MIN (position - from, cvr_queue_n (queue)), 0);

  return queue;
}

static gboolean
is_present (guint64  id,
            gpointer project)
{
  return cvr_project_find_item (project, id) != NULL;
}

void
cvr_queue_keep_present (CvrQueue   *self,
                        CvrProject *project)
{
  cvr_queue_keep (self, is_present, project);
}

static char *
dup_time_left (CvrQueue *self)
{
  gint64 seconds = cvr_queue_seconds_left (self);
  guint minutes = (guint) ((seconds + 59) / 60), hours = (minutes + 30) / 60;

  if (seconds < 0)
    return NULL;
  if (seconds < 60)
    return g_strdup (_("less than a minute left"));
  if (minutes < 90)
    return g_strdup_printf (ngettext ("%u min left", "%u min left", minutes), minutes);

  return g_strdup_printf (ngettext ("%u hour left", "%u hours left", hours), hours);
}

char *
cvr_queue_dup_words (CvrQueue *self)
{
  guint n = cvr_queue_n (self), position = cvr_queue_position (self);
  g_autofree char *left = position < n ? dup_time_left (self) : NULL;
  /* Translators: number of the picture, how many there are. */
  g_autofree char *place = g_strdup_printf (_("%'u of %'u"), MIN (position + 1, n), n);

  if (left == NULL)
    return g_steal_pointer (&place);

  /* Translators: "34 of 312", then "4 min left". */
  return g_strdup_printf (_("%s · %s"), place, left);
}
