/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that move: drawn, from a camera or a clip, held still with a key. */
#include "cvr-live-panel.h"

#include "cvr-app-settings.h"
#include "cvr-capture.h"
#include "cvr-draw-pad.h"
#include "cvr-live-view.h"

#include <glib/gi18n-lib.h>

/* px of the drawing that the network gets; of the panel. */
enum { PAD_SIDE = 256, WIDTH = 220 };

struct _CvrLivePanel
{
  AdwBin parent_instance;

  GtkStack        *stack;
  CvrDrawPad      *pad;
  CvrLiveView     *view;
  GtkToggleButton *hold;
  GtkButton       *clear, *open;
  GtkLabel        *text;

  CvrLiveSource source;
  CvrCapture   *capture; /* NULL: neither camera nor clip was asked for yet */
  CvrImage     *picture;
};

G_DEFINE_FINAL_TYPE (CvrLivePanel, cvr_live_panel, ADW_TYPE_BIN)

enum { PICTURE, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
take_picture (CvrLivePanel *self, CvrImage *picture) /* (transfer full) (nullable) */
{
  g_clear_pointer (&self->picture, cvr_image_unref);
  self->picture = picture;
  g_signal_emit (self, signals[PICTURE], 0);
}

static void
drawn_cb (CvrLivePanel *self)
{
  if (self->source == CVR_LIVE_PAD && !cvr_live_panel_is_held (self))
    take_picture (
        self, cvr_draw_pad_is_empty (self->pad) ? NULL : cvr_draw_pad_render (self->pad, PAD_SIDE));
}

static void
clear_cb (CvrLivePanel *self)
{
  cvr_draw_pad_clear (self->pad);
}

static void
frame_cb (CvrLivePanel *self)
{
  CvrImage *frame = cvr_capture_get_frame (self->capture);

  if (frame == NULL || cvr_live_panel_is_held (self))
    return;
  cvr_live_view_set_image (self->view, frame);
  take_picture (self, cvr_image_ref (frame));
}

static void
show_state (CvrLivePanel *self)
{
  CvrCaptureState state =
      self->capture != NULL ? cvr_capture_get_state (self->capture) : CVR_CAPTURE_CLOSED;
  gboolean pictures = self->source == CVR_LIVE_PAD
                      || (state != CVR_CAPTURE_CLOSED && state != CVR_CAPTURE_FAILED);

  gtk_widget_set_visible (GTK_WIDGET (self->stack), pictures);
  gtk_widget_set_sensitive (GTK_WIDGET (self->hold), pictures);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->hold), pictures
                                                            ? _("Hold the picture still (F)")
                                                            : _("There is no picture yet."));
  if (self->source == CVR_LIVE_PAD)
    gtk_label_set_text (self->text, _("Draw: every layer follows. F holds it still."));
  else if (state == CVR_CAPTURE_FAILED)
    gtk_label_set_text (self->text, cvr_capture_get_error (self->capture)->message);
  else if (state == CVR_CAPTURE_OPENING)
    gtk_label_set_text (self->text, _("Opening…"));
  else if (state == CVR_CAPTURE_CLOSED)
    gtk_label_set_text (self->text, self->source == CVR_LIVE_CLIP
                                        ? _("Open a clip: every layer follows it.")
                                        : _("The camera is off."));
  else
    gtk_label_set_text (self->text, cvr_live_panel_is_held (self)
                                        ? _("Held still. F lets it go on.")
                                        : _("Every layer follows. F holds it still."));
}

/* A clip begins by itself, and again at its end. */
static void
capture_changed_cb (CvrLivePanel *self)
{
  CvrCaptureState state = cvr_capture_get_state (self->capture);

  if (self->source == CVR_LIVE_CLIP && state == CVR_CAPTURE_OVER)
    cvr_capture_seek (self->capture, 0);
  if (self->source == CVR_LIVE_CLIP && state == CVR_CAPTURE_LIVE && !cvr_live_panel_is_held (self))
    cvr_capture_set_paused (self->capture, FALSE);
  show_state (self);
}

static void
held_cb (CvrLivePanel *self)
{
  gboolean held = gtk_toggle_button_get_active (self->hold);

  if (self->capture != NULL && self->source != CVR_LIVE_PAD)
    cvr_capture_set_paused (self->capture, held);
  if (!held)
    drawn_cb (self);
  show_state (self);
}

static void
chosen_cb (GtkNativeDialog *dialog,
           int              response,
           CvrLivePanel    *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    cvr_live_panel_open_file (self, file);
  g_object_unref (dialog);
}

