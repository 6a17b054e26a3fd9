/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The channels that pixels can be looked at by, and the numbers they have there. */
#include "cvr-pixel-channel.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const struct
{
  const char *letter;
  CvrColourSpace space;
  guint channel;
} table[] = {
  { "", CVR_COLOUR_RGB, 0 },   { "R", CVR_COLOUR_RGB, 0 },  { "G", CVR_COLOUR_RGB, 1 },
  { "B", CVR_COLOUR_RGB, 2 },  { "H", CVR_COLOUR_HSV, 0 },  { "S", CVR_COLOUR_HSV, 1 },
  { "V", CVR_COLOUR_HSV, 2 },  { "C", CVR_COLOUR_CMYK, 0 }, { "M", CVR_COLOUR_CMYK, 1 },
  { "Y", CVR_COLOUR_CMYK, 2 }, { "K", CVR_COLOUR_CMYK, 3 }, { "", CVR_COLOUR_GREY, 0 },
};
G_STATIC_ASSERT (G_N_ELEMENTS (table) == CVR_N_PIXEL_CHANNELS);

const char *
cvr_pixel_channel_letter (CvrPixelChannel channel)
{
  return table[channel].letter;
}

const char *
cvr_pixel_channel_title (CvrPixelChannel channel)
{
  if (channel == CVR_PIXEL_COLOUR)
    return _("Colour");
  if (channel == CVR_PIXEL_GREY)
    return _("Grey");

  return cvr_colour_channel_name (table[channel].space, table[channel].channel);
}

const char *
cvr_pixel_channel_unit (CvrPixelChannel channel)
{
  return cvr_colour_unit (table[channel].space, table[channel].channel);
}

static gint16
read_one (CvrPixelChannel channel,
          const guint8   *rgb)
{
  float values[CVR_COLOUR_MAX_CHANNELS];

  cvr_colour_from_rgb (table[channel].space, rgb, values);

  return (gint16) cvr_colour_shown (table[channel].space, table[channel].channel,
                                    values[table[channel].channel]);
}

guint
cvr_pixel_channel_read (CvrPixelChannel channel,
                        const guint8   *rgb,
                        gint16          numbers[CVR_PIXEL_MAX_EACH])
{
  if (channel != CVR_PIXEL_COLOUR)
    {
      numbers[0] = read_one (channel, rgb);
      return 1;
    }
  for (guint c = 0; c < 3; c++)
    numbers[c] = rgb[c];

  return 3;
}

/* A channel alone: hues at their strongest (greys, which have none, in grey), the other two of HSV
 * from black to white, ink on white paper, light in the dark. */
void
cvr_pixel_channel_show (CvrPixelChannel channel,
                        guint8         *rgb)
{
  CvrColourSpace space = table[channel].space;
  guint c = table[channel].channel;
  float values[CVR_COLOUR_MAX_CHANNELS], alone[CVR_COLOUR_MAX_CHANNELS] = { 0 };

  if (channel == CVR_PIXEL_COLOUR)
    return;

  cvr_colour_from_rgb (space, rgb, values);
  if (channel == CVR_PIXEL_HUE && values[1] > 0)
    {
      alone[0] = values[0];
      alone[1] = cvr_colour_top (space, 1);
      alone[2] = cvr_colour_top (space, 2);
    }
  else if (channel == CVR_PIXEL_HUE)
    alone[2] = cvr_colour_top (space, 2) / 2;
  else if (space == CVR_COLOUR_HSV)
    alone[2] = values[c] / cvr_colour_top (space, c) * cvr_colour_top (space, 2);
  else
    alone[c] = values[c];
  cvr_colour_to_rgb (space, alone, rgb);
}

struct _CvrPixelShades
{
  CvrPixelChannel channel;
  guint32         known[3 << 16]; /* by key: 0: not yet, else 0x1RRGGBB */
};

CvrPixelShades *
cvr_pixel_shades_new (CvrPixelChannel channel)
{
  CvrPixelShades *self = g_new0 (CvrPixelShades, 1);

  self->channel = channel;

  return self;
}

