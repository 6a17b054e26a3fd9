/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution over maps with channels last, straight from the maps: rows of pixels are the rows of a
 * matrix that overlap (the idea of M. Dukhan's indirect convolution, arXiv 1907.02129, without the
 * pointers). Forward; the gradients are in nn-conv-direct-backward.c. */
#include "nn-conv-direct.h"

#include "nn-last-max.h"
#include "nn-panel.h"
#include "nn-tile.h"

/* A piece of work is a band of rows of one image: its maps fit the cache, it is worth handing out,
 * and a small batch is still cut in enough of them. */
static const gsize band_values = 65536;
static const guint64 least_work = 1000000; /* floating-point operations */
enum { ENOUGH_PIECES = 16 };

NnDirect
nn_direct_of (const NnOpNode *node)
{
  NnDirect direct = { nn_conv_of (node) };
  const NnWindow *w = &direct.conv.window;
  gsize reach[2];

  direct.channels = node->in[0].dims[1];
  direct.filters = node->out.dims[1];
  reach[0] = (w->out_height - 1) * w->stride[0] + (w->kernel[0] - 1) * w->dilation[0] + 1;
  reach[1] = (w->out_width - 1) * w->stride[1] + (w->kernel[1] - 1) * w->dilation[1] + 1;
  direct.framed = w->before[0] > 0 || w->before[1] > 0 || reach[0] > w->height ||
                  reach[1] > w->width;
  direct.frame_height = MAX (reach[0], w->before[0] + w->height);
  direct.frame_width = MAX (reach[1], w->before[1] + w->width);
  direct.pointwise = !direct.framed && w->kernel[0] == 1 && w->kernel[1] == 1 &&
                     w->stride[0] == 1 && w->stride[1] == 1;
  direct.panel = nn_tile_kernels ()->panel;

  direct.runs.outer = w->kernel[0];
  direct.runs.outer_step = w->dilation[0] * direct.frame_width * direct.channels;
  if (direct.conv.groups == 1 && (w->dilation[1] == 1 || w->kernel[1] == 1))
    {
      direct.runs.inner = 1;
      direct.runs.run = w->kernel[1] * direct.channels;
    }
  else
    {
      direct.runs.inner = w->kernel[1];
      direct.runs.inner_step = w->dilation[1] * direct.channels;
      direct.runs.run = direct.conv.channels;
    }

  return direct;
}

gboolean
nn_direct_fits (const NnOpNode *node)
{
  const NnStencil *s = &node->attrs->conv.stencil;

  return (s->stride[0] == 1 || s->dilation[0] == 1) && (s->stride[1] == 1 || s->dilation[1] == 1);
}

/* Weights */

static gsize
group_panel_values (const NnDirect *direct)
{
  return nn_panel_columns (direct->conv.filters) * direct->conv.depth;
}

gsize
nn_direct_panel_values (const NnDirect *direct)
{
  return direct->conv.groups * group_panel_values (direct);
}

static gsize
start_values (const NnDirect *direct)
{
  return direct->conv.groups * nn_panel_columns (direct->conv.filters);
}

typedef struct
{
  const NnOpRun  *run;
  const NnDirect *direct;
  gsize           n_panels; /* of a group */
  nn_real        *panels;
} Packing;

static void
pack_piece (guint    piece,
            guint    thread,
            gpointer data)
{
  const Packing *packing = data;
  const NnDirect *direct = packing->direct;
  const NnConv *conv = &direct->conv;
  const nn_real *scale = packing->run->epilogue.scale;
  gsize group = piece / packing->n_panels, first = piece % packing->n_panels * direct->panel;
  gsize taps = conv->depth / conv->channels;

  nn_panel_pack (&(NnPanelSource) {
                   .columns = conv->filters,
                   .taps = taps,
                   .depth = conv->channels,
                   .values = packing->run->slot[NN_SLOT_WEIGHT] + group * conv->filters * conv->depth,
                   .column_step = (ptrdiff_t) conv->depth,
                   .tap_step = 1,
                   .depth_step = (ptrdiff_t) taps,
                   .scale = scale != NULL ? scale + group * conv->filters : NULL },
                 direct->panel, first,
                 packing->panels + group * group_panel_values (direct) + first * conv->depth);
}

/**
 * nn_direct_pack:
 * @panels: (out): nn_direct_panel_values()
 * @start: (out): [groups, columns of a group's panels]: biases, with what is appended to the layer
 *   folded in
 */
