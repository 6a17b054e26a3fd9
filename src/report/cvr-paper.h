/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report as a list of blocks, before it is a page: written as HTML or as PDF. One thread. */
#pragma once

#include "cvr-paint.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Paints drawing @which of what @data holds. */
typedef void (*CvrDrawFunc) (cairo_t *cr, double width, double height, guint which,
                             const CvrTheme *theme, gconstpointer data);

typedef struct
{
  CvrDrawFunc draw;
  guint       which;
  double      width, height;  /* px in HTML; on paper the same proportions */
  const char *title;          /* above it; NULL: it says itself what it is */
  const char *description;    /* what it shows, for who can't see it */
} CvrDrawing;

typedef struct
{
  cairo_surface_t *image;
  char            *caption;
  gboolean         right;     /* marked ✓ or ✗ */
} CvrTile;

typedef enum
{
  CVR_BLOCK_HEADING,
  CVR_BLOCK_TEXT,
  CVR_BLOCK_FACTS,            /* cells: a figure and its words, in turn */
  CVR_BLOCK_TABLE,            /* cells: row by row; @n_columns; the first row is the head */
  CVR_BLOCK_DRAWINGS,
  CVR_BLOCK_TILES,
} CvrBlockKind;

typedef struct
{
  CvrBlockKind kind;
  char        *text;
  GPtrArray   *cells;         /* of char* */
  guint        n_columns;
  GArray      *drawings;      /* of CvrDrawing */
  GArray      *tiles;         /* of CvrTile */
} CvrBlock;

typedef struct
{
  char         *title, *subtitle, *foot;
  gconstpointer data;         /* of the drawings */
  GPtrArray    *blocks;       /* of CvrBlock */
} CvrPaper;

CvrPaper *cvr_paper_new          (const char *title, const char *subtitle,
                                  gconstpointer data) G_GNUC_WARN_UNUSED_RESULT;
void      cvr_paper_free         (CvrPaper *self);
void      cvr_paper_heading      (CvrPaper *self, const char *text);
void      cvr_paper_text         (CvrPaper *self, const char *text);
/* Drawings and tiles that follow each other are one block; so are facts. */
void      cvr_paper_fact         (CvrPaper *self, const char *figure, const char *words);
/* Takes a copy of @drawing and its words. */
void      cvr_paper_drawing      (CvrPaper *self, const CvrDrawing *drawing);
/* Takes @image. */
void      cvr_paper_tile         (CvrPaper *self, cairo_surface_t *image, const char *caption,
                                  gboolean right);
/* Begins a table; cells follow with cvr_paper_cell(), the head's first. */
void      cvr_paper_table        (CvrPaper *self, guint n_columns);
/* Takes @text. */
void      cvr_paper_cell         (CvrPaper *self, char *text);
void      cvr_paper_foot         (CvrPaper *self, const char *text);

/* (transfer full): the whole file. */
char     *cvr_paper_to_html      (CvrPaper *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A4, fonts inside. @keep_going nullable, asked between blocks: G_IO_ERROR_CANCELLED. @when: seconds
 * since 1970 for the file's own date; 0: today's. */
GBytes   *cvr_paper_to_pdf       (CvrPaper *self, gint64 when,
                                  gboolean (*keep_going) (gpointer data), gpointer data,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CvrPaper, cvr_paper_free)

G_END_DECLS
