/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells by content, and by name where content says nothing, what a file is. */
#include "cvr-tree.h"

#include "cvr-cifar.h"
#include "cvr-decode.h"
#include "cvr-idx.h"
#include "cvr-npy.h"

#include <string.h>

/**
 * cvr_natural_compare:
 *
 * Orders by bytes, but runs of digits by their value: "cat 2" comes before "cat 10". The same in
 * every language.
 */
int
cvr_natural_compare (const char *a,
                     const char *b)
{
  const char *x = a, *y = b;

  while (*x != '\0' && *y != '\0')
    {
      if (g_ascii_isdigit (*x) && g_ascii_isdigit (*y))
        {
          gsize n, m;
          int order;

          x += strspn (x, "0");
          y += strspn (y, "0");
          n = strspn (x, "0123456789");
          m = strspn (y, "0123456789");
          order = n != m ? (n < m ? -1 : 1) : strncmp (x, y, n);
          if (order != 0)
            return order;
          x += n;
          y += m;
        }
      else if (*x != *y)
        {
          return (guint8) *x < (guint8) *y ? -1 : 1;
        }
      else
        {
          x++;
          y++;
        }
    }

  return *x != *y ? (*x == '\0' ? -1 : 1) : strcmp (a, b);
}

static gboolean
has_ending (const char        *name,
            const char *const *endings,
            gsize             *stem)
{
  gsize length = strlen (name);

  for (guint i = 0; endings[i] != NULL; i++)
    {
      gsize n = strlen (endings[i]);

      if (length > n && g_ascii_strcasecmp (name + length - n, endings[i]) == 0)
        {
          *stem = length - n;
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * cvr_without_ending:
 *
 * Returns: (transfer full): @name without what says that it is an archive or compressed, if
 * anything does.
 */
char *
cvr_without_ending (const char *name)
{
  static const char *const endings[] = { ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tgz",
                                         ".txz",    ".tbz2",   ".tbz",     ".tar",     ".zip",
                                         ".gz",     ".xz",     ".bz2",     ".zst",     NULL };
  gsize stem = strlen (name);

  has_ending (name, endings, &stem);

  return g_strndup (name, stem);
}

static gboolean
has_member (const char *json,
            const char *quoted)
{
  const char *found = strstr (json, quoted);

  if (found == NULL)
    return FALSE;
  found += strlen (quoted);

  return found[strspn (found, " \t\r\n")] == ':';
}

static gboolean
is_drawing (const guint8 *head,
            gsize         length)
{
  g_autofree char *text = g_strndup (length > 0 ? (const char *) head : "", length);
  const char *start = text + strspn (text, " \t\r\n");

  return *start == '{' &&
         (has_member (start, "\"word\"") || has_member (start, "\"drawing\""));
}

static gboolean
is_project (const guint8 *head,
            gsize         length)
{
  static const guint8 magic[] = "SQLite format 3", application[] = { 'C', 'V', 'S', 'R' };

  return length >= 72 && memcmp (head, magic, sizeof magic) == 0 &&
         memcmp (head + 68, application, 4) == 0;
}

/* So many columns that they must be a picture written out, not a path and a label. */
static gboolean
is_table_of_pixels (const guint8 *head,
                    gsize         length)
{
  enum { COLUMNS = 40 };
  guint n = 0;

  for (gsize i = 0; i < length && head[i] != '\n' && head[i] != '\r'; i++)
    n += head[i] == ',' || head[i] == ';' || head[i] == '\t';

  return n >= COLUMNS;
}

/**
 * cvr_file_kind:
 * @head: (array length=length): the first 512 bytes of a file, or all of a shorter one
 * @name: its name without folders, used where the content says nothing
 */
CvrFileKind
cvr_file_kind (const guint8 *head,
               gsize         length,
               const char   *name)
{
  static const char *const pictures[] = { ".jpg",  ".jpeg", ".png",  ".gif",  ".bmp", ".tif",
                                          ".tiff", ".pnm",  ".pbm",  ".pgm",  ".ppm", ".tga",
                                          ".webp", ".heic", ".heif", ".avif", ".jp2", ".svg",
                                          ".psd",  ".jxl",  ".dng",  ".ico", ".xpm",  ".xbm",
                                          ".cur",  ".ani",  ".icns", ".qoi", ".exr",  ".hdr",
                                          ".dds",  ".pcx",  ".cr2",  ".nef", ".arw",  ".raw",
                                          NULL };
  static const char *const cifar[] = { ".bin", NULL }, *const tables[] = { ".csv", ".tsv", NULL };
  static const char *const drawings[] = { ".ndjson", NULL }, *const models[] = { ".onnx", NULL };
  static const char *const labels[] = { ".json", ".xml",   ".txt",  ".yaml",
                                        ".yml",  ".names", ".data", NULL };
  static const char *const metas[] = { "batches.meta.txt", NULL };
  guint n_dims;
  gsize stem;

  if (cvr_image_sniff (head, length, name) != CVR_FORMAT_UNKNOWN)
    return CVR_FILE_PICTURE;
  if (cvr_npy_is (head, length))
    return CVR_FILE_NPY;
  if (cvr_idx_is (head, length, &n_dims) && n_dims != 2)
    return n_dims == 1 ? CVR_FILE_IDX_LABELS : CVR_FILE_IDX_IMAGES;
  if (is_project (head, length))
    return CVR_FILE_PROJECT;
  if (has_ending (name, drawings, &stem) || is_drawing (head, length))
    return CVR_FILE_DRAWINGS;
  if (g_str_equal (name, metas[0]))
    return CVR_FILE_CIFAR_META;
  if (has_ending (name, cifar, &stem) && length > 0 && head[0] < CVR_CIFAR_N_CLASSES)
    return CVR_FILE_CIFAR;
  if (has_ending (name, tables, &stem))
    return is_table_of_pixels (head, length) ? CVR_FILE_PIXELS : CVR_FILE_TABLE;
  if (has_ending (name, labels, &stem))
    return CVR_FILE_LABELS;
  if (has_ending (name, models, &stem))
    return CVR_FILE_MODEL;

  return has_ending (name, pictures, &stem) ? CVR_FILE_PICTURE_NAME : CVR_FILE_OTHER;
}
