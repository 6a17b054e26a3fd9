/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 3×3 convolution over maps with channels last by minimal filtering: tiles of 4×4 outputs of all
 * images are counted through, a block of them is turned into coefficients, multiplied by those of the
 * filters, and turned back. The input's gradient is such a convolution of the output's gradient. */
#include "nn-conv-winograd.h"

#include "nn-panel.h"
#include "nn-tile.h"
#include "nn-winograd.h"

#include <string.h>

/* What a block's coefficients take of the cache, in values, and the sizes a block may have. */
static const gsize block_values = 196608;
enum { LEAST_BLOCK = 8, MOST_BLOCK = 64 };

/* A small batch is cut in about so many blocks, and by panels as well when there are fewer. */
enum { ENOUGH_PIECES = 16, FEW_BLOCKS = 4 };

/* Sums of coefficients that are larger than this, in values, are kept by half as many chunks. */
static const gsize large_sums = 262144;

enum { N = NN_WINOGRAD_COEFFICIENTS };

/**
 * Pass:
 * @in, @out: the maps that are read and written
 * @pad: zeros above and before the maps read
 * @rows, @columns: tiles of an image
 * @block: tiles of a block
 *
 * One convolution: forward, or the output's gradient to the input's. Plain value.
 */
typedef struct
{
  NnWinogradMaps in, out;
  gsize          pad[2];
  gsize          rows, columns;
  gsize          block;
} Pass;

static gsize
padded (gsize channels)
{
  return nn_panel_columns (channels);
}

static gsize
tiles_of (const Pass *pass)
{
  return pass->rows * pass->columns;
}

static Pass
pass_of (const NnOpNode *node,
         guint           batch,
         gboolean        backward)
{
  NnConv conv = nn_conv_of (node);
  const NnWindow *w = &conv.window;
  NnWinogradMaps x = { w->height, w->width, conv.channels },
                 y = { w->out_height, w->out_width, conv.filters };
  Pass pass = { backward ? y : x, backward ? x : y };
  gsize by_cache, by_pieces;

  for (guint axis = 0; axis < 2; axis++)
    pass.pad[axis] = backward ? 2 - w->before[axis] : w->before[axis];
  pass.rows = (pass.out.height + NN_WINOGRAD_OUT - 1) / NN_WINOGRAD_OUT;
  pass.columns = (pass.out.width + NN_WINOGRAD_OUT - 1) / NN_WINOGRAD_OUT;
  by_cache = block_values / (N * (padded (pass.in.channels) + NN_PANEL));
  by_pieces = (batch * tiles_of (&pass) + ENOUGH_PIECES - 1) / ENOUGH_PIECES;
  pass.block = CLAMP (MIN (by_cache, by_pieces), LEAST_BLOCK, MOST_BLOCK);
  pass.block -= pass.block % LEAST_BLOCK;

  return pass;
}

/* Sixteen channels fill the vectors; the tiles must not lie mostly outside the maps. */
gboolean
nn_winograd_fits (const NnOpNode *node)
{
  NnConv conv = nn_conv_of (node);
  const NnWindow *w = &conv.window;
  Pass pass;

  if (conv.groups != 1 || conv.channels < NN_PANEL_UNIT || conv.filters < NN_PANEL_UNIT)
    return FALSE;
  for (guint axis = 0; axis < 2; axis++)
    if (w->kernel[axis] != 3 || w->stride[axis] != 1 || w->dilation[axis] != 1 ||
        w->before[axis] > 2 || w->after[axis] > 2)
      return FALSE;

  pass = pass_of (node, 1, FALSE);
  return 2 * conv.out_plane >= NN_WINOGRAD_OUT * NN_WINOGRAD_OUT * tiles_of (&pass);
}

/* Filters */

static gsize
filter_values (const Pass *pass)
{
  return N * pass->in.channels * padded (pass->out.channels);
}

typedef struct
{
  const NnOpRun *run;
  const Pass    *pass;
  gboolean       backward;
  nn_real       *filters; /* [panels][N][in channels, width] */
} Packing;

/* One channel that is read, for all that are written; backward with the taps in reverse. */
static void
pack_channel (guint    piece,
              guint    thread,
              gpointer data)
{
  const Packing *packing = data;
  const Pass *pass = packing->pass;
  gsize in = pass->in.channels, out = pass->out.channels, panel = nn_tile_kernels ()->panel;
  gsize x_channels = packing->backward ? out : in;
  const nn_real *weights = packing->run->slot[NN_SLOT_WEIGHT];
  const nn_real *scales = packing->backward ? NULL : packing->run->epilogue.scale;

  for (gsize first = 0; first < out; first += panel)
    {
      gsize width = nn_panel_width (out, panel, first);
      nn_real *to = packing->filters + first * N * in + piece * width;

      for (gsize k = first; k < first + width; k += NN_PANEL_UNIT)
        {
          gsize n = k < out ? MIN (NN_PANEL_UNIT, out - k) : 0;
          const nn_real *from = packing->backward ? weights + (piece * x_channels + k) * 9 + 8
                                                  : weights + (k * x_channels + piece) * 9;

          nn_winograd_kernels ()->filters (from,
                                           packing->backward ? 9 : (ptrdiff_t) x_channels * 9,
                                           packing->backward ? -1 : 1, n,
                                           scales != NULL ? scales + k : NULL, to + (k - first),
                                           in * width);
        }
    }
}

