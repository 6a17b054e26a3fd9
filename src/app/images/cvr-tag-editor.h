/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags as chips that can be taken off, and an entry for more. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_TAG_EDITOR (cvr_tag_editor_get_type ())
G_DECLARE_FINAL_TYPE (CvrTagEditor, cvr_tag_editor, CVR, TAG_EDITOR, AdwBin)

/* Changes nothing by itself. Signals: "tag-added" (string, without blanks around it),
 * "tag-removed" (string). */
GtkWidget *cvr_tag_editor_new       (void) G_GNUC_WARN_UNUSED_RESULT;
/* @counts: [n] how many of @of pictures have each tag; NULL: one picture. */
void       cvr_tag_editor_set_tags  (CvrTagEditor      *self,
                                     const char *const *tags,
                                     const guint       *counts,
                                     guint              of);
void       cvr_tag_editor_grab_entry (CvrTagEditor     *self);

G_END_DECLS
