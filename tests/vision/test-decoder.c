/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decoding helper from outside: it agrees with decoding here, and whatever it does, its parent
 * goes on. Misbehaviour is played by shell scripts in its place. */
#include "cvr-decode.h"
#include "cvr-decoder.h"
#include "cvr-test-pictures.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *script;
  char *before; /* $CONVISOR_DECODER */
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("convisor-decoder-XXXXXX", &error);
  g_assert_no_error (error);
  self->script = g_build_filename (self->folder, "helper", NULL);
  self->before = g_strdup (g_getenv ("CONVISOR_DECODER"));
}

static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  if (self->before != NULL)
    g_setenv ("CONVISOR_DECODER", self->before, TRUE);
  else
    g_unsetenv ("CONVISOR_DECODER");
  g_unlink (self->script);
  g_rmdir (self->folder);
  g_free (self->before);
  g_free (self->script);
  g_free (self->folder);
}

/* Puts a script in the helper's place. */
static void
pretend (Fixture    *self,
         const char *body)
{
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n%s\n", body);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (self->script, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, &error);
  g_assert_no_error (error);
  g_setenv ("CONVISOR_DECODER", self->script, TRUE);
}

static void
assert_fails (CvrDecoder *decoder,
              gint        code)
{
  g_autoptr (GBytes) bytes = cvr_test_file ("png", 4, 4, 0x123456);
  g_autoptr (GError) error = NULL;

  g_assert_null (cvr_decoder_decode (decoder, bytes, "photo.png", 100, NULL, &error));
  g_assert_error (error, CVR_VISION_ERROR, code);
  g_test_message ("%s", error->message);
}

static void
assert_works (CvrDecoder *decoder)
{
  g_autoptr (GBytes) bytes = cvr_test_file ("png", 4, 4, 0x123456);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrImage) image = cvr_decoder_decode (decoder, bytes, "photo.png", 100, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (image->width, ==, 4);
  g_assert_cmpmem (image->data, 3, "\x12\x34\x56", 3);
}

static void
test_agrees_with_decoding_here (Fixture      *self,
                                gconstpointer data)
{
  g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();
  const guint limits[] = { 0, 50, 64 };

  for (guint i = 0; i < 30; i++)
    {
      guint height = 1 + 200 / (i + 1), channels = i % 2 == 0 ? 3 : 1;
      g_autoptr (CvrImage) picture = cvr_test_picture (1 + 7 * i, height, channels);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = i % 3 == 0 ? cvr_image_encode_jpeg (picture, 80, &error)
                                            : cvr_image_encode_png (picture, &error);
      g_autoptr (CvrImage) there = cvr_decoder_decode (decoder, bytes, "p", limits[i % 3], NULL,
                                                        &error);
      g_autoptr (CvrImage) here = NULL;

      g_assert_no_error (error);
      here = cvr_image_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "p",
                               limits[i % 3], &error);
      g_assert_true (cvr_image_equal (here, there));
    }
}

/* Requests and answers larger than what a socket holds. */
static void
test_carries_large_pictures (Fixture      *self,
                             gconstpointer data)
{
  g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();
  g_autoptr (GBytes) bytes = cvr_test_file ("bmp", 1500, 1000, 0xa0b0c0);
  g_autoptr (GError) error = NULL;
  g_autoptr (CvrImage) image = cvr_decoder_decode (decoder, bytes, "large.bmp", 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (cvr_image_n_bytes (image), ==, 1500 * 1000 * 3);
  g_assert_cmpuint (image->data[cvr_image_n_bytes (image) - 1], ==, 0xc0);
}

static void
test_passes_on_the_reason (Fixture      *self,
                           gconstpointer data)
{
  g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("no picture", 10);
  g_autoptr (GError) error = NULL;

  g_assert_null (cvr_decoder_decode (decoder, bytes, "notes.jpg", 100, NULL, &error));
  g_assert_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_FORMAT);
  g_assert_true (g_str_has_prefix (error->message, "notes.jpg: "));
  assert_works (decoder);
}

/* 9,000 × 9,000 pixels are 243 MB, declared by a file of a few bytes. */
static void
test_bounds_memory (Fixture      *self,
                    gconstpointer data)
{
  static const char bomb[] = "P6\n9000 9000\n255\nabc";
  g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (bomb, sizeof bomb - 1);
  g_autoptr (GError) error = NULL;

#if defined(__SANITIZE_ADDRESS__)
  g_test_skip ("the sanitizer's own memory rules out a limit");
  return;
#endif
  cvr_decoder_set_limits (decoder, 5, 200);
  g_assert_null (cvr_decoder_decode (decoder, bytes, "bomb.ppm", 100, NULL, &error));
  g_assert_error (error, CVR_VISION_ERROR, CVR_VISION_ERROR_TOO_LARGE);
  assert_works (decoder);
}

