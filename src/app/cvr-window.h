/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one window: header with the transport, sidebar, pages. */
#pragma once

#include "cvr-document.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CVR_TYPE_WINDOW (cvr_window_get_type ())
G_DECLARE_FINAL_TYPE (CvrWindow, cvr_window, CVR, WINDOW, AdwApplicationWindow)

CvrWindow  *cvr_window_new         (GtkApplication *application) G_GNUC_WARN_UNUSED_RESULT;
/* @project nullable: pages let go of the present one. */
void        cvr_window_set_project (CvrWindow *self, CvrProject *project);
CvrProject *cvr_window_get_project (CvrWindow *self);
/* The project of @document, with the file it is saved to. @document nullable. */
void        cvr_window_set_document (CvrWindow *self, CvrDocument *document);
void        cvr_window_show_page   (CvrWindow *self, const char *id);
GtkWidget  *cvr_window_get_page    (CvrWindow *self, const char *id);
/* Opens files where they make sense, as if they had been dropped; (element-type GFile). */
void        cvr_window_open_files  (CvrWindow *self, GSList *files);
/* Imports with progress at the bottom of the window; see cvr_project_import(). Takes copies. */
void        cvr_window_import      (CvrWindow *self, const char *const *sources, const char *label,
                                    gboolean replace);
/* The drawings that a new project begins with. */
void        cvr_window_import_sample (CvrWindow *self);
/* Importing, or the sample is still being drawn. */
gboolean    cvr_window_is_importing (CvrWindow *self);

/* For pages: from any widget inside a window; nothing happens where there is none. */
void        cvr_toast              (GtkWidget *widget, const char *text);
/* With a button: "Undo", "win.undo". */
void        cvr_toast_action       (GtkWidget *widget, const char *text, const char *button,
                                    const char *action);
/* Reads the sidebar's live lines again: when a page's own state (not the project's) moved. */
void        cvr_refresh_lines      (GtkWidget *widget);
/* Shows progress and cancel of long work at the bottom of the window. */
void        cvr_show_job           (GtkWidget *widget, CvrJob *job);
/* A dialog with a sentence and what to do; for what needs more than a toast. */
void        cvr_show_error         (GtkWidget *widget, const char *heading, const char *body);

G_END_DECLS
