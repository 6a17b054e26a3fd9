/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The channels that pixels can be looked at by, and the numbers they have there. */
#pragma once

#include "cvr-colour.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_PIXEL_COLOUR, /* red, green and blue at once */
  CVR_PIXEL_RED,
  CVR_PIXEL_GREEN,
  CVR_PIXEL_BLUE,
  CVR_PIXEL_HUE,
  CVR_PIXEL_SATURATION,
  CVR_PIXEL_VALUE,
  CVR_PIXEL_CYAN,
  CVR_PIXEL_MAGENTA,
  CVR_PIXEL_YELLOW,
  CVR_PIXEL_BLACK,
  CVR_PIXEL_GREY,
  CVR_N_PIXEL_CHANNELS,
} CvrPixelChannel;

enum { CVR_PIXEL_MAX_EACH = 3, CVR_PIXEL_MAX_LEVELS = 360 };

/* How often each level comes. Plain value. */
typedef struct
{
  guint   n_channels, n_levels[CVR_PIXEL_MAX_EACH];
  guint64 counts[CVR_PIXEL_MAX_EACH][CVR_PIXEL_MAX_LEVELS];
  guint32 colours[CVR_PIXEL_MAX_EACH][CVR_PIXEL_MAX_LEVELS]; /* what a level looks like, 0xRRGGBB */
} CvrPixelLevels;

/* The same of many pixels; shades that were seen before are remembered, so that a screen full takes
 * milliseconds. One thread. */
typedef struct _CvrPixelShades CvrPixelShades;
CvrPixelShades *cvr_pixel_shades_new (CvrPixelChannel channel) G_GNUC_WARN_UNUSED_RESULT;
void        cvr_pixel_shades_free    (CvrPixelShades *self); /* NULL: nothing */
void        cvr_pixel_shades_show    (CvrPixelShades *self, guint8 *rgb, gsize n);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrPixelShades, cvr_pixel_shades_free)

const char *cvr_pixel_channel_letter (CvrPixelChannel channel); /* "R"; "" of all at once */
const char *cvr_pixel_channel_title  (CvrPixelChannel channel); /* "Red"; translated */
const char *cvr_pixel_channel_unit   (CvrPixelChannel channel); /* "°", "%" or "" */
/* The numbers of a pixel as people read them; returns how many (1 or 3). */
guint       cvr_pixel_channel_read   (CvrPixelChannel channel, const guint8 *rgb,
                                      gint16 numbers[CVR_PIXEL_MAX_EACH]);
/* What a pixel looks like when there is nothing but this channel. */
void        cvr_pixel_channel_show   (CvrPixelChannel channel, guint8 *rgb);
/* Any thread. */
void        cvr_pixel_levels_count   (CvrPixelLevels *self, CvrPixelChannel channel,
                                      const CvrImage *image);
/* Least, mean and most of one of its channels; FALSE where nothing was counted. */
gboolean    cvr_pixel_levels_summary (const CvrPixelLevels *self, guint channel, guint *least,
                                      double *mean, guint *most);
/* (transfer full): every number of one pixel in a line, equally long for all pixels of the picture.
 * @markup: for a label, the letters bold. */
char       *cvr_pixel_words          (const CvrImage *image, guint column, guint row,
                                      gboolean markup) G_GNUC_WARN_UNUSED_RESULT;
/* Red, green and blue of a pixel of a grey or RGB picture. */
void        cvr_pixel_rgb            (const CvrImage *image, guint column, guint row, guint8 *rgb);

G_END_DECLS
