/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the ONNX reader and writer agree on. */
#pragma once

#include "onnx-subset.pb-c.h"

#include <glib.h>

G_BEGIN_DECLS

/* The format's own limit: a protobuf message stays below 2 GiB. */
#define CVR_ONNX_MAX_BYTES ((gsize) G_MAXINT32)

/* cvr-onnx-unpack.c */
gpointer cvr_onnx_unpack      (const ProtobufCMessageDescriptor *descriptor,
                               const guint8                     *data,
                               gsize                             length,
                               gboolean                         *spent) G_GNUC_WARN_UNUSED_RESULT;
void     cvr_onnx_unpack_free (gpointer                          message);

/* Metadata key, followed by a node's name: its weights lie on a grid of so many bits (1, 2 or 4),
 * fewer than the int8 they are stored in. */
#define CVR_ONNX_BITS_KEY "convisor.bits."

G_END_DECLS
