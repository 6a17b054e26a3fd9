/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of trainings and of what is kept of their epochs. Plain records. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A training, or a network that was made of one. Ids are the caller's, in the order of coming, and
 * are never used twice. The whole curve is a value of its own. */
typedef struct
{
  guint64 id;
  char   *name;
  char   *note;     /* nullable */
  char   *settings; /* JSON */
  char   *report;   /* JSON; nullable */
} CvrKeptRun;

/* A checkpoint: bytes of one epoch, which aren't read. */
typedef struct
{
  guint64 run;
  guint   epoch;
  guint64 bytes;
} CvrKeptEpoch;

CvrKeptRun *cvr_kept_run_copy (const CvrKeptRun *self) G_GNUC_WARN_UNUSED_RESULT;
void        cvr_kept_run_free (gpointer run);

G_END_DECLS
