/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new project out of whatever is whole in a damaged one. */
#include "cvr-keeper-private.h"

#include "cvr-decode.h"
#include "cvr-keeper-recover.h"
#include "cvr-store-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  USUAL_PAGE = 4096,
  MAX_CLASSES = 10000, /* a label beyond is nonsense */
  LOOK_EVERY = 256,    /* rows, between two looks whether it was cancelled */
};

/* An item's row, with what other tables say about it. */
typedef struct
{
  CvrItem    item;
  gboolean   hidden;
  char      *note;
  GPtrArray *boxes; /* of PlacedBox */
  GPtrArray *tags;
} Found;

typedef struct
{
  gint64 position;
  CvrBox box;
} PlacedBox;

/* One recovery. Pictures and values go into @store as they are found; what refers to them is
 * collected, since it may stand before them. */
typedef struct
{
  CvrStore     *store;
  GHashTable   *classes;  /* position → CvrClass */
  GHashTable   *items;    /* id → Found */
  GHashTable   *pictures; /* ids that are in @store */
  GHashTable   *keys;     /* of the values that are in @store */
  GHashTable   *damaged;  /* ids of pictures whose rows are there and wrong */
  GCancellable *cancellable;
  GError       *error;
  guint         n_rows;
  guint         n_came, n_nameless, n_lost, n_made_up;
} Recovery;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->item.name);
  g_free (found->note);
  g_clear_pointer (&found->boxes, g_ptr_array_unref);
  g_clear_pointer (&found->tags, g_ptr_array_unref);
  g_free (found);
}

static void
class_free (gpointer klass)
{
  g_free (((CvrClass *) klass)->name);
  g_free (klass);
}

static GHashTable *
new_table (GDestroyNotify free_value)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_value);
}

static gpointer
dup_id (gint64 id)
{
  return g_memdup2 (&id, sizeof id);
}

/* The entry of item @id; made where boxes or tags come first. */
static Found *
found_of (Recovery *self,
          gint64    id)
{
  Found *found = g_hash_table_lookup (self->items, &id);

  if (found == NULL)
    {
      found = g_new0 (Found, 1);
      g_hash_table_insert (self->items, dup_id (id), found);
    }

  return found;
}

static void
take_class (Recovery            *self,
            const CvrSalvageRow *row)
{
  gboolean first = row->table == CVR_SALVAGE_CLASS_1;
  gint64 colour = first ? -1 : cvr_salvage_int (row, 2), key = first ? 0 : cvr_salvage_int (row, 3);
  CvrClass *klass;

  if (row->rowid < 0 || row->rowid >= MAX_CLASSES)
    return;
  klass = g_new0 (CvrClass, 1);
  klass->name = cvr_salvage_text (row, 1);
  klass->colour = colour >= -1 && colour <= G_MAXINT ? (gint) colour : -1;
  klass->key = key >= 0 && key <= 9 ? (guint) key : 0;
  klass->off = !first && cvr_salvage_int (row, 4) == 1;
  g_hash_table_insert (self->classes, dup_id (row->rowid), klass);
}

static gint
take_label (const CvrSalvageRow *row,
            guint                column)
{
  gint64 label = cvr_salvage_is_null (row, column) ? -1 : cvr_salvage_int (row, column);

  return label >= 0 && label < MAX_CLASSES ? (gint) label : CVR_LABEL_NONE;
}

static void
take_item (Recovery            *self,
           const CvrSalvageRow *row)
{
  gboolean first = row->table == CVR_SALVAGE_ITEM_1;
  guint name = first ? 2 : 1;
  gint64 id = first ? cvr_salvage_int (row, 1) : row->rowid;
  gint64 split = cvr_salvage_int (row, name + 2);
  Found *found;

  if (id <= 0)
    return;
  found = found_of (self, id);
  if (found->item.name != NULL)
    return;
  found->item.id = (guint64) id;
  found->item.name = cvr_salvage_text (row, name);
  found->item.label = take_label (row, name + 1);
  found->item.split =
      split >= CVR_SPLIT_AUTO && split <= CVR_SPLIT_TEST ? (CvrSplit) split : CVR_SPLIT_AUTO;
  found->hidden = cvr_salvage_int (row, name + 3) == 1;
  if (first)
    return;
  found->item.look = (guint64) cvr_salvage_int (row, 5);
  found->item.digest = (guint64) cvr_salvage_int (row, 6);
  found->item.group = (guint64) cvr_salvage_int (row, 7);
  found->note = cvr_salvage_text (row, 8);
}

