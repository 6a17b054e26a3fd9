/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class chosen by typing the beginning of its name: for more classes than there are keys. */
#pragma once

#include "cvr-dataset.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CVR_TYPE_CLASS_SEARCH (cvr_class_search_get_type ())
G_DECLARE_FINAL_TYPE (CvrClassSearch, cvr_class_search, CVR, CLASS_SEARCH, GtkPopover)

/* A popover: give it a parent with gtk_widget_set_parent(), and take it away again with
 * gtk_widget_unparent(). What is typed filters, Up and Down choose, Enter takes, Escape closes.
 *
 * Property "can-create" (boolean, TRUE): what is no class yet can become one. Signal "chosen" (int
 * k, string new_name): a class, or −1 and the name of a new one (else NULL). It is closed then. */
GtkWidget  *cvr_class_search_new         (void) G_GNUC_WARN_UNUSED_RESULT;
/* Keeps what the data set says now: give it again when its classes change. */
void        cvr_class_search_set_classes (CvrClassSearch *self, CvrDataset *dataset);
/* Opens it with @typed (nullable) in the entry: the key that asked for it counts as the first. */
void        cvr_class_search_open        (CvrClassSearch *self, const char *typed);
/* What is typed, as by hand. */
void        cvr_class_search_set_text    (CvrClassSearch *self, const char *typed);
/* How many rows there are, and which one Enter takes (−1: none). */
guint       cvr_class_search_n_rows      (CvrClassSearch *self);
gint        cvr_class_search_get_row     (CvrClassSearch *self);

G_END_DECLS
