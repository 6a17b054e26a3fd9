/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks where to, and writes the report of a training there. */
#pragma once

#include "cvr-project.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @widget: in the window that asks. @before nullable: the report says what differs from it. @html:
 * a web page, else a PDF. */
void    cvr_card_report_ask   (GtkWidget *widget, CvrProject *project, CvrRunCard *card,
                               CvrRunCard *before, gboolean html);
/* The same without asking. @done: the path (owned), or an error where it can't be written. */
CvrJob *cvr_card_report_write (CvrProject *project, CvrRunCard *card, CvrRunCard *before,
                               const char *path, gboolean html, GObject *owner, CvrJobDone done,
                               gpointer user_data);

G_END_DECLS
