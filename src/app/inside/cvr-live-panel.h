/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that move: drawn, from a camera or a clip, held still with a key. */
#pragma once

#include "cvr-image.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_LIVE_PANEL (cvr_live_panel_get_type ())
G_DECLARE_FINAL_TYPE (CvrLivePanel, cvr_live_panel, CVR, LIVE_PANEL, AdwBin)

typedef enum
{
  CVR_LIVE_OFF,
  CVR_LIVE_PAD,
  CVR_LIVE_CAMERA,
  CVR_LIVE_CLIP,
} CvrLiveSource;

/* Signal "picture": there is a newer one, or none any more. */
void          cvr_live_panel_set_source    (CvrLivePanel *self, CvrLiveSource source);
CvrLiveSource cvr_live_panel_get_source    (CvrLivePanel *self);
/* What is drawn, or the newest frame; not while it is held. Borrowed; NULL: none. */
CvrImage     *cvr_live_panel_get_picture   (CvrLivePanel *self);
void          cvr_live_panel_set_held      (CvrLivePanel *self, gboolean held);
gboolean      cvr_live_panel_is_held       (CvrLivePanel *self);
/* The sheet is dark where the project's pictures are. */
void          cvr_live_panel_set_light_ink (CvrLivePanel *self, gboolean light_ink);
void          cvr_live_panel_open_file     (CvrLivePanel *self, GFile *file);

G_END_DECLS
