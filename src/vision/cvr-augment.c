/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seeded changes of a picture: one geometric resampling, then blur, then light and colour, then
 * noise. */
#include "cvr-augment.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* A Gaussian of deviation 2 pixels, cut at three deviations. */
enum { MAX_BLUR_RADIUS = 6 };

static const char *const names[] = {
  "flip",       "rotate",   "shift",      "zoom",  "crop",
  "brightness", "contrast", "saturation", "noise", "blur", "translate", "alternate", NULL,
};

G_STATIC_ASSERT (G_N_ELEMENTS (names) == CVR_N_AUGMENTS + 1);

static const char *const titles[] = {
  N_("Mirror"),     N_("Turn"),     N_("Shift"),      N_("Zoom"),  N_("Crop"),
  N_("Brightness"), N_("Contrast"), N_("Saturation"), N_("Noise"), N_("Blur"),
  N_("Shift by pixels"), N_("Mirror by turns"),
};

G_STATIC_ASSERT (G_N_ELEMENTS (titles) == CVR_N_AUGMENTS);

static const float default_strength = 0.5f;

/**
 * cvr_augment_is_off:
 *
 * Returns: whether cvr_augment_apply() would change nothing and draw no number.
 */
gboolean
cvr_augment_is_off (const CvrAugment *self)
{
  for (guint i = 0; i < CVR_N_AUGMENTS; i++)
    if (self->strength[i] > 0)
      return FALSE;

  return TRUE;
}

/**
 * cvr_augment_name:
 *
 * Returns: the word of the command line and of files; never translated.
 */
const char *
cvr_augment_name (CvrAugmentKind kind)
{
  g_return_val_if_fail ((guint) kind < CVR_N_AUGMENTS, NULL);

  return names[kind];
}

const char *
cvr_augment_title (CvrAugmentKind kind)
{
  g_return_val_if_fail ((guint) kind < CVR_N_AUGMENTS, NULL);

  return _(titles[kind]);
}

/* Reads "NAME" or "NAME=STRENGTH" into @self. */
static gboolean
parse_item (const char *item,
            CvrAugment *self,
            GError    **error)
{
  const char *equals = strchr (item, '=');
  gsize       length = equals != NULL ? (gsize) (equals - item) : strlen (item);
  float       strength = default_strength;
  guint       kind = 0;

  while (kind < CVR_N_AUGMENTS &&
         (strlen (names[kind]) != length || strncmp (names[kind], item, length) != 0))
    kind++;

  if (kind == CVR_N_AUGMENTS)
    {
      g_autofree char *known = g_strjoinv (", ", (char **) names);

      g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC,
                   _("“%.*s” is no augmentation. There are: %s."), (int) length, item, known);
      return FALSE;
    }

  if (equals != NULL)
    {
      char  *end = NULL;
      double number = g_ascii_strtod (equals + 1, &end);

      if (end == equals + 1 || *end != '\0' || !(number >= 0 && number <= 1))
        {
          g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_SPEC,
                       _("The strength of “%s” can't be “%s”: it must be a number from 0 to 1."),
                       names[kind], equals + 1);
          return FALSE;
        }
      strength = (float) number;
    }

  self->strength[kind] = strength;
  return TRUE;
}

/**
 * cvr_augment_parse:
 * @list: (nullable): "flip,rotate=0.3"; blanks around items are passed over; of a kind that is
 * named twice the last strength counts
 * @self: (out): left alone when @list is refused
 *
 * Returns: %FALSE with %CVR_VISION_ERROR_SPEC for unknown names and strengths outside 0 … 1.
 */
gboolean
cvr_augment_parse (const char *list,
                   CvrAugment *self,
                   GError    **error)
{
  CvrAugment       parsed = { 0 };
  g_auto (GStrv)   items = NULL;
  g_autofree char *bare = g_strstrip (g_strdup (list != NULL ? list : ""));

  if (*bare != '\0' && strcmp (bare, "none") != 0)
    items = g_strsplit (bare, ",", -1);

  for (guint i = 0; items != NULL && items[i] != NULL; i++)
    if (!parse_item (g_strstrip (items[i]), &parsed, error))
      return FALSE;

  *self = parsed;
  return TRUE;
}

