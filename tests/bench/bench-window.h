/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real window on a fresh project of built-in drawings, for the programs that measure it. Main thread. */
#pragma once

#include "cvr-project.h"
#include "cvr-window.h"

G_BEGIN_DECLS

typedef struct
{
  GtkApplication *application;
  CvrWindow      *window;  /* borrowed */
  CvrProject     *project;
  char           *folder, *path;
} BenchWindow;

/* The application alone, without a message bus: numbers with a point, whatever the language. (transfer full) */
GtkApplication *bench_application_new (void);
/* Shows the window on an empty project in a temporary folder. */
void            bench_window_open     (BenchWindow *self);
/* Brings in @source, as "builtin:doodles:5000"; then trains with what @settle has made of the usual settings.
 * @begun: when that has begun. What fails ends the program with its sentence. */
void            bench_window_train    (BenchWindow *self, const char *source, void (*settle) (CvrSettings *settings, gpointer data),
                                       void (*begun) (gpointer data), gpointer data);
/* Closes the project and removes the folder. */
void            bench_window_close    (BenchWindow *self);

G_END_DECLS
