/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command stack: in memory, and kept in the project's file as one value per action and a short
 * index. */
#include "cvr-undo.h"

#include "cvr-json.h"

#include <string.h>

static const char index_key[] = "undo";

/* One step; counted, since marks hold them too. */
typedef struct
{
  guint      ref_count;
  guint64    serial;
  CvrAction *action;
} Slot;

struct _CvrUndoMark
{
  GPtrArray *slots;
  guint      position;
};

struct _CvrUndo
{
  CvrUndoDropped dropped;
  gpointer       data;
  GPtrArray     *slots;    /* of Slot, oldest first */
  guint          position; /* slots before it are done, from it on undone */
  guint64        next_serial;
  GArray        *lost;     /* of guint64: serials that are out of reach, to be thrown away */
};

static Slot *
slot_new (guint64    serial,
          CvrAction *action)
{
  Slot *slot = g_new0 (Slot, 1);

  slot->ref_count = 1;
  slot->serial = serial;
  slot->action = cvr_action_ref (action);

  return slot;
}

static void
slot_unref (gpointer data)
{
  Slot *slot = data;

  if (--slot->ref_count > 0)
    return;

  cvr_action_unref (slot->action);
  g_free (slot);
}

static gpointer
slot_ref (gconstpointer slot,
          gpointer      data)
{
  ((Slot *) slot)->ref_count++;

  return (gpointer) slot;
}

static Slot *
slot_at (CvrUndo *self,
         guint    index)
{
  return g_ptr_array_index (self->slots, index);
}

static char *
dup_key (guint64 serial)
{
  return g_strdup_printf ("undo/%" G_GUINT64_FORMAT, serial);
}

static void
put_text (CvrBatch   *batch,
          const char *key,
          char       *text) /* (transfer full) */
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  cvr_batch_put (batch, key, bytes);
}

static char *
get_text (CvrKeeper  *keeper,
          const char *key)
{
  g_autoptr (GBytes) bytes = cvr_keeper_get (keeper, key);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

static void
put_index (CvrUndo  *self,
           CvrBatch *batch)
{
  GString *json = g_string_new ("{");

  cvr_json_add_uint (json, "position", self->position);
  cvr_json_add_uint (json, "next", self->next_serial);
  cvr_json_add_open (json, "serials", '[');
  for (guint i = 0; i < self->slots->len; i++)
    cvr_json_add_uint (json, NULL, slot_at (self, i)->serial);
  g_string_append (json, "]}");

  put_text (batch, index_key, g_string_free (json, FALSE));
  for (guint i = 0; i < self->lost->len; i++)
    {
      g_autofree char *key = dup_key (g_array_index (self->lost, guint64, i));

      cvr_batch_put (batch, key, NULL);
    }
}

/* Keeper's thread: an action that was done doesn't change any more. */
static GBytes *
make_json (gpointer action,
           GError **error)
{
  char *text = cvr_action_to_json (action);

  return g_bytes_new_take (text, strlen (text));
}

static void
unref_action (gpointer action)
{
  cvr_action_unref (action);
}

/* Tens of thousands of numbers become text beside the main thread. */
static void
put_action (CvrBatch *batch,
            Slot     *slot)
{
  g_autofree char *key = dup_key (slot->serial);

  cvr_batch_put_made (batch, key, make_json, cvr_action_ref (slot->action), unref_action);
}

/* NULL where it can't be read. */
static CvrAction *
read_action (CvrKeeper *keeper,
             guint64    serial)
{
  g_autofree char *key = dup_key (serial);
  g_autofree char *text = get_text (keeper, key);

  return text != NULL ? cvr_action_from_json (text, NULL) : NULL;
}

/* TRUE while the stack is whole up to here; what is beyond is lost. */
static gboolean
read_step (CvrUndo   *self,
           CvrKeeper *keeper,
           guint64    serial,
           gint       place,
           gboolean   whole)
{
  g_autoptr (CvrAction) action = whole ? read_action (keeper, serial) : NULL;

  if (action != NULL)
    g_ptr_array_insert (self->slots, place, slot_new (serial, action));
  else
    g_array_append_val (self->lost, serial);

  return action != NULL;
}

/* Steps from the present outwards: the first that can't be read ends its side. */
static void
read_steps (CvrUndo      *self,
            CvrKeeper    *keeper,
            const GArray *serials,
            guint         position)
{
  gboolean whole = TRUE;

  for (guint i = position; i > 0; i--)
    whole = read_step (self, keeper, g_array_index (serials, guint64, i - 1), 0, whole);
  self->position = self->slots->len;

  whole = TRUE;
  for (guint i = position; i < serials->len; i++)
    whole = read_step (self, keeper, g_array_index (serials, guint64, i), -1, whole);
}

static void
read_stack (CvrUndo   *self,
            CvrKeeper *keeper)
{
  g_autofree char *text = get_text (keeper, index_key);
  g_autoptr (JsonObject) object =
    text != NULL ? cvr_json_parse_object (text, index_key, NULL) : NULL;
  g_autoptr (GArray) serials = g_array_new (FALSE, FALSE, sizeof (guint64));
  JsonArray *array = NULL;
  guint position = 0;

  if (object == NULL || !cvr_json_get_uint (object, "position", &position, NULL) ||
      !cvr_json_get_uint64 (object, "next", &self->next_serial, NULL) ||
      !cvr_json_get_array (object, "serials", &array, NULL) || array == NULL)
    return;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      guint64 serial = JSON_NODE_HOLDS_VALUE (node) && json_node_get_int (node) > 0
                         ? (guint64) json_node_get_int (node)
                         : 0;

      if (serial == 0)
        return;
      g_array_append_val (serials, serial);
      self->next_serial = MAX (self->next_serial, serial + 1);
    }
  if (position <= serials->len)
    read_steps (self, keeper, serials, position);
}

