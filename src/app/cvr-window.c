/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one window: header with the transport, sidebar, pages. */
#include "cvr-window-private.h"

#include "config.h"
#include "cvr-app-settings.h"
#include "cvr-focus-heir.h"
#include "cvr-project-menu.h"
#include "cvr-window-capture.h"

#include <glib/gi18n-lib.h>

G_DEFINE_FINAL_TYPE (CvrWindow, cvr_window, ADW_TYPE_APPLICATION_WINDOW)

static void
refresh_lines (CvrWindow *self)
{
  cvr_sidebar_refresh (self->wide_sidebar, self->project, self->pages);
  cvr_sidebar_refresh (self->narrow_sidebar, self->project, self->pages);
}

static void
refresh (CvrWindow *self)
{
  refresh_lines (self);
  cvr_window_update_actions (self);
}

static void
failed_cb (CvrWindow  *self,
           const char *sentence)
{
  cvr_show_error (GTK_WIDGET (self), _("This could not be saved"), sentence);
}

static void
training_finished_cb (CvrWindow *self)
{
  CvrTraining *training = cvr_project_get_training (self->project);
  const GError *error = cvr_training_get_error (training);

  refresh (self);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cvr_show_error (GTK_WIDGET (self), _("The training stopped"), error->message);
}

static void
dark_toggled_cb (CvrWindow *self)
{
  gboolean dark = gtk_toggle_button_get_active (self->dark_button);
  AdwStyleManager *manager = adw_style_manager_get_default ();

  if (dark == adw_style_manager_get_dark (manager))
    return;
  adw_style_manager_set_color_scheme (manager, dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                                    : ADW_COLOR_SCHEME_FORCE_LIGHT);
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "colours", dark ? "dark" : "light");
}

static void
dark_changed_cb (CvrWindow *self)
{
  gtk_toggle_button_set_active (self->dark_button,
                                adw_style_manager_get_dark (adw_style_manager_get_default ()));
}

static void
page_shown_cb (CvrWindow *self)
{
  const char *id = gtk_stack_get_visible_child_name (self->stack);
  gint index = cvr_page_find (id);

  if (index < 0)
    return;
  cvr_sidebar_select (self->wide_sidebar, (guint) index);
  cvr_sidebar_select (self->narrow_sidebar, (guint) index);
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "page", id);
  cvr_window_update_actions (self);
}

/* Size, state and colours as they were left. */
static void
restore (CvrWindow *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autofree char *colours = NULL;

  self->settings = cvr_app_settings_new ();
  if (self->settings == NULL)
    return;

  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "width"),
                               g_settings_get_int (self->settings, "height"));
  if (g_settings_get_boolean (self->settings, "maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  colours = g_settings_get_string (self->settings, "colours");
  if (g_str_equal (colours, "dark"))
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  else if (g_str_equal (colours, "light"))
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
}

static gboolean
cvr_window_close_request (GtkWindow *window)
{
  CvrWindow *self = CVR_WINDOW (window);
  int width, height;

  if (!self->closing && cvr_project_menu_save_before_close (self))
    return TRUE;

  if (self->settings != NULL)
    {
      gtk_window_get_default_size (window, &width, &height);
      g_settings_set_int (self->settings, "width", width);
      g_settings_set_int (self->settings, "height", height);
      g_settings_set_boolean (self->settings, "maximized", gtk_window_is_maximized (window));
    }

  return GTK_WINDOW_CLASS (cvr_window_parent_class)->close_request (window);
}

static void
cvr_window_dispose (GObject *object)
{
  CvrWindow *self = CVR_WINDOW (object);

  cvr_window_set_document (self, NULL);
  g_clear_pointer (&self->tried, cvr_image_unref);
  g_clear_pointer (&self->tried_name, g_free);
  g_clear_pointer (&self->written, g_free);
  g_clear_object (&self->settings);
  g_clear_object (&self->undo_toast);

  G_OBJECT_CLASS (cvr_window_parent_class)->dispose (object);
}

static void
cvr_window_class_init (CvrWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (CVR_TYPE_FRAME);
  g_type_ensure (CVR_TYPE_SIDEBAR);
  g_type_ensure (CVR_TYPE_JOB_BAR);
  g_type_ensure (CVR_TYPE_TRANSPORT);

  G_OBJECT_CLASS (klass)->dispose = cvr_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = cvr_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/convisor/Convisor/ui/cvr-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, frame);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, wide_sidebar);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, narrow_sidebar);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, jobs);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, transport);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, project_button);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, project_label);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, project_state);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, recent_menu);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, banner_label);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, banner_button);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, dark_button);
  gtk_widget_class_bind_template_child (widget_class, CvrWindow, drop_hint);
}

