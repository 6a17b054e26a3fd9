/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures as the project file keeps them, and their rows. */
#include "cvr-store.h"

#include "cvr-decode.h"
#include "cvr-store-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  RAW_UP_TO =
      4096, /* bytes: below it a picture file's frame and its decoding cost more than it saves */
  JPEG_ABOVE = 128, /* pixels of a side: larger pictures are photographs, lossy before */
  JPEG_QUALITY = 95,
};

void
cvr_store_sum (gconstpointer data,
               gsize         length,
               gconstpointer more,
               gsize         more_length,
               guint8        sum[CVR_STORE_SUM])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize n = CVR_STORE_SUM;

  if (length > 0)
    g_checksum_update (checksum, data, (gssize) length);
  if (more_length > 0)
    g_checksum_update (checksum, more, (gssize) more_length);
  g_checksum_get_digest (checksum, sum, &n);
}

/* A flipped number would show a picture as another one, or under another's label. */
void
cvr_store_pack (const CvrStoredPicture *picture,
                guint8                  numbers[CVR_STORE_NUMBERS])
{
  const CvrPictureFacts *facts = &picture->facts;
  const guint64 values[] = { picture->id, picture->form, facts->width, facts->height,
                             facts->channels, facts->was_width, facts->was_height, facts->damaged };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      guint64 value = GUINT64_TO_LE (values[i]);

      memcpy (numbers + 8 * i, &value, sizeof value);
    }
}

static void
sum_picture (const CvrStoredPicture *picture,
             guint8                  sum[CVR_STORE_SUM])
{
  guint8 numbers[CVR_STORE_NUMBERS];
  gsize length;
  const void *data = g_bytes_get_data (picture->bytes, &length);

  cvr_store_pack (picture, numbers);
  cvr_store_sum (data, length, numbers, sizeof numbers, sum);
}

/**
 * cvr_store_encode:
 * @was_width: pixels, before it was scaled down; 0: as it is
 * @picture: (out): without a number; see cvr_store_number()
 */
gboolean
cvr_store_encode (CvrImage         *image,
                  guint             was_width,
                  guint             was_height,
                  CvrStoredPicture *picture,
                  GError          **error)
{
  gsize n_bytes = cvr_image_n_bytes (image);

  *picture = (CvrStoredPicture){
    .facts = { image->width, image->height, image->channels,
               was_width > 0 ? was_width : image->width,
               was_height > 0 ? was_height : image->height, image->damaged },
  };
  if (n_bytes <= RAW_UP_TO)
    {
      picture->form = CVR_STORE_RAW;
      picture->bytes = g_bytes_new (image->data, n_bytes);
    }
  else if (MAX (image->width, image->height) <= JPEG_ABOVE)
    {
      picture->form = CVR_STORE_PNG;
      picture->bytes = cvr_image_encode_png (image, error);
    }
  else
    {
      picture->form = CVR_STORE_JPEG;
      picture->bytes = cvr_image_encode_jpeg (image, JPEG_QUALITY, error);
    }

  return picture->bytes != NULL;
}

void
cvr_store_number (CvrStoredPicture *picture,
                  guint64           id)
{
  picture->id = id;
  sum_picture (picture, picture->sum);
}

gboolean
cvr_store_is_whole (const CvrStoredPicture *picture)
{
  guint8 sum[CVR_STORE_SUM];

  sum_picture (picture, sum);

  return memcmp (sum, picture->sum, sizeof sum) == 0;
}

static CvrImage *
decode_raw (const CvrStoredPicture *picture,
            GError                **error)
{
  const CvrPictureFacts *facts = &picture->facts;
  gsize length;
  const void *data = g_bytes_get_data (picture->bytes, &length);
  CvrImage *image = NULL;

  if (length == (guint64) facts->width * facts->height * facts->channels)
    image = cvr_image_new (facts->width, facts->height, facts->channels);
  if (image == NULL)
    g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                         _("its size doesn't fit its pixels"));
  else
    memcpy (image->data, data, length);

  return image;
}

/**
 * cvr_store_decode:
 *
 * For bytes that cvr_store_is_whole() found to be our own.
 *
 * Returns: (transfer full) (nullable): a whole picture, or a smaller one of it.
 */
CvrImage *
cvr_store_decode (const CvrStoredPicture *picture,
                  guint                   side,
                  GError                **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (picture->bytes, &length);
  g_autoptr (CvrImage) image = NULL;
  CvrImage *converted;

  if (picture->form == CVR_STORE_RAW)
    image = decode_raw (picture, error);
  else
    image =
        cvr_image_decode (data, length, NULL, picture->form == CVR_STORE_JPEG ? side : 0, error);
  if (image == NULL)
    return NULL;

  /* A colour picture without any colour comes back from the decoder as grey. */
  converted = cvr_image_convert (image, picture->facts.channels);
  if (converted == NULL)
    g_set_error_literal (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                         _("not enough memory for it"));
  else
    converted->damaged = picture->facts.damaged;

  return converted;
}

