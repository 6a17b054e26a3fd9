/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets, pictures and output files of the commands. */
#include "cvr-cli.h"

#include "cvr-fs.h"
#include "cvr-html.h"
#include "cvr-load.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum
{
  LEAST_SIDE = 256,            /* data sets are kept at least this large in memory */
  PICTURE_SIDE = 1024,         /* single pictures */
  SHOWN_SKIPS = 5,
  MAX_FILE = 256 * 1024 * 1024,
};

static void
load_progress_cb (guint64     done,
                  guint64     total,
                  const char *what,
                  gpointer    data)
{
  cvr_cli_progress (data, done, total, _("Loading"));
}

/* Names the first broken pictures and counts the rest. */
static void
say_skipped (CvrCli              *cli,
             const CvrLoadReport *report)
{
  guint shown = MIN (report->skipped != NULL ? report->skipped->len : 0, SHOWN_SKIPS);

  for (guint i = 0; i < shown; i++)
    cvr_cli_say (cli, _("Skipped %s"), (const char *) report->skipped->pdata[i]);
  if (report->n_skipped > shown)
    cvr_cli_say (cli, ngettext ("… and %u more file skipped", "… and %u more files skipped",
                                report->n_skipped - shown), report->n_skipped - shown);
  for (guint i = 0; report->notes != NULL && i < MIN (report->notes->len, SHOWN_SKIPS); i++)
    cvr_cli_say (cli, _("Note: %s"), (const char *) report->notes->pdata[i]);
  if (report->n_notes > SHOWN_SKIPS)
    cvr_cli_say (cli, ngettext ("… and %u more note", "… and %u more notes",
                                report->n_notes - SHOWN_SKIPS), report->n_notes - SHOWN_SKIPS);
  if (report->n_damaged > 0)
    cvr_cli_say (cli, ngettext ("%u truncated picture is used as far as it goes",
                                "%u truncated pictures are used as far as they go",
                                report->n_damaged),
                 report->n_damaged);
}

static gboolean
load_one (CvrCli     *cli,
          CvrDataset *dataset,
          const char *data,
          gboolean    validation,
          guint       side,
          guint      *n_skipped,
          GError    **error)
{
  g_autoptr (CvrDataset) part = cvr_dataset_new ();
  CvrLoadReport report = { 0 };
  CvrLoadSpec spec = { .data = data, .max_side = MAX (side * 2, LEAST_SIDE),
                       .seed = (guint64) cli->seed,
                       .progress = load_progress_cb, .progress_data = cli };
  gboolean loaded = cvr_load (part, &spec, &report, cvr_cli_stop_cancellable (cli->stop), error);

  cvr_cli_progress_end (cli);
  say_skipped (cli, &report);
  *n_skipped += report.n_skipped;
  cvr_load_report_clear (&report);
  if (!loaded)
    return FALSE;

  for (guint i = 0; validation && i < cvr_dataset_n_items (part); i++)
    if (cvr_dataset_item (part, i)->split != CVR_SPLIT_TEST)
      cvr_dataset_set_split (part, i, CVR_SPLIT_VALID);
  cvr_dataset_unite (dataset, part);

  return TRUE;
}

/**
 * cvr_cli_load_data:
 * @data: (array zero-terminated=1): as --data was given
 * @valid: (nullable): as --valid was given: pictures that only validate
 * @side: of the network's input; pictures are kept at twice that, at least 256
 * @n_skipped: (out): files that were no readable pictures
 *
 * Everything in one data set, classes united by name; not divided yet. Says what was skipped.
 */
CvrDataset *
cvr_cli_load_data (CvrCli  *cli,
                   char   **data,
                   char   **valid,
                   guint    side,
                   guint   *n_skipped,
                   GError **error)
{
  g_autoptr (CvrDataset) dataset = cvr_dataset_new ();

  *n_skipped = 0;
  for (guint i = 0; data != NULL && data[i] != NULL; i++)
    if (!load_one (cli, dataset, data[i], FALSE, side, n_skipped, error))
      return NULL;
  for (guint i = 0; valid != NULL && valid[i] != NULL; i++)
    if (!load_one (cli, dataset, valid[i], TRUE, side, n_skipped, error))
      return NULL;

  return g_steal_pointer (&dataset);
}

/* What a model remembers of where its pictures came from: names, never places. */
char *
cvr_cli_data_name (char **data)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; data[i] != NULL; i++)
    g_ptr_array_add (names, g_str_has_prefix (data[i], "builtin:") ? g_strdup (data[i])
                     : g_path_get_basename (data[i]));
  g_ptr_array_add (names, NULL);

  return g_strjoinv (", ", (char **) names->pdata);
}

/* One foreign picture, decoded in the bounded helper. */
CvrImage *
cvr_cli_load_image (CvrCli     *cli,
                    const char *path,
                    GError    **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GBytes) bytes = NULL;
  char *contents;
  gsize length;
  GStatBuf status;

  if (g_stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    {
      g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED, _("“%s” is not a file."), path);
      return NULL;
    }
  if (g_stat (path, &status) == 0 && status.st_size > MAX_FILE)
    {
      g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED, _("“%s” has more than %d MB."), path,
                   MAX_FILE >> 20);
      return NULL;
    }
  if (!g_file_get_contents (path, &contents, &length, error))
    return NULL;

  bytes = g_bytes_new_take (contents, length);
  if (cli->decoder == NULL)
    cli->decoder = cvr_decoder_new ();

  return cvr_decoder_decode (cli->decoder, bytes, name, PICTURE_SIDE,
                             cvr_cli_stop_cancellable (cli->stop), error);
}

/* Class by name, or by number where no name fits. −1 with an error that lists the classes. */
gint
cvr_cli_find_class (CvrModel   *model,
                    const char *name,
                    GError    **error)
{
  g_autofree char *known = g_strjoinv (", ", model->classes);
  guint64 number;

  for (guint k = 0; k < model->n_classes; k++)
    if (strcmp (model->classes[k], name) == 0)
      return (gint) k;
  if (model->n_classes > 0 && g_ascii_string_to_unsigned (name, 10, 0, model->n_classes - 1,
                                                          &number, NULL))
    return (gint) number;

  cvr_cli_usage (error, _("The model knows no class “%s”. It knows: %s."), name, known);
  return -1;
}

/**
 * cvr_cli_check_out:
 *
 * To be asked before long work begins.
 *
 * Returns: whether @path can be written: its folder is there and writable, and what it would
 * replace is an ordinary file.
 */
gboolean
cvr_cli_check_out (const char *path,
                   GError    **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  GStatBuf status;

  if (path[0] == '\0')
    return cvr_cli_usage (error, _("The name of the file to write is empty."));
  if (g_stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED,
                 _("“%s” can't be written: it is there already and not an ordinary file."), path);
  else if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED,
                 _("“%s” can't be written: there is no folder “%s”."), path, folder);
  else if (g_access (folder, W_OK) != 0)
    g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED,
                 _("“%s” can't be written in the folder “%s”: %s."), path,
                 folder, g_strerror (errno));
  else
    return TRUE;

  return FALSE;
}

gboolean
cvr_cli_write_png (const char      *path,
                   cairo_surface_t *surface,
                   GError         **error)
{
  g_autoptr (GBytes) bytes = cvr_html_png (surface, error);
  gsize length;
  gconstpointer data;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);

  return cvr_fs_replace (NULL, path, data, length, error);
}

/* 0 where it can't be told. */
guint64
cvr_cli_file_size (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) == 0 ? (guint64) status.st_size : 0;
}
