/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks of what only imported ones have, to write as ONNX. */
#pragma once

#include "nn.h"

/* Takes batches: activations, arithmetic, shapes, norms and windows. */
NnGraph *onnx_import_sample_batch  (const char *unused);
/* A single item at a time: the first axis is moved, cut, joined and reduced. */
NnGraph *onnx_import_sample_single (const char *unused);
/* Every way of resizing that ONNX has. */
NnGraph *onnx_import_sample_resize (const char *unused);
