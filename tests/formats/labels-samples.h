/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One label file of each kind, written by hand, and short ways to ask what was read. */
#pragma once

#include "cvr-labels.h"

/* Fewer letters for the files inside the tests. */
CvrLabels         *labels_read_text  (CvrLabelsKind kind, const char *text);
char              *labels_read_error (CvrLabelsKind kind, const char *text, gint code);
const CvrLabelled *labels_picture    (const CvrLabels *labels, guint index);
const char        *labels_name       (const CvrLabels *labels, gint label);
void               labels_check_box  (const CvrLabels *labels, const CvrLabelled *picture,
                                      guint box, const char *name, double x, double y,
                                      double width, double height);
gboolean           labels_tell       (const CvrLabels *labels, const char *words);
const char        *labels_sample     (CvrLabelsKind kind);
