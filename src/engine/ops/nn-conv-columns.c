/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution as a product of matrices, tile by tile: the columns of a tile fit the cache. */
#include "nn-conv.h"
#include "nn-gemm.h"
#include "nn-im2col.h"
#include "nn-pointwise.h"
#include "nn-reduce.h"

#include <string.h>

/* A tile is either several whole images, so that small maps still make a wide product, or a band of
 * rows of one image, so that the columns of large maps stay in the cache. */
typedef struct
{
  gsize images; /* per tile */
  gsize rows;   /* per tile */
  gsize bands;  /* tiles per image, when images is 1 */
  gsize columns; /* of a full tile */
} Tiling;

/* One tile: images [image, image + images), output rows [row, row + rows). */
typedef struct
{
  gsize image, images;
  gsize row, rows;
  gsize columns; /* images · rows · out_width */
} Tile;

/* Values of the columns that a tile aims at: what half a megabyte of cache holds in float. */
static const gsize tile_values = 98304;
static const gsize widest = 512;

/* A small batch is still cut in this many tiles, as long as they are this wide. */
enum { LEAST_TILES = 4, NARROWEST = 128 };

/* A batch that makes a single tile is cut by filters instead, in at most so many blocks of at least
 * so many filters. */
enum { MOST_BLOCKS = 4, LEAST_FILTERS = 32 };

static Tiling
tiling_of (const NnConv *conv,
           guint         batch)
{
  /* None of the limits falls when the batch grows: what is planned for the largest suffices for
   * all. */
  gsize columns = MIN (CLAMP (tile_values / conv->depth, 64, widest),
                       MAX (batch * conv->out_plane / LEAST_TILES, NARROWEST));
  guint chunk;
  Tiling tiling = { 1, conv->window.out_height, 1 };

  nn_op_chunks (batch, &chunk);
  if (conv->out_plane <= columns)
    tiling.images = CLAMP (columns / conv->out_plane, 1, chunk);
  else
    {
      tiling.rows = MAX (columns / conv->window.out_width, 1);
      tiling.bands = (conv->window.out_height + tiling.rows - 1) / tiling.rows;
      tiling.rows = (conv->window.out_height + tiling.bands - 1) / tiling.bands;
      tiling.bands = (conv->window.out_height + tiling.rows - 1) / tiling.rows;
    }
  tiling.columns = tiling.images * tiling.rows * conv->window.out_width;

  return tiling;
}

/* How many tiles images [from, to) are cut in, and which is the @i-th of them. */
static gsize
n_tiles (const Tiling *tiling,
         gsize         from,
         gsize         to)
{
  return (to - from + tiling->images - 1) / tiling->images * tiling->bands;
}

static Tile
tile_at (const NnConv *conv,
         const Tiling *tiling,
         gsize         from,
         gsize         to,
         gsize         i)
{
  Tile tile = { from + i / tiling->bands * tiling->images };

  tile.images = MIN (tiling->images, to - tile.image);
  tile.row = i % tiling->bands * tiling->rows;
  tile.rows = MIN (tiling->rows, conv->window.out_height - tile.row);
  tile.columns = tile.images * tile.rows * conv->window.out_width;

  return tile;
}

/* A 1×1 kernel that reads every position once: the input already lies as columns. */
static gboolean
is_pointwise (const NnConv *conv)
{
  const NnWindow *w = &conv->window;

  return w->kernel[0] == 1 && w->kernel[1] == 1 && w->stride[0] == 1 && w->stride[1] == 1 &&
         w->before[0] == 0 && w->before[1] == 0 && w->after[0] == 0 && w->after[1] == 0;
}

typedef struct
{
  const NnOpRun *run;
  NnConv         conv;
  Tiling         tiling;
  guint          n_chunks, chunk;
  gsize          lane_values; /* scratch of one thread */
  nn_real       *partial;     /* [n_chunks, K·depth + K]: gradients of each chunk */
} Job;

/* Scratch of one thread: the columns, and the output (or its gradient) of a tile as one matrix. */
static gsize
lane_values (const NnConv *conv,
             const Tiling *tiling)
{
  gsize values = (conv->depth + conv->filters) * tiling->columns;

  return (values + 15) & ~(gsize) 15;
}

static gsize
partial_values (const NnConv *conv)
{
  return (conv->groups * conv->filters * (conv->depth + 1) + 15) & ~(gsize) 15;
}

