/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shapes of maps in memory and their places: a thread computes an item through a whole stage in
 * memory of its own, so that what one layer wrote is still in the cache when the next reads it. */
#include "nn-int8-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64 };

static gsize
aligned (gsize bytes)
{
  return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

static NnInt8Step *
step_at (NnInt8 *self,
         guint   i)
{
  return g_ptr_array_index (self->steps, i);
}

static gsize
pixel_bytes (guint32 channels)
{
  gsize few = channels == 1 ? 1 : channels <= 4 ? 4 : 8;

  return channels <= 8 ? few : ((gsize) channels + 15) / 16 * 16;
}

static gboolean
makes_bytes (const NnInt8Step *step)
{
  return !step->to_floats && step->kind != NN_INT8_DEQUANTIZE && step->kind != NN_INT8_FLOATS;
}

static gboolean
reads_bytes (const NnInt8Step *step)
{
  return step->kind != NN_INT8_QUANTIZE && step->kind != NN_INT8_FLOATS;
}

/* What a step needs to know of its operator; a convolution of one channel each becomes another
 * kind. */
static void
read_attributes (NnInt8     *self,
                 NnInt8Step *step)
{
  const NnAttrs *attrs = nn_graph_node_attrs (self->graph, step->node);
  const NnInt8Value *in = &self->values[step->in[0]];

  step->stencil = nn_stencil (1, 1, 0);
  switch (nn_graph_node_kind (self->graph, step->node))
    {
    case NN_OP_CONV:
      step->stencil = attrs->conv.stencil;
      step->groups = attrs->conv.groups;
      if (step->groups > 1 && step->groups == in->channels &&
          attrs->conv.filters == in->channels && !step->to_floats)
        step->kind = NN_INT8_DEPTHWISE;
      break;
    case NN_OP_POOL:
      step->stencil = attrs->pool.stencil;
      step->count_pad = attrs->pool.count_pad;
      break;
    case NN_OP_GLOBAL_POOL:
      step->stencil.kernel[0] = in->height;
      step->stencil.kernel[1] = in->width;
      break;
    default:
      break;
    }
}

/* Borders as wide as the widest reader wants them. */
static void
shape_maps (NnInt8 *self)
{
  for (guint i = 0; i < self->steps->len; i++)
    {
      NnInt8Step *step = step_at (self, i);
      NnInt8Value *in;

      if (makes_bytes (step))
        self->values[step->out].step = pixel_bytes (self->values[step->out].channels);
      if (!reads_bytes (step))
        continue;
      read_attributes (self, step);
      in = &self->values[step->in[0]];
      if (step->kind != NN_INT8_CONV && step->kind != NN_INT8_DEPTHWISE)
        continue;
      in->gap = MAX (in->gap, MAX (step->stencil.pad[1], step->stencil.pad[3]));
      in->top = MAX (in->top, step->stencil.pad[0]);
      in->bottom = MAX (in->bottom, step->stencil.pad[2]);
    }
}

/* Bytes of the maps themselves; FALSE where offsets would not fit 32 bits. */
static gboolean
size_maps (NnInt8  *self,
           NnNode   node,
           GError **error)
{
  NnInt8Value *value = &self->values[node];
  double pixels = ((double) value->top + value->height + value->bottom) *
                    ((double) value->width + value->gap) + value->gap;

  if (pixels * (double) value->step > (double) (G_MAXINT32 / 4))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
                   _("The values of “%s” take %.0f bytes, more than integer kernels can address."),
                   nn_graph_node_name (self->graph, node), pixels * (double) value->step);
      return FALSE;
    }

  value->size = aligned ((gsize) pixels * value->step);

  return TRUE;
}

/* Kernels read whole rows of positions and whole groups of bytes. */
static void
widen_for_reader (NnInt8           *self,
                  const NnInt8Step *step)
{
  NnInt8Value *in = &self->values[step->in[0]];
  const NnInt8Conv *job = &step->conv;
  gsize furthest = 0;

  for (guint i = 0; i < (job->n_positions + NN_INT8_ROW - 1) / NN_INT8_ROW; i++)
    furthest = MAX (furthest, (gsize) job->starts[i]);
  furthest += (NN_INT8_ROW - 1) * (gsize) job->step + (gsize) job->segments[job->n_segments - 1] +
              job->length + (step->groups - 1) * step->group_in;
  in->size = MAX (in->size, aligned (furthest));
}

/* How many pieces are worth handing to other threads when there is a single item. */
static guint
parts_of (NnInt8           *self,
          const NnInt8Step *step)
{
  const guint64 piece_bytes = 1 << 16;
  const NnInt8Value *out = &self->values[step->out];
  guint64 piece = self->level >= NN_CPU_AMX    ? 2000000
                  : self->level >= NN_CPU_VNNI ? 500000
                                               : 150000;
  guint64 work = nn_graph_node_flops (self->graph, step->node) / 2;

  if (step->kind == NN_INT8_QUANTIZE || step->kind == NN_INT8_DEPTHWISE ||
      step->kind == NN_INT8_MAX || step->kind == NN_INT8_AVERAGE || step->kind == NN_INT8_ADD)
    return (guint) CLAMP (out->count / piece_bytes, 1, MIN (out->height, NN_MAX_THREADS));
  if (step->kind != NN_INT8_CONV)
    return 1;

  return (guint) CLAMP (work / piece, 1, NN_MAX_THREADS);
}