/* The shortest decimal that reads back as the same float. */
static void
append_strength (GString *list,
                 float    strength)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  char format[] = "%.0g";

  for (char digits = '1'; digits <= '9'; digits++)
    {
      format[2] = digits;
      g_ascii_formatd (text, sizeof text, format, strength);
      if ((float) g_ascii_strtod (text, NULL) == strength)
        break;
    }

  g_string_append (list, text);
}

/**
 * cvr_augment_to_string:
 *
 * Returns: (transfer full): a list that cvr_augment_parse() reads back exactly; "none" when off.
 */
char *
cvr_augment_to_string (const CvrAugment *self)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < CVR_N_AUGMENTS; i++)
    {
      if (!(self->strength[i] > 0))
        continue;

      g_string_append_printf (list, "%s%s=", list->len > 0 ? "," : "", names[i]);
      append_strength (list, self->strength[i]);
    }

  if (list->len == 0)
    g_string_append (list, "none");

  return g_string_free (list, FALSE);
}

/* Where output pixel (x, y) is looked up: (xx·x + xy·y + x0, yx·x + yy·y + y0). */
typedef struct
{
  double xx, xy, x0, yx, yy, y0;
} Lookup;

static double
drawn (const CvrAugment *self,
       CvrAugmentKind    kind,
       CvrRng           *rng)
{
  return self->strength[kind] > 0 ? cvr_rng_between (rng, -1, 1) * self->strength[kind] : 0;
}

/* The window of the crop, as lookup: pixel edges, not centres, are what it keeps. */
static Lookup
draw_crop (const CvrAugment *self,
           CvrRng           *rng,
           guint             width,
           guint             height)
{
  double side, left, top;

  if (!(self->strength[CVR_AUGMENT_CROP] > 0))
    return (Lookup) { .xx = 1, .yy = 1 };

  side = 1 - 0.5 * self->strength[CVR_AUGMENT_CROP] * cvr_rng_uniform (rng);
  left = cvr_rng_uniform (rng) * (1 - side) * width;
  top = cvr_rng_uniform (rng) * (1 - side) * height;

  return (Lookup) { side, 0, left + side / 2 - 0.5, 0, side, top + side / 2 - 0.5 };
}

/* Draws flip, rotation, zoom, shift and crop, in this order, and puts them together. */
static Lookup
draw_lookup (const CvrAugment *self,
             CvrRng           *rng,
             guint             width,
             guint             height)
{
  const double centre_x = (width - 1) / 2.0;
  const double centre_y = (height - 1) / 2.0;
  gboolean flip = self->strength[CVR_AUGMENT_FLIP] > 0 &&
                  cvr_rng_uniform (rng) < self->strength[CVR_AUGMENT_FLIP];
  double   angle = drawn (self, CVR_AUGMENT_ROTATE, rng) * 30 * G_PI / 180;
  double   zoom = 1 + 0.4 * drawn (self, CVR_AUGMENT_ZOOM, rng);
  double   shift_x = drawn (self, CVR_AUGMENT_SHIFT, rng) * 0.25 * width;
  double   shift_y = drawn (self, CVR_AUGMENT_SHIFT, rng) * 0.25 * height;
  Lookup   crop = draw_crop (self, rng, width, height);
  double   mirror = flip ? -1 : 1;
  double   cosine = cos (angle) / zoom;
  double   sine = sin (angle) / zoom;
  double   x0 = crop.x0 - centre_x - shift_x;
  double   y0 = crop.y0 - centre_y - shift_y;

  return (Lookup) {
    .xx = mirror * cosine * crop.xx,
    .xy = mirror * sine * crop.yy,
    .x0 = mirror * (cosine * x0 + sine * y0) + centre_x,
    .yx = -sine * crop.xx,
    .yy = cosine * crop.yy,
    .y0 = -sine * x0 + cosine * y0 + centre_y,
  };
}

static gboolean
moves (const CvrAugment *self)
{
  for (guint i = CVR_AUGMENT_FLIP; i <= CVR_AUGMENT_CROP; i++)
    if (self->strength[i] > 0)
      return TRUE;

  return FALSE;
}

