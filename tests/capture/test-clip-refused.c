/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are no clips, clips that nothing here reads, and clips that are cut off. */
#include "capture-support.h"

#include "cvr-capture-error.h"
#include "cvr-clip.h"

/* 4 s at 10 pictures a second. */
static GFile *
make_webm (const char *name)
{
  return capture_support_make (
    "videotestsrc num-buffers=40 pattern=ball animation-mode=frames ! "
    "video/x-raw,width=64,height=48,framerate=10/1 ! vp8enc deadline=1 cpu-used=8 "
    "keyframe-max-dist=5 ! webmmux", name);
}

static gboolean
take_cb (CvrImage   *image,
         const char *name,
         guint       k,
         gpointer    data)
{
  return TRUE;
}

static void
assert_refused (GFile          *file,
                CvrCaptureError wanted,
                const char     *says)
{
  g_autoptr (GError) error = NULL;
  CvrClipInfo info;

  g_assert_false (cvr_clip_read_info (file, &info, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, CVR_CAPTURE_ERROR, (int) wanted);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_not_there (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/perro.webm");

  assert_refused (file, CVR_CAPTURE_ERROR_FILE, "“perro.webm” is not there");
}

static void
test_no_clip (void)
{
  GFile *file = capture_support_make ("filesrc location=/proc/version", "perro.webm");
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (file == NULL)
    return;
  g_file_set_contents (path, "\1\2\3 no clip \4\5\6", -1, NULL);
  assert_refused (file, CVR_CAPTURE_ERROR_FILE, "“perro.webm” is no video");
  g_file_set_contents (path, "", 0, NULL);
  assert_refused (file, CVR_CAPTURE_ERROR_FILE, "“perro.webm”");
  g_file_set_contents (path, "Text, for people.\nMore of it.\n", -1, NULL);
  assert_refused (file, CVR_CAPTURE_ERROR_FILE, "“perro.webm”");
  capture_support_drop (file);
}

static void
test_sound_alone (void)
{
  GFile *file = capture_support_make ("audiotestsrc num-buffers=10 ! wavenc", "song.wav");

  if (file == NULL)
    return;
  assert_refused (file, CVR_CAPTURE_ERROR_NO_VIDEO, "“song.wav”");
  capture_support_drop (file);
}

/* All decoders of the clip's kind are hidden, as on a computer that lacks them. */
static void
test_codec_missing (void)
{
  GFile *file = make_webm ("perro.webm");
  GstRegistry *registry = gst_registry_get ();
  GstPluginFeature *vp8 = gst_registry_lookup_feature (registry, "vp8dec");
  GstPluginFeature *libav = gst_registry_lookup_feature (registry, "avdec_vp8");

  if (file == NULL)
    return;
  if (vp8 != NULL)
    gst_registry_remove_feature (registry, vp8);
  if (libav != NULL)
    gst_registry_remove_feature (registry, libav);
  assert_refused (file, CVR_CAPTURE_ERROR_CODEC, "VP8");
  if (vp8 != NULL)
    gst_registry_add_feature (registry, vp8);
  if (libav != NULL)
    gst_registry_add_feature (registry, libav);
  capture_support_drop (file);
}

/* What was whole before the cut is taken; nothing hangs. */
static void
test_cut_off (void)
{
  GFile *file = make_webm ("clip.webm");
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *bytes = NULL;
  gsize n;

  if (file == NULL)
    return;
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  for (guint part = 0; part < 16; part++)
    {
      const CvrMoments moments = { 0, 4, 5 };
      guint n_taken = 0;
      g_autoptr (GError) error = NULL;
      CvrClipInfo info;

      g_assert_true (g_file_set_contents (path, bytes, (gssize) (n * part / 16), NULL));
      if (!cvr_clip_read_info (file, &info, NULL, &error))
        g_assert_nonnull (error);
      else if (!cvr_clip_sample (file, &info, &moments, take_cb, NULL, &n_taken, NULL, &error))
        g_assert_nonnull (error);
      g_assert_cmpuint (n_taken, <=, 20);
      if (part == 15)
        g_assert_cmpuint (n_taken, >, 10);
    }
  capture_support_drop (file);
}

int
main (int    argc,
      char **argv)
{
  capture_support_init (&argc, &argv);
  g_test_add_func ("/capture/clip/not-there", test_not_there);
  g_test_add_func ("/capture/clip/no-clip", test_no_clip);
  g_test_add_func ("/capture/clip/sound-alone", test_sound_alone);
  g_test_add_func ("/capture/clip/cut-off", test_cut_off);
  g_test_add_func ("/capture/clip/codec-missing", test_codec_missing);

  return g_test_run ();
}
