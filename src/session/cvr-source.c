/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a data set as the engine's source of examples. */
#include "cvr-source.h"

#include "cvr-size.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Pixels of one picture and augmentation's scratch stay on the stack up to this many bytes
 * together. */
enum { STACK_BYTES = 64 * 1024 };

/* Pictures resized by one piece of work. */
enum { PICTURES_PER_PIECE = 16 };

struct _CvrSource
{
  NnSource      source;     /* what the engine sees; data is the CvrSource */
  CvrPreprocess preprocess;
  CvrAugment    augment;
  gboolean      augmenting;
  gint          epoch;      /* atomic: of the training that fetches */
  gsize         item_bytes; /* height × width × channels */
  guint8       *pixels;     /* [count, height, width, channels] */
  guint64      *ids;        /* [count] */
  gint32       *labels;     /* [count] */
  float        *numbers;    /* [count]: instead of labels; NULL */
  CvrSource    *origin;     /* whose arrays these are; NULL: its own */
  gint          n_sharing;  /* atomic, of an origin: besides itself */
};

/* What choosing the items came to, before any pixel is touched. */
typedef struct
{
  GArray *indices; /* of guint: place in the data set */
  GArray *labels;  /* of gint32: class in the model's or the data set's numbering */
  guint   n_unknown;
} Choice;

static void
choice_clear (Choice *choice)
{
  g_clear_pointer (&choice->indices, g_array_unref);
  g_clear_pointer (&choice->labels, g_array_unref);
}

/* @map: (nullable): [classes of the data set], the wanted number of each or −1. */
static Choice
choose (CvrDataset *dataset,
        CvrSplit    used,
        const gint *map)
{
  Choice choice = { g_array_new (FALSE, FALSE, sizeof (guint)),
                    g_array_new (FALSE, FALSE, sizeof (gint32)) };
  guint n = cvr_dataset_n_items (dataset);

  for (guint i = 0; i < n; i++)
    {
      const CvrItem *item = cvr_dataset_item (dataset, i);
      gint32 label;

      if (item->label < 0 || (used != CVR_SPLIT_AUTO && item->used != used))
        continue;

      label = map != NULL ? map[item->label] : item->label;
      if (label < 0)
        {
          choice.n_unknown++;
          continue;
        }
      g_array_append_val (choice.indices, i);
      g_array_append_val (choice.labels, label);
    }

  return choice;
}

/* How many of each class stay when at most @max_items do: one after another to every class that
 * still has some. */
static guint *
share_out (const guint *counts,
           guint        n_classes,
           guint        max_items)
{
  guint *quota = g_new0 (guint, n_classes);
  guint left = max_items;
  gboolean any = TRUE;

  while (left > 0 && any)
    {
      any = FALSE;
      for (guint k = 0; k < n_classes && left > 0; k++)
        if (quota[k] < counts[k])
          {
            quota[k]++;
            left--;
            any = TRUE;
          }
    }

  return quota;
}

/* Keeps an evenly spread, class-balanced subset, in the old order. The j-th of q places among c
 * items is item ⌊(2j + 1)·c / 2q⌋: item number o stays when the count of places up to it grows
 * there. */
static void
thin_out (Choice *choice,
          guint   n_classes,
          guint   max_items)
{
  g_autofree guint *counts = g_new0 (guint, n_classes);
  g_autofree guint *seen = g_new0 (guint, n_classes);
  g_autofree guint *kept = g_new0 (guint, n_classes);
  g_autofree guint *quota = NULL;
  guint out = 0;

  if (max_items == 0 || choice->indices->len <= max_items)
    return;

  for (guint i = 0; i < choice->labels->len; i++)
    counts[g_array_index (choice->labels, gint32, i)]++;
  quota = share_out (counts, n_classes, max_items);

  for (guint i = 0; i < choice->labels->len; i++)
    {
      gint32 k = g_array_index (choice->labels, gint32, i);
      guint64 place = quota[k] == 0
                        ? G_MAXUINT64
                        : (2 * (guint64) kept[k] + 1) * counts[k] / (2 * (guint64) quota[k]);

      if (kept[k] < quota[k] && seen[k] == place)
        {
          g_array_index (choice->indices, guint, out) = g_array_index (choice->indices, guint, i);
          g_array_index (choice->labels, gint32, out) = k;
          kept[k]++;
          out++;
        }
      seen[k]++;
    }

  g_array_set_size (choice->indices, out);
  g_array_set_size (choice->labels, out);
}

