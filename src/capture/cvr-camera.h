/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which camera: as a GStreamer source. Blocking: for working threads. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A description of one source element, or several with "!" between. @wanted (nullable): a
 * description from the settings; the environment variable CONVISOR_CAMERA goes before it. In a
 * sandbox the camera portal is asked, which asks the user; elsewhere it is the first camera that
 * GStreamer knows. *fd: −1, or what pipewiresrc reads from: closed with the pipeline's end by the
 * caller. Errors: CVR_CAPTURE_ERROR_*. */
char *cvr_camera_find        (const char *wanted, int *fd, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The portal alone: a file descriptor for pipewiresrc, −1 on errors. */
int   cvr_camera_ask_portal  (GDBusConnection *bus, GCancellable *cancellable, GError **error);

G_END_DECLS
