/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks what a lesson is to be: its title, its pages, its file. */
#pragma once

#include "cvr-window.h"

G_BEGIN_DECLS

GtkWidget *cvr_lesson_dialog_new (CvrWindow *window) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
