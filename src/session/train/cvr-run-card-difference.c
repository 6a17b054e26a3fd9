/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between two trainings, in words. */
#include "cvr-run-card-private.h"

#include "cvr-words.h"

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

/* As a part of its own; "" adds nothing. */
static void
append_part (GString    *text,
             const char *part)
{
  if (text->len > 0 && part[0] != '\0')
    g_string_append (text, _("; "));
  g_string_append (text, part);
}

/* "batch 20 instead of 8 from epoch 2 on"; of many the first ones. */
static void
append_changes (GString            *text,
                const CvrCardFacts *facts)
{
  guint n = MIN (facts->n_changes, MOST_CHANGES);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *at = cvr_words_figure (facts->changes[i].x, 3);
      /* Translators: a change made while it learned, as "batch 20 instead of 8", and the place on
       * the curve, in epochs with a fraction. */
      g_autofree char *part =
        g_strdup_printf (_("%1$s from epoch %2$s on"), facts->changes[i].text, at);

      append_part (text, part);
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

/* 0 adds nothing. */
static void
append_count (GString    *text,
              const char *format,
              guint       n)
{
  g_autofree char *count = cvr_words_count (n);
  g_autofree char *part = g_strdup_printf (format, count);

  if (n > 0)
    append_part (text, part);
}

/* Numbers are known against the run before it; of others only whether there is a difference. */
static void
append_data (GString            *text,
             const CvrCardFacts *facts,
             CvrRunCard         *other)
{
  if (facts->compared != 0 && facts->compared == other->id)
    {
      const CvrDataDifference *since = &facts->since;

      append_count (text, ngettext ("%s label changed", "%s labels changed", since->n_relabelled),
                    since->n_relabelled);
      append_count (text, ngettext ("%s picture added", "%s pictures added", since->n_added),
                    since->n_added);
      append_count (text, ngettext ("%s picture left out", "%s pictures left out",
                                    since->n_removed), since->n_removed);
    }
  else if (facts->data != 0 && other->facts.data != 0 && facts->data != other->facts.data)
    append_part (text, _("other pictures or labels"));
}

char *
cvr_run_card_dup_difference (CvrRunCard *self,
                             CvrRunCard *other)
{
  g_autofree char *settings = cvr_settings_dup_difference (&self->facts.settings,
                                                           &other->facts.settings);
  g_autoptr (GString) text = g_string_new (NULL);

  append_data (text, &self->facts, other);
  append_part (text, settings);
  if (self->facts.went_on != other->facts.went_on)
    append_part (text, self->facts.went_on ? _("went on from a trained network")
                                           : _("began anew"));

  append_changes (text, &self->facts);

  return capitalise (text->str);
}

char *
cvr_run_card_dup_changes (CvrRunCard *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_changes (text, &self->facts);

  return capitalise (text->str);
}

char *
cvr_run_card_dup_setback (CvrRunCard *self,
                          CvrRunCard *parent)
{
  const CvrRunReport *now = &self->facts.report, *before = &parent->facts.report;
  g_autofree char *worse = cvr_words_percent (now->val_accuracy, 0);
  g_autofree char *better = cvr_words_percent (before->val_accuracy, 0);

  if (!self->facts.went_on || self->facts.parent != parent->id ||
      self->facts.data != parent->facts.data || now->n_valid != before->n_valid ||
      !(now->val_accuracy < before->val_accuracy))
    return NULL;

  /* Translators: names of trainings, with what they get right of the validation pictures. */
  return g_strdup_printf (_("“%1$s” went on from “%2$s” and got worse: %3$s of the validation "
                            "pictures right instead of %4$s. The notebook can return to it."),
                          self->title, parent->title, worse, better);
}
