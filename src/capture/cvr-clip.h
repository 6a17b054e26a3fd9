/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A video file: what it is, and pictures from it at chosen moments. Blocking: for working
 * threads. */
#pragma once

#include "cvr-image.h"
#include "cvr-moments.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  double   duration;   /* s */
  double   frame_rate; /* pictures a second; 0: not said */
  gboolean seekable;
} CvrClipInfo;

/* @image: (transfer none); @name: "walk 00:12.4"; @k: 0, 1, … FALSE: enough. */
typedef gboolean (*CvrClipTake) (CvrImage *image, const char *name, guint k, gpointer data);

/* A clip that doesn't say how long it is (as browsers record them) is run through once. Errors:
 * CVR_CAPTURE_ERROR_*, G_IO_ERROR_CANCELLED. */
gboolean cvr_clip_read_info (GFile *file, CvrClipInfo *info, GCancellable *cancellable,
                             GError **error);
/* The pictures that are seen at @moments, one after the other, as fast as @take takes them; each at
 * most 1,024 pixels on the long side and upright. @n_taken (nullable): how many there were: fewer
 * than cvr_moments_count() where the clip ends early. FALSE on errors only. */
gboolean cvr_clip_sample    (GFile *file, const CvrClipInfo *info, const CvrMoments *moments,
                             CvrClipTake take, gpointer data, guint *n_taken,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
