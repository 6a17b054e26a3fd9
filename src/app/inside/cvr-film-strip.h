/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The project's pictures as a strip to choose from. */
#pragma once

#include "cvr-project.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Items of a list view over cvr_project_get_items(). Holds @project. */
GtkListItemFactory *cvr_film_strip_factory_new (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
