/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One picture large, a key labels it, the next comes by itself. */
#include "cvr-label-queue.h"

#include "cvr-choose-class.h"
#include "cvr-class-buttons.h"
#include "cvr-labelling.h"
#include "cvr-queue-source.h"
#include "cvr-suggestion.h"
#include "cvr-thumbnails.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>

struct _CvrLabelQueue
{
  AdwBin parent_instance;

  GtkStack       *stack;
  GtkPicture     *picture;
  GtkLabel       *count, *name, *now;
  CvrSuggestion  *suggestion;
  GtkWidget      *skipped;
  GtkSpinButton  *number;
  GtkAdjustment  *numbers;
  GtkProgressBar *progress;
  CvrClassButtons *classes;
  AdwStatusPage  *end;

  CvrProject    *project;
  CvrThumbnails *textures;
  CvrQueue      *queue;
  guint64        confirmed; /* before there was a suggestion; 0: none */
  gboolean       updating;
};

G_DEFINE_FINAL_TYPE (CvrLabelQueue, cvr_label_queue, ADW_TYPE_BIN)

enum { CLOSED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* px; the pictures before and after the present one are kept ready. */
enum { SIDE = 960, N_TEXTURES = 6, N_AHEAD = 2 };

static CvrDataset *
dataset_of (CvrLabelQueue *self)
{
  return cvr_project_get_dataset (self->project);
}

static CvrImageItem *
current_item (CvrLabelQueue *self)
{
  guint64 id = cvr_label_queue_current (self);

  return id != 0 ? cvr_project_find_item (self->project, id) : NULL;
}

/* Showing */

static void
show_count (CvrLabelQueue *self)
{
  guint n = cvr_queue_n (self->queue), position = cvr_queue_position (self->queue);
  g_autofree char *text = cvr_queue_dup_words (self->queue);

  gtk_label_set_text (self->count, text);
  gtk_progress_bar_set_fraction (self->progress, n > 0 ? (double) position / n : 0);
  self->updating = TRUE;
  gtk_adjustment_set_upper (self->numbers, MAX (n, 1));
  gtk_spin_button_set_value (self->number, MIN (position + 1, n));
  self->updating = FALSE;
}

static void
show_texture (CvrLabelQueue *self)
{
  CvrImageItem *item = current_item (self);

  gtk_picture_set_paintable (
    self->picture,
    item != NULL ? GDK_PAINTABLE (cvr_thumbnails_get (self->textures, item)) : NULL);
}

static void
texture_ready_cb (CvrLabelQueue *self,
                  guint64        id)
{
  if (self->queue != NULL && id == cvr_label_queue_current (self))
    show_texture (self);
}

static void
show_label (CvrLabelQueue *self)
{
  CvrImageItem *item = current_item (self);
  gint label = item != NULL ? cvr_image_item_get_label (item) : CVR_LABEL_NONE;
  g_autofree char *text = NULL;

  if (item == NULL)
    return;
  text = label >= 0 ? g_strdup_printf (_("It is labelled “%s”"),
                                       cvr_project_class_title (self->project, (guint) label))
                    : g_strdup (_("What is it?"));
  gtk_label_set_text (self->now, text);
  cvr_class_buttons_set_current (self->classes, label);
}

static void
show_picture (CvrLabelQueue *self,
              CvrImageItem  *item)
{
  gtk_label_set_text (self->name, cvr_image_item_get_name (item));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  cvr_image_item_get_name (item), -1);
  show_texture (self);
  cvr_suggestion_set_item (self->suggestion, item);
  for (gint ahead = 1; ahead <= N_AHEAD; ahead++)
    {
      guint64 id = cvr_queue_peek (self->queue, ahead);
      CvrImageItem *next = id != 0 ? cvr_project_find_item (self->project, id) : NULL;

      if (next != NULL)
        cvr_thumbnails_get (self->textures, next);
    }
}

