/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of one class from a camera, or moments of a clip. */
#include "cvr-capture-dialog.h"

#include "cvr-capture-strip.h"
#include "cvr-live-view.h"

#include <glib/gi18n-lib.h>

/* Left out at the end of a clip's slider: the first moment needs one after it. */
static const double least_range = 0.1; /* s */

struct _CvrCaptureDialog
{
  AdwWindow parent_instance;

  GtkStack        *stack, *controls;
  GtkLabel        *opening, *hold_label, *summary, *start_clock, *end_clock;
  AdwStatusPage   *failed;
  CvrLiveView     *view;
  GtkWidget       *hold, *range, *scroller;
  GtkToggleButton *play;
  GtkDropDown     *class_choice;
  GtkAdjustment   *rate, *start, *end;
  CvrCaptureStrip *strip;
  GtkButton       *add;

  CvrCapture *capture;
  GFile      *file;         /* NULL: a camera */
  char       *description;
  gboolean    known;        /* the clip's length has been read */
  gboolean    updating;     /* sliders are being set by the program */
  gboolean    held;
  gint64      held_since;   /* monotonic µs */
  guint       n_in_hold;    /* due so far */
};

G_DEFINE_FINAL_TYPE (CvrCaptureDialog, cvr_capture_dialog, ADW_TYPE_WINDOW)

enum
{
  SIGNAL_CAPTURED,
  SIGNAL_MOMENTS_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static CvrMoments
chosen_moments (CvrCaptureDialog *self)
{
  const double rate = cvr_moments_rate (gtk_adjustment_get_value (self->rate),
                                        cvr_capture_get_info (self->capture)->frame_rate);

  return (CvrMoments) { gtk_adjustment_get_value (self->start),
                        gtk_adjustment_get_value (self->end), rate };
}

static guint
n_pictures (CvrCaptureDialog *self)
{
  CvrMoments moments;

  if (self->file == NULL)
    return cvr_capture_strip_count (self->strip);
  if (!self->known)
    return 0;
  moments = chosen_moments (self);

  return cvr_moments_count (&moments);
}

static void
update_words (CvrCaptureDialog *self)
{
  const guint n = n_pictures (self);
  g_autofree char *add =
    n > 0 ? g_strdup_printf (ngettext ("_Add %'u picture", "_Add %'u pictures", n), n)
          : g_strdup (_("_Add"));
  g_autofree char *summary = NULL;

  gtk_button_set_label (self->add, add);
  gtk_widget_set_sensitive (GTK_WIDGET (self->add), n > 0);
  if (self->file != NULL && n > 0)
    summary =
      g_strdup_printf (ngettext ("That makes %'u picture.", "That makes %'u pictures.", n), n);
  else if (self->file != NULL)
    summary = g_strdup ("");
  else if (cvr_capture_strip_is_full (self->strip))
    summary = g_strdup (_("No more fit at once. Add these, then go on."));
  else if (n > 0)
    summary = g_strdup_printf (
      ngettext ("%'u picture. Click one to remove it.", "%'u pictures. Click one to remove it.", n),
      n);
  else
    summary = g_strdup (_("Turn the thing slowly while you hold the button: different sides and "
                          "distances teach more."));
  gtk_label_set_text (self->summary, summary);
}

/* Capturing */

static void
strip_changed_cb (CvrCaptureDialog *self)
{
  update_words (self);
  gtk_widget_grab_focus (self->hold);
}

static void
take_one (CvrCaptureDialog *self,
          CvrImage         *image)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *clock = g_date_time_format (now, "%H.%M.%S");
  /* Translators: the name of a picture: the time of day, then tenths of a second. */
  g_autofree char *name =
    g_strdup_printf (_("camera %1$s.%2$d"), clock, g_date_time_get_microsecond (now) / 100000);

  cvr_capture_strip_add (self->strip, image, name);
}

static void
take_due (CvrCaptureDialog *self)
{
  CvrImage *frame = cvr_capture_get_frame (self->capture);
  double seconds = (double) (g_get_monotonic_time () - self->held_since) / G_USEC_PER_SEC;
  guint due = cvr_moments_due (seconds, gtk_adjustment_get_value (self->rate));
  guint n;
  g_autofree char *text = NULL;

  if (frame == NULL || due <= self->n_in_hold
      || cvr_capture_strip_is_full (self->strip))
    return;
  /* A moment without a picture of its own is left out: two alike teach nothing. */
  self->n_in_hold = due;
  take_one (self, frame);
  n = cvr_capture_strip_count (self->strip);
  text = g_strdup_printf (ngettext ("%'u picture", "%'u pictures", n), n);
  gtk_label_set_text (self->hold_label, text);
}

