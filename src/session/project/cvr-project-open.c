/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a project: what takes time may be done beside the main thread, which then begins. */
#include "cvr-project-private.h"

#include "cvr-epochs-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* Moves a file that can't be used out of the way, with its journal. Returns: (transfer full): its
 * new name. */
static char *
set_aside (const char *path,
           GError    **error)
{
  g_autofree char *stem = g_str_has_suffix (path, ".convisor") ? g_strndup (path, strlen (path) - 9)
                                                               : g_strdup (path);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);

  for (guint i = 1;; i++)
    {
      g_autofree char *aside = g_strdup_printf ("%s-aside-%u.convisor", stem, i);
      g_autofree char *aside_journal = g_strconcat (aside, "-journal", NULL);

      if (g_file_test (aside, G_FILE_TEST_EXISTS))
        continue;
      if (g_rename (path, aside) != 0)
        {
          int code = errno;

          g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                       _("“%1$s” can't be used and can't be moved out of the way: %2$s"), path,
                       g_strerror (code));
          return NULL;
        }
      if (g_file_test (journal, G_FILE_TEST_EXISTS))
        (void) g_rename (journal, aside_journal);

      return g_steal_pointer (&aside);
    }
}

/* Opens and reads the whole file; after a failure @self is only good to be let go. Any thread:
 * nobody else knows @self yet. */
static gboolean
open_keeper (CvrProject *self,
             const char *path,
             GError    **error)
{
  self->keeper = self->read_only ? cvr_keeper_open_read_only (path, error)
                                 : cvr_keeper_open (path, error);
  if (self->keeper == NULL)
    return FALSE;

  if (!cvr_project_restore (self, error))
    {
      g_clear_pointer (&self->undo, cvr_undo_free);
      cvr_epochs_close (self->epochs);
      cvr_keeper_close (self->keeper);
      g_clear_pointer (&self->keeper, cvr_keeper_unref);
      return FALSE;
    }
  cvr_item_list_sync (self->items, self->dataset);

  return TRUE;
}

void
cvr_project_begin (CvrProject *self)
{
  if (!self->read_only)
    cvr_project_forget_unreachable (self);
  cvr_project_evaluate (self);
  self->touched = 0;
}

static gboolean
is_the_files_fault (const GError *error)
{
  return g_error_matches (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_FORMAT) ||
         g_error_matches (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_VERSION) ||
         error->domain == CVR_VISION_ERROR;
}

CvrProject *
cvr_project_prepare (const char *path,
                     char      **warning,
                     GError    **error)
{
  g_autoptr (CvrProject) self = NULL;
  g_autoptr (GError) reason = NULL;
  g_autofree char *folder = g_path_get_dirname (path);

  if (warning != NULL)
    *warning = NULL;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;

      g_set_error (error, CVR_STORAGE_ERROR, CVR_STORAGE_ERROR_IO,
                   _("The folder “%1$s” can't be made: %2$s"), folder, g_strerror (code));
      return NULL;
    }

  self = g_object_new (CVR_TYPE_PROJECT, NULL);
  if (!open_keeper (self, path, &reason))
    {
      g_autofree char *aside = NULL;
      g_autofree char *aside_name = NULL;

      if (!is_the_files_fault (reason))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return NULL;
        }
      aside = set_aside (path, error);
      if (aside == NULL)
        return NULL;

      g_object_unref (self);
      self = g_object_new (CVR_TYPE_PROJECT, NULL);
      if (!open_keeper (self, path, error))
        return NULL;

      aside_name = g_path_get_basename (aside);
      if (warning != NULL)
        *warning = g_strdup_printf (
          _("The last project couldn't be opened: %1$s It was set aside as “%2$s”, "
             "and a new one was begun."),
          reason->message, aside_name);
    }

  return g_steal_pointer (&self);
}

CvrProject *
cvr_project_prepare_read_only (const char *path,
                               GError    **error)
{
  g_autoptr (CvrProject) self = g_object_new (CVR_TYPE_PROJECT, NULL);

  self->read_only = TRUE;

  return open_keeper (self, path, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * cvr_project_open:
 * @warning: (out) (nullable): a translated sentence where an unusable file was set aside, else NULL
 *
 * Blocks: for tests and the command line; a window takes cvr_document_start_opening().
 *
 * Returns: (transfer full): close it with cvr_project_close() before the last unref.
 */
CvrProject *
cvr_project_open (const char *path,
                  char      **warning,
                  GError    **error)
{
  CvrProject *self = cvr_project_prepare (path, warning, error);

  if (self != NULL)
    cvr_project_begin (self);

  return self;
}
