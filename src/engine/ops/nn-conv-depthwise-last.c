/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution with one filter per channel over maps with channels last. */
#include "nn-conv.h"

#include "nn-last-depthwise.h"
#include "nn-panel.h"

#include <string.h>

/* Outputs of a piece, in values: whole rows, enough to be worth handing out. */
static const gsize piece_values = 16384;

typedef struct
{
  const NnOpRun                *run;
  const NnLastDepthwiseKernels *kernels;
  NnLastDepthwise               conv;
  gsize                         taps;
  gsize                         rows, n_bands; /* of a piece, of an image */
  guint                         n_chunks, chunk;
  nn_real                      *sums; /* [n_chunks][taps + 1, step]: the last row is the biases' */
} Job;

/* Weights by tap, then what the outputs start from. */
static gsize
packed_values (const NnOpNode *node)
{
  NnConv conv = nn_conv_of (node);

  return (conv.depth + 1) * nn_panel_columns (node->out.dims[1]);
}

gboolean
nn_conv_depthwise_last_prepared (const NnOpNode *node,
                                 gsize          *bytes)
{
  return g_size_checked_mul (bytes, packed_values (node), sizeof (nn_real));
}

gboolean
nn_conv_depthwise_last_scratch (const NnOpNode *node,
                                guint           batch,
                                gboolean        backward,
                                gsize          *bytes)
{
  gsize parts = 1 + (backward ? MIN (batch, NN_MAX_CHUNKS) : 0);

  return g_size_checked_mul (bytes, packed_values (node), parts) &&
         g_size_checked_mul (bytes, *bytes, sizeof (nn_real));
}

static void
pack (const NnOpRun *run,
      nn_real       *packed)
{
  const NnEpilogue *e = &run->epilogue;
  gsize channels = run->node.out.dims[1], step = nn_panel_columns (channels);
  gsize taps = nn_conv_of (&run->node).depth;
  nn_real *start = packed + taps * step;

  memset (packed, 0, (taps + 1) * step * sizeof *packed);
  for (gsize c = 0; c < channels; c++)
    {
      nn_real scale = e->scale != NULL ? e->scale[c] : 1;

      for (gsize t = 0; t < taps; t++)
        packed[t * step + c] = scale * run->slot[NN_SLOT_WEIGHT][c * taps + t];
      start[c] = run->slot[NN_SLOT_BIAS] != NULL ? run->slot[NN_SLOT_BIAS][c] : 0;
      if (e->scale != NULL)
        start[c] = (start[c] - e->centre[c]) * scale + e->shift[c];
    }
}

void
nn_conv_depthwise_last_prepare (const NnOpRun *run)
{
  pack (run, run->prepared);
}

static Job
job_of (const NnOpRun *run)
{
  NnConv conv = nn_conv_of (&run->node);
  nn_real *packed = run->prepared != NULL ? run->prepared : run->scratch;
  Job job = { run, nn_last_depthwise_kernels () };

  if (run->prepared == NULL)
    pack (run, packed);
  job.taps = conv.depth;
  job.conv = (NnLastDepthwise) { .window = conv.window,
                                 .channels = run->node.out.dims[1],
                                 .step = nn_panel_columns (run->node.out.dims[1]),
                                 .weights = packed,
                                 .addend = run->epilogue.addend,
                                 .relu = run->epilogue.relu };
  job.conv.start = packed + job.taps * job.conv.step;
  job.rows = CLAMP (piece_values / (conv.window.out_width * job.conv.channels), 1,
                    conv.window.out_height);
  job.n_bands = (conv.window.out_height + job.rows - 1) / job.rows;
  job.n_chunks = nn_op_chunks (run->batch, &job.chunk);

  return job;
}

static void
forward_piece (guint    piece,
               guint    thread,
               gpointer data)
{
  const Job *job = data;
  gsize image = piece / job->n_bands, row = piece % job->n_bands * job->rows;
  NnLastDepthwise conv = job->conv;

  if (conv.addend != NULL)
    conv.addend += image * job->run->out_count;
  job->kernels->forward (&conv, row, MIN (row + job->rows, conv.window.out_height),
                         job->run->x[0] + image * job->run->in_count[0],
                         job->run->y + image * job->run->out_count);
}

void
nn_conv_depthwise_last_forward (const NnOpRun *run)
{
  Job job = job_of (run);

  nn_workers_run (run->workers, (guint) (run->batch * job.n_bands), forward_piece, &job);
}

static void
backward_chunk (guint    piece,
                guint    thread,
                gpointer data)
{
  const Job *job = data;
  const NnOpRun *run = job->run;
  gsize from = piece * job->chunk, to = MIN (from + job->chunk, run->batch);
  nn_real *sums = job->sums + piece * (job->taps + 1) * job->conv.step;

  memset (sums, 0, (job->taps + 1) * job->conv.step * sizeof *sums);
  for (gsize image = from; image < to; image++)
    {
      const nn_real *dy = run->dy + image * run->out_count;

      if (run->dx[0] != NULL)
        {
          nn_real *dx = run->dx[0] + image * run->in_count[0];

          if (!run->add[0])
            memset (dx, 0, run->in_count[0] * sizeof *dx);
          job->kernels->to_input (&job->conv, dy, dx);
        }
      if (run->dslot[NN_SLOT_WEIGHT] != NULL)
        job->kernels->to_weights (&job->conv, run->x[0] + image * run->in_count[0], dy, sums);
    }
  if (run->dslot[NN_SLOT_BIAS] != NULL)
    nn_conv_last_biases (run, from, to, sums + job->taps * job->conv.step);
}

/* Sums the chunks in their order. */
static nn_real
total (const Job *job,
       gsize      row,
       gsize      channel)
{
  nn_real sum = 0;

  for (guint i = 0; i < job->n_chunks; i++)
    sum += job->sums[(i * (job->taps + 1) + row) * job->conv.step + channel];

  return sum;
}

void
nn_conv_depthwise_last_backward (const NnOpRun *run)
{
  Job job = job_of (run);

  job.sums = (nn_real *) run->scratch + packed_values (&run->node);
  nn_workers_run (run->workers, job.n_chunks, backward_chunk, &job);

  for (gsize c = 0; c < job.conv.channels; c++)
    {
      for (gsize t = 0; t < job.taps && run->dslot[NN_SLOT_WEIGHT] != NULL; t++)
        run->dslot[NN_SLOT_WEIGHT][c * job.taps + t] = total (&job, t, c);
      if (run->dslot[NN_SLOT_BIAS] != NULL)
        run->dslot[NN_SLOT_BIAS][c] = total (&job, job.taps, c);
    }
}
