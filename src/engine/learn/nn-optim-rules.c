/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of the optimisers on one piece of the parameter block. */
#include "nn-optim-rules.h"

#include "nn-clones.h"

#include <tgmath.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* These loops run over every parameter at every step. */
#if defined(__GNUC__) && !defined(__clang__)
#define VECTOR_LOOP NN_CLONES __attribute__ ((optimize ("O3")))
#else
#define VECTOR_LOOP NN_CLONES
#endif

enum { CHUNK = 64 }; /* values whose roots are taken at a time */

/* Square roots of @n ≤ CHUNK values. The library's sqrt may set errno, which alone keeps a
 * compiler from taking several at once; a root is correctly rounded either way, so the bits are
 * the same. */
static inline void
take_roots (gsize    n,
            nn_real *x)
{
  gsize i = 0;

#if defined(__SSE2__) && defined(NN_DOUBLE)
  for (; i + 2 <= n; i += 2)
    _mm_storeu_pd (x + i, _mm_sqrt_pd (_mm_loadu_pd (x + i)));
#elif defined(__SSE2__)
  for (; i + 4 <= n; i += 4)
    _mm_storeu_ps (x + i, _mm_sqrt_ps (_mm_loadu_ps (x + i)));
#endif
  for (; i < n; i++)
    x[i] = sqrt (x[i]);
}

guint
nn_optim_n_moments (NnOptimKind kind)
{
  switch (kind)
    {
    case NN_OPTIM_MOMENTUM:
    case NN_OPTIM_NESTEROV:
    case NN_OPTIM_ADAGRAD:
    case NN_OPTIM_RMSPROP:
      return 1;
    case NN_OPTIM_ADADELTA:
    case NN_OPTIM_ADAM:
    case NN_OPTIM_ADAMW:
      return 2;
    default:
      return 0;
    }
}

VECTOR_LOOP double
nn_optim_squares (gsize          n,
                  const nn_real *g)
{
  double lanes[8] = { 0 };
  double total = 0;
  gsize i = 0;

  for (; i + G_N_ELEMENTS (lanes) <= n; i += G_N_ELEMENTS (lanes))
    for (guint j = 0; j < G_N_ELEMENTS (lanes); j++)
      lanes[j] += (double) g[i + j] * (double) g[i + j];
  for (; i < n; i++)
    total += (double) g[i] * (double) g[i];
  for (guint j = 0; j < G_N_ELEMENTS (lanes); j++)
    total += lanes[j];

  return total;
}

VECTOR_LOOP void
nn_optim_prepare (gsize                   n,
                  const NnOptimRates     *rates,
                  const nn_real *restrict p,
                  nn_real *restrict       g)
{
  nn_real clip = rates->clip, decay = rates->decay, l1 = rates->l1;

  for (gsize i = 0; i < n; i++)
    {
      nn_real sign = (nn_real) (p[i] > 0) - (nn_real) (p[i] < 0);

      g[i] = clip * g[i] + decay * p[i] + l1 * sign;
    }
}

VECTOR_LOOP static void
update_sgd (gsize                   n,
            const NnOptimRates     *rates,
            nn_real *restrict       p,
            const nn_real *restrict g)
{
  nn_real lr = rates->lr;

  for (gsize i = 0; i < n; i++)
    p[i] -= lr * g[i];
}

/* B. Polyak's heavy ball; the first step starts from a memory of 0. */
VECTOR_LOOP static void
update_momentum (gsize                   n,
                 const NnOptimRates     *rates,
                 nn_real *restrict       p,
                 const nn_real *restrict g,
                 nn_real *restrict       velocity)
{
  nn_real lr = rates->lr, momentum = rates->momentum;

  for (gsize i = 0; i < n; i++)
    {
      velocity[i] = momentum * velocity[i] + g[i];
      p[i] -= lr * velocity[i];
    }
}

/* I. Sutskever et al., "On the importance of initialization and momentum in deep learning"
 * (2013). */
VECTOR_LOOP static void
update_nesterov (gsize                   n,
                 const NnOptimRates     *rates,
                 nn_real *restrict       p,
                 const nn_real *restrict g,
                 nn_real *restrict       velocity)
{
  nn_real lr = rates->lr, momentum = rates->momentum;

  for (gsize i = 0; i < n; i++)
    {
      velocity[i] = momentum * velocity[i] + g[i];
      p[i] -= lr * (g[i] + momentum * velocity[i]);
    }
}

