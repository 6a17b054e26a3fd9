/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report as one HTML file. */
#include "cvr-html.h"
#include "cvr-paper.h"

/* Where a drawing is, for the callback that makes its picture. */
typedef struct
{
  const CvrPaper   *paper;
  const CvrDrawing *drawing;
} Place;

enum { TILE_WIDTH = 112 }; /* px */

static cairo_surface_t *
draw_cb (gpointer        data,
         gsize           which,
         const CvrTheme *theme)
{
  const Place *place = data;
  const CvrDrawing *drawing = place->drawing;
  cairo_t *cr = cvr_html_canvas (drawing->width, drawing->height, theme);

  drawing->draw (cr, drawing->width, drawing->height, drawing->which, theme, place->paper->data);

  return cvr_html_canvas_end (cr);
}

static void
add_drawings (CvrHtml        *html,
              const CvrPaper *paper,
              const CvrBlock *block)
{
  g_string_append (html->text,
                   block->drawings->len > 1 ? "<div class=\"pair\">\n"
                                              : "<div class=\"alone\">\n");
  for (guint i = 0; i < block->drawings->len; i++)
    {
      Place place = { paper, &g_array_index (block->drawings, CvrDrawing, i) };

      if (place.drawing->title != NULL)
        cvr_html_figure (html, place.drawing->title, draw_cb, &place, i, 2,
                         place.drawing->description);
      else
        cvr_html_picture (html, draw_cb, &place, i, 2, place.drawing->description);
    }
  g_string_append (html->text, "</div>\n");
}

static void
add_tiles (CvrHtml        *html,
           const CvrBlock *block)
{
  g_string_append (html->text, "<div class=\"tiles\">\n");
  for (guint i = 0; i < block->tiles->len; i++)
    {
      const CvrTile *tile = &g_array_index (block->tiles, CvrTile, i);

      g_string_append (html->text, "<figure>\n");
      cvr_html_image (html, tile->image, TILE_WIDTH, tile->caption);
      cvr_html_add (html, "<figcaption>%s %s</figcaption>\n</figure>\n", tile->right ? "✓" : "✗",
                    tile->caption);
    }
  g_string_append (html->text, "</div>\n");
}

/* The head names columns, the first cell its row. */
static void
add_cell (CvrHtml    *html,
          const char *text,
          gboolean    head,
          gboolean    first)
{
  if (head)
    cvr_html_add (html, "<th scope=\"col\">%s</th>", text);
  else if (first)
    cvr_html_add (html, "<th scope=\"row\">%s</th>", text);
  else
    cvr_html_add (html, "<td>%s</td>", text);
}

static void
add_table (CvrHtml        *html,
           const CvrBlock *block)
{
  guint n = block->n_columns;

  g_string_append (html->text, n > 2 ? "<div class=\"wide\"><table>\n"
                                     : "<div class=\"wide\"><table class=\"words\">\n");
  for (guint i = 0; i < block->cells->len; i++)
    {
      gboolean head = i < n;

      if (i % n == 0)
        g_string_append (html->text, head ? "<thead><tr>" : "<tr>");
      add_cell (html, block->cells->pdata[i], head, i % n == 0);
      if (i % n == n - 1)
        g_string_append (html->text, head ? "</tr></thead>\n<tbody>\n" : "</tr>\n");
    }
  g_string_append (html->text, "</tbody>\n</table></div>\n");
}

static void
add_block (CvrHtml        *html,
           const CvrPaper *paper,
           const CvrBlock *block,
           gboolean       *open)
{
  switch (block->kind)
    {
    case CVR_BLOCK_HEADING:
      g_string_append (html->text, *open ? "</section>\n<section>\n" : "<section>\n");
      cvr_html_add (html, "<h2>%s</h2>\n", block->text);
      *open = TRUE;
      break;
    case CVR_BLOCK_TEXT:
      cvr_html_add (html, "<p>%s</p>\n", block->text);
      break;
    case CVR_BLOCK_FACTS:
      g_string_append (html->text, "<ul class=\"facts\">\n");
      for (guint i = 0; i + 1 < block->cells->len; i += 2)
        cvr_html_fact (html, block->cells->pdata[i], block->cells->pdata[i + 1]);
      g_string_append (html->text, "</ul>\n");
      break;
    case CVR_BLOCK_TABLE:
      add_table (html, block);
      break;
    case CVR_BLOCK_DRAWINGS:
      add_drawings (html, paper, block);
      break;
    case CVR_BLOCK_TILES:
    default:
      add_tiles (html, block);
      break;
    }
}

char *
cvr_paper_to_html (CvrPaper *self,
                   GError  **error)
{
  CvrHtml html;
  gboolean open = FALSE;

  cvr_html_begin (&html, self->title);
  cvr_html_add (&html, "<h1>%s</h1>\n", self->title);
  if (self->subtitle != NULL)
    cvr_html_add (&html, "<p class=\"dim\">%s</p>\n", self->subtitle);
  for (guint i = 0; i < self->blocks->len; i++)
    add_block (&html, self, self->blocks->pdata[i], &open);
  if (open)
    g_string_append (html.text, "</section>\n");

  return cvr_html_end (&html, self->foot != NULL ? self->foot : "", error);
}
