/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures to be looked at one after the other: where one is, what was skipped, how long it will
 * take. */
#include "cvr-queue.h"

#include "cvr-json.h"

/* The pace is that of the last pictures; who goes for coffee does not become slow by it. */
enum { N_PACE = 20, MIN_PACE = 3, LONGEST_US = 30 * 1000 * 1000 };

typedef enum { UNSEEN, DONE, SKIPPED } Mark;

typedef struct
{
  guint64 id;
  Mark    mark;
} Place;

struct _CvrQueue
{
  CvrQueueKind kind;
  GArray      *places; /* of Place */
  guint        position;
  gint64       pace[N_PACE]; /* µs, a ring */
  guint        n_pace;
  gint64       since;  /* when the present picture came up; 0: before the first step */
};

static Place *
place_at (CvrQueue *self,
          guint     position)
{
  return &g_array_index (self->places, Place, position);
}

CvrQueue *
cvr_queue_new (CvrQueueKind   kind,
               const guint64 *ids,
               guint          n)
{
  CvrQueue *self;

  g_return_val_if_fail (kind < CVR_N_QUEUES, NULL);

  self = g_new0 (CvrQueue, 1);
  self->kind = kind;
  self->places = g_array_sized_new (FALSE, TRUE, sizeof (Place), n);
  for (guint i = 0; i < n; i++)
    {
      Place place = { ids[i], UNSEEN };

      g_array_append_val (self->places, place);
    }

  return self;
}

void
cvr_queue_free (CvrQueue *self)
{
  g_array_unref (self->places);
  g_free (self);
}

CvrQueueKind
cvr_queue_kind (CvrQueue *self)
{
  return self->kind;
}

guint
cvr_queue_n (CvrQueue *self)
{
  return self->places->len;
}

guint
cvr_queue_position (CvrQueue *self)
{
  return self->position;
}

guint64
cvr_queue_peek (CvrQueue *self,
                gint      offset)
{
  gint64 position = (gint64) self->position + offset;

  return position >= 0 && position < self->places->len ? place_at (self, (guint) position)->id : 0;
}

void
cvr_queue_next (CvrQueue *self,
                gboolean  skipped,
                gint64    now)
{
  if (self->position == self->places->len)
    return;
  place_at (self, self->position)->mark = skipped ? SKIPPED : DONE;
  if (self->since > 0)
    self->pace[self->n_pace++ % N_PACE] = CLAMP (now - self->since, 0, LONGEST_US);
  self->since = now;
  self->position++;
}

gboolean
cvr_queue_back (CvrQueue *self,
                gint64    now)
{
  if (self->position == 0)
    return FALSE;
  self->position--;
  self->since = now;

  return TRUE;
}

void
cvr_queue_jump (CvrQueue *self,
                guint     position,
                gint64    now)
{
  self->position = MIN (position, self->places->len);
  self->since = now;
}

guint
cvr_queue_n_skipped (CvrQueue *self)
{
  guint n = 0;

  for (guint i = 0; i < self->places->len; i++)
    n += place_at (self, i)->mark == SKIPPED;

  return n;
}

GArray *
cvr_queue_skipped (CvrQueue *self)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < self->places->len; i++)
    if (place_at (self, i)->mark == SKIPPED)
      g_array_append_val (ids, place_at (self, i)->id);

  return ids;
}

/**
 * cvr_queue_seconds_left:
 *
 * The median of the last pictures' times: one that took long to decide on does not count more than
 * the others.
 */
gint64
cvr_queue_seconds_left (CvrQueue *self)
{
  guint n = MIN (self->n_pace, N_PACE);
  gint64 sorted[N_PACE];

  if (n < MIN_PACE)
    return -1;
  for (guint i = 0; i < n; i++)
    {
      guint place = i;

      for (; place > 0 && sorted[place - 1] > self->pace[i]; place--)
        sorted[place] = sorted[place - 1];
      sorted[place] = self->pace[i];
    }

  return sorted[n / 2] * (self->places->len - self->position) / G_USEC_PER_SEC;
}

void
cvr_queue_keep (CvrQueue *self,
                gboolean (*there) (guint64 id, gpointer data),
                gpointer  data)
{
  guint kept = 0, position = self->position;

  for (guint i = 0; i < self->places->len; i++)
    {
      if (there (place_at (self, i)->id, data))
        *place_at (self, kept++) = *place_at (self, i);
      else if (i < self->position)
        position--;
    }
  g_array_set_size (self->places, kept);
  self->position = position;
}

void
cvr_queue_append (CvrQueue      *self,
                  const guint64 *ids,
                  guint          n)
{
  g_autoptr (GHashTable) known =
    g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint n_before = self->places->len;

  for (guint i = 0; i < n_before; i++)
    g_hash_table_add (known, g_memdup2 (&place_at (self, i)->id, sizeof (guint64)));
  for (guint i = 0; i < n; i++)
    {
      Place place = { ids[i], UNSEEN };

      if (!g_hash_table_contains (known, &ids[i]))
        g_array_append_val (self->places, place);
    }
}

char *
cvr_queue_to_json (CvrQueue *self)
{
  g_autoptr (GString) json = g_string_new ("{");
  guint n = self->places->len, from = n > CVR_QUEUE_REMEMBERED ? self->position : 0;

  cvr_json_add_uint (json, "kind", self->kind);
  cvr_json_add_uint (json, "from", from);
  cvr_json_add_open (json, "ids", '[');
  for (guint i = from; i < MIN (n, from + CVR_QUEUE_REMEMBERED); i++)
    cvr_json_add_uint (json, NULL, place_at (self, i)->id);
  g_string_append (json, "]}");

  return g_string_free (g_steal_pointer (&json), FALSE);
}

CvrQueue *
cvr_queue_from_json (const char *json,
                     guint      *from)
{
  g_autoptr (JsonObject) object = cvr_json_parse_object (json, "queue", NULL);
  g_autoptr (CvrQueue) self = NULL;
  JsonArray *ids = NULL;
  guint kind = CVR_N_QUEUES;

  *from = 0;
  if (object == NULL || !cvr_json_get_uint (object, "kind", &kind, NULL) || kind >= CVR_N_QUEUES
      || !cvr_json_get_uint (object, "from", from, NULL)
      || !cvr_json_get_array (object, "ids", &ids, NULL) || ids == NULL)
    return NULL;

  self = cvr_queue_new ((CvrQueueKind) kind, NULL, 0);
  for (guint i = 0; i < json_array_get_length (ids); i++)
    {
      JsonNode *node = json_array_get_element (ids, i);
      Place place = { 0, UNSEEN };

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
        return NULL;
      place.id = (guint64) json_node_get_int (node);
      g_array_append_val (self->places, place);
    }

  return g_steal_pointer (&self);
}
