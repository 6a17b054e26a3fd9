/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes archives for tests. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Collects files and gives the archive's bytes. @format: "tar", "tar.gz", "tar.xz", "tar.bz2" or
 * "zip". */
typedef struct _CvrTestArchive CvrTestArchive;

CvrTestArchive *cvr_test_archive_new    (const char *format);
void            cvr_test_archive_add    (CvrTestArchive *self, const char *path, const void *data,
                                         gsize length);
void            cvr_test_archive_link   (CvrTestArchive *self, const char *path,
                                         const char *target);
void            cvr_test_archive_folder (CvrTestArchive *self, const char *path);
GBytes         *cvr_test_archive_finish (CvrTestArchive *self); /* frees @self */

G_END_DECLS
