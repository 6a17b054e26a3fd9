/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradients of a convolution over maps with channels last. That of the input is a convolution of
 * the output's gradient, one for each remainder of a position by the stride; that of the weights a sum
 * of outer products over positions. */
#include "nn-conv-direct.h"

#include "nn-last.h"
#include "nn-panel.h"
#include "nn-pointwise.h"
#include "nn-tile.h"

#include <string.h>

/* Rows of maps that are framed at once, and positions whose outer products are added at once. */
static const gsize band_values = 65536;
static const gsize few_positions = 128;

/**
 * Phase:
 *
 * Along one axis, the input positions i · stride + offset: output position i + base − t · step meets
 * tap first + t · stride, t = 0 … n_taps − 1.
 */
typedef struct
{
  gsize offset, n;     /* how many such positions there are */
  gsize first, n_taps;
  gsize base, step;
} Phase;

static Phase
phase_at (const NnWindow *w,
          guint           axis,
          gsize           offset)
{
  gsize stride = w->stride[axis], extent = axis == 0 ? w->height : w->width;
  Phase phase = { .offset = offset, .n = (extent - MIN (offset, extent) + stride - 1) / stride };

  phase.first = (offset + w->before[axis]) % stride;
  phase.base = (offset + w->before[axis] - phase.first) / stride;
  phase.step = stride == 1 ? w->dilation[axis] : 1;
  if (phase.first < w->kernel[axis])
    phase.n_taps = (w->kernel[axis] - phase.first + stride - 1) / stride;

  return phase;
}

/**
 * Reach:
 *
 * Which output positions input position i · stride + offset looks at, for all offsets: i + low …
 * i + high. @front: zeros needed before output position 0; @length: of the framed axis.
 */
typedef struct
{
  gssize low, high;
  gsize  front, length;
} Reach;

static Reach
reach_of (const NnWindow *w,
          guint           axis)
{
  gsize n_out = axis == 0 ? w->out_height : w->out_width;
  Reach reach = { G_MAXSSIZE, 0 };

  for (gsize offset = 0; offset < w->stride[axis]; offset++)
    {
      Phase phase = phase_at (w, axis, offset);

      if (phase.n_taps == 0 || phase.n == 0)
        continue;
      reach.low = MIN (reach.low, (gssize) phase.base - (gssize) ((phase.n_taps - 1) * phase.step));
      reach.high = MAX (reach.high, (gssize) phase.base);
      reach.length = MAX (reach.length, phase.n + phase.base);
    }
  reach.low = MIN (reach.low, 0);
  reach.front = (gsize) -reach.low;
  reach.length = MAX (reach.length, n_out) + reach.front;

  return reach;
}

typedef struct
{
  const NnOpRun       *run;
  NnDirect             direct;
  const NnTileKernels *kernels;
  guint                n_chunks, chunk;
  Reach                reach[2];
  gsize                in_rows;     /* positions i of a band of the input's gradient */
  gsize                out_rows;    /* of a band of the weights' gradient */
  gsize                lane_values; /* scratch of one thread */
  nn_real             *panels;
  nn_real             *partial;     /* [n_chunks, K·depth + K] */
} Job;

static gsize
rounded (gsize values)
{
  return (values + 15) & ~(gsize) 15;
}

static gsize
partial_values (const NnDirect *direct)
{
  return rounded (direct->filters * (direct->conv.depth + 1));
}

static gsize
panel_values (const NnDirect *direct)
{
  const NnConv *conv = &direct->conv;

  return conv->groups * nn_panel_columns (conv->channels) * conv->filters *
         (conv->depth / conv->channels);
}

static gsize
band_rows (gsize line,
           gsize most)
{
  return CLAMP (band_values / MAX (line, 1), MIN (4, most), most);
}

/* Output rows that a band of @rows rows i of the input's gradient looks at. */
static gsize
reach_rows (const Job *job,
            gsize      rows)
{
  return rows + (gsize) (job->reach[0].high - job->reach[0].low);
}

static Job
job_of (const NnOpNode *node,
        guint           batch)
{
  Job job = { .direct = nn_direct_of (node), .kernels = nn_tile_kernels () };
  const NnWindow *w = &job.direct.conv.window;
  gsize in_line, out_line;

  job.n_chunks = nn_op_chunks (batch, &job.chunk);
  job.reach[0] = reach_of (w, 0);
  job.reach[1] = reach_of (w, 1);
  in_line = job.direct.frame_width * job.direct.channels;
  out_line = job.reach[1].length * job.direct.filters;
  job.in_rows = band_rows (out_line, (w->height + w->stride[0] - 1) / w->stride[0]);
  job.out_rows = band_rows (in_line * w->stride[0], w->out_height);
  job.lane_values = rounded (MAX (reach_rows (&job, job.in_rows) * out_line,
                                  nn_direct_frame_rows (&job.direct, job.out_rows) * in_line));

  return job;
}

