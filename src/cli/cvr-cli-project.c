/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `project`: a project file from scripts. */
#include "cvr-cli.h"

#include "cvr-document.h"
#include "cvr-import-report.h"
#include "cvr-save-out.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  CvrCli      *cli;
  CvrDocument *document;
  CvrProject  *project;
  GError      *error;     /* what the project could not keep */
} Session;

static void
failed_cb (Session    *session,
           const char *sentence)
{
  if (session->error == NULL)
    session->error = g_error_new_literal (CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED, sentence);
}

/* Opens the file itself: it must not be damaged or newer, nor open in a window. */
static gboolean
open_session (Session    *session,
              CvrCli     *cli,
              const char *path,
              GError    **error)
{
  g_autoptr (CvrKeeper) keeper = NULL;

  *session = (Session) { .cli = cli };
  /* A project sets a damaged file aside when it opens one; here that is the end. */
  keeper = cvr_keeper_open (path, error);
  if (keeper == NULL)
    return FALSE;
  cvr_keeper_close (keeper);

  session->document = cvr_document_open_path (path, NULL, error);
  if (session->document == NULL)
    return FALSE;
  session->project = cvr_document_get_project (session->document);
  if (cvr_project_is_read_only (session->project))
    {
      g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED,
                   _("“%s” is open in a window. Close it there first."), path);
      return FALSE;
    }
  g_signal_connect_swapped (session->project, "failed", G_CALLBACK (failed_cb), session);

  return TRUE;
}

/* Everything is on disk, or @error says what isn't. */
static gboolean
close_session (Session *session,
               gboolean done,
               GError **error)
{
  if (session->document != NULL)
    {
      const char *path = cvr_document_get_path (session->document);
      g_autofree char *lock = g_strconcat (path, ".lock", NULL);
      gboolean ours = !cvr_project_is_read_only (session->project);

      if (ours)
        cvr_project_wait (session->project);
      cvr_document_close (session->document);
      if (ours)
        g_remove (lock);
    }
  g_clear_object (&session->document);
  if (done && session->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&session->error));
      return FALSE;
    }
  g_clear_error (&session->error);

  return done;
}

static void
send_done (Session    *session,
           const char *path,
           guint       n_changed)
{
  CvrDataset *dataset = cvr_project_get_dataset (session->project);
  GString *event = cvr_cli_event ("done");

  cvr_json_add_string (event, "out", path);
  cvr_json_add_string (event, "name", cvr_project_get_name (session->project));
  cvr_json_add_uint (event, "changed", n_changed);
  cvr_json_add_uint (event, "pictures", cvr_dataset_n_items (dataset));
  cvr_json_add_open (event, "classes", '[');
  for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
    {
      cvr_json_add_open (event, NULL, '{');
      cvr_json_add_string (event, "name", cvr_dataset_class_name (dataset, k));
      cvr_json_add_uint (event, "pictures", cvr_dataset_count (dataset, (gint) k, CVR_SPLIT_AUTO));
      g_string_append_c (event, '}');
    }
  g_string_append_c (event, ']');
  cvr_json_add_uint (event, "unlabelled",
                     cvr_dataset_count (dataset, CVR_LABEL_NONE, CVR_SPLIT_AUTO));
  cvr_cli_send (session->cli, event);
}

/* new */

static gboolean
run_new (CvrCli     *cli,
         const char *path,
         const char *name,
         GError    **error)
{
  g_autofree char *base = g_path_get_basename (path);
  Session session = { 0 };
  gboolean done;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return cvr_cli_usage (error, _("“%s” is there already."), path);
  if (!cvr_cli_check_out (path, error))
    return FALSE;
  if (g_str_has_suffix (base, ".convisor"))
    base[strlen (base) - strlen (".convisor")] = '\0';

  done = open_session (&session, cli, path, error);
  if (done)
    {
      cvr_project_set_name (session.project, name != NULL ? name : base);
      cvr_project_wait (session.project);
      send_done (&session, path, 0);
      cvr_cli_print (cli, _("Written: %s"), path);
    }

  return close_session (&session, done, error);
}

