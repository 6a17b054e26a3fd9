/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a network in integers is planned, packed, placed in memory and run. */
#pragma once

#include "nn-exec.h"
#include "nn-int8-kernels.h"
#include "nn-int8.h"

G_BEGIN_DECLS

/**
 * NnInt8Levels:
 *
 * A grid of bytes: value = scale × (byte − zero), bytes from low to high.
 */
typedef struct
{
  float  scale;
  gint32 zero, low, high;
} NnInt8Levels;

/**
 * NnInt8Value:
 * @bytes: it is computed as bytes, on @levels
 * @home: where the bytes lie: the node itself, or for what only passes them on, that one's home
 * @flat: a vector whose bytes lie as the maps that were flattened
 * @absorbed: part of another node's step: it has no values
 * @channels, @height, @width: of the maps
 * @step: bytes of a pixel
 * @gap: pixels before each row and behind the last one, which hold the zero of the grid
 * @top, @bottom: rows of such pixels
 * @size: bytes of one item, with what kernels read behind it
 * @kept: read in a later stage: it lies in memory of the whole batch
 * @offset: place in that memory, or in a thread's
 * @first, @last: steps that write and last read it
 * @wants_floats: somebody reads it as floats
 * @floats: (nullable): [max_batch, …]
 * @count: floats of one item
 *
 * What is known about one node of the graph.
 */
typedef struct
{
  gboolean     bytes, flat, absorbed;
  NnInt8Levels levels;
  NnNode       home;
  guint32      channels, height, width;
  gsize        step;
  guint32      gap, top, bottom;
  gsize        size;
  gboolean     kept;
  gsize        offset;
  gint         first, last;
  gboolean     wants_floats;
  nn_real     *floats;
  gsize        count;
} NnInt8Value;

typedef enum
{
  NN_INT8_QUANTIZE,   /* floats to bytes */
  NN_INT8_DEQUANTIZE, /* bytes to floats */
  NN_INT8_CONV,       /* convolution or dense layer */
  NN_INT8_DEPTHWISE,
  NN_INT8_MAX,
  NN_INT8_AVERAGE,
  NN_INT8_ADD,
  NN_INT8_CONCAT,
  NN_INT8_LOOK_UP,    /* a function of one byte */
  NN_INT8_AFFINE,     /* batch norm */
  NN_INT8_UPSAMPLE,
  NN_INT8_FLOATS,     /* what has no integer kernel, with an exec of its own */
} NnInt8Kind;

typedef struct _NnInt8Floats NnInt8Floats;

/**
 * NnInt8Step:
 * @node: whose operator it is; @out: whose values it makes, further on when a step is for several
 * @in: [n_in]: homes of what it reads
 * @levels: of the output, narrowed by activations that became part of it
 * @to_floats: CONV: gives floats, not bytes
 * @parts: how many pieces it is cut in when threads share one item
 * @groups: CONV: runs of the job, @group_in, @group_out, @group_weights, @group_filters apart
 *
 * One thing to do for an item.
 */
typedef struct
{
  NnInt8Kind      kind;
  NnNode          node, out;
  NnNode          in[NN_MAX_INPUTS];
  guint           n_in;
  NnInt8Levels    levels;
  gboolean        to_floats;
  guint           parts;
  NnInt8Conv      conv;
  NnInt8Depthwise depthwise;
  guint           groups;
  gsize           group_in, group_out, group_weights;
  guint           group_filters;
  guint32         rows; /* DEPTHWISE: output rows */
  ptrdiff_t       row_start, row_step;
  gint32         *starts, *places, *segments, *bias;
  gint8          *weights;
  gint16         *taps;
  float          *scale, *shift;
  guint8         *tables; /* [n_in][256] */
  NnStencil       stencil;
  gboolean        count_pad;
  NnInt8Floats   *floats;
} NnInt8Step;

/**
 * NnInt8:
 * @thread_size, @item_size: bytes of a thread's maps, and of one item's that are kept
 */
struct _NnInt8
{
  NnGraph             *graph;
  NnParams            *params;
  NnWorkers           *workers;
  const NnInt8Kernels *kernels;
  NnCpu                level;
  guint                max_batch;
  guint                n_nodes;
  NnInt8Value         *values;  /* [n_nodes] */
  GPtrArray           *steps;   /* (element-type NnInt8Step) */
  guint8              *memory;
  gsize                thread_size, item_size, scratch_size;
  gsize                memory_size, packed_size;
  guint8              *threads; /* [n_threads][thread_size] */
  guint8              *scratch; /* [n_threads][scratch_size] */
  guint8              *items;   /* [max_batch][item_size] */
  guint                n_integer, n_float;
  guint                stage_from, stage_to; /* of the run that is on */
};

void     nn_int8_plan   (NnInt8 *self);
gboolean nn_int8_place  (NnInt8 *self, GError **error);
/* Whether the weights of @node lie on a grid of 8 bits and their sums fit 32 bits. */
gboolean nn_int8_can_pack (NnGraph *graph, NnParams *params, NnNode node);
void     nn_int8_pack_conv (NnInt8 *self, NnInt8Step *step);
gboolean nn_int8_make_tables (NnInt8 *self, NnInt8Step *step, GError **error);
void     nn_int8_run_step (NnInt8 *self, NnInt8Step *step, guint maps, guint thread, guint item,
                           guint part, guint parts);

/* A run of nodes without integer kernels. */
NnInt8Floats *nn_int8_floats_new  (void);
void          nn_int8_floats_free (NnInt8Floats *self);
void          nn_int8_floats_add  (NnInt8Floats *self, NnNode node);
gboolean      nn_int8_floats_has  (NnInt8Floats *self, NnNode node);
gboolean      nn_int8_floats_build (NnInt8Floats *self, NnInt8 *int8, GError **error);
void          nn_int8_floats_run  (NnInt8Floats *self, NnInt8 *int8, guint batch);

G_END_DECLS