static void
find_lifetimes (NnInt8 *self)
{
  gint stage_first = 0;

  for (guint i = 0; i < self->n_nodes; i++)
    self->values[i].first = self->values[i].last = -1;
  for (guint i = 0; i < self->steps->len; i++)
    {
      NnInt8Step *step = step_at (self, i);

      if (step->kind == NN_INT8_FLOATS)
        stage_first = (gint) i;
      for (guint j = 0; reads_bytes (step) && j < step->n_in; j++)
        {
          NnInt8Value *in = &self->values[step->in[j]];

          in->last = (gint) i;
          in->kept |= in->first < stage_first;
        }
      if (makes_bytes (step))
        self->values[step->out].first = self->values[step->out].last = (gint) i;
    }
}

/* Whether @value can take the place of @old, borders as they are. */
static gboolean
fits (const NnInt8Value *value,
      const NnInt8Value *old)
{
  return value->height == old->height && value->width == old->width && value->step == old->step &&
         value->gap == old->gap && value->top == old->top && value->bottom == old->bottom &&
         value->levels.zero == old->levels.zero && value->size <= old->size;
}

/* A thread's memory: a place is handed on when its maps were read for the last time and the next
 * maps have the same border. */
static void
give_places (NnInt8 *self)
{
  g_autofree NnNode *owner = g_new (NnNode, MAX (self->steps->len, 1));
  guint n_owners = 0;

  for (guint i = 0; i < self->steps->len; i++)
    {
      NnInt8Step *step = step_at (self, i);
      NnInt8Value *value = &self->values[step->out];
      guint j;

      if (!makes_bytes (step))
        continue;
      if (value->kept)
        {
          value->offset = self->item_size;
          self->item_size += value->size;
          continue;
        }
      for (j = 0; j < n_owners; j++)
        if (self->values[owner[j]].last < (gint) i && fits (value, &self->values[owner[j]]))
          break;
      if (j < n_owners)
        {
          value->offset = self->values[owner[j]].offset;
          value->size = self->values[owner[j]].size;
        }
      else
        {
          value->offset = self->thread_size;
          self->thread_size += value->size;
          n_owners++;
        }
      owner[j] = step->out;
    }
}

/* Scratch: sums that become floats, sums of an average. */
static gsize
scratch_of (NnInt8           *self,
            const NnInt8Step *step)
{
  if (step->to_floats)
    return (gsize) step->conv.n_positions * step->conv.n_blocks * NN_INT8_BLOCK * sizeof (gint32);
  if (step->kind == NN_INT8_AVERAGE)
    return self->values[step->in[0]].step * sizeof (gint32);

  return 0;
}

static void
fill_borders (NnInt8 *self)
{
  guint n_threads = nn_workers_n_threads (self->workers);

  for (guint i = 0; i < self->steps->len; i++)
    {
      NnInt8Step *step = step_at (self, i);
      const NnInt8Value *value = &self->values[step->out];
      guint n = value->kept ? self->max_batch : n_threads;

      for (guint j = 0; makes_bytes (step) && j < n; j++)
        memset ((value->kept ? self->items + j * self->item_size
                             : self->threads + j * self->thread_size) + value->offset,
                value->levels.zero, value->size);
    }
}

static gboolean
take_memory (NnInt8  *self,
             GError **error)
{
  guint n_threads = nn_workers_n_threads (self->workers);
  gsize floats = 0;
  gsize bytes;
  gpointer memory = NULL;

  for (guint i = 0; i < self->n_nodes; i++)
    if (self->values[i].wants_floats && self->values[i].floats == NULL)
      floats += aligned (self->max_batch * self->values[i].count * sizeof (nn_real));
  bytes = aligned (n_threads * (self->thread_size + self->scratch_size) +
                   self->max_batch * self->item_size + floats);

  if (posix_memalign (&memory, ALIGN, MAX (bytes, ALIGN)) != 0)
    {
      g_autofree char *size = g_format_size (bytes);

      g_set_error (error, NN_ERROR, NN_ERROR_NO_MEMORY,
                   _("A batch of %u needs %s of memory, more than there is; try a smaller one."),
                   self->max_batch, size);
      return FALSE;
    }

  memset (memory, 0, MAX (bytes, ALIGN));
  self->memory = memory;
  self->memory_size = bytes;
  self->threads = self->memory;
  self->scratch = self->threads + n_threads * self->thread_size;
  self->items = self->scratch + n_threads * self->scratch_size;
  memory = self->items + self->max_batch * self->item_size;
  for (guint i = 0; i < self->n_nodes; i++)
    if (self->values[i].wants_floats && self->values[i].floats == NULL)
      {
        self->values[i].floats = memory;
        memory = (guint8 *) memory +
                 aligned (self->max_batch * self->values[i].count * sizeof (nn_real));
      }

  return TRUE;
}

/**
 * nn_int8_place:
 *
 * Gives every value its shape and place and packs what the steps need. Overwrites nothing that
 * nn_int8_plan() found.
 */
gboolean
nn_int8_place (NnInt8  *self,
               GError **error)
{
  shape_maps (self);
  for (guint i = 0; i < self->steps->len; i++)
    if (makes_bytes (step_at (self, i)) && !size_maps (self, step_at (self, i)->out, error))
      return FALSE;
  for (guint i = 0; i < self->steps->len; i++)
    {
      NnInt8Step *step = step_at (self, i);

      if (step->kind == NN_INT8_CONV || step->kind == NN_INT8_DEPTHWISE)
        nn_int8_pack_conv (self, step);
      if (step->kind == NN_INT8_CONV)
        widen_for_reader (self, step);
      if (!nn_int8_make_tables (self, step, error))
        return FALSE;
      if (step->kind == NN_INT8_FLOATS && !nn_int8_floats_build (step->floats, self, error))
        return FALSE;
      step->parts = parts_of (self, step);
      self->scratch_size = MAX (self->scratch_size, aligned (scratch_of (self, step)));
    }

  find_lifetimes (self);
  give_places (self);
  if (!take_memory (self, error))
    return FALSE;
  fill_borders (self);

  return TRUE;
}
