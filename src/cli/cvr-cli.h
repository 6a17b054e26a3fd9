/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every command of the program shares: options, output, progress, errors, data and files. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-decoder.h"
#include "cvr-json.h"
#include "cvr-model.h"
#include "cvr-paint.h"
#include "cvr-words.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define CVR_CLI_ERROR (cvr_cli_error_quark ())

/**
 * CvrCliError:
 * @CVR_CLI_ERROR_USAGE: an option or argument that makes no sense; the program ends with 2
 * @CVR_CLI_ERROR_FAILED: the work could not be done; 1
 * @CVR_CLI_ERROR_STOPPED: the user interrupted before there was anything to keep; 1
 * @CVR_CLI_ERROR_HELP: help was asked for and given; 0
 */
typedef enum
{
  CVR_CLI_ERROR_USAGE,
  CVR_CLI_ERROR_FAILED,
  CVR_CLI_ERROR_STOPPED,
  CVR_CLI_ERROR_HELP,
} CvrCliError;

GQuark cvr_cli_error_quark (void);

typedef struct _CvrCliStop CvrCliStop;

/* The bar on a terminal. */
typedef struct
{
  gboolean shown;
  gint64   started, drawn; /* µs, monotonic */
  char    *what;
} CvrCliProgress;

/* One for the program; main thread, except for cvr_cli_keep_going(). */
typedef struct
{
  /* Global options. */
  gint     threads; /* 0: as many as there are processors */
  gint64   seed;
  gboolean json, quiet, help, version;

  gboolean       terminal;      /* standard error is one */
  int            output_errno;  /* of the first failed write to standard output; 0: none */
  CvrCliStop    *stop;
  CvrCliProgress progress;
  NnWorkers     *workers;
  CvrDecoder    *decoder;
} CvrCli;

void       cvr_cli_init        (CvrCli             *cli);
void       cvr_cli_clear       (CvrCli             *cli);
NnWorkers *cvr_cli_workers     (CvrCli             *cli);
const GOptionEntry *cvr_cli_global_entries (CvrCli *cli) G_GNUC_WARN_UNUSED_RESULT;
gboolean   cvr_cli_check_globals (CvrCli           *cli,
                                  GError          **error);

/* Options of a command; see the .c. */
gboolean   cvr_cli_parse       (CvrCli             *cli,
                                const char         *usage,
                                const char         *summary,
                                const GOptionEntry *entries,
                                int                *argc,
                                char             ***argv,
                                GError            **error);
gboolean   cvr_cli_require     (gconstpointer       value,
                                const char         *option,
                                GError            **error);
gboolean   cvr_cli_parse_size  (const char         *text,
                                guint              *width,
                                guint              *height,
                                GError            **error);
gboolean   cvr_cli_no_arguments (int                argc,
                                 char             **argv,
                                 GError           **error);
gboolean   cvr_cli_usage       (GError            **error,
                                const char         *format,
                                ...) G_GNUC_PRINTF (2, 3);

/* Output. Text goes to standard output without --json, events with it, messages to standard error.
 * */
void       cvr_cli_print       (CvrCli             *cli,
                                const char         *format,
                                ...) G_GNUC_PRINTF (2, 3);
void       cvr_cli_say         (CvrCli             *cli,
                                const char         *format,
                                ...) G_GNUC_PRINTF (2, 3);
void       cvr_cli_complain    (CvrCli             *cli,
                                const char         *sentence);
GString   *cvr_cli_event       (const char         *name) G_GNUC_WARN_UNUSED_RESULT;
void       cvr_cli_send        (CvrCli             *cli,
                                GString            *event);
gboolean   cvr_cli_finish_output (CvrCli           *cli,
                                  GError          **error);
/* @text filled up with spaces to @width columns; negative: on the left. */
char      *cvr_cli_pad         (const char         *text,
                                int                 width) G_GNUC_WARN_UNUSED_RESULT;

/* Progress. */
void       cvr_cli_progress     (CvrCli            *cli,
                                 guint64            done,
                                 guint64            total,
                                 const char        *what);
void       cvr_cli_progress_end (CvrCli            *cli);

/* Interruption. */
CvrCliStop   *cvr_cli_stop_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void          cvr_cli_stop_free        (CvrCliStop *stop);
GCancellable *cvr_cli_stop_cancellable (CvrCliStop *stop);
gboolean      cvr_cli_keep_going       (gpointer    cli);

/* Data, models and pictures. */
CvrDataset *cvr_cli_load_data   (CvrCli            *cli,
                                 char             **data,
                                 char             **valid,
                                 guint              side,
                                 guint             *n_skipped,
                                 GError           **error) G_GNUC_WARN_UNUSED_RESULT;
char       *cvr_cli_data_name   (char             **data) G_GNUC_WARN_UNUSED_RESULT;
CvrImage   *cvr_cli_load_image  (CvrCli            *cli,
                                 const char        *path,
                                 GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gint        cvr_cli_find_class  (CvrModel          *model,
                                 const char        *name,
                                 GError           **error);

/* Files. */
gboolean   cvr_cli_check_out    (const char        *path,
                                 GError           **error);
gboolean   cvr_cli_write_png    (const char        *path,
                                 cairo_surface_t   *surface,
                                 GError           **error);
guint64    cvr_cli_file_size    (const char        *path);

/* Commands: one line in the table of main.c each. FALSE iff @error is set. */
typedef gboolean (*CvrCliFunc) (CvrCli *cli, int argc, char **argv, GError **error);

gboolean cvr_cli_datasets (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_archs    (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_train    (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_crossval (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_evaluate (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_predict  (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_explain  (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_maps     (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_filters  (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_prune    (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_sensitivity (CvrCli *cli, const char *path, char **data, double split,
                              NnPruneKind kind, double amount, GError **error);
gboolean cvr_cli_quantize (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_export   (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_bench    (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_run      (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_info     (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_project  (CvrCli *cli, int argc, char **argv, GError **error);
gboolean cvr_cli_demo     (CvrCli *cli, int argc, char **argv, GError **error);

G_END_DECLS
