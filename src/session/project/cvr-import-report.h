/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What became of an import, in words. */
#pragma once

#include "cvr-load.h"

G_BEGIN_DECLS

/* "1,204 pictures are in · 3 are cut off · 12 were made smaller · …": what is zero isn't said. */
char *cvr_import_report_text  (const CvrLoadReport *report) G_GNUC_WARN_UNUSED_RESULT;
/* What was left out and why, a line for each reason: "a.png, b.png, … (120 in all): reason"; then
 * what label files held that can't be used. NULL-terminated; empty where there is nothing to
 * say. */
char **cvr_import_report_lines (const CvrLoadReport *report) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
