/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch normalisation over maps with channels last, and the ReLU and the pool behind it. */
#include "nn-norm.h"

#include "nn-last-norm.h"

/* Sums run in single precision over so many positions and in double over such blocks. */
enum { BLOCK = 512 };

/* [channels] each. */
enum { CENTRE, SCALE, SHIFT, MEAN, SLOPE, N_VECTORS };

/**
 * Job:
 * @positions, @n_blocks: of an image
 * @pairs: with a pool behind: pairs of rows of a block of the passes that know it
 * @n_parts: how many such blocks an image has; without a pool, @n_blocks
 */
typedef struct
{
  const NnOpRun           *run;
  const NnLastNormKernels *kernels;
  NnLastNorm               norm;
  gsize                    positions, n_blocks;
  gsize                    pairs, n_parts;
  const nn_real           *mean, *slope; /* of the gradient */
  nn_real                 *sums;         /* [batch, n_blocks or n_parts, 2, channels] */
} Job;

static gsize
n_blocks (gsize positions)
{
  return (positions + BLOCK - 1) / BLOCK;
}

/* Pairs of rows of a block, and how many blocks that makes. */
static gsize
pairs_of_block (const NnShape *in)
{
  return MAX (BLOCK / (2 * in->dims[3]), 1);
}

static gsize
n_pair_blocks (const NnShape *in)
{
  gsize pairs = pairs_of_block (in);

  return MAX ((in->dims[2] / 2 + pairs - 1) / pairs, 1);
}

gboolean
nn_norm_last_scratch (const NnOpNode *node,
                      guint           batch,
                      gsize          *bytes)
{
  gsize channels = node->in[0].dims[1], blocks;
  gsize most = MAX (n_blocks (nn_op_positions (&node->in[0])), n_pair_blocks (&node->in[0]));

  return g_size_checked_mul (&blocks, most, batch) &&
         g_size_checked_mul (&blocks, blocks, 2) && g_size_checked_add (&blocks, blocks, N_VECTORS) &&
         g_size_checked_mul (bytes, blocks, channels) &&
         g_size_checked_mul (bytes, *bytes, sizeof (nn_real));
}

static Job
job_of (const NnOpRun *run)
{
  Job job = { run, nn_last_norm_kernels () };
  nn_real *vectors = run->scratch;
  gsize channels = run->node.in[0].dims[1];

  job.norm = (NnLastNorm) { channels, vectors + CENTRE * channels, vectors + SCALE * channels,
                            vectors + SHIFT * channels, run->epilogue.relu };
  job.positions = run->out_count / channels;
  job.n_blocks = n_blocks (job.positions);
  job.pairs = pairs_of_block (&run->node.in[0]);
  job.n_parts = run->epilogue.pool ? n_pair_blocks (&run->node.in[0]) : job.n_blocks;
  job.mean = vectors + MEAN * channels;
  job.slope = vectors + SLOPE * channels;
  job.sums = vectors + N_VECTORS * channels;

  return job;
}

/* Where a piece's positions start among all values, and how many they are. */
static gsize
block_at (const Job *job,
          guint      piece,
          gsize     *n)
{
  gsize first = piece % job->n_blocks * BLOCK;

  *n = MIN (BLOCK, job->positions - first);

  return piece / job->n_blocks * job->run->out_count + first * job->norm.channels;
}

/* The same for a block of pairs of rows; the last one has an odd row too. @out: where its outputs
 * start. */
static gsize
rows_at (const Job  *job,
         guint       piece,
         NnLastRows *rows,
         gsize      *out)
{
  const NnShape *in = &job->run->node.in[0];
  gsize image = piece / job->n_parts, part = piece % job->n_parts, first = part * job->pairs;
  gsize n_pairs = in->dims[2] / 2, width = in->dims[3];

  rows->width = width;
  rows->rows = part + 1 == job->n_parts ? in->dims[2] - 2 * first : 2 * job->pairs;
  *out = ((image * n_pairs + first) * (width / 2)) * job->norm.channels;

  return image * job->run->out_count + 2 * first * width * job->norm.channels;
}

static void
run_blocks (const Job   *job,
            gsize        n_of_image,
            NnPieceFunc  func)
{
  nn_workers_run (job->run->workers, (guint) (job->run->batch * n_of_image), func, (gpointer) job);
}

static void
measure (guint    piece,
         guint    thread,
         gpointer data)
{
  const Job *job = data;
  gsize channels = job->norm.channels, n, at = block_at (job, piece, &n);
  nn_real *sums = job->sums + piece * 2 * channels;

  job->kernels->moments (n, channels, job->run->x[0] + at, sums, sums + channels);
}

/* The whole batch's from the blocks' means and squares (T. Chan, G. Golub, R. LeVeque, 1979). */
static NnMoments
batch_moments (const Job *job,
               gsize      channel)
{
  gsize channels = job->norm.channels;
  double count = 0, mean = 0, squares = 0;

  for (guint i = 0; i < job->run->batch * job->n_blocks; i++)
    {
      const nn_real *sums = job->sums + i * 2 * channels + channel;
      gsize n;
      double difference = sums[0] - mean, both;

      block_at (job, i, &n);
      both = count + (double) n;
      mean += difference * (double) n / both;
      squares += sums[channels] + difference * difference * count * (double) n / both;
      count = both;
    }

  return nn_norm_follow (job->run, channel, count, mean, squares);
}