static void
pack (const NnOpRun *run,
      const Pass    *pass,
      gboolean       backward,
      nn_real       *filters)
{
  Packing packing = { run, pass, backward, filters };

  nn_workers_run (run->workers, (guint) pass->in.channels, pack_channel, &packing);
}

/* Biases, with what is appended to the layer folded in; [channels written, rounded up]. */
static void
fill_start (const NnOpRun *run,
            nn_real       *start)
{
  const NnEpilogue *e = &run->epilogue;
  gsize filters = run->node.out.dims[1];

  for (gsize k = 0; k < padded (filters); k++)
    {
      start[k] = k < filters && run->slot[NN_SLOT_BIAS] != NULL ? run->slot[NN_SLOT_BIAS][k] : 0;
      if (k < filters && e->scale != NULL)
        start[k] = (start[k] - e->centre[k]) * e->scale[k] + e->shift[k];
    }
}

gboolean
nn_winograd_prepared (const NnOpNode *node,
                      gsize          *bytes)
{
  Pass pass = pass_of (node, 1, FALSE);

  return g_size_checked_mul (bytes, filter_values (&pass) + padded (pass.out.channels),
                             sizeof (nn_real));
}

void
nn_winograd_prepare (const NnOpRun *run)
{
  Pass pass = pass_of (&run->node, 1, FALSE);
  nn_real *filters = run->prepared;

  pack (run, &pass, FALSE, filters);
  fill_start (run, filters + filter_values (&pass));
}

/* A pass */

/**
 * Job:
 * @n_splits: how many pieces a block is cut in by panels
 * @from, @to: the images read and written
 * @addend, @start: see NnWinogradOut
 */
typedef struct
{
  const NnOpRun *run;
  Pass           pass;
  gsize          panel, n_splits;
  gsize          lane_values; /* scratch of one thread */
  const nn_real *filters, *start, *from, *addend;
  nn_real       *to;
  gsize          to_values; /* of an image */
  gboolean       relu, pool;
} Job;

/* Distance of two coefficients of a block of @channels: never a multiple of what makes cache lines
 * push each other out. */
static gsize
plane_of (const Pass *pass,
          gsize       channels)
{
  return pass->block * channels + NN_PANEL_UNIT;
}

static gsize
lane_values (const Pass *pass)
{
  return N * (plane_of (pass, padded (pass->in.channels)) + plane_of (pass, NN_PANEL));
}

/* The place of tile @number of all images: its image and its first row and column of outputs. */
static gsize
place_tile (const Pass *pass,
            gsize       number,
            gsize      *row,
            gsize      *column)
{
  gsize tile = number % tiles_of (pass);

  *row = tile / pass->columns * NN_WINOGRAD_OUT;
  *column = tile % pass->columns * NN_WINOGRAD_OUT;

  return number / tiles_of (pass);
}

static gsize
image_values (const NnWinogradMaps *maps)
{
  return maps->height * maps->width * maps->channels;
}

/* Coefficients of tiles [first, first + n): N planes of [block, channels rounded up]. */
static void
read_tiles (const Pass    *pass,
            gsize          first,
            gsize          n,
            const nn_real *from,
            nn_real       *v)
{
  gsize channels = padded (pass->in.channels);

  for (gsize t = 0; t < n; t++)
    {
      gsize row, column, image = place_tile (pass, first + t, &row, &column);

      nn_winograd_kernels ()->input (&pass->in, from + image * image_values (&pass->in),
                                     (gssize) row - (gssize) pass->pad[0],
                                     (gssize) column - (gssize) pass->pad[1], v + t * channels,
                                     plane_of (pass, channels));
    }
}

/* Outputs of tiles [first, first + n), a panel of channels from @k on. */
static void
write_tiles (const Job     *job,
             gsize          first,
             gsize          n,
             gsize          k,
             gsize          width,
             const nn_real *m)
{
  const Pass *pass = &job->pass;
  NnWinogradOut out = { .columns = MIN (width, pass->out.channels - k),
                        .start = job->start != NULL ? job->start + k : NULL,
                        .relu = job->relu,
                        .pool = job->pool };

  for (gsize t = 0; t < n; t++)
    {
      gsize row, column, image = place_tile (pass, first + t, &row, &column);
      gsize at = image * image_values (&pass->out) + k;

      out.y = job->to + image * job->to_values + k;
      out.addend = job->addend != NULL ? job->addend + at : NULL;
      nn_winograd_kernels ()->output (&pass->out, &out, m + t * width, plane_of (pass, width), row,
                                      column);
    }
}

