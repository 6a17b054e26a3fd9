/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convisor-decode: decodes foreign picture files, one after the other, from standard input to
 * standard output. It bounds its own memory and processor time, opens no file once it has started,
 * and may die: its parent notices, says why, and starts another. */
#include "config.h"

#include "cvr-decode-wire.h"
#include "cvr-decode.h"

#include <errno.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER 1
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

enum
{
  DEFAULT_MEGABYTES = 400,
  DEFAULT_SECONDS = 5,
};

static gboolean
read_all (void *data,
          gsize length)
{
  guint8 *to = data;

  while (length > 0)
    {
      gssize n = read (STDIN_FILENO, to, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      to += n;
      length -= (gsize) n;
    }

  return TRUE;
}

static gboolean
write_all (const void *data,
           gsize       length)
{
  const guint8 *from = data;

  while (length > 0)
    {
      gssize n = write (STDOUT_FILENO, from, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      from += n;
      length -= (gsize) n;
    }

  return TRUE;
}

static void
limit (int    resource,
       rlim_t most)
{
  struct rlimit limits;

  if (getrlimit (resource, &limits) != 0)
    return;
  limits.rlim_cur = limits.rlim_max == RLIM_INFINITY ? most : MIN (most, limits.rlim_max);
  setrlimit (resource, &limits);
}

/* Loader modules and translations are opened now, since no file can be opened later. */
static void
preload (void)
{
  static const char *const loaders[] = {
    "jpeg", "png", "gif", "bmp", "tiff", "pnm", "tga", "webp"
  };

  (void) _("not enough memory for it");
  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++)
    {
      g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type (loaders[i], NULL);

      if (loader != NULL)
        gdk_pixbuf_loader_close (loader, NULL);
    }
}

static void
bound_process (guint megabytes)
{
  if (!UNDER_SANITIZER) /* whose shadow alone is larger */
    limit (RLIMIT_AS, (rlim_t) megabytes << 20);
  limit (RLIMIT_CORE, 0);
  limit (RLIMIT_FSIZE, 0);
  limit (RLIMIT_NOFILE, 3);
}

/* The limit counts from the start of the process: it moves on with every picture. For a helper
 * whose parent is gone; a living parent has a clock of its own. */
static void
allow_seconds (guint seconds)
{
  struct rusage usage;

  if (getrusage (RUSAGE_SELF, &usage) == 0)
    limit (RLIMIT_CPU, (rlim_t) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 2 + seconds);
}

static gboolean
send_reply (CvrImage     *image,
            const GError *error)
{
  CvrWireReply reply = { CVR_WIRE_MAGIC };
  const void *bytes;

  if (image != NULL)
    {
      reply.width = image->width;
      reply.height = image->height;
      reply.channels = image->channels;
      reply.damaged = image->damaged;
      reply.length = (guint32) cvr_image_n_bytes (image);
      bytes = image->data;
    }
  else
    {
      reply.status = 1 + (guint32) error->code;
      reply.length = (guint32) MIN (strlen (error->message), CVR_WIRE_MAX_TEXT);
      bytes = error->message;
    }

  return write_all (&reply, sizeof reply) && write_all (bytes, reply.length);
}

/* FALSE: the parent is gone or talks nonsense. */
static gboolean
serve_one (guint seconds)
{
  g_autoptr (CvrImage) image = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *data = NULL;
  char name[CVR_WIRE_MAX_NAME + 1] = { 0 };
  CvrWireRequest request;

  if (!read_all (&request, sizeof request) || request.magic != CVR_WIRE_MAGIC ||
      request.name_length > CVR_WIRE_MAX_NAME || !read_all (name, request.name_length))
    return FALSE;

  data = g_malloc (MAX (1, request.length));
  if (!read_all (data, request.length))
    return FALSE;

  allow_seconds (seconds);
  image = cvr_image_decode (data, request.length, name, request.max_side, &error);

  return send_reply (image, error);
}

int
main (int    argc,
      char **argv)
{
  gint megabytes = DEFAULT_MEGABYTES, seconds = DEFAULT_SECONDS;
  const GOptionEntry entries[] = {
    { "megabytes", 0, 0, G_OPTION_ARG_INT, &megabytes, "Most memory", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "Most processor time for a picture", "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, CVR_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, NULL) || megabytes < 1 || seconds < 1)
    return 2;

  preload ();
  bound_process ((guint) megabytes);
  while (serve_one ((guint) seconds))
    ;

  return 0;
}