gboolean
nn_conv_columns_scratch (const NnOpNode *node,
                         guint           batch,
                         gboolean        backward,
                         gsize          *bytes)
{
  NnConv conv = nn_conv_of (node);
  Tiling tiling = tiling_of (&conv, batch);
  gsize values = 0, lanes;

  /* A smaller batch than the largest may have more chunks. The verifier bounds each factor to 31
   * bits; only their product has to be watched. */
  if (backward && !g_size_checked_mul (&values, partial_values (&conv), MIN (batch, NN_MAX_CHUNKS)))
    return FALSE;
  if (!g_size_checked_mul (&lanes, conv.depth + conv.filters + 1, tiling.columns) ||
      !g_size_checked_mul (&lanes, lanes + 15, NN_MAX_THREADS))
    return FALSE;

  lanes = lane_values (&conv, &tiling) * NN_MAX_THREADS;
  return g_size_checked_add (&values, values, lanes) &&
         g_size_checked_mul (bytes, values, sizeof (nn_real));
}

static Job
job_of (const NnOpRun *run)
{
  Job job = { run, nn_conv_of (&run->node) };

  job.tiling = tiling_of (&job.conv, run->batch);
  job.n_chunks = nn_op_chunks (run->batch, &job.chunk);
  job.lane_values = lane_values (&job.conv, &job.tiling);
  job.partial = (nn_real *) run->scratch + NN_MAX_THREADS * job.lane_values;

  return job;
}

/* The columns of a tile for one group: [depth, columns]. @ld: distance of two rows. */
static const nn_real *
columns_of (const Job  *job,
            const Tile *tile,
            gsize       group,
            nn_real    *room,
            gsize      *ld)
{
  const NnConv *conv = &job->conv;
  const nn_real *x = job->run->x[0] + tile->image * job->run->in_count[0] +
                     group * conv->channels * conv->in_plane;
  gsize band = tile->rows * conv->window.out_width;

  if (is_pointwise (conv) && tile->images == 1)
    {
      *ld = conv->in_plane;
      return x + tile->row * conv->window.out_width;
    }

  *ld = tile->columns;
  for (gsize i = 0; i < tile->images; i++)
    nn_im2col (&conv->window, conv->channels, x + i * job->run->in_count[0], tile->row, tile->rows,
               room + i * band, *ld);

  return room;
}

/* Where filter 0 of @group, image @i of a tile starts in a tensor that lies like the output. */
static gsize
out_place (const Job  *job,
           const Tile *tile,
           gsize       group,
           gsize       i)
{
  const NnConv *conv = &job->conv;

  return (tile->image + i) * job->run->out_count + group * conv->filters * conv->out_plane +
         tile->row * conv->window.out_width;
}

static void
finish_plane (const NnOpRun *run,
              gsize          filter,
              gsize          n,
              nn_real       *y)
{
  if (run->slot[NN_SLOT_BIAS] != NULL)
    nn_add_constant (n, run->slot[NN_SLOT_BIAS][filter], y);
  nn_conv_finish (run, filter, n, y);
}

/* Filters [from, to) of a group over a tile's columns. @room: for [to − from, columns] values. */
static void
multiply_tile (const Job     *job,
               const Tile    *tile,
               gsize          group,
               const nn_real *cols,
               gsize          ld,
               gsize          from,
               gsize          to,
               nn_real       *room)
{
  const NnConv *conv = &job->conv;
  gsize band = tile->rows * conv->window.out_width, k0 = group * conv->filters;
  gboolean direct = tile->images == 1;
  nn_real *out = direct ? job->run->y + out_place (job, tile, group, 0) + from * conv->out_plane
                        : room;
  gsize out_ld = direct ? conv->out_plane : tile->columns;

  nn_gemm (&(NnGemm) { .m = to - from,
                      .n = tile->columns,
                      .k = conv->depth,
                      .a = job->run->slot[NN_SLOT_WEIGHT] + (k0 + from) * conv->depth,
                      .lda = conv->depth,
                      .b = cols,
                      .ldb = ld,
                      .c = out,
                      .ldc = out_ld });

  for (gsize i = 0; i < tile->images; i++)
    {
      nn_real *y = job->run->y + out_place (job, tile, group, i);

      for (gsize k = from; k < to; k++)
        {
          if (!direct)
            memcpy (y + k * conv->out_plane, out + (k - from) * out_ld + i * band,
                    band * sizeof *y);
          finish_plane (job->run, k0 + k, band, y + k * conv->out_plane);
        }
    }
}

