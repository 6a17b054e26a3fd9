/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unpacks messages within bounds: a few bytes in a file can ask for a large structure. */
#include "cvr-onnx-private.h"

/* Memory that unpacking may take. */
typedef struct
{
  gsize    left;
  gboolean spent;
} Budget;

static void *
budget_alloc (void   *data,
              size_t  size)
{
  Budget *budget = data;

  if (size > budget->left)
    {
      budget->spent = TRUE;
      return NULL;
    }

  budget->left -= size;
  return g_try_malloc (size);
}

static void
budget_free (void *data,
             void *memory)
{
  g_free (memory);
}

/**
 * cvr_onnx_unpack:
 * @spent: (out): whether the message asked for more memory than one of its length may
 *
 * Returns: (transfer full) (nullable): to be freed with cvr_onnx_unpack_free(). Any thread.
 */
gpointer
cvr_onnx_unpack (const ProtobufCMessageDescriptor *descriptor,
                 const guint8                     *data,
                 gsize                             length,
                 gboolean                         *spent)
{
  Budget budget = { 0 };
  ProtobufCAllocator allocator = { budget_alloc, budget_free, &budget };
  gpointer message = NULL;

  /* Values are copied once; the many small messages of a graph grow by their structures. Whole
   * numbers as short as a byte become eight. */
  budget.left = (gsize) MIN (3 * (guint64) length + MIN (64 * (guint64) length, 512 << 20) + 4096,
                             G_MAXSIZE);
  if (length > 0)
    message = protobuf_c_message_unpack (descriptor, &allocator, length, data);

  *spent = budget.spent;
  return message;
}

void
cvr_onnx_unpack_free (gpointer message)
{
  ProtobufCAllocator allocator = { budget_alloc, budget_free, NULL };

  protobuf_c_message_free_unpacked (message, &allocator);
}
