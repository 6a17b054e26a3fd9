/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live projects on this computer. */
#include "cvr-documents.h"

#include "cvr-fs.h"
#include "cvr-json.h"
#include "cvr-lock.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

static const char suffix[] = ".convisor";

struct _CvrDocuments
{
  GObject      parent_instance;
  char        *folder;    /* that of the live projects */
  char        *index;     /* its file */
  GPtrArray   *infos;     /* of CvrDocumentInfo, the one opened last first */
  GThreadPool *writer;    /* one thread: the texts are written in their order */
};

G_DEFINE_FINAL_TYPE (CvrDocuments, cvr_documents, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
info_free (gpointer data)
{
  CvrDocumentInfo *info = data;

  g_free (info->id);
  g_free (info->title);
  g_free (info->uri);
  g_free (info->etag);
  g_free (info);
}

static CvrDocumentInfo *
find (CvrDocuments *self,
      const char   *id)
{
  for (guint i = 0; i < self->infos->len; i++)
    {
      CvrDocumentInfo *info = g_ptr_array_index (self->infos, i);

      if (g_strcmp0 (info->id, id) == 0)
        return info;
    }

  return NULL;
}

static gint
compare_opened (gconstpointer a,
                gconstpointer b)
{
  const CvrDocumentInfo *x = *(CvrDocumentInfo *const *) a;
  const CvrDocumentInfo *y = *(CvrDocumentInfo *const *) b;

  return x->opened != y->opened ? (x->opened < y->opened ? 1 : -1) : strcmp (y->id, x->id);
}

/* Microseconds since 1970; 0 where there is no such file. */
static gint64
file_time (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (
    file, G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC,
    G_FILE_QUERY_INFO_NONE, NULL, NULL);

  if (info == NULL)
    return 0;

  return (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED) *
           G_USEC_PER_SEC +
         g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);
}

/* Writing */

typedef struct
{
  char *path, *text;
} Writing;

/* Writer's thread. Where it fails the next change tries again, and the folder has everything that
 * matters. */
static void
write_func (gpointer data,
            gpointer user_data)
{
  Writing *writing = data;
  g_autofree char *folder = g_path_get_dirname (writing->path);

  g_mkdir_with_parents (folder, 0700);
  cvr_fs_replace (NULL, writing->path, writing->text, strlen (writing->text), NULL);
  g_free (writing->path);
  g_free (writing->text);
  g_free (writing);
}

static char *
to_json (CvrDocuments *self)
{
  GString *json = g_string_new ("{");

  cvr_json_add_uint (json, "convisor", 1);
  cvr_json_add_open (json, "projects", '[');
  for (guint i = 0; i < self->infos->len; i++)
    {
      const CvrDocumentInfo *info = g_ptr_array_index (self->infos, i);

      cvr_json_add_open (json, NULL, '{');
      cvr_json_add_string (json, "id", info->id);
      cvr_json_add_string (json, "title", info->title);
      cvr_json_add_bool (json, "renamed", info->renamed);
      if (info->uri != NULL)
        cvr_json_add_string (json, "file", info->uri);
      if (info->etag != NULL)
        cvr_json_add_string (json, "etag", info->etag);
      cvr_json_add_uint (json, "stamp", (guint64) info->stamp);
      cvr_json_add_uint (json, "opened", (guint64) info->opened);
      cvr_json_add_bool (json, "unsaved", info->dirty);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "]}\n");

  return g_string_free (json, FALSE);
}

static void
changed (CvrDocuments *self)
{
  Writing *writing = g_new (Writing, 1);

  g_ptr_array_sort (self->infos, compare_opened);
  writing->path = g_strdup (self->index);
  writing->text = to_json (self);
  g_thread_pool_push (self->writer, writing, NULL);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Reading */

/* A name is a file's in our folder, nothing else. */
static gboolean
is_id (const char *id)
{
  return id != NULL && id[0] != '\0' && id[0] != '.' && strpbrk (id, "/\\") == NULL;
}

static gboolean
read_time (JsonObject *object,
           const char *key,
           gint64     *time)
{
  guint64 value = 0;

  if (!cvr_json_get_uint64 (object, key, &value, NULL) || value > G_MAXINT64)
    return FALSE;
  *time = (gint64) value;

  return TRUE;
}

static void
read_info (CvrDocuments *self,
           JsonObject   *object)
{
  CvrDocumentInfo info = { 0 };
  const char *id = NULL, *title = NULL, *uri = NULL, *etag = NULL;
  g_autofree char *path = NULL;

  if (!cvr_json_get_string (object, "id", &id, NULL) || !is_id (id) || find (self, id) != NULL ||
      !cvr_json_get_string (object, "title", &title, NULL) ||
      !cvr_json_get_string (object, "file", &uri, NULL) ||
      !cvr_json_get_string (object, "etag", &etag, NULL) ||
      !cvr_json_get_bool (object, "renamed", &info.renamed, NULL) ||
      !cvr_json_get_bool (object, "unsaved", &info.dirty, NULL) ||
      !read_time (object, "stamp", &info.stamp) || !read_time (object, "opened", &info.opened))
    return;

  path = cvr_documents_path (self, id);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return;
  info.id = g_strdup (id);
  info.title = g_strdup (title != NULL ? title : _("Untitled"));
  info.uri = g_strdup (uri);
  info.etag = g_strdup (etag);
  g_ptr_array_add (self->infos, g_memdup2 (&info, sizeof info));
}

static void
read_index (CvrDocuments *self)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) object = NULL;
  JsonArray *projects = NULL;

  if (!g_file_get_contents (self->index, &text, NULL, NULL) || !g_utf8_validate (text, -1, NULL))
    return;
  object = cvr_json_parse_object (text, "projects", NULL);
  if (object == NULL || !cvr_json_get_array (object, "projects", &projects, NULL) ||
      projects == NULL)
    return;

  for (guint i = 0; i < json_array_get_length (projects); i++)
    {
      JsonNode *node = json_array_get_element (projects, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        read_info (self, json_node_get_object (node));
    }
}

