/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Byte kernels with AVX-512 and its dot products of bytes. */
#include "nn-int8-taps.h"

const NnInt8Kernels nn_int8_vnni = {
  .align = NN_INT8_GROUP,
  .conv = wide_conv,
  .depthwise = wide_depthwise,
  .quantize = quantize,
  .dequantize = dequantize,
  .max = max_row,
  .average = average_row,
  .add = wide_add,
  .look_up = look_up,
  .affine = affine,
};
