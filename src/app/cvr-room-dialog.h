/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a project takes on the disk, and how to take less. */
#pragma once

#include "cvr-project.h"

#include <adwaita.h>

G_BEGIN_DECLS

GtkWidget *cvr_room_dialog_new (GtkWindow *parent, CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
