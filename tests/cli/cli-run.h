/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the built program as a user would, and reads what it said. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One finished run. Lines are the JSON objects of standard output, where it was asked for. */
typedef struct
{
  int        status; /* exit status; −1: ended by a signal */
  char      *out, *err;
  GPtrArray *lines;  /* of JsonObject */
} CliRun;

/* The arguments end with NULL. "--json" among them fills @lines. */
CliRun     *cli_run       (const char *first, ...) G_GNUC_NULL_TERMINATED;
/* With a limit for the size of files (0: none) and a locale (NULL: C.UTF-8). */
CliRun     *cli_run_in    (const char *locale, guint64 file_limit, const char *const *args);
void        cli_run_free  (CliRun *run);
/* The last line, which must be "done". */
JsonObject *cli_run_done  (const CliRun *run);
/* Number of lines of an event. */
guint       cli_run_count (const CliRun *run, const char *event);
/* Asserts exit 0 and frees. */
void        cli_run_ok    (CliRun *run);
/* Asserts the exit status, an empty standard output and a sentence on standard error that holds
 * @words, and frees. */
void        cli_run_fails (CliRun *run, int status, const char *words);

/* A program that is still running; standard output is a pipe. */
GSubprocess *cli_start    (const char *const *args);

/* A folder of the test's own, removed with everything in it by cli_remove(). */
char       *cli_folder    (void);
void        cli_remove    (const char *folder);
/* A grey picture with a bright square; its place depends on @k. */
void        cli_draw      (const char *path, guint k, guint side);
/* @n pictures in each of two subfolders of @folder. */
void        cli_draw_set  (const char *folder, guint n);
/* A small trained model in @folder (transfer full: its path). */
char       *cli_model     (const char *folder);
/* Asserts that @path is a PNG that decodes, and tells its size. */
void        cli_png       (const char *path, int *width, int *height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliRun, cli_run_free)

G_END_DECLS