static CvrDocumentInfo *
add_info (CvrDocuments *self,
          const char   *id,
          const char   *title,
          gint64        opened)
{
  CvrDocumentInfo *info = g_new0 (CvrDocumentInfo, 1);

  info->id = g_strdup (id);
  info->title = g_strdup (title);
  info->opened = opened;
  g_ptr_array_add (self->infos, info);

  return info;
}

/* What the index doesn't know, by its date: a project says its name when it is opened. */
static void
read_folder (CvrDocuments *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *id = NULL;
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_autofree char *date = NULL;
      g_autofree char *title = NULL;
      g_autoptr (GDateTime) time = NULL;
      gint64 changed_at = file_time (path);

      if (!g_str_has_suffix (name, suffix) || !g_utf8_validate (name, -1, NULL))
        continue;
      id = g_strndup (name, strlen (name) - strlen (suffix));
      if (!is_id (id) || find (self, id) != NULL)
        continue;
      time = g_date_time_new_from_unix_local (changed_at / G_USEC_PER_SEC);
      date = time != NULL ? g_date_time_format (time, "%x") : NULL;
      /* Translators: %s is a date. */
      title = g_strdup_printf (_("Project of %s"), date != NULL ? date : "?");
      add_info (self, id, title, changed_at);
    }
}

static void
cvr_documents_finalize (GObject *object)
{
  CvrDocuments *self = CVR_DOCUMENTS (object);

  if (self->writer != NULL)
    g_thread_pool_free (self->writer, FALSE, TRUE);
  g_free (self->folder);
  g_free (self->index);
  g_ptr_array_unref (self->infos);

  G_OBJECT_CLASS (cvr_documents_parent_class)->finalize (object);
}

