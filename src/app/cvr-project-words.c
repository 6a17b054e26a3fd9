/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of a project as a file. */
#include "cvr-project-words.h"

#include <glib/gi18n-lib.h>

char *
cvr_project_words_file (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);

  return g_filename_display_name (base != NULL ? base : "?");
}

char *
cvr_project_words_state (CvrDocument *document)
{
  GFile *file = cvr_document_get_file (document);
  g_autofree char *name = file != NULL ? cvr_project_words_file (file) : NULL;

  switch (cvr_document_get_state (document))
    {
    case CVR_DOCUMENT_SAVED:
      return g_strdup (_("saved"));
    case CVR_DOCUMENT_UNSAVED:
      /* Translators: %s is a file. */
      return g_strdup_printf (_("changes not yet in %s"), name);
    case CVR_DOCUMENT_SAVING:
      return g_strdup (_("saving…"));
    case CVR_DOCUMENT_CONFLICT:
      /* Translators: %s is a file. */
      return g_strdup_printf (_("%s was changed elsewhere"), name);
    case CVR_DOCUMENT_READ_ONLY:
      return g_strdup (_("only to look at"));
    case CVR_DOCUMENT_LOCAL:
    default:
      return g_strdup (_("on this computer"));
    }
}

char *
cvr_project_words_tip (CvrDocument *document)
{
  GFile *file = cvr_document_get_file (document);
  g_autofree char *name = file != NULL ? g_file_get_parse_name (file) : NULL;

  switch (cvr_document_get_state (document))
    {
    case CVR_DOCUMENT_UNSAVED:
    case CVR_DOCUMENT_SAVING:
    case CVR_DOCUMENT_SAVED:
      /* Translators: %s is a file. */
      return g_strdup_printf (_("Every change is kept on this computer as you make it, and goes "
                                "into %s a minute later, when you close the window, or with "
                                "Ctrl+S"),
                              name);
    case CVR_DOCUMENT_CONFLICT:
      return g_strdup_printf (_("Another program changed %s. Nothing of yours is lost: save it "
                                "over that, or under another name"),
                              name);
    case CVR_DOCUMENT_READ_ONLY:
      return g_strdup (_("Another window has this project"));
    case CVR_DOCUMENT_LOCAL:
    default:
      return g_strdup (_("Every change is kept on this computer as you make it. Ctrl+S makes a "
                         "file that you can take with you"));
    }
}
