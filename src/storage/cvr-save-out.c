/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes a data set out, picture by picture; label files follow at the end. */
#include "cvr-save-out.h"

#include "cvr-decode.h"
#include "cvr-save-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  LOSSLESS_SIDE = 128, /* pixels: larger pictures are photographs */
  JPEG_QUALITY = 95,
};

/* One taking out. */
typedef struct
{
  CvrDataset           *dataset;
  const CvrSaveOutSpec *spec;
  CvrSaveTarget        *target;
  CvrLabels            *labels;
  GPtrArray            *stems;   /* of char*, for every picture of the labels */
  GHashTable           *taken;   /* stems, folded */
  char                **folders; /* of every class; the last one of pictures without */
  CvrSaveOutReport     *report;
  GCancellable         *cancellable;
} Saving;

const char *
cvr_save_form_name (CvrSaveForm form)
{
  static const char *const names[] = { "folders", "csv", "json", "coco", "labelme", "yolo", "voc" };

  g_return_val_if_fail (form < CVR_N_SAVE_FORMS, NULL);

  return names[form];
}

gboolean
cvr_save_out_is_file (const CvrSaveOutSpec *spec)
{
  return spec->labels_only && !spec->archive &&
         (spec->form == CVR_SAVE_CSV || spec->form == CVR_SAVE_JSON || spec->form == CVR_SAVE_COCO);
}

static void
skip (Saving     *self,
      const char *name,
      const char *reason)
{
  g_ptr_array_add (self->report->skipped, g_strdup_printf (_("%1$s: %2$s"), name, reason));
}

/* The picture's bytes and the ending that goes with them. */
static GBytes *
encode (Saving        *self,
        const CvrItem *item,
        const char   **ending,
        GError       **error)
{
  const CvrPictureFacts *facts = cvr_picture_facts (item->picture);
  gboolean lossless = MAX (facts->width, facts->height) <= LOSSLESS_SIDE;
  g_autoptr (CvrImage) image = NULL;
  g_autoptr (GError) reason = NULL;

  if (self->spec->encoded != NULL)
    {
      GBytes *bytes = self->spec->encoded (item, ending, self->spec->encoded_data, &reason);

      if (reason != NULL)
        g_propagate_error (error, g_steal_pointer (&reason));
      if (bytes != NULL || (error != NULL && *error != NULL))
        return bytes;
    }

  image = cvr_picture_read (item->picture, error);
  if (image == NULL)
    return NULL;
  *ending = lossless ? ".png" : ".jpg";

  return lossless ? cvr_image_encode_png (image, error)
                  : cvr_image_encode_jpeg (image, JPEG_QUALITY, error);
}

static const char *
split_word (const Saving  *self,
            const CvrItem *item)
{
  static const char *const words[] = { NULL, "train", "valid", "test" };

  return words[self->spec->used_splits ? item->used : item->split];
}

static void
add_labelled (Saving        *self,
              const CvrItem *item,
              const char    *path)
{
  const CvrPictureFacts *facts = cvr_picture_facts (item->picture);
  CvrLabelled *labelled = cvr_labels_add (self->labels, path);
  guint n_nameless = 0;

  labelled->label = item->label;
  labelled->split = g_strdup (split_word (self, item));
  labelled->width = self->spec->labels_only ? facts->was_width : facts->width;
  labelled->height = self->spec->labels_only ? facts->was_height : facts->height;
  if (item->extras == NULL)
    return;

  labelled->note = g_strdup (item->extras->note);
  for (char **tag = item->extras->tags; *tag != NULL; tag++)
    g_ptr_array_add (labelled->tags, g_strdup (*tag));
  for (guint b = 0; b < item->extras->n_boxes; b++)
    {
      const CvrBox *box = &item->extras->boxes[b];
      CvrLabelBox copy = { box->label >= 0 ? (guint) box->label : CVR_LABELS_NO_CLASS,
                           box->x, box->y, box->width, box->height };

      if (box->label >= 0 || self->spec->form != CVR_SAVE_COCO)
        g_array_append_val (labelled->boxes, copy);
      else
        n_nameless++;
    }
  self->report->n_boxes += labelled->boxes->len;
  if (n_nameless > 0)
    {
      g_autofree char *reason = g_strdup_printf (
        ngettext ("COCO has no boxes without a class; %u was left out",
                  "COCO has no boxes without a class; %u were left out", n_nameless), n_nameless);

      skip (self, item->name, reason);
    }
}

/* "images/", "JPEGImages/" or the folder of the picture's class. */
static const char *
picture_folder (const Saving  *self,
                const CvrItem *item)
{
  if (self->spec->form == CVR_SAVE_VOC)
    return "JPEGImages/";
  if (self->spec->form != CVR_SAVE_FOLDERS)
    return "images/";

  return self->folders[item->label >= 0 ? (guint) item->label
                                        : cvr_dataset_n_classes (self->dataset)];
}