void
cvr_stored_picture_clear (CvrStoredPicture *picture)
{
  g_clear_pointer (&picture->bytes, g_bytes_unref);
}

gboolean
cvr_store_put_picture (CvrStore               *self,
                       const CvrStoredPicture *picture,
                       GError                **error)
{
  const CvrPictureFacts *facts = &picture->facts;
  const guint numbers[] = { picture->form, facts->width, facts->height, facts->channels,
                              facts->was_width, facts->was_height, facts->damaged };
  sqlite3_stmt *statement = cvr_store_prepare (
      self,
      "INSERT INTO pictures (id, form, width, height, channels, was_width, was_height, damaged,"
      " sha256, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      error);
  gsize length;
  const void *data = g_bytes_get_data (picture->bytes, &length);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) picture->id);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    sqlite3_bind_int (statement, 2 + (int) i, (int) numbers[i]);
  sqlite3_bind_blob (statement, 9, picture->sum, CVR_STORE_SUM, SQLITE_STATIC);
  sqlite3_bind_blob64 (statement, 10, data, length, SQLITE_STATIC);

  return cvr_store_finish (self, statement, error);
}

/* A checksum of a wrong length is a wrong one. */
static void
take_row (sqlite3_stmt     *statement,
          CvrStoredPicture *picture)
{
  CvrPictureFacts *facts = &picture->facts;
  guint *const numbers[] = { &facts->width, &facts->height, &facts->channels, &facts->was_width,
                             &facts->was_height };

  picture->form = (CvrStoreForm) sqlite3_column_int (statement, 0);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    *numbers[i] = (guint) sqlite3_column_int (statement, 1 + (int) i);
  facts->damaged = sqlite3_column_int (statement, 6) != 0;
  if (sqlite3_column_bytes (statement, 7) == CVR_STORE_SUM)
    memcpy (picture->sum, sqlite3_column_blob (statement, 7), CVR_STORE_SUM);
  picture->bytes = cvr_store_column (statement, 8);
}

#define COLUMNS "form, width, height, channels, was_width, was_height, damaged, sha256, bytes, id"

/**
 * cvr_store_get_picture:
 * @picture: (out): to clear where it succeeds
 */
gboolean
cvr_store_get_picture (CvrStore         *self,
                       guint64           id,
                       CvrStoredPicture *picture,
                       GError          **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "SELECT " COLUMNS " FROM pictures WHERE id = ?1", error);
  int code;

  *picture = (CvrStoredPicture) { .id = id };
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    take_row (statement, picture);
  else if (code == SQLITE_DONE)
    g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT,
                 _("“%s” has no picture with the number %u."), self->name, (guint) id);
  else
    cvr_store_fail (self, error);
  sqlite3_reset (statement);

  return code == SQLITE_ROW;
}

/**
 * cvr_store_next_picture:
 * @id: (inout): the number of the last one, 0 before the first
 * @picture: (out): to clear where it succeeds
 *
 * Returns: %FALSE without an error behind the last one.
 */
gboolean
cvr_store_next_picture (CvrStore         *self,
                        guint64          *id,
                        CvrStoredPicture *picture,
                        GError          **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "SELECT " COLUMNS " FROM pictures WHERE id > ?1 ORDER BY id LIMIT 1", error);
  int code;

  *picture = (CvrStoredPicture) { 0 };
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, (gint64) *id);
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    {
      *id = picture->id = (guint64) sqlite3_column_int64 (statement, 9);
      take_row (statement, picture);
    }
  else if (code != SQLITE_DONE)
    {
      cvr_store_fail (self, error);
    }
  sqlite3_reset (statement);

  return code == SQLITE_ROW;
}

char *
cvr_store_get_name (CvrStore *self,
                    guint64   id)
{
  sqlite3_stmt *statement = cvr_store_prepare (self, "SELECT name FROM items WHERE id = ?1", NULL);
  char *name = NULL;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, (gint64) id);
  if (sqlite3_step (statement) == SQLITE_ROW)
    name = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_reset (statement);

  return name;
}

guint64
cvr_store_next_id (CvrStore *self,
                   GError  **error)
{
  sqlite3_stmt *statement = cvr_store_prepare (
      self, "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'pictures'", error);
  guint64 id = 0;

  if (statement == NULL)
    return 0;
  if (sqlite3_step (statement) == SQLITE_ROW)
    id = (guint64) sqlite3_column_int64 (statement, 0) + 1;
  else
    cvr_store_fail (self, error);
  sqlite3_reset (statement);

  return id;
}

/**
 * cvr_store_forget_loose:
 *
 * Removes the pictures of imports that did not come to their end.
 */
gboolean
cvr_store_forget_loose (CvrStore *self,
                        GError  **error)
{
  return cvr_store_run (self, "DELETE FROM pictures WHERE id NOT IN (SELECT id FROM items)", error);
}
