/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which instructions the kernels may use on this machine. */
#pragma once

/* Each x86-64 level includes those below it; AVX2 comes with FMA, AVX-512 means F, BW, CD, DQ and
 * VL. On ARM only the first three occur, elsewhere only the first: levels compare with >=. */
typedef enum
{
  NN_CPU_PLAIN,   /* "plain": C without intrinsics */
  NN_CPU_NEON,    /* "neon": 64-bit ARM */
  NN_CPU_DOTPROD, /* "dotprod": ARM with SDOT and UDOT */
  NN_CPU_AVX2,    /* "avx2" */
  NN_CPU_AVX512,  /* "avx512" */
  NN_CPU_VNNI,    /* "vnni": AVX-512 with dot products of bytes */
  NN_CPU_AMX,     /* "amx": tiles with dot products of bytes */
  NN_CPU_LEVELS,  /* how many there are */
} NnCpu;

NnCpu       nn_cpu_best  (void);
NnCpu       nn_cpu_level (void);
const char *nn_cpu_name  (NnCpu level);