/* FALSE only when the target can't be written: a picture that can't be read is named and left
 * out. */
static gboolean
save_item (Saving        *self,
           const CvrItem *item,
           GError       **error)
{
  const char *folder = picture_folder (self, item);
  const char *ending = "";
  g_autoptr (GError) reason = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *plain = cvr_save_stem (item->name);
  g_autofree char *stem = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;

  if (!self->spec->labels_only)
    {
      bytes = encode (self, item, &ending, &reason);
      if (bytes == NULL)
        {
          skip (self, item->name, reason->message);
          return TRUE;
        }
    }

  stem = cvr_save_name (self->taken, plain);
  name = g_strconcat (stem, self->spec->labels_only ? item->name + strlen (plain) : ending, NULL);
  path = g_strconcat (folder, name, NULL);
  if (bytes != NULL && !cvr_save_target_put (self->target, path, bytes, FALSE, error))
    return FALSE;
  add_labelled (self, item, self->spec->form == CVR_SAVE_FOLDERS && bytes != NULL ? path : name);
  g_ptr_array_add (self->stems, g_steal_pointer (&stem));
  self->report->n_pictures++;

  return TRUE;
}

static gboolean
save_all (Saving *self,
          GError **error)
{
  const CvrSaveOutSpec *spec = self->spec;
  guint n = cvr_dataset_n_items (self->dataset);

  for (guint i = 0; i < n; i++)
    {
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
          !save_item (self, cvr_dataset_item (self->dataset, i), error))
        return FALSE;
      if (spec->progress != NULL)
        spec->progress (i + 1, n, spec->progress_data);
    }

  return cvr_save_labels (self->target, spec, self->labels,
                          (char *const *) self->stems->pdata, error) &&
         cvr_save_target_finish (self->target, error);
}

static void
name_classes (Saving *self)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = cvr_dataset_n_classes (self->dataset);

  self->folders = g_new0 (char *, n + 2);
  for (guint k = 0; k <= n; k++)
    {
      g_autofree char *name = cvr_save_name (
        taken, k < n ? cvr_dataset_class_name (self->dataset, k) : "unlabelled");

      self->folders[k] = g_strconcat (name, "/", NULL);
    }
  for (guint k = 0; k < n; k++)
    {
      const CvrClass *klass = cvr_dataset_class (self->dataset, k);
      guint place = cvr_labels_class (self->labels, klass->name);

      g_array_index (self->labels->looks, CvrLabelsLook, place) =
        (CvrLabelsLook) { klass->colour, klass->key, klass->off };
    }
}

/**
 * cvr_save_out:
 * @report: (out) (nullable): free with cvr_save_out_report_clear(), also after an error
 * @cancellable: (nullable)
 *
 * Errors: %CVR_STORAGE_ERROR, %CVR_FORMAT_ERROR, %G_IO_ERROR (%G_IO_ERROR_CANCELLED).
 */
gboolean
cvr_save_out (CvrDataset           *dataset,
              const CvrSaveOutSpec *spec,
              CvrSaveOutReport     *report,
              GCancellable         *cancellable,
              GError              **error)
{
  CvrSaveOutReport own = { .skipped = g_ptr_array_new_with_free_func (g_free) };
  Saving self = { .dataset = dataset, .spec = spec, .report = &own, .cancellable = cancellable };
  g_autoptr (GError) reason = NULL;
  gboolean ok;

  g_return_val_if_fail (dataset != NULL && spec->path != NULL && spec->form < CVR_N_SAVE_FORMS,
                        FALSE);

  self.labels = cvr_labels_new ();
  self.stems = g_ptr_array_new_with_free_func (g_free);
  self.taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  name_classes (&self);
  self.target = cvr_save_target_new (spec, cancellable, &reason);
  ok = self.target != NULL && save_all (&self, &reason);
  if (ok)
    own.n_bytes = cvr_save_target_bytes (self.target);
  else
    g_propagate_error (error, g_steal_pointer (&reason));

  cvr_save_target_free (self.target);
  cvr_labels_free (self.labels);
  g_ptr_array_unref (self.stems);
  g_hash_table_unref (self.taken);
  g_strfreev (self.folders);
  if (report != NULL)
    *report = own;
  else
    cvr_save_out_report_clear (&own);

  return ok;
}

void
cvr_save_out_report_clear (CvrSaveOutReport *report)
{
  g_clear_pointer (&report->skipped, g_ptr_array_unref);
  *report = (CvrSaveOutReport) { 0 };
}