static void
forward_piece (guint    piece,
               guint    thread,
               gpointer data)
{
  const Job *job = data;
  const NnConv *conv = &job->conv;
  Tile tile = tile_at (conv, &job->tiling, 0, job->run->batch, piece / conv->groups);
  gsize group = piece % conv->groups, ld;
  nn_real *lane = (nn_real *) job->run->scratch + thread * job->lane_values;
  const nn_real *cols = columns_of (job, &tile, group, lane, &ld);

  multiply_tile (job, &tile, group, cols, ld, 0, conv->filters,
                 lane + conv->depth * job->tiling.columns);
}

static gsize
n_blocks (const NnConv *conv)
{
  return CLAMP (conv->filters / LEAST_FILTERS, 1, MOST_BLOCKS);
}

/* One of the blocks that a single tile is cut in: its channels as columns in the first lane's room,
 * … */
static void
gather_block (guint    piece,
              guint    thread,
              gpointer data)
{
  const Job *job = data;
  const NnConv *conv = &job->conv;
  gsize from = conv->channels * piece / n_blocks (conv),
        to = conv->channels * (piece + 1) / n_blocks (conv);
  gsize ld = job->run->batch * conv->out_plane, taps = conv->depth / conv->channels;

  for (gsize i = 0; i < job->run->batch; i++)
    nn_im2col (&conv->window, to - from,
               job->run->x[0] + i * job->run->in_count[0] + from * conv->in_plane, 0,
               conv->window.out_height,
               (nn_real *) job->run->scratch + from * taps * ld + i * conv->out_plane, ld);
}

/* … then its filters. */
static void
multiply_block (guint    piece,
                guint    thread,
                gpointer data)
{
  const Job *job = data;
  const NnConv *conv = &job->conv;
  gsize from = conv->filters * piece / n_blocks (conv),
        to = conv->filters * (piece + 1) / n_blocks (conv);
  Tile tile = tile_at (conv, &job->tiling, 0, job->run->batch, 0);
  nn_real *cols = job->run->scratch;

  multiply_tile (job, &tile, 0, cols, tile.columns, from, to,
                 cols + (conv->depth + from) * tile.columns);
}

void
nn_conv_columns_forward (const NnOpRun *run)
{
  Job job = job_of (run);
  gsize n_pieces = n_tiles (&job.tiling, 0, run->batch) * job.conv.groups;

  if (n_pieces == 1 && n_blocks (&job.conv) > 1)
    {
      nn_workers_run (run->workers, (guint) n_blocks (&job.conv), gather_block, &job);
      nn_workers_run (run->workers, (guint) n_blocks (&job.conv), multiply_block, &job);
    }
  else
    nn_workers_run (run->workers, (guint) n_pieces, forward_piece, &job);
}

/* The output's gradient of a tile as one matrix [filters, columns]. */
static const nn_real *
gradient_of (const Job  *job,
             const Tile *tile,
             gsize       group,
             nn_real    *room,
             gsize      *ld)
{
  const NnConv *conv = &job->conv;
  gsize band = tile->rows * conv->window.out_width;

  if (tile->images == 1)
    {
      *ld = conv->out_plane;
      return job->run->dy + out_place (job, tile, group, 0);
    }

  *ld = tile->columns;
  for (gsize i = 0; i < tile->images; i++)
    for (gsize k = 0; k < conv->filters; k++)
      memcpy (room + k * tile->columns + i * band,
              job->run->dy + out_place (job, tile, group, i) + k * conv->out_plane,
              band * sizeof *room);

  return room;
}

/* dX: the columns' gradient Wᵀ·dY, added back to where the columns came from. */
static void
to_input (const Job     *job,
          const Tile    *tile,
          gsize          group,
          const nn_real *dy,
          gsize          dy_ld,
          nn_real       *cols)
{
  const NnConv *conv = &job->conv;
  const NnOpRun *run = job->run;
  gsize band = tile->rows * conv->window.out_width;
  nn_real *dx = run->dx[0] + tile->image * run->in_count[0] +
                group * conv->channels * conv->in_plane;
  gboolean direct = is_pointwise (conv) && tile->images == 1;
  NnGemm gemm = { .m = conv->depth,
                  .n = tile->columns,
                  .k = conv->filters,
                  .a = run->slot[NN_SLOT_WEIGHT] + group * conv->filters * conv->depth,
                  .lda = conv->depth,
                  .transpose_a = TRUE,
                  .b = dy,
                  .ldb = dy_ld,
                  .c = cols,
                  .ldc = tile->columns };

  if (direct)
    {
      gemm.beta = run->add[0] ? 1 : 0;
      gemm.c = dx + tile->row * conv->window.out_width;
      gemm.ldc = conv->in_plane;
    }
  nn_gemm (&gemm);

  for (gsize i = 0; i < tile->images && !direct; i++)
    {
      nn_real *image = dx + i * run->in_count[0];

      if (!run->add[0] && tile->row == 0)
        memset (image, 0, conv->channels * conv->in_plane * sizeof *image);
      nn_col2im (&conv->window, conv->channels, cols + i * band, tile->columns, tile->row,
                 tile->rows, image);
    }
}

