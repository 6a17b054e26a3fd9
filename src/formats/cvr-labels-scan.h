/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON read value by value from front to back: nothing is kept that nobody asked for, so a picture
 * embedded in a label file or a million outlines cost no memory. */
#pragma once

#include "cvr-format-error.h"

G_BEGIN_DECLS

typedef enum
{
  CVR_SCAN_NOTHING, /* the end, or no value */
  CVR_SCAN_OBJECT,
  CVR_SCAN_LIST,
  CVR_SCAN_STRING,
  CVR_SCAN_NUMBER,
  CVR_SCAN_TRUE,
  CVR_SCAN_FALSE,
  CVR_SCAN_NULL,
} CvrScanType;

/* A place in @length bytes. After the first error everything answers FALSE and nothing moves.
 * Copy it to come back to a place. */
typedef struct
{
  const guint8 *data;
  gsize         length;
  gsize         position;
  guint         depth;
  gboolean      opened; /* just behind "{" or "[" */
  GError       *error;  /* owned by whoever began */
} CvrScan;

CvrScan     cvr_scan_begin   (const guint8 *data, gsize length);
CvrScanType cvr_scan_type    (CvrScan *self);
gboolean    cvr_scan_enter   (CvrScan *self, CvrScanType type, const char *what);
gboolean    cvr_scan_member  (CvrScan *self, GString *name);
gboolean    cvr_scan_element (CvrScan *self);
gboolean    cvr_scan_string  (CvrScan *self, GString *value);
gboolean    cvr_scan_number  (CvrScan *self, double *value);
gboolean    cvr_scan_id      (CvrScan *self, GString *value);
gboolean    cvr_scan_skip    (CvrScan *self);
gboolean    cvr_scan_end     (CvrScan *self);
guint       cvr_scan_line    (const CvrScan *self);

/* For members that other programs fill in many ways: what isn't of the kind is passed over. */
gboolean    cvr_scan_number_if (CvrScan *self, double *value);
gboolean    cvr_scan_string_if (CvrScan *self, GString *value);
gboolean    cvr_scan_numbers   (CvrScan *self, double *values, guint max, guint *n);

G_END_DECLS
