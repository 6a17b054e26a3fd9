/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words and numbers as label files spell them, and the smallest box around points. */
#include "cvr-labels-private.h"

#include <math.h>
#include <string.h>

/* Bytes of a UTF-8 byte order mark at the front. */
gsize
cvr_labels_mark (const guint8 *data,
                 gsize         length)
{
  static const guint8 mark[] = { 0xef, 0xbb, 0xbf };

  return length >= sizeof mark && memcmp (data, mark, sizeof mark) == 0 ? sizeof mark : 0;
}

/**
 * cvr_labels_path:
 *
 * Returns: (transfer full): @path with slashes; what a program on Windows wrote has the other kind.
 */
char *
cvr_labels_path (const char *path)
{
  char *copy = g_strdup (path);

  if (strchr (copy, '/') == NULL)
    g_strdelimit (copy, "\\", '/');

  return copy;
}

/**
 * cvr_labels_folded:
 *
 * Returns: (transfer full): the letters and digits of @word, small and without accents.
 */
char *
cvr_labels_folded (const char *word)
{
  g_autofree char *plain = g_str_is_ascii (word) ? g_strdup (word) : g_str_to_ascii (word, "C");
  GString *folded = g_string_new (NULL);

  for (const char *c = plain; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (folded, g_ascii_tolower (*c));

  return g_string_free (folded, FALSE);
}

/**
 * cvr_labels_split:
 * @known: (out): whether the word means anything; no word means "none said"
 *
 * Returns: (nullable): "train", "valid" or "test" for that in English or Spanish.
 */
const char *
cvr_labels_split (const char *word,
                  gboolean   *known)
{
  static const struct
  {
    const char *word;
    const char *split;
  } words[] = {
    { "", NULL },
    { "auto", NULL },
    { "automatic", NULL },
    { "automatico", NULL },
    { "none", NULL },
    { "train", "train" },
    { "training", "train" },
    { "entrenamiento", "train" },
    { "entrenar", "train" },
    { "valid", "valid" },
    { "val", "valid" },
    { "validation", "valid" },
    { "validacion", "valid" },
    { "validar", "valid" },
    { "test", "test" },
    { "testing", "test" },
    { "prueba", "test" },
    { "pruebas", "test" },
  };
  g_autofree char *folded = word[0] != '\0' ? cvr_labels_folded (word) : g_strdup ("");

  *known = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (folded, words[i].word) == 0)
      return words[i].split;
  *known = FALSE;

  return NULL;
}

/**
 * cvr_labels_number:
 *
 * Reads a whole text as a number with a decimal point or, as Spanish spreadsheets write it, a
 * decimal comma; of both signs the last one is the decimal one.
 */
gboolean
cvr_labels_number (const char *text,
                   double     *value)
{
  char plain[64];
  const char *comma = strrchr (text, ',');
  const char *point = strrchr (text, '.');
  const char *decimal = comma != NULL && (point == NULL || comma > point) ? comma : point;
  const char *group = comma != NULL && point != NULL ? (decimal == comma ? "." : ",") : "";
  char *end;
  gsize n = 0;

  for (const char *c = text; *c != '\0'; c++)
    {
      if (n + 1 == sizeof plain || (!g_ascii_isdigit (*c) && strchr ("+-.,eE", *c) == NULL))
        return FALSE;
      if (*c != group[0])
        plain[n++] = c == decimal ? '.' : *c;
    }
  plain[n] = '\0';
  if (n == 0)
    return FALSE;

  *value = g_ascii_strtod (plain, &end);

  return *end == '\0' && isfinite (*value);
}

/* A whole number of pixels, at least one. FALSE, leaving @side alone: it is none. */
gboolean
cvr_labels_side (double number,
                 guint *side)
{
  if (!(number >= 1) || number > CVR_LABELS_MAX_SIDE || number != floor (number))
    return FALSE;

  *side = (guint) number;
  return TRUE;
}

/* The smaller and the larger of two; a number that isn't one stays, so that the box is left out. */
static double
lower (double a,
       double b)
{
  return isnan (a) || b >= a ? a : b;
}

static double
upper (double a,
       double b)
{
  return isnan (a) || b <= a ? a : b;
}

void
cvr_labels_extent_add (CvrLabelsExtent *self,
                       double           x,
                       double           y)
{
  self->left = self->n == 0 ? x : lower (self->left, x);
  self->top = self->n == 0 ? y : lower (self->top, y);
  self->right = self->n == 0 ? x : upper (self->right, x);
  self->bottom = self->n == 0 ? y : upper (self->bottom, y);
  self->n++;
}

/* x, y, width and height. */
void
cvr_labels_extent_box (const CvrLabelsExtent *self,
                       double                 box[4])
{
  box[0] = self->left;
  box[1] = self->top;
  box[2] = self->right - self->left;
  box[3] = self->bottom - self->top;
}

/* The @box-th box in pixels: fractions are multiplied by the picture's size, which is known. */
CvrLabelBox
cvr_labels_pixels (const CvrLabelled *picture,
                   guint              box)
{
  CvrLabelBox pixels = g_array_index (picture->boxes, CvrLabelBox, box);

  if (!picture->in_pixels)
    {
      pixels.x *= (double) picture->width;
      pixels.y *= (double) picture->height;
      pixels.width *= (double) picture->width;
      pixels.height *= (double) picture->height;
    }

  return pixels;
}
