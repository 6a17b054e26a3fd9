/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two sliders and what belongs to them. */
#pragma once

#include "cvr-compress.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_COMPRESS_SETTINGS (cvr_compress_settings_get_type ())
G_DECLARE_FINAL_TYPE (CvrCompressSettings, cvr_compress_settings, CVR, COMPRESS_SETTINGS, AdwBin)

/* Signals: "changed": the user moved something; "measure": the sensitivity of the layers is asked
 * for. */
/* @model nullable: another network, other layers; everything begins at nothing. */
void            cvr_compress_settings_set_model (CvrCompressSettings   *self,
                                                 CvrModel              *model);
/* Without a signal. */
void            cvr_compress_settings_set_spec  (CvrCompressSettings   *self,
                                                 const CvrCompressSpec *spec);
/* epochs and max_items are 0. */
CvrCompressSpec cvr_compress_settings_get_spec  (CvrCompressSettings   *self);
/* What came of the layers' own shares, as the share of all: shown beside the title. */
void            cvr_compress_settings_set_share (CvrCompressSettings   *self,
                                                 double                 share);
/* What layer number @layer (of nn_prune_layers() of @kind) does without @share of it. */
void            cvr_compress_settings_add_sensitivity (CvrCompressSettings *self,
                                                       NnPruneKind          kind,
                                                       guint                layer,
                                                       double               share,
                                                       double               accuracy);
/* How far that measuring is; @n 0: it isn't. @why_not: (nullable): why it can't begin. */
void            cvr_compress_settings_set_study (CvrCompressSettings   *self,
                                                 guint                  n_done,
                                                 guint                  n,
                                                 const char            *why_not);
guint           cvr_compress_settings_n_layers  (CvrCompressSettings   *self);

G_END_DECLS