static void
let_go (CvrCaptureDialog *self)
{
  cvr_capture_dialog_hold (self, FALSE);
}

static void
hold_begin_cb (CvrCaptureDialog *self)
{
  gtk_widget_grab_focus (self->hold);
  cvr_capture_dialog_hold (self, TRUE);
}

static gboolean
key_pressed_cb (CvrCaptureDialog *self,
                guint             key)
{
  if (key == GDK_KEY_Escape && cvr_capture_strip_count (self->strip) == 0)
    {
      gtk_window_close (GTK_WINDOW (self));
      return GDK_EVENT_STOP;
    }
  if (key != GDK_KEY_space || gtk_window_get_focus (GTK_WINDOW (self)) != self->hold)
    return GDK_EVENT_PROPAGATE;
  if (!self->held) /* The key repeats itself. */
    cvr_capture_dialog_hold (self, TRUE);

  return GDK_EVENT_STOP;
}

static void
key_released_cb (CvrCaptureDialog *self,
                 guint             key)
{
  if (key == GDK_KEY_space)
    let_go (self);
}

static void
active_cb (CvrCaptureDialog *self)
{
  if (!gtk_window_is_active (GTK_WINDOW (self)))
    let_go (self); /* The release goes to another window. */
}

/* The clip */

static void
show_clocks (CvrCaptureDialog *self)
{
  g_autofree char *start = cvr_moments_clock (gtk_adjustment_get_value (self->start));
  g_autofree char *end = cvr_moments_clock (gtk_adjustment_get_value (self->end));

  gtk_label_set_text (self->start_clock, start);
  gtk_label_set_text (self->end_clock, end);
  update_words (self);
}

static void
show_place (CvrCaptureDialog *self,
            double            seconds)
{
  gtk_toggle_button_set_active (self->play, FALSE);
  cvr_capture_seek (self->capture, seconds);
}

static void
start_changed_cb (CvrCaptureDialog *self)
{
  const double start = gtk_adjustment_get_value (self->start);

  if (self->updating)
    return;
  self->updating = TRUE;
  if (gtk_adjustment_get_value (self->end) < start + least_range)
    gtk_adjustment_set_value (self->end, start + least_range);
  self->updating = FALSE;
  show_place (self, start);
  show_clocks (self);
}

static void
end_changed_cb (CvrCaptureDialog *self)
{
  const double end = gtk_adjustment_get_value (self->end);

  if (self->updating)
    return;
  self->updating = TRUE;
  if (gtk_adjustment_get_value (self->start) > end - least_range)
    gtk_adjustment_set_value (self->start, MAX (end - least_range, 0));
  self->updating = FALSE;
  show_place (self, end - least_range / 2);
  show_clocks (self);
}

static void
play_cb (CvrCaptureDialog *self)
{
  gboolean playing = gtk_toggle_button_get_active (self->play);

  gtk_button_set_icon_name (GTK_BUTTON (self->play), playing ? "media-playback-pause-symbolic"
                                                             : "media-playback-start-symbolic");
  if (playing)
    cvr_capture_seek (self->capture, gtk_adjustment_get_value (self->start));
  cvr_capture_set_paused (self->capture, !playing);
}

static void
know_clip (CvrCaptureDialog *self)
{
  const double duration = cvr_capture_get_info (self->capture)->duration;

  if (self->file == NULL || self->known || duration <= 0)
    return;
  self->known = TRUE;
  self->updating = TRUE;
  gtk_adjustment_set_upper (self->start, MAX (duration - least_range, 0));
  gtk_adjustment_set_upper (self->end, duration);
  gtk_adjustment_set_value (self->end, duration);
  self->updating = FALSE;
  gtk_widget_set_sensitive (self->range, TRUE);
  show_clocks (self);
}

/* What the source says */

static void
frame_cb (CvrCaptureDialog *self)
{
  cvr_live_view_set_image (self->view, cvr_capture_get_frame (self->capture));
  gtk_stack_set_visible_child_name (self->stack, "live");
  if (!gtk_widget_get_sensitive (self->hold))
    {
      gtk_widget_set_sensitive (self->hold, TRUE);
      if (self->file == NULL)
        gtk_widget_grab_focus (self->hold);
    }
  know_clip (self);
  if (self->held)
    take_due (self);
  if (self->file != NULL && gtk_toggle_button_get_active (self->play)
      && cvr_capture_get_position (self->capture) >= gtk_adjustment_get_value (self->end))
    gtk_toggle_button_set_active (self->play, FALSE);
}

