/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts together what was read: classes, labels, boxes, and pictures that come twice, in an order
 * that depends on names alone. */
#include "cvr-loading.h"

#include <glib/gi18n-lib.h>

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return cvr_natural_compare (*(const char *const *) a, *(const char *const *) b);
}

static void
note_class (GHashTable *seen,
            GPtrArray  *others,
            const char *name)
{
  if (name != NULL && g_hash_table_add (seen, (gpointer) name))
    g_ptr_array_add (others, (gpointer) name);
}

/* The class @name, which looks as a label file of ours says. */
void
cvr_loading_add_class (CvrLoading *self,
                       CvrDataset *dataset,
                       const char *name)
{
  guint n = cvr_dataset_n_classes (dataset);
  guint k = cvr_dataset_add_class (dataset, name);
  const CvrLabelsLook *look = self->looks != NULL ? g_hash_table_lookup (self->looks, name) : NULL;
  CvrClass klass;

  if (k < n || look == NULL)
    return;
  klass = (CvrClass) { (char *) name, look->colour, look->key, look->off };
  cvr_dataset_set_class (dataset, k, &klass);
}

/* Classes whose order the source gives come first, the others by name. */
static void
add_classes (CvrLoading *self,
             CvrDataset *dataset)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  for (guint i = 0; i < self->tree->files->len; i++)
    {
      CvrSourceFile *source = &self->files[i];

      for (guint j = 0; source->items != NULL && j < source->items->len; j++)
        {
          CvrLoaded *loaded = &g_array_index (source->items, CvrLoaded, j);

          if (loaded->class_name == NULL)
            loaded->class_name = self->spec->label;
          note_class (seen, others, loaded->class_name);
        }
      for (guint j = 0; source->items != NULL && source->said != NULL &&
                        j < source->said->boxes->len; j++)
        note_class (seen, others, g_array_index (source->said->boxes, CvrSaidBox, j).class_name);
    }
  g_ptr_array_sort (others, compare_names);

  for (guint k = 0; k < self->classes->len; k++)
    cvr_loading_add_class (self, dataset, g_ptr_array_index (self->classes, k));
  for (guint k = 0; k < others->len; k++)
    cvr_loading_add_class (self, dataset, g_ptr_array_index (others, k));
}

/* Says that @n boxes of a picture came to nothing. */
void
cvr_loading_note_boxes (const char    *name,
                        guint          n,
                        CvrLoadReport *report)
{
  g_autofree char *reason = NULL;
  g_autofree char *note = NULL;

  if (n == 0)
    return;
  reason = g_strdup_printf (ngettext ("%u box doesn't fit the picture and was left out",
                                      "%u boxes don't fit the picture and were left out", n), n);
  note = g_strdup_printf (_("%1$s: %2$s"), name, reason);
  cvr_load_report_note (report, note);
}

CvrExtras *
cvr_load_relabel (CvrExtras  *extras,
                  const gint *labels)
{
  g_autofree CvrBox *boxes = NULL;

  if (extras == NULL || extras->n_boxes == 0)
    return cvr_extras_ref (extras);

  boxes = g_memdup2 (extras->boxes, extras->n_boxes * sizeof *boxes);
  for (guint b = 0; b < extras->n_boxes; b++)
    if (boxes[b].label >= 0)
      boxes[b].label = labels[boxes[b].label];

  return cvr_extras_new (boxes, extras->n_boxes, (const char *const *) extras->tags, extras->note);
}

/* Whether the picture is there already or came before. */
static gboolean
is_same (CvrLoading *self,
         guint64     digest)
{
  if (digest == 0)
    return FALSE;
  if (self->spec->known != NULL && g_hash_table_contains (self->spec->known, &digest))
    return TRUE;
  if (self->seen == NULL)
    self->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  return !g_hash_table_add (self->seen, g_memdup2 (&digest, sizeof digest));
}

/**
 * cvr_loading_take:
 * @item: copied; without a picture: nothing came of it
 *
 * Adds one picture and counts it, unless it is a second one of the same that isn't wanted.
 */
