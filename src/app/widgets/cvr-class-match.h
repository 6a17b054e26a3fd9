/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of classes that what is typed may mean. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) (element-type guint): places in @names of those that contain @typed, without
 * regard to case and accents: first what begins with it, then where a word does, then the rest,
 * each in their own order. All of them when nothing is typed. */
GArray  *cvr_class_match      (const char *const *names, guint n_names, const char *typed)
                               G_GNUC_WARN_UNUSED_RESULT;
/* Whether a new class of that name would be one too many: it is empty, or there is one that differs
 * in case and spaces around it only ("año" and "ano" are two). */
gboolean cvr_class_match_same (const char *const *names, guint n_names, const char *typed);

G_END_DECLS