static void
take_box (Recovery            *self,
          const CvrSalvageRow *row)
{
  Found *found = found_of (self, cvr_salvage_int (row, 0));
  PlacedBox *placed = g_new0 (PlacedBox, 1);

  placed->position = cvr_salvage_int (row, 1);
  placed->box = (CvrBox){ take_label (row, 2), cvr_salvage_real (row, 3), cvr_salvage_real (row, 4),
                          cvr_salvage_real (row, 5), cvr_salvage_real (row, 6) };
  if (found->boxes == NULL)
    found->boxes = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (found->boxes, placed);
}

static void
take_tag (Recovery            *self,
          const CvrSalvageRow *row)
{
  Found *found = found_of (self, cvr_salvage_int (row, 0));

  if (found->tags == NULL)
    found->tags = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (found->tags, cvr_salvage_text (row, 1));
}

static gboolean
is_number (gint64 value,
           gint64 least,
           gint64 most)
{
  return value >= least && value <= most;
}

/* FALSE: its numbers or bytes aren't what was written. */
static gboolean
read_picture (const CvrSalvageRow *row,
              CvrStoredPicture    *picture)
{
  CvrPictureFacts *facts = &picture->facts;
  guint *const sides[] = { &facts->width, &facts->height, NULL, &facts->was_width,
                           &facts->was_height };
  g_autoptr (GBytes) sum = cvr_salvage_bytes (row, 8);

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    if (sides[i] != NULL && !is_number (cvr_salvage_int (row, 2 + i), 1, G_MAXINT))
      return FALSE;
    else if (sides[i] != NULL)
      *sides[i] = (guint) cvr_salvage_int (row, 2 + i);
  if (!is_number (cvr_salvage_int (row, 1), CVR_STORE_RAW, CVR_STORE_JPEG) ||
      !is_number (cvr_salvage_int (row, 4), 1, 3) || !is_number (cvr_salvage_int (row, 7), 0, 1))
    return FALSE;

  picture->id = (guint64) row->rowid;
  picture->form = (CvrStoreForm) cvr_salvage_int (row, 1);
  facts->channels = (guint) cvr_salvage_int (row, 4);
  facts->damaged = cvr_salvage_int (row, 7) == 1;
  memcpy (picture->sum, g_bytes_get_data (sum, NULL), CVR_STORE_SUM);
  picture->bytes = cvr_salvage_bytes (row, 9);

  return cvr_store_is_whole (picture);
}

/* The first version had no checksums: whole is what can be decoded and reaches its end. */
static gboolean
read_picture_1 (const CvrSalvageRow *row,
                CvrStoredPicture    *picture)
{
  gint64 channels = cvr_salvage_int (row, 1);
  gsize length;
  const guint8 *data;
  CvrImageFormat format;
  g_autoptr (CvrImage) image = NULL;

  picture->bytes = cvr_salvage_bytes (row, 3);
  data = g_bytes_get_data (picture->bytes, &length);
  format = cvr_image_sniff (data, length, NULL);
  if ((channels != 1 && channels != 3) || (format != CVR_FORMAT_PNG && format != CVR_FORMAT_JPEG))
    return FALSE;
  image = cvr_image_decode (data, length, NULL, 0, NULL);
  if (image == NULL || image->damaged)
    return FALSE;

  picture->form = format == CVR_FORMAT_PNG ? CVR_STORE_PNG : CVR_STORE_JPEG;
  picture->facts = (CvrPictureFacts){ image->width, image->height, (guint) channels,
                                      image->width, image->height, cvr_salvage_int (row, 2) != 0 };
  cvr_store_number (picture, (guint64) row->rowid);

  return TRUE;
}

static gboolean
take_picture (Recovery            *self,
              const CvrSalvageRow *row)
{
  g_auto (CvrStoredPicture) picture = { 0 };

  if (row->rowid <= 0 || g_hash_table_contains (self->pictures, &row->rowid))
    return TRUE;
  if (row->table == CVR_SALVAGE_PICTURE ? !read_picture (row, &picture)
                                        : !read_picture_1 (row, &picture))
    {
      if (row->is_pointed)
        g_hash_table_add (self->damaged, dup_id (row->rowid));
      return TRUE;
    }
  g_hash_table_add (self->pictures, dup_id (row->rowid));

  return cvr_store_put_picture (self->store, &picture, &self->error);
}

/* Steps that could be undone speak of all that is lost. */
static gboolean
is_undo (const char *key)
{
  return g_str_has_prefix (key, "undo") || g_str_has_prefix (key, "model/") ||
         g_str_has_prefix (key, "trained/model/");
}

