/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project button's menu: new, open, recent, save, revert; and what the button and the line under
 * the header say of the project. */
#pragma once

#include "cvr-window.h"

G_BEGIN_DECLS

/* Adds the actions "win.NAME". */
void     cvr_project_menu_add        (CvrWindow *self);
/* What the button says; what can be done at present. */
void     cvr_project_menu_update     (CvrWindow *self);
/* The window has another document, or none. */
void     cvr_project_menu_watch      (CvrWindow *self);
/* Copies it in, with progress, and shows it. A damaged one is offered to be recovered. */
void     cvr_project_menu_open_file  (CvrWindow *self, GFile *file);
/* Asks whether to recover what is whole of the file at @path; @sentence says what is wrong. */
void     cvr_project_menu_offer_recovery (CvrWindow *self, const char *path, const char *sentence);
void     cvr_project_menu_save_as    (CvrWindow *self, GFile *file);
/* TRUE: the window closes by itself when all is saved. */
gboolean cvr_project_menu_save_before_close (CvrWindow *self);
/* It is wanted again: after that save it stays. */
void     cvr_project_menu_stay_open  (CvrWindow *self);

G_END_DECLS
