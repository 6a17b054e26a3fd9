/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window's camera and clips. */
#include "cvr-window-capture.h"

#include "cvr-app-settings.h"
#include "cvr-capture-dialog.h"
#include "cvr-drop.h"

#include <glib/gi18n-lib.h>

/* A clip being taken apart. */
typedef struct
{
  GFile        *file;
  CvrClipInfo   info;
  CvrMoments    moments;
  guint         n;          /* moments */
  CvrGathering *gathering;  /* the working thread's until it has returned */

  /* Main thread. */
  CvrProject   *project;
  char         *class_name; /* NULL: none */
} Clip;

static void
clip_free (gpointer data)
{
  Clip *self = data;

  g_object_unref (self->file);
  g_object_unref (self->project);
  cvr_gathering_free (self->gathering);
  g_free (self->class_name);
  g_free (self);
}

typedef struct
{
  CvrJob *job;
  Clip   *clip;
  GError *error;
} Sampling;

/* Working thread. */
static gboolean
take_cb (CvrImage   *image,
         const char *name,
         guint       k,
         gpointer    data)
{
  Sampling *sampling = data;

  if (!cvr_job_keep_going (sampling->job)
      || !cvr_gathering_add (sampling->clip->gathering, image, name, &sampling->error))
    return FALSE;
  cvr_job_progress (sampling->job, k + 1, sampling->clip->n);

  return TRUE;
}

static gpointer
sample_func (CvrJob  *job,
             gpointer data,
             GError **error)
{
  Clip *clip = data;
  Sampling sampling = { job, clip, NULL };

  if (!cvr_clip_sample (clip->file, &clip->info, &clip->moments, take_cb, &sampling, NULL,
                        cvr_job_cancellable (job), error))
    {
      g_clear_error (&sampling.error);
      return NULL;
    }
  if (sampling.error != NULL)
    {
      g_propagate_error (error, sampling.error);
      return NULL;
    }

  return clip;
}

/* What the job returns is what it was given. */
static void
keep (gpointer clip)
{
}

static void
added_cb (guint    n,
          gpointer data)
{
  g_autoptr (CvrWindow) window = data;
  g_autofree char *text = NULL;

  if (n == 0)
    return;
  text = g_strdup_printf (ngettext ("%'u picture is in", "%'u pictures are in", n), n);
  cvr_toast_action (GTK_WIDGET (window), text, _("_Undo"), "win.undo");
}

/* Also after a cancel and an error: what came is in, as one action. */
static void
sampled_cb (CvrJob       *job,
            gpointer      result,
            const GError *error,
            gpointer      user_data)
{
  CvrWindow *window = user_data;
  Clip *clip = g_object_get_data (G_OBJECT (job), "clip");

  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_show_error (GTK_WIDGET (window), _("The clip could not be read to its end"),
                    error->message);
  if (cvr_window_get_project (window) != clip->project)
    return;
  if (cvr_gathering_n (clip->gathering) == 0 && error != NULL)
    {
      cvr_toast (GTK_WIDGET (window), _("Nothing was taken from the clip"));
      return;
    }
  cvr_project_add_gathered (clip->project, g_steal_pointer (&clip->gathering),
                            clip->class_name != NULL
                              ? cvr_dataset_find_class (cvr_project_get_dataset (clip->project),
                                                        clip->class_name)
                              : CVR_LABEL_NONE,
                            added_cb, g_object_ref (window));
}

static void
moments_chosen_cb (CvrCaptureDialog *dialog,
                   const CvrMoments *moments,
                   int               label,
                   CvrWindow        *window)
{
  CvrProject *project = cvr_window_get_project (window);
  Clip *clip;
  CvrJob *job;

  if (project == NULL)
    return;
  clip = g_new0 (Clip, 1);
  clip->file = g_object_ref (cvr_capture_dialog_get_file (dialog));
  clip->info = *cvr_capture_dialog_get_info (dialog);
  clip->moments = *moments;
  clip->n = cvr_moments_count (moments);
  clip->gathering = cvr_gathering_new (project);
  clip->project = g_object_ref (project);
  if (label >= 0)
    clip->class_name =
      g_strdup (cvr_dataset_class_name (cvr_project_get_dataset (project), (guint) label));

  cvr_window_show_page (window, "images");
  job = cvr_job_start (_("Taking pictures from the clip"), sample_func, clip, NULL,
                       G_OBJECT (window), sampled_cb, window, keep);
  g_object_set_data_full (G_OBJECT (job), "clip", clip, clip_free);
  cvr_show_job (GTK_WIDGET (window), job);
}