static void
show_end (CvrLabelQueue *self)
{
  guint n = cvr_queue_n (self->queue), n_skipped = cvr_queue_n_skipped (self->queue);
  g_autofree char *seen = NULL;
  g_autofree char *skipped = NULL;

  seen = n > 0 ? g_strdup_printf (ngettext ("%'u picture seen", "All %'u pictures seen", n), n)
               : g_strdup (_("Nothing to do here"));
  skipped = n_skipped > 0 ? g_strdup_printf (ngettext ("%'u was skipped.", "%'u were skipped.",
                                                       n_skipped), n_skipped)
                          : g_strdup (_("Every label is saved."));
  adw_status_page_set_title (self->end, seen);
  adw_status_page_set_description (self->end, n > 0 ? skipped : NULL);
  gtk_widget_set_visible (self->skipped, n_skipped > 0);
  gtk_stack_set_visible_child_name (self->stack, "end");
}

static void
show (CvrLabelQueue *self)
{
  CvrImageItem *item;

  if (self->queue == NULL)
    return;
  item = current_item (self);
  show_count (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "queue.back",
                                 cvr_queue_position (self->queue) > 0);
  if (item == NULL)
    {
      cvr_suggestion_set_item (self->suggestion, NULL);
      show_end (self);
      return;
    }
  show_picture (self, item);
  show_label (self);
  gtk_stack_set_visible_child_name (self->stack, "picture");
}

static void
chosen_cb (gint     k,
           gpointer data)
{
  CvrLabelQueue *self = data;

  cvr_label_queue_label (self, k);
  gtk_widget_grab_focus (GTK_WIDGET (self->picture));
}

static void
class_chosen_cb (CvrLabelQueue *self,
                 int            k)
{
  chosen_cb (k, self);
}

static void
classes_changed_cb (CvrLabelQueue *self)
{
  cvr_class_buttons_set_project (self->classes, self->project);
  if (self->queue != NULL && current_item (self) != NULL)
    {
      show_label (self);
      cvr_suggestion_set_item (self->suggestion, current_item (self));
    }
}

static void
images_changed_cb (CvrLabelQueue *self)
{
  guint64 before = cvr_label_queue_current (self);

  if (self->queue == NULL)
    return;
  cvr_queue_keep_present (self->queue, self->project);
  if (cvr_label_queue_current (self) != before)
    show (self);
  else
    {
      show_count (self);
      show_label (self);
      cvr_suggestion_set_item (self->suggestion, current_item (self));
    }
}

/* Actions */

static void
close_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

static void
skip_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  cvr_label_queue_skip (CVR_LABEL_QUEUE (widget));
}

static void
back_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  cvr_label_queue_back (CVR_LABEL_QUEUE (widget));
}

static void
suggested_cb (CvrLabelQueue *self)
{
  if (self->confirmed != 0 && self->confirmed == cvr_label_queue_current (self)
      && !cvr_suggestion_is_thinking (self->suggestion))
    cvr_label_queue_confirm (self);
}

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CvrLabelQueue *self = CVR_LABEL_QUEUE (widget);

  if (self->project != NULL && current_item (self) != NULL)
    cvr_choose_class (GTK_WIDGET (self->picture), self->project, NULL, chosen_cb, self);
}

static void
skipped_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CvrLabelQueue *self = CVR_LABEL_QUEUE (widget);
  g_autoptr (GArray) ids = NULL;

  if (self->queue == NULL)
    return;
  ids = cvr_queue_skipped (self->queue);
  cvr_label_queue_start (self, cvr_queue_kind (self->queue),
                         (const guint64 *) (gpointer) ids->data, ids->len);
}

static void
number_cb (CvrLabelQueue *self)
{
  if (!self->updating && self->queue != NULL)
    cvr_label_queue_jump (self, (guint) gtk_spin_button_get_value_as_int (self->number));
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  key,
        guint                  code,
        GdkModifierType        state,
        CvrLabelQueue         *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  /* While a number is typed, the keys are its own; Enter goes there, Escape leaves it. */
  if (GTK_IS_EDITABLE (focus))
    {
      if (!gtk_widget_is_ancestor (focus, GTK_WIDGET (self->number)))
        return FALSE;
      if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)
        gtk_spin_button_update (self->number);
      else if (key == GDK_KEY_Escape)
        show_count (self);
      else
        return FALSE;
      return gtk_widget_grab_focus (GTK_WIDGET (self->picture));
    }

  if (GTK_IS_BUTTON (focus) && (key == GDK_KEY_space || key == GDK_KEY_Return))
    return FALSE;

  return cvr_label_queue_key (self, key, state);
}