static void
run_piece (guint    piece,
           guint    thread,
           gpointer data)
{
  const Job *job = data;
  const Pass *pass = &job->pass;
  gsize in = pass->in.channels, total = job->run->batch * tiles_of (pass);
  gsize first = piece / job->n_splits * pass->block, n = MIN (pass->block, total - first);
  nn_real *v = (nn_real *) job->run->scratch + thread * job->lane_values;
  nn_real *m = v + N * plane_of (pass, padded (in));

  read_tiles (pass, first, n, job->from, v);
  for (gsize k = piece % job->n_splits * job->panel; k < pass->out.channels;
       k += job->n_splits * job->panel)
    {
      gsize width = nn_panel_width (pass->out.channels, job->panel, k);

      for (gsize i = 0; i < N; i++)
        nn_tile_kernels ()->multiply (&(NnTile) {
          .rows = n,
          .columns = width,
          .width = width,
          .a = v + i * plane_of (pass, padded (in)),
          .lda = padded (in),
          .outer = 1,
          .inner = 1,
          .run = in,
          .b = job->filters + (k * N + i * width) * in,
          .c = m + i * plane_of (pass, width),
          .ldc = width });
      write_tiles (job, first, n, k, width, m);
    }
}

static void
run_pass (Job *job)
{
  gsize total = job->run->batch * tiles_of (&job->pass);
  gsize n_blocks = (total + job->pass.block - 1) / job->pass.block;

  job->panel = nn_tile_kernels ()->panel;
  job->n_splits = n_blocks < FEW_BLOCKS
                    ? (padded (job->pass.out.channels) + job->panel - 1) / job->panel
                    : 1;
  job->lane_values = lane_values (&job->pass);
  nn_workers_run (job->run->workers, (guint) (n_blocks * job->n_splits), run_piece, job);
}

void
nn_winograd_forward (const NnOpRun *run)
{
  Job job = { run, pass_of (&run->node, run->batch, FALSE) };
  nn_real *filters = run->prepared;

  if (filters == NULL)
    {
      filters = (nn_real *) run->scratch + NN_MAX_THREADS * lane_values (&job.pass);
      pack (run, &job.pass, FALSE, filters);
      fill_start (run, filters + filter_values (&job.pass));
    }
  job.filters = filters;
  job.start = filters + filter_values (&job.pass);
  job.from = run->x[0];
  job.to = run->y;
  job.addend = run->epilogue.addend;
  job.relu = run->epilogue.relu;
  job.pool = run->epilogue.pool;
  job.to_values = job.pool ? (job.pass.out.height / 2) * (job.pass.out.width / 2) *
                               job.pass.out.channels
                           : run->out_count;
  run_pass (&job);
}

/* The weights' gradient */

typedef struct
{
  const NnOpRun *run;
  Pass           pass; /* forward */
  guint          n_chunks, chunk;
  gsize          lane_values;
  nn_real       *sums; /* [n_chunks][N][C, K rounded up], then [K] for the biases */
} Sums;

static gsize
sums_values (const Pass *pass)
{
  return N * pass->in.channels * padded (pass->out.channels) + padded (pass->out.channels);
}

static Sums
sums_of (const NnOpNode *node,
         guint           batch)
{
  Sums sums = { .pass = pass_of (node, batch, FALSE) };
  gsize both = padded (sums.pass.in.channels) + padded (sums.pass.out.channels);
  guint parts;

  sums.pass.block = CLAMP (block_values / (N * both) / LEAST_BLOCK * LEAST_BLOCK, LEAST_BLOCK,
                           MOST_BLOCK);
  sums.n_chunks = nn_op_chunks (batch, &sums.chunk);
  parts = sums_values (&sums.pass) > large_sums ? 2 : 1;
  sums.chunk *= parts;
  sums.n_chunks = (batch + sums.chunk - 1) / sums.chunk;
  sums.lane_values = N * (plane_of (&sums.pass, padded (sums.pass.in.channels)) +
                          plane_of (&sums.pass, padded (sums.pass.out.channels)));

  return sums;
}

