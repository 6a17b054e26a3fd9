/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's side of the decoding helper: starts it, talks to it against a clock, buries it. */
#include "config.h"

#include "cvr-decoder.h"

#include "cvr-decode-wire.h"
#include "cvr-size.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum
{
  DEFAULT_SECONDS = 5,
  DEFAULT_MEGABYTES = 400,
  MAX_FILE_MEGABYTES = 200,
};

struct _CvrDecoder
{
  gatomicrefcount ref_count;
  GMutex          lock;   /* everything below */
  guint           seconds;
  guint           megabytes;
  GPid            pid;    /* 0: not running */
  int             fd;     /* both ways; −1: not running */
  guint           n_served;
};

/* One picture's way through the helper. */
typedef struct
{
  CvrDecoder  *decoder;
  const char  *name;
  gint64       deadline;  /* monotonic, microseconds */
  int          cancel_fd; /* −1: can't be cancelled */
} Exchange;

typedef enum
{
  OUTCOME_OK,
  OUTCOME_DIED,
  OUTCOME_TIMEOUT,
  OUTCOME_CANCELLED,
  OUTCOME_NONSENSE,
} Outcome;

/**
 * cvr_decoder_new:
 *
 * Returns: (transfer full): a decoder whose helper isn't running yet.
 */
CvrDecoder *
cvr_decoder_new (void)
{
  CvrDecoder *self = g_new0 (CvrDecoder, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->seconds = DEFAULT_SECONDS;
  self->megabytes = DEFAULT_MEGABYTES;
  self->fd = -1;

  return self;
}

CvrDecoder *
cvr_decoder_ref (CvrDecoder *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/* Ends the helper at once. Returns: how it ended, as waitpid() says; that of a helper which was
 * already ending on its own stands. */
static int
bury (CvrDecoder *self)
{
  int status = 0;

  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  if (self->pid > 0)
    {
      kill (self->pid, SIGKILL);
      while (waitpid (self->pid, &status, 0) < 0 && errno == EINTR)
        ;
    }
  self->pid = 0;

  return status;
}

void
cvr_decoder_unref (CvrDecoder *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  bury (self);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * cvr_decoder_set_limits:
 * @seconds: time for one picture, at least 1
 * @megabytes: memory of the helper, at least 1
 *
 * A running helper is ended; the next call starts one with the new limits.
 */
void
cvr_decoder_set_limits (CvrDecoder *self,
                        guint       seconds,
                        guint       megabytes)
{
  g_mutex_lock (&self->lock);
  self->seconds = MAX (1, seconds);
  self->megabytes = MAX (1, megabytes);
  bury (self);
  g_mutex_unlock (&self->lock);
}

static char *
usable (char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return path;
  g_free (path);

  return NULL;
}

/* $CONVISOR_DECODER; else the helper of the build tree that the program runs from (an older
 * installed one would be the wrong partner); else the installed one. */
static char *
find_helper (void)
{
  static const char *const beside[] = { ".", "../helper", "../src/helper", "../../src/helper",
                                        "../../../src/helper" };
  const char *chosen = g_getenv ("CONVISOR_DECODER");
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;

  if (chosen != NULL && chosen[0] != '\0')
    return g_strdup (chosen);

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (beside); i++)
    {
      char *found = usable (g_build_filename (folder, beside[i], "convisor-decode", NULL));

      if (found != NULL)
        return found;
    }

  return g_build_filename (CVR_LIBEXECDIR, "convisor-decode", NULL);
}

/* The helper's warnings about broken files are of no use to anybody, and a debugging setting of
 * ours must not make it stop at one. */
static gboolean
spawn (CvrDecoder *self,
       int         fd,
       GError    **error)
{
  g_autofree char *helper = find_helper ();
  g_autofree char *megabytes = g_strdup_printf ("--megabytes=%u", self->megabytes);
  g_autofree char *seconds = g_strdup_printf ("--seconds=%u", self->seconds);
  const char *argv[] = { helper, megabytes, seconds, NULL };
  g_auto (GStrv) environment = g_environ_unsetenv (g_get_environ (), "G_DEBUG");
  g_autoptr (GError) reason = NULL;

  if (g_spawn_async_with_pipes_and_fds (NULL, argv, (const char *const *) environment,
                                        G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
                                        NULL, NULL, fd, fd, -1, NULL, NULL, 0, &self->pid, NULL,
                                        NULL, NULL, &reason))
    return TRUE;

  self->pid = 0;
  g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_HELPER,
               _("The program that decodes pictures can't be started: %s"), reason->message);

  return FALSE;
}

static gboolean
start (CvrDecoder *self,
       GError    **error)
{
  int fds[2];
  gboolean started;

  if (self->pid > 0)
    return TRUE;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    {
      g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_HELPER,
                   _("The program that decodes pictures can't be started: %s"), g_strerror (errno));
      return FALSE;
    }

  started = spawn (self, fds[1], error);
  close (fds[1]);
  if (!started || fcntl (fds[0], F_SETFL, O_NONBLOCK) != 0)
    {
      close (fds[0]);
      bury (self);
      if (started)
        g_set_error_literal (error, CVR_VISION_ERROR, CVR_VISION_ERROR_HELPER,
                             _("The program that decodes pictures can't be started."));
      return FALSE;
    }

  self->fd = fds[0];
  self->n_served = 0;

  return TRUE;
}