static void
cvr_label_queue_map (GtkWidget *widget)
{
  CvrLabelQueue *self = CVR_LABEL_QUEUE (widget);

  GTK_WIDGET_CLASS (cvr_label_queue_parent_class)->map (widget);
  gtk_widget_grab_focus (GTK_WIDGET (self->picture));
}

static void
cvr_label_queue_dispose (GObject *object)
{
  CvrLabelQueue *self = CVR_LABEL_QUEUE (object);

  cvr_label_queue_set_project (self, NULL);
  g_clear_object (&self->textures);

  G_OBJECT_CLASS (cvr_label_queue_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-label-queue.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, picture);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, count);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, name);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, now);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, suggestion);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, skipped);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, number);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, numbers);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, progress);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, classes);
  gtk_widget_class_bind_template_child (widget_class, CvrLabelQueue, end);
  gtk_widget_class_bind_template_callback (widget_class, number_cb);
  gtk_widget_class_bind_template_callback (widget_class, class_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, cvr_label_queue_confirm);
  gtk_widget_class_bind_template_callback (widget_class, suggested_cb);
}

static void
cvr_label_queue_class_init (CvrLabelQueueClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_label_queue_dispose;
  widget_class->map = cvr_label_queue_map;
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CVR_TYPE_CLASS_BUTTONS);
  g_type_ensure (CVR_TYPE_SUGGESTION);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "queue.close", NULL, close_action);
  gtk_widget_class_install_action (widget_class, "queue.skip", NULL, skip_action);
  gtk_widget_class_install_action (widget_class, "queue.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "queue.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "queue.skipped", NULL, skipped_action);
}