static gboolean
check_classes (const Choice *choice,
               CvrDataset   *dataset,
               CvrSplit      used,
               GError      **error)
{
  gint32 first;

  if (choice->indices->len == 0)
    {
      g_set_error_literal (
        error, NN_ERROR, NN_ERROR_DATA,
        used == CVR_SPLIT_TRAIN
          ? _("There are no labelled pictures to learn from. Add pictures and label them.")
          : _("There are no labelled pictures to check the network with."));
      return FALSE;
    }
  if (used != CVR_SPLIT_TRAIN)
    return TRUE;

  first = g_array_index (choice->labels, gint32, 0);
  for (guint i = 1; i < choice->labels->len; i++)
    if (g_array_index (choice->labels, gint32, i) != first)
      return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_DATA,
               g_dngettext (GETTEXT_PACKAGE,
                            "The %1$u picture to learn from is “%2$s”: "
                            "a network needs at least two classes to tell apart.",
                            "All %1$u pictures to learn from are “%2$s”: "
                            "a network needs at least two classes to tell apart.",
                            choice->labels->len),
               choice->labels->len, cvr_dataset_class_name (dataset, (guint) first));
  return FALSE;
}

/**
 * cvr_source_read:
 *
 * Errors: those of cvr_picture_read(), and %CVR_VISION_ERROR_TOO_LARGE without memory.
 */
CvrImage *
cvr_source_read (const CvrPreprocess *preprocess,
                 CvrPicture          *picture,
                 GError             **error)
{
  const CvrPictureFacts *facts = cvr_picture_facts (picture);
  guint wanted = 2 * MAX (preprocess->width, preprocess->height);
  guint shorter = MAX (1, MIN (facts->width, facts->height));
  /* The short side counts: the mode FILL enlarges it to the network's. */
  guint64 side = (guint64) wanted * MAX (facts->width, facts->height) / shorter;
  g_autoptr (CvrImage) image = cvr_picture_read_small (picture, (guint) MIN (side, CVR_IMAGE_MAX_SIDE),
                                                       error);
  CvrImage *pixels;

  if (image == NULL)
    return NULL;

  pixels = cvr_preprocess_pixels (preprocess, image);
  if (pixels == NULL)
    g_set_error_literal (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
                         _("There is not enough memory for a picture."));

  return pixels;
}

typedef struct
{
  CvrSource   *self;
  CvrDataset  *dataset;
  const guint *indices;
  GMutex       lock;
  GError      *error;  /* the first one; guarded by @lock */
} Filling;

static void
keep_error (Filling *filling,
            GError  *error)
{
  g_mutex_lock (&filling->lock);
  if (filling->error == NULL)
    filling->error = g_steal_pointer (&error);
  g_mutex_unlock (&filling->lock);
  g_clear_error (&error);
}

/* Any thread: the data set is only read. */
static void
fill_piece (guint    piece,
            guint    thread,
            gpointer data)
{
  Filling *filling = data;
  CvrSource *self = filling->self;
  guint end = MIN (self->source.count, (piece + 1) * PICTURES_PER_PIECE);

  for (guint i = piece * PICTURES_PER_PIECE; i < end; i++)
    {
      const CvrItem *item = cvr_dataset_item (filling->dataset, filling->indices[i]);
      GError *error = NULL;
      g_autoptr (CvrImage) pixels = cvr_source_read (&self->preprocess, item->picture, &error);

      if (pixels == NULL)
        {
          keep_error (filling, error);
          return;
        }
      memcpy (self->pixels + i * self->item_bytes, pixels->data, self->item_bytes);
    }
}

static gboolean
fill (CvrSource    *self,
      CvrDataset   *dataset,
      const Choice *choice,
      NnWorkers    *workers,
      GError      **error)
{
  Filling filling = { .self = self, .dataset = dataset,
                      .indices = (const guint *) (gpointer) choice->indices->data };
  guint n_pieces = (self->source.count + PICTURES_PER_PIECE - 1) / PICTURES_PER_PIECE;

  g_mutex_init (&filling.lock);
  for (guint i = 0; i < self->source.count; i++)
    {
      self->ids[i] = cvr_dataset_item (dataset, filling.indices[i])->id;
      self->labels[i] = g_array_index (choice->labels, gint32, i);
    }

  if (workers != NULL)
    nn_workers_run (workers, n_pieces, fill_piece, &filling);
  else
    for (guint piece = 0; piece < n_pieces; piece++)
      fill_piece (piece, 0, &filling);
  g_mutex_clear (&filling.lock);
  if (filling.error == NULL)
    return TRUE;

  g_propagate_error (error, filling.error);
  return FALSE;
}