static void
cvr_documents_class_init (CvrDocumentsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_documents_finalize;
  signals[CHANGED] = g_signal_new ("changed", CVR_TYPE_DOCUMENTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
cvr_documents_init (CvrDocuments *self)
{
  self->infos = g_ptr_array_new_with_free_func (info_free);
  self->writer = g_thread_pool_new (write_func, NULL, 1, FALSE, NULL);
}

/**
 * cvr_documents_new:
 * @folder: in the system's encoding
 *
 * Reads the index and the folder: a project that the index doesn't know is in the list all the
 * same, and one that is gone isn't.
 */
CvrDocuments *
cvr_documents_new (const char *folder)
{
  CvrDocuments *self = g_object_new (CVR_TYPE_DOCUMENTS, NULL);

  self->folder = g_build_filename (folder, "projects", NULL);
  self->index = g_build_filename (folder, "projects.json", NULL);
  read_index (self);
  read_folder (self);
  g_ptr_array_sort (self->infos, compare_opened);

  return self;
}

guint
cvr_documents_n (CvrDocuments *self)
{
  return self->infos->len;
}

const CvrDocumentInfo *
cvr_documents_get (CvrDocuments *self,
                   guint         index)
{
  return index < self->infos->len ? g_ptr_array_index (self->infos, index) : NULL;
}

const CvrDocumentInfo *
cvr_documents_find (CvrDocuments *self,
                    const char   *id)
{
  return find (self, id);
}

const CvrDocumentInfo *
cvr_documents_find_uri (CvrDocuments *self,
                        const char   *uri)
{
  for (guint i = 0; i < self->infos->len; i++)
    {
      const CvrDocumentInfo *info = g_ptr_array_index (self->infos, i);

      if (info->uri != NULL && g_str_equal (info->uri, uri))
        return info;
    }

  return NULL;
}

char *
cvr_documents_path (CvrDocuments *self,
                    const char   *id)
{
  g_autofree char *name = g_strconcat (id, suffix, NULL);

  return g_build_filename (self->folder, name, NULL);
}

char *
cvr_documents_new_id (CvrDocuments *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%d-%H%M%S");

  for (;;)
    {
      g_autofree char *id = g_strdup_printf ("%s-%08x", time, g_random_int ());
      g_autofree char *path = cvr_documents_path (self, id);

      if (find (self, id) == NULL && !g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&id);
    }
}

void
cvr_documents_add_id (CvrDocuments *self,
                      const char   *id,
                      const char   *title)
{
  g_return_if_fail (is_id (id));

  if (find (self, id) != NULL)
    return;
  add_info (self, id, title != NULL ? title : _("Untitled"), g_get_real_time ());
  changed (self);
}

char *
cvr_documents_add (CvrDocuments *self,
                   const char   *title)
{
  char *id = cvr_documents_new_id (self);

  cvr_documents_add_id (self, id, title);

  return id;
}

/**
 * cvr_documents_adopt:
 * @path: "current.convisor" of before; nothing happens where there is none
 *
 * Moved, with its journal. Before anything is opened.
 */
void
cvr_documents_adopt (CvrDocuments *self,
                     const char   *path)
{
  g_autofree char *id = NULL;
  g_autofree char *to = NULL;
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  g_autofree char *to_journal = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return;
  id = cvr_documents_new_id (self);
  to = cvr_documents_path (self, id);
  to_journal = g_strconcat (to, "-journal", NULL);
  g_mkdir_with_parents (self->folder, 0700);

  /* The journal first: a project beside which it lies is made whole from it when it is opened. */
  if (g_file_test (journal, G_FILE_TEST_EXISTS) && g_rename (journal, to_journal) != 0)
    return;
  if (g_rename (path, to) != 0)
    {
      (void) !g_rename (to_journal, journal);
      return;
    }
  cvr_documents_add_id (self, id, NULL);
}

void
cvr_documents_touch (CvrDocuments *self,
                     const char   *id)
{
  CvrDocumentInfo *info = find (self, id);
  gint64 newest = self->infos->len > 0 ? cvr_documents_get (self, 0)->opened : 0;

  if (info == NULL)
    return;
  /* A clock that was set back doesn't turn the order round. */
  info->opened = MAX (g_get_real_time (), newest + 1);
  changed (self);
}

void
cvr_documents_set_title (CvrDocuments *self,
                         const char   *id,
                         const char   *title,
                         gboolean      renamed)
{
  CvrDocumentInfo *info = find (self, id);

  if (info == NULL || (g_str_equal (info->title, title) && info->renamed == renamed))
    return;
  g_free (info->title);
  info->title = g_strdup (title);
  info->renamed = renamed;
  changed (self);
}

void
cvr_documents_set_link (CvrDocuments *self,
                        const char   *id,
                        const char   *uri,
                        const char   *etag)
{
  CvrDocumentInfo *info = find (self, id);
  char *new_uri = g_strdup (uri), *new_etag = g_strdup (etag);

  if (info == NULL)
    {
      g_free (new_uri);
      g_free (new_etag);
      return;
    }
  g_free (info->uri);
  g_free (info->etag);
  info->uri = new_uri;
  info->etag = new_etag;
  changed (self);
}

void
cvr_documents_set_dirty (CvrDocuments *self,
                         const char   *id,
                         gboolean      dirty)
{
  CvrDocumentInfo *info = find (self, id);

  if (info == NULL || info->dirty == dirty)
    return;
  info->dirty = dirty;
  changed (self);
}

gboolean
cvr_documents_is_unsaved (CvrDocuments *self,
                          const char   *id)
{
  const CvrDocumentInfo *info = find (self, id);
  g_autofree char *path = NULL;

  if (info == NULL)
    return FALSE;
  path = cvr_documents_path (self, id);

  return info->dirty || info->stamp == 0 || file_time (path) != info->stamp;
}

gint64
cvr_documents_read_stamp (CvrDocuments *self,
                          const char   *id)
{
  g_autofree char *path = cvr_documents_path (self, id);

  return file_time (path);
}

void
cvr_documents_put_stamp (CvrDocuments *self,
                         const char   *id,
                         gint64        stamp)
{
  CvrDocumentInfo *info = find (self, id);

  if (info == NULL || stamp == info->stamp)
    return;
  info->stamp = stamp;
  changed (self);
}

void
cvr_documents_set_stamp (CvrDocuments *self,
                         const char   *id)
{
  cvr_documents_put_stamp (self, id, cvr_documents_read_stamp (self, id));
}

gboolean
cvr_documents_delete (CvrDocuments *self,
                      const char   *id,
                      GError      **error)
{
  static const char *const rests[] = { "", "-journal", ".lock", ".saved", ".saving" };
  CvrDocumentInfo *info = find (self, id);
  g_autoptr (CvrLock) lock = NULL;
  g_autofree char *path = NULL;

  if (info == NULL)
    return TRUE;
  path = cvr_documents_path (self, id);
  lock = cvr_lock_take (path, error);
  if (lock == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (rests); i++)
    {
      g_autofree char *file = g_strconcat (path, rests[i], NULL);

      g_remove (file);
    }
  g_ptr_array_remove (self->infos, info);
  changed (self);

  return TRUE;
}

void
cvr_documents_flush (CvrDocuments *self)
{
  g_thread_pool_free (self->writer, FALSE, TRUE);
  self->writer = g_thread_pool_new (write_func, NULL, 1, FALSE, NULL);
}