static void
cvr_label_queue_init (CvrLabelQueue *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->textures = cvr_thumbnails_new (SIDE, N_TEXTURES);
  g_signal_connect_object (self->textures, "ready", G_CALLBACK (texture_ready_cb), self,
                           G_CONNECT_SWAPPED);
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->updating = FALSE;
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * cvr_label_queue_set_project:
 * @project: (nullable): whose pictures are labelled
 */
void
cvr_label_queue_set_project (CvrLabelQueue *self,
                             CvrProject    *project)
{
  g_return_if_fail (CVR_IS_LABEL_QUEUE (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (self->project, self);
  if (self->suggestion != NULL)
    cvr_suggestion_set_project (self->suggestion, project);
  g_clear_pointer (&self->queue, cvr_queue_free);
  cvr_thumbnails_clear (self->textures);
  g_set_object (&self->project, project);
  if (project == NULL)
    return;

  g_signal_connect_swapped (project, "images-changed", G_CALLBACK (images_changed_cb), self);
  g_signal_connect_swapped (project, "classes-changed", G_CALLBACK (classes_changed_cb), self);
  cvr_class_buttons_set_project (self->classes, self->project);
}

/**
 * cvr_label_queue_start:
 * @ids: (array length=n_ids): in the order of showing
 */
void
cvr_label_queue_start (CvrLabelQueue *self,
                       CvrQueueKind   kind,
                       const guint64 *ids,
                       guint          n_ids)
{
  g_return_if_fail (CVR_IS_LABEL_QUEUE (self));
  g_return_if_fail (self->project != NULL);

  g_clear_pointer (&self->queue, cvr_queue_free);
  self->queue = cvr_queue_new (kind, ids, n_ids);
  cvr_queue_jump (self->queue, 0, g_get_monotonic_time ());
  cvr_queue_remember (self->queue, self->project);
  show (self);
}

gboolean
cvr_label_queue_resume (CvrLabelQueue *self)
{
  g_return_val_if_fail (CVR_IS_LABEL_QUEUE (self), FALSE);

  if (self->project == NULL)
    return FALSE;
  if (self->queue == NULL)
    self->queue = cvr_queue_recall (self->project);
  if (self->queue == NULL)
    return FALSE;

  cvr_queue_keep_present (self->queue, self->project);
  if (cvr_queue_kind (self->queue) == CVR_QUEUE_UNLABELLED)
    {
      g_autoptr (GArray) ids = cvr_queue_unlabelled (dataset_of (self));

      /* What came since it was begun belongs to it too. */
      cvr_queue_append (self->queue, (const guint64 *) (gpointer) ids->data, ids->len);
      cvr_queue_remember (self->queue, self->project);
    }
  if (cvr_queue_position (self->queue) == cvr_queue_n (self->queue))
    return FALSE;
  cvr_queue_jump (self->queue, cvr_queue_position (self->queue), g_get_monotonic_time ());
  show (self);

  return TRUE;
}

guint64
cvr_label_queue_current (CvrLabelQueue *self)
{
  g_return_val_if_fail (CVR_IS_LABEL_QUEUE (self), 0);

  return self->queue != NULL ? cvr_queue_peek (self->queue, 0) : 0;
}

CvrQueue *
cvr_label_queue_get_queue (CvrLabelQueue *self)
{
  g_return_val_if_fail (CVR_IS_LABEL_QUEUE (self), NULL);

  return self->queue;
}

static void
step (CvrLabelQueue *self,
      gboolean       skipped)
{
  cvr_queue_next (self->queue, skipped, g_get_monotonic_time ());
  cvr_queue_remember_place (self->queue, self->project);
  show (self);
}

void
cvr_label_queue_label (CvrLabelQueue *self,
                       gint           label)
{
  guint64 id = cvr_label_queue_current (self);

  if (id == 0)
    return;
  if (cvr_project_is_read_only (self->project))
    {
      cvr_toast (GTK_WIDGET (self), _("This project can only be read: save a copy to label"));
      return;
    }
  if (label >= (gint) cvr_dataset_n_classes (dataset_of (self)))
    {
      cvr_toast (GTK_WIDGET (self), _("No class has this key"));
      return;
    }
  cvr_project_set_labels (self->project, &id, 1, label);
  step (self, FALSE);
}

void
cvr_label_queue_skip (CvrLabelQueue *self)
{
  if (cvr_label_queue_current (self) != 0)
    step (self, TRUE);
}

void
cvr_label_queue_back (CvrLabelQueue *self)
{
  if (self->queue == NULL || !cvr_queue_back (self->queue, g_get_monotonic_time ()))
    return;
  cvr_queue_remember_place (self->queue, self->project);
  show (self);
}

void
cvr_label_queue_confirm (CvrLabelQueue *self)
{
  gint label = cvr_suggestion_get_class (self->suggestion);
  CvrImageItem *item = self->queue != NULL ? current_item (self) : NULL;

  if (item == NULL)
    return;
  /* Who presses faster than the network thinks agrees with what it will say. */
  self->confirmed = 0;
  if (cvr_suggestion_is_thinking (self->suggestion))
    {
      self->confirmed = cvr_image_item_get_id (item);
      return;
    }
  if (label < 0)
    label = cvr_image_item_get_label (item);
  if (label < 0)
    cvr_toast (GTK_WIDGET (self), _("There is no suggestion yet: press the number of its class"));
  else
    cvr_label_queue_label (self, label);
}

void
cvr_label_queue_jump (CvrLabelQueue *self,
                      guint          number)
{
  if (self->queue == NULL || cvr_queue_n (self->queue) == 0)
    return;
  cvr_queue_jump (self->queue, CLAMP (number, 1, cvr_queue_n (self->queue)) - 1,
                  g_get_monotonic_time ());
  cvr_queue_remember_place (self->queue, self->project);
  show (self);
}

/**
 * cvr_label_queue_key:
 * @key: GDK key value
 *
 * Returns: whether the key means something here
 */
gboolean
cvr_label_queue_key (CvrLabelQueue   *self,
                     guint            key,
                     GdkModifierType  state)
{
  gint label;

  if (self->project == NULL || self->queue == NULL || state & (GDK_ALT_MASK | GDK_SUPER_MASK))
    return FALSE;
  if (state & GDK_CONTROL_MASK)
    return key == GDK_KEY_g && gtk_widget_grab_focus (GTK_WIDGET (self->number));
  if (key == GDK_KEY_Escape)
    g_signal_emit (self, signals[CLOSED], 0);
  else if (key == GDK_KEY_BackSpace || key == GDK_KEY_Left)
    cvr_label_queue_back (self);
  else if (cvr_label_queue_current (self) == 0)
    return FALSE;
  else if (cvr_labelling_class (key, dataset_of (self), &label))
    cvr_label_queue_label (self, label);
  else if (key == GDK_KEY_space || key == GDK_KEY_Right)
    cvr_label_queue_skip (self);
  else if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)
    cvr_label_queue_confirm (self);
  else
    return cvr_choose_class_key (GTK_WIDGET (self->picture), self->project, key, chosen_cb, self);

  return TRUE;
}
