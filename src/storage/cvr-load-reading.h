/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reading label files and uniting what they say share. Internal to storage. */
#pragma once

#include "cvr-loading.h"

G_BEGIN_DECLS

/* What one file turned out to be. */
typedef struct
{
  CvrLabelsKind kind;
  CvrLabels    *labels; /* NULL: no label file */
  GBytes       *text;   /* YOLO, names and lists wait for each other */
  char        **names;  /* of YOLO's classes */
} CvrCandidate;

/* Label files under way. */
typedef struct
{
  CvrLoading   *loading;
  CvrCandidate *candidates; /* as many as files */
  gsize         n_text;     /* bytes kept */
  GArray       *named;      /* of guint: files of names, which are few */
  CvrJoin      *join;
  GHashTable   *classes;    /* names that label files know, in the loading's strings */
  guint         n_joined;   /* label files with at least one picture */
  gint          table;      /* the one table with pictures; −1 none, −2 several */
  gboolean      alone;      /* no pictures were given: those in the tree are what the files name */
} CvrReading;

void cvr_reading_join (CvrReading *self, guint file, GHashTable *lost);

G_END_DECLS
