/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a label text of YOLO. */
#include "fuzz-labels.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static const char *const classes[] = { "cat", "dog", "cat", NULL };

  return fuzz_labels (CVR_LABELS_YOLO, data, size, classes);
}
