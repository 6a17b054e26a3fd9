/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where opened or dropped files make sense, decided from their names alone. */
#include "cvr-drop.h"

#include <string.h>

static gboolean
ends_with (const char        *name,
           const char *const *endings)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; endings[i] != NULL; i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;

  return FALSE;
}

/**
 * cvr_drop_decide:
 * @files: what came, in order
 * @on_images_page: whether the page Images is shown, where every picture is one to learn from
 *
 * A picture may come under any name, so what is neither model, project, folder nor known container
 * of many pictures counts as a picture; decoding says what it really is.
 */
CvrDropKind
cvr_drop_decide (const CvrDropFile *files,
                 guint              n_files,
                 gboolean           on_images_page)
{
  static const char *const projects[] = { ".convisor", NULL };
  static const char *const models[] = { ".onnx", NULL };
  static const char *const containers[] = { ".zip", ".tar",     ".tgz",     ".tar.gz", ".tar.xz",
                                            ".txz", ".tar.bz2", ".tar.zst", ".7z",     ".npy",
                                            ".npz", ".csv",     ".gz",      ".xz",     ".bin",
                                            ".idx", "ubyte",    NULL };

  if (n_files == 0)
    return CVR_DROP_NOTHING;
  if (n_files > 1)
    return CVR_DROP_IMPORT;
  if (files[0].is_folder)
    return CVR_DROP_IMPORT;
  if (ends_with (files[0].name, projects))
    return CVR_DROP_PROJECT;
  if (ends_with (files[0].name, models))
    return CVR_DROP_MODEL;
  if (on_images_page || ends_with (files[0].name, containers))
    return CVR_DROP_IMPORT;

  return CVR_DROP_TRY;
}
