/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of built-in sets, and from a seed and an index to a picture. */
#include "cvr-builtin.h"

#include "cvr-builtin-sets.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const doodles[] = {
  N_("house"), N_("tree"), N_("fish"), N_("star"), N_("cup"),
  N_("bicycle"), N_("face"), N_("umbrella"), N_("flower"), N_("sailboat"),
};
static const char *const digits[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };
static const char *const pets[] = { N_("cat"), N_("dog") };
static const char *const shapes[] = {
  N_("circle"), N_("square"), N_("triangle"), N_("star"), N_("pentagon"), N_("cross"),
};
static const char *const textures[] = { N_("normal"), N_("defective") };

G_STATIC_ASSERT (G_N_ELEMENTS (doodles) == CVR_N_DOODLES);
G_STATIC_ASSERT (G_N_ELEMENTS (digits) == CVR_N_DIGITS);
G_STATIC_ASSERT (G_N_ELEMENTS (pets) == CVR_N_PETS);
G_STATIC_ASSERT (G_N_ELEMENTS (shapes) == CVR_N_SHAPES);
G_STATIC_ASSERT (G_N_ELEMENTS (textures) == CVR_N_TEXTURES);

/* The first is the one the program starts with. */
static const CvrBuiltin builtins[] = {
  { "doodles", N_("Ten things everybody can draw, as different people draw them."),
    28, 28, 1, CVR_N_DOODLES, doodles, 4000 },
  { "digits", N_("The ten digits, written by many hands."),
    28, 28, 1, CVR_N_DIGITS, digits, 3000 },
  { "pets", N_("Drawn cats and dogs of many kinds, in colour: is it a cat or a dog?"),
    64, 64, 3, CVR_N_PETS, pets, 1600 },
  { "shapes", N_("Six geometric shapes in any colour, size and position, on busy backgrounds."),
    32, 32, 3, CVR_N_SHAPES, shapes, 2000 },
  { "textures", N_("Cloth, metal and tiles, half of them with a small defect to find."),
    64, 64, 1, CVR_N_TEXTURES, textures, 1600 },
};

static const CvrBuiltinPen pens[] = {
  cvr_draw_doodle, cvr_draw_digit, cvr_draw_pet, cvr_draw_shape, cvr_draw_texture,
};

static const gboolean has_masks[] = { FALSE, FALSE, FALSE, FALSE, TRUE };

G_STATIC_ASSERT (G_N_ELEMENTS (pens) == G_N_ELEMENTS (builtins));
G_STATIC_ASSERT (G_N_ELEMENTS (has_masks) == G_N_ELEMENTS (builtins));

/* Mixes all bits of @value (the finaliser of SplitMix64: Steele, Lea and Flood, OOPSLA 2014), so
 * that neighbouring seeds and indices share nothing. */
static guint64
mix (guint64 value)
{
  value += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  value = (value ^ (value >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return value ^ (value >> 31);
}

/**
 * cvr_builtins:
 * @n_builtins: (out): how many
 *
 * Returns: (array length=n_builtins) (transfer none): all sets; the first is the one to start with.
 */
const CvrBuiltin *
cvr_builtins (guint *n_builtins)
{
  *n_builtins = G_N_ELEMENTS (builtins);

  return builtins;
}

/**
 * cvr_builtin_find:
 * @name: (nullable)
 *
 * Returns: (nullable) (transfer none): the set of that name.
 */
const CvrBuiltin *
cvr_builtin_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (builtins); i++)
    if (g_strcmp0 (builtins[i].name, name) == 0)
      return &builtins[i];

  return NULL;
}

/**
 * cvr_builtin_draw:
 * @builtin: one of cvr_builtins()
 * @index: the class is @index % n_classes, so any run of pictures is balanced
 * @mask: (out) (optional) (nullable): for sets with masks, what is defective: 0 or 255, grey, all 0
 * in a picture without a defect; %NULL for the others
 *
 * Returns: (transfer full): the picture. The same bytes for the same @seed and @index on any
 * thread.
 */
CvrImage *
cvr_builtin_draw (const CvrBuiltin *builtin,
                  guint64           seed,
                  guint             index,
                  CvrImage        **mask)
{
  guint                which = 0;
  g_autoptr (CvrImage) defects = NULL;
  CvrImage            *image;
  CvrRng               rng;

  while (which < G_N_ELEMENTS (builtins) && builtin != &builtins[which])
    which++;
  g_return_val_if_fail (which < G_N_ELEMENTS (builtins), NULL);

  /* At most 64 × 64 pixels: memory for these is not refused. */
  image = cvr_image_new (builtin->width, builtin->height, builtin->channels);
  if (has_masks[which])
    defects = cvr_image_new (builtin->width, builtin->height, 1);

  rng = cvr_rng_new (mix (mix (seed + which) ^ index), index);
  pens[which] (index % builtin->n_classes, &rng, image, defects);

  if (mask != NULL)
    *mask = g_steal_pointer (&defects);

  return image;
}
