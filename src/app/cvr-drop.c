/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drops and the clipboard bring, and where files make sense: decided from names and
 * addresses alone. */
#include "cvr-drop.h"

#include <string.h>

/* No picture in an address is larger: browsers cut them off far below. */
static const gsize max_inline = 64 * 1024 * 1024;

static gboolean
ends_with (const char        *name,
           const char *const *endings)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; endings[i] != NULL; i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;

  return FALSE;
}

/**
 * cvr_drop_decide:
 * @files: what came, in order
 * @on_images_page: whether the page Images is shown, where every picture is one to learn from
 *
 * A picture may come under any name, so what is neither model, project, folder nor known container
 * of many pictures counts as a picture; decoding says what it really is.
 */
CvrDropKind
cvr_drop_decide (const CvrDropFile *files,
                 guint              n_files,
                 gboolean           on_images_page)
{
  static const char *const projects[] = { ".convisor", NULL };
  static const char *const models[] = { ".onnx", NULL };
  static const char *const clips[] = { ".mp4", ".m4v", ".mov",  ".webm", ".mkv", ".avi", ".ogv",
                                       ".mpg", ".3gp", ".mpeg", ".wmv",  ".mts", NULL };
  static const char *const containers[] = { ".zip", ".tar",     ".tgz",     ".tar.gz", ".tar.xz",
                                            ".txz", ".tar.bz2", ".tar.zst", ".7z",     ".npy",
                                            ".npz", ".csv",     ".gz",      ".xz",     ".bin",
                                            ".idx", "ubyte",    NULL };

  if (n_files == 0)
    return CVR_DROP_NOTHING;
  if (n_files > 1)
    return CVR_DROP_IMPORT;
  if (files[0].is_folder)
    return CVR_DROP_IMPORT;
  if (ends_with (files[0].name, projects))
    return CVR_DROP_PROJECT;
  if (ends_with (files[0].name, models))
    return CVR_DROP_MODEL;
  if (ends_with (files[0].name, clips))
    return CVR_DROP_CLIP;
  if (on_images_page || ends_with (files[0].name, containers))
    return CVR_DROP_IMPORT;

  return CVR_DROP_TRY;
}

static gboolean
has_scheme (const char *address,
            const char *scheme)
{
  gsize n = strlen (scheme);

  return g_ascii_strncasecmp (address, scheme, n) == 0 && address[n] == ':';
}

/**
 * cvr_drop_arrival:
 * @addresses: (nullable) (array zero-terminated=1): URIs or absolute paths
 *
 * Returns: what to do with them
 */
CvrArrival
cvr_drop_arrival (const char *const *addresses)
{
  static const char *const web[] = { "http", "https", "ftp",         "ftps", "blob",
                                     "about", "chrome", "javascript", "data", NULL };

  if (addresses == NULL || addresses[0] == NULL)
    return CVR_ARRIVAL_NOTHING;
  if (g_ascii_strncasecmp (addresses[0], "data:image/", strlen ("data:image/")) == 0)
    return CVR_ARRIVAL_INLINE;
  for (guint i = 0; web[i] != NULL; i++)
    if (has_scheme (addresses[0], web[i]))
      return CVR_ARRIVAL_WEB;

  return CVR_ARRIVAL_FILES;
}

static gboolean
is_address (const char *line)
{
  g_autofree char *scheme = g_uri_parse_scheme (line);

  if (line[0] == '/')
    return TRUE;

  /* "Note: this" has a scheme too. */
  return scheme != NULL && (strstr (line, "://") != NULL || has_scheme (line, "data"))
         && strpbrk (line, " \t") == NULL;
}

/**
 * cvr_drop_addresses:
 * @text: as it was pasted
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): its lines, when each one is an
 * address
 */
char **
cvr_drop_addresses (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (line[0] == '\0')
        continue;
      if (!is_address (line))
        return NULL;
      g_ptr_array_add (found, g_strdup (line));
    }
  if (found->len == 0)
    return NULL;
  g_ptr_array_add (found, NULL);

  return g_strdupv ((char **) found->pdata);
}

/**
 * cvr_drop_image_types:
 *
 * Without loss before with loss; what can't move before what can.
 *
 * Returns: (transfer none) (array zero-terminated=1): the media types that the decoder reads
 */
const char *const *
cvr_drop_image_types (void)
{
  static const char *const types[] = { "image/png",  "image/tiff", "image/bmp",  "image/x-bmp",
                                       "image/jpeg", "image/webp", "image/gif",
                                       "image/x-portable-anymap", NULL };

  return types;
}

/**
 * cvr_drop_image_type:
 * @types: (array zero-terminated=1): what is offered
 *
 * Returns: (transfer none) (nullable): a string of the program's own; %NULL: no picture is offered
 */
const char *
cvr_drop_image_type (const char *const *types)
{
  const char *const *known = cvr_drop_image_types ();

  for (guint i = 0; known[i] != NULL; i++)
    if (g_strv_contains (types, known[i]))
      return known[i];

  return NULL;
}

/**
 * cvr_drop_read_inline:
 * @address: "data:", a media type, parameters, "base64," and the bytes (RFC 2397)
 *
 * Returns: (transfer full) (nullable): the bytes, not yet looked at; %NULL when the address is in
 * another form, empty, or too long
 */
GBytes *
cvr_drop_read_inline (const char *address)
{
  static const char mark[] = ";base64";
  const char *comma = strchr (address, ',');
  g_autofree guint8 *bytes = NULL;
  gsize n = 0;

  if (!has_scheme (address, "data") || comma == NULL)
    return NULL;
  if ((gsize) (comma - address) < strlen (mark)
      || g_ascii_strncasecmp (comma - strlen (mark), mark, strlen (mark)) != 0
      || strlen (comma) > max_inline)
    return NULL;
  bytes = g_base64_decode (comma + 1, &n);

  return n > 0 ? g_bytes_new_take (g_steal_pointer (&bytes), n) : NULL;
}
