/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drops and the clipboard bring, and where files make sense: decided from names and
 * addresses alone. */
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
  CVR_DROP_CLIP,    /* moving pictures: which moments? */
} CvrDropKind;

typedef struct
{
  const char *name;      /* file name or path */
  gboolean    is_folder;
} CvrDropFile;

CvrDropKind cvr_drop_decide (const CvrDropFile *files,
                             guint              n_files,
                             gboolean           on_images_page);

typedef enum
{
  CVR_ARRIVAL_NOTHING,
  CVR_ARRIVAL_FILES,   /* of this computer, or of a mounted share */
  CVR_ARRIVAL_INLINE,  /* "data:image/…": the picture is its own address */
  CVR_ARRIVAL_WEB,     /* an address of the network, where this program doesn't go */
} CvrArrival;

/* @addresses: (nullable) (array zero-terminated=1): the first one decides. */
CvrArrival  cvr_drop_arrival    (const char *const *addresses);
/* (transfer full) (nullable) (array zero-terminated=1): the addresses that pasted @text consists
 * of, absolute paths among them; %NULL when it is some other text. */
char      **cvr_drop_addresses  (const char *text);
/* (nullable): the one of @types in which a picture is best asked for. */
const char *cvr_drop_image_type (const char *const *types);
/* All that cvr_drop_image_type() may choose, best first. */
const char *const *cvr_drop_image_types (void);
/* (transfer full) (nullable): the bytes in "data:image/png;base64,…"; %NULL: not in this form. */
GBytes     *cvr_drop_read_inline (const char *address);

G_END_DECLS