static void
set_vectors (const Job *job,
             gsize      channel,
             NnMoments  moments)
{
  nn_real *vectors = job->run->scratch;
  gsize channels = job->norm.channels;

  vectors[CENTRE * channels + channel] = moments.mean;
  vectors[SCALE * channels + channel] = job->run->slot[NN_SLOT_WEIGHT][channel] * moments.inverse;
  vectors[SHIFT * channels + channel] = job->run->slot[NN_SLOT_BIAS][channel];
}

static void
normalise (guint    piece,
           guint    thread,
           gpointer data)
{
  const Job *job = data;
  NnLastRows rows;
  gsize n, at, out;

  if (job->run->epilogue.pool)
    {
      at = rows_at (job, piece, &rows, &out);
      job->kernels->pool_forward (&job->norm, rows, job->run->x[0] + at, job->run->y + out);
      return;
    }

  at = block_at (job, piece, &n);
  job->kernels->forward (&job->norm, n, job->run->x[0] + at, job->run->y + at);
}

void
nn_norm_last_forward (const NnOpRun *run)
{
  Job job = job_of (run);
  NnMoments *kept = run->saved;

  if (run->train)
    run_blocks (&job, job.n_blocks, measure);
  for (gsize c = 0; c < job.norm.channels; c++)
    {
      NnMoments moments = run->train ? batch_moments (&job, c) : nn_norm_running (run, c);

      if (run->train)
        kept[c] = moments;
      set_vectors (&job, c, moments);
    }
  run_blocks (&job, job.n_parts, normalise);
}

static void
sum_gradients (guint    piece,
               guint    thread,
               gpointer data)
{
  const Job *job = data;
  const NnOpRun *run = job->run;
  gsize channels = job->norm.channels, n, at, out;
  nn_real *sums = job->sums + piece * 2 * channels;
  NnLastRows rows;

  if (run->epilogue.pool)
    {
      at = rows_at (job, piece, &rows, &out);
      job->kernels->pool_sums (&job->norm, rows, run->x[0] + at, run->dy + out, sums,
                               sums + channels);
      return;
    }

  at = block_at (job, piece, &n);
  job->kernels->sums (&job->norm, n, run->x[0] + at, run->dy + at, sums, sums + channels);
}

static void
pass_gradients (guint    piece,
                guint    thread,
                gpointer data)
{
  const Job *job = data;
  const NnOpRun *run = job->run;
  gsize n, at, out;
  NnLastRows rows;

  if (run->epilogue.pool)
    {
      at = rows_at (job, piece, &rows, &out);
      job->kernels->pool_gradient (&job->norm, run->add[0], rows, run->x[0] + at, run->dy + out,
                                   job->mean, job->slope, run->dx[0] + at);
      return;
    }

  at = block_at (job, piece, &n);
  job->kernels->gradient (&job->norm, run->add[0], n, run->x[0] + at, run->dy + at, job->mean,
                          job->slope, run->dx[0] + at);
}

/* The gradients of a channel's scale and shift, and what its values' gradients need of them. */
static void
finish_channel (const Job *job,
                gsize      channel,
                NnMoments  moments)
{
  const NnOpRun *run = job->run;
  gsize channels = job->norm.channels;
  double n = (double) run->batch * (double) job->positions, shift = 0, scale = 0;
  nn_real *vectors = run->scratch;

  vectors[MEAN * channels + channel] = vectors[SLOPE * channels + channel] = 0;
  if (!run->train)
    return;

  for (guint i = 0; i < run->batch * job->n_parts; i++)
    {
      const nn_real *sums = job->sums + i * 2 * channels + channel;

      shift += sums[0];
      scale += sums[channels];
    }
  scale *= moments.inverse;
  vectors[MEAN * channels + channel] = (nn_real) (shift / n);
  vectors[SLOPE * channels + channel] = (nn_real) (job->norm.scale[channel] * moments.inverse *
                                                   (scale / n));
  if (run->dslot[NN_SLOT_WEIGHT] != NULL)
    {
      run->dslot[NN_SLOT_WEIGHT][channel] = (nn_real) scale;
      run->dslot[NN_SLOT_BIAS][channel] = (nn_real) shift;
    }
}

void
nn_norm_last_backward (const NnOpRun *run)
{
  Job job = job_of (run);

  for (gsize c = 0; c < job.norm.channels; c++)
    set_vectors (&job, c,
                 run->train ? ((const NnMoments *) run->saved)[c] : nn_norm_running (run, c));
  if (run->train)
    run_blocks (&job, job.n_parts, sum_gradients);
  for (gsize c = 0; c < job.norm.channels; c++)
    finish_channel (&job, c,
                    run->train ? ((const NnMoments *) run->saved)[c] : nn_norm_running (run, c));
  if (run->dx[0] != NULL)
    run_blocks (&job, job.n_parts, pass_gradients);
}
