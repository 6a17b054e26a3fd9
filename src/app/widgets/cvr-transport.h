/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Train, pause, step, stop and how far it is: in the header, so on every page. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_TRANSPORT (cvr_transport_get_type ())
G_DECLARE_FINAL_TYPE (CvrTransport, cvr_transport, CVR, TRANSPORT, AdwBin)

void  cvr_transport_set_project (CvrTransport *self,
                                 CvrProject   *project);
/* "02:10 left", "1:02:10 left"; "" where it isn't known (negative). (transfer full) */
char *cvr_format_time_left      (double        seconds);
/* "80.6 % · epoch 7"; by the loss where nothing is right or wrong. (transfer full) */
char *cvr_format_epoch          (const CvrEpochRow *row);

G_END_DECLS
