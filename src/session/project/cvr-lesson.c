/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A project as a lesson. */
#include "cvr-lesson.h"

#include "cvr-json.h"

static const char state_key[] = "lesson";

typedef struct
{
  CvrDocuments    *documents;
  char            *id;       /* of the copy, which is gone in the end; NULL: not made yet */
  CvrDocument     *document; /* its */
  char           **pages;
  GFile           *file;
  CvrDocumentSaved done;
  gpointer         data;
} Saving;

char **
cvr_lesson_get_pages (CvrProject *project)
{
  g_autofree char *text = cvr_project_get_state (project, state_key);
  g_autoptr (JsonObject) object =
    text != NULL ? cvr_json_parse_object (text, state_key, NULL) : NULL;
  g_autoptr (GStrvBuilder) pages = g_strv_builder_new ();
  JsonArray *array = NULL;

  if (object == NULL || !cvr_json_get_array (object, "pages", &array, NULL) || array == NULL)
    return NULL;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        g_strv_builder_add (pages, json_node_get_string (node));
    }

  return g_strv_builder_end (pages);
}

void
cvr_lesson_set_pages (CvrProject        *project,
                      const char *const *pages)
{
  g_autoptr (GString) json = g_string_new ("{");

  if (pages == NULL)
    {
      cvr_project_set_state (project, state_key, NULL);
      return;
    }
  cvr_json_add_open (json, "pages", '[');
  for (guint i = 0; pages[i] != NULL; i++)
    cvr_json_add_string (json, NULL, pages[i]);
  g_string_append (json, "]}");
  cvr_project_set_state (project, state_key, json->str);
}

/* The copy has done its work. */
static void
finish (Saving       *saving,
        const GError *error)
{
  if (saving->document != NULL)
    cvr_document_close (saving->document);
  g_clear_object (&saving->document);
  if (saving->id != NULL)
    cvr_documents_delete (saving->documents, saving->id, NULL);
  if (saving->done != NULL)
    saving->done (error, saving->data);
  g_object_unref (saving->documents);
  g_object_unref (saving->file);
  g_strfreev (saving->pages);
  g_free (saving->id);
  g_free (saving);
}

static gboolean
finish_cb (gpointer data)
{
  finish (data, NULL);

  return G_SOURCE_REMOVE;
}

/* CvrDocumentSaved; the document can't be closed from inside its own callback. */
static void
saved_cb (const GError *error,
          gpointer      data)
{
  if (error != NULL)
    {
      Saving *saving = data;

      if (saving->done != NULL)
        saving->done (error, saving->data);
      saving->done = NULL;
    }
  g_idle_add (finish_cb, data);
}

/* CvrDocumentReady */
static void
opened_cb (CvrDocument  *document,
           const char   *warning,
           const GError *error,
           gpointer      data)
{
  Saving *saving = data;

  saving->document = document;
  if (document == NULL)
    {
      finish (saving, error);
      return;
    }
  cvr_lesson_set_pages (cvr_document_get_project (document),
                        (const char *const *) saving->pages);
  cvr_document_save_as (document, saving->file, saved_cb, saving);
}

static void
duplicated_cb (CvrJob       *job,
               gpointer      result,
               const GError *error,
               gpointer      data)
{
  Saving *saving = data;
  CvrOpened *opened = result;

  if (opened == NULL)
    {
      finish (saving, error);
      return;
    }
  saving->id = g_strdup (opened->id);
  cvr_opened_free (opened);
  cvr_document_start_opening (saving->documents, saving->id, NULL, opened_cb, saving);
}

CvrJob *
cvr_lesson_save (CvrDocuments      *documents,
                 CvrProject        *project,
                 const char        *title,
                 const char *const *pages,
                 GFile             *file,
                 CvrDocumentSaved   done,
                 gpointer           data)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->documents = g_object_ref (documents);
  saving->pages = g_strdupv ((char **) pages);
  saving->file = g_object_ref (file);
  saving->done = done;
  saving->data = data;

  return cvr_documents_duplicate (documents, project, title, NULL, duplicated_cb, saving);
}
