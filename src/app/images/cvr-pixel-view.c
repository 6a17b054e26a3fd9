/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A picture as data: its pixels with their numbers, by channel, and how often each level comes. */
#include "cvr-pixel-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrPixelView
{
  AdwBin parent_instance;

  GtkBox          *channels;
  CvrPixelSheet   *sheet;
  CvrCanvas       *histogram;
  GtkLabel        *words, *scale;
  GtkWidget       *zoom_in, *zoom_out, *zoom_whole;
  GtkToggleButton *buttons[CVR_N_PIXEL_CHANNELS];
  CvrPixelChannel  channel;
  CvrPixelLevels  *levels; /* of the channel; NULL: not counted yet */
  GCancellable    *counting; /* of the count under way */
};

G_DEFINE_FINAL_TYPE (CvrPixelView, cvr_pixel_view, ADW_TYPE_BIN)

/* Up to this many pixels are counted at once, in about a millisecond. */
enum
{
  QUICK_PIXELS = 128 * 128
};

/* What is counted for a view: its picture and channel at that time. */
typedef struct
{
  CvrImage       *picture;
  CvrPixelChannel channel;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  cvr_image_unref (request->picture);
  g_free (request);
}

static void
count_func (GTask        *task,
            gpointer      source,
            gpointer      data,
            GCancellable *cancellable)
{
  Request *request = data;
  CvrPixelLevels *levels = g_new (CvrPixelLevels, 1);

  cvr_pixel_levels_count (levels, request->channel, request->picture);
  g_task_return_pointer (task, levels, g_free);
}

static CvrPixelChannel
channel_of_level (CvrPixelView *self,
                  guint         i)
{
  return self->channel == CVR_PIXEL_COLOUR ? CVR_PIXEL_RED + i : self->channel;
}

/* The histogram in words, for a screen reader. */
static void
describe_levels (CvrPixelView *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; self->levels != NULL && i < self->levels->n_channels; i++)
    {
      CvrPixelChannel channel = channel_of_level (self, i);
      guint least, most;
      double mean;

      if (!cvr_pixel_levels_summary (self->levels, i, &least, &mean, &most))
        continue;
      if (text->len > 0)
        g_string_append (text, "; ");
      /* Translators: a channel ("Red"), its least and its largest value, and their mean. */
      g_string_append_printf (text, _("%s: from %u to %u, %.1f on average"),
                              cvr_pixel_channel_title (channel), least, most, mean);
    }
  cvr_canvas_set_description (self->histogram, text->str);
}

static void
take_levels (CvrPixelView   *self,
             CvrPixelLevels *levels)
{
  g_clear_pointer (&self->levels, g_free);
  self->levels = levels;
  describe_levels (self);
  gtk_widget_queue_draw (GTK_WIDGET (self->histogram));
}

static void
counted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  CvrPixelLevels *levels = g_task_propagate_pointer (G_TASK (result), NULL);

  /* Cancelled: another picture or channel, or the view is gone. */
  if (levels != NULL)
    take_levels (CVR_PIXEL_VIEW (source), levels);
}

static void
stop_counting (CvrPixelView *self)
{
  if (self->counting != NULL)
    g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
}

static void
count (CvrPixelView *self)
{
  CvrImage *picture = cvr_zoom_view_get_picture (CVR_ZOOM_VIEW (self->sheet));
  g_autoptr (GTask) task = NULL;
  Request *request;

  stop_counting (self);
  if (picture == NULL)
    {
      take_levels (self, NULL);
      return;
    }
  if ((guint64) picture->width * picture->height <= QUICK_PIXELS)
    {
      CvrPixelLevels *levels = g_new (CvrPixelLevels, 1);

      cvr_pixel_levels_count (levels, self->channel, picture);
      take_levels (self, levels);
      return;
    }

  take_levels (self, NULL);
  request = g_new (Request, 1);
  request->picture = cvr_image_ref (picture);
  request->channel = self->channel;
  self->counting = g_cancellable_new ();
  task = g_task_new (self, self->counting, counted_cb, NULL);
  g_task_set_task_data (task, request, request_free);
  g_task_set_check_cancellable (task, TRUE);
  g_task_run_in_thread (task, count_func);
}