/* @to [H, W, channels] from @from, bilinear; beyond the edge the edge repeats. */
static void
look_up (const Lookup *lookup,
         guint         width,
         guint         height,
         guint         channels,
         const guint8 *from,
         guint8       *to)
{
  const gsize stride = (gsize) width * channels;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++, to += channels)
      {
        double u = CLAMP (lookup->xx * x + lookup->xy * y + lookup->x0, 0, width - 1.0);
        double v = CLAMP (lookup->yx * x + lookup->yy * y + lookup->y0, 0, height - 1.0);
        guint  left = (guint) u, top = (guint) v;
        float  right_part = (float) (u - left), low_part = (float) (v - top);
        gsize  to_right = left + 1 < width ? channels : 0;
        gsize  to_below = top + 1 < height ? stride : 0;

        for (guint c = 0; c < channels; c++)
          {
            const guint8 *p = from + top * stride + (gsize) left * channels + c;
            float above = p[0] + right_part * (p[to_right] - p[0]);
            float below = p[to_below] + right_part * (p[to_below + to_right] - p[to_below]);

            to[c] = (guint8) (above + low_part * (below - above) + 0.5f);
          }
      }
}

/* One pass of a Gaussian along lines of @n pixels that lie @step bytes apart. */
static void
blur_line (const float  *kernel,
           int           radius,
           int           n,
           gsize         step,
           const guint8 *from,
           guint8       *to)
{
  for (int i = 0; i < n; i++)
    {
      float sum = 0.5f;

      for (int k = -radius; k <= radius; k++)
        sum += kernel[ABS (k)] * from[(gsize) CLAMP (i + k, 0, n - 1) * step];

      to[(gsize) i * step] = (guint8) MIN (sum, 255.0f);
    }
}

static void
blur (double  sigma,
      guint   width,
      guint   height,
      guint   channels,
      guint8 *pixels,
      guint8 *scratch)
{
  const gsize stride = (gsize) width * channels;
  const int   radius = MIN ((int) ceil (3 * sigma), MAX_BLUR_RADIUS);
  float       kernel[MAX_BLUR_RADIUS + 1];
  float       sum = 0;

  for (int k = 0; k <= radius; k++)
    {
      kernel[k] = (float) exp (-0.5 * k * k / (sigma * sigma));
      sum += k == 0 ? kernel[k] : 2 * kernel[k];
    }
  for (int k = 0; k <= radius; k++)
    kernel[k] /= sum;

  for (guint y = 0; y < height; y++)
    for (guint c = 0; c < channels; c++)
      blur_line (kernel, radius, (int) width, channels, pixels + y * stride + c,
                 scratch + y * stride + c);
  for (gsize i = 0; i < stride; i++)
    blur_line (kernel, radius, (int) height, stride, scratch + i, pixels + i);
}

static float
mean_of (const guint8 *pixels,
         gsize         n)
{
  guint64 sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += pixels[i];

  return (float) ((double) sum / (double) n);
}

static guint8
to_byte (float value)
{
  return (guint8) (CLAMP (value, 0.0f, 255.0f) + 0.5f);
}

/* Factors 1 leave bytes alone. Contrast turns about the picture's mean, saturation about the grey
 * of each pixel. */
static void
recolour (float   brightness,
          float   contrast,
          float   saturation,
          gsize   n_pixels,
          guint   channels,
          guint8 *pixels)
{
  const float mean = mean_of (pixels, n_pixels * channels);

  for (gsize i = 0; i < n_pixels; i++, pixels += channels)
    {
      float grey = channels == 3 ? 0.299f * pixels[0] + 0.587f * pixels[1] + 0.114f * pixels[2]
                                 : pixels[0];

      for (guint c = 0; c < channels; c++)
        {
          float value = grey + saturation * (pixels[c] - grey);

          pixels[c] = to_byte (brightness * (mean + contrast * (value - mean)));
        }
    }
}

/* Normal numbers in pairs (Box and Muller, 1958), one per byte. */
static void
add_noise (CvrRng *rng,
           double  deviation,
           gsize   n_bytes,
           guint8 *pixels)
{
  for (gsize i = 0; i < n_bytes; i += 2)
    {
      double radius = deviation * sqrt (-2.0 * log (1.0 - cvr_rng_uniform (rng)));
      double angle = 2.0 * G_PI * cvr_rng_uniform (rng);

      pixels[i] = to_byte (pixels[i] + (float) (radius * cos (angle)));
      if (i + 1 < n_bytes)
        pixels[i + 1] = to_byte (pixels[i + 1] + (float) (radius * sin (angle)));
    }
}

