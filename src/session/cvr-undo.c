/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command stack, kept in the project's store: one value per action and a short index. */
#include "cvr-undo.h"

#include "cvr-json.h"

#include <string.h>

static const char index_key[] = "undo";

/* An action that is read from the store when it is needed first. */
typedef struct
{
  guint64    serial;
  CvrAction *action; /* NULL: not read yet */
} Slot;

struct _CvrUndo
{
  CvrStore      *store;
  CvrUndoDropped dropped;
  gpointer       data;
  GPtrArray     *slots;    /* of Slot, oldest first */
  guint          position; /* slots before it are done, from it on undone */
  guint64        next_serial;

  /* Before the transaction. */
  GArray        *old_serials; /* of guint64 */
  guint          old_position;
  guint64        old_next_serial;
};

static void
slot_free (gpointer data)
{
  Slot *slot = data;

  cvr_action_free (slot->action);
  g_free (slot);
}

static char *
dup_key (guint64 serial)
{
  return g_strdup_printf ("undo/%" G_GUINT64_FORMAT, serial);
}

static gboolean
put_text (CvrUndo    *self,
          const char *key,
          char       *text, /* (transfer full) */
          GError    **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return cvr_store_put (self->store, key, bytes, error);
}

static char *
get_text (CvrUndo    *self,
          const char *key)
{
  g_autoptr (GBytes) bytes = cvr_store_get (self->store, key);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

static gboolean
write_index (CvrUndo *self,
             GError **error)
{
  GString *json = g_string_new ("{");

  cvr_json_add_uint (json, "position", self->position);
  cvr_json_add_uint (json, "next", self->next_serial);
  cvr_json_add_open (json, "serials", '[');
  for (guint i = 0; i < self->slots->len; i++)
    cvr_json_add_uint (json, NULL, ((Slot *) g_ptr_array_index (self->slots, i))->serial);
  g_string_append (json, "]}");

  return put_text (self, index_key, g_string_free (json, FALSE), error);
}

static void
add_slot (CvrUndo *self,
          guint64  serial)
{
  Slot *slot = g_new0 (Slot, 1);

  slot->serial = serial;
  g_ptr_array_add (self->slots, slot);
}

static gboolean
read_index (CvrUndo *self)
{
  g_autofree char *text = get_text (self, index_key);
  g_autoptr (JsonObject) object = NULL;
  JsonArray *serials = NULL;

  if (text == NULL || (object = cvr_json_parse_object (text, index_key, NULL)) == NULL ||
      !cvr_json_get_uint (object, "position", &self->position, NULL) ||
      !cvr_json_get_uint64 (object, "next", &self->next_serial, NULL) ||
      !cvr_json_get_array (object, "serials", &serials, NULL) || serials == NULL)
    return FALSE;

  for (guint i = 0; i < json_array_get_length (serials); i++)
    {
      JsonNode *node = json_array_get_element (serials, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_int (node) <= 0)
        return FALSE;
      add_slot (self, (guint64) json_node_get_int (node));
      self->next_serial = MAX (self->next_serial, (guint64) json_node_get_int (node) + 1);
    }

  return self->position <= self->slots->len;
}

void
cvr_undo_remember (CvrUndo *self)
{
  g_array_set_size (self->old_serials, 0);
  for (guint i = 0; i < self->slots->len; i++)
    g_array_append_val (self->old_serials, ((Slot *) g_ptr_array_index (self->slots, i))->serial);
  self->old_position = self->position;
  self->old_next_serial = self->next_serial;
}

void
cvr_undo_go_back (CvrUndo *self)
{
  g_ptr_array_set_size (self->slots, 0);
  for (guint i = 0; i < self->old_serials->len; i++)
    add_slot (self, g_array_index (self->old_serials, guint64, i));
  self->position = self->old_position;
  self->next_serial = self->old_next_serial;
}

CvrUndo *
cvr_undo_new (CvrStore      *store,
              CvrUndoDropped dropped,
              gpointer       data)
{
  CvrUndo *self = g_new0 (CvrUndo, 1);

  self->store = store;
  self->dropped = dropped;
  self->data = data;
  self->slots = g_ptr_array_new_with_free_func (slot_free);
  self->old_serials = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->next_serial = 1;
  if (!read_index (self))
    {
      g_ptr_array_set_size (self->slots, 0);
      self->position = 0;
    }

  return self;
}

void
cvr_undo_free (CvrUndo *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->slots);
  g_array_unref (self->old_serials);
  g_free (self);
}

