/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A card as its row in the project file. */
#include "cvr-run-card-private.h"

#include "cvr-run-json.h"

#include <math.h>
#include <string.h>

static const char *const kind_names[] = { "run", "variant" };
static const char *const state_names[] = { "running", "ended", "interrupted", "failed" };
static const char *const curve_names[] = { "loss", "val_loss", "accuracy", "val_accuracy" };

enum { N_CURVES = G_N_ELEMENTS (curve_names) };

static void
get_curves (CvrCardFacts *facts,
            CvrCardCurve *curves[N_CURVES])
{
  curves[0] = &facts->loss;
  curves[1] = &facts->val_loss;
  curves[2] = &facts->accuracy;
  curves[3] = &facts->val_accuracy;
}

gboolean
cvr_run_report_get_json (JsonObject   *object,
                         CvrRunReport *report,
                         guint        *n_planned)
{
  return cvr_run_report_read (report, object, NULL) &&
         cvr_json_get_uint (object, "n_planned", n_planned, NULL);
}

/* As one text: a thousand cards are read in no time. */
static void
add_curve (GString            *json,
           const char         *key,
           const CvrCardCurve *curve)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < curve->n; i++)
    {
      if (i > 0)
        g_string_append_c (text, ' ');
      g_string_append (text, g_ascii_formatd (number, sizeof number, "%.4g",
                                              (double) curve->values[i]));
    }
  cvr_json_add_string (json, key, text->str);
}

static void
read_curve (JsonObject   *object,
            const char   *key,
            CvrCardCurve *curve)
{
  const char *text = NULL;

  if (!cvr_json_get_string (object, key, &text, NULL) || text == NULL)
    return;

  while (curve->n < CVR_CARD_POINTS && *text != '\0')
    {
      char *end;
      double value = g_ascii_strtod (text, &end);

      if (end == text)
        return;
      curve->values[curve->n++] = (float) value;
      text = *end == ' ' ? end + 1 : end;
    }
}

