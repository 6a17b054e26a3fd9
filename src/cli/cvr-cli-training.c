/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program says and keeps while a network learns. */
#include "cvr-cli-training.h"

#include "cvr-fs.h"

#include <glib/gi18n-lib.h>
#include <math.h>

gboolean
cvr_cli_training_keep_going_cb (gpointer training)
{
  return cvr_cli_keep_going (((CvrCliTraining *) training)->cli);
}

/* A checkpoint that can't be written is said once; the training goes on, the work is worth more. */
static void
write_checkpoint (CvrCliTraining *self,
                  const NnEvent  *event)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  gconstpointer data;

  if (self->checkpoint == NULL)
    return;

  bytes = nn_train_checkpoint (event);
  data = g_bytes_get_data (bytes, &length);
  if (!cvr_fs_replace (NULL, self->checkpoint, data, length,
                       self->checkpoint_error == NULL ? &self->checkpoint_error : NULL) &&
      self->checkpoint_error != NULL)
    cvr_cli_complain (self->cli, self->checkpoint_error->message);
}

static void
send_epoch (CvrCliTraining *self,
            const NnEvent  *event)
{
  GString *json = cvr_cli_event ("epoch");
  g_autofree char *accuracy = cvr_words_percent (event->accuracy, 0);
  g_autofree char *val_accuracy = cvr_words_percent (event->val_accuracy, 0);

  cvr_json_add_uint (json, "epoch", event->epoch);
  cvr_json_add_double (json, "loss", event->loss);
  cvr_json_add_double (json, "accuracy", event->accuracy);
  cvr_json_add_double (json, "val_loss", event->val_loss);
  cvr_json_add_double (json, "val_accuracy", event->val_accuracy);
  cvr_json_add_float (json, "lr", (float) event->lr);
  cvr_json_add_double (json, "images_per_s", round (event->images_per_second * 10) / 10);
  cvr_json_add_double (json, "seconds", round (event->seconds * 1e3) / 1e3);
  cvr_cli_send (self->cli, json);

  if (isnan (event->val_loss))
    cvr_cli_say (self->cli, _("Epoch %u/%u  loss %.4f  right %s  (%.1f s)"), event->epoch,
                 self->n_epochs, event->loss,
                 accuracy, event->seconds);
  else
    cvr_cli_say (self->cli,
                 _("Epoch %u/%u  loss %.4f  right %s  validation: loss %.4f  right %s%s  (%.1f s)"),
                 event->epoch, self->n_epochs, event->loss, accuracy, event->val_loss, val_accuracy,
                 event->best ? " *" : "", event->seconds);
}

static void
remember_step (CvrCliTraining *self,
               const NnEvent  *event)
{
  if (self->history == NULL)
    return;
  cvr_history_add (self->history, CVR_SERIES_LOSS, event->position, event->loss);
  cvr_history_add (self->history, CVR_SERIES_ACCURACY, event->position, event->accuracy);
}

static void
remember_epoch (CvrCliTraining *self,
                const NnEvent  *event)
{
  CvrEpochRow row = { event->epoch, event->loss, event->accuracy, event->val_loss,
                      event->val_accuracy, event->lr,
                      event->seconds, event->images_per_second, event->best };

  if (self->history != NULL)
    cvr_history_add_epoch (self->history, &row);
}

/* NnObserver's event; @training a CvrCliTraining. */
void
cvr_cli_training_event_cb (const NnEvent *event,
                           gpointer       training)
{
  CvrCliTraining *self = training;

  switch (event->kind)
    {
    case NN_EVENT_STEP:
      remember_step (self, event);
      cvr_cli_progress (self->cli, event->step, event->n_steps, _("Training"));
      break;

    case NN_EVENT_EPOCH:
      remember_epoch (self, event);
      write_checkpoint (self, event);
      send_epoch (self, event);
      break;

    case NN_EVENT_STARTED:
    case NN_EVENT_FINISHED:
    default:
      break;
    }
}