/* add */

typedef struct
{
  gboolean       ended;
  CvrLoadReport *report;
  GError        *error;
  CvrCli        *cli;
  CvrJob        *job;
} Import;

static void
imported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      data)
{
  Import *import = data;

  import->ended = TRUE;
  import->report = result;
  import->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
progress_cb (CvrJob     *job,
             GParamSpec *pspec,
             Import     *import)
{
  double fraction;

  g_object_get (job, "fraction", &fraction, NULL);
  if (fraction >= 0)
    cvr_cli_progress (import->cli, (guint64) (fraction * 1000), 1000, _("Importing"));
  if (!cvr_cli_keep_going (import->cli))
    cvr_job_cancel (job);
}

/* What was left out and why, and what label files held that can't be used. */
static void
say_notes (CvrCli              *cli,
           const CvrLoadReport *report)
{
  enum { MAX_LINES = 20 };
  g_auto (GStrv) lines = cvr_import_report_lines (report);
  guint n = g_strv_length (lines);

  for (guint i = 0; i < MIN (n, MAX_LINES); i++)
    cvr_cli_say (cli, "%s", lines[i]);
  if (n > MAX_LINES)
    cvr_cli_say (cli, ngettext ("… and %u more line", "… and %u more lines", n - MAX_LINES),
                 n - MAX_LINES);
}

/* Waits for the import; its report in @report, where it isn't an error. */
static gboolean
import_into (Session          *session,
             const CvrImport  *what,
             CvrLoadReport   **report,
             GError          **error)
{
  Import import = { .cli = session->cli };

  import.job = cvr_project_import_with (session->project, what, NULL, imported_cb, &import);
  g_signal_connect (import.job, "notify::fraction", G_CALLBACK (progress_cb), &import);
  while (!import.ended)
    g_main_context_iteration (NULL, TRUE);
  cvr_cli_progress_end (session->cli);
  cvr_project_wait (session->project);
  if (import.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&import.error));
      return FALSE;
    }

  *report = import.report;
  say_notes (session->cli, import.report);

  return TRUE;
}

static gboolean
run_add (CvrCli      *cli,
         const char  *path,
         char       **data,
         const char  *label,
         gboolean     skip_same,
         GError     **error)
{
  const CvrImport what = { .sources = (const char *const *) data, .label = label,
                           .skip_same = skip_same };
  CvrLoadReport *report = NULL;
  Session session = { 0 };
  gboolean done = open_session (&session, cli, path, error) &&
                  import_into (&session, &what, &report, error);

  if (done)
    {
      g_autofree char *text = cvr_import_report_text (report);

      send_done (&session, path, report->n_loaded + report->n_labelled);
      cvr_cli_print (cli, "%s", text);
      cvr_project_report_free (report);
    }

  return close_session (&session, done, error);
}

/* label */

static GArray *
ids_of_names (CvrDataset *dataset,
              char      **names,
              GError    **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint j = 0; names[j] != NULL; j++)
    {
      guint before = ids->len;

      for (guint i = 0; i < cvr_dataset_n_items (dataset); i++)
        if (g_pattern_match_simple (names[j], cvr_dataset_item (dataset, i)->name))
          g_array_append_val (ids, cvr_dataset_item (dataset, i)->id);
      if (ids->len == before)
        {
          g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED,
                       _("There is no picture called “%s” in the project."), names[j]);
          return NULL;
        }
    }

  return g_steal_pointer (&ids);
}

static void
print_labelled (CvrCli *cli,
                guint   n)
{
  cvr_cli_print (cli, ngettext ("%u picture labelled", "%u pictures labelled", n), n);
}

