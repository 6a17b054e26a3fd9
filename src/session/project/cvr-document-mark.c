/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was put last in the place of a project's file, known by its content. */
#include "cvr-document-mark.h"

#include "cvr-fs.h"

#include <string.h>

enum { BLOCK = 1 << 16 };

char *
cvr_document_mark_path (const char *path)
{
  return g_strconcat (path, ".saved", NULL);
}

GChecksum *
cvr_document_mark_sum (void)
{
  return g_checksum_new (G_CHECKSUM_SHA256);
}

void
cvr_document_mark_write (const char *mark,
                         const char *sum,
                         const char *before)
{
  g_autofree char *text = g_strjoin ("\n", sum, before, NULL);

  cvr_fs_replace (NULL, mark, text, strlen (text), NULL);
}

static char *
etag_of (GFile        *file,
         GCancellable *cancellable)
{
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_ETAG_VALUE,
                                                  G_FILE_QUERY_INFO_NONE, cancellable, NULL);

  return info != NULL ? g_strdup (g_file_info_get_etag (info)) : NULL;
}

/* (nullable) (transfer full) */
static char *
sum_of (GFile        *file,
        GCancellable *cancellable)
{
  g_autoptr (GChecksum) sum = cvr_document_mark_sum ();
  g_autoptr (GFileInputStream) in = g_file_read (file, cancellable, NULL);
  g_autofree guint8 *block = g_malloc (BLOCK);
  gssize n = -1;

  while (in != NULL
         && (n = g_input_stream_read (G_INPUT_STREAM (in), block, BLOCK, cancellable, NULL)) > 0)
    g_checksum_update (sum, block, n);

  return n == 0 ? g_strdup (g_checksum_get_string (sum)) : NULL;
}

char *
cvr_document_mark_etag (const char   *mark,
                        GFile        *file,
                        char        **sum,
                        GCancellable *cancellable)
{
  g_autofree char *text = NULL;
  g_autofree char *found = NULL;
  g_auto (GStrv) marked = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (mark == NULL || !g_file_get_contents (mark, &text, NULL, NULL))
    return NULL;
  marked = g_strsplit (text, "\n", -1);
  before = etag_of (file, cancellable);
  found = sum_of (file, cancellable);
  after = etag_of (file, cancellable);
  /* Both of one and the same file. */
  if (found == NULL || before == NULL || g_strcmp0 (before, after) != 0
      || !g_strv_contains ((const char *const *) marked, found))
    return NULL;
  if (sum != NULL)
    *sum = g_steal_pointer (&found);

  return g_steal_pointer (&after);
}
