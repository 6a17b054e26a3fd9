/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names as people order them, and what must be told of a list that became another one. */
#include "cvr-images-order.h"

#include <string.h>

/* With more places than this where pictures come and go, one large change is quicker: a grid binds
 * its tiles anew after each. */
enum { MAX_CHANGES = 16 };

/* Items that take several milliseconds to free. */
enum { MANY = 4096 };

/* As people count: "picture 9" before "picture 10"; capitals don't matter. */
gint
cvr_images_compare_names (const char *a,
                          const char *b)
{
  while (*a != '\0' && *b != '\0')
    {
      if (g_ascii_isdigit (*a) && g_ascii_isdigit (*b))
        {
          size_t a_digits, b_digits;
          gint order;

          a += strspn (a, "0");
          b += strspn (b, "0");
          a_digits = strspn (a, "0123456789");
          b_digits = strspn (b, "0123456789");
          if (a_digits != b_digits)
            return a_digits < b_digits ? -1 : 1;
          order = memcmp (a, b, a_digits);
          if (order != 0)
            return order;
          a += a_digits;
          b += b_digits;
          continue;
        }
      if (g_ascii_tolower (*a) != g_ascii_tolower (*b))
        return (guchar) g_ascii_tolower (*a) < (guchar) g_ascii_tolower (*b) ? -1 : 1;
      a++;
      b++;
    }

  return (*a != '\0') - (*b != '\0');
}

/* NULL: the order changed, or there are too many places. */
static GArray *
find_changes (GPtrArray *old,
              GPtrArray *fresh,
              guint      prefix,
              guint      suffix)
{
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL); /* item → new place + 1 */
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (CvrListChange));
  guint old_end = old->len - suffix, fresh_end = fresh->len - suffix;
  guint done_old = prefix, done_fresh = prefix;

  for (guint i = prefix; i < fresh_end; i++)
    g_hash_table_insert (places, fresh->pdata[i], GUINT_TO_POINTER (i + 1));
  for (guint i = prefix; i <= old_end; i++)
    {
      guint place = fresh_end;
      CvrListChange change;

      if (i < old_end)
        {
          guint found = GPOINTER_TO_UINT (g_hash_table_lookup (places, old->pdata[i]));

          if (found == 0)
            continue;
          place = found - 1;
        }
      if (place < done_fresh || changes->len == MAX_CHANGES)
        return NULL;
      change = (CvrListChange) { done_old, i - done_old, done_fresh, place - done_fresh };
      if (change.n_old > 0 || change.n_new > 0)
        g_array_append_val (changes, change);
      done_old = i + 1;
      done_fresh = place + 1;
    }

  return g_steal_pointer (&changes);
}

GArray *
cvr_images_changes (GPtrArray *old,
                    GPtrArray *fresh)
{
  guint shorter = MIN (old->len, fresh->len), prefix = 0, suffix = 0;
  GArray *changes;
  CvrListChange whole;

  while (prefix < shorter && old->pdata[prefix] == fresh->pdata[prefix])
    prefix++;
  while (suffix < shorter - prefix
         && old->pdata[old->len - 1 - suffix] == fresh->pdata[fresh->len - 1 - suffix])
    suffix++;
  changes = find_changes (old, fresh, prefix, suffix);
  if (changes != NULL)
    return changes;

  changes = g_array_new (FALSE, FALSE, sizeof (CvrListChange));
  whole = (CvrListChange) { prefix, old->len - suffix - prefix, prefix,
                            fresh->len - suffix - prefix };
  g_array_append_val (changes, whole);

  return changes;
}

gint
cvr_images_compare_rows (gconstpointer a,
                         gconstpointer b)
{
  const CvrImagesRow *left = a, *right = b;
  gint order;

  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;
  order = left->name != NULL ? cvr_images_compare_names (left->name, right->name) : 0;
  if (order != 0)
    return order;

  return left->place < right->place ? -1 : left->place > right->place;
}

gboolean
cvr_images_is_order_of (GArray    *rows,
                        GPtrArray *shown)
{
  if (rows->len != shown->len)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (g_array_index (rows, CvrImagesRow, i).item != shown->pdata[i])
      return FALSE;

  return TRUE;
}

gboolean
cvr_images_name_has (const char *name,
                     const char *folded)
{
  g_autofree char *folded_name = g_utf8_casefold (name, -1);

  return strstr (folded_name, folded) != NULL;
}

const CvrItem *
cvr_images_find_facts (CvrDataset *dataset,
                       guint64     id,
                       guint      *next)
{
  gint index;

  if (*next < cvr_dataset_n_items (dataset) && cvr_dataset_item (dataset, *next)->id == id)
    return cvr_dataset_item (dataset, (*next)++);
  index = cvr_dataset_find_item (dataset, id);
  if (index < 0)
    return NULL;
  *next = (guint) index + 1;

  return cvr_dataset_item (dataset, (guint) index);
}

static gboolean
drop_cb (gpointer items)
{
  return G_SOURCE_REMOVE;
}

void
cvr_images_drop_later (GPtrArray *items)
{
  if (items->len < MANY)
    g_ptr_array_unref (items);
  else
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, drop_cb, items, (GDestroyNotify) g_ptr_array_unref);
}
