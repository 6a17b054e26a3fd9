/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which table of byte kernels goes with which instruction set. */
#include "nn-int8-kernels.h"

/**
 * nn_int8_kernels:
 *
 * Returns: (transfer none): the table of @level. Any thread.
 */
const NnInt8Kernels *
nn_int8_kernels (NnCpu level)
{
  switch (level)
    {
#if defined(NN_INT8_X86)
    case NN_CPU_AMX:
#if defined(NN_INT8_AMX)
      return &nn_int8_amx;
#endif
    case NN_CPU_VNNI:
      return &nn_int8_vnni;
    case NN_CPU_AVX512:
      return &nn_int8_avx512;
    case NN_CPU_AVX2:
      return &nn_int8_avx2;
#elif defined(NN_INT8_DOTPROD)
    case NN_CPU_DOTPROD:
      return &nn_int8_dotprod;
#endif
    default:
      return &nn_int8_plain;
    }
}
