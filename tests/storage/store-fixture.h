/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A project file in a folder of its own for each test of the store. */
#pragma once

#include "cvr-store.h"

G_BEGIN_DECLS

typedef struct
{
  char     *folder;
  char     *path;
  CvrStore *store;
} Fixture;

void        fixture_set_up       (Fixture *self, gconstpointer data);
void        fixture_tear_down    (Fixture *self, gconstpointer data);
/* Opens it, again where it is open. */
void        fixture_open         (Fixture *self);
/* Ten items of three classes, grey and colour, one in three with boxes, tags and a note. */
CvrDataset *fixture_make         (void);
void        fixture_put_classes  (CvrStore *store, CvrDataset *dataset);
void        fixture_put_all      (Fixture *self, CvrDataset *dataset);
/* CvrStoreMakePicture: pictures that read from @store. */
CvrPicture *fixture_make_picture (gpointer store, guint64 id, const CvrPictureFacts *facts);
CvrDataset *fixture_load         (Fixture *self);
void        assert_same          (CvrDataset *a, CvrDataset *b);
/* @expected NULL: there is none. */
void        assert_value         (Fixture *self, const char *key, GBytes *expected);

G_END_DECLS
