/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which copy of the loops that are compiled once per instruction set this processor runs. */
#include "nn-cpu.h"
#include "nn-last-depthwise.h"
#include "nn-last-max.h"
#include "nn-last-norm.h"
#include "nn-sparse-loops.h"
#include "nn-tile.h"
#include "nn-winograd.h"

#include <string.h>

extern const NnTileKernels nn_tile_plain;
extern const NnWinogradKernels nn_winograd_plain;
extern const NnLastMaxKernels nn_last_max_plain;
extern const NnLastNormKernels nn_last_norm_plain;
extern const NnSparseLoops nn_sparse_plain;
extern const NnLastDepthwiseKernels nn_last_depthwise_plain;
#ifdef NN_WITH_X86
extern const NnTileKernels nn_tile_avx2, nn_tile_avx512;
extern const NnWinogradKernels nn_winograd_avx2, nn_winograd_avx512;
extern const NnLastMaxKernels nn_last_max_avx2, nn_last_max_avx512;
extern const NnLastNormKernels nn_last_norm_avx2, nn_last_norm_avx512;
extern const NnSparseLoops nn_sparse_avx2, nn_sparse_avx512;
extern const NnLastDepthwiseKernels nn_last_depthwise_avx2, nn_last_depthwise_avx512;
#endif

typedef struct
{
  NnCpu                         level;
  const NnTileKernels          *tile;
  const NnWinogradKernels      *winograd;
  const NnLastMaxKernels       *last_max;
  const NnLastDepthwiseKernels *last_depthwise;
  const NnLastNormKernels      *last_norm;
  const NnSparseLoops          *sparse;
} Set;

#define SET(level, set)                                                                        \
  { level, &nn_tile_##set, &nn_winograd_##set, &nn_last_max_##set, &nn_last_depthwise_##set, \
    &nn_last_norm_##set, &nn_sparse_##set }

static const Set sets[] = {
#ifdef NN_WITH_X86
  SET (NN_CPU_AVX512, avx512),
  SET (NN_CPU_AVX2, avx2),
#endif
  SET (NN_CPU_PLAIN, plain),
};

enum { N_SETS = sizeof sets / sizeof *sets };

static const Set *
chosen (void)
{
  NnCpu level = nn_cpu_level ();
  const Set *set = sets;

  while (set->level > level)
    set++;

  return set;
}

/* By name; %NULL where the processor lacks it. The environment does not matter here. */
static const Set *
named (const char *name)
{
  for (int i = 0; i < N_SETS; i++)
    if (sets[i].level <= nn_cpu_best () && strcmp (sets[i].tile->name, name) == 0)
      return &sets[i];

  return NULL;
}

/**
 * nn_tile_kernels:
 *
 * Any thread.
 */
const NnTileKernels *
nn_tile_kernels (void)
{
  return chosen ()->tile;
}

const NnTileKernels *
nn_tile_kernels_named (const char *name)
{
  const Set *set = named (name);

  return set != NULL ? set->tile : NULL;
}

/**
 * nn_winograd_kernels:
 *
 * Any thread.
 */
const NnWinogradKernels *
nn_winograd_kernels (void)
{
  return chosen ()->winograd;
}

const NnWinogradKernels *
nn_winograd_kernels_named (const char *name)
{
  const Set *set = named (name);

  return set != NULL ? set->winograd : NULL;
}

/**
 * nn_last_max_kernels:
 *
 * Any thread.
 */
const NnLastMaxKernels *
nn_last_max_kernels (void)
{
  return chosen ()->last_max;
}

const NnLastMaxKernels *
nn_last_max_kernels_named (const char *name)
{
  const Set *set = named (name);

  return set != NULL ? set->last_max : NULL;
}

/**
 * nn_last_depthwise_kernels:
 *
 * Any thread.
 */
const NnLastDepthwiseKernels *
nn_last_depthwise_kernels (void)
{
  return chosen ()->last_depthwise;
}

/**
 * nn_last_norm_kernels:
 *
 * Any thread.
 */
const NnLastNormKernels *
nn_last_norm_kernels (void)
{
  return chosen ()->last_norm;
}

const NnLastNormKernels *
nn_last_norm_kernels_named (const char *name)
{
  const Set *set = named (name);

  return set != NULL ? set->last_norm : NULL;
}

/**
 * nn_sparse_loops:
 *
 * Any thread.
 */
const NnSparseLoops *
nn_sparse_loops (void)
{
  return chosen ()->sparse;
}

const NnSparseLoops *
nn_sparse_loops_named (const char *name)
{
  const Set *set = named (name);

  return set != NULL ? set->sparse : NULL;
}
