/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live projects on this computer: a folder of them, and an index that says which file each is
 * saved to. The index only remembers; it is made again from the folder where it is lost. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One live project. Borrowed until the list changes. */
typedef struct
{
  char    *id;      /* its file is "projects/ID.convisor" */
  char    *title;   /* as it was last seen */
  gboolean renamed; /* the project itself doesn't know this title yet */
  char    *uri;     /* of the file that it is saved to; NULL: none */
  char    *etag;    /* of that file when both were the same; NULL: not known */
  gint64   stamp;   /* the live file's time then, µs since 1970; 0: not known */
  gint64   opened;  /* when it was opened last, µs since 1970 */
  gboolean dirty;   /* changes that the file doesn't have */
} CvrDocumentInfo;

#define CVR_TYPE_DOCUMENTS (cvr_documents_get_type ())
G_DECLARE_FINAL_TYPE (CvrDocuments, cvr_documents, CVR, DOCUMENTS, GObject)

/* Main thread throughout. Signal "changed". Every change is written beside the main thread, the
 * last one before the object goes. @folder: "$XDG_DATA_HOME/convisor"; made when it is needed. */
CvrDocuments *cvr_documents_new       (const char *folder) G_GNUC_WARN_UNUSED_RESULT;
/* The one opened last is the first. */
guint         cvr_documents_n         (CvrDocuments *self);
const CvrDocumentInfo *cvr_documents_get (CvrDocuments *self, guint index);
/* NULL: none. */
const CvrDocumentInfo *cvr_documents_find (CvrDocuments *self, const char *id);
const CvrDocumentInfo *cvr_documents_find_uri (CvrDocuments *self, const char *uri);
/* Where the live project of that name lies, or would; in the system's encoding. */
char         *cvr_documents_path      (CvrDocuments *self, const char *id) G_GNUC_WARN_UNUSED_RESULT;
/* An entry whose file is still to be made. @title nullable. Returns its name. */
char         *cvr_documents_add       (CvrDocuments *self,
                                       const char *title) G_GNUC_WARN_UNUSED_RESULT;
/* A name that nothing has yet, without an entry. */
char         *cvr_documents_new_id    (CvrDocuments *self) G_GNUC_WARN_UNUSED_RESULT;
/* An entry under that name. */
void          cvr_documents_add_id    (CvrDocuments *self, const char *id, const char *title);
/* A live project of before there were several becomes one of them. */
void          cvr_documents_adopt     (CvrDocuments *self, const char *path);

/* Unknown names are left alone. */
void          cvr_documents_touch     (CvrDocuments *self, const char *id);
/* @renamed: the project takes the title over when it is opened next. */
void          cvr_documents_set_title (CvrDocuments *self, const char *id, const char *title,
                                       gboolean renamed);
/* Both are the same now. @uri NULL: it is saved to no file. */
void          cvr_documents_set_link  (CvrDocuments *self, const char *id, const char *uri,
                                       const char *etag);
void          cvr_documents_set_dirty (CvrDocuments *self, const char *id, gboolean dirty);
/* Changes that the file doesn't have: said so, or to be seen from the live file's time, for a
 * program that ended before it could say. */
gboolean      cvr_documents_is_unsaved (CvrDocuments *self, const char *id);
/* The live file's time is that of what it is saved to: after a save, and when it is closed. */
void          cvr_documents_set_stamp (CvrDocuments *self, const char *id);
/* The same of a moment before: @stamp is what cvr_documents_read_stamp() said then. */
void          cvr_documents_put_stamp (CvrDocuments *self, const char *id, gint64 stamp);
/* The live file's time now, µs since 1970. */
gint64        cvr_documents_read_stamp (CvrDocuments *self, const char *id);
/* The live project goes for good; a linked file stays. The caller has asked. Fails where it is
 * open, here or in another window. */
gboolean      cvr_documents_delete    (CvrDocuments *self, const char *id, GError **error);
/* Blocks until the index is written: tests, the end of the program. */
void          cvr_documents_flush     (CvrDocuments *self);

G_END_DECLS
