/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The networks that the project kept of every epoch: which there are, and those that were looked at
 * last in memory. */
#include "cvr-epochs-reader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  N_CACHED = 16,
  MOST_CACHED = 64 * 1000 * 1000, /* bytes of weights; one is always kept */
  OVERHEAD = 16384,               /* bytes of a file besides its weights, about */
  /* Going on takes up to five (weights, best and slow ones, two moments); the others are epochs. */
  USUAL_NETWORKS = 12,
};

static const guint64 least_usual = 60 * 1000 * 1000, most_usual = 1000 * 1000 * 1000; /* bytes */

typedef struct
{
  guint64   run;
  guint     epoch;
  CvrModel *model;
} Cached;

/* On its way to the disk. Counted: the batch holds it too. */
typedef struct
{
  guint        ref_count; /* main thread */
  CvrKeptEpoch kept;      /* bytes: about */
  guint64      made;      /* bytes in truth; the keeper's thread's until it is on disk */
  CvrModel    *model;
} Storing;

struct _CvrEpochs
{
  GObject    parent_instance;
  CvrKeeper *keeper;  /* NULL once closed */
  GArray    *stored;  /* of CvrKeptEpoch, in the order of run and epoch */
  GPtrArray *storing; /* of Storing */
  GArray    *list;    /* of guint: what cvr_epochs_list() gave last */
  GPtrArray *cached;  /* of Cached, the one that was used last at the end */
};

G_DEFINE_FINAL_TYPE (CvrEpochs, cvr_epochs, G_TYPE_OBJECT)