CvrUndo *
cvr_undo_new (CvrKeeper     *keeper,
              CvrUndoDropped dropped,
              gpointer       data)
{
  CvrUndo *self = g_new0 (CvrUndo, 1);

  self->dropped = dropped;
  self->data = data;
  self->slots = g_ptr_array_new_with_free_func (slot_unref);
  self->lost = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->next_serial = 1;
  read_stack (self, keeper);
  self->next_serial = MAX (self->next_serial, 1);

  return self;
}

void
cvr_undo_free (CvrUndo *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->slots);
  g_array_unref (self->lost);
  g_free (self);
}

gboolean
cvr_undo_is_empty (CvrUndo *self)
{
  return self->slots->len == 0;
}

void
cvr_undo_each (CvrUndo *self,
               void   (*see) (const CvrAction *action, gpointer data),
               gpointer data)
{
  for (guint i = 0; i < self->slots->len; i++)
    see (slot_at (self, i)->action, data);
}

const CvrAction *
cvr_undo_peek (CvrUndo *self,
               gboolean back)
{
  if (back ? self->position == 0 : self->position == self->slots->len)
    return NULL;

  return slot_at (self, back ? self->position - 1 : self->position)->action;
}

static void
drop (CvrUndo  *self,
      CvrBatch *batch,
      guint     index)
{
  Slot *slot = slot_at (self, index);
  g_autofree char *key = dup_key (slot->serial);

  if (self->dropped != NULL)
    self->dropped (slot->action, index < self->position, batch, self->data);
  cvr_batch_put (batch, key, NULL);
  g_ptr_array_remove_index (self->slots, index);
  if (index < self->position)
    self->position--;
}

static guint64
count_ids (const CvrAction *action)
{
  guint64 count = 0;

  for (guint i = 0; i < action->changes->len; i++)
    count += ((CvrChange *) g_ptr_array_index (action->changes, i))->ids->len;

  return count;
}

/* Oldest steps go where there are too many, or where they name too many pictures; never the newest
 * one. */
static void
push_off (CvrUndo  *self,
          CvrBatch *batch)
{
  guint64 n_ids = 0;

  for (guint i = 0; i < self->slots->len; i++)
    n_ids += count_ids (slot_at (self, i)->action);
  while (self->slots->len > 1 && (self->slots->len > CVR_UNDO_LIMIT || n_ids > CVR_UNDO_MOST_IDS))
    {
      n_ids -= count_ids (slot_at (self, 0)->action);
      drop (self, batch, 0);
    }
}

void
cvr_undo_push (CvrUndo   *self,
               CvrBatch  *batch,
               CvrAction *action)
{
  Slot *slot = slot_new (self->next_serial++, action);

  while (self->slots->len > self->position)
    drop (self, batch, self->slots->len - 1);
  g_ptr_array_add (self->slots, slot);
  self->position++;
  push_off (self, batch);
  put_action (batch, slot);
  put_index (self, batch);
}

void
cvr_undo_move (CvrUndo  *self,
               CvrBatch *batch,
               gboolean  back)
{
  g_return_if_fail (cvr_undo_peek (self, back) != NULL);

  self->position = back ? self->position - 1 : self->position + 1;
  put_index (self, batch);
}

void
cvr_undo_replace (CvrUndo   *self,
                  CvrBatch  *batch,
                  CvrAction *action)
{
  Slot *slot;

  g_return_if_fail (self->position > 0 && self->position == self->slots->len);

  /* A mark may hold the old one. */
  slot = slot_new (slot_at (self, self->position - 1)->serial, action);
  g_ptr_array_remove_index (self->slots, self->position - 1);
  g_ptr_array_add (self->slots, slot);
  put_action (batch, slot);
}

void
cvr_undo_forget (CvrUndo  *self,
                 CvrBatch *batch,
                 gboolean (*speaks) (const CvrAction *action, gpointer data),
                 gpointer data)
{
  guint n_old = 0, first_new = self->slots->len;

  for (guint i = 0; i < self->position; i++)
    if (speaks (slot_at (self, i)->action, data))
      n_old = i + 1;
  for (guint i = self->slots->len; i > self->position; i--)
    if (speaks (slot_at (self, i - 1)->action, data))
      first_new = i - 1;

  while (self->slots->len > first_new)
    drop (self, batch, self->slots->len - 1);
  while (n_old-- > 0)
    drop (self, batch, 0);
  put_index (self, batch);
}

CvrUndoMark *
cvr_undo_mark (CvrUndo *self)
{
  CvrUndoMark *mark = g_new0 (CvrUndoMark, 1);

  mark->slots = g_ptr_array_copy (self->slots, slot_ref, NULL);
  mark->position = self->position;

  return mark;
}

void
cvr_undo_mark_free (CvrUndoMark *mark)
{
  if (mark == NULL)
    return;

  g_ptr_array_unref (mark->slots);
  g_free (mark);
}

/* Serials that were given out are not given out again. */
void
cvr_undo_restore (CvrUndo           *self,
                  const CvrUndoMark *mark)
{
  g_ptr_array_unref (self->slots);
  self->slots = g_ptr_array_copy (mark->slots, slot_ref, NULL);
  self->position = mark->position;
}
