/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings in words: what differs between them, and what tells one from others. */
#include "cvr-settings.h"

#include "cvr-words.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>

/* Members of cvr_settings_to_json(), the most telling ones first. */
static const struct
{
  const char *key, *title;
} fields[] = {
  { "arch", N_("network") },
  { "base", N_("goes on from") },
  { "predicts", N_("answer") },
  { "optimizer", N_("optimiser") },
  { "lr", N_("learning rate") },
  { "batch", N_("batch") },
  { "epochs", N_("epochs") },
  { "schedule", N_("schedule") },
  { "augment", N_("augmentation") },
  { "dropout", N_("dropout") },
  { "weight_decay", N_("weight decay") },
  { "l1", N_("L1 penalty") },
  { "momentum", N_("momentum") },
  { "beta1", N_("β₁") },
  { "beta2", N_("β₂") },
  { "rho", N_("ρ") },
  { "epsilon", N_("ε") },
  { "clip_norm", N_("gradient limit") },
  { "gamma", N_("schedule's factor") },
  { "step_fraction", N_("schedule's step") },
  { "warm_up", N_("warm-up") },
  { "loss", N_("loss") },
  { "label_smoothing", N_("label smoothing") },
  { "recipe", N_("recipe") },
  { "class_weights", N_("class weights") },
  { "early_stop", N_("patience") },
  { "n_frozen", N_("frozen layers") },
  { "width", N_("width") },
  { "height", N_("height") },
  { "channels", N_("channels") },
  { "resize", N_("fitting") },
  { "scale", N_("scaling of values") },
  { "valid_fraction", N_("share for validation") },
  { "test_fraction", N_("share for the test") },
  { "time_limit", N_("time limit") },
  { "seed", N_("seed") },
};

/* Values that are names, and what people call them. */
static const struct
{
  const char *value, *title;
} values[] = {
  { "sgd", "SGD" },
  { "momentum", N_("SGD with momentum") },
  { "nesterov", "Nesterov" },
  { "adagrad", "AdaGrad" },
  { "rmsprop", "RMSProp" },
  { "adadelta", "AdaDelta" },
  { "adam", "Adam" },
  { "adamw", "AdamW" },
  { "constant", N_("constant") },
  { "step", N_("in steps") },
  { "cosine", N_("cosine") },
  { "onecycle", N_("one cycle") },
  { "triangular", N_("triangular") },
  { "cross-entropy", N_("cross-entropy") },
  { "mse", N_("mean squared error") },
  { "mae", N_("mean absolute error") },
  { "huber", "Huber" },
  { "class", N_("a class") },
  { "number", N_("a number") },
  { "plain", N_("plain") },
  { "fast", N_("fast") },
  { "fit", N_("fit") },
  { "fill", N_("fill") },
  { "stretch", N_("stretch") },
  { "unit", N_("0 to 1") },
  { "standardise", N_("standardised") },
  { "", N_("none") },
};

/* Numbers below 0 and sizes of 0 leave it to the network or to the pictures. */
static gboolean
is_automatic (const char *key,
              double      value)
{
  return (g_str_equal (key, "dropout") && value < 0) ||
         ((g_str_equal (key, "width") || g_str_equal (key, "height") ||
           g_str_equal (key, "channels")) && value == 0);
}

static char *
dup_name (const char *key,
          const char *name)
{
  const NnArch *arch = g_str_equal (key, "arch") ? nn_arch_find (name) : NULL;

  if (arch != NULL)
    return g_strdup (arch->title);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (g_str_equal (values[i].value, name))
      return g_strdup (_(values[i].title));

  return g_strdup (name);
}

