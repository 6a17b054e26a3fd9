/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clips made on the spot by GStreamer itself. */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* GStreamer's own background threads and caches last to the end of the program. */
void     capture_support_init (int *argc, char ***argv);
/* Skips the running test and says which one is absent. */
gboolean capture_support_has  (const char *const *elements);
/* Runs "@before ! ... ! filesink" to its end and returns the file, in a folder of its own; NULL:
 * the test was skipped. */
GFile   *capture_support_make (const char *description, const char *name);
void     capture_support_drop (GFile *file);

G_END_DECLS