static gboolean
take_value (Recovery            *self,
            const CvrSalvageRow *row)
{
  gboolean first = row->table == CVR_SALVAGE_VALUE_1;
  g_autofree char *key = cvr_salvage_text (row, 0);
  g_autoptr (GBytes) bytes = cvr_salvage_bytes (row, first ? 1 : 2);

  if (is_undo (key) || g_hash_table_contains (self->keys, key))
    return TRUE;
  if (!first)
    {
      g_autoptr (GBytes) sum = cvr_salvage_bytes (row, 1);
      guint8 now[CVR_STORE_SUM];

      cvr_store_sum (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), key, strlen (key),
                     now);
      if (memcmp (now, g_bytes_get_data (sum, NULL), sizeof now) != 0)
        return TRUE;
    }

  if (!cvr_store_put (self->store, key, bytes, &self->error))
    return FALSE;
  g_hash_table_add (self->keys, g_steal_pointer (&key));

  return TRUE;
}

/* CvrSalvageSee. */
static gboolean
see_cb (const CvrSalvageRow *row,
        gpointer             data)
{
  Recovery *self = data;

  if (self->n_rows++ % LOOK_EVERY == 0 && g_cancellable_is_cancelled (self->cancellable))
    {
      g_set_error_literal (&self->error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_CANCELLED,
                           _("Cancelled."));
      return FALSE;
    }

  switch (row->table)
    {
    case CVR_SALVAGE_CLASS:
    case CVR_SALVAGE_CLASS_1:
      take_class (self, row);
      return TRUE;
    case CVR_SALVAGE_ITEM:
    case CVR_SALVAGE_ITEM_1:
      take_item (self, row);
      return TRUE;
    case CVR_SALVAGE_BOX:
      take_box (self, row);
      return TRUE;
    case CVR_SALVAGE_TAG:
      take_tag (self, row);
      return TRUE;
    case CVR_SALVAGE_PICTURE:
    case CVR_SALVAGE_PICTURE_1:
      return take_picture (self, row);
    case CVR_SALVAGE_VALUE:
    case CVR_SALVAGE_VALUE_1:
      return take_value (self, row);
    case CVR_SALVAGE_RUN:
    case CVR_SALVAGE_CHECKPOINT:
    default:
      return cvr_recover_run (self->store, row, &self->error);
    }
}

static int
compare_boxes (gconstpointer a,
               gconstpointer b)
{
  gint64 x = (*(const PlacedBox *const *) a)->position;
  gint64 y = (*(const PlacedBox *const *) b)->position;

  return (x > y) - (x < y);
}

static CvrExtras *
make_extras (Found *found)
{
  guint n = found->boxes != NULL ? found->boxes->len : 0;
  g_autofree CvrBox *boxes = g_new0 (CvrBox, n + 1);

  if (n > 0)
    g_ptr_array_sort (found->boxes, compare_boxes);
  for (guint i = 0; i < n; i++)
    boxes[i] = ((PlacedBox *) g_ptr_array_index (found->boxes, i))->box;
  if (found->tags != NULL)
    g_ptr_array_add (found->tags, NULL);

  return cvr_extras_new (
      boxes, n, found->tags != NULL ? (const char *const *) found->tags->pdata : NULL, found->note);
}

/* Every class that a label names, in their places. */
static gboolean
write_classes (Recovery *self)
{
  g_autoptr (GArray) classes = g_array_new (FALSE, FALSE, sizeof (CvrClass));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer key, value;
  gint64 n = 0;

  g_hash_table_iter_init (&iter, self->classes);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    n = MAX (n, *(const gint64 *) key + 1);
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n = MAX (n, ((Found *) value)->item.name != NULL ? ((Found *) value)->item.label + 1 : 0);

  for (gint64 k = 0; k < n; k++)
    {
      const CvrClass *klass = g_hash_table_lookup (self->classes, &k);
      CvrClass made_up = { NULL, -1, 0, FALSE };

      if (klass == NULL)
        {
          made_up.name = g_strdup_printf (_("Class %u"), (guint) k + 1);
          g_ptr_array_add (names, made_up.name);
          klass = &made_up;
          self->n_made_up++;
        }
      g_array_append_vals (classes, klass, 1);
    }

  return cvr_store_set_classes (self->store, (const CvrClass *) (void *) classes->data,
                                classes->len, &self->error);
}

static gboolean
write_items (Recovery *self)
{
  GHashTableIter iter;
  gpointer key;
  gboolean ok = TRUE;

  g_hash_table_iter_init (&iter, self->pictures);
  while (ok && g_hash_table_iter_next (&iter, &key, NULL))
    {
      Found *found = found_of (self, *(const gint64 *) key);
      g_autoptr (CvrExtras) extras = make_extras (found);

      if (found->item.name == NULL)
        {
          found->item.id = (guint64) * (const gint64 *) key;
          found->item.name = g_strdup_printf (_("recovered %u"), (guint) found->item.id);
          found->item.label = CVR_LABEL_NONE;
          self->n_nameless++;
        }
      found->item.extras = extras;
      self->n_came += found->hidden ? 0 : 1;
      ok = cvr_store_put_item (self->store, &found->item, found->hidden, &self->error);
      found->item.extras = NULL;
    }

  return ok;
}

