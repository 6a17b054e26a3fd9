/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of the project on screen: read beside the main thread, shown when they are there. */
#pragma once

#include "cvr-picture.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @image: borrowed; NULL where it could not be read. */
typedef void (*CvrPictureReady) (CvrImage *image, gpointer data);

/* One that is in memory comes at once, before the call returns. The newest call for one @owner and
 * @what (a static string) wins: @ready of earlier ones isn't called any more, nor after @owner is
 * gone. Main thread. */
void cvr_read_picture      (CvrPicture *picture, guint side, GObject *owner, const char *what,
                            CvrPictureReady ready, gpointer data);
/* What is on its way for @owner and @what does not come any more. */
void cvr_read_picture_stop (GObject *owner, const char *what);
/* @side px of the long side; what was shown before goes at once. */
void cvr_show_picture      (GtkPicture *target, CvrPicture *picture, guint side);

G_END_DECLS
