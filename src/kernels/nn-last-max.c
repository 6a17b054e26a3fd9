/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max pooling, a vector of channels at a time. Compiled once per instruction set: NN_SET and NN_SET_NAME name
 * it. */
#include "nn-last-max.h"

#include "nn-lanes.h"

/* Where the taps of an output position lie. */
typedef struct
{
  NnWindowTaps rows, columns;
} Place;

static Place
place_of (const NnWindow *w,
          size_t          p,
          size_t          q)
{
  return (Place) { nn_window_taps (w, 0, p), nn_window_taps (w, 1, q) };
}

INLINE size_t
position_of (const NnWindow *w,
             const Place    *place,
             size_t          r,
             size_t          s)
{
  return (size_t) (place->rows.start + (ptrdiff_t) (r * w->dilation[0])) * w->width +
         (size_t) (place->columns.start + (ptrdiff_t) (s * w->dilation[1]));
}

INLINE Mask
all (uint32_t value)
{
  Mask mask = { 0 };

  return mask + (int) value;
}

INLINE void
store_index (uint32_t *to,
             size_t    n,
             Mask      taps)
{
#ifdef NN_DOUBLE
  for (size_t i = 0; i < n && i < LANES; i++)
    to[i] = (uint32_t) taps[i];
#else
  store_some ((nn_real *) to, n, (Lanes) taps);
#endif
}

INLINE Mask
load_index (const uint32_t *from,
            size_t          n)
{
#ifdef NN_DOUBLE
  Mask taps = { 0 };

  for (size_t i = 0; i < n && i < LANES; i++)
    taps[i] = from[i];
  return taps;
#else
  return (Mask) load_some ((const nn_real *) from, n);
#endif
}

/* One output position. The first largest value wins and NaN beats everything. */
INLINE void
largest (const NnWindow *w,
         const Place    *place,
         size_t          channels,
         const nn_real  *x,
         nn_real        *y,
         uint32_t       *index)
{
  for (size_t c = 0; c < channels; c += LANES)
    {
      size_t left = channels - c, r = place->rows.from, s = place->columns.from;
      Lanes best = load_some (x + position_of (w, place, r, s) * channels + c, left);
      Mask winner = all ((uint32_t) (r * w->kernel[1] + s));

      for (; r < place->rows.to; r++, s = place->columns.from)
        for (; s < place->columns.to; s++)
          {
            Lanes v = load_some (x + position_of (w, place, r, s) * channels + c, left);
            Mask take = (Mask) (v > best) | (Mask) (v != v);
            Mask tap = all ((uint32_t) (r * w->kernel[1] + s));

            best = choose (take, v, best);
            winner = (tap & take) | (winner & ~take);
          }
      store_some (y + c, left, best);
      if (index != NULL)
        store_index (index + c, left, winner);
    }
}

static void
forward (const NnWindow *window,
         size_t          channels,
         size_t          from,
         size_t          to,
         const nn_real  *x,
         nn_real        *y,
         uint32_t       *index)
{
  for (size_t p = from; p < to; p++)
    for (size_t q = 0; q < window->out_width; q++)
      {
        Place place = place_of (window, p, q);
        size_t at = (p * window->out_width + q) * channels;

        largest (window, &place, channels, x, y + at, index != NULL ? index + at : NULL);
      }
}

static void
backward (const NnWindow *window,
          size_t          channels,
          const uint32_t *index,
          const nn_real  *dy,
          nn_real        *dx)
{
  for (size_t p = 0; p < window->out_height; p++)
    for (size_t q = 0; q < window->out_width; q++, index += channels, dy += channels)
      {
        Place place = place_of (window, p, q);

        for (size_t c = 0; c < channels; c += LANES)
          {
            size_t left = channels - c;
            Lanes passed = load_some (dy + c, left);
            Mask winner = load_index (index + c, left);

            for (size_t r = place.rows.from; r < place.rows.to; r++)
              for (size_t s = place.columns.from; s < place.columns.to; s++)
                {
                  nn_real *to = dx + position_of (window, &place, r, s) * channels + c;
                  Mask won = (Mask) (winner == all ((uint32_t) (r * window->kernel[1] + s)));

                  store_some (to, left,
                              load_some (to, left) + choose (won, passed, (Lanes) { 0 }));
                }
          }
      }
}

const NnLastMaxKernels NN_SET_TABLE (nn_last_max_) = { NN_SET_NAME, forward, backward };
