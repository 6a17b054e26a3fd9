/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A live project in a folder of its own for each test of the keeper. */
#pragma once

#include "cvr-keeper.h"

#include <sys/resource.h>

G_BEGIN_DECLS

typedef struct
{
  char      *folder;
  char      *path;
  CvrKeeper *keeper;
  GString   *told; /* numbers of the batches that are done, "!" behind those that failed */
  char      *failure;
} Fixture;

void        fixture_set_up      (Fixture *self, gconstpointer data);
void        fixture_tear_down   (Fixture *self, gconstpointer data);
void        fixture_open        (Fixture *self);
void        fixture_close       (Fixture *self);
/* What becomes of it is noted in @told. */
void        fixture_commit      (Fixture *self, CvrBatch *batch, guint number);
/* Compares and forgets what is noted. */
void        assert_told         (Fixture *self, const char *expected);
/* Two classes. */
CvrDataset *fixture_classes     (void);
/* Hands over @n pictures and their items in @batch; they also go to @dataset. */
void        fixture_add_items   (Fixture *self, CvrDataset *dataset, CvrBatch *batch, guint n);
/* A project of two classes and @n pictures, on disk. */
CvrDataset *fixture_make        (Fixture *self, guint n);
void        fixture_put         (Fixture *self, const char *key, const char *text, guint number);
void        assert_value        (Fixture *self, const char *key, const char *expected);
GHashTable *fixture_new_hidden  (void);
CvrDataset *fixture_load        (Fixture *self, GHashTable *hidden);
/* Everything but pixels as text. */
char       *fixture_dump        (CvrDataset *dataset);
/* With pixels. */
void        assert_same         (CvrDataset *a, CvrDataset *b);
/* What the file holds is @dataset, now and after opening again. */
void        assert_kept         (Fixture *self, CvrDataset *dataset);
/* Writes behind the first @room bytes of a file fail. Returns: how it was before. */
struct rlimit fixture_limit_files (rlim_t room);
void        fixture_run_sql     (const char *path, const char *sql);

G_END_DECLS
