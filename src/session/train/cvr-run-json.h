/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a training came to, as members of a JSON object. */
#pragma once

#include "cvr-json.h"
#include "cvr-run.h"

G_BEGIN_DECLS

/* Appends members to an object that is being written. */
void     cvr_run_report_write (const CvrRunReport *self, GString *json);
/* Missing numbers are NaN. FALSE with CVR_STORAGE_ERROR_FORMAT naming the member. */
gboolean cvr_run_report_read  (CvrRunReport *self, JsonObject *object, GError **error);

G_END_DECLS
