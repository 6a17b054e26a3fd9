/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of a training as rows: basic ones, and the rest behind a switch. */
#include "cvr-train-settings.h"

#include "cvr-lesson.h"
#include "cvr-past-wheel.h"
#include "cvr-settings-rows.h"
#include "cvr-tooltip.h"
#include "cvr-window.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _CvrTrainSettings
{
  AdwBin parent_instance;

  AdwPreferencesGroup *basic, *advanced;
  AdwExpanderRow      *augment;
  GtkSwitch           *advanced_switch;
  GtkLabel            *running_note;
  GtkWidget           *rows[CVR_N_FIELDS];     /* AdwActionRow */
  GtkWidget           *inputs[CVR_N_FIELDS];   /* spin button, switch or drop-down */
  GtkRange            *strengths[CVR_N_AUGMENTS];
  CvrProject          *project;
  gboolean             updating;
};

G_DEFINE_FINAL_TYPE (CvrTrainSettings, cvr_train_settings, ADW_TYPE_BIN)

/* One width for all, so that the values stand under each other. */
enum { CHOICE_WIDTH = 112 };

enum { PROP_0, PROP_ADVANCED, N_PROPS };

static GParamSpec *props[N_PROPS];

/* What "on" means before anybody has chosen: changes that suit drawings and photos alike. */
static const struct { CvrAugmentKind kind; float strength; } augment_start[] = {
  { CVR_AUGMENT_ROTATE, 0.3f },
  { CVR_AUGMENT_SHIFT, 0.3f },
  { CVR_AUGMENT_ZOOM, 0.3f },
};

static CvrField
field_of (GtkWidget *input)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (input), "field"));
}

static CvrTraining *
training_of (CvrTrainSettings *self)
{
  return cvr_project_get_training (self->project);
}

static gboolean
is_busy (CvrTrainSettings *self)
{
  return self->project != NULL && cvr_training_get_state (training_of (self)) != CVR_TRAINING_IDLE;
}

static void update_values (CvrTrainSettings *self);

/* A training that runs takes the change, or it isn't made. */
static gboolean
tune (CvrTrainSettings  *self,
      const CvrSettings *running)
{
  g_autoptr (GError) error = NULL;

  if (cvr_training_tune (training_of (self), running, &error))
    return TRUE;

  cvr_toast (GTK_WIDGET (self), error->message);
  update_values (self);

  return FALSE;
}

static void
change (CvrTrainSettings *self,
        CvrField          field,
        double            value)
{
  CvrSettings settings;

  if (self->updating || self->project == NULL)
    return;
  settings = *cvr_project_get_settings (self->project);
  if (cvr_setting_get (&settings, field) == value)
    return;
  if (is_busy (self))
    {
      CvrSettings running = *cvr_training_get_settings (training_of (self));

      cvr_setting_set (&running, field, value);
      if (!tune (self, &running))
        return;
    }
  cvr_setting_set (&settings, field, value);
  cvr_project_set_settings (self->project, &settings);
}

static void
spin_cb (CvrTrainSettings *self,
         GtkSpinButton    *spin)
{
  change (self, field_of (GTK_WIDGET (spin)), gtk_spin_button_get_value (spin));
}

static void
switch_cb (CvrTrainSettings *self,
           GParamSpec       *pspec,
           GtkSwitch        *input)
{
  change (self, field_of (GTK_WIDGET (input)), gtk_switch_get_active (input));
}

/* Values of a choice: those of the table and, before them, one that isn't among them. */
static void
choice_cb (CvrTrainSettings *self,
           GParamSpec       *pspec,
           GtkDropDown      *choice)
{
  GArray *values = g_object_get_data (G_OBJECT (choice), "values");
  guint selected = gtk_drop_down_get_selected (choice);

  if (values != NULL && selected < values->len)
    change (self, field_of (GTK_WIDGET (choice)), g_array_index (values, double, selected));
}

/* Values of settings are floats, those of the table doubles. */
static gboolean
is_same (double a,
         double b)
{
  return fabs (a - b) <= 1e-6 * MAX (fabs (a), fabs (b));
}

static gboolean
is_in_table (const CvrSettingRow *row,
             double               value)
{
  for (guint i = 0; i < row->n_choices; i++)
    if (is_same (row->choices[i], value))
      return TRUE;

  return FALSE;
}

static void
add_choice (GtkStringList       *names,
            GArray              *values,
            const CvrSettingRow *row,
            double               value)
{
  g_autofree char *name = row->name (value);

  gtk_string_list_append (names, name);
  g_array_append_val (values, value);
}