/* Waits until the helper can be written to or read from. */
static Outcome
wait_for (const Exchange *exchange,
          short           events)
{
  for (;;)
    {
      struct pollfd fds[] = { { exchange->decoder->fd, events, 0 },
                              { exchange->cancel_fd, POLLIN, 0 } };
      gint64 left = exchange->deadline - g_get_monotonic_time ();
      int n = left > 0 ? poll (fds, exchange->cancel_fd >= 0 ? 2 : 1, (int) (left / 1000 + 1)) : 0;

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return OUTCOME_DIED;
      if (n == 0)
        return OUTCOME_TIMEOUT;

      return fds[1].revents != 0 ? OUTCOME_CANCELLED : OUTCOME_OK;
    }
}

static Outcome
send_all (const Exchange *exchange,
          const void     *data,
          gsize           length)
{
  const guint8 *from = data;

  while (length > 0)
    {
      gssize n = send (exchange->decoder->fd, from, length, MSG_NOSIGNAL);

      if (n < 0 && errno != EAGAIN && errno != EINTR)
        return OUTCOME_DIED;
      if (n < 0)
        {
          Outcome outcome = wait_for (exchange, POLLOUT);

          if (outcome != OUTCOME_OK)
            return outcome;
          continue;
        }
      from += n;
      length -= (gsize) n;
    }

  return OUTCOME_OK;
}

static Outcome
receive_all (const Exchange *exchange,
             void           *data,
             gsize           length)
{
  guint8 *to = data;

  while (length > 0)
    {
      gssize n = recv (exchange->decoder->fd, to, length, 0);

      if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        return OUTCOME_DIED;
      if (n < 0)
        {
          Outcome outcome = wait_for (exchange, POLLIN);

          if (outcome != OUTCOME_OK)
            return outcome;
          continue;
        }
      to += n;
      length -= (gsize) n;
    }

  return OUTCOME_OK;
}

static Outcome
send_request (const Exchange *exchange,
              GBytes         *bytes,
              guint           max_side)
{
  gsize length, n_name = strlen (exchange->name);
  const guint8 *data = g_bytes_get_data (bytes, &length);
  CvrWireRequest request = { CVR_WIRE_MAGIC, max_side, (guint32) MIN (n_name, CVR_WIRE_MAX_NAME),
                             (guint32) length };
  Outcome outcome = send_all (exchange, &request, sizeof request);

  /* The end of a long name says more than its start: the ending tells a TGA. */
  if (outcome == OUTCOME_OK)
    outcome = send_all (exchange, exchange->name + n_name - request.name_length,
                        request.name_length);

  return outcome == OUTCOME_OK ? send_all (exchange, data, length) : outcome;
}

static Outcome
receive_sentence (const Exchange     *exchange,
                  const CvrWireReply *reply,
                  GError            **sentence)
{
  char text[CVR_WIRE_MAX_TEXT + 1] = { 0 };
  g_autofree char *valid = NULL;
  Outcome outcome;

  if (reply->length > CVR_WIRE_MAX_TEXT || reply->status > 1 + CVR_VISION_ERROR_SPEC)
    return OUTCOME_NONSENSE;

  outcome = receive_all (exchange, text, reply->length);
  if (outcome != OUTCOME_OK)
    return outcome;

  valid = g_utf8_make_valid (text, -1);
  g_set_error_literal (sentence, CVR_VISION_ERROR, (gint) reply->status - 1, valid);

  return OUTCOME_OK;
}

/* What comes back is foreign too: a hostile file may have taken the helper over. */
static Outcome
receive_reply (const Exchange *exchange,
               CvrImage      **image,
               GError        **sentence)
{
  CvrWireReply reply;
  Outcome outcome = receive_all (exchange, &reply, sizeof reply);

  if (outcome != OUTCOME_OK)
    return outcome;
  if (reply.magic != CVR_WIRE_MAGIC)
    return OUTCOME_NONSENSE;
  if (reply.status != 0)
    return receive_sentence (exchange, &reply, sentence);
  if (reply.channels != 1 && reply.channels != 3)
    return OUTCOME_NONSENSE;
  if ((guint64) reply.width * reply.height > ((guint64) exchange->decoder->megabytes << 20))
    return OUTCOME_NONSENSE;

  *image = cvr_image_new (reply.width, reply.height, reply.channels);
  if (*image == NULL || cvr_image_n_bytes (*image) != reply.length)
    return OUTCOME_NONSENSE;
  (*image)->damaged = reply.damaged != 0;

  return receive_all (exchange, (*image)->data, reply.length);
}

