/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that is killed at any moment: what it said that its screen shows, line by line through
 * a pipe, is held against what is there when it is opened again. For programs without a window and
 * with one. */
#pragma once

#include "cvr-project.h"

G_BEGIN_DECLS

/* How often, where CONVISOR_KILLS doesn't say; CONVISOR_KILLS where it does. */
guint      kill_test_times        (guint usual);

/* The child says what changed, the moment it can be seen; a line is whole or isn't said. */
typedef struct _KillVoice KillVoice;

KillVoice *kill_voice_new         (int out) G_GNUC_WARN_UNUSED_RESULT;
/* A label is asked for: from now on the picture may have it. */
void       kill_voice_asks        (KillVoice *self, guint64 id, gint label);
/* The screen shows it as given. */
void       kill_voice_shows       (KillVoice *self, guint64 id, gint label);
void       kill_voice_shows_count (KillVoice *self, guint n_pictures);
/* @epoch: the present one, or the last one that ended. */
void       kill_voice_shows_epoch (KillVoice *self, guint epoch);
/* Whether the screen calls all of it saved in the file. */
void       kill_voice_shows_saved (KillVoice *self, gboolean saved);
/* Something that must not happen: the test fails with the sentence. */
void       kill_voice_failed      (KillVoice *self, const char *sentence);

/* The parent */
typedef struct _KillTest KillTest;

KillTest  *kill_test_new          (guint32 seed) G_GNUC_WARN_UNUSED_RESULT;
void       kill_test_free         (KillTest *self);
/* Starts this very program with "--child", @arguments and a seed, and kills it at most @most_ms
 * after its first line, now and then before that. @environment: (nullable). */
void       kill_test_run          (KillTest *self, const char *const *arguments,
                                   char **environment, guint most_ms);
/* What was shown is in @project, opened anew; what is there counts as shown from then on. At most
 * the epoch that ran is missing. */
void       kill_test_check_live   (KillTest *self, CvrProject *project);
/* The file is old or new, whole, and not older than the moment it was last called saved. One that
 * isn't there yet is fine until then. */
void       kill_test_check_file   (KillTest *self, const char *path);
/* Of the last run, for messages and to see that something was done. */
guint      kill_test_n_labelled   (KillTest *self); /* labels shown in all runs */
guint      kill_test_n_saved      (KillTest *self); /* how often a file was called saved */
guint      kill_test_epoch        (KillTest *self);
guint      kill_test_count        (KillTest *self); /* pictures shown */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KillTest, kill_test_free)

G_END_DECLS