/* Pictures of which something is there, but not enough. */
static void
count_lost (Recovery *self)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Found *) value)->item.name != NULL && !((Found *) value)->hidden)
      g_hash_table_add (self->damaged, dup_id (*(const gint64 *) key));
  g_hash_table_iter_init (&iter, self->damaged);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    self->n_lost += g_hash_table_contains (self->pictures, key) ? 0 : 1;
}

static gboolean
recover_into (Recovery     *self,
              const guint8 *data,
              gsize         length)
{
  guint size = cvr_salvage_page_size (data, length);
  gboolean ok;

  /* Rows come in any order. */
  cvr_store_run (self->store, "PRAGMA foreign_keys = OFF", NULL);
  cvr_store_begin (self->store);
  ok = cvr_salvage (data, length, size, see_cb, self);
  if (ok && size != USUAL_PAGE && g_hash_table_size (self->pictures) == 0)
    ok = cvr_salvage (data, length, USUAL_PAGE, see_cb, self); /* the header was wrong */
  if (ok && g_hash_table_size (self->pictures) == 0 && g_hash_table_size (self->classes) == 0)
    {
      g_set_error (&self->error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                   _("Nothing in “%s” could be read."), cvr_store_name (self->store));
      ok = FALSE;
    }
  if (ok && write_classes (self) && write_items (self) &&
      cvr_recover_end_runs (self->store, &self->error))
    {
      count_lost (self);
      return cvr_store_commit (self->store, &self->error);
    }
  cvr_store_roll_back (self->store);

  return FALSE;
}

static char *
make_report (const Recovery *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text, ngettext ("%'u picture came over.", "%'u pictures came over.", self->n_came),
      self->n_came);
  if (self->n_lost > 0)
    g_string_append_printf (
        text, ngettext (" %'u is damaged and lost.", " %'u are damaged and lost.", self->n_lost),
        self->n_lost);
  if (self->n_nameless > 0)
    g_string_append_printf (text,
                            ngettext (" %'u lost its name and label: look for “recovered”.",
                                      " %'u lost their names and labels: look for “recovered”.",
                                      self->n_nameless),
                            self->n_nameless);
  if (self->n_made_up > 0)
    g_string_append_printf (
        text,
        ngettext (" %'u class lost its name.", " %'u classes lost their names.", self->n_made_up),
        self->n_made_up);
  g_string_append (text, _(" What was done before can't be undone any more."));

  return g_string_free (text, FALSE);
}

static gboolean
recover (const char   *temporary,
         const char   *name,
         GBytes       *bytes,
         char        **report,
         GCancellable *cancellable,
         GError      **error)
{
  Recovery self = { .store = cvr_store_open (temporary, error), .cancellable = cancellable };
  gboolean ok;

  if (self.store == NULL)
    return FALSE;
  g_free (self.store->name); /* messages speak of the file that was asked for */
  self.store->name = g_strdup (name);
  self.classes = new_table (class_free);
  self.items = new_table (found_free);
  self.pictures = new_table (NULL);
  self.damaged = new_table (NULL);
  self.keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ok = recover_into (&self, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (ok && report != NULL)
    *report = make_report (&self);
  if (self.error != NULL)
    g_propagate_error (error, self.error);
  cvr_store_close (self.store);
  g_hash_table_unref (self.classes);
  g_hash_table_unref (self.items);
  g_hash_table_unref (self.pictures);
  g_hash_table_unref (self.damaged);
  g_hash_table_unref (self.keys);

  return ok;
}

/**
 * cvr_keeper_recover:
 * @from: a damaged project; not changed
 * @to: the new one; an existing file is replaced where it succeeds
 * @report: (out) (optional): a sentence or more about what came over and what didn't
 *
 * Every picture and value whose row can be found and has the right checksum comes over, with the
 * label and name that stand by its number. Blocks; workers. Errors: %CVR_STORAGE_ERROR_EMPTY
 * (nothing can be read), %CVR_STORAGE_ERROR_CANCELLED, %CVR_STORAGE_ERROR_IO.
 */
gboolean
cvr_keeper_recover (const char   *from,
                    const char   *to,
                    char        **report,
                    GCancellable *cancellable,
                    GError      **error)
{
  g_autofree char *base = g_path_get_basename (from);
  g_autofree char *name = g_filename_display_name (base);
  g_autoptr (GBytes) bytes = cvr_recover_read (from, error);
  g_autofree char *temporary = bytes != NULL ? cvr_fs_begin (NULL, to, error) : NULL;

  if (temporary == NULL)
    return FALSE;
  if (recover (temporary, name, bytes, report, cancellable, error))
    return cvr_fs_finish (NULL, temporary, to, error);

  cvr_fs_drop (NULL, temporary);
  return FALSE;
}
