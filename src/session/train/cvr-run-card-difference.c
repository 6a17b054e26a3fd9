/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between two trainings, in words. */
#include "cvr-run-card-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The first letter as a sentence has it. */
static char *
capitalise (const char *text)
{
  g_autofree char *first = g_utf8_substring (text, 0, text[0] != '\0' ? 1 : 0);
  g_autofree char *upper = g_utf8_strup (first, -1);

  return g_strconcat (upper, text + strlen (first), NULL);
}

char *
cvr_run_card_dup_difference (CvrRunCard *self,
                             CvrRunCard *other)
{
  g_autofree char *settings = cvr_settings_dup_difference (&self->facts.settings,
                                                           &other->facts.settings);
  g_autoptr (GString) text = g_string_new (settings);

  if (self->facts.went_on != other->facts.went_on)
    {
      if (text->len > 0)
        g_string_append (text, _("; "));
      g_string_append (text, self->facts.went_on ? _("went on from a trained network")
                                                 : _("began anew"));
    }

  return capitalise (text->str);
}