void
nn_direct_pack (const NnOpRun  *run,
                const NnDirect *direct,
                nn_real        *panels,
                nn_real        *start)
{
  const NnConv *conv = &direct->conv;
  gsize n_panels = (nn_panel_columns (conv->filters) + direct->panel - 1) / direct->panel;
  gsize columns = nn_panel_columns (conv->filters);
  Packing packing = { run, direct, n_panels, panels };

  nn_workers_run (run->workers, (guint) (conv->groups * n_panels), pack_piece, &packing);

  for (gsize k = 0; k < conv->groups * columns; k++)
    {
      gsize filter = k / columns * conv->filters + k % columns;
      nn_real bias = 0;

      if (k % columns < conv->filters)
        {
          const NnEpilogue *e = &run->epilogue;

          bias = run->slot[NN_SLOT_BIAS] != NULL ? run->slot[NN_SLOT_BIAS][filter] : 0;
          if (e->scale != NULL)
            bias = (bias - e->centre[filter]) * e->scale[filter] + e->shift[filter];
        }
      start[k] = bias;
    }
}

gboolean
nn_direct_prepared (const NnOpNode *node,
                    gsize          *bytes)
{
  NnDirect direct = nn_direct_of (node);

  return g_size_checked_mul (bytes, nn_direct_panel_values (&direct) + start_values (&direct),
                             sizeof (nn_real));
}

void
nn_direct_prepare (const NnOpRun *run)
{
  NnDirect direct = nn_direct_of (&run->node);
  nn_real *panels = run->prepared;

  nn_direct_pack (run, &direct, panels, panels + nn_direct_panel_values (&direct));
}

/* Forward */

typedef struct
{
  const NnOpRun *run;
  NnDirect       direct;
  void         (*multiply) (const NnTile *tile);
  gsize          rows, n_bands; /* of a band, of an image */
  gsize          lane_values;   /* scratch of one thread */
  gsize          frame_values;  /* of it, for the band's input */
  const nn_real *panels, *start;
} Job;

static gsize
rows_of_band (const NnDirect *direct,
              guint           batch)
{
  const NnWindow *w = &direct->conv.window;
  guint64 work = 2 * (guint64) direct->conv.depth * direct->filters * w->out_width; /* of a row */
  gsize by_cache = band_values / MAX (direct->frame_width * direct->channels * w->stride[0], 1);
  gsize by_work = (gsize) ((least_work + work - 1) / work);
  gsize by_pieces = (w->out_height * batch + ENOUGH_PIECES - 1) / ENOUGH_PIECES;
  gsize rows = MIN (MAX (MIN (MAX (by_cache, 4), MAX (by_pieces, 1)), by_work), w->out_height);

  return rows + rows % 2; /* Pairs, which a pool behind takes together. */
}

gsize
nn_direct_frame_rows (const NnDirect *direct,
                      gsize           rows)
{
  const NnWindow *w = &direct->conv.window;

  return (rows - 1) * w->stride[0] + (w->kernel[0] - 1) * w->dilation[0] + 1;
}

/* A band's framed input, and its output where a pool behind reads that. */
static gsize
frame_values (const NnDirect *direct,
              gsize           rows)
{
  return direct->framed ? (nn_direct_frame_rows (direct, rows) * direct->frame_width *
                           direct->channels + 15) & ~(gsize) 15
                        : 0;
}

/* Of the largest band of any batch up to @batch. */
static gsize
lane_values (const NnDirect *direct,
             guint           batch)
{
  gsize rows = rows_of_band (direct, batch);

  return frame_values (direct, rows) +
         ((rows * direct->conv.window.out_width * direct->filters + 15) & ~(gsize) 15);
}

gboolean
nn_direct_scratch (const NnOpNode *node,
                   guint           batch,
                   gboolean        backward,
                   gsize          *bytes)
{
  NnDirect direct = nn_direct_of (node);
  gsize values = NN_MAX_THREADS * lane_values (&direct, batch) + nn_direct_panel_values (&direct) +
                 start_values (&direct) + 16;

  return g_size_checked_mul (bytes, values, sizeof (nn_real)) &&
         (!backward || nn_direct_backward_scratch (node, batch, bytes));
}

