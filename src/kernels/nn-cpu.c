/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the processor and the system once, and the environment: CONVISOR_KERNELS=plain|avx2|… caps
 * the answer. */
#include "nn-cpu.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

static const char *const names[NN_CPU_LEVELS] = { "plain",  "neon", "dotprod", "avx2",
                                                  "avx512", "vnni", "amx" };

#if defined(__x86_64__)

/* AMX needs the processor's word (leaf 7: bits 24 and 25 of EDX) and the system's leave for the
 * 8 KiB of tile data, which Linux gives to a process that asks. */
static int
have_amx (void)
{
#if defined(__linux__) && defined(SYS_arch_prctl)
  enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
  unsigned eax;
  unsigned ebx;
  unsigned ecx;
  unsigned edx;

  if (!__get_cpuid_count (7, 0, &eax, &ebx, &ecx, &edx) || (edx >> 24 & 3) != 3)
    return 0;

  return syscall (SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
#else
  return 0;
#endif
}

static NnCpu
detect (void)
{
  if (!__builtin_cpu_supports ("avx2") || !__builtin_cpu_supports ("fma"))
    return NN_CPU_PLAIN;
  if (!__builtin_cpu_supports ("avx512f") || !__builtin_cpu_supports ("avx512bw") ||
      !__builtin_cpu_supports ("avx512cd") || !__builtin_cpu_supports ("avx512dq") ||
      !__builtin_cpu_supports ("avx512vl"))
    return NN_CPU_AVX2;
  if (!__builtin_cpu_supports ("avx512vnni"))
    return NN_CPU_AVX512;

  return have_amx () ? NN_CPU_AMX : NN_CPU_VNNI;
}

#elif defined(__aarch64__)

static NnCpu
detect (void)
{
#if defined(__linux__)
  enum { ASIMDDP = 1 << 20 };

  return getauxval (AT_HWCAP) & ASIMDDP ? NN_CPU_DOTPROD : NN_CPU_NEON;
#elif defined(__APPLE__)
  return NN_CPU_DOTPROD;
#else
  return NN_CPU_NEON;
#endif
}

#else

static NnCpu
detect (void)
{
  return NN_CPU_PLAIN;
}

#endif

/* The variable's level; the highest where it is not set or names none. */
static NnCpu
cap (void)
{
  const char *value = getenv ("CONVISOR_KERNELS");

  for (int level = 0; value != NULL && level < NN_CPU_LEVELS; level++)
    if (strcmp (value, names[level]) == 0)
      return (NnCpu) level;

  return NN_CPU_AMX;
}

/**
 * nn_cpu_best:
 *
 * Any thread. The first call asks the system for the use of tiles, where it has them.
 *
 * Returns: the highest level this machine has, whatever the environment says
 */
NnCpu
nn_cpu_best (void)
{
  static int found = -1; /* Atomic; every thread would find the same. */
  int level = __atomic_load_n (&found, __ATOMIC_RELAXED);

  if (level < 0)
    {
      level = detect ();
      __atomic_store_n (&found, level, __ATOMIC_RELAXED);
    }

  return (NnCpu) level;
}

/**
 * nn_cpu_level:
 *
 * Any thread. The environment is read at the first call only.
 *
 * Returns: the level to compute with: nn_cpu_best(), capped by CONVISOR_KERNELS. A cap between two
 * levels of another family means plain: "neon" on x86-64 leaves nothing else.
 */
NnCpu
nn_cpu_level (void)
{
  static int chosen = -1; /* Atomic, as above. */
  int level = __atomic_load_n (&chosen, __ATOMIC_RELAXED);

  if (level < 0)
    {
      NnCpu best = nn_cpu_best ();
      NnCpu limit = cap ();

      level = best < limit ? best : limit;
      if (best >= NN_CPU_AVX2 && level < NN_CPU_AVX2)
        level = NN_CPU_PLAIN;
      __atomic_store_n (&chosen, level, __ATOMIC_RELAXED);
    }

  return (NnCpu) level;
}

/**
 * nn_cpu_name:
 *
 * Returns: (transfer none): the word CONVISOR_KERNELS takes for @level
 */
const char *
nn_cpu_name (NnCpu level)
{
  return names[level];
}
