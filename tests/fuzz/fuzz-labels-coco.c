/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any bytes as a label file of COCO. */
#include "fuzz-labels.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  return fuzz_labels (CVR_LABELS_COCO, data, size, NULL);
}