/* @to: where the band's first row goes. */
static void
multiply_band (const Job     *job,
               const nn_real *maps,
               gsize          group,
               const nn_real *addend,
               nn_real       *to,
               gsize          rows)
{
  const NnDirect *direct = &job->direct;
  const NnConv *conv = &direct->conv;
  const NnWindow *w = &conv->window;
  gsize columns = nn_panel_columns (conv->filters), line = w->out_width * direct->filters;
  NnTile tile = { .rows = direct->pointwise ? rows * w->out_width : w->out_width,
                  .lda = w->stride[1] * direct->channels,
                  .outer = direct->runs.outer,
                  .inner = direct->runs.inner,
                  .run = direct->runs.run,
                  .outer_step = (ptrdiff_t) direct->runs.outer_step,
                  .inner_step = (ptrdiff_t) direct->runs.inner_step,
                  .ldc = direct->filters,
                  .ld_addend = direct->filters,
                  .relu = job->run->epilogue.relu };
  gsize n_calls = direct->pointwise ? 1 : rows;

  for (gsize k = 0; k < conv->filters; k += direct->panel)
    {
      tile.width = nn_panel_width (conv->filters, direct->panel, k);
      tile.columns = MIN (tile.width, conv->filters - k);
      tile.b = job->panels + group * group_panel_values (direct) + k * conv->depth;
      tile.start = job->start + group * columns + k;
      for (gsize i = 0; i < n_calls; i++)
        {
          gsize at = group * conv->filters + i * line + k;

          tile.a = maps + i * w->stride[0] * direct->frame_width * direct->channels +
                   group * conv->channels;
          tile.c = to + at;
          tile.addend = addend != NULL ? addend + at : NULL;
          job->multiply (&tile);
        }
    }
}

/* The largest of each 2×2 of a band's outputs. */
static void
pool_band (const Job     *job,
           gsize          image,
           gsize          row,
           gsize          rows,
           const nn_real *band)
{
  const NnWindow *w = &job->direct.conv.window;
  gsize line = w->out_width / 2 * job->direct.filters;
  NnWindow pool = { .height = rows, .width = w->out_width, .kernel = { 2, 2 }, .stride = { 2, 2 },
                    .dilation = { 1, 1 }, .out_height = rows / 2, .out_width = w->out_width / 2 };

  nn_last_max_kernels ()->forward (&pool, job->direct.filters, 0, rows / 2, band,
                                   job->run->y + (image * (w->out_height / 2) + row / 2) * line,
                                   NULL);
}

static void
forward_piece (guint    piece,
               guint    thread,
               gpointer data)
{
  const Job *job = data;
  const NnOpRun *run = job->run;
  const NnDirect *direct = &job->direct;
  const NnWindow *w = &direct->conv.window;
  gsize image = piece / job->n_bands, row = piece % job->n_bands * job->rows;
  gsize rows = MIN (job->rows, w->out_height - row);
  gsize at = image * run->out_count + row * w->out_width * direct->filters;
  const nn_real *maps = run->x[0] + image * run->in_count[0];
  const nn_real *addend = run->epilogue.addend != NULL ? run->epilogue.addend + at : NULL;
  nn_real *room = (nn_real *) run->scratch + thread * job->lane_values;
  nn_real *to = run->epilogue.pool ? room + job->frame_values : run->y + at;

  if (direct->framed)
    {
      NnFrame frame = { w->height,    w->width,     direct->channels,
                        w->before[0], w->before[1], direct->frame_width };

      nn_frame_rows (&frame, maps, row * w->stride[0], nn_direct_frame_rows (direct, rows), room);
      maps = room;
    }
  else
    maps += row * w->stride[0] * direct->frame_width * direct->channels;

  for (gsize group = 0; group < direct->conv.groups; group++)
    multiply_band (job, maps, group, addend, to, rows);
  if (run->epilogue.pool)
    pool_band (job, image, row, rows, to);
}

void
nn_direct_forward (const NnOpRun *run)
{
  Job job = { run, nn_direct_of (&run->node), nn_tile_kernels ()->multiply };
  nn_real *panels = run->prepared;

  job.rows = rows_of_band (&job.direct, run->batch);
  job.n_bands = (job.direct.conv.window.out_height + job.rows - 1) / job.rows;
  job.frame_values = frame_values (&job.direct, job.rows);
  job.lane_values = lane_values (&job.direct, run->batch);
  if (panels == NULL)
    {
      panels = (nn_real *) run->scratch + NN_MAX_THREADS * job.lane_values;
      nn_direct_pack (run, &job.direct, panels, panels + nn_direct_panel_values (&job.direct));
    }
  job.panels = panels;
  job.start = panels + nn_direct_panel_values (&job.direct);

  nn_workers_run (run->workers, (guint) (run->batch * job.n_bands), forward_piece, &job);
}