void
cvr_pixel_shades_free (CvrPixelShades *self)
{
  g_free (self);
}

/* The plainest colour that has the same shade: its key tells it from those with another one. FALSE:
 * there are too many shades to remember. */
static gboolean
find_like (CvrPixelChannel channel,
           const guint8   *rgb,
           guint8          like[3],
           guint          *key)
{
  guint8 high = MAX (rgb[0], MAX (rgb[1], rgb[2])), low = MIN (rgb[0], MIN (rgb[1], rgb[2]));
  guint c = table[channel].channel, lowest = rgb[0] == low ? 0 : rgb[1] == low ? 1 : 2;

  switch (channel)
    {
    case CVR_PIXEL_HUE: /* the differences alone; one of them is nought */
      for (guint i = 0; i < 3; i++)
        like[i] = rgb[i] - low;
      *key = lowest << 16 | (guint) like[(lowest + 1) % 3] << 8 | like[(lowest + 2) % 3];
      return TRUE;
    case CVR_PIXEL_SATURATION:
      like[0] = high;
      like[1] = like[2] = low;
      *key = (guint) high << 8 | low;
      return TRUE;
    case CVR_PIXEL_VALUE:
    case CVR_PIXEL_BLACK:
      like[0] = like[1] = like[2] = high;
      *key = high;
      return TRUE;
    case CVR_PIXEL_CYAN:
    case CVR_PIXEL_MAGENTA:
    case CVR_PIXEL_YELLOW:
      like[0] = like[1] = like[2] = high;
      like[c] = rgb[c];
      *key = (guint) high << 8 | rgb[c];
      return TRUE;
    case CVR_PIXEL_RED:
    case CVR_PIXEL_GREEN:
    case CVR_PIXEL_BLUE:
      like[0] = like[1] = like[2] = 0;
      like[c] = rgb[c];
      *key = rgb[c];
      return TRUE;
    case CVR_PIXEL_COLOUR:
    case CVR_PIXEL_GREY:
    case CVR_N_PIXEL_CHANNELS:
    default:
      return FALSE;
    }
}

void
cvr_pixel_shades_show (CvrPixelShades *self,
                       guint8         *rgb,
                       gsize           n)
{
  guint8 like[3];
  guint key;

  if (self->channel == CVR_PIXEL_COLOUR)
    return;
  for (gsize i = 0; i < n; i++, rgb += 3)
    {
      if (!find_like (self->channel, rgb, like, &key))
        {
          cvr_pixel_channel_show (self->channel, rgb);
          continue;
        }
      if (self->known[key] == 0)
        {
          cvr_pixel_channel_show (self->channel, like);
          self->known[key] = 1u << 24 | (guint) like[0] << 16 | (guint) like[1] << 8 | like[2];
        }
      rgb[0] = (guint8) (self->known[key] >> 16);
      rgb[1] = (guint8) (self->known[key] >> 8);
      rgb[2] = (guint8) self->known[key];
    }
}

void
cvr_pixel_rgb (const CvrImage *image,
               guint           column,
               guint           row,
               guint8         *rgb)
{
  const guint8 *p = image->data + ((gsize) row * image->width + column) * image->channels;

  for (guint c = 0; c < 3; c++)
    rgb[c] = p[image->channels == 3 ? c : 0];
}

/* The largest number of a channel as people read it; 360° are 0° again. */
static guint
last_level (CvrPixelChannel channel)
{
  CvrColourSpace space = table[channel].space;
  guint c = table[channel].channel;

  return channel == CVR_PIXEL_HUE ? 359 : cvr_colour_shown (space, c, cvr_colour_top (space, c));
}