static void
sum_chunk (guint    piece,
           guint    thread,
           gpointer data)
{
  const Sums *sums = data;
  const NnOpRun *run = sums->run;
  const Pass *pass = &sums->pass;
  gsize in = padded (pass->in.channels), out = padded (pass->out.channels);
  gsize first = piece * sums->chunk * tiles_of (pass);
  gsize end = MIN ((piece + 1) * sums->chunk, run->batch) * tiles_of (pass);
  nn_real *v = (nn_real *) run->scratch + thread * sums->lane_values;
  nn_real *d = v + N * plane_of (pass, in), *to = sums->sums + piece * sums_values (pass);

  for (gsize at = first; at < end; at += pass->block)
    {
      gsize n = MIN (pass->block, end - at);

      read_tiles (pass, at, n, run->x[0], v);
      for (gsize t = 0; t < n; t++)
        {
          gsize row, column, image = place_tile (pass, at + t, &row, &column);

          nn_winograd_kernels ()->gradient (&pass->out, run->dy + image * run->out_count, row,
                                            column, d + t * out, plane_of (pass, out));
        }
      for (gsize i = 0; i < N; i++)
        nn_tile_kernels ()->add_outer (&(NnOuterTile) {
          .rows = pass->in.channels,
          .columns = out,
          .outer = 1,
          .inner = n,
          .a = v + i * plane_of (pass, in),
          .a_step = in,
          .b = d + i * plane_of (pass, out),
          .b_step = out,
          .c = to + i * pass->in.channels * out,
          .ldc = out,
          .overwrite = at == first });
    }
  if (run->dslot[NN_SLOT_BIAS] != NULL)
    nn_conv_last_biases (run, piece * sums->chunk, MIN ((piece + 1) * sums->chunk, run->batch),
                         to + N * pass->in.channels * out);
}

/* One input channel's weights: sums the chunks in their order, then back from coefficients. */
static void
gather_channel (guint    piece,
                guint    thread,
                gpointer data)
{
  const Sums *sums = data;
  const Pass *pass = &sums->pass;
  gsize in = pass->in.channels, filters = pass->out.channels, out = padded (filters);
  gsize step = sums_values (pass);
  nn_real g[9 * NN_PANEL_UNIT];

  for (gsize k = 0; k < filters; k += NN_PANEL_UNIT)
    {
      nn_winograd_kernels ()->filters_gradient (sums->sums + piece * out + k, in * out,
                                                sums->n_chunks, step, g);
      for (gsize j = 0; j < MIN (NN_PANEL_UNIT, filters - k); j++)
        for (gsize t = 0; t < 9; t++)
          sums->run->dslot[NN_SLOT_WEIGHT][((k + j) * in + piece) * 9 + t] =
            g[t * NN_PANEL_UNIT + j];
    }
}

static void
to_weights (const NnOpRun *run)
{
  Sums sums = sums_of (&run->node, run->batch);
  const Pass *pass = &sums.pass;
  nn_real *d_bias = run->dslot[NN_SLOT_BIAS];
  gsize before = N * pass->in.channels * padded (pass->out.channels);

  sums.run = run;
  sums.sums = (nn_real *) run->scratch + NN_MAX_THREADS * sums.lane_values;
  nn_workers_run (run->workers, sums.n_chunks, sum_chunk, &sums);
  nn_workers_run (run->workers, (guint) pass->in.channels, gather_channel, &sums);

  for (gsize k = 0; k < pass->out.channels && d_bias != NULL; k++)
    {
      d_bias[k] = 0;
      for (guint chunk = 0; chunk < sums.n_chunks; chunk++)
        d_bias[k] += sums.sums[chunk * sums_values (pass) + before + k];
    }
}

void
nn_winograd_backward (const NnOpRun *run)
{
  if (run->dx[0] != NULL)
    {
      Job job = { run, pass_of (&run->node, run->batch, TRUE) };
      nn_real *filters = (nn_real *) run->scratch + NN_MAX_THREADS * lane_values (&job.pass);

      pack (run, &job.pass, TRUE, filters);
      job.filters = filters;
      job.from = run->dy;
      job.to = run->dx[0];
      job.to_values = run->in_count[0];
      job.addend = run->add[0] ? run->dx[0] : NULL;
      run_pass (&job);
    }
  if (run->dslot[NN_SLOT_WEIGHT] != NULL || run->dslot[NN_SLOT_BIAS] != NULL)
    to_weights (run);
}

gboolean
nn_winograd_scratch (const NnOpNode *node,
                     guint           batch,
                     gboolean        backward,
                     gsize          *bytes)
{
  Pass pass = pass_of (node, batch, backward);
  gsize values = NN_MAX_THREADS * lane_values (&pass) + filter_values (&pass) +
                 padded (pass.out.channels);

  if (backward)
    {
      /* Fewer images may make as many chunks. */
      Sums sums = sums_of (node, batch);
      gsize needed = NN_MAX_THREADS * sums.lane_values +
                     MIN (batch, NN_MAX_CHUNKS) * sums_values (&sums.pass);

      values = MAX (values, needed);
    }

  return g_size_checked_mul (bytes, values, sizeof (nn_real));
}
