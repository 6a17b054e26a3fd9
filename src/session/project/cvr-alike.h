/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of the project that show the same: copies and near-duplicates, in groups. */
#pragma once

#include "cvr-project.h"
#include "cvr-watch.h"

G_BEGIN_DECLS

/* @twin: the one to keep of those with the very same pixels; the picture's own id where it is that
 * one or has no copy. */
typedef struct
{
  guint64 id;
  gint    label; /* when they were looked at */
  guint64 twin;
} CvrAlikeMember;

/**
 * CvrAlikeGroup:
 * @members: [n] in order of arrival
 * @n: at least 2
 * @n_copies: members that are the same as another, to the pixel, and not the one to keep of them
 * @keep: id of the one to keep: the largest, then a labelled one, then the oldest
 * @exact: all members are the same to the pixel
 * @mixed: members have different labels: some of them must be wrong
 */
typedef struct
{
  CvrAlikeMember *members;
  guint           n, n_copies;
  guint64         keep;
  gboolean        exact, mixed;
} CvrAlikeGroup;

/* What was worked out of a picture on the way: the data set should have it. */
typedef struct
{
  guint64 id;
  guint64 look, digest;
} CvrAlikeLook;

/**
 * CvrAlike:
 * @groups: [n_groups] most members first, then by the oldest member
 * @looks: [n_looks] of the pictures that had none
 * @n_items: pictures looked at
 * @n_in_groups: of these in some group
 * @n_unread: pictures that can't be read; they are in no group
 * @newest: largest id looked at
 *
 * Counted, immutable, any thread.
 */
typedef struct
{
  CvrAlikeGroup *groups;
  guint          n_groups;
  CvrAlikeLook  *looks;
  guint          n_looks;
  guint          n_items, n_in_groups, n_unread;
  guint64        newest;
} CvrAlike;

/* Blocks; any thread (@dataset must not change meanwhile). @workers, @watch nullable. NULL with
 * G_IO_ERROR_CANCELLED. */
CvrAlike *cvr_alike_find     (CvrDataset *dataset, NnWorkers *workers, const CvrWatch *watch,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
CvrAlike *cvr_alike_ref      (CvrAlike *self);
void      cvr_alike_unref    (gpointer self); /* NULL: nothing */
/* (transfer full): ids of all members that need not stay, oldest first; @copies_only: of those that
 * are the same to the pixel. */
guint64  *cvr_alike_surplus  (const CvrAlike *self, gboolean copies_only, guint *n_ids)
                              G_GNUC_WARN_UNUSED_RESULT;
/* Main thread. Over all pictures of the project, beside the main thread; when it has ended well the
 * groups are the project's (cvr_alike_keep_together()). @done: (job, CvrAlike* result (owned),
 * error). */
CvrJob   *cvr_alike_start    (CvrProject *project, GObject *owner, CvrJobDone done,
                              gpointer user_data);
/* Main thread: splits keep the members of each group on one side from now on; pictures of @self
 * that are in no group are alone again. Nothing happens in a project that may not change. */
void      cvr_alike_keep_together (CvrProject *project, const CvrAlike *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrAlike, cvr_alike_unref)

G_END_DECLS
