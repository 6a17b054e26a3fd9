/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A training's state as bytes, and back: everything its next step depends on. */
#include "nn-trainer.h"

#include "nn-record.h"

#include <glib/gi18n-lib.h>

enum
{
  MAGIC = 0x4b434e4e, /* "NNCK" */
  VERSION = 3,
  VERSION_FIXED = 2, /* is read too: dropout and batch couldn't change, so that it hasn't them */
};

/* What must be the same in both runs; but for the batch that the training began with, which is
 * taken over. */
typedef struct
{
  guint64 n_values, n_trainable, seed, count, batch, kind, lookahead;
} Identity;

enum { MOST_BATCH = 65536 };

static Identity
identity_of (NnTrainer *self)
{
  return (Identity) {
    .n_values = nn_params_n_values (self->params),
    .n_trainable = nn_params_n_trainable (self->params),
    .seed = self->spec->seed,
    .count = self->train->count,
    .batch = self->check_batch,
    .kind = self->spec->optim.kind,
    .lookahead = self->spec->lookahead.every,
  };
}

static float *const *
settings_of (NnOptimSpec *spec,
             float       *places[9])
{
  places[0] = &spec->lr;
  places[1] = &spec->momentum;
  places[2] = &spec->beta1;
  places[3] = &spec->beta2;
  places[4] = &spec->rho;
  places[5] = &spec->epsilon;
  places[6] = &spec->weight_decay;
  places[7] = &spec->l1;
  places[8] = &spec->clip_norm;

  return places;
}

static void
put_head (NnTrainer  *self,
          double      seconds,
          GByteArray *bytes)
{
  Identity identity = identity_of (self);
  float *places[9];
  float *const *settings = settings_of (&self->tuned.optim, places);

  nn_record_put_u32 (bytes, MAGIC);
  nn_record_put_u32 (bytes, VERSION);
  nn_record_put_u32 (bytes, sizeof (nn_real));
  nn_record_put_u32 (bytes, self->best.params != NULL);
  nn_record_put_u64 (bytes, identity.n_values);
  nn_record_put_u64 (bytes, identity.n_trainable);
  nn_record_put_u64 (bytes, identity.seed);
  nn_record_put_u64 (bytes, identity.count);
  nn_record_put_u64 (bytes, identity.batch);
  nn_record_put_u64 (bytes, identity.kind);
  nn_record_put_u64 (bytes, identity.lookahead);
  nn_record_put_u64 (bytes, self->epoch);
  nn_record_put_u64 (bytes, self->step);
  nn_record_put_f64 (bytes, seconds);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    nn_record_put_f64 (bytes, (double) *settings[i]);
  nn_record_put_f64 (bytes, (double) self->tuned.dropout);
  nn_record_put_u64 (bytes, self->tuned.batch);
  nn_record_put_u64 (bytes, self->best.epoch);
  nn_record_put_f64 (bytes, self->best.val_loss);
  nn_record_put_f64 (bytes, self->best.val_accuracy);
  nn_record_put_f64 (bytes, self->best.loss);
  nn_record_put_f64 (bytes, self->best.accuracy);
}

/* Returns: (nullable): NULL when a byte array can't hold it (4 GiB). */
GBytes *
nn_trainer_save (NnTrainer *self,
                 double     seconds)
{
  GByteArray *bytes;
  g_autoptr (GBytes) optim = NULL;
  gsize n_values = nn_params_n_values (self->params);

  /* Parameters, their best and slow copies and at most two moments. */
  if (n_values > (G_MAXUINT - 4096) / (5 * sizeof (nn_real)))
    return NULL;

  bytes = g_byte_array_new ();
  optim = nn_optim_serialize (self->optim);
  put_head (self, seconds, bytes);
  nn_record_put_reals (bytes, nn_params_peek_all (self->params), n_values);
  if (self->best.params != NULL)
    nn_record_put_reals (bytes, nn_params_peek_all (self->best.params), n_values);
  if (self->slow != NULL)
    nn_record_put_reals (bytes, self->slow, n_values);
  nn_record_put_u64 (bytes, g_bytes_get_size (optim));
  g_byte_array_append (bytes, g_bytes_get_data (optim, NULL), (guint) g_bytes_get_size (optim));

  return g_byte_array_free_to_bytes (bytes);
}

static gboolean
damaged (GError **error)
{
  g_set_error_literal (error, NN_ERROR, NN_ERROR_DATA,
                       _("The checkpoint is damaged, incomplete or of another version."));
  return FALSE;
}

static gboolean
same_number (const char *what,
             guint64     saved,
             guint64     here,
             GError    **error)
{
  if (saved == here)
    return TRUE;

  /* Translators: the first %s is an English setting's name, such as “batch”. */
  g_set_error (error, NN_ERROR, NN_ERROR_DATA,
               _("The checkpoint does not continue this training: its %s is %lu, here it is %lu."),
               what, (gulong) saved, (gulong) here);
  return FALSE;
}

