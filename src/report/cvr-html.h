/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTML file with its pictures inside, in both colour schemes, that opens anywhere and offline.
 * Well-formed as XML too. */
#pragma once

#include "cvr-paint.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file being written; the first picture that fails ends it. */
typedef struct
{
  GString *text;
  GError  *error;
} CvrHtml;

/* A picture in the colours of @theme (transfer full); NULL: it can't be made. */
typedef cairo_surface_t *(*CvrHtmlDraw) (gpointer data, gsize which, const CvrTheme *theme);

/* Up to the beginning of the page's content. */
void     cvr_html_begin   (CvrHtml *self, const char *title);
/* Formats with every argument escaped. */
void     cvr_html_add     (CvrHtml *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* One picture that follows the reader's colour scheme; @zoom: device pixels for one of the page. */
void     cvr_html_picture (CvrHtml *self, CvrHtmlDraw draw, gpointer data, gsize which, double zoom,
                           const char *description);
/* The same as a figure with @title above it. */
void     cvr_html_figure  (CvrHtml *self, const char *title, CvrHtmlDraw draw, gpointer data,
                           gsize which, double zoom, const char *description);
/* A picture that is the same in both schemes; borrowed. */
void     cvr_html_image   (CvrHtml *self, cairo_surface_t *surface, int width,
                           const char *description);
/* An item of a list of class "facts". */
void     cvr_html_fact    (CvrHtml *self, const char *figure, const char *words);
/* (transfer full): the whole file; NULL with the first error. */
char    *cvr_html_end     (CvrHtml *self, const char *foot,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A canvas of paper for a picture of the page, two device pixels each. */
cairo_t *cvr_html_canvas  (double width, double height,
                           const CvrTheme *theme) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): what was drawn; takes @cr. */
cairo_surface_t *cvr_html_canvas_end (cairo_t *cr) G_GNUC_WARN_UNUSED_RESULT;
/* A surface as a PNG file. */
GBytes  *cvr_html_png     (cairo_surface_t *surface, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
