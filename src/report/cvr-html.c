/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTML file with its pictures inside. */
#include "cvr-html.h"

#include <glib/gi18n-lib.h>

static const char style[] =
  ":root{color-scheme:light dark;--ink:#241f31;--dim:#5e5c64;--page:#f6f5f4;--card:#fff;"
  "--line:#dcdad6;--good:#1a8752}"
  "@media(prefers-color-scheme:dark){:root{--ink:#f6f5f4;--dim:#b4b1ad;--page:#191919;"
  "--card:#242424;--line:#454347;--good:#57d98c}}"
  "*{box-sizing:border-box}"
  "body{margin:0;background:var(--page);color:var(--ink);"
  "font:17px/1.55 Cantarell,\"Segoe UI\",system-ui,sans-serif}"
  "main{max-width:62rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}"
  "h1{font-size:2.4rem;line-height:1.15;margin:0 0 .4rem;letter-spacing:-.02em}"
  "h2{font-size:1.35rem;line-height:1.25;margin:0 0 .3rem}"
  "h1,h2,p,li,figcaption{overflow-wrap:anywhere}"
  "p{margin:.3rem 0 .9rem;max-width:44rem}"
  ".dim{color:var(--dim)}"
  "section{background:var(--card);border:1px solid var(--line);border-radius:14px;"
  "padding:1.4rem 1.6rem;margin:1.2rem 0}"
  "section>:last-child{margin-bottom:0}"
  "img{max-width:100%;height:auto;display:block;border-radius:6px}"
  ".pair,.three{display:grid;gap:1.2rem}"
  ".pair{grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr))}"
  ".pair,.alone,.tiles{margin:.9rem 0}"
  ".three{grid-template-columns:repeat(auto-fit,minmax(min(16rem,100%),1fr))}"
  ".wide{overflow-x:auto}.wide img{max-width:none}"
  ".tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.9rem}"
  "figure{margin:0}figcaption{color:var(--dim);font-size:.92rem;margin-top:.4rem}"
  "figcaption.title{color:var(--ink);font-weight:600;margin:0 0 .4rem}"
  ".facts{display:flex;flex-wrap:wrap;gap:.9rem 2.6rem;margin:1.3rem 0 0;padding:0;list-style:none}"
  ".facts b{display:block;font-size:1.75rem;font-variant-numeric:tabular-nums;line-height:1.2}"
  ".facts span{color:var(--dim);font-size:.95rem}"
  "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
  "th,td{padding:.5rem .7rem;text-align:right;border-bottom:1px solid var(--line)}"
  "th:first-child,td:first-child,.words th,.words td{text-align:left}"
  "th{font-weight:inherit}"
  "table.words{width:auto;min-width:50%}.words tr>:nth-child(2){padding-left:1.6rem}"
  "thead th{color:var(--dim);font-weight:600}"
  ".good{color:var(--good);font-weight:700}"
  "code{font-size:.95em}"
  "footer{color:var(--dim);font-size:.92rem;margin-top:2rem}"
  "@media(max-width:34rem){main{padding:1.4rem .8rem 2rem}section{padding:1.1rem 1rem}"
  "h1{font-size:1.9rem}table{font-size:.76rem}"
  "th,td{padding:.4rem .2rem;hyphens:auto}}"
  "@media print{body{background:none;font-size:10.5pt}main{max-width:none;padding:0}"
  "section{border:0;padding:0;margin:1.6rem 0}.pair{grid-template-columns:1fr 1fr}"
  ".wide{overflow:visible}th,td{padding:.15rem .5rem}h2{break-after:avoid}"
  "figure,tr,.facts li{break-inside:avoid}}";

void
cvr_html_begin (CvrHtml    *self,
                const char *title)
{
  *self = (CvrHtml) { g_string_new (NULL), NULL };
  cvr_html_add (self, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\"/>\n",
                C_("language code of the report", "en"));
  cvr_html_add (self,
                "<meta name=\"viewport\" content=\"width=device-width, "
                "initial-scale=1\"/>\n<title>%s</title>\n",
                title);
  g_string_append_printf (self->text, "<style>%s</style>\n</head>\n<body>\n<main>\n", style);
}

void
cvr_html_add (CvrHtml    *self,
              const char *format,
              ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_markup_vprintf_escaped (format, args);
  va_end (args);
  g_string_append (self->text, text);
}