static void
test_kills_at_the_deadline (Fixture      *self,
                            gconstpointer data)
{
  g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();

  cvr_decoder_set_limits (decoder, 1, 400);
  pretend (self, "exec sleep 1000");
  assert_fails (decoder, CVR_VISION_ERROR_TIMEOUT);

  tear_down (self, NULL);
  set_up (self, NULL);
  assert_works (decoder);
}

static void
test_survives_what_a_helper_may_do (Fixture      *self,
                                    gconstpointer data)
{
  static const struct
  {
    const char *body;
    gint        code;
  } cases[] = {
    { "exit 0", CVR_VISION_ERROR_HELPER },
    { "exit 3", CVR_VISION_ERROR_HELPER },
    { "kill -SEGV $$", CVR_VISION_ERROR_HELPER },
    { "kill -ABRT $$", CVR_VISION_ERROR_TOO_LARGE },
    { "exec cat /dev/zero", CVR_VISION_ERROR_HELPER }, /* nonsense */
    { "printf "
      "'DRVC\\0\\0\\0\\0\\377\\377\\0\\0\\377\\377\\0\\0\\3\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0'; "
      "exec cat",
      CVR_VISION_ERROR_HELPER }, /* a picture of 65,535 a side */
    { "printf 'DRVC\\1\\0\\0\\0'; head -c 16 /dev/zero; printf '\\377\\377\\377\\377'; exec cat",
      CVR_VISION_ERROR_HELPER }, /* an endless sentence */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();

      pretend (self, cases[i].body);
      assert_fails (decoder, cases[i].code);
    }
}

static void
test_says_when_there_is_none (Fixture      *self,
                              gconstpointer data)
{
  g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();

  g_setenv ("CONVISOR_DECODER", "/nonexistent/convisor-decode", TRUE);
  assert_fails (decoder, CVR_VISION_ERROR_HELPER);
}

/* A helper that dies after it has served others is replaced, and nobody notices. */
static void
test_tries_again_with_a_fresh_one (Fixture      *self,
                                   gconstpointer data)
{
  g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();
  g_autofree char *real = g_strdup (g_getenv ("CONVISOR_DECODER"));
  g_autofree char *body = NULL;

  if (real == NULL)
    {
      g_test_skip ("CONVISOR_DECODER is not set");
      return;
    }
  /* Passes one request and its answer on, then ends: the first 16 bytes of a request are followed
   * by the name and the file, together 9 bytes and the length of the PNG. */
  {
    g_autoptr (GBytes) png = cvr_test_file ("png", 4, 4, 0x123456);

    body = g_strdup_printf ("head -c %u | %s \"$@\"", 16 + 9 + (guint) g_bytes_get_size (png),
                            real);
  }
  pretend (self, body);
  assert_works (decoder);
  assert_works (decoder);
  assert_works (decoder);
}

static gpointer
cancel_when_started (gpointer data)
{
  gpointer *pair = data;
  int fd = g_open (pair[0], O_RDONLY, 0);
  char byte;

  g_assert_cmpint (read (fd, &byte, 1), ==, 1);
  close (fd);
  g_cancellable_cancel (pair[1]);

  return NULL;
}

static void
test_can_be_cancelled (Fixture      *self,
                       gconstpointer data)
{
  g_autoptr (CvrDecoder) decoder = cvr_decoder_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *pipe_path = g_build_filename (self->folder, "started", NULL);
  g_autofree char *body = g_strdup_printf ("echo x >'%s'; exec sleep 1000", pipe_path);
  g_autoptr (GBytes) bytes = cvr_test_file ("png", 4, 4, 0);
  g_autoptr (GError) error = NULL, again = NULL;
  gpointer pair[] = { pipe_path, cancellable };
  GThread *thread;

  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  pretend (self, body);
  cvr_decoder_set_limits (decoder, 100, 400);
  thread = g_thread_new ("cancel", cancel_when_started, pair);
  g_assert_null (cvr_decoder_decode (decoder, bytes, "photo.png", 100, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_unlink (pipe_path);

  g_assert_null (cvr_decoder_decode (decoder, bytes, "photo.png", 100, cancellable, &again));
  g_assert_error (again, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function)                                                                        \
  g_test_add ("/vision/decoder/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("agrees-with-decoding-here", test_agrees_with_decoding_here);
  ADD ("carries-large-pictures", test_carries_large_pictures);
  ADD ("passes-on-the-reason", test_passes_on_the_reason);
  ADD ("bounds-memory", test_bounds_memory);
  ADD ("kills-at-the-deadline", test_kills_at_the_deadline);
  ADD ("survives-what-a-helper-may-do", test_survives_what_a_helper_may_do);
  ADD ("says-when-there-is-none", test_says_when_there_is_none);
  ADD ("tries-again-with-a-fresh-one", test_tries_again_with_a_fresh_one);
  ADD ("can-be-cancelled", test_can_be_cancelled);
#undef ADD

  return g_test_run ();
}
