/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of classes that what is typed may mean. */
#include "cvr-class-match.h"

#include <string.h>

/* Without case, and without the marks that stand over and under letters. */
static char *
fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *apart = g_utf8_normalize (g_strstrip (valid), -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (apart, -1);
  GString *plain = g_string_new (NULL);

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_ismark (g_utf8_get_char (p)))
      g_string_append_unichar (plain, g_utf8_get_char (p));

  return g_string_free (plain, FALSE);
}

/* 0: begins with it, 1: a word does, 2: it is inside, 3: it isn't. */
static guint
rank (const char *name,
      const char *typed)
{
  const char *at = strstr (name, typed);

  if (at == NULL)
    return 3;
  if (at == name)
    return 0;
  for (; at != NULL; at = strstr (at + 1, typed))
    if (!g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at))))
      return 1;

  return 2;
}

GArray *
cvr_class_match (const char *const *names,
                 guint              n_names,
                 const char        *typed)
{
  g_autofree char *wanted = fold (typed);
  g_autofree guint *ranks = g_new (guint, MAX (n_names, 1));
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint k = 0; k < n_names; k++)
    {
      g_autofree char *name = fold (names[k]);

      ranks[k] = rank (name, wanted);
    }
  for (guint wished = 0; wished < 3; wished++)
    for (guint k = 0; k < n_names; k++)
      if (ranks[k] == wished)
        g_array_append_val (found, k);

  return found;
}

static char *
without_case (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *normal = g_utf8_normalize (g_strstrip (valid), -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (normal, -1);
}

gboolean
cvr_class_match_same (const char *const *names,
                      guint              n_names,
                      const char        *typed)
{
  g_autofree char *wanted = without_case (typed);

  if (wanted[0] == '\0')
    return TRUE;
  for (guint k = 0; k < n_names; k++)
    {
      g_autofree char *name = without_case (names[k]);

      if (strcmp (name, wanted) == 0)
        return TRUE;
    }

  return FALSE;
}