static cairo_status_t
collect_cb (void                *closure,
            const unsigned char *data,
            unsigned int         length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

/**
 * cvr_html_png:
 * @surface: (nullable): where it was too large to be made
 *
 * Returns: (transfer full): NULL with G_IO_ERROR_FAILED.
 */
GBytes *
cvr_html_png (cairo_surface_t *surface,
              GError         **error)
{
  GByteArray *bytes;
  cairo_status_t status;

  if (surface == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _("The picture would be too large."));
      return NULL;
    }

  bytes = g_byte_array_new ();
  status = cairo_surface_write_to_png_stream (surface, collect_cb, bytes);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (bytes);

  g_byte_array_unref (bytes);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The picture could not be encoded: %s."),
               cairo_status_to_string (status));
  return NULL;
}

static char *
data_uri (CvrHtml         *self,
          cairo_surface_t *surface)
{
  g_autoptr (GBytes) bytes = cvr_html_png (surface, self->error == NULL ? &self->error : NULL);
  g_autofree char *base64 = NULL;
  gsize length;
  const guchar *data;

  if (bytes == NULL)
    return g_strdup ("");

  data = g_bytes_get_data (bytes, &length);
  base64 = g_base64_encode (data, length);

  return g_strconcat ("data:image/png;base64,", base64, NULL);
}

void
cvr_html_picture (CvrHtml    *self,
                  CvrHtmlDraw draw,
                  gpointer    data,
                  gsize       which,
                  double      zoom,
                  const char *description)
{
  CvrTheme light = cvr_paint_theme (FALSE, FALSE), dark = cvr_paint_theme (TRUE, FALSE);
  cairo_surface_t *bright = draw (data, which, &light);
  cairo_surface_t *dim = draw (data, which, &dark);
  int width = bright != NULL ? (int) (cairo_image_surface_get_width (bright) / zoom) : 0;
  g_autofree char *light_uri = data_uri (self, bright);
  g_autofree char *dark_uri = data_uri (self, dim);

  g_clear_pointer (&bright, cairo_surface_destroy);
  g_clear_pointer (&dim, cairo_surface_destroy);
  g_string_append_printf (self->text,
                          "<picture><source media=\"(prefers-color-scheme: dark)\" "
                          "srcset=\"%s\"/><img src=\"%s\" width=\"%d\"",
                          dark_uri, light_uri, width);
  cvr_html_add (self, " alt=\"%s\"/></picture>\n", description);
}

void
cvr_html_figure (CvrHtml    *self,
                 const char *title,
                 CvrHtmlDraw draw,
                 gpointer    data,
                 gsize       which,
                 double      zoom,
                 const char *description)
{
  cvr_html_add (self, "<figure>\n<figcaption class=\"title\">%s</figcaption>\n", title);
  cvr_html_picture (self, draw, data, which, zoom, description);
  g_string_append (self->text, "</figure>\n");
}

void
cvr_html_image (CvrHtml         *self,
                cairo_surface_t *surface,
                int              width,
                const char      *description)
{
  g_autofree char *uri = data_uri (self, surface);

  g_string_append_printf (self->text, "<img src=\"%s\" width=\"%d\"", uri, width);
  cvr_html_add (self, " alt=\"%s\"/>\n", description);
}

void
cvr_html_fact (CvrHtml    *self,
               const char *figure,
               const char *words)
{
  cvr_html_add (self, "<li><b>%s</b><span>%s</span></li>\n", figure, words);
}

char *
cvr_html_end (CvrHtml    *self,
              const char *foot,
              GError    **error)
{
  cvr_html_add (self, "<footer>%s</footer>\n</main>\n</body>\n</html>\n", foot);
  if (self->error == NULL)
    return g_string_free (g_steal_pointer (&self->text), FALSE);

  g_propagate_error (error, g_steal_pointer (&self->error));
  g_string_free (g_steal_pointer (&self->text), TRUE);

  return NULL;
}

cairo_t *
cvr_html_canvas (double          width,
                 double          height,
                 const CvrTheme *theme)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) (width * 2),
                                                         (int) (height * 2));
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, 2, 2);
  cr = cairo_create (surface);
  cairo_surface_destroy (surface);
  cairo_set_source_rgb (cr, theme->paper.red, theme->paper.green, theme->paper.blue);
  cairo_paint (cr);

  return cr;
}

cairo_surface_t *
cvr_html_canvas_end (cairo_t *cr)
{
  cairo_surface_t *surface = cairo_surface_reference (cairo_get_target (cr));

  cairo_destroy (cr);

  return surface;
}
