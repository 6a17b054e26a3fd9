/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error domain of everything that parses files. */
#include "cvr-format-error.h"

G_DEFINE_QUARK (cvr-format-error-quark, cvr_format_error)