gboolean
nn_direct_backward_scratch (const NnOpNode *node,
                            guint           batch,
                            gsize          *bytes)
{
  Job job = job_of (node, batch);
  gsize values = NN_MAX_THREADS * job.lane_values + rounded (panel_values (&job.direct)), partials;
  gsize needed;

  if (!g_size_checked_mul (&partials, partial_values (&job.direct), MIN (batch, NN_MAX_CHUNKS)) ||
      !g_size_checked_add (&values, values, partials) ||
      !g_size_checked_mul (&needed, values, sizeof (nn_real)))
    return FALSE;

  *bytes = MAX (*bytes, needed);
  return TRUE;
}

/* The input's gradient */

/* Packs the taps of a phase pair, last tap first: [taps, filters] by channels of the group. */
static void
pack_phase (const Job   *job,
            gsize        group,
            const Phase *rows,
            const Phase *columns,
            gsize        first,
            nn_real     *out)
{
  const NnConv *conv = &job->direct.conv;
  const NnWindow *w = &conv->window;
  gsize taps = conv->depth / conv->channels, width;
  const nn_real *weights = job->run->slot[NN_SLOT_WEIGHT] + group * conv->filters * conv->depth;

  width = nn_panel_width (conv->channels, job->direct.panel, first);
  for (gsize t = 0; t < rows->n_taps; t++)
    {
      gsize r = rows->first + w->stride[0] * (rows->n_taps - 1 - t);
      gsize s = columns->first + w->stride[1] * (columns->n_taps - 1);

      nn_panel_pack (&(NnPanelSource) { .columns = conv->channels,
                                        .taps = columns->n_taps,
                                        .depth = conv->filters,
                                        .values = weights + r * w->kernel[1] + s,
                                        .column_step = (ptrdiff_t) taps,
                                        .tap_step = -(ptrdiff_t) w->stride[1],
                                        .depth_step = (ptrdiff_t) conv->depth },
                     job->direct.panel, first,
                     out + t * columns->n_taps * conv->filters * width);
    }
}

typedef void (*PhaseFunc) (const Job *job, const Phase *rows, const Phase *columns,
                           nn_real *panels, gpointer data);

/* Calls @func for each pair of remainders; @panels: of that pair, group 0. */
static void
for_phases (const Job *job,
            PhaseFunc  func,
            gpointer   data)
{
  const NnConv *conv = &job->direct.conv;
  nn_real *panels = job->panels;

  for (gsize y = 0; y < conv->window.stride[0]; y++)
    for (gsize x = 0; x < conv->window.stride[1]; x++)
      {
        Phase rows = phase_at (&conv->window, 0, y), columns = phase_at (&conv->window, 1, x);

        func (job, &rows, &columns, panels, data);
        panels += conv->groups * nn_panel_columns (conv->channels) * conv->filters * rows.n_taps *
                  columns.n_taps;
      }
}

static gsize
group_values (const Job   *job,
              const Phase *rows,
              const Phase *columns)
{
  return nn_panel_columns (job->direct.conv.channels) * job->direct.conv.filters * rows->n_taps *
         columns->n_taps;
}

static void
pack_one (const Job   *job,
          const Phase *rows,
          const Phase *columns,
          nn_real     *panels,
          gpointer     data)
{
  const guint *piece = data;
  const NnConv *conv = &job->direct.conv;
  gsize n_panels = (nn_panel_columns (conv->channels) + job->direct.panel - 1) / job->direct.panel;
  gsize group = *piece / n_panels, first = *piece % n_panels * job->direct.panel;

  pack_phase (job, group, rows, columns, first,
              panels + group * group_values (job, rows, columns) +
                first * conv->filters * rows->n_taps * columns->n_taps);
}

static void
pack_piece (guint    piece,
            guint    thread,
            gpointer data)
{
  for_phases (data, pack_one, &piece);
}

/* A band of the input's gradient: rows i = row … row + rows − 1 of every phase. @maps: the framed
 * output gradient that it looks at. */
typedef struct
{
  gsize          image, row, rows;
  const nn_real *maps;
} Band;