static void
draw_histogram (cairo_t        *cr,
                double          width,
                double          height,
                const CvrTheme *theme,
                gpointer        data)
{
  CvrPixelView *self = data;
  CvrLevels shown[CVR_PIXEL_MAX_EACH];
  gint16 marks[CVR_PIXEL_MAX_EACH] = { 0 };
  guint8 rgb[3];
  guint column, row;

  if (self->levels == NULL || !cvr_pixel_sheet_get_pixel (self->sheet, &column, &row))
    return;
  cvr_pixel_rgb (cvr_zoom_view_get_picture (CVR_ZOOM_VIEW (self->sheet)), column, row, rgb);
  cvr_pixel_channel_read (self->channel, rgb, marks);
  for (guint i = 0; i < self->levels->n_channels; i++)
    shown[i] = (CvrLevels) { cvr_pixel_channel_letter (channel_of_level (self, i)),
                            self->levels->counts[i],
                            self->levels->colours[i],
                            self->levels->n_levels[i],
                            self->levels->n_levels[i] - 1.0,
                            marks[i] };
  cvr_paint_levels (cr, width, height, shown, self->levels->n_channels, theme);
}

static void
pointed_cb (CvrPixelView *self)
{
  g_autofree char *words = NULL;
  guint column, row;

  if (cvr_pixel_sheet_get_pixel (self->sheet, &column, &row))
    words =
      cvr_pixel_words (cvr_zoom_view_get_picture (CVR_ZOOM_VIEW (self->sheet)), column, row, TRUE);
  gtk_label_set_markup (self->words, words != NULL ? words : "");
  gtk_widget_queue_draw (GTK_WIDGET (self->histogram));
}

static void
zoomed_cb (CvrPixelView *self)
{
  double scale = cvr_zoom_view_get_zoom (CVR_ZOOM_VIEW (self->sheet))->scale;
  /* Translators: how large the pixels of a picture are shown: 12 times, 0.25 times. */
  g_autofree char *text = g_strdup_printf (scale >= 2 ? _("%.0f×") : _("%.2f×"), scale);

  gtk_label_set_text (self->scale, scale > 0 ? text : "");
  gtk_widget_set_sensitive (self->zoom_in, scale > 0 && scale < CVR_ZOOM_HIGHEST);
  gtk_widget_set_sensitive (self->zoom_out, !cvr_zoom_view_is_whole (CVR_ZOOM_VIEW (self->sheet)));
  gtk_widget_set_sensitive (self->zoom_whole,
                            !cvr_zoom_view_is_whole (CVR_ZOOM_VIEW (self->sheet)));
}

static void
zoom_in_cb (CvrPixelView *self)
{
  cvr_zoom_view_zoom (CVR_ZOOM_VIEW (self->sheet), 1.5);
}

static void
zoom_out_cb (CvrPixelView *self)
{
  cvr_zoom_view_zoom (CVR_ZOOM_VIEW (self->sheet), 1 / 1.5);
}

static void
zoom_whole_cb (CvrPixelView *self)
{
  cvr_zoom_view_show_whole (CVR_ZOOM_VIEW (self->sheet));
}

static void
toggled_cb (CvrPixelView    *self,
            GtkToggleButton *button)
{
  for (CvrPixelChannel channel = 0; channel < CVR_N_PIXEL_CHANNELS; channel++)
    if (self->buttons[channel] == button && gtk_toggle_button_get_active (button))
      cvr_pixel_view_set_channel (self, channel);
}

/* One row of linked buttons for each way to write a colour. */
static void
fill_channels (CvrPixelView *self)
{
  static const CvrPixelChannel firsts[] = { CVR_PIXEL_COLOUR, CVR_PIXEL_RED, CVR_PIXEL_HUE,
                                            CVR_PIXEL_CYAN, CVR_PIXEL_GREY };
  GtkWidget *group = NULL;
  guint n_groups = 0;

  for (CvrPixelChannel channel = 0; channel < CVR_N_PIXEL_CHANNELS; channel++)
    {
      const char *letter = cvr_pixel_channel_letter (channel);
      const char *title = cvr_pixel_channel_title (channel);
      GtkWidget *button = gtk_toggle_button_new_with_label (letter[0] != '\0' ? letter : title);

      if (n_groups < G_N_ELEMENTS (firsts) && channel == firsts[n_groups])
        {
          group = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
          gtk_widget_add_css_class (group, "linked");
          gtk_box_append (self->channels, group);
          n_groups++;
        }
      self->buttons[channel] = GTK_TOGGLE_BUTTON (button);
      gtk_toggle_button_set_group (self->buttons[channel],
                                   self->buttons[0] != (gpointer) button ? self->buttons[0] : NULL);
      gtk_toggle_button_set_active (self->buttons[channel], channel == self->channel);
      gtk_widget_set_tooltip_text (button, title);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                      -1);
      g_signal_connect_swapped (button, "toggled", G_CALLBACK (toggled_cb), self);
      gtk_box_append (GTK_BOX (group), button);
    }
}

