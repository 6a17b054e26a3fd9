/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch normalisation, a vector of channels at a time over all positions. Compiled once per instruction set:
 * NN_SET and NN_SET_NAME name it. */
#include "nn-last-norm.h"

#include "nn-lanes.h"

/* A vector of channels' numbers; those beyond the last channel are 0. */
typedef struct
{
  Lanes centre, scale, shift;
} Group;

INLINE Group
group_at (const NnLastNorm *norm,
          size_t            c)
{
  size_t left = norm->channels - c;

  return (Group) { load_some (norm->centre + c, left), load_some (norm->scale + c, left),
                   load_some (norm->shift + c, left) };
}

/* z = (x − centre)·scale + shift, in the same operations wherever it is computed: the passes back
 * have to find what the pass forward found. */
INLINE Lanes
result (const Group *group,
        Lanes        difference)
{
  return difference * group->scale + group->shift;
}

/* What the ReLU lets through. */
INLINE Lanes
passed (const NnLastNorm *norm,
        Lanes             z,
        Lanes             dy)
{
  return norm->relu ? (Lanes) ((Mask) dy & ~(Mask) (z <= 0)) : dy;
}

static void
moments (size_t         n,
         size_t         channels,
         const nn_real *x,
         nn_real       *mean,
         nn_real       *squares)
{
  for (size_t c = 0; c < channels; c += LANES)
    {
      size_t left = channels - c;
      Lanes sums[2] = { { 0 }, { 0 } }, spreads[2] = { { 0 }, { 0 } }, centre;

      for (size_t p = 0; p < n; p++)
        sums[p % 2] += load_some (x + p * channels + c, left);
      centre = (sums[0] + sums[1]) / (nn_real) n;
      for (size_t p = 0; p < n; p++)
        {
          Lanes d = load_some (x + p * channels + c, left) - centre;

          spreads[p % 2] += d * d;
        }
      store_some (mean + c, left, centre);
      store_some (squares + c, left, spreads[0] + spreads[1]);
    }
}

static void
forward (const NnLastNorm *norm,
         size_t            n,
         const nn_real    *x,
         nn_real          *y)
{
  size_t channels = norm->channels;

  for (size_t c = 0; c < channels; c += LANES)
    {
      Group group = group_at (norm, c);
      size_t left = channels - c;

      for (size_t p = 0; p < n; p++)
        {
          Lanes z = result (&group, load_some (x + p * channels + c, left) - group.centre);

          store_some (y + p * channels + c, left, norm->relu ? relu_of (z) : z);
        }
    }
}

static void
sums (const NnLastNorm *norm,
      size_t            n,
      const nn_real    *x,
      const nn_real    *dy,
      nn_real          *sums,
      nn_real          *moments)
{
  size_t channels = norm->channels;

  for (size_t c = 0; c < channels; c += LANES)
    {
      Group group = group_at (norm, c);
      size_t left = channels - c;
      Lanes sum = { 0 }, moment = { 0 };

      for (size_t p = 0; p < n; p++)
        {
          Lanes d = load_some (x + p * channels + c, left) - group.centre;
          Lanes g = passed (norm, result (&group, d), load_some (dy + p * channels + c, left));

          sum += g;
          moment += g * d;
        }
      store_some (sums + c, left, sum);
      store_some (moments + c, left, moment);
    }
}

INLINE void
store_gradient (nn_real *to,
                size_t   left,
                bool     add,
                Lanes    value)
{
  store_some (to, left, add ? load_some (to, left) + value : value);
}

static void
gradient (const NnLastNorm *norm,
          bool              add,
          size_t            n,
          const nn_real    *x,
          const nn_real    *dy,
          const nn_real    *mean,
          const nn_real    *slope,
          nn_real          *dx)
{
  size_t channels = norm->channels;

  for (size_t c = 0; c < channels; c += LANES)
    {
      Group group = group_at (norm, c);
      size_t left = channels - c;
      Lanes middle = load_some (mean + c, left), steep = load_some (slope + c, left);

      for (size_t p = 0; p < n; p++)
        {
          Lanes d = load_some (x + p * channels + c, left) - group.centre;
          Lanes g = passed (norm, result (&group, d), load_some (dy + p * channels + c, left));

          store_gradient (dx + p * channels + c, left, add,
                          group.scale * (g - middle) - d * steep);
        }
    }
}

/* The differences from the centre and the results of a 2×2 window, [row · 2 + column]. */
typedef struct
{
  Lanes d[4], z[4];
} Window;

INLINE Window
window_at (const NnLastNorm *norm,
           const Group      *group,
           size_t            width,
           const nn_real    *x,
           size_t            left)
{
  Window window;

  for (size_t i = 0; i < 4; i++)
    {
      window.d[i] = load_some (x + (i / 2 * width + i % 2) * norm->channels, left) - group->centre;
      window.z[i] = result (group, window.d[i]);
    }

  return window;
}