/* "turn 0.3, shift 0.2"; "none". */
static char *
dup_augment (const char *list)
{
  g_autoptr (GString) text = g_string_new (NULL);
  CvrAugment augment;

  if (!cvr_augment_parse (list, &augment, NULL))
    return g_strdup (list);
  for (guint kind = 0; kind < CVR_N_AUGMENTS; kind++)
    {
      g_autofree char *title = g_utf8_strdown (cvr_augment_title (kind), -1);

      if (augment.strength[kind] > 0)
        g_string_append_printf (text, "%s%s %.3g", text->len > 0 ? ", " : "", title,
                                (double) augment.strength[kind]);
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : g_strdup (_("none"));
}

static char *
dup_value (const char *key,
           JsonNode   *node)
{
  GType type = json_node_get_value_type (node);

  if (g_str_equal (key, "augment"))
    return dup_augment (json_node_get_string (node));
  if (type == G_TYPE_STRING)
    return dup_name (key, json_node_get_string (node));
  if (type == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? _("on") : _("off"));
  if (is_automatic (key, json_node_get_double (node)))
    return g_strdup (_("automatic"));

  return cvr_words_number (json_node_get_double (node));
}

/* What differs between two augmentations, where that is short. */
static char *
dup_augment_difference (const char *mine_list,
                        const char *other_list)
{
  guint n_differing = 0, last = 0;
  CvrAugment mine, other;
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (!cvr_augment_parse (mine_list, &mine, NULL) || !cvr_augment_parse (other_list, &other, NULL))
    return g_strdup (_("other augmentation"));
  if (cvr_augment_is_off (&mine))
    return g_strdup (_("no augmentation"));
  for (guint kind = 0; kind < CVR_N_AUGMENTS; kind++)
    if (fabsf (mine.strength[kind] - other.strength[kind]) > 0)
      {
        n_differing++;
        last = kind;
      }
  if (n_differing != 1)
    return g_strdup (cvr_augment_is_off (&other) ? _("with augmentation")
                                                 : _("other augmentation"));

  title = g_utf8_strdown (cvr_augment_title (last), -1);
  text = g_strdup_printf ("%s: %s", _("augmentation"), title);

  /* Translators: a setting, its value, and that of another training. */
  return g_strdup_printf (_("%1$s %2$.3g instead of %3$.3g"), text,
                          (double) mine.strength[last], (double) other.strength[last]);
}

static void
add_difference (GString    *text,
                const char *key,
                const char *title,
                JsonObject *here,
                JsonObject *there)
{
  JsonNode *a = json_object_get_member (here, key);
  JsonNode *b = json_object_get_member (there, key);
  g_autofree char *mine = NULL;
  g_autofree char *other = NULL;

  if (a == NULL || b == NULL || json_node_equal (a, b))
    return;

  if (text->len > 0)
    g_string_append (text, _("; "));
  if (g_str_equal (key, "augment"))
    {
      g_autofree char *augment = dup_augment_difference (json_node_get_string (a),
                                                         json_node_get_string (b));

      g_string_append (text, augment);
      return;
    }

  mine = dup_value (key, a);
  other = dup_value (key, b);
  /* Translators: a setting, its value, and the one of another training: "learning rate 0.01 instead
   * of 0.001". */
  g_string_append_printf (text, _("%1$s %2$s instead of %3$s"), title, mine, other);
}

static JsonObject *
parse (const CvrSettings *settings)
{
  g_autofree char *text = cvr_settings_to_json (settings);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  return json_node_dup_object (node);
}

/**
 * cvr_settings_dup_difference:
 *
 * Returns: (transfer full): "learning rate 0.01 instead of 0.001; epochs 20 instead of 10"; ""
 * where they are equal. Translated. Any thread.
 */
char *
cvr_settings_dup_difference (const CvrSettings *self,
                             const CvrSettings *other)
{
  g_autoptr (JsonObject) here = parse (self);
  g_autoptr (JsonObject) there = parse (other);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    add_difference (text, fields[i].key, _(fields[i].title), here, there);

  return g_string_free (text, FALSE);
}

/* Numbers need their title to be understood, names don't. */
static void
add_value (GString    *text,
           const char *key,
           const char *title,
           JsonNode   *node)
{
  g_autofree char *value = dup_value (key, node);
  gboolean named = json_node_get_value_type (node) == G_TYPE_STRING
                   && !g_str_equal (key, "augment");

  if (text->len > 0)
    g_string_append (text, ", ");
  if (named)
    g_string_append (text, value);
  else
    g_string_append_printf (text, "%s %s", title, value);
}

/**
 * cvr_settings_dup_distinction:
 * @others: [n], @self may be one of them
 *
 * Returns: (transfer full): what @self has and not all of the others: "Adam, learning rate 0.001";
 * "" where all are equal. Numbers that only another optimiser looks at are left out. Translated.
 * Any thread.
 */
char *
cvr_settings_dup_distinction (const CvrSettings *self,
                              const CvrSettings *others,
                              guint              n)
{
  static const char *const silent[] = { "momentum", "beta1", "beta2", "rho", "epsilon", NULL };
  g_autoptr (JsonObject) here = parse (self);
  g_autoptr (GPtrArray) there = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  GString *text = g_string_new (NULL);
  gboolean same_kind = TRUE;

  for (guint o = 0; o < n; o++)
    {
      g_ptr_array_add (there, parse (&others[o]));
      same_kind &= others[o].optim.kind == self->optim.kind;
    }
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      JsonNode *mine = json_object_get_member (here, fields[i].key);
      gboolean differs = FALSE;

      for (guint o = 0; o < n && !differs; o++)
        differs = !json_node_equal (mine, json_object_get_member (there->pdata[o], fields[i].key));
      if (differs && (same_kind || !g_strv_contains (silent, fields[i].key)))
        add_value (text, fields[i].key, _(fields[i].title), mine);
    }

  return g_string_free (text, FALSE);
}

/**
 * cvr_settings_dup_rows:
 *
 * Any thread.
 */
char **
cvr_settings_dup_rows (const CvrSettings *self)
{
  static const char *const always[] = { "arch", "optimizer", "lr", "batch", "epochs", "schedule",
                                        "augment", "dropout", "weight_decay", "loss",
                                        "valid_fraction", "seed", NULL };
  CvrSettings usual = cvr_settings_default (), meant = *self;
  g_autoptr (JsonObject) here = NULL;
  g_autoptr (JsonObject) there = NULL;
  GPtrArray *rows = g_ptr_array_new ();

  meant.loss = cvr_settings_get_loss (self);
  here = parse (&meant);
  usual.optim = nn_optim_spec_default (self->optim.kind);
  there = parse (&usual);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      JsonNode *mine = json_object_get_member (here, fields[i].key);

      /* A network that was opened is the network: no one of ours stands behind it. */
      if (self->base[0] != '\0' && g_str_equal (fields[i].key, "base"))
        continue;
      if (self->base[0] != '\0' && g_str_equal (fields[i].key, "arch"))
        mine = json_object_get_member (here, "base");
      else if (!g_strv_contains (always, fields[i].key) &&
          json_node_equal (mine, json_object_get_member (there, fields[i].key)))
        continue;
      g_ptr_array_add (rows, g_strdup (_(fields[i].title)));
      g_ptr_array_add (rows, dup_value (fields[i].key, mine));
    }
  g_ptr_array_add (rows, NULL);

  return (char **) g_ptr_array_free (rows, FALSE);
}
