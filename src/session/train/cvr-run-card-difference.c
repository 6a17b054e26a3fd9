/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between two trainings, in words. */
#include "cvr-run-card-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { MOST_CHANGES = 4 };

/* The first letter as a sentence has it. */
static char *
capitalise (const char *text)
{
  g_autofree char *first = g_utf8_substring (text, 0, text[0] != '\0' ? 1 : 0);
  g_autofree char *upper = g_utf8_strup (first, -1);

  return g_strconcat (upper, text + strlen (first), NULL);
}

/* "batch 20 instead of 8 from epoch 2 on"; of many the first ones. */
static void
append_changes (GString            *text,
                const CvrCardFacts *facts)
{
  guint n = MIN (facts->n_changes, MOST_CHANGES);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *at = g_strdup_printf ("%.3g", facts->changes[i].x);

      if (text->len > 0)
        g_string_append (text, _("; "));
      /* Translators: a change made while it learned, as "batch 20 instead of 8", and the place on
       * the curve, in epochs with a fraction. */
      g_string_append_printf (text, _("%1$s from epoch %2$s on"), facts->changes[i].text, at);
    }
  if (facts->n_changes > n)
    {
      g_string_append (text, _("; "));
      g_string_append_printf (text,
                              g_dngettext (GETTEXT_PACKAGE, "%u more change", "%u more changes",
                                           facts->n_changes - n),
                              facts->n_changes - n);
    }
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

  append_changes (text, &self->facts);

  return capitalise (text->str);
}
