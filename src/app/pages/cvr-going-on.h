/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What training does with the network that the project has, in words. */
#pragma once

#include "cvr-project.h"

G_BEGIN_DECLS

char *cvr_going_on_dup_sentence (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