/* What label files say of pictures that are in the project. */
static gboolean
run_label_files (CvrCli     *cli,
                 const char *path,
                 char      **files,
                 GError    **error)
{
  const CvrImport what = { .sources = (const char *const *) files, .labels_only = TRUE };
  CvrLoadReport *report = NULL;
  Session session = { 0 };
  gboolean done = open_session (&session, cli, path, error) &&
                  import_into (&session, &what, &report, error);

  if (done)
    {
      send_done (&session, path, report->n_labelled);
      print_labelled (cli, report->n_labelled);
      cvr_project_report_free (report);
    }

  return close_session (&session, done, error);
}

static gboolean
run_label (CvrCli     *cli,
           const char *path,
           const char *label,
           char      **names,
           GError    **error)
{
  g_autoptr (GArray) ids = NULL;
  Session session = { 0 };
  gboolean done;

  if (!cvr_cli_require (names != NULL && names[0] != NULL ? names : NULL, "NAME…", error))
    return FALSE;
  done = open_session (&session, cli, path, error) &&
         (ids = ids_of_names (cvr_project_get_dataset (session.project), names, error)) != NULL;
  if (done)
    {
      gint k = label == NULL || label[0] == '\0'
                 ? CVR_LABEL_NONE
                 : (gint) cvr_project_add_class (session.project, label);

      cvr_project_set_labels (session.project, (const guint64 *) ids->data, ids->len, k);
      cvr_project_wait (session.project);
      send_done (&session, path, ids->len);
      print_labelled (cli, ids->len);
    }

  return close_session (&session, done, error);
}

/* export-labels */

static gboolean
find_form (const char  *name,
           CvrSaveForm *form,
           GError     **error)
{
  for (guint i = 0; i < CVR_N_SAVE_FORMS; i++)
    if (g_strcmp0 (cvr_save_form_name ((CvrSaveForm) i), name) == 0)
      {
        *form = (CvrSaveForm) i;
        return TRUE;
      }

  return cvr_cli_usage (error,
                        _("There is no form “%s”: csv, json, coco, labelme, yolo, voc or folders."),
                        name);
}

static gboolean
run_export (CvrCli     *cli,
            const char *path,
            const char *form,
            const char *out,
            gboolean    pictures,
            GError    **error)
{
  CvrSaveOutSpec spec = { .path = out, .labels_only = !pictures, .used_splits = FALSE };
  CvrSaveOutReport report = { 0 };
  Session session = { 0 };
  gboolean done;

  if (!cvr_cli_require (out, "--out", error) ||
      !find_form (form != NULL ? form : "csv", &spec.form, error))
    return FALSE;
  done = open_session (&session, cli, path, error) &&
         cvr_save_out (cvr_project_get_dataset (session.project), &spec, &report,
                       cvr_cli_stop_cancellable (cli->stop), error);
  if (done)
    {
      send_done (&session, out, report.n_pictures);
      cvr_cli_print (cli, ngettext ("Written: %2$s (labels of %1$u picture)",
                                    "Written: %2$s (labels of %1$u pictures)", report.n_pictures),
                     report.n_pictures, out);
    }
  cvr_save_out_report_clear (&report);

  return close_session (&session, done, error);
}

/* info */

static gboolean
run_info (CvrCli     *cli,
          const char *path,
          GError    **error)
{
  Session session = { 0 };
  gboolean done = open_session (&session, cli, path, error);

  if (done)
    {
      CvrDataset *dataset = cvr_project_get_dataset (session.project);

      send_done (&session, path, 0);
      cvr_cli_print (cli, ngettext ("%1$s: %2$u picture", "%1$s: %2$u pictures",
                                    cvr_dataset_n_items (dataset)),
                     cvr_project_get_name (session.project), cvr_dataset_n_items (dataset));
      for (guint k = 0; k < cvr_dataset_n_classes (dataset); k++)
        cvr_cli_print (cli, "%8u  %s", cvr_dataset_count (dataset, (gint) k, CVR_SPLIT_AUTO),
                       cvr_dataset_class_name (dataset, k));
      cvr_cli_print (cli, "%8u  %s", cvr_dataset_count (dataset, CVR_LABEL_NONE, CVR_SPLIT_AUTO),
                     _("(without a label)"));
    }

  return close_session (&session, done, error);
}

