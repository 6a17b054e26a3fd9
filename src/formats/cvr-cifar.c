/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the binary version of CIFAR-10. */
#include "cvr-cifar.h"

#include <glib/gi18n-lib.h>

const char *const cvr_cifar_classes[CVR_CIFAR_N_CLASSES] = {
  "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
};

/**
 * cvr_cifar_check:
 * @n_records: (out): how many pictures there are
 *
 * The format has no signature: the length must be a whole number of records and every label below
 * ten. Any thread. Errors: %CVR_FORMAT_ERROR.
 */
gboolean
cvr_cifar_check (const guint8 *data,
                 gsize         length,
                 guint        *n_records,
                 GError      **error)
{
  *n_records = 0;
  if (length == 0 || length % CVR_CIFAR_RECORD != 0)
    {
      g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TRUNCATED,
                   _("The file is not a whole number of CIFAR-10 records of %d bytes."),
                   CVR_CIFAR_RECORD);
      return FALSE;
    }
  if (length / CVR_CIFAR_RECORD > G_MAXINT32)
    {
      g_set_error_literal (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_TOO_LARGE,
                           _("The file has more than 2,147,483,647 CIFAR-10 records."));
      return FALSE;
    }

  for (gsize i = 0; i < length / CVR_CIFAR_RECORD; i++)
    if (data[i * CVR_CIFAR_RECORD] >= CVR_CIFAR_N_CLASSES)
      {
        g_set_error (error, CVR_FORMAT_ERROR, CVR_FORMAT_ERROR_INVALID,
                     _("CIFAR-10 record %u has the label %u; labels go from 0 to 9."), (guint) i,
                     data[i * CVR_CIFAR_RECORD]);
        return FALSE;
      }

  *n_records = (guint) (length / CVR_CIFAR_RECORD);

  return TRUE;
}

/**
 * cvr_cifar_record:
 * @data: bytes that cvr_cifar_check() accepted
 * @index: below the number of records
 * @rgb: (out) (array): [32, 32, 3] bytes; the file keeps the three colours apart
 *
 * Returns: the label, 0 … 9.
 */
guint
cvr_cifar_record (const guint8 *data,
                  guint         index,
                  guint8       *rgb)
{
  const guint8 *record = data + (gsize) index * CVR_CIFAR_RECORD;

  for (guint p = 0; p < CVR_CIFAR_PIXELS; p++)
    for (guint c = 0; c < 3; c++)
      rgb[3 * p + c] = record[1 + c * CVR_CIFAR_PIXELS + p];

  return record[0];
}

/**
 * cvr_cifar_meta:
 * @data: (array length=length): the text of batches.meta.txt, one class name a line
 *
 * Returns: (transfer full) (nullable): the ten names.
 */
char **
cvr_cifar_meta (const guint8 *data,
                gsize         length)
{
  g_autofree char *text = g_strndup (length > 0 ? (const char *) data : "", length);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  guint n_names = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strstrip (lines[i]);
      if (lines[i][0] == '\0')
        continue;
      if (!g_utf8_validate (lines[i], -1, NULL) || n_names == CVR_CIFAR_N_CLASSES)
        return NULL;
      g_strv_builder_add (names, lines[i]);
      n_names++;
    }

  return n_names == CVR_CIFAR_N_CLASSES ? g_strv_builder_end (names) : NULL;
}