INLINE Mask
beats (Lanes challenger,
       Lanes best)
{
  return (Mask) (challenger > best) | (Mask) (challenger != challenger);
}

/* What reaches each of a window's values of the gradient @dy: all of it goes to the first largest. A
 * ReLU between does not change which one that is, but where it cuts all of them nothing passes. */
INLINE void
share_out (const NnLastNorm *norm,
           const Window     *window,
           Lanes             dy,
           Lanes             to[4])
{
  Lanes best = window->z[0];
  Mask winner = { 0 };

  for (int i = 1; i < 4; i++)
    {
      Mask take = beats (window->z[i], best);

      best = choose (take, window->z[i], best);
      winner = (take & i) | (winner & ~take);
    }
  dy = passed (norm, best, dy);
  for (int i = 0; i < 4; i++)
    to[i] = choose ((Mask) (winner == i), dy, (Lanes) { 0 });
}

static void
pool_forward (const NnLastNorm *norm,
              NnLastRows        rows,
              const nn_real    *x,
              nn_real          *y)
{
  size_t channels = norm->channels, columns = rows.width / 2;

  for (size_t c = 0; c < channels; c += LANES)
    {
      Group group = group_at (norm, c);
      size_t left = channels - c;

      for (size_t p = 0; p < rows.rows / 2; p++)
        for (size_t q = 0; q < columns; q++)
          {
            Window w = window_at (norm, &group, rows.width,
                                  x + (2 * p * rows.width + 2 * q) * channels + c, left);
            Lanes best = w.z[0];

            for (size_t i = 1; i < 4; i++)
              best = choose (beats (w.z[i], best), w.z[i], best);
            store_some (y + (p * columns + q) * channels + c, left,
                        norm->relu ? relu_of (best) : best);
          }
    }
}

static void
pool_sums (const NnLastNorm *norm,
           NnLastRows        rows,
           const nn_real    *x,
           const nn_real    *dy,
           nn_real          *sums,
           nn_real          *moments)
{
  size_t channels = norm->channels, columns = rows.width / 2;

  for (size_t c = 0; c < channels; c += LANES)
    {
      Group group = group_at (norm, c);
      size_t left = channels - c;
      Lanes sum = { 0 }, moment = { 0 };

      for (size_t p = 0; p < rows.rows / 2; p++)
        for (size_t q = 0; q < columns; q++)
          {
            Window w = window_at (norm, &group, rows.width,
                                  x + (2 * p * rows.width + 2 * q) * channels + c, left);
            Lanes shares[4];

            share_out (norm, &w, load_some (dy + (p * columns + q) * channels + c, left), shares);
            for (size_t i = 0; i < 4; i++)
              {
                sum += shares[i];
                moment += shares[i] * w.d[i];
              }
          }
      store_some (sums + c, left, sum);
      store_some (moments + c, left, moment);
    }
}

/* Positions that no window covers: nothing comes back to them but what the batch's mean and spread
 * bring. */
INLINE void
uncovered (const Group   *group,
           bool           add,
           Lanes          middle,
           Lanes          steep,
           const nn_real *x,
           size_t         left,
           nn_real       *dx)
{
  Lanes d = load_some (x, left) - group->centre;

  store_gradient (dx, left, add, -group->scale * middle - d * steep);
}

static void
pool_gradient (const NnLastNorm *norm,
               bool              add,
               NnLastRows        rows,
               const nn_real    *x,
               const nn_real    *dy,
               const nn_real    *mean,
               const nn_real    *slope,
               nn_real          *dx)
{
  size_t channels = norm->channels, columns = rows.width / 2;

  for (size_t c = 0; c < channels; c += LANES)
    {
      Group group = group_at (norm, c);
      size_t left = channels - c;
      Lanes middle = load_some (mean + c, left), steep = load_some (slope + c, left);

      for (size_t p = 0; p < rows.rows / 2; p++)
        for (size_t q = 0; q < columns; q++)
          {
            size_t at = (2 * p * rows.width + 2 * q) * channels + c;
            Window w = window_at (norm, &group, rows.width, x + at, left);
            Lanes shares[4];

            share_out (norm, &w, load_some (dy + (p * columns + q) * channels + c, left), shares);
            for (size_t i = 0; i < 4; i++)
              store_gradient (dx + at + (i / 2 * rows.width + i % 2) * channels, left, add,
                              group.scale * (shares[i] - middle) - w.d[i] * steep);
          }
      for (size_t p = 0; p < rows.rows; p++)
        for (size_t q = p < rows.rows / 2 * 2 ? columns * 2 : 0; q < rows.width; q++)
          {
            size_t at = (p * rows.width + q) * channels + c;

            uncovered (&group, add, middle, steep, x + at, left, dx + at);
          }
    }
}

const NnLastNormKernels NN_SET_TABLE (nn_last_norm_) = {
  NN_SET_NAME, moments, forward, sums, gradient, pool_forward, pool_sums, pool_gradient
};