static void
capture_changed_cb (CvrCaptureDialog *self)
{
  const GError *error = cvr_capture_get_error (self->capture);

  switch (cvr_capture_get_state (self->capture))
    {
    case CVR_CAPTURE_OPENING:
      gtk_stack_set_visible_child_name (self->stack, "opening");
      break;
    case CVR_CAPTURE_FAILED:
      let_go (self);
      gtk_widget_set_sensitive (self->hold, FALSE);
      adw_status_page_set_title (self->failed, self->file != NULL ? _("This clip can't be shown")
                                                                  : _("No picture"));
      adw_status_page_set_description (self->failed, error->message);
      gtk_stack_set_visible_child_name (self->stack, "failed");
      break;
    case CVR_CAPTURE_OVER:
      gtk_toggle_button_set_active (self->play, FALSE);
      break;
    case CVR_CAPTURE_LIVE:
      know_clip (self);
      break;
    case CVR_CAPTURE_CLOSED:
    default:
      break;
    }
}

static void
retry_cb (CvrCaptureDialog *self)
{
  if (self->file != NULL)
    cvr_capture_open_file (self->capture, self->file);
  else
    cvr_capture_open_camera (self->capture, self->description);
}

/* The end */

static gint
chosen_label (CvrCaptureDialog *self)
{
  guint selected = gtk_drop_down_get_selected (self->class_choice);

  return selected == GTK_INVALID_LIST_POSITION ? -1 : (gint) selected - 1;
}

static void
hand_over (CvrCaptureDialog *self)
{
  g_autoptr (GPtrArray) images =
    g_ptr_array_new_with_free_func ((GDestroyNotify) cvr_image_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  CvrCaptured captured = { images, names };

  for (guint k = 0; k < cvr_capture_strip_count (self->strip); k++)
    {
      g_ptr_array_add (images, cvr_image_ref (cvr_capture_strip_image (self->strip, k)));
      g_ptr_array_add (names, g_strdup (cvr_capture_strip_name (self->strip, k)));
    }
  g_signal_emit (self, signals[SIGNAL_CAPTURED], 0, &captured, chosen_label (self));
}

static void
add_cb (CvrCaptureDialog *self)
{
  let_go (self);
  if (self->file != NULL)
    {
      CvrMoments moments = chosen_moments (self);

      g_signal_emit (self, signals[SIGNAL_MOMENTS_CHOSEN], 0, &moments, chosen_label (self));
    }
  else
    {
      hand_over (self);
    }
  gtk_window_close (GTK_WINDOW (self));
}

/* The keys that follow are meant for capturing. */
static void
class_chosen_cb (CvrCaptureDialog *self)
{
  if (self->hold != NULL && gtk_widget_get_mapped (self->hold))
    gtk_widget_grab_focus (self->hold);
}

static void
cvr_capture_dialog_dispose (GObject *object)
{
  CvrCaptureDialog *self = CVR_CAPTURE_DIALOG (object);

  if (self->capture != NULL)
    g_signal_handlers_disconnect_by_data (self->capture, self);
  g_clear_object (&self->capture);
  g_clear_object (&self->file);
  g_clear_pointer (&self->description, g_free);

  G_OBJECT_CLASS (cvr_capture_dialog_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, CvrCaptureDialog, name)
  BIND (stack);
  BIND (controls);
  BIND (opening);
  BIND (hold_label);
  BIND (summary);
  BIND (start_clock);
  BIND (end_clock);
  BIND (failed);
  BIND (view);
  BIND (hold);
  BIND (range);
  BIND (scroller);
  BIND (play);
  BIND (class_choice);
  BIND (rate);
  BIND (start);
  BIND (end);
  BIND (strip);
  BIND (add);
#undef BIND
}

static void
cvr_capture_dialog_class_init (CvrCaptureDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_CAPTURE_STRIP);
  g_type_ensure (CVR_TYPE_LIVE_VIEW);
  G_OBJECT_CLASS (klass)->dispose = cvr_capture_dialog_dispose;

  signals[SIGNAL_CAPTURED] =
    g_signal_new ("captured", CVR_TYPE_CAPTURE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_INT);
  signals[SIGNAL_MOMENTS_CHOSEN] =
    g_signal_new ("moments-chosen", CVR_TYPE_CAPTURE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_INT);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-capture-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, update_words);
  gtk_widget_class_bind_template_callback (widget_class, start_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, end_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, play_cb);
  gtk_widget_class_bind_template_callback (widget_class, class_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, strip_changed_cb);
}

