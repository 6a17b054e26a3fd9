/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures from clips: which, how many, how large, which way up. */
#include "capture-support.h"

#include "cvr-clip.h"

enum { MAX_PICTURES = 64 };

typedef struct
{
  guint         n, stop_after;
  CvrImage     *images[MAX_PICTURES];
  char         *names[MAX_PICTURES];
  GCancellable *cancel;
} Taken;

static gboolean
take_cb (CvrImage   *image,
         const char *name,
         guint       k,
         gpointer    data)
{
  Taken *taken = data;

  g_assert_cmpuint (k, ==, taken->n);
  g_assert_cmpuint (k, <, MAX_PICTURES);
  taken->images[k] = cvr_image_ref (image);
  taken->names[k] = g_strdup (name);
  taken->n++;
  if (taken->cancel != NULL)
    g_cancellable_cancel (taken->cancel);

  return taken->n != taken->stop_after;
}

static void
taken_clear (Taken *taken)
{
  for (guint k = 0; k < taken->n; k++)
    {
      cvr_image_unref (taken->images[k]);
      g_free (taken->names[k]);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Taken, taken_clear)

/* 4 s at 10 pictures a second; @size as "width=320,height=240". */
static GFile *
make_clip (const char *size,
           const char *rest,
           const char *name)
{
  g_autofree char *text = g_strdup_printf (
    "videotestsrc num-buffers=40 pattern=ball animation-mode=frames ! "
    "video/x-raw,%s,framerate=10/1 ! %s",
    size, rest);

  return capture_support_make (text, name);
}

static const char theora[] = "theoraenc ! oggmux";
static const char webm[] = "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=5 ! webmmux";
static const char motion_jpeg[] = "jpegenc ! avimux";

static void
test_length_is_known (void)
{
  static const struct { const char *rest, *name; } kinds[] = {
    { theora, "clip.ogv" },
    { webm, "clip.webm" },
    { motion_jpeg, "clip.avi" },
    /* As browsers record: no length, no index. */
    { "vp8enc deadline=1 cpu-used=8 ! webmmux streamable=true", "stream.webm" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GFile *file = make_clip ("width=64,height=48", kinds[i].rest, kinds[i].name);
      g_autoptr (GError) error = NULL;
      CvrClipInfo info;

      if (file == NULL)
        return;
      g_test_message ("%s", kinds[i].name);
      g_assert_true (cvr_clip_read_info (file, &info, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpfloat_with_epsilon (info.duration, 4, 0.11); /* Some don't count the last one. */
      g_assert_cmpfloat_with_epsilon (info.frame_rate, 10, 0.01);
      capture_support_drop (file);
    }
}

static void
test_count_is_kept (void)
{
  static const char *const kinds[][2] = { { theora, "clip.ogv" },
                                          { webm, "clip.webm" },
                                          { motion_jpeg, "clip.avi" } };
  static const CvrMoments choices[] = {
    { 0, 4, 1 }, { 0, 4, 10 }, { 2.5, 3.5, 5 }, { 3.05, 3.1, 1 }, { 0, 4, 0.2 }, { 1.25, 3.8, 2.5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GFile *file = make_clip ("width=64,height=48", kinds[i][0], kinds[i][1]);
      g_autoptr (GError) error = NULL;
      CvrClipInfo info;

      if (file == NULL)
        return;
      g_assert_true (cvr_clip_read_info (file, &info, NULL, &error));
      for (guint j = 0; j < G_N_ELEMENTS (choices); j++)
        {
          g_auto (Taken) taken = { 0 };
          guint n = 0;

          g_test_message ("%s, choice %u", kinds[i][1], j);
          g_assert_true (
            cvr_clip_sample (file, &info, &choices[j], take_cb, &taken, &n, NULL, &error));
          g_assert_no_error (error);
          g_assert_cmpuint (n, ==, taken.n);
          g_assert_cmpuint (n, ==, cvr_moments_count (&choices[j]));
          for (guint k = 0; k < n; k++)
            {
              g_autofree char *name = cvr_moments_name ("clip", cvr_moments_at (&choices[j], k));

              g_assert_cmpstr (taken.names[k], ==, name);
              g_assert_cmpuint (taken.images[k]->width, ==, 64);
              g_assert_cmpuint (taken.images[k]->height, ==, 48);
              g_assert_cmpuint (taken.images[k]->channels, ==, 3);
            }
        }
      capture_support_drop (file);
    }
}

/* The same moment gives the same picture, whether the clip was read from its beginning or
 * entered in the middle; another moment gives another (the ball has moved on). */
static void
test_the_right_moment (void)
{
  GFile *file = make_clip ("width=64,height=48", webm, "clip.webm");
  const CvrMoments all = { 0, 4, 10 }, late = { 2.5, 3.5, 10 };
  g_auto (Taken) read = { 0 };
  g_auto (Taken) entered = { 0 };
  g_autoptr (GError) error = NULL;
  CvrClipInfo info;

  if (file == NULL)
    return;
  g_assert_true (cvr_clip_read_info (file, &info, NULL, &error));
  g_assert_true (info.seekable);
  g_assert_true (cvr_clip_sample (file, &info, &all, take_cb, &read, NULL, NULL, &error));
  g_assert_true (cvr_clip_sample (file, &info, &late, take_cb, &entered, NULL, NULL, &error));
  g_assert_cmpuint (entered.n, ==, 10);
  for (guint k = 0; k < entered.n; k++)
    {
      g_assert_true (cvr_image_equal (entered.images[k], read.images[25 + k]));
      g_assert_false (cvr_image_equal (read.images[25 + k], read.images[24 + k]));
    }
  capture_support_drop (file);
}

static void
test_sizes (void)
{
  static const struct { const char *size; guint width, height; } cases[] = {
    { "width=320,height=240", 320, 240 },
    { "width=1600,height=900", 1024, 576 },
    { "width=900,height=1600", 576, 1024 },
    { "width=320,height=240,pixel-aspect-ratio=2/1", 640, 240 },
    { "width=2000,height=20", 1024, 10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (
        "videotestsrc num-buffers=2 ! video/x-raw,%s,framerate=10/1 ! jpegenc ! matroskamux",
        cases[i].size);
      GFile *file = capture_support_make (text, "size.mkv");
      const CvrMoments moments = { 0, 0.1, 1 };
      g_auto (Taken) taken = { 0 };
      g_autoptr (GError) error = NULL;
      CvrClipInfo info;

      if (file == NULL)
        return;
      g_test_message ("%s", cases[i].size);
      g_assert_true (cvr_clip_read_info (file, &info, NULL, &error));
      g_assert_true (cvr_clip_sample (file, &info, &moments, take_cb, &taken, NULL, NULL, &error));
      g_assert_cmpuint (taken.n, ==, 1);
      g_assert_cmpuint (taken.images[0]->width, ==, cases[i].width);
      g_assert_cmpuint (taken.images[0]->height, ==, cases[i].height);
      capture_support_drop (file);
    }
}

/* A phone held upright writes lying pictures, and in the track's header the matrix that turns
 * them. */
static void
turn_track (GFile *file)
{
  static const guint8 quarter[36] = { 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0 };
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *bytes = NULL;
  char *header;
  gsize n;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  header = memmem (bytes, n, "tkhd", 4);
  g_assert_nonnull (header);
  memcpy (header + 4 + 40, quarter, sizeof quarter - 4); /* What follows is the scale, and stays. */
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
}

static void
test_upright (void)
{
  const CvrMoments moments = { 0, 0.1, 1 };
  g_auto (Taken) taken = { 0 };
  g_autoptr (GError) error = NULL;
  CvrClipInfo info;
  const guint8 *left, *right;
  GFile *file =
    capture_support_make ("videotestsrc num-buffers=4 pattern=gradient ! "
                          "video/x-raw,width=96,height=64,framerate=10/1 ! jpegenc ! qtmux",
                          "phone.mov");

  if (file == NULL)
    return;
  turn_track (file);
  g_assert_true (cvr_clip_read_info (file, &info, NULL, &error));
  g_assert_true (cvr_clip_sample (file, &info, &moments, take_cb, &taken, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (taken.images[0]->width, ==, 64);
  g_assert_cmpuint (taken.images[0]->height, ==, 96);
  /* It ran from dark at the top to light at the bottom: a quarter clockwise, from light to dark. */
  left = taken.images[0]->data + 3 * 4;
  right = taken.images[0]->data + 3 * 60;
  g_assert_cmpuint (left[0], >, right[0] + 100);
  capture_support_drop (file);
}

static void
test_cancel (void)
{
  GFile *file = make_clip ("width=64,height=48", theora, "clip.ogv");
  const CvrMoments moments = { 0, 4, 10 };
  g_autoptr (GCancellable) cancel = g_cancellable_new ();
  g_auto (Taken) first = { .cancel = cancel };
  g_auto (Taken) enough = { .stop_after = 3 };
  g_autoptr (GError) error = NULL;
  CvrClipInfo info;
  guint n;

  if (file == NULL)
    return;
  g_assert_true (cvr_clip_read_info (file, &info, NULL, &error));
  g_assert_false (cvr_clip_sample (file, &info, &moments, take_cb, &first, &n, cancel, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (n, ==, 1);
  g_clear_error (&error);

  g_assert_true (cvr_clip_sample (file, &info, &moments, take_cb, &enough, &n, NULL, &error));
  g_assert_cmpuint (n, ==, 3);
  capture_support_drop (file);
}

int
main (int    argc,
      char **argv)
{
  capture_support_init (&argc, &argv);
  g_test_add_func ("/capture/clip/length-is-known", test_length_is_known);
  g_test_add_func ("/capture/clip/count-is-kept", test_count_is_kept);
  g_test_add_func ("/capture/clip/the-right-moment", test_the_right_moment);
  g_test_add_func ("/capture/clip/scaled-to-1024-square-pixels", test_sizes);
  g_test_add_func ("/capture/clip/upright", test_upright);
  g_test_add_func ("/capture/clip/cancel-and-enough", test_cancel);

  return g_test_run ();
}