enum { STORED, THINNED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
cached_free (gpointer data)
{
  Cached *cached = data;

  cvr_model_unref (cached->model);
  g_free (cached);
}

static void
storing_unref (gpointer data)
{
  Storing *storing = data;

  if (--storing->ref_count > 0)
    return;

  cvr_model_unref (storing->model);
  g_free (storing);
}

static void
cvr_epochs_finalize (GObject *object)
{
  CvrEpochs *self = CVR_EPOCHS (object);

  cvr_epochs_close (self);
  g_array_unref (self->stored);
  g_ptr_array_unref (self->storing);
  g_array_unref (self->list);
  g_ptr_array_unref (self->cached);

  G_OBJECT_CLASS (cvr_epochs_parent_class)->finalize (object);
}

static void
cvr_epochs_class_init (CvrEpochsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_epochs_finalize;

  signals[STORED] = g_signal_new ("stored", CVR_TYPE_EPOCHS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT);
  signals[THINNED] = g_signal_new ("thinned", CVR_TYPE_EPOCHS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
}

static void
cvr_epochs_init (CvrEpochs *self)
{
  self->stored = g_array_new (FALSE, FALSE, sizeof (CvrKeptEpoch));
  self->storing = g_ptr_array_new_with_free_func (storing_unref);
  self->list = g_array_new (FALSE, FALSE, sizeof (guint));
  self->cached = g_ptr_array_new_with_free_func (cached_free);
}

CvrEpochs *
cvr_epochs_new (void)
{
  return g_object_new (CVR_TYPE_EPOCHS, NULL);
}

void
cvr_epochs_restore (CvrEpochs    *self,
                    CvrKeeper    *keeper,
                    const GArray *epochs)
{
  g_return_if_fail (self->keeper == NULL);

  self->keeper = cvr_keeper_ref (keeper);
  g_array_append_vals (self->stored, epochs->data, epochs->len);
}

void
cvr_epochs_close (CvrEpochs *self)
{
  g_clear_pointer (&self->keeper, cvr_keeper_unref);
}

CvrKeeper *
cvr_epochs_keeper (CvrEpochs *self)
{
  return self->keeper;
}

static const CvrKeptEpoch *
kept_at (CvrEpochs *self,
         guint      index)
{
  return &g_array_index (self->stored, CvrKeptEpoch, index);
}

/* The first that isn't before @epoch of @run. */
static guint
place_of (CvrEpochs *self,
          guint64    run,
          guint      epoch)
{
  guint low = 0, high = self->stored->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const CvrKeptEpoch *kept = kept_at (self, middle);

      if (kept->run < run || (kept->run == run && kept->epoch < epoch))
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static gboolean
is_stored (CvrEpochs *self,
           guint64    run,
           guint      epoch,
           guint     *place)
{
  *place = place_of (self, run, epoch);

  return *place < self->stored->len && kept_at (self, *place)->run == run &&
         kept_at (self, *place)->epoch == epoch;
}

const guint *
cvr_epochs_list (CvrEpochs *self,
                 guint64    run,
                 guint     *n_epochs)
{
  g_array_set_size (self->list, 0);
  for (guint i = place_of (self, run, 0); i < self->stored->len && kept_at (self, i)->run == run;
       i++)
    g_array_append_val (self->list, kept_at (self, i)->epoch);
  *n_epochs = self->list->len;

  return (const guint *) (gpointer) self->list->data;
}

gboolean
cvr_epochs_nearest (CvrEpochs *self,
                    guint64    run,
                    guint      epoch,
                    guint     *nearest)
{
  guint place = place_of (self, run, epoch);
  gboolean above = place < self->stored->len && kept_at (self, place)->run == run;
  gboolean below = place > 0 && kept_at (self, place - 1)->run == run;

  if (above)
    *nearest = kept_at (self, place)->epoch;
  if (below && (!above || epoch - kept_at (self, place - 1)->epoch < *nearest - epoch))
    *nearest = kept_at (self, place - 1)->epoch;

  return above || below;
}

guint64
cvr_epochs_bytes (CvrEpochs *self,
                  guint64    run)
{
  guint64 bytes = 0;

  for (guint i = place_of (self, run, 0); i < self->stored->len && kept_at (self, i)->run == run;
       i++)
    bytes += kept_at (self, i)->bytes;

  return bytes;
}

/* In memory */

void
cvr_epochs_remember (CvrEpochs *self,
                     guint64    run,
                     guint      epoch,
                     CvrModel  *model)
{
  Cached *cached = g_new0 (Cached, 1);
  gsize bytes = 0;

  for (guint i = self->cached->len; i > 0; i--)
    {
      Cached *old = g_ptr_array_index (self->cached, i - 1);

      bytes += nn_params_n_values (old->model->params) * sizeof (nn_real);
      if ((old->run == run && old->epoch == epoch) || i + N_CACHED <= self->cached->len + 1 ||
          bytes > MOST_CACHED)
        g_ptr_array_remove_index (self->cached, i - 1);
    }
  cached->run = run;
  cached->epoch = epoch;
  cached->model = cvr_model_ref (model);
  g_ptr_array_add (self->cached, cached);
}

CvrModel *
cvr_epochs_recall (CvrEpochs *self,
                   guint64    run,
                   guint      epoch)
{
  for (guint i = 0; i < self->cached->len; i++)
    {
      Cached *cached = g_ptr_array_index (self->cached, i);

      if (cached->run != run || cached->epoch != epoch)
        continue;
      g_ptr_array_add (self->cached, g_ptr_array_steal_index (self->cached, i));
      return cached->model;
    }

  return NULL;
}

/* On the way to the disk */

static guint64
guess_bytes (CvrModel *model)
{
  return nn_params_n_values (model->params) * sizeof (nn_real) + OVERHEAD;
}

guint64
cvr_epochs_usual_limit (CvrEpochs *self,
                        CvrModel  *coming)
{
  guint64 largest = coming != NULL ? guess_bytes (coming) : 0;

  for (guint i = 0; i < self->stored->len; i++)
    largest = MAX (largest, kept_at (self, i)->bytes);
  for (guint i = 0; i < self->storing->len; i++)
    largest = MAX (largest, ((Storing *) g_ptr_array_index (self->storing, i))->kept.bytes);

  return CLAMP (USUAL_NETWORKS * MIN (largest, most_usual), least_usual, most_usual);
}

gboolean
cvr_epochs_fits (CvrModel *model,
                 guint64   limit)
{
  return guess_bytes (model) <= limit;
}

/* Keeper's thread. */
static GBytes *
make_bytes (gpointer data,
            GError **error)
{
  Storing *storing = data;
  GBytes *bytes = cvr_model_to_bytes (storing->model, error);

  if (bytes != NULL)
    storing->made = g_bytes_get_size (bytes);

  return bytes;
}

void
cvr_epochs_put (CvrEpochs *self,
                CvrBatch  *batch,
                guint64    run,
                guint      epoch,
                CvrModel  *model)
{
  Storing *storing = g_new0 (Storing, 1);

  storing->ref_count = 2;
  storing->kept = (CvrKeptEpoch) { run, epoch, guess_bytes (model) };
  storing->model = cvr_model_ref (model);
  g_ptr_array_add (self->storing, storing);
  cvr_batch_put_epoch (batch, run, epoch, make_bytes, storing, storing_unref);
}

static void
add_stored (CvrEpochs     *self,
            const Storing *storing)
{
  CvrKeptEpoch kept = storing->kept;
  guint place;

  kept.bytes = storing->made;
  if (is_stored (self, kept.run, kept.epoch, &place))
    g_array_index (self->stored, CvrKeptEpoch, place) = kept;
  else
    g_array_insert_val (self->stored, place, kept);
  cvr_epochs_remember (self, kept.run, kept.epoch, storing->model);
}

void
cvr_epochs_kept (CvrEpochs *self,
                 guint64    run,
                 guint      epoch,
                 gboolean   ok)
{
  for (guint i = 0; i < self->storing->len; i++)
    {
      Storing *storing = g_ptr_array_index (self->storing, i);

      if (storing->kept.run != run || storing->kept.epoch != epoch)
        continue;
      if (ok)
        add_stored (self, storing);
      g_ptr_array_remove_index (self->storing, i);
      if (ok)
        g_signal_emit (self, signals[STORED], 0, run, epoch);
      return;
    }
}

static int
compare_kept (gconstpointer a,
              gconstpointer b)
{
  const CvrKeptEpoch *x = a;
  const CvrKeptEpoch *y = b;

  return x->run != y->run ? (x->run > y->run) - (x->run < y->run)
                          : (x->epoch > y->epoch) - (x->epoch < y->epoch);
}

GArray *
cvr_epochs_dup_all (CvrEpochs *self)
{
  GArray *all = g_array_copy (self->stored);

  for (guint i = 0; i < self->storing->len; i++)
    {
      const CvrKeptEpoch *kept = &((Storing *) g_ptr_array_index (self->storing, i))->kept;
      guint place;

      if (!is_stored (self, kept->run, kept->epoch, &place))
        g_array_append_val (all, *kept);
    }
  g_array_sort (all, compare_kept);

  return all;
}

void
cvr_epochs_forget (CvrEpochs *self,
                   CvrBatch  *batch,
                   guint64    run,
                   guint      epoch)
{
  guint place;

  if (is_stored (self, run, epoch, &place))
    g_array_remove_index (self->stored, place);
  for (guint i = self->storing->len; i > 0; i--)
    {
      const Storing *storing = g_ptr_array_index (self->storing, i - 1);

      if (storing->kept.run == run && storing->kept.epoch == epoch)
        g_ptr_array_remove_index (self->storing, i - 1);
    }
  cvr_batch_forget_epoch (batch, run, epoch);
}

void
cvr_epochs_forget_run (CvrEpochs *self,
                       guint64    run)
{
  guint first = place_of (self, run, 0);
  guint n = 0;

  cvr_epochs_list (self, run, &n);
  if (n > 0)
    g_array_remove_range (self->stored, first, n);
  for (guint i = self->storing->len; i > 0; i--)
    if (((Storing *) g_ptr_array_index (self->storing, i - 1))->kept.run == run)
      g_ptr_array_remove_index (self->storing, i - 1);
}

void
cvr_epochs_emit_thinned (CvrEpochs *self,
                         guint64    run)
{
  g_signal_emit (self, signals[THINNED], 0, run);
}

CvrModel *
cvr_epochs_read_model (CvrKeeper *keeper,
                       guint64    run,
                       guint      epoch,
                       GError   **error)
{
  g_autofree char *name = g_strdup_printf (_("epoch %u"), epoch);
  GBytes *bytes = NULL;
  CvrModel *model;

  if (!cvr_keeper_read_epoch (keeper, run, epoch, &bytes, error))
    return NULL;
  if (bytes == NULL)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_EMPTY,
                   _("The network of epoch %u is no longer kept. Choose another epoch."), epoch);
      return NULL;
    }

  model =
    cvr_model_from_bytes (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), name, error);
  g_bytes_unref (bytes);

  return model;
}