static void
cvr_pixel_view_dispose (GObject *object)
{
  CvrPixelView *self = CVR_PIXEL_VIEW (object);

  stop_counting (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), CVR_TYPE_PIXEL_VIEW);

  G_OBJECT_CLASS (cvr_pixel_view_parent_class)->dispose (object);
}

static void
cvr_pixel_view_finalize (GObject *object)
{
  g_free (CVR_PIXEL_VIEW (object)->levels);

  G_OBJECT_CLASS (cvr_pixel_view_parent_class)->finalize (object);
}

static void
cvr_pixel_view_class_init (CvrPixelViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_pixel_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = cvr_pixel_view_finalize;
  g_type_ensure (CVR_TYPE_PIXEL_SHEET);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-pixel-view.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrPixelView, channels);
  gtk_widget_class_bind_template_child (widget_class, CvrPixelView, sheet);
  gtk_widget_class_bind_template_child (widget_class, CvrPixelView, histogram);
  gtk_widget_class_bind_template_child (widget_class, CvrPixelView, words);
  gtk_widget_class_bind_template_child (widget_class, CvrPixelView, scale);
  gtk_widget_class_bind_template_child (widget_class, CvrPixelView, zoom_in);
  gtk_widget_class_bind_template_child (widget_class, CvrPixelView, zoom_out);
  gtk_widget_class_bind_template_child (widget_class, CvrPixelView, zoom_whole);
  gtk_widget_class_bind_template_callback (widget_class, pointed_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoomed_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoom_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoom_out_cb);
  gtk_widget_class_bind_template_callback (widget_class, zoom_whole_cb);
}

static void
cvr_pixel_view_init (CvrPixelView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  cvr_canvas_set_draw (self->histogram, draw_histogram, self, NULL);
  fill_channels (self);
  zoomed_cb (self);
}

/**
 * cvr_pixel_view_new:
 *
 * Returns: (transfer floating): a view without a picture
 */
GtkWidget *
cvr_pixel_view_new (void)
{
  return g_object_new (CVR_TYPE_PIXEL_VIEW, NULL);
}

/**
 * cvr_pixel_view_set_picture:
 * @picture: (nullable): held until the next
 */
void
cvr_pixel_view_set_picture (CvrPixelView *self,
                            CvrImage     *picture)
{
  g_return_if_fail (CVR_IS_PIXEL_VIEW (self));

  if (cvr_zoom_view_get_picture (CVR_ZOOM_VIEW (self->sheet)) == picture)
    return;
  cvr_pixel_sheet_set_picture (self->sheet, picture);
  count (self);
}

/**
 * cvr_pixel_view_set_channel:
 * @channel: what is shown of each pixel, and counted
 */
void
cvr_pixel_view_set_channel (CvrPixelView   *self,
                            CvrPixelChannel channel)
{
  g_return_if_fail (CVR_IS_PIXEL_VIEW (self) && channel < CVR_N_PIXEL_CHANNELS);

  if (self->channel == channel)
    return;
  self->channel = channel;
  gtk_toggle_button_set_active (self->buttons[channel], TRUE);
  cvr_pixel_sheet_set_channel (self->sheet, channel);
  count (self);
}

/**
 * cvr_pixel_view_get_channel:
 *
 * Returns: what is shown
 */
CvrPixelChannel
cvr_pixel_view_get_channel (CvrPixelView *self)
{
  g_return_val_if_fail (CVR_IS_PIXEL_VIEW (self), CVR_PIXEL_COLOUR);

  return self->channel;
}

/**
 * cvr_pixel_view_get_sheet:
 *
 * Returns: (transfer none): where the pixels are
 */
CvrPixelSheet *
cvr_pixel_view_get_sheet (CvrPixelView *self)
{
  g_return_val_if_fail (CVR_IS_PIXEL_VIEW (self), NULL);

  return self->sheet;
}