/* Gradients of one tile: of the filters into @d_weight (added unless @first), of the biases into
 * @d_bias, of the input. */
static void
backward_tile (const Job  *job,
               const Tile *tile,
               gsize       group,
               gboolean    first,
               nn_real    *d_weight,
               nn_real    *d_bias,
               nn_real    *lane)
{
  const NnConv *conv = &job->conv;
  gsize dy_ld, ld, k0 = group * conv->filters;
  const nn_real *dy = gradient_of (job, tile, group, lane + conv->depth * job->tiling.columns,
                                   &dy_ld);

  if (d_weight != NULL)
    {
      const nn_real *cols = columns_of (job, tile, group, lane, &ld);

      nn_gemm (&(NnGemm) { .m = conv->filters,
                          .n = conv->depth,
                          .k = tile->columns,
                          .a = dy,
                          .lda = dy_ld,
                          .b = cols,
                          .ldb = ld,
                          .transpose_b = TRUE,
                          .beta = first ? 0 : 1,
                          .c = d_weight + k0 * conv->depth,
                          .ldc = conv->depth });
    }

  for (gsize k = 0; k < conv->filters && d_bias != NULL; k++)
    d_bias[k0 + k] = (first ? 0 : d_bias[k0 + k]) + nn_sum (tile->columns, dy + k * dy_ld);

  if (job->run->dx[0] != NULL)
    to_input (job, tile, group, dy, dy_ld, lane);
}

static void
backward_chunk (guint    piece,
                guint    thread,
                gpointer data)
{
  const Job *job = data;
  const NnOpRun *run = job->run;
  const NnConv *conv = &job->conv;
  gsize from = piece * job->chunk, to = MIN (from + job->chunk, run->batch);
  nn_real *lane = (nn_real *) run->scratch + thread * job->lane_values;
  nn_real *d_weight = run->dslot[NN_SLOT_WEIGHT], *d_bias = run->dslot[NN_SLOT_BIAS];

  if (job->n_chunks > 1)
    {
      nn_real *partial = job->partial + piece * partial_values (conv);

      d_bias = d_bias != NULL ? partial + conv->groups * conv->filters * conv->depth : NULL;
      d_weight = d_weight != NULL ? partial : NULL;
    }

  for (gsize i = 0; i < n_tiles (&job->tiling, from, to); i++)
    {
      Tile tile = tile_at (conv, &job->tiling, from, to, i);

      for (gsize group = 0; group < conv->groups; group++)
        backward_tile (job, &tile, group, i == 0, d_weight, d_bias, lane);
    }
}

/* Sum over the chunks, in their order. */
static void
sum_chunks (const Job     *job,
            const nn_real *partial,
            gsize          from,
            gsize          to,
            nn_real       *total)
{
  memcpy (total + from, partial + from, (to - from) * sizeof *total);
  for (guint i = 1; i < job->n_chunks; i++)
    nn_add (to - from, total + from, partial + i * partial_values (&job->conv) + from,
            total + from);
}

/* Items are weights. */
static void
sum_weights (const NnOpRun *run,
             gsize          from,
             gsize          to)
{
  Job job = job_of (run);

  sum_chunks (&job, job.partial, from, to, run->dslot[NN_SLOT_WEIGHT]);
}

void
nn_conv_columns_backward (const NnOpRun *run)
{
  Job job = job_of (run);
  gsize n_weights = job.conv.groups * job.conv.filters * job.conv.depth;

  nn_workers_run (run->workers, job.n_chunks, backward_chunk, &job);
  if (job.n_chunks == 1)
    return;

  if (run->dslot[NN_SLOT_WEIGHT] != NULL)
    nn_op_run_ranges (run, n_weights, job.n_chunks, sum_weights);
  if (run->dslot[NN_SLOT_BIAS] != NULL)
    sum_chunks (&job, job.partial + n_weights, 0, job.conv.groups * job.conv.filters,
                run->dslot[NN_SLOT_BIAS]);
}
