/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the window in the order of the work, as one table. */
#pragma once

#include "cvr-project.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * CvrPageInfo:
 * @id: name in the stack, in settings and of the action "win.page"
 * @title: English, marked for translation: show it with _()
 * @icon: symbolic icon's name
 * @make: a new page (floating)
 * @set_project: hands the project over (%NULL: lets go of it)
 * @dup_line: (nullable): the live line under the title, or %NULL when there is nothing to say
 * @attention: (nullable): %TRUE when something there waits for the user
 * @dup_whole: (nullable): what @dup_line shortens
 */
typedef struct
{
  const char *id, *title, *icon;
  GtkWidget *(*make)        (void);
  void       (*set_project) (GtkWidget  *page,
                             CvrProject *project);
  char      *(*dup_line)    (CvrProject *project,
                             GtkWidget  *page);
  gboolean   (*attention)   (CvrProject *project,
                             GtkWidget  *page);
  char      *(*dup_whole)   (CvrProject *project,
                             GtkWidget  *page);
} CvrPageInfo;

enum { CVR_N_PAGES = 7 };

const CvrPageInfo *cvr_pages     (guint      *n_pages);
/* Index of the page of that id, or −1. */
gint               cvr_page_find (const char *id);

G_END_DECLS