static void
open_cb (CvrLivePanel *self)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _("Open a clip"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Clips"));
  gtk_file_filter_add_mime_type (filter, "video/*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  g_object_unref (filter);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
need_capture (CvrLivePanel *self)
{
  if (self->capture != NULL)
    return;
  self->capture = cvr_capture_new ();
  g_signal_connect_swapped (self->capture, "frame", G_CALLBACK (frame_cb), self);
  g_signal_connect_swapped (self->capture, "changed", G_CALLBACK (capture_changed_cb), self);
}

static void
drop_capture (CvrLivePanel *self)
{
  if (self->capture == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->capture, self);
  cvr_capture_close (self->capture);
  g_clear_object (&self->capture);
}

static void
cvr_live_panel_dispose (GObject *object)
{
  CvrLivePanel *self = CVR_LIVE_PANEL (object);

  drop_capture (self);
  self->source = CVR_LIVE_OFF;
  if (self->pad != NULL)
    g_signal_handlers_disconnect_by_data (self->pad, self);
  self->pad = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->picture, cvr_image_unref);

  G_OBJECT_CLASS (cvr_live_panel_parent_class)->dispose (object);
}

static void
cvr_live_panel_class_init (CvrLivePanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cvr_live_panel_dispose;
  signals[PICTURE] = g_signal_new ("picture", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
make_buttons (CvrLivePanel *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->hold = GTK_TOGGLE_BUTTON (gtk_toggle_button_new_with_mnemonic (_("_Hold")));
  g_signal_connect_swapped (self->hold, "toggled", G_CALLBACK (held_cb), self);
  self->clear = GTK_BUTTON (gtk_button_new_with_mnemonic (_("_Clear")));
  g_signal_connect_swapped (self->clear, "clicked", G_CALLBACK (clear_cb), self);
  self->open = GTK_BUTTON (gtk_button_new_with_mnemonic (_("_Open…")));
  g_signal_connect_swapped (self->open, "clicked", G_CALLBACK (open_cb), self);
  gtk_box_append (GTK_BOX (buttons), GTK_WIDGET (self->hold));
  gtk_box_append (GTK_BOX (buttons), GTK_WIDGET (self->clear));
  gtk_box_append (GTK_BOX (buttons), GTK_WIDGET (self->open));

  return buttons;
}

static void
cvr_live_panel_init (CvrLivePanel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *clamp, *low;

  self->stack = GTK_STACK (gtk_stack_new ());
  self->pad = g_object_new (CVR_TYPE_DRAW_PAD, NULL);
  g_signal_connect_swapped (self->pad, "drawn", G_CALLBACK (drawn_cb), self);
  self->view = g_object_new (CVR_TYPE_LIVE_VIEW, NULL);
  gtk_widget_set_size_request (GTK_WIDGET (self->pad), WIDTH, WIDTH);
  gtk_widget_set_size_request (GTK_WIDGET (self->view), WIDTH, WIDTH);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->pad), "pad");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->view), "view");
  self->text = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->text, TRUE);
  gtk_label_set_xalign (self->text, 0);
  gtk_label_set_width_chars (self->text, 20);
  gtk_label_set_max_width_chars (self->text, 28);
  gtk_widget_add_css_class (GTK_WIDGET (self->text), "dim-label");
  /* Both would be larger: neither width nor height goes beyond the panel's. */
  low = adw_clamp_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (low), GTK_ORIENTATION_VERTICAL);
  adw_clamp_set_maximum_size (ADW_CLAMP (low), WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (low), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (low), GTK_WIDGET (self->stack));
  gtk_widget_set_valign (low, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), low);
  gtk_box_append (GTK_BOX (box), make_buttons (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->text));
  clamp = adw_clamp_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_widget_set_hexpand (clamp, FALSE);
  gtk_widget_add_css_class (clamp, "cvr-pane");
  gtk_widget_add_css_class (clamp, "cvr-side-start");
  adw_bin_set_child (ADW_BIN (self), clamp);
}

void
cvr_live_panel_set_source (CvrLivePanel *self,
                           CvrLiveSource source)
{
  g_return_if_fail (CVR_IS_LIVE_PANEL (self));

  if (self->source == source)
    return;
  self->source = source;
  drop_capture (self);
  gtk_toggle_button_set_active (self->hold, FALSE);
  gtk_stack_set_visible_child_name (self->stack, source == CVR_LIVE_PAD ? "pad" : "view");
  gtk_widget_set_visible (GTK_WIDGET (self->clear), source == CVR_LIVE_PAD);
  gtk_widget_set_visible (GTK_WIDGET (self->open), source == CVR_LIVE_CLIP);
  cvr_live_view_set_image (self->view, NULL);
  cvr_live_view_set_mirrored (self->view, source == CVR_LIVE_CAMERA);
  take_picture (self, NULL);
  if (source == CVR_LIVE_CAMERA)
    {
      g_autoptr (GSettings) settings = cvr_app_settings_new ();
      g_autofree char *camera =
          settings != NULL ? g_settings_get_string (settings, "camera") : NULL;

      need_capture (self);
      cvr_capture_open_camera (self->capture, camera != NULL && *camera != '\0' ? camera : NULL);
    }
  drawn_cb (self);
  show_state (self);
}

CvrLiveSource
cvr_live_panel_get_source (CvrLivePanel *self)
{
  g_return_val_if_fail (CVR_IS_LIVE_PANEL (self), CVR_LIVE_OFF);

  return self->source;
}

CvrImage *
cvr_live_panel_get_picture (CvrLivePanel *self)
{
  g_return_val_if_fail (CVR_IS_LIVE_PANEL (self), NULL);

  return self->picture;
}

void
cvr_live_panel_set_held (CvrLivePanel *self,
                         gboolean      held)
{
  g_return_if_fail (CVR_IS_LIVE_PANEL (self));

  gtk_toggle_button_set_active (self->hold, held);
}

gboolean
cvr_live_panel_is_held (CvrLivePanel *self)
{
  g_return_val_if_fail (CVR_IS_LIVE_PANEL (self), FALSE);

  return gtk_toggle_button_get_active (self->hold);
}

void
cvr_live_panel_set_light_ink (CvrLivePanel *self,
                              gboolean      light_ink)
{
  g_return_if_fail (CVR_IS_LIVE_PANEL (self));

  cvr_draw_pad_set_light_ink (self->pad, light_ink);
}

void
cvr_live_panel_open_file (CvrLivePanel *self,
                          GFile        *file)
{
  g_return_if_fail (CVR_IS_LIVE_PANEL (self));

  cvr_live_panel_set_source (self, CVR_LIVE_CLIP);
  need_capture (self);
  cvr_capture_open_file (self->capture, file);
}