static void
add_changes (GString            *json,
             const CvrCardFacts *facts)
{
  cvr_json_add_open (json, "changes", '[');
  for (guint i = 0; i < facts->n_changes; i++)
    {
      cvr_json_add_open (json, NULL, '{');
      cvr_json_add_double (json, "epoch", facts->changes[i].x);
      cvr_json_add_string (json, "text", facts->changes[i].text);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}

static gboolean
read_changes (CvrRunCard *self,
              JsonObject *object)
{
  JsonArray *changes = NULL;

  if (!cvr_json_get_array (object, "changes", &changes, NULL))
    return FALSE;

  for (guint i = 0; changes != NULL && i < json_array_get_length (changes); i++)
    {
      JsonNode *node = json_array_get_element (changes, i);
      const char *text = NULL;
      double x = 0;

      if (!JSON_NODE_HOLDS_OBJECT (node) ||
          !cvr_json_get_double (json_node_get_object (node), "epoch", &x, NULL) ||
          !cvr_json_get_string (json_node_get_object (node), "text", &text, NULL) || text == NULL)
        return FALSE;
      cvr_run_card_add_change (self, x, text);
    }

  return TRUE;
}

/* As hexadecimal text: it does not fit a number of JSON. */
static void
add_data (GString            *json,
          const CvrCardFacts *facts)
{
  g_autofree char *data = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", facts->data);

  if (facts->data == 0)
    return;

  cvr_json_add_string (json, "data", data);
  if (facts->compared == 0)
    return;

  cvr_json_add_uint (json, "compared", facts->compared);
  cvr_json_add_uint (json, "relabelled", facts->since.n_relabelled);
  cvr_json_add_uint (json, "added", facts->since.n_added);
  cvr_json_add_uint (json, "taken_out", facts->since.n_removed);
}

/* Older projects have none of it. */
static gboolean
read_data (JsonObject   *object,
           CvrCardFacts *facts)
{
  const char *data = NULL;

  if (!cvr_json_get_string (object, "data", &data, NULL) ||
      !cvr_json_get_uint64 (object, "compared", &facts->compared, NULL) ||
      !cvr_json_get_uint (object, "relabelled", &facts->since.n_relabelled, NULL) ||
      !cvr_json_get_uint (object, "added", &facts->since.n_added, NULL) ||
      !cvr_json_get_uint (object, "taken_out", &facts->since.n_removed, NULL))
    return FALSE;

  facts->data = data != NULL ? g_ascii_strtoull (data, NULL, 16) : 0;

  return TRUE;
}

static char *
dup_report (CvrRunCard *self)
{
  GString *json = g_string_new ("{");
  CvrCardCurve *curves[N_CURVES];

  cvr_json_add_string (json, "kind", kind_names[self->facts.kind]);
  cvr_json_add_string (json, "state", state_names[self->facts.state]);
  cvr_json_add_uint (json, "number", self->number);
  cvr_json_add_int (json, "started", self->facts.started);
  cvr_json_add_bool (json, "went_on", self->facts.went_on);
  cvr_json_add_bool (json, "removed", self->removed);
  add_data (json, &self->facts);
  cvr_run_report_write (&self->facts.report, json);
  cvr_json_add_uint (json, "n_planned", self->facts.n_planned);
  if (self->facts.n_changes > 0)
    add_changes (json, &self->facts);
  cvr_json_add_open (json, "curves", '{');
  get_curves (&self->facts, curves);
  for (guint i = 0; i < N_CURVES; i++)
    add_curve (json, curve_names[i], curves[i]);
  g_string_append_c (json, '}');
  if (self->facts.parent != 0)
    cvr_json_add_uint (json, "parent", self->facts.parent);
  if (self->facts.kind == CVR_CARD_VARIANT)
    {
      cvr_json_add_string (json, "what", self->what);
      cvr_json_add_uint (json, "bytes", self->facts.bytes);
      cvr_json_add_double (json, "ms", self->facts.ms);
    }
  g_string_append_c (json, '}');

  return g_string_free (json, FALSE);
}

CvrKeptRun *
cvr_run_card_to_row (CvrRunCard *self)
{
  CvrKeptRun *row = g_new0 (CvrKeptRun, 1);

  row->id = self->id;
  row->name = g_strdup (self->name);
  row->note = self->note[0] != '\0' ? g_strdup (self->note) : NULL;
  row->settings = cvr_settings_to_json (&self->facts.settings);
  row->report = dup_report (self);

  return row;
}

static gboolean
read_numbers (CvrRunCard *self,
              JsonObject *object)
{
  CvrCardFacts *facts = &self->facts;
  guint64 started = 0;
  const char *what = NULL;

  if (!cvr_json_get_uint (object, "number", &self->number, NULL) ||
      !cvr_json_get_uint64 (object, "started", &started, NULL) ||
      !cvr_json_get_bool (object, "went_on", &facts->went_on, NULL) ||
      !cvr_json_get_bool (object, "removed", &self->removed, NULL) ||
      !cvr_json_get_uint64 (object, "parent", &facts->parent, NULL) ||
      !cvr_json_get_string (object, "what", &what, NULL) ||
      !cvr_json_get_uint64 (object, "bytes", &facts->bytes, NULL) ||
      !cvr_json_get_double (object, "ms", &facts->ms, NULL))
    return FALSE;

  facts->started = (gint64) started;
  cvr_run_card_set_what (self, what);

  return TRUE;
}

static gboolean
read_report (CvrRunCard *self,
             const char *text)
{
  g_autoptr (JsonObject) object =
    text != NULL ? cvr_json_parse_object (text, "run", NULL) : NULL;
  const char *kind_name = NULL, *state_name = NULL;
  CvrCardCurve *curves[N_CURVES];
  JsonNode *node;
  gint kind, state;

  if (object == NULL || !cvr_json_get_string (object, "kind", &kind_name, NULL) ||
      !cvr_json_get_string (object, "state", &state_name, NULL))
    return FALSE;

  kind = cvr_json_find_name (kind_names, G_N_ELEMENTS (kind_names), kind_name);
  state = cvr_json_find_name (state_names, G_N_ELEMENTS (state_names), state_name);
  if (kind < 0 || state < 0 || !read_numbers (self, object) || !read_changes (self, object) ||
      !read_data (object, &self->facts) ||
      !cvr_run_report_get_json (object, &self->facts.report, &self->facts.n_planned))
    return FALSE;

  self->facts.kind = (CvrCardKind) kind;
  self->facts.state = (CvrCardState) state;
  node = json_object_get_member (object, "curves");
  get_curves (&self->facts, curves);
  for (guint i = 0; node != NULL && JSON_NODE_HOLDS_OBJECT (node) && i < N_CURVES; i++)
    read_curve (json_node_get_object (node), curve_names[i], curves[i]);

  return TRUE;
}

CvrRunCard *
cvr_run_card_from_row (const CvrKeptRun *row)
{
  CvrSettings settings = cvr_settings_default ();
  g_autoptr (CvrRunCard) self = NULL;

  /* 0 is none, and actions count cards in 32 bits. */
  if (row->id == 0 || row->id >= G_MAXUINT32 ||
      !cvr_settings_from_json (&settings, row->settings, NULL))
    return NULL;

  self = cvr_run_card_new (row->id, (guint) row->id, CVR_CARD_RUN, &settings);
  if (!read_report (self, row->report))
    return NULL;
  cvr_run_card_set_name (self, row->name);
  cvr_run_card_set_note (self, row->note);

  return g_steal_pointer (&self);
}
