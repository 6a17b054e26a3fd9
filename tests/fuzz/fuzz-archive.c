/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as an archive, within narrow bounds. */
#include "cvr-archive.h"
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const CvrArchiveLimits limits = { 1 << 16, 1 << 18, 64, NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrArchive) archive = NULL;
  CvrArchiveEntry entry;

  cvr_archive_is (data, size);
  archive = cvr_archive_open_bytes (data, size, &limits, &error);
  g_assert_true ((archive == NULL) == (error != NULL));
  while (archive != NULL && cvr_archive_next (archive, &entry, &error))
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (GBytes) bytes = cvr_archive_read (archive, &reason);

      g_assert_true ((bytes == NULL) == (reason != NULL));
      g_assert_true (bytes == NULL || g_bytes_get_size (bytes) <= limits.max_entry);
      if (entry.path != NULL)
        {
          g_autofree char *rooted = g_strconcat ("/", entry.path, "/", NULL);

          g_assert_true (g_utf8_validate (entry.path, -1, NULL));
          g_assert_true (entry.path[0] != '/');
          g_assert_null (strstr (rooted, "/../"));
        }
    }

  return 0;
}