typedef struct
{
  char    *name, *label, *form, *out;
  char   **data, **files;
  gboolean skip_same, pictures;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->name);
  g_free (options->label);
  g_free (options->form);
  g_free (options->out);
  g_strfreev (options->data);
  g_strfreev (options->files);
}

static gboolean
run_verb (CvrCli        *cli,
          const char    *verb,
          const char    *path,
          const Options *options,
          char         **rest,
          GError       **error)
{
  gboolean is_new = g_str_equal (verb, "new");

  if (!is_new && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, CVR_CLI_ERROR, CVR_CLI_ERROR_FAILED, _("There is no file “%s”."), path);
      return FALSE;
    }
  if (is_new)
    return run_new (cli, path, options->name, error);
  if (g_str_equal (verb, "add"))
    return cvr_cli_require (options->data, "--data", error) &&
           run_add (cli, path, options->data, options->label, options->skip_same, error);
  if (g_str_equal (verb, "label") && options->files != NULL)
    return run_label_files (cli, path, options->files, error);
  if (g_str_equal (verb, "label"))
    return cvr_cli_require (options->label, "--label", error) &&
           run_label (cli, path, options->label, rest, error);
  if (g_str_equal (verb, "export-labels"))
    return run_export (cli, path, options->form, options->out, options->pictures, error);
  if (g_str_equal (verb, "info"))
    return run_info (cli, path, error);

  return cvr_cli_usage (error, _("“project” can't “%s”: new, add, label, export-labels or info."),
                        verb);
}

gboolean
cvr_cli_project (CvrCli  *cli,
                 int      argc,
                 char   **argv,
                 GError **error)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, N_("new: the project's name"), "TEXT" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.data,
      N_("add: pictures, as “train” takes them; may be repeated"), "DATA" },
    { "label", 'l', 0, G_OPTION_ARG_STRING, &options.label,
      N_("add, label: the class; empty: none"), "CLASS" },
    { "file", 'f', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files,
      N_("label: a label file (CSV, JSON, COCO, LabelMe, YOLO, VOC) or a folder of them, which "
         "names pictures of the project; may be repeated"), "LABELS" },
    { "skip-same", 0, 0, G_OPTION_ARG_NONE, &options.skip_same,
      N_("add: leave out pictures that are there already"), NULL },
    { "to", 0, 0, G_OPTION_ARG_STRING, &options.form,
      N_("export-labels: csv (default), json, coco, labelme, yolo, voc or folders"), "FORM" },
    { "pictures", 0, 0, G_OPTION_ARG_NONE, &options.pictures,
      N_("export-labels: the pictures too, in a folder"), NULL },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out, N_("export-labels: where to"), "PATH" },
    { NULL },
  };
  gboolean done;

  done = cvr_cli_parse (cli, "project new|add|label|export-labels|info FILE.convisor …",
                        _("Makes a project file, brings pictures into it, labels pictures by name "
                          "(with * and ?) or by a label file, writes its labels for other "
                          "programs, tells what is in it. The window opens the same file."),
                        entries, &argc, &argv, error);
  if (done && argc < 3)
    done = cvr_cli_usage (error, _("A verb and a project file are missing: “project new "
                                   "Pets.convisor”."));
  if (done && options.files != NULL && options.label != NULL)
    done = cvr_cli_usage (error, _("“--file” and “--label” don't go together: the file says the "
                                   "classes."));
  if (done && argc > 3 && (!g_str_equal (argv[1], "label") || options.files != NULL))
    done = cvr_cli_usage (error, _("“%s” is one word too many."), argv[3]);
  done = done && run_verb (cli, argv[1], argv[2], &options, argv + 3, error);
  options_clear (&options);

  return done;
}
