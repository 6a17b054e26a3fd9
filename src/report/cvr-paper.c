/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report as a list of blocks, before it is a page. */
#include "cvr-paper.h"

static void
drawing_clear (gpointer drawing)
{
  const CvrDrawing *own = drawing;

  g_free ((gpointer) own->title);
  g_free ((gpointer) own->description);
}

static void
tile_clear (gpointer tile)
{
  cairo_surface_destroy (((CvrTile *) tile)->image);
  g_free (((CvrTile *) tile)->caption);
}

static void
block_free (gpointer data)
{
  CvrBlock *block = data;

  g_free (block->text);
  g_clear_pointer (&block->cells, g_ptr_array_unref);
  g_clear_pointer (&block->drawings, g_array_unref);
  g_clear_pointer (&block->tiles, g_array_unref);
  g_free (block);
}

CvrPaper *
cvr_paper_new (const char   *title,
               const char   *subtitle,
               gconstpointer data)
{
  CvrPaper *self = g_new0 (CvrPaper, 1);

  self->title = g_strdup (title);
  self->subtitle = g_strdup (subtitle);
  self->data = data;
  self->blocks = g_ptr_array_new_with_free_func (block_free);

  return self;
}

void
cvr_paper_free (CvrPaper *self)
{
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->foot);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

static CvrBlock *
add (CvrPaper    *self,
     CvrBlockKind kind)
{
  CvrBlock *block = g_new0 (CvrBlock, 1);

  block->kind = kind;
  if (kind == CVR_BLOCK_FACTS || kind == CVR_BLOCK_TABLE)
    block->cells = g_ptr_array_new_with_free_func (g_free);
  if (kind == CVR_BLOCK_DRAWINGS)
    {
      block->drawings = g_array_new (FALSE, FALSE, sizeof (CvrDrawing));
      g_array_set_clear_func (block->drawings, drawing_clear);
    }
  if (kind == CVR_BLOCK_TILES)
    {
      block->tiles = g_array_new (FALSE, FALSE, sizeof (CvrTile));
      g_array_set_clear_func (block->tiles, tile_clear);
    }
  g_ptr_array_add (self->blocks, block);

  return block;
}

/* The last block where it is of @kind, else a new one. */
static CvrBlock *
go_on (CvrPaper    *self,
       CvrBlockKind kind)
{
  CvrBlock *last = self->blocks->len > 0 ? self->blocks->pdata[self->blocks->len - 1] : NULL;

  return last != NULL && last->kind == kind ? last : add (self, kind);
}

void
cvr_paper_heading (CvrPaper   *self,
                   const char *text)
{
  add (self, CVR_BLOCK_HEADING)->text = g_strdup (text);
}

void
cvr_paper_text (CvrPaper   *self,
                const char *text)
{
  add (self, CVR_BLOCK_TEXT)->text = g_strdup (text);
}

void
cvr_paper_fact (CvrPaper   *self,
                const char *figure,
                const char *words)
{
  CvrBlock *block = go_on (self, CVR_BLOCK_FACTS);

  g_ptr_array_add (block->cells, g_strdup (figure));
  g_ptr_array_add (block->cells, g_strdup (words));
}

void
cvr_paper_drawing (CvrPaper         *self,
                   const CvrDrawing *drawing)
{
  CvrDrawing copy = *drawing;

  copy.title = g_strdup (drawing->title);
  copy.description = g_strdup (drawing->description);
  g_array_append_val (go_on (self, CVR_BLOCK_DRAWINGS)->drawings, copy);
}

void
cvr_paper_tile (CvrPaper        *self,
                cairo_surface_t *image,
                const char      *caption,
                gboolean         right)
{
  CvrTile tile = { image, g_strdup (caption), right };

  g_array_append_val (go_on (self, CVR_BLOCK_TILES)->tiles, tile);
}

void
cvr_paper_table (CvrPaper *self,
                 guint     n_columns)
{
  add (self, CVR_BLOCK_TABLE)->n_columns = n_columns;
}

void
cvr_paper_cell (CvrPaper *self,
                char     *text)
{
  g_ptr_array_add (go_on (self, CVR_BLOCK_TABLE)->cells, text);
}

void
cvr_paper_foot (CvrPaper   *self,
                const char *text)
{
  g_free (self->foot);
  self->foot = g_strdup (text);
}
