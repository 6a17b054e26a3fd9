/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a file to a live project: which one it is, what becomes of the one that there was. */
#include "cvr-document.h"

#include "cvr-document-files.h"
#include "cvr-document-mark.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* One file on its way. */
typedef struct
{
  CvrDocuments *documents;
  GFile        *file;
  char         *id;        /* of what comes */
  char         *title;     /* of a duplicate */
  char         *present;   /* the live project that belongs to the file; NULL: none */
  gboolean      revert;    /* the present one stays, whatever it is */
  gboolean      recover;
  GObject      *owner;     /* weak; NULL: gone, or there was none */
  gboolean      owned;
  CvrJobDone    done;
  gpointer      user_data;
} Opening;

void
cvr_opened_free (gpointer opened)
{
  CvrOpened *self = opened;

  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->replaced);
  g_free (self->kept);
  g_free (self->report);
  g_free (self);
}

static void
opening_free (Opening *opening)
{
  if (opening->owner != NULL)
    g_object_remove_weak_pointer (opening->owner, (gpointer *) &opening->owner);
  g_object_unref (opening->documents);
  g_object_unref (opening->file);
  g_free (opening->id);
  g_free (opening->title);
  g_free (opening->present);
  g_free (opening);
}

/* "Cats.convisor" → "Cats" */
static char *
dup_title (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);
  char *title = g_filename_display_name (base != NULL ? base : "?");

  if (g_str_has_suffix (title, ".convisor"))
    title[strlen (title) - strlen (".convisor")] = '\0';

  return title;
}

/* The present one leaves the file to the one that comes. */
static void
set_present_aside (Opening   *opening,
                   CvrOpened *opened)
{
  const CvrDocumentInfo *info = cvr_documents_find (opening->documents, opening->present);

  if (info == NULL)
    return;
  if (!opening->revert && !cvr_documents_is_unsaved (opening->documents, info->id))
    {
      opened->replaced = g_strdup (info->id);
    }
  else
    {
      /* Translators: %s is a project's title. */
      opened->kept = g_strdup_printf (opening->revert ? _("%s (before reverting)")
                                                      : _("%s (before opening the file)"),
                                      info->title);
      cvr_documents_set_title (opening->documents, info->id, opened->kept, TRUE);
    }
  cvr_documents_set_link (opening->documents, opening->present, NULL, NULL);
}

/* A copy has come. */
static CvrOpened *
take_fetched (Opening          *opening,
              const CvrFetched *fetched)
{
  CvrOpened *opened = g_new0 (CvrOpened, 1);
  g_autofree char *title = dup_title (opening->file);
  g_autofree char *uri = g_file_get_uri (opening->file);

  if (fetched->made == NULL)
    {
      cvr_documents_set_link (opening->documents, opening->present, uri, fetched->etag);
      opened->id = g_strdup (opening->present);
      return opened;
    }

  opened->id = g_strdup (opening->id);
  opened->report = g_strdup (fetched->report);
  if (opening->recover)
    {
      /* Translators: %s is a project's title. */
      g_autofree char *recovered = g_strdup_printf (_("%s (recovered)"), title);

      cvr_documents_add_id (opening->documents, opening->id, recovered);
      cvr_documents_set_title (opening->documents, opening->id, recovered, TRUE);
      return opened;
    }

  if (opening->present != NULL)
    set_present_aside (opening, opened);
  cvr_documents_add_id (opening->documents, opening->id, title);
  cvr_documents_set_link (opening->documents, opening->id, uri, fetched->etag);
  cvr_documents_set_stamp (opening->documents, opening->id);

  return opened;
}

static void
fetched_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      data)
{
  Opening *opening = data;
  CvrFetched *fetched = result;
  CvrOpened *opened = fetched != NULL ? take_fetched (opening, fetched) : NULL;

  if (!opening->owned || opening->owner != NULL)
    opening->done (job, opened, error, opening->user_data);
  else
    cvr_opened_free (opened);
  cvr_fetched_free (fetched);
  opening_free (opening);
}

/* Returns: (transfer full): where the new live project is to lie. */
static char *
prepare (Opening    *opening,
         GObject    *owner,
         CvrJobDone  done,
         gpointer    user_data)
{
  opening->id = cvr_documents_new_id (opening->documents);
  opening->owned = owner != NULL;
  opening->owner = owner;
  if (owner != NULL)
    g_object_add_weak_pointer (owner, (gpointer *) &opening->owner);
  opening->done = done;
  opening->user_data = user_data;

  return cvr_documents_path (opening->documents, opening->id);
}