/**
 * cvr_source_augment:
 *
 * Any thread; only @rng decides.
 */
void
cvr_source_augment (const CvrAugment    *augment,
                    const CvrPreprocess *preprocess,
                    CvrRng              *rng,
                    guint                index,
                    guint                epoch,
                    guint8              *pixels,
                    guint8              *scratch)
{
  if (augment->strength[CVR_AUGMENT_ALTERNATE] > 0 && cvr_augment_mirrors (index, epoch))
    cvr_augment_mirror (preprocess->width, preprocess->height, preprocess->channels, pixels);
  cvr_augment_apply (augment, rng, preprocess->width, preprocess->height, preprocess->channels,
                     pixels, scratch);
}

/* NnSource.fetch. Any thread: only @rng, @x and @label are written. */
static void
fetch (const NnSource *source,
       guint           index,
       CvrRng         *rng,
       nn_real        *x,
       gint32         *label,
       float          *values)
{
  const CvrSource *self = source->data;
  const guint8 *stored = self->pixels + index * self->item_bytes;
  CvrImage pixels = {
    .width = self->preprocess.width,
    .height = self->preprocess.height,
    .channels = self->preprocess.channels,
    .data = (guint8 *) stored,
  };
  g_autofree guint8 *heap = NULL;

  if (rng != NULL && self->augmenting)
    {
      guint8 *copy;

      if (2 * self->item_bytes <= STACK_BYTES)
        copy = g_alloca (2 * self->item_bytes);
      else
        copy = heap = g_malloc (2 * self->item_bytes);

      memcpy (copy, stored, self->item_bytes);
      cvr_source_augment (&self->augment, &self->preprocess, rng, index,
                          (guint) g_atomic_int_get (&self->epoch), copy, copy + self->item_bytes);
      pixels.data = copy;
    }

  cvr_preprocess_floats (&self->preprocess, &pixels, x);
  if (label != NULL)
    *label = self->labels[index];
  if (values != NULL && self->numbers != NULL)
    *values = self->numbers[index];
}

/* NnSource.begin_epoch. The training thread, between two fetches. */
static void
begin_epoch (const NnSource *source,
             guint           epoch)
{
  CvrSource *self = source->data;

  g_atomic_int_set (&self->epoch, (gint) epoch);
}