static void
multiply_phase (const Job   *job,
                const Phase *rows,
                const Phase *columns,
                nn_real     *panels,
                gpointer     data)
{
  const Band *band = data;
  const NnDirect *direct = &job->direct;
  const NnConv *conv = &direct->conv;
  const NnWindow *w = &conv->window;
  gsize line = job->reach[1].length * direct->filters, end = MIN (band->row + band->rows, rows->n);
  gboolean merged = conv->groups == 1 && columns->step == 1;
  gssize y0 = (gssize) rows->base - (gssize) ((MAX (rows->n_taps, 1) - 1) * rows->step) -
              job->reach[0].low;
  gssize x0 = (gssize) columns->base - (gssize) ((MAX (columns->n_taps, 1) - 1) * columns->step) -
              job->reach[1].low;
  gboolean none = rows->n_taps == 0 || columns->n_taps == 0;
  NnTile tile = { .rows = columns->n,
                  .lda = direct->filters,
                  .outer = none ? 0 : rows->n_taps,
                  .inner = merged ? 1 : columns->n_taps,
                  .run = merged ? columns->n_taps * direct->filters : conv->filters,
                  .outer_step = (ptrdiff_t) (rows->step * line),
                  .inner_step = (ptrdiff_t) (columns->step * direct->filters),
                  .ldc = w->stride[1] * direct->channels,
                  .ld_addend = w->stride[1] * direct->channels };

  for (gsize group = 0; group < conv->groups && columns->n > 0; group++)
    for (gsize k = 0; k < conv->channels; k += direct->panel)
      {
        tile.width = nn_panel_width (conv->channels, direct->panel, k);
        tile.columns = MIN (tile.width, conv->channels - k);
        tile.b = panels + group * group_values (job, rows, columns) +
                 k * conv->filters * rows->n_taps * columns->n_taps;
        for (gsize i = band->row; i < end; i++)
          {
            gsize y = rows->offset + w->stride[0] * i;

            tile.a = none ? band->maps
                          : band->maps + ((gssize) (i - band->row) + y0) * (gssize) line +
                              x0 * (gssize) direct->filters + group * conv->filters;
            tile.c = job->run->dx[0] + band->image * job->run->in_count[0] +
                     (y * w->width + columns->offset) * direct->channels +
                     group * conv->channels + k;
            tile.addend = job->run->add[0] ? tile.c : NULL;
            job->kernels->multiply (&tile);
          }
      }
}

static void
to_input (const Job *job,
          gsize      image,
          nn_real   *room)
{
  const NnDirect *direct = &job->direct;
  const NnWindow *w = &direct->conv.window;
  const nn_real *dy = job->run->dy + image * job->run->out_count;
  NnFrame frame = { w->out_height,       w->out_width,        direct->filters,
                    job->reach[0].front, job->reach[1].front, job->reach[1].length };
  gsize n = phase_at (w, 0, 0).n;

  for (gsize row = 0; row < n; row += job->in_rows)
    {
      Band band = { image, row, MIN (job->in_rows, n - row), room };

      nn_frame_rows (&frame, dy, row, reach_rows (job, band.rows), room);
      for_phases (job, multiply_phase, &band);
    }
}

/* The weights' gradient */

/* Adds the outer products of output rows [row, row + rows); @maps: their framed input. */
static void
add_rows (const Job     *job,
          gsize          image,
          gsize          row,
          gsize          rows,
          const nn_real *maps,
          gboolean       first,
          nn_real       *d_weight)
{
  const NnDirect *direct = &job->direct;
  const NnConv *conv = &direct->conv;
  const NnWindow *w = &conv->window;
  const nn_real *dy = job->run->dy + image * job->run->out_count +
                      row * w->out_width * direct->filters;
  NnOuterTile tile = { .rows = direct->runs.run,
                       .columns = conv->filters,
                       .outer = rows,
                       .inner = w->out_width,
                       .a_step = w->stride[1] * direct->channels,
                       .a_outer_step = w->stride[0] * direct->frame_width * direct->channels,
                       .b_step = direct->filters,
                       .b_outer_step = w->out_width * direct->filters,
                       .ldc = conv->filters,
                       .overwrite = first };

  for (gsize group = 0; group < conv->groups; group++)
    for (gsize o = 0; o < direct->runs.outer; o++)
      for (gsize i = 0; i < direct->runs.inner; i++)
        {
          tile.a = maps + o * direct->runs.outer_step + i * direct->runs.inner_step +
                   group * conv->channels;
          tile.b = dy + group * conv->filters;
          tile.c = d_weight + (group * conv->depth + (o * direct->runs.inner + i) * tile.rows) *
                                conv->filters;
          job->kernels->add_outer (&tile);
        }
}

