/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a training came to, as members of a JSON object. */
#include "cvr-run-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>

void
cvr_run_report_write (const CvrRunReport *self,
                      GString            *json)
{
  cvr_json_add_uint (json, "n_train", self->n_train);
  cvr_json_add_uint (json, "n_valid", self->n_valid);
  cvr_json_add_uint (json, "stop", self->stop);
  cvr_json_add_uint (json, "best_epoch", self->best_epoch);
  cvr_json_add_uint (json, "n_epochs", self->n_epochs);
  cvr_json_add_double (json, "val_accuracy", self->val_accuracy);
  cvr_json_add_double (json, "val_loss", self->val_loss);
  cvr_json_add_double (json, "accuracy", self->accuracy);
  cvr_json_add_double (json, "loss", self->loss);
  cvr_json_add_double (json, "seconds", self->seconds);
}

gboolean
cvr_run_report_read (CvrRunReport *self,
                     JsonObject   *object,
                     GError      **error)
{
  guint stop = NN_STOP_COMPLETED;

  *self = (CvrRunReport) { .val_accuracy = NAN, .val_loss = NAN, .accuracy = NAN, .loss = NAN };
  if (!cvr_json_get_uint (object, "n_train", &self->n_train, error) ||
      !cvr_json_get_uint (object, "n_valid", &self->n_valid, error) ||
      !cvr_json_get_uint (object, "stop", &stop, error) ||
      !cvr_json_get_uint (object, "best_epoch", &self->best_epoch, error) ||
      !cvr_json_get_uint (object, "n_epochs", &self->n_epochs, error) ||
      !cvr_json_get_double (object, "val_accuracy", &self->val_accuracy, error) ||
      !cvr_json_get_double (object, "val_loss", &self->val_loss, error) ||
      !cvr_json_get_double (object, "accuracy", &self->accuracy, error) ||
      !cvr_json_get_double (object, "loss", &self->loss, error) ||
      !cvr_json_get_double (object, "seconds", &self->seconds, error))
    return FALSE;

  if (stop > NN_STOP_DIVERGED)
    {
      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                   _("“%s” is %u; it can be 0 to %d."), "stop", stop, NN_STOP_DIVERGED);
      return FALSE;
    }
  self->stop = (NnStop) stop;

  return TRUE;
}