static gboolean
read_identity (NnTrainer *self,
               CvrReader *reader,
               GError   **error)
{
  Identity here = identity_of (self), saved;

  saved.n_values = nn_record_u64 (reader);
  saved.n_trainable = nn_record_u64 (reader);
  saved.seed = nn_record_u64 (reader);
  saved.count = nn_record_u64 (reader);
  saved.batch = nn_record_u64 (reader);
  saved.kind = nn_record_u64 (reader);
  saved.lookahead = nn_record_u64 (reader);
  if (reader->overrun || saved.batch < 1 || saved.batch > MOST_BATCH)
    return damaged (error);

  self->check_batch = (guint) saved.batch;
  return same_number ("number of values", saved.n_values, here.n_values, error) &&
         same_number ("number of parameters", saved.n_trainable, here.n_trainable, error) &&
         same_number ("seed", saved.seed, here.seed, error) &&
         same_number ("number of training items", saved.count, here.count, error) &&
         same_number ("optimiser", saved.kind, here.kind, error) &&
         same_number ("lookahead", saved.lookahead, here.lookahead, error);
}

static gboolean
read_progress (NnTrainer *self,
               CvrReader *reader,
               guint32    version,
               GError   **error)
{
  NnTuning tuned = self->tuned;
  float *places[9];
  float *const *settings = settings_of (&tuned.optim, places);
  guint64 epoch = nn_record_u64 (reader), batch, best_epoch;

  self->step = nn_record_u64 (reader);
  self->seconds_before = nn_record_f64 (reader);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    *settings[i] = (float) nn_record_f64 (reader);
  tuned.dropout = version == VERSION_FIXED ? -1 : (float) nn_record_f64 (reader);
  batch = version == VERSION_FIXED ? self->check_batch : nn_record_u64 (reader);
  best_epoch = nn_record_u64 (reader);
  self->best.val_loss = nn_record_f64 (reader);
  self->best.val_accuracy = nn_record_f64 (reader);
  self->best.loss = nn_record_f64 (reader);
  self->best.accuracy = nn_record_f64 (reader);
  if (reader->overrun || epoch > G_MAXUINT || best_epoch > epoch ||
      batch < 1 || batch > MOST_BATCH || !(tuned.dropout < 1) ||
      !nn_optim_spec_check (&tuned.optim, NULL))
    return damaged (error);

  self->epoch = (guint) epoch;
  self->best.epoch = (guint) best_epoch;
  self->tuned = tuned;
  self->tuned.batch = (guint) batch;

  return TRUE;
}

static gboolean
read_values (NnTrainer *self,
             CvrReader *reader,
             gboolean   with_best,
             GError   **error)
{
  gsize n_values = nn_params_n_values (self->params);
  g_autoptr (GBytes) optim = NULL;
  guint64 length;

  if (!nn_record_reals (reader, nn_params_poke_all (self->params), n_values))
    return damaged (error);
  if (with_best)
    {
      self->best.params = nn_params_copy (self->params);
      if (!nn_record_reals (reader, nn_params_poke_all (self->best.params), n_values))
        return damaged (error);
    }

  if (self->slow != NULL && !nn_record_reals (reader, self->slow, n_values))
    return damaged (error);

  length = nn_record_u64 (reader);
  if (reader->overrun || length != cvr_reader_left (reader))
    return damaged (error);

  optim = g_bytes_new (cvr_reader_take (reader, length), length);
  return nn_optim_restore (self->optim, optim, error);
}

/* FALSE with NN_ERROR_DATA; the trainer is then of no more use. */
gboolean
nn_trainer_restore (NnTrainer *self,
                    GBytes    *bytes,
                    GError   **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  CvrReader reader = cvr_reader_new (data, length);
  guint32 magic = cvr_reader_u32_le (&reader), version = cvr_reader_u32_le (&reader);
  guint32 width = cvr_reader_u32_le (&reader), with_best = cvr_reader_u32_le (&reader);

  if (magic != MAGIC || version < VERSION_FIXED || version > VERSION ||
      width != sizeof (nn_real) || with_best > 1)
    return damaged (error);

  return read_identity (self, &reader, error) && read_progress (self, &reader, version, error) &&
         read_values (self, &reader, with_best, error);
}

/**
 * nn_train_checkpoint:
 * @event: an EPOCH event, inside the observer's callback
 *
 * Returns: (transfer full) (nullable): bytes for nn_train(); %NULL when they would be more than 4
 * GiB.
 */
GBytes *
nn_train_checkpoint (const NnEvent *event)
{
  g_return_val_if_fail (event->kind == NN_EVENT_EPOCH, NULL);

  return nn_trainer_save (event->trainer, event->seconds);
}