static void
to_weights (const Job *job,
            gsize      image,
            gboolean   first,
            nn_real   *d_weight,
            nn_real   *room)
{
  const NnDirect *direct = &job->direct;
  const NnWindow *w = &direct->conv.window;
  const nn_real *x = job->run->x[0] + image * job->run->in_count[0];
  NnFrame frame = { w->height,    w->width,     direct->channels,
                    w->before[0], w->before[1], direct->frame_width };
  gsize line = w->stride[0] * direct->frame_width * direct->channels;
  gsize few = MAX (few_positions / w->out_width, 1);

  for (gsize row = 0; row < w->out_height; row += job->out_rows)
    {
      gsize rows = MIN (job->out_rows, w->out_height - row);
      const nn_real *maps = x + row * line;

      if (direct->framed)
        {
          nn_frame_rows (&frame, x, row * w->stride[0], nn_direct_frame_rows (direct, rows), room);
          maps = room;
        }
      for (gsize i = 0; i < rows; i += few)
        add_rows (job, image, row + i, MIN (few, rows - i), maps + i * line,
                  first && row + i == 0, d_weight);
    }
}

void
nn_conv_last_biases (const NnOpRun *run,
                     gsize          from,
                     gsize          to,
                     nn_real       *d_bias)
{
  gsize filters = run->node.out.dims[1], n = (to - from) * run->out_count / filters;
  const nn_real *dy = run->dy + from * run->out_count;

  nn_last_sum (n, filters, 1, dy, d_bias);
}

static void
backward_chunk (guint    piece,
                guint    thread,
                gpointer data)
{
  const Job *job = data;
  const NnOpRun *run = job->run;
  gsize from = piece * job->chunk, to = MIN (from + job->chunk, run->batch);
  gsize n_weights = job->direct.filters * job->direct.conv.depth;
  nn_real *partial = job->partial + piece * partial_values (&job->direct);
  nn_real *lane = (nn_real *) run->scratch + thread * job->lane_values;

  for (gsize image = from; image < to; image++)
    {
      if (run->dx[0] != NULL)
        to_input (job, image, lane);
      if (run->dslot[NN_SLOT_WEIGHT] != NULL)
        to_weights (job, image, image == from, partial, lane);
    }
  if (run->dslot[NN_SLOT_BIAS] != NULL)
    nn_conv_last_biases (run, from, to, partial + n_weights);
}

/* Sums the chunks in their order and puts weights where they belong: a filter of a group is a piece. */
static void
gather_filter (guint    piece,
               guint    thread,
               gpointer data)
{
  const Job *job = data;
  const NnConv *conv = &job->direct.conv;
  gsize group = piece / conv->filters, k = piece % conv->filters;
  gsize taps = conv->depth / conv->channels, step = partial_values (&job->direct);
  const nn_real *from = job->partial + group * conv->depth * conv->filters + k;
  nn_real *to = job->run->dslot[NN_SLOT_WEIGHT] + piece * conv->depth;

  for (gsize t = 0; t < taps; t++)
    for (gsize c = 0; c < conv->channels; c++, from += conv->filters)
      {
        nn_real sum = from[0];

        for (guint i = 1; i < job->n_chunks; i++)
          sum += from[i * step];
        to[c * taps + t] = sum;
      }
}

static void
gather_biases (const Job *job)
{
  gsize step = partial_values (&job->direct);
  const nn_real *from = job->partial + job->direct.filters * job->direct.conv.depth;
  nn_real *to = job->run->dslot[NN_SLOT_BIAS];

  memcpy (to, from, job->direct.filters * sizeof *to);
  for (guint i = 1; i < job->n_chunks; i++)
    nn_add (job->direct.filters, to, from + i * step, to);
}

void
nn_direct_backward (const NnOpRun *run)
{
  Job job = job_of (&run->node, run->batch);
  const NnConv *conv = &job.direct.conv;
  gsize n_panels = (nn_panel_columns (conv->channels) + job.direct.panel - 1) / job.direct.panel;

  job.run = run;
  job.panels = (nn_real *) run->scratch + NN_MAX_THREADS * job.lane_values;
  job.partial = job.panels + rounded (panel_values (&job.direct));
  if (run->dx[0] != NULL)
    nn_workers_run (run->workers, (guint) (conv->groups * n_panels), pack_piece, &job);
  nn_workers_run (run->workers, job.n_chunks, backward_chunk, &job);
  if (run->dslot[NN_SLOT_WEIGHT] != NULL)
    nn_workers_run (run->workers, (guint) job.direct.filters, gather_filter, &job);
  if (run->dslot[NN_SLOT_BIAS] != NULL)
    gather_biases (&job);
}