static void
explain (const Exchange *exchange,
         Outcome         outcome,
         int             status,
         GError        **error)
{
  const CvrDecoder *self = exchange->decoder;
  int signal_number = WIFSIGNALED (status) ? WTERMSIG (status) : 0;

  if (outcome == OUTCOME_CANCELLED)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("%s: the decoding was cancelled"),
                 exchange->name);
  else if (outcome == OUTCOME_TIMEOUT || signal_number == SIGXCPU)
    g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TIMEOUT,
                 ngettext ("%s: took longer than %u second to decode",
                           "%s: took longer than %u seconds to decode", self->seconds),
                 exchange->name, self->seconds);
  else if (outcome == OUTCOME_DIED && (signal_number == SIGABRT || signal_number == SIGTRAP))
    /* How GLib ends a program that runs out of memory. */
    g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
                 _("%s: needs more than %u MB to decode"), exchange->name, self->megabytes);
  else if (outcome == OUTCOME_DIED)
    g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_HELPER,
                 _("%s: the program that decodes pictures ended on it"), exchange->name);
  else
    g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_HELPER,
                 _("%s: the program that decodes pictures answered nonsense"), exchange->name);
}

/* One request and its answer. Called with the lock held. @retry (out): the helper had served others
 * and died: what they left behind may be the reason. */
static CvrImage *
exchange_once (CvrDecoder *self,
               Exchange   *exchange,
               GBytes     *bytes,
               guint       max_side,
               gboolean   *retry,
               GError    **error)
{
  g_autoptr (CvrImage) image = NULL;
  g_autoptr (GError) sentence = NULL;
  Outcome outcome;

  *retry = FALSE;
  if (!start (self, error))
    return NULL;

  outcome = send_request (exchange, bytes, max_side);
  if (outcome == OUTCOME_OK)
    outcome = receive_reply (exchange, &image, &sentence);
  if (outcome != OUTCOME_OK)
    {
      *retry = outcome == OUTCOME_DIED && self->n_served > 0;
      explain (exchange, outcome, bury (self), error);
      return NULL;
    }

  self->n_served++;
  if (sentence != NULL)
    g_propagate_error (error, g_steal_pointer (&sentence));

  return g_steal_pointer (&image);
}

static gboolean
check_length (GBytes     *bytes,
              const char *name,
              GError    **error)
{
  if (g_bytes_get_size (bytes) <= (gsize) MAX_FILE_MEGABYTES << 20)
    return TRUE;

  g_set_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE,
               _("%s: the file is larger than %d MB, the most that is read"), name,
               MAX_FILE_MEGABYTES);

  return FALSE;
}

/**
 * cvr_decoder_decode:
 * @bytes: a whole file
 * @name: (nullable): its name without folders
 * @max_side: pixels; 0: as large as it is
 * @cancellable: (nullable): ends the helper too
 *
 * Decodes in the helper and waits for it, at most for the set time. Any thread; calls on one
 * decoder wait for each other. Errors: %CVR_VISION_ERROR, with a sentence that starts with @name;
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the picture.
 */
CvrImage *
cvr_decoder_decode (CvrDecoder   *self,
                    GBytes       *bytes,
                    const char   *name,
                    guint         max_side,
                    GCancellable *cancellable,
                    GError      **error)
{
  Exchange exchange = { self, name != NULL ? name : _("picture"), 0, -1 };
  g_autoptr (GError) reason = NULL;
  CvrImage *image;
  gboolean retry;

  g_return_val_if_fail (self != NULL && bytes != NULL, NULL);

  if (!check_length (bytes, exchange.name, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  g_mutex_lock (&self->lock);
  if (cancellable != NULL)
    exchange.cancel_fd = g_cancellable_get_fd (cancellable);

  /* For both tries together. */
  exchange.deadline = g_get_monotonic_time () + (gint64) self->seconds * G_USEC_PER_SEC;
  image = exchange_once (self, &exchange, bytes, max_side, &retry, &reason);
  if (image == NULL && retry)
    {
      g_clear_error (&reason);
      image = exchange_once (self, &exchange, bytes, max_side, &retry, &reason);
    }

  if (exchange.cancel_fd >= 0)
    g_cancellable_release_fd (cancellable);
  g_mutex_unlock (&self->lock);

  if (image == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));

  return image;
}
