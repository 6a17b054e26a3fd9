/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Little-endian records of training state: written into a byte array, read through CvrReader. */
#pragma once

#include "cvr-bytes.h"
#include "nn-real.h"

#include <glib.h>

G_BEGIN_DECLS

void     nn_record_put_u32   (GByteArray *bytes, guint32 value);
void     nn_record_put_u64   (GByteArray *bytes, guint64 value);
void     nn_record_put_f64   (GByteArray *bytes, double value);
void     nn_record_put_reals (GByteArray *bytes, const nn_real *values, gsize n_values);

guint64  nn_record_u64       (CvrReader *reader);
double   nn_record_f64       (CvrReader *reader);
/* FALSE, with @values untouched, when fewer than @n_values are left. */
gboolean nn_record_reals     (CvrReader *reader, nn_real *values, gsize n_values);

G_END_DECLS