void
cvr_loading_take (CvrLoading    *self,
                  CvrDataset    *dataset,
                  const CvrItem *item,
                  CvrLoadReport *report)
{
  const CvrPictureFacts *facts;
  gboolean same;

  if (item->picture == NULL && item->digest == 0)
    return;

  same = is_same (self, item->digest);
  report->n_same += same;
  if (same && self->spec->skip_same)
    {
      g_autofree char *note = g_strdup_printf (_("%1$s: %2$s"), item->name,
                                               _("the same picture is there already"));

      cvr_load_report_skip (report, note);
      report->n_same_out++;
      return;
    }
  if (item->picture == NULL || (!same && self->spec->only_same))
    return;

  facts = cvr_picture_facts (item->picture);
  cvr_dataset_add_item (dataset, item);
  report->n_loaded++;
  report->n_damaged += facts->damaged;
  report->n_scaled += facts->was_width != facts->width || facts->was_height != facts->height;
  report->n_with_boxes += item->extras != NULL && item->extras->n_boxes > 0;
}

static void
take_file (CvrLoading    *self,
           guint          file,
           CvrDataset    *dataset,
           CvrLoadReport *report)
{
  CvrSourceFile *source = &self->files[file];

  for (guint j = 0; source->items != NULL && j < source->items->len; j++)
    {
      const CvrLoaded *loaded = &g_array_index (source->items, CvrLoaded, j);
      CvrItem item = loaded->item;
      g_autoptr (CvrExtras) extras = NULL;
      guint n_left_out;

      if (source->said != NULL && item.picture != NULL)
        {
          extras = cvr_said_extras (source->said, cvr_picture_facts (item.picture),
                                    loaded->orientation, dataset, &n_left_out);
          cvr_loading_note_boxes (item.name, n_left_out, report);
        }
      else if (source->said != NULL && self->there != NULL)
        {
          cvr_there_give_same (self->there, item.digest, source->said, loaded->orientation);
        }
      item.extras = extras;
      item.split = source->split;
      item.label = loaded->class_name != NULL
                     ? cvr_dataset_find_class (dataset, loaded->class_name)
                     : CVR_LABEL_NONE;
      cvr_loading_take (self, dataset, &item, report);
    }
  for (guint j = 0; source->skips != NULL && j < source->skips->len; j++)
    cvr_load_report_skip (report, g_ptr_array_index (source->skips, j));
  for (guint j = 0; source->notes != NULL && j < source->notes->len; j++)
    cvr_load_report_note (report, g_ptr_array_index (source->notes, j));
}

/* Files that are nothing to this program, in one sentence with a few names. */
static void
note_others (CvrLoading    *self,
             CvrLoadReport *report)
{
  enum { MAX_NAMES = 5 };
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *note = NULL;
  guint n = 0;

  for (guint i = 0; i < self->tree->files->len; i++)
    {
      const CvrSourceFile *source = &self->files[i];
      CvrFileKind kind = cvr_tree_file (self->tree, i)->kind;

      if (cvr_loading_is_picture (kind) || cvr_loading_is_array (kind) || source->used ||
          source->skips != NULL)
        continue;
      if (n++ < MAX_NAMES)
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
                                cvr_loading_base (self, i));
    }
  if (n == 0)
    return;
  if (n > MAX_NAMES)
    g_string_append (names, ", …");

  note = g_strdup_printf (ngettext ("%u file of another kind was passed over: %s",
                                    "%u files of other kinds were passed over: %s", n),
                          n, names->str);
  cvr_load_report_note (report, note);
}

/**
 * cvr_loading_assemble:
 *
 * Once everything is read. Everything goes in in the tree's order, whichever thread was done first.
 */
void
cvr_loading_assemble (CvrLoading    *self,
                      CvrDataset    *dataset,
                      CvrLoadReport *report)
{
  add_classes (self, dataset);
  for (guint i = 0; i < self->tree->problems->len; i++)
    cvr_load_report_skip (report, g_ptr_array_index (self->tree->problems, i));
  for (guint i = 0; i < self->tree->files->len; i++)
    take_file (self, i, dataset, report);
  report->n_lost = self->n_lost;
  if (self->given != NULL)
    cvr_loading_give (self, dataset, report);
  note_others (self, report);
}