static void
cvr_window_init (CvrWindow *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < n_pages; i++)
    {
      self->pages[i] = pages[i].make ();
      gtk_stack_add_titled (self->stack, self->pages[i], pages[i].id, _(pages[i].title));
    }

  cvr_window_add_actions (self);
  cvr_project_menu_add (self);
  cvr_capture_install (self);
  cvr_window_add_import (self);
  cvr_window_add_export (self);
  cvr_window_add_drop_target (self);
  g_signal_connect_object (self->stack, "notify::visible-child", G_CALLBACK (page_shown_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dark_button, "toggled", G_CALLBACK (dark_toggled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (dark_changed_cb), self,
                           G_CONNECT_SWAPPED);
  cvr_focus_heir_watch (GTK_WINDOW (self));
  restore (self);
  dark_changed_cb (self);
  page_shown_cb (self);
}

/**
 * cvr_window_new:
 * @application: whose window it is
 *
 * Returns: (transfer none): the window, kept by GTK until it is closed
 */
CvrWindow *
cvr_window_new (GtkApplication *application)
{
  return g_object_new (CVR_TYPE_WINDOW, "application", application, "icon-name", CVR_APP_ID, NULL);
}

/**
 * cvr_window_get_project:
 *
 * Returns: (transfer none) (nullable): the project that the pages show
 */
CvrProject *
cvr_window_get_project (CvrWindow *self)
{
  g_return_val_if_fail (CVR_IS_WINDOW (self), NULL);

  return self->project;
}

static void
watch_project (CvrWindow *self)
{
  static const char *const names[] = { "images-changed", "classes-changed", "settings-changed",
                                       "model-changed", "evaluation-changed", "undo-changed",
                                       "measuring-changed" };
  CvrTraining *training = cvr_project_get_training (self->project);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect_swapped (self->project, names[i], G_CALLBACK (refresh), self);
  g_signal_connect_swapped (self->project, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect_swapped (training, "changed", G_CALLBACK (refresh_lines), self);
  g_signal_connect_swapped (training, "notify::state", G_CALLBACK (refresh), self);
  g_signal_connect_swapped (training, "finished", G_CALLBACK (training_finished_cb), self);
}

/**
 * cvr_window_set_project:
 * @project: (nullable): the project to show on every page
 */
void
cvr_window_set_project (CvrWindow  *self,
                        CvrProject *project)
{
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);

  g_return_if_fail (CVR_IS_WINDOW (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (cvr_project_get_training (self->project), self);
      g_signal_handlers_disconnect_by_data (self->project, self);
    }
  g_set_object (&self->project, project);
  self->n_imports = 0;
  cvr_window_forget_import (self);
  if (self->transport != NULL)
    cvr_transport_set_project (self->transport, project);
  for (guint i = 0; i < n_pages; i++)
    if (self->pages[i] != NULL)
      pages[i].set_project (self->pages[i], project);

  if (project != NULL)
    {
      watch_project (self);
      refresh (self);
    }
}

/**
 * cvr_window_set_document:
 * @document: (nullable): whose project is to be shown on every page
 */
void
cvr_window_set_document (CvrWindow   *self,
                         CvrDocument *document)
{
  g_return_if_fail (CVR_IS_WINDOW (self));

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  cvr_window_set_project (self, document != NULL ? cvr_document_get_project (document) : NULL);
  if (self->banner != NULL)
    cvr_project_menu_watch (self);
}

void
cvr_window_show_banner (CvrWindow  *self,
                        const char *text,
                        const char *button,
                        const char *action)
{
  if (text != NULL)
    {
      gtk_label_set_text (self->banner_label, text);
      gtk_button_set_label (self->banner_button, button);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->banner_button), action);
    }
  gtk_revealer_set_reveal_child (self->banner, text != NULL);
}