/* Half of the indices, as good as drawn (S. Vigna's splitmix64 finalizer). */
gboolean
cvr_augment_mirrors (guint index,
                     guint epoch)
{
  guint64 z = ((guint64) index + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return (((z ^ (z >> 31)) ^ epoch) & 1) != 0;
}

void
cvr_augment_mirror (guint   width,
                    guint   height,
                    guint   channels,
                    guint8 *pixels)
{
  for (guint y = 0; y < height; y++, pixels += (gsize) width * channels)
    for (guint left = 0, right = width - 1; left < right; left++, right--)
      for (guint c = 0; c < channels; c++)
        {
          guint8 swap = pixels[left * channels + c];

          pixels[left * channels + c] = pixels[right * channels + c];
          pixels[right * channels + c] = swap;
        }
}

/* −most … most, as many whole pixels. */
static int
draw_pixels (CvrRng *rng,
             double  strength,
             guint   side)
{
  guint most = MIN ((guint) floor (0.125 * strength * side + 0.5), side - 1);

  return (int) cvr_rng_below (rng, 2 * most + 1) - (int) most;
}

/* Beyond the edge the picture comes back, without the edge itself twice. */
static guint
reflect (int   at,
         guint side)
{
  int last = (int) side - 1;

  return (guint) (at < 0 ? -at : at > last ? 2 * last - at : at);
}

static void
translate (int           dx,
           int           dy,
           guint         width,
           guint         height,
           guint         channels,
           const guint8 *from,
           guint8       *to)
{
  for (guint y = 0; y < height; y++)
    {
      const guint8 *row = from + (gsize) reflect ((int) y - dy, height) * width * channels;

      for (guint x = 0; x < width; x++, to += channels)
        memcpy (to, row + reflect ((int) x - dx, width) * channels, channels);
    }
}

/**
 * cvr_augment_apply:
 * @rng: decides everything; numbers are drawn only for kinds that are on
 * @pixels: (inout) (array): [@height, @width, @channels] bytes
 * @scratch: (array): as large, any content before and after
 *
 * Translation, geometry, blur, light and colour, noise, in this order; ALTERNATE is not applied
 * here. Any thread.
 */
void
cvr_augment_apply (const CvrAugment *self,
                   CvrRng           *rng,
                   guint             width,
                   guint             height,
                   guint             channels,
                   guint8           *pixels,
                   guint8           *scratch)
{
  const gsize n_pixels = (gsize) width * height;
  float       brightness, contrast, saturation;

  g_return_if_fail (width > 0 && height > 0 && (channels == 1 || channels == 3));

  if (self->strength[CVR_AUGMENT_TRANSLATE] > 0)
    {
      int dx = draw_pixels (rng, (double) self->strength[CVR_AUGMENT_TRANSLATE], width);
      int dy = draw_pixels (rng, (double) self->strength[CVR_AUGMENT_TRANSLATE], height);

      memcpy (scratch, pixels, n_pixels * channels);
      translate (dx, dy, width, height, channels, scratch, pixels);
    }

  if (moves (self))
    {
      Lookup lookup = draw_lookup (self, rng, width, height);

      memcpy (scratch, pixels, n_pixels * channels);
      look_up (&lookup, width, height, channels, scratch, pixels);
    }

  if (self->strength[CVR_AUGMENT_BLUR] > 0)
    {
      double sigma = 2 * self->strength[CVR_AUGMENT_BLUR] * cvr_rng_uniform (rng);

      if (sigma > 0.1) /* Below, the neighbours' weight rounds to nothing. */
        blur (sigma, width, height, channels, pixels, scratch);
    }

  brightness = 1 + 0.5f * (float) drawn (self, CVR_AUGMENT_BRIGHTNESS, rng);
  contrast = 1 + 0.5f * (float) drawn (self, CVR_AUGMENT_CONTRAST, rng);
  saturation = 1 + 0.8f * (float) drawn (self, CVR_AUGMENT_SATURATION, rng);
  if (brightness != 1 || contrast != 1 || (saturation != 1 && channels == 3))
    recolour (brightness, contrast, saturation, n_pixels, channels, pixels);

  if (self->strength[CVR_AUGMENT_NOISE] > 0)
    add_noise (rng, 40 * self->strength[CVR_AUGMENT_NOISE] * cvr_rng_uniform (rng),
               n_pixels * channels, pixels);
}
