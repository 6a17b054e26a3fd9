/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the window share. */
#pragma once

#include "cvr-frame.h"
#include "cvr-images-page.h"
#include "cvr-job-bar.h"
#include "cvr-pages.h"
#include "cvr-sidebar.h"
#include "cvr-transport.h"
#include "cvr-window.h"

G_BEGIN_DECLS

struct _CvrWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  CvrFrame        *frame;
  CvrSidebar      *wide_sidebar, *narrow_sidebar;
  GtkStack        *stack;
  CvrJobBar       *jobs;
  CvrTransport    *transport;
  GtkButton       *undo_button, *redo_button;
  GtkMenuButton   *project_button;
  GtkLabel        *project_label;
  GtkToggleButton *dark_button;
  GtkWidget       *drop_hint;

  CvrProject      *project;
  GtkWidget       *pages[CVR_N_PAGES];
  CvrImage        *tried;        /* the picture dropped last, for "Add to images" */
  char            *tried_name;
  guint            n_imports;
  CvrJob          *sample_job;   /* compared only, never followed */
  GSettings       *settings;     /* NULL where the schema isn't installed */
};

/* Everything inside the program works on pictures of at most this side, in pixels. */
enum { CVR_WINDOW_MAX_SIDE = 1024 };

/* cvr-window-actions.c */
void cvr_window_add_actions     (CvrWindow *self);
void cvr_window_update_actions  (CvrWindow *self);
/* cvr-window-files.c */
void cvr_window_import_files    (CvrWindow *self, GSList *files);
void cvr_window_try_file        (CvrWindow *self, GFile *file);
void cvr_window_try_image       (CvrWindow *self, CvrImage *image, const char *name);
/* cvr-window-clipboard.c */
void cvr_window_add_drop_target (CvrWindow *self);
void cvr_window_paste           (CvrWindow *self);
/* cvr-window-choose.c */
void cvr_window_choose_files    (CvrWindow *self, GtkFileChooserAction action, const char *title);
void cvr_window_choose_try      (CvrWindow *self);
void cvr_window_choose_model    (CvrWindow *self);
void cvr_window_open_project    (CvrWindow *self);
void cvr_window_save_copy       (CvrWindow *self);

G_END_DECLS
