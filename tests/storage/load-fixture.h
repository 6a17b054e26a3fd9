/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of its own for each test of loading, and a data set to load into. */
#pragma once

#include "cvr-load.h"
#include "cvr-test-archive.h"

G_BEGIN_DECLS

typedef struct
{
  char         *folder;
  CvrDataset   *dataset;
  CvrLoadReport report;
} Fixture;

void     fixture_set_up      (Fixture *self, gconstpointer data);
void     fixture_tear_down   (Fixture *self, gconstpointer data);
/* A test between these two. */
void     fixture_add         (const char *path, void (*test) (Fixture *self, gconstpointer data));
/* Writes a file below the folder. */
void     fixture_put         (Fixture *self, const char *name, const void *data, gsize length);
void     put_text            (Fixture *self, const char *name, const char *text);
void     fixture_put_bytes   (Fixture *self, const char *name, GBytes *bytes);
/* A picture file whose colour 0xRRGGBB tells it from others, on disk or in an archive. */
void     fixture_put_picture (Fixture *self, const char *name, guint32 colour);
void     fixture_add_picture (CvrTestArchive *archive, const char *name, guint32 colour);
/* @name: below the folder; NULL: the folder itself. */
gboolean fixture_try_load    (Fixture *self, const char *name, GError **error);
void     fixture_load        (Fixture *self, const char *name);
/* Everything loaded, in order: "class/name", with ":T", ":V" or ":S" where the source names a part. */
char    *fixture_describe    (Fixture *self);
void     assert_holds        (Fixture *self, const char *expected);
void     assert_colour       (Fixture *self, guint index, guint32 colour);

/* Borrowed: the picture of a set that was loaded into memory. */
static inline const CvrImage *
image_of (const CvrItem *item)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrImage) image = cvr_picture_read (item->picture, &error);

  g_assert_no_error (error);
  g_assert_true (cvr_picture_is_loaded (item->picture));

  return image;
}

G_END_DECLS