static void
fill_choices (GtkDropDown       *choice,
              const CvrSettings *settings,
              CvrField           field)
{
  const CvrSettingRow *row = cvr_setting_row (field);
  double value = cvr_setting_get (settings, field);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GArray *values = g_array_new (FALSE, FALSE, sizeof (double));
  guint selected = 0;

  if (!is_in_table (row, value))
    add_choice (names, values, row, value);
  for (guint i = 0; i < row->n_choices; i++)
    {
      if (!cvr_setting_offers (settings, field, row->choices[i]))
        continue;
      if (is_same (row->choices[i], value))
        selected = values->len;
      add_choice (names, values, row, row->choices[i]);
    }
  g_object_set_data_full (G_OBJECT (choice), "values", values, (GDestroyNotify) g_array_unref);
  gtk_drop_down_set_model (choice, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (choice, selected);
}

static GtkWidget *
make_input (CvrTrainSettings    *self,
            const CvrSettingRow *row)
{
  GtkWidget *input;

  switch (row->kind)
    {
    case CVR_ROW_SPIN:
      input = gtk_spin_button_new_with_range (row->low, row->high, row->step);
      g_signal_connect_swapped (input, "value-changed", G_CALLBACK (spin_cb), self);
      break;
    case CVR_ROW_SWITCH:
      input = gtk_switch_new ();
      g_signal_connect_swapped (input, "notify::active", G_CALLBACK (switch_cb), self);
      break;
    case CVR_ROW_CHOICE:
    default:
      input = gtk_drop_down_new (NULL, NULL);
      gtk_widget_set_size_request (input, CHOICE_WIDTH, -1);
      g_signal_connect_swapped (input, "notify::selected", G_CALLBACK (choice_cb), self);
      break;
    }

  return input;
}

static void
add_row (CvrTrainSettings *self,
         CvrField          field)
{
  const CvrSettingRow *row = cvr_setting_row (field);
  GtkWidget *widget = adw_action_row_new ();
  GtkWidget *input = make_input (self, row);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), _(row->title));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (widget), _(row->subtitle));
  g_object_set_data (G_OBJECT (input), "field", GUINT_TO_POINTER (field));
  gtk_widget_set_valign (input, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (input), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (row->title), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _ (row->subtitle), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (widget), input);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (widget), input);
  adw_preferences_group_add (row->advanced ? self->advanced : self->basic, widget);
  self->rows[field] = widget;
  self->inputs[field] = input;
}

/* Augmentation */

static void
set_augment (CvrTrainSettings *self,
             const CvrAugment *augment)
{
  CvrSettings settings = *cvr_project_get_settings (self->project);

  settings.augment = *augment;
  cvr_project_set_settings (self->project, &settings);
  if (is_busy (self))
    {
      CvrSettings running = *cvr_training_get_settings (training_of (self));

      running.augment = *augment;
      tune (self, &running);
    }
}

static void
strength_cb (CvrTrainSettings *self,
             GtkRange         *range)
{
  CvrAugment augment;

  if (self->updating || self->project == NULL)
    return;
  augment = cvr_project_get_settings (self->project)->augment;
  augment.strength[GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (range), "kind"))]
    = (float) gtk_range_get_value (range);
  set_augment (self, &augment);
}

static void
augment_enabled_cb (CvrTrainSettings *self)
{
  CvrAugment augment = { 0 };

  if (self->updating || self->project == NULL)
    return;
  if (adw_expander_row_get_enable_expansion (self->augment)
      == !cvr_augment_is_off (&cvr_project_get_settings (self->project)->augment))
    return;
  if (adw_expander_row_get_enable_expansion (self->augment))
    for (guint i = 0; i < G_N_ELEMENTS (augment_start); i++)
      augment.strength[augment_start[i].kind] = augment_start[i].strength;
  set_augment (self, &augment);
}

static void
add_strength (CvrTrainSettings *self,
              guint             kind)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.05);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), cvr_augment_title (kind));
  gtk_widget_set_size_request (scale, 110, -1);
  cvr_past_wheel (GTK_RANGE (scale));
  gtk_widget_set_valign (scale, GTK_ALIGN_CENTER);
  gtk_scale_set_draw_value (GTK_SCALE (scale), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  cvr_augment_title (kind), -1);
  g_object_set_data (G_OBJECT (scale), "kind", GUINT_TO_POINTER (kind));
  g_signal_connect_swapped (scale, "value-changed", G_CALLBACK (strength_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), scale);
  adw_expander_row_add_row (self->augment, row);
  self->strengths[kind] = GTK_RANGE (scale);
}

static void
add_augment (CvrTrainSettings *self)
{
  self->augment = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->augment), _("Augmentation"));
  adw_expander_row_set_subtitle (self->augment, _("Each picture a little different every time"));
  adw_expander_row_set_show_enable_switch (self->augment, TRUE);
  for (guint i = 0; i < CVR_N_AUGMENTS; i++)
    add_strength (self, i);
  g_signal_connect_swapped (self->augment, "notify::enable-expansion",
                            G_CALLBACK (augment_enabled_cb), self);
  adw_preferences_group_add (self->basic, GTK_WIDGET (self->augment));
}

