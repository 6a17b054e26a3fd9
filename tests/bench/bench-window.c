/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real window on a fresh project of built-in drawings. */
#include "bench-window.h"

#include "cvr-application.h"

#include <glib/gstdio.h>
#include <locale.h>

typedef struct
{
  BenchWindow *window;
  void       (*settle) (CvrSettings *settings, gpointer data);
  void       (*begun)  (gpointer data);
  gpointer     data;
} Plan;

GtkApplication *
bench_application_new (void)
{
  GtkApplication *application;

  setlocale (LC_NUMERIC, "C");
  adw_init ();
  application = GTK_APPLICATION (cvr_application_new ());
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, NULL);

  return application;
}

void
bench_window_open (BenchWindow *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;

  self->application = bench_application_new ();
  self->folder = g_dir_make_tmp ("convisor-bench-XXXXXX", &error);
  if (self->folder == NULL)
    g_error ("%s", error->message);
  self->path = g_build_filename (self->folder, "bench.convisor", NULL);
  self->project = cvr_project_open (self->path, &warning, &error);
  if (self->project == NULL)
    g_error ("%s", error->message);
  self->window = cvr_window_new (self->application);
  cvr_window_set_project (self->window, self->project);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
imported_cb (CvrJob       *job,
             gpointer      result,
             const GError *error,
             gpointer      user_data)
{
  g_autofree Plan *plan = user_data;
  CvrProject *project = plan->window->project;
  CvrSettings settings = *cvr_project_get_settings (project);
  g_autoptr (GError) problem = NULL;

  if (error != NULL)
    g_error ("%s", error->message);
  cvr_project_report_free (result);
  plan->settle (&settings, plan->data);
  cvr_project_set_settings (project, &settings);
  if (!cvr_project_train (project, FALSE, &problem))
    g_error ("%s", problem->message);
  plan->begun (plan->data);
}

void
bench_window_train (BenchWindow *self,
                    const char  *source,
                    void       (*settle) (CvrSettings *settings, gpointer data),
                    void       (*begun)  (gpointer data),
                    gpointer     data)
{
  const char *const sources[] = { source, NULL };
  Plan *plan = g_new (Plan, 1);

  *plan = (Plan) { self, settle, begun, data };
  cvr_project_import (self->project, sources, NULL, TRUE, G_OBJECT (self->window), imported_cb, plan);
}

void
bench_window_close (BenchWindow *self)
{
  cvr_project_close (self->project);
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
  g_object_unref (self->application);
}