gboolean
cvr_undo_is_empty (CvrUndo *self)
{
  return self->slots->len == 0;
}

/* NULL where what the store kept is broken: everything beyond that step is out of reach. */
static const CvrAction *
read_slot (CvrUndo *self,
           Slot    *slot)
{
  if (slot->action == NULL)
    {
      g_autofree char *key = dup_key (slot->serial);
      g_autofree char *text = get_text (self, key);

      slot->action = text != NULL ? cvr_action_from_json (text, NULL) : NULL;
    }

  return slot->action;
}

void
cvr_undo_each (CvrUndo *self,
               void   (*see) (const CvrAction *action, gpointer data),
               gpointer data)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      const CvrAction *action = read_slot (self, g_ptr_array_index (self->slots, i));

      if (action != NULL)
        see (action, data);
    }
}

const CvrAction *
cvr_undo_peek (CvrUndo *self,
               gboolean back)
{
  if (back ? self->position == 0 : self->position == self->slots->len)
    return NULL;

  return read_slot (self,
                    g_ptr_array_index (self->slots, back ? self->position - 1 : self->position));
}

static gboolean
drop (CvrUndo *self,
      guint    index,
      gboolean done,
      GError **error)
{
  Slot *slot = g_ptr_array_index (self->slots, index);
  g_autofree char *key = dup_key (slot->serial);
  const CvrAction *action = read_slot (self, slot);

  if (action != NULL && self->dropped != NULL)
    self->dropped (action, done, self->data);
  if (!cvr_store_put (self->store, key, NULL, error))
    return FALSE;

  g_ptr_array_remove_index (self->slots, index);
  return TRUE;
}

/* After a failure the caller keeps its action, and goes back once all is rolled back. */
static gboolean
push_slot (CvrUndo *self,
           Slot    *slot,
           GError **error)
{
  g_autofree char *key = dup_key (slot->serial);

  while (self->slots->len > self->position)
    if (!drop (self, self->slots->len - 1, FALSE, error))
      return FALSE;
  while (self->slots->len >= CVR_UNDO_LIMIT)
    {
      if (!drop (self, 0, TRUE, error))
        return FALSE;
      self->position--;
    }
  g_ptr_array_add (self->slots, slot);
  self->position++;

  return put_text (self, key, cvr_action_to_json (slot->action), error) &&
         write_index (self, error);
}

gboolean
cvr_undo_push (CvrUndo   *self,
               CvrAction *action,
               GError   **error)
{
  Slot *slot = g_new0 (Slot, 1);

  slot->serial = self->next_serial++;
  slot->action = action;
  if (push_slot (self, slot, error))
    return TRUE;

  slot->action = NULL;
  if (self->slots->len == 0 || g_ptr_array_index (self->slots, self->slots->len - 1) != slot)
    slot_free (slot);

  return FALSE;
}

gboolean
cvr_undo_move (CvrUndo *self,
               gboolean back,
               GError **error)
{
  g_return_val_if_fail (cvr_undo_peek (self, back) != NULL, FALSE);

  self->position = back ? self->position - 1 : self->position + 1;

  return write_index (self, error);
}

gboolean
cvr_undo_replace (CvrUndo   *self,
                  CvrAction *action,
                  GError   **error)
{
  Slot *slot;
  g_autofree char *key = NULL;

  g_return_val_if_fail (self->position > 0 && self->position == self->slots->len, FALSE);

  slot = g_ptr_array_index (self->slots, self->position - 1);
  key = dup_key (slot->serial);
  if (!put_text (self, key, cvr_action_to_json (action), error))
    return FALSE;

  cvr_action_free (slot->action);
  slot->action = action;

  return TRUE;
}