/* Values and sensitivity */

static void
update_values (CvrTrainSettings *self)
{
  const CvrSettings *settings;

  if (self->project == NULL)
    return;
  settings = cvr_project_get_settings (self->project);
  self->updating = TRUE;
  for (guint field = 0; field < CVR_N_FIELDS; field++)
    {
      double value = cvr_setting_get (settings, field);

      switch (cvr_setting_row (field)->kind)
        {
        case CVR_ROW_SPIN:
          gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->inputs[field]), value);
          break;
        case CVR_ROW_SWITCH:
          gtk_switch_set_active (GTK_SWITCH (self->inputs[field]), value != 0);
          break;
        case CVR_ROW_CHOICE:
        default:
          fill_choices (GTK_DROP_DOWN (self->inputs[field]), settings, field);
          break;
        }
    }
  adw_expander_row_set_enable_expansion (self->augment, !cvr_augment_is_off (&settings->augment));
  for (guint i = 0; i < CVR_N_AUGMENTS; i++)
    gtk_range_set_value (self->strengths[i], settings->augment.strength[i]);
  self->updating = FALSE;
}

/* Its seed stays: everybody sees the same numbers. */
static gboolean
is_lesson (CvrTrainSettings *self)
{
  g_auto (GStrv) pages = self->project != NULL ? cvr_lesson_get_pages (self->project) : NULL;

  return pages != NULL;
}

static const char *
idle_reason (CvrTrainSettings *self,
             CvrField          field)
{
  if (field == CVR_FIELD_DROPOUT && !cvr_project_takes_dropout (self->project))
    return _("The network that learning goes on with has no dropout layer");

  return cvr_setting_get_idle_reason (cvr_project_get_settings (self->project), field);
}

/* While it learns the rest would lie: the training goes by what it was started with. */
static void
update_running (CvrTrainSettings *self)
{
  gboolean busy = is_busy (self);

  for (guint field = 0; field < CVR_N_FIELDS && self->project != NULL; field++)
    {
      const CvrSettingRow *row = cvr_setting_row (field);
      gboolean open = !busy || row->live != NULL;
      const char *idle = idle_reason (self, field);

      gtk_widget_set_sensitive (self->rows[field],
                                open && idle == NULL &&
                                  !(field == CVR_FIELD_SEED && is_lesson (self)));
      cvr_tooltip_set (self->rows[field],
                       idle != NULL        ? idle
                       : !open             ? _("Fixed while it learns: stop the training to change "
                                               "it")
                       : row->live != NULL ? _(row->live)
                                           : NULL);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->running_note), busy);
}

static void
advanced_cb (CvrTrainSettings *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ADVANCED]);
}

static void
cvr_train_settings_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  if (id == PROP_ADVANCED)
    g_value_set_boolean (value,
                         gtk_switch_get_active (CVR_TRAIN_SETTINGS (object)->advanced_switch));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cvr_train_settings_dispose (GObject *object)
{
  cvr_train_settings_set_project (CVR_TRAIN_SETTINGS (object), NULL);

  G_OBJECT_CLASS (cvr_train_settings_parent_class)->dispose (object);
}

static void
cvr_train_settings_class_init (CvrTrainSettingsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cvr_train_settings_dispose;
  G_OBJECT_CLASS (klass)->get_property = cvr_train_settings_get_property;
  props[PROP_ADVANCED] = g_param_spec_boolean ("advanced", NULL, NULL, FALSE,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-train-settings.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrTrainSettings, basic);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainSettings, advanced);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainSettings, advanced_switch);
  gtk_widget_class_bind_template_child (widget_class, CvrTrainSettings, running_note);
  gtk_widget_class_bind_template_callback (widget_class, advanced_cb);
}

static void
cvr_train_settings_init (CvrTrainSettings *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint field = 0; field < CVR_N_FIELDS; field++)
    add_row (self, field);
  add_augment (self);
}

/**
 * cvr_train_settings_set_project:
 * @project: (nullable): whose settings are shown and changed
 */
void
cvr_train_settings_set_project (CvrTrainSettings *self,
                                CvrProject       *project)
{
  g_return_if_fail (CVR_IS_TRAIN_SETTINGS (self));

  if (self->project == project)
    return;
  if (self->project != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->project, self);
      g_signal_handlers_disconnect_by_data (training_of (self), self);
    }
  g_set_object (&self->project, project);
  if (project == NULL)
    return;

  g_signal_connect_swapped (project, "settings-changed", G_CALLBACK (update_values), self);
  g_signal_connect_swapped (project, "settings-changed", G_CALLBACK (update_running), self);
  g_signal_connect_swapped (project, "model-changed", G_CALLBACK (update_running), self);
  g_signal_connect_swapped (cvr_project_get_training (project), "notify::state",
                            G_CALLBACK (update_running), self);
  update_values (self);
  update_running (self);
}
