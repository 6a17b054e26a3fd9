/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The binary version of CIFAR-10: records of a label byte and three planes of 32×32 bytes. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

enum
{
  CVR_CIFAR_SIDE = 32,
  CVR_CIFAR_N_CLASSES = 10,
  CVR_CIFAR_PIXELS = CVR_CIFAR_SIDE * CVR_CIFAR_SIDE,
  CVR_CIFAR_RECORD = 1 + 3 * CVR_CIFAR_PIXELS,
};

/* Names of the ten classes, in the order of their numbers. */
extern const char *const cvr_cifar_classes[CVR_CIFAR_N_CLASSES];

gboolean cvr_cifar_check  (const guint8 *data, gsize length, guint *n_records, GError **error);
guint    cvr_cifar_record (const guint8 *data, guint index, guint8 *rgb);
/* NULL-terminated, free with g_strfreev(); NULL where the text doesn't have one name per class. */
char   **cvr_cifar_meta   (const guint8 *data, gsize length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
