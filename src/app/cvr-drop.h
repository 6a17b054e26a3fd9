/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where opened or dropped files make sense, decided from their names alone. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  CVR_DROP_NOTHING,
  CVR_DROP_TRY,     /* one picture: what is it? */
  CVR_DROP_IMPORT,  /* pictures, folders, archives: more to learn from */
  CVR_DROP_MODEL,   /* becomes the network, after a question */
  CVR_DROP_PROJECT, /* is opened in place of the present one */
} CvrDropKind;

typedef struct
{
  const char *name;      /* file name or path */
  gboolean    is_folder;
} CvrDropFile;

CvrDropKind cvr_drop_decide (const CvrDropFile *files,
                             guint              n_files,
                             gboolean           on_images_page);

G_END_DECLS