/**
 * cvr_window_show_page:
 * @id: "images" …; others are ignored
 */
void
cvr_window_show_page (CvrWindow  *self,
                      const char *id)
{
  g_return_if_fail (CVR_IS_WINDOW (self));

  if (cvr_page_find (id) >= 0 && !(self->hidden_pages & (1u << cvr_page_find (id))))
    gtk_stack_set_visible_child_name (self->stack, id);
}

/**
 * cvr_window_get_page:
 *
 * Returns: (transfer none) (nullable): the page of that id
 */
GtkWidget *
cvr_window_get_page (CvrWindow  *self,
                     const char *id)
{
  gint index = cvr_page_find (id);

  g_return_val_if_fail (CVR_IS_WINDOW (self), NULL);

  return index >= 0 ? self->pages[index] : NULL;
}

/**
 * cvr_window_is_importing:
 *
 * Returns: whether pictures are on their way in
 */
gboolean
cvr_window_is_importing (CvrWindow *self)
{
  g_return_val_if_fail (CVR_IS_WINDOW (self), FALSE);

  return self->n_imports > 0;
}

static CvrWindow *
window_of (GtkWidget *widget)
{
  GtkWidget *window = gtk_widget_get_ancestor (widget, CVR_TYPE_WINDOW);

  return window != NULL ? CVR_WINDOW (window) : NULL;
}

/**
 * cvr_toast:
 * @widget: anything inside the window
 * @text: a short sentence, translated
 */
void
cvr_toast (GtkWidget  *widget,
           const char *text)
{
  cvr_toast_action (widget, text, NULL, NULL);
}

/* What the last toast offers to undo has been undone, or is no longer what comes next. */
void
cvr_window_dismiss_undo (CvrWindow *self)
{
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);
  g_clear_object (&self->undo_toast);
}

/**
 * cvr_toast_action:
 * @button: (nullable): what its button says, translated
 * @action: (nullable): what the button does, as "win.undo", or with a target in parentheses
 */
void
cvr_toast_action (GtkWidget  *widget,
                  const char *text,
                  const char *button,
                  const char *action)
{
  CvrWindow *self = window_of (widget);
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast;

  if (self == NULL)
    return;
  toast = adw_toast_new (markup);
  if (button != NULL)
    {
      adw_toast_set_button_label (toast, button);
      adw_toast_set_detailed_action_name (toast, action);
    }
  /* An older one would undo this. */
  if (g_strcmp0 (action, "win.undo") == 0)
    {
      cvr_window_dismiss_undo (self);
      self->undo_toast = g_object_ref (toast);
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/**
 * cvr_refresh_lines:
 *
 * Reads the sidebar's live lines again: for a page whose own state, not the project's, has changed.
 */
void
cvr_refresh_lines (GtkWidget *widget)
{
  CvrWindow *self = window_of (widget);

  if (self != NULL && self->project != NULL)
    refresh_lines (self);
}

/**
 * cvr_show_job:
 * @job: work that has just been started
 */
void
cvr_show_job (GtkWidget *widget,
              CvrJob    *job)
{
  CvrWindow *self = window_of (widget);

  if (self != NULL)
    cvr_job_bar_add (self->jobs, job);
}

/**
 * cvr_show_error:
 * @heading: what did not work, translated
 * @body: why, and what to do
 */
void
cvr_show_error (GtkWidget  *widget,
                const char *heading,
                const char *body)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *dialog;

  if (!GTK_IS_WINDOW (root))
    return;
  dialog = adw_message_dialog_new (GTK_WINDOW (root), heading, body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}