/* J. Duchi, E. Hazan, Y. Singer, JMLR 12 (2011). */
VECTOR_LOOP static void
update_adagrad (gsize                   n,
                const NnOptimRates     *rates,
                nn_real *restrict       p,
                const nn_real *restrict g,
                nn_real *restrict       sum)
{
  nn_real lr = rates->lr, epsilon = rates->epsilon;

  for (gsize start = 0; start < n; start += CHUNK)
    {
      gsize m = MIN (CHUNK, n - start);
      nn_real roots[CHUNK];

      for (gsize j = 0, i = start; j < m; j++, i++)
        {
          sum[i] += g[i] * g[i];
          roots[j] = sum[i];
        }
      take_roots (m, roots);
      for (gsize j = 0, i = start; j < m; j++, i++)
        p[i] -= lr * g[i] / (roots[j] + epsilon);
    }
}

/* G. Hinton's lecture 6e (2012). */
VECTOR_LOOP static void
update_rmsprop (gsize                   n,
                const NnOptimRates     *rates,
                nn_real *restrict       p,
                const nn_real *restrict g,
                nn_real *restrict       square)
{
  nn_real lr = rates->lr, epsilon = rates->epsilon, rho = rates->rho;

  for (gsize start = 0; start < n; start += CHUNK)
    {
      gsize m = MIN (CHUNK, n - start);
      nn_real roots[CHUNK];

      for (gsize j = 0, i = start; j < m; j++, i++)
        {
          square[i] = rho * square[i] + (1 - rho) * g[i] * g[i];
          roots[j] = square[i];
        }
      take_roots (m, roots);
      for (gsize j = 0, i = start; j < m; j++, i++)
        p[i] -= lr * g[i] / (roots[j] + epsilon);
    }
}

/* M. Zeiler, arXiv 1212.5701. */
VECTOR_LOOP static void
update_adadelta (gsize                   n,
                 const NnOptimRates     *rates,
                 nn_real *restrict       p,
                 const nn_real *restrict g,
                 nn_real *restrict       square,
                 nn_real *restrict       change)
{
  nn_real lr = rates->lr, epsilon = rates->epsilon, rho = rates->rho;

  for (gsize start = 0; start < n; start += CHUNK)
    {
      gsize m = MIN (CHUNK, n - start);
      nn_real above[CHUNK], below[CHUNK];

      for (gsize j = 0, i = start; j < m; j++, i++)
        {
          square[i] = rho * square[i] + (1 - rho) * g[i] * g[i];
          above[j] = change[i] + epsilon;
          below[j] = square[i] + epsilon;
        }
      take_roots (m, above);
      take_roots (m, below);
      for (gsize j = 0, i = start; j < m; j++, i++)
        {
          nn_real delta = above[j] / below[j] * g[i];

          change[i] = rho * change[i] + (1 - rho) * delta * delta;
          p[i] -= lr * delta;
        }
    }
}

/* D. Kingma, J. Ba, arXiv 1412.6980; with @shrink below 1, I. Loshchilov, F. Hutter, arXiv
 * 1711.05101. */
VECTOR_LOOP static void
update_adam (gsize                   n,
             const NnOptimRates     *rates,
             nn_real *restrict       p,
             const nn_real *restrict g,
             nn_real *restrict       mean,
             nn_real *restrict       square)
{
  nn_real beta1 = rates->beta1, beta2 = rates->beta2, epsilon = rates->epsilon;
  nn_real step_size = rates->step_size, root = rates->root, shrink = rates->shrink;

  for (gsize start = 0; start < n; start += CHUNK)
    {
      gsize m = MIN (CHUNK, n - start);
      nn_real roots[CHUNK];

      for (gsize j = 0, i = start; j < m; j++, i++)
        {
          mean[i] = beta1 * mean[i] + (1 - beta1) * g[i];
          square[i] = beta2 * square[i] + (1 - beta2) * g[i] * g[i];
          roots[j] = square[i];
        }
      take_roots (m, roots);
      for (gsize j = 0, i = start; j < m; j++, i++)
        p[i] = shrink * p[i] - step_size * mean[i] / (roots[j] / root + epsilon);
    }
}

void
nn_optim_update (NnOptimKind         kind,
                 gsize               n,
                 const NnOptimRates *rates,
                 nn_real            *p,
                 const nn_real      *g,
                 nn_real            *first,
                 nn_real            *second)
{
  switch (kind)
    {
    case NN_OPTIM_MOMENTUM:
      update_momentum (n, rates, p, g, first);
      break;
    case NN_OPTIM_NESTEROV:
      update_nesterov (n, rates, p, g, first);
      break;
    case NN_OPTIM_ADAGRAD:
      update_adagrad (n, rates, p, g, first);
      break;
    case NN_OPTIM_RMSPROP:
      update_rmsprop (n, rates, p, g, first);
      break;
    case NN_OPTIM_ADADELTA:
      update_adadelta (n, rates, p, g, first, second);
      break;
    case NN_OPTIM_ADAM:
    case NN_OPTIM_ADAMW:
      update_adam (n, rates, p, g, first, second);
      break;
    default:
      update_sgd (n, rates, p, g);
      break;
    }
}