static void
captured_cb (CvrCaptureDialog  *dialog,
             const CvrCaptured *captured,
             int                label,
             CvrWindow         *window)
{
  CvrProject *project = cvr_window_get_project (window);

  if (project == NULL)
    return;
  cvr_window_show_page (window, "images");
  cvr_project_add_images (project, captured->images, captured->names, label, added_cb,
                          g_object_ref (window));
}

/* @label: the class that is chosen at first; −1: none */
static CvrCaptureDialog *
make_dialog (CvrWindow *window,
             int        label)
{
  CvrProject *project = cvr_window_get_project (window);
  const guint n = cvr_dataset_n_classes (cvr_project_get_dataset (project));
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  CvrCaptureDialog *dialog;

  for (guint k = 0; k < n; k++)
    g_ptr_array_add (titles, (gpointer) cvr_project_class_title (project, k));
  g_ptr_array_add (titles, NULL);
  dialog =
    cvr_capture_dialog_new (GTK_WINDOW (window), (const char *const *) titles->pdata,
                            label < (int) n ? label : -1);
  g_signal_connect_object (dialog, "captured", G_CALLBACK (captured_cb), window, 0);
  g_signal_connect_object (dialog, "moments-chosen", G_CALLBACK (moments_chosen_cb), window, 0);

  return dialog;
}

static void
open_camera (CvrWindow *window,
             int        label)
{
  g_autoptr (GSettings) settings = cvr_app_settings_new ();
  g_autofree char *camera = settings != NULL ? g_settings_get_string (settings, "camera") : NULL;
  CvrCaptureDialog *dialog;

  if (cvr_window_get_project (window) == NULL)
    return;
  dialog = make_dialog (window, label);
  cvr_capture_dialog_open_camera (dialog, camera);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
camera_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  open_camera (user_data, -1);
}

static void
camera_for_cb (GSimpleAction *action,
               GVariant      *label,
               gpointer       user_data)
{
  open_camera (user_data, (int) g_variant_get_uint32 (label));
}

static void
clip_chosen_cb (GtkNativeDialog *chooser,
                int              response,
                CvrWindow       *window)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    cvr_capture_open_clip (window, file);
  g_object_unref (chooser);
}

static void
import_video_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  CvrWindow *window = user_data;
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
    _("Pictures from a clip"), GTK_WINDOW (window), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  g_autoptr (GtkFileFilter) videos = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (videos, _("Videos"));
  gtk_file_filter_add_mime_type (videos, "video/*");
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), videos);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (clip_chosen_cb), window, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/**
 * cvr_capture_open_clip:
 * @file: a video
 */
void
cvr_capture_open_clip (CvrWindow *window,
                       GFile     *file)
{
  CvrCaptureDialog *dialog;

  g_return_if_fail (CVR_IS_WINDOW (window));
  g_return_if_fail (G_IS_FILE (file));

  if (cvr_window_get_project (window) == NULL)
    return;
  dialog = make_dialog (window, -1);
  cvr_capture_dialog_open_file (dialog, file);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * cvr_capture_install:
 *
 * Adds "win.camera", "win.camera-for" (uint32: the class that the pictures show) and
 * "win.import-video".
 */
void
cvr_capture_install (CvrWindow *window)
{
  static const GActionEntry entries[] = {
    { "camera", camera_cb },
    { "camera-for", camera_for_cb, "u" },
    { "import-video", import_video_cb },
  };

  g_return_if_fail (CVR_IS_WINDOW (window));

  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
}
