/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small textures of the project's pictures: made when first seen, large ones beside the main
 * thread, the newest kept. */
#pragma once

#include "cvr-image-item.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define CVR_TYPE_THUMBNAILS (cvr_thumbnails_get_type ())
G_DECLARE_FINAL_TYPE (CvrThumbnails, cvr_thumbnails, CVR, THUMBNAILS, GObject)

/* Main thread. Signal "ready" (guint64 id): a texture that was asked for is there now. */
CvrThumbnails *cvr_thumbnails_new  (guint          side,
                                    guint          capacity) G_GNUC_WARN_UNUSED_RESULT;
/* Borrowed until the main loop runs again; NULL: on its way, "ready" follows. */
GdkTexture    *cvr_thumbnails_get  (CvrThumbnails *self,
                                    CvrImageItem  *item);
guint          cvr_thumbnails_n_kept (CvrThumbnails *self);
/* Before another project is shown: its pictures have the same ids. */
void           cvr_thumbnails_clear  (CvrThumbnails *self);
/* The same for one who shows it: NULL: @ready is called once with @data when it is there, unless
 * cvr_thumbnails_unwatch() comes before. What nobody waits for any more isn't made. */
GdkTexture    *cvr_thumbnails_watch   (CvrThumbnails *self,
                                       CvrImageItem  *item,
                                       void         (*ready) (gpointer data),
                                       gpointer       data);
void           cvr_thumbnails_unwatch (CvrThumbnails *self,
                                       guint64        id,
                                       gpointer       data);

G_END_DECLS
