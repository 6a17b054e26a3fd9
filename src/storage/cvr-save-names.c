/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that every file system takes, each one once. */
#include "cvr-save-private.h"

#include <string.h>

enum { MAX_BYTES = 120 };

/* What no system takes in a name, or reads as something else, becomes "_". */
static char *
safe (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  GString *text = g_string_new (NULL);

  for (const char *c = valid; *c != '\0' && text->len < MAX_BYTES; c = g_utf8_next_char (c))
    if ((guchar) *c < 0x20 || *c == 0x7f || strchr ("/\\:*?\"<>|", *c) != NULL)
      g_string_append_c (text, '_');
    else
      g_string_append_len (text, c, g_utf8_next_char (c) - c);
  while (text->len > 0 && strchr (". ", text->str[text->len - 1]) != NULL)
    g_string_truncate (text, text->len - 1);
  if (text->len == 0 || strchr (". ", text->str[0]) != NULL)
    g_string_prepend_c (text, '_');

  return g_string_free (text, FALSE);
}

/* Names of devices on Windows. */
static gboolean
is_reserved (const char *name)
{
  static const char *const words[] = { "con",  "prn",  "aux",  "nul",  "com1", "com2", "com3",
                                       "com4", "com5", "com6", "com7", "com8", "com9", "lpt1",
                                       "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8",
                                       "lpt9", NULL };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_strv_contains (words, lower);
}

/**
 * cvr_save_name:
 * @taken: (element-type utf8): folded names so far; the new one is added
 * @name: what it should be called
 *
 * Returns: (transfer full): a name that is safe and that no other one equals, whatever the case.
 */
char *
cvr_save_name (GHashTable *taken,
               const char *name)
{
  g_autofree char *clean = safe (name);
  g_autofree char *found = is_reserved (clean) ? g_strconcat ("_", clean, NULL)
                                               : g_strdup (clean);

  for (guint n = 2;; n++)
    {
      g_autofree char *folded = g_utf8_casefold (found, -1);

      if (g_hash_table_add (taken, g_steal_pointer (&folded)))
        return g_steal_pointer (&found);
      g_free (found);
      found = g_strdup_printf ("%s (%u)", clean, n);
    }
}

/**
 * cvr_save_stem:
 *
 * Returns: (transfer full): a picture's name without the ending of a picture file.
 */
char *
cvr_save_stem (const char *name)
{
  static const char *const endings[] = { ".jpg",  ".jpeg", ".png", ".gif", ".bmp", ".tif",
                                         ".tiff", ".pnm",  ".pgm", ".ppm", ".tga", ".webp" };
  gsize n = strlen (name);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      gsize m = strlen (endings[i]);

      if (n > m && g_ascii_strcasecmp (name + n - m, endings[i]) == 0)
        return g_strndup (name, n - m);
    }

  return g_strdup (name);
}