/* The colour of a level: that of a pixel that has it. */
static guint32
level_colour (CvrPixelChannel channel,
              guint           level)
{
  CvrColourSpace space = table[channel].space;
  guint c = table[channel].channel;
  float top = cvr_colour_top (space, c), alone[CVR_COLOUR_MAX_CHANNELS] = { 0 };
  float value = channel == CVR_PIXEL_HUE ? (float) level : top * level / last_level (channel);
  guint8 rgb[3];

  if (channel == CVR_PIXEL_HUE)
    alone[1] = alone[2] = cvr_colour_top (space, 1);
  alone[space == CVR_COLOUR_HSV && c > 0 ? 2 : c] = value;
  cvr_colour_to_rgb (space, alone, rgb);

  return (guint32) rgb[0] << 16 | (guint32) rgb[1] << 8 | rgb[2];
}

static void
count_one (CvrPixelLevels *self,
           guint           place,
           CvrPixelChannel channel,
           const CvrImage *image)
{
  guint8 rgb[3], last[3] = { 0 };
  gint16 level = read_one (channel, last);

  self->n_levels[place] = last_level (channel) + 1;
  for (guint i = 0; i < self->n_levels[place]; i++)
    self->colours[place][i] = level_colour (channel, i);
  for (guint y = 0; y < image->height; y++)
    for (guint x = 0; x < image->width; x++)
      {
        cvr_pixel_rgb (image, x, y, rgb);
        if (memcmp (rgb, last, sizeof rgb) != 0)
          {
            memcpy (last, rgb, sizeof rgb);
            level = read_one (channel, rgb);
          }
        self->counts[place][CLAMP (level, 0, (gint) self->n_levels[place] - 1)]++;
      }
}

void
cvr_pixel_levels_count (CvrPixelLevels *self,
                        CvrPixelChannel channel,
                        const CvrImage *image)
{
  memset (self, 0, sizeof *self);
  self->n_channels = channel == CVR_PIXEL_COLOUR ? 3 : 1;
  for (guint i = 0; i < self->n_channels; i++)
    count_one (self, i, channel == CVR_PIXEL_COLOUR ? CVR_PIXEL_RED + i : channel, image);
}

gboolean
cvr_pixel_levels_summary (const CvrPixelLevels *self,
                          guint                 channel,
                          guint                *least,
                          double               *mean,
                          guint                *most)
{
  guint64 n = 0;
  double sum = 0;

  for (guint i = 0; i < self->n_levels[channel]; i++)
    {
      guint64 count = self->counts[channel][i];

      if (count == 0)
        continue;
      if (n == 0)
        *least = i;
      *most = i;
      n += count;
      sum += (double) count * i;
    }
  if (n == 0)
    return FALSE;
  *mean = sum / (double) n;

  return TRUE;
}

/* @number as long as @largest: figure spaces are as wide as digits. */
static void
append_padded (GString    *line,
               gboolean    markup,
               const char *letter,
               guint       number,
               guint       largest,
               const char *unit)
{
  g_string_append_printf (line, markup ? "<b>%s</b>\u00a0" : "%s\u00a0", letter);
  for (guint power = 10; largest >= power; power *= 10)
    if (number < power)
      g_string_append (line, "\u2007");
  g_string_append_printf (line, "%u%s%s", number, unit[0] == '%' ? "\u202f" : "", unit);
}

char *
cvr_pixel_words (const CvrImage *image,
                 guint           column,
                 guint           row,
                 gboolean        markup)
{
  GString *line = g_string_new (NULL);
  guint8 rgb[3];

  cvr_pixel_rgb (image, column, row, rgb);
  append_padded (line, markup, "x", column, image->width - 1, "");
  g_string_append (line, "\u2002");
  append_padded (line, markup, "y", row, image->height - 1, "");
  for (CvrPixelChannel channel = CVR_PIXEL_RED; channel <= CVR_PIXEL_BLACK; channel++)
    {
      g_string_append (line, table[channel].channel == 0 ? "\u2003\u2002" : "\u2002");
      append_padded (line, markup, table[channel].letter, (guint) read_one (channel, rgb),
                     last_level (channel), cvr_pixel_channel_unit (channel));
    }
  g_string_append_printf (line, "\u2003\u2002#%02X%02X%02X", rgb[0], rgb[1], rgb[2]);

  return g_string_free (line, FALSE);
}
