/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the window share. */
#pragma once

#include "cvr-document.h"
#include "cvr-frame.h"
#include "cvr-images-page.h"
#include "cvr-job-bar.h"
#include "cvr-pages.h"
#include "cvr-sidebar.h"
#include "cvr-transport.h"
#include "cvr-window.h"

G_BEGIN_DECLS

/* The last import, for its details and for what was left out. */
typedef struct
{
  CvrLoadReport *report;
  char         **sources;
  char          *label;    /* NULL: none */
  guint64        newest;   /* id of the newest picture before */
  guint          serial;   /* which import of this window it was, from 1 */
} CvrImported;

struct _CvrWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwToast        *undo_toast;   /* the last that offers to undo, maybe gone; NULL: none yet */
  CvrFrame        *frame;
  CvrSidebar      *wide_sidebar, *narrow_sidebar;
  GtkStack        *stack;
  CvrJobBar       *jobs;
  CvrTransport    *transport;
  GtkButton       *undo_button, *redo_button;
  GtkMenuButton   *project_button;
  GtkLabel        *project_label, *project_state;
  GMenu           *recent_menu;
  GtkRevealer     *banner;
  GtkLabel        *banner_label;
  GtkButton       *banner_button;
  GtkToggleButton *dark_button;
  GtkWidget       *drop_hint;

  CvrProject      *project;
  CvrDocument     *document;     /* NULL: a project without a place of its own */
  gboolean         leaving;      /* it closes when that is saved */
  gboolean         closing;      /* all is saved, or shall not be */
  GtkWidget       *pages[CVR_N_PAGES];
  CvrImage        *tried;        /* the picture dropped last, for "Add to images" */
  char            *tried_name;
  guint            hidden_pages; /* a bit each: those that a lesson does without */
  guint            n_imports;
  CvrJob          *sample_job;   /* compared only, never followed */
  GQueue           imported;     /* of CvrImported: the last few, newest first */
  guint            n_imported;   /* so far */
  char            *written;      /* what was taken out last; NULL: nothing */
  GSettings       *settings;     /* NULL where the schema isn't installed */
};

/* Everything inside the program works on pictures of at most this side, in pixels. */
enum { CVR_WINDOW_MAX_SIDE = 1024 };

/* cvr-window.c */
void cvr_window_dismiss_undo    (CvrWindow *self);
/* cvr-window-actions.c */
void cvr_window_add_actions     (CvrWindow *self);
void cvr_window_update_actions  (CvrWindow *self);
/* cvr-window-import.c */
void cvr_window_add_import      (CvrWindow *self); /* actions */
void cvr_window_forget_import   (CvrWindow *self);
/* cvr-window-files.c */
void cvr_window_add_export      (CvrWindow *self); /* actions */
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
void cvr_window_save_as         (CvrWindow *self);
GtkFileChooserNative *cvr_window_make_chooser (CvrWindow *self, GtkFileChooserAction action,
                                               const char *title, const char *filter_name,
                                               const char *pattern);
/* cvr-window.c */
/* One line under the header with one thing to do about it; @text NULL: none. */
void cvr_window_show_banner     (CvrWindow *self, const char *text, const char *button,
                                 const char *action);

G_END_DECLS
