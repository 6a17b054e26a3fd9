/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error domain of everything that parses files. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CVR_FORMAT_ERROR (cvr_format_error_quark ())

typedef enum
{
  CVR_FORMAT_ERROR_TRUNCATED,
  CVR_FORMAT_ERROR_INVALID,
  CVR_FORMAT_ERROR_UNSUPPORTED,
  CVR_FORMAT_ERROR_TOO_LARGE,
  CVR_FORMAT_ERROR_STOPPED, /* the caller asked to */
} CvrFormatError;

GQuark cvr_format_error_quark (void);

G_END_DECLS
