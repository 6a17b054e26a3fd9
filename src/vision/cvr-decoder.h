/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decodes foreign bytes in a helper process with a memory limit and a deadline. */
#pragma once

#include "cvr-image.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Counted, any thread (calls are serialised; make two for two at once). The helper
 * (libexec/convisor-decode, or $CONVISOR_DECODER, or beside the running program in a build tree) is
 * started at the first call, killed at the deadline and started again at the next call. */
typedef struct _CvrDecoder CvrDecoder;

CvrDecoder *cvr_decoder_new       (void) G_GNUC_WARN_UNUSED_RESULT;
CvrDecoder *cvr_decoder_ref       (CvrDecoder *self);
void        cvr_decoder_unref     (CvrDecoder *self);
/* Default 5 s, 400 MB. */
void        cvr_decoder_set_limits (CvrDecoder *self, guint seconds, guint megabytes);
/* @name is for the sniffing of TGA and for messages. Blocks. Errors: CVR_VISION_ERROR_*. */
CvrImage   *cvr_decoder_decode    (CvrDecoder *self, GBytes *bytes, const char *name,
                                   guint max_side,
                                   GCancellable *cancellable,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrDecoder, cvr_decoder_unref)

G_END_DECLS
