/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resizing one plane. */
#include "nn-resize.h"

#include "nn-clones.h"
#include "nn-strided.h"

/* Planes of their own. */
static void
mix_row (const NnResize  *resize,
         const NnMixture *down,
         const nn_real   *x,
         nn_real         *y)
{
  for (size_t j = 0; j < resize->out_width; j++)
    {
      const NnMixture *along = &resize->columns[j];
      nn_real sum = 0;

      for (uint32_t r = 0; r < down->n; r++)
        {
          const nn_real *line = x + down->place[r] * resize->width;
          nn_real part = 0;

          for (uint32_t s = 0; s < along->n; s++)
            part += along->share[s] * line[along->place[s]];
          sum += down->share[r] * part;
        }
      y[j] = along->n > 0 ? sum : resize->outside;
    }
}

/* The same where every result is the nearest value, … */
static void
pick_row (const NnResize *resize,
          const nn_real  *line,
          nn_real        *y)
{
  for (size_t j = 0; j < resize->out_width; j++)
    y[j] = line[resize->columns[j].place[0]];
}

/* … or lies between four. */
static void
mix_pairs (const NnResize  *resize,
           const NnMixture *down,
           const nn_real   *x,
           nn_real         *y)
{
  const nn_real *above = x + down->place[0] * resize->width;
  const nn_real *below = x + down->place[1] * resize->width;
  nn_real upper = down->share[0], lower = down->share[1];

  for (size_t j = 0; j < resize->out_width; j++)
    {
      const NnMixture *along = &resize->columns[j];
      nn_real a = along->share[0] * above[along->place[0]] +
                  along->share[1] * above[along->place[1]];
      nn_real b = along->share[0] * below[along->place[0]] +
                  along->share[1] * below[along->place[1]];

      y[j] = upper * a + lower * b;
    }
}

NN_CLONES static void
add_scaled (size_t         n,
            nn_real        factor,
            const nn_real *x,
            nn_real       *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] += factor * x[i];
}

static void
mix_row_of_channels (const NnResize  *resize,
                     const NnMixture *down,
                     const nn_real   *x,
                     nn_real         *y)
{
  for (size_t j = 0; j < resize->out_width; j++, y += resize->inner)
    {
      const NnMixture *along = &resize->columns[j];

      nn_fill (resize->inner, along->n > 0 ? 0 : resize->outside, y);
      for (uint32_t r = 0; r < down->n; r++)
        for (uint32_t s = 0; s < along->n; s++)
          add_scaled (resize->inner, down->share[r] * along->share[s],
                      x + (down->place[r] * resize->width + along->place[s]) * resize->inner, y);
    }
}

void
nn_resize_row (const NnResize *resize,
               size_t          row,
               const nn_real  *x,
               nn_real        *y)
{
  const NnMixture *down = &resize->rows[row];

  if (down->n == 0)
    nn_fill (resize->out_width * resize->inner, resize->outside, y);
  else if (resize->inner > 1)
    mix_row_of_channels (resize, down, x, y);
  else if (resize->n == 1)
    pick_row (resize, x + down->place[0] * resize->width, y);
  else if (resize->n == 2)
    mix_pairs (resize, down, x, y);
  else
    mix_row (resize, down, x, y);
}

void
nn_resize_row_gradient (const NnResize *resize,
                        size_t          row,
                        const nn_real  *dy,
                        nn_real        *dx)
{
  const NnMixture *down = &resize->rows[row];

  for (size_t j = 0; j < resize->out_width; j++, dy += resize->inner)
    {
      const NnMixture *along = &resize->columns[j];

      for (uint32_t r = 0; r < down->n; r++)
        for (uint32_t s = 0; s < along->n; s++)
          add_scaled (resize->inner, down->share[r] * along->share[s], dy,
                      dx + (down->place[r] * resize->width + along->place[s]) * resize->inner);
    }
}
