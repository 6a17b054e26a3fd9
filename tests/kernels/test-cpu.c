/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The instruction set that kernels use: never more than the machine has or the environment allows. */
#include "nn-cpu.h"

#include <glib.h>

static NnCpu
find (const char *name)
{
  for (NnCpu level = NN_CPU_PLAIN; level < NN_CPU_LEVELS; level++)
    if (g_strcmp0 (name, nn_cpu_name (level)) == 0)
      return level;

  return NN_CPU_AMX;
}

/* In a process of its own: the environment is read once. */
static void
test_capped (void)
{
  NnCpu wanted = find (g_getenv ("CONVISOR_KERNELS"));

  g_assert_cmpint (nn_cpu_level (), <=, wanted);
  g_assert_cmpint (nn_cpu_level (), <=, nn_cpu_best ());
  if (wanted >= nn_cpu_best ())
    g_assert_cmpint (nn_cpu_level (), ==, nn_cpu_best ());
  if (nn_cpu_best () >= NN_CPU_AVX2 && wanted >= NN_CPU_AVX2)
    g_assert_cmpint (nn_cpu_level (), ==, MIN (wanted, nn_cpu_best ()));
  g_assert_cmpint (nn_cpu_level (), ==, nn_cpu_level ());
}

static void
test_environment (void)
{
  if (g_test_subprocess ())
    {
      test_capped ();
      return;
    }

  for (NnCpu level = NN_CPU_PLAIN; level <= NN_CPU_LEVELS; level++)
    {
      /* The last is no name: no cap. */
      g_setenv ("CONVISOR_KERNELS", level < NN_CPU_LEVELS ? nn_cpu_name (level) : "fastest", TRUE);
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("this machine: %s", nn_cpu_name (nn_cpu_best ()));
  g_test_add_func ("/cpu/the-environment-caps-it", test_environment);

  return g_test_run ();
}