static CvrJob *
start (Opening    *opening,
       const char *known,
       GObject    *owner,
       CvrJobDone  done,
       gpointer    user_data)
{
  g_autofree char *to = prepare (opening, owner, done, user_data);
  g_autofree char *live = opening->present != NULL
                            ? cvr_documents_path (opening->documents, opening->present)
                            : NULL;
  g_autofree char *mark = live != NULL ? cvr_document_mark_path (live) : NULL;

  /* Without an owner of its own: what has been copied in gets its entry whoever is gone. */
  return cvr_document_files_fetch (opening->file, known, mark, to, opening->recover, NULL,
                                   fetched_cb, opening);
}

static Opening *
opening_new (CvrDocuments *documents,
             GFile        *file)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->documents = g_object_ref (documents);
  opening->file = g_object_ref (file);

  return opening;
}

/**
 * cvr_documents_open_file:
 *
 * Where a live project belongs to the file and the file is as it was: that one. Where the file
 * changed: a new copy; the project there was may go where it has no changes of its own, and stays
 * in the list under another title where it has.
 */
CvrJob *
cvr_documents_open_file (CvrDocuments *documents,
                         GFile        *file,
                         GObject      *owner,
                         CvrJobDone    done,
                         gpointer      user_data)
{
  Opening *opening = opening_new (documents, file);
  g_autofree char *uri = g_file_get_uri (file);
  const CvrDocumentInfo *info = cvr_documents_find_uri (documents, uri);

  opening->present = info != NULL ? g_strdup (info->id) : NULL;

  return start (opening, info != NULL ? info->etag : NULL, owner, done, user_data);
}

CvrJob *
cvr_documents_revert (CvrDocuments *documents,
                      const char   *id,
                      GObject      *owner,
                      CvrJobDone    done,
                      gpointer      user_data)
{
  const CvrDocumentInfo *info = cvr_documents_find (documents, id);
  g_autoptr (GFile) file = NULL;
  Opening *opening;

  g_return_val_if_fail (info != NULL && info->uri != NULL, NULL);

  file = g_file_new_for_uri (info->uri);
  opening = opening_new (documents, file);
  opening->present = g_strdup (id);
  opening->revert = TRUE;

  return start (opening, NULL, owner, done, user_data);
}

CvrJob *
cvr_documents_recover (CvrDocuments *documents,
                       GFile        *file,
                       GObject      *owner,
                       CvrJobDone    done,
                       gpointer      user_data)
{
  Opening *opening = opening_new (documents, file);

  opening->recover = TRUE;

  return start (opening, NULL, owner, done, user_data);
}

static void
duplicated_cb (CvrJob       *job,
               gpointer      result,
               const GError *error,
               gpointer      data)
{
  Opening *opening = data;
  g_autofree char *etag = result;
  CvrOpened *opened = NULL;

  if (error == NULL)
    {
      opened = g_new0 (CvrOpened, 1);
      opened->id = g_strdup (opening->id);
      cvr_documents_add_id (opening->documents, opening->id, opening->title);
      cvr_documents_set_title (opening->documents, opening->id, opening->title, TRUE);
    }
  if (!opening->owned || opening->owner != NULL)
    opening->done (job, opened, error, opening->user_data);
  else
    cvr_opened_free (opened);
  opening_free (opening);
}

CvrJob *
cvr_documents_duplicate (CvrDocuments *documents,
                         CvrProject   *project,
                         const char   *title,
                         GObject      *owner,
                         CvrJobDone    done,
                         gpointer      user_data)
{
  Opening *opening = g_new0 (Opening, 1);
  g_autofree char *to = NULL;
  g_autofree char *temporary = NULL;
  g_autofree char *folder = NULL;

  opening->documents = g_object_ref (documents);
  opening->title = g_strdup (title);
  to = prepare (opening, owner, done, user_data);
  opening->file = g_file_new_for_path (to);
  temporary = g_strconcat (to, ".saving", NULL);
  folder = g_path_get_dirname (to);
  g_mkdir_with_parents (folder, 0700);

  return cvr_document_files_save (cvr_project_keeper (project), opening->file, NULL, temporary,
                                  NULL, NULL, duplicated_cb, opening);
}