static void
cvr_capture_dialog_init (CvrCaptureDialog *self)
{
  GtkGesture *press = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->capture = cvr_capture_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (press, "drag-begin", G_CALLBACK (hold_begin_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (press, "drag-end", G_CALLBACK (let_go), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->hold, GTK_EVENT_CONTROLLER (press));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-released", G_CALLBACK (key_released_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_cb), NULL);
  g_signal_connect_object (self->capture, "frame", G_CALLBACK (frame_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->capture, "changed", G_CALLBACK (capture_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * cvr_capture_dialog_new:
 * @parent: (nullable): the window it belongs to
 * @classes: (array zero-terminated=1): their titles
 * @label: the class that is chosen at first; −1: none
 *
 * Returns: (transfer none): kept by GTK until it is closed
 */
CvrCaptureDialog *
cvr_capture_dialog_new (GtkWindow         *parent,
                        const char *const *classes,
                        gint               label)
{
  CvrCaptureDialog *self = g_object_new (CVR_TYPE_CAPTURE_DIALOG, "transient-for", parent, NULL);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_string_list_append (titles, _("No label yet"));
  gtk_string_list_splice (titles, 1, 0, classes);
  gtk_drop_down_set_model (self->class_choice, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->class_choice, (guint) (label + 1));
  update_words (self);

  return self;
}

/**
 * cvr_capture_dialog_open_camera:
 * @description: (nullable): a GStreamer source from the settings
 */
void
cvr_capture_dialog_open_camera (CvrCaptureDialog *self,
                                const char       *description)
{
  g_return_if_fail (CVR_IS_CAPTURE_DIALOG (self));

  g_free (self->description);
  self->description = g_strdup (description);
  gtk_label_set_text (self->opening, _("Starting the camera…"));
  gtk_stack_set_visible_child_name (self->controls, "camera");
  cvr_live_view_set_mirrored (self->view, TRUE);
  cvr_capture_open_camera (self->capture, description);
}

/**
 * cvr_capture_dialog_open_file:
 * @file: a video
 */
void
cvr_capture_dialog_open_file (CvrCaptureDialog *self,
                              GFile            *file)
{
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;

  g_return_if_fail (CVR_IS_CAPTURE_DIALOG (self));
  g_return_if_fail (G_IS_FILE (file));

  g_set_object (&self->file, file);
  name = g_file_get_basename (file);
  title = g_filename_display_name (name != NULL ? name : "");
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_label_set_text (self->opening, _("Reading the clip…"));
  gtk_stack_set_visible_child_name (self->controls, "clip");
  gtk_widget_set_visible (self->scroller, FALSE);
  gtk_adjustment_set_value (self->rate, 1);
  cvr_capture_open_file (self->capture, file);
  update_words (self);
}

/**
 * cvr_capture_dialog_get_info:
 *
 * Returns: (transfer none): length and frame rate of the clip
 */
const CvrClipInfo *
cvr_capture_dialog_get_info (CvrCaptureDialog *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE_DIALOG (self), NULL);

  return cvr_capture_get_info (self->capture);
}

/**
 * cvr_capture_dialog_get_file:
 *
 * Returns: (transfer none) (nullable): the clip; %NULL for a camera
 */
GFile *
cvr_capture_dialog_get_file (CvrCaptureDialog *self)
{
  g_return_val_if_fail (CVR_IS_CAPTURE_DIALOG (self), NULL);

  return self->file;
}

/**
 * cvr_capture_dialog_hold:
 * @held: the button is down
 */
void
cvr_capture_dialog_hold (CvrCaptureDialog *self,
                         gboolean          held)
{
  g_return_if_fail (CVR_IS_CAPTURE_DIALOG (self));

  if (self->held == held || (held && !gtk_widget_get_sensitive (self->hold)))
    return;
  self->held = held;
  if (held)
    {
      self->held_since = g_get_monotonic_time ();
      self->n_in_hold = 0;
      gtk_widget_set_state_flags (self->hold, GTK_STATE_FLAG_ACTIVE, FALSE);
      take_due (self);
    }
  else
    {
      gtk_widget_unset_state_flags (self->hold, GTK_STATE_FLAG_ACTIVE);
      gtk_label_set_text (self->hold_label, _("Hold to capture (Space)"));
    }
}
