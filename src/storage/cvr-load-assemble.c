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
    cvr_dataset_add_class (dataset, g_ptr_array_index (self->classes, k));
  for (guint k = 0; k < others->len; k++)
    cvr_dataset_add_class (dataset, g_ptr_array_index (others, k));
}

/* A point of the picture as its file has it, in fractions, where it is in the upright picture. */
static void
turn (guint   orientation,
      double *x,
      double *y)
{
  double u = *x, v = *y;

  switch (orientation)
    {
    case 5:
      *x = v;
      *y = u;
      break;
    case 6:
      *x = 1 - v;
      *y = u;
      break;
    case 7:
      *x = 1 - v;
      *y = 1 - u;
      break;
    case 8:
      *x = v;
      *y = 1 - u;
      break;
    default:
      break;
    }
}

/* In fractions of the upright picture, cut at its borders. FALSE: nothing of it is inside. */
static gboolean
place_box (const CvrSaidBox      *said,
           const CvrPictureFacts *facts,
           guint                  orientation,
           CvrBox                *box)
{
  double left = said->x, top = said->y;
  double right = said->x + said->width, bottom = said->y + said->height;

  *box = (CvrBox) { CVR_LABEL_NONE, said->x, said->y, said->width, said->height };
  if (said->in_pixels)
    {
      double w = said->of_width > 0 ? said->of_width : facts->was_width;
      double h = said->of_height > 0 ? said->of_height : facts->was_height;

      box->x = left / w;
      box->y = top / h;
      box->width = said->width / w;
      box->height = said->height / h;
      /* The file was made of the picture as the camera stored it, lying on its side. */
      if (orientation >= 5 && said->of_width == facts->was_height &&
          said->of_height == facts->was_width && facts->was_width != facts->was_height)
        {
          left = box->x;
          top = box->y;
          right = left + box->width;
          bottom = top + box->height;
          turn (orientation, &left, &top);
          turn (orientation, &right, &bottom);
          *box = (CvrBox) { CVR_LABEL_NONE, MIN (left, right), MIN (top, bottom),
                            ABS (right - left), ABS (bottom - top) };
        }
    }

  left = MAX (box->x, 0);
  top = MAX (box->y, 0);
  right = MIN (box->x + box->width, 1);
  bottom = MIN (box->y + box->height, 1);
  if (!(right > left) || !(bottom > top))
    return FALSE;
  /* What lies inside keeps its bits. */
  if (left > box->x || box->x + box->width > 1)
    box->width = right - left;
  if (top > box->y || box->y + box->height > 1)
    box->height = bottom - top;
  box->x = left;
  box->y = top;

  return TRUE;
}

static CvrExtras *
make_extras (CvrLoading      *self,
             guint            file,
             const CvrLoaded *loaded,
             CvrDataset      *dataset)
{
  const CvrSaid *said = self->files[file].said;
  const CvrPictureFacts *facts = cvr_picture_facts (loaded->item.picture);
  g_autoptr (GArray) boxes = g_array_new (FALSE, FALSE, sizeof (CvrBox));
  guint n_outside = 0;

  for (guint b = 0; b < said->boxes->len; b++)
    {
      const CvrSaidBox *from = &g_array_index (said->boxes, CvrSaidBox, b);
      CvrBox box;

      if (!place_box (from, facts, loaded->orientation, &box))
        {
          n_outside++;
          continue;
        }
      box.label = from->class_name != NULL ? cvr_dataset_find_class (dataset, from->class_name)
                                           : CVR_LABEL_NONE;
      g_array_append_val (boxes, box);
    }
  if (n_outside > 0)
    {
      g_autofree char *reason = g_strdup_printf (
        ngettext ("%u box lies outside of the picture and was left out",
                  "%u boxes lie outside of the picture and were left out", n_outside), n_outside);

      cvr_loading_note (self, file,
                        g_strdup_printf (_("%1$s: %2$s"), loaded->item.name, reason));
    }
  g_ptr_array_add (said->tags, NULL);

  return cvr_extras_new ((const CvrBox *) (gpointer) boxes->data, boxes->len,
                         (const char *const *) said->tags->pdata, said->note);
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

      if (source->said != NULL && item.picture != NULL)
        extras = make_extras (self, file, loaded, dataset);
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
  note_others (self, report);
}