/* Takes the choice's items in; everything that can fail fails here, before a picture is touched. */
static CvrSource *
make (CvrDataset          *dataset,
      const CvrPreprocess *preprocess,
      const CvrAugment    *augment,
      const Choice        *choice,
      guint                n_classes,
      NnWorkers           *workers,
      GError             **error)
{
  g_autoptr (CvrSource) self = g_new0 (CvrSource, 1);
  gsize n = choice->indices->len;
  gsize bytes;

  if (!cvr_preprocess_check (preprocess, error))
    return NULL;

  self->preprocess = *preprocess;
  if (augment != NULL)
    self->augment = *augment;
  self->augmenting = augment != NULL && !cvr_augment_is_off (augment);
  if (!cvr_size_product (&self->item_bytes, preprocess->height, preprocess->width,
                         preprocess->channels, 1) ||
      !g_size_checked_mul (&bytes, self->item_bytes, n) ||
      (self->pixels = g_try_malloc (bytes)) == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
                   _("There isn't enough memory for %1$u pictures of %2$u × %3$u."), (guint) n,
                   preprocess->width, preprocess->height);
      return NULL;
    }

  self->ids = g_new (guint64, n);
  self->labels = g_new (gint32, n);
  self->source = (NnSource) {
    .count = (guint) n,
    .shape = nn_shape_maps (preprocess->channels, preprocess->height, preprocess->width),
    .n_classes = n_classes,
    .fetch = fetch,
    .data = self,
    .begin_epoch = begin_epoch,
  };
  if (!fill (self, dataset, choice, workers, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * cvr_source_new:
 *
 * See the header. The work is shared by @workers (nullable). Any thread; @dataset must not change
 * meanwhile.
 */
CvrSource *
cvr_source_new (CvrDataset          *dataset,
                CvrSplit             used,
                const CvrPreprocess *preprocess,
                const CvrAugment    *augment,
                guint                max_items,
                NnWorkers           *workers,
                GError             **error)
{
  __attribute__ ((cleanup (choice_clear))) Choice choice = { NULL };

  g_return_val_if_fail (dataset != NULL && preprocess != NULL, NULL);

  choice = choose (dataset, used, NULL);
  if (!check_classes (&choice, dataset, used, error))
    return NULL;

  thin_out (&choice, cvr_dataset_n_classes (dataset), max_items);
  return make (dataset, preprocess, augment, &choice, cvr_dataset_n_classes (dataset), workers,
               error);
}

gboolean
cvr_source_check_train (CvrDataset *dataset,
                        GError    **error)
{
  __attribute__ ((cleanup (choice_clear))) Choice choice = choose (dataset, CVR_SPLIT_TRAIN, NULL);

  return check_classes (&choice, dataset, CVR_SPLIT_TRAIN, error);
}

/**
 * cvr_source_new_for_classes:
 *
 * See the header. Any thread; @dataset must not change meanwhile.
 */
CvrSource *
cvr_source_new_for_classes (CvrDataset          *dataset,
                            CvrSplit             used,
                            const CvrPreprocess *preprocess,
                            const char *const   *classes,
                            guint                n_classes,
                            guint                max_items,
                            guint               *n_unknown,
                            NnWorkers           *workers,
                            GError             **error)
{
  __attribute__ ((cleanup (choice_clear))) Choice choice = { NULL };
  g_autofree gint *map = NULL;

  g_return_val_if_fail (dataset != NULL && preprocess != NULL && classes != NULL, NULL);

  map = cvr_source_map_classes (dataset, classes, n_classes);
  choice = choose (dataset, used, map);
  if (n_unknown != NULL)
    *n_unknown = choice.n_unknown;
  if (choice.indices->len == 0)
    {
      g_set_error_literal (
        error, NN_ERROR, NN_ERROR_DATA,
        choice.n_unknown > 0
          ? _("None of the labelled pictures is of a class that this network knows.")
          : _("There are no labelled pictures to check the network with."));
      return NULL;
    }

  thin_out (&choice, n_classes, max_items);
  return make (dataset, preprocess, NULL, &choice, n_classes, workers, error);
}

void
cvr_source_free (CvrSource *self)
{
  CvrSource *owner;

  if (self == NULL)
    return;

  owner = self->origin != NULL ? self->origin : self;
  if (owner != self)
    g_free (self);
  if (g_atomic_int_add (&owner->n_sharing, -1) > 0)
    return;

  g_free (owner->pixels);
  g_free (owner->ids);
  g_free (owner->labels);
  g_free (owner->numbers);
  g_free (owner);
}

void
cvr_source_use_numbers (CvrSource    *self,
                        const double *values,
                        double        mean,
                        double        deviation)
{
  self->numbers = g_new (float, MAX (self->source.count, 1));
  for (guint i = 0; i < self->source.count; i++)
    self->numbers[i] = (float) ((values[self->labels[i]] - mean) / deviation);
  self->source.n_classes = 0;
  self->source.n_targets = 1;
}

/**
 * cvr_source_share:
 *
 * Returns: (transfer full): the same pictures for another training: only the augmentation is its
 * own.
 */
CvrSource *
cvr_source_share (CvrSource        *self,
                  const CvrAugment *augment)
{
  CvrSource *twin = g_memdup2 (self, sizeof *self);

  twin->origin = self->origin != NULL ? self->origin : self;
  g_atomic_int_inc (&twin->origin->n_sharing);
  twin->source.data = twin;
  twin->epoch = 0;
  cvr_source_set_augment (twin, augment);

  return twin;
}

/**
 * cvr_source_set_augment:
 * @augment: (nullable): what a training that goes through the pictures does to them
 *
 * Before the source is given to anybody, or by the thread that fetches, between two fetches.
 */
void
cvr_source_set_augment (CvrSource        *self,
                        const CvrAugment *augment)
{
  self->augment = augment != NULL ? *augment : (CvrAugment) { { 0 } };
  self->augmenting = !cvr_augment_is_off (&self->augment);
}

/**
 * cvr_source_peek:
 *
 * Returns: (transfer none): what nn_train() and nn_evaluate() take; valid as long as @self.
 */
const NnSource *
cvr_source_peek (CvrSource *self)
{
  return &self->source;
}

guint64
cvr_source_item_id (CvrSource *self,
                    guint      index)
{
  g_return_val_if_fail (index < self->source.count, 0);

  return self->ids[index];
}

gint
cvr_source_label (CvrSource *self,
                  guint      index)
{
  g_return_val_if_fail (index < self->source.count, -1);

  return self->labels[index];
}
