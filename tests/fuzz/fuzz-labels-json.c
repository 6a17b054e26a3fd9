/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as the project's own label file. */
#include "fuzz-labels.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  return fuzz_labels (CVR_LABELS_JSON, data, size, NULL);
}
