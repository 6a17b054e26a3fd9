/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of cards, and what a training writes on its own. */
#include "cvr-notebook-private.h"

#include "cvr-epochs-private.h"
#include "cvr-project-private.h"
#include "cvr-run-card-private.h"

#include <string.h>

static void cvr_notebook_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CvrNotebook, cvr_notebook, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, cvr_notebook_list_init))

static void
cvr_notebook_finalize (GObject *object)
{
  CvrNotebook *self = CVR_NOTEBOOK (object);

  cvr_trained_unref (self->learned_from);
  g_hash_table_unref (self->dirty);
  g_ptr_array_unref (self->shown);
  g_hash_table_unref (self->all);

  G_OBJECT_CLASS (cvr_notebook_parent_class)->finalize (object);
}

static void
cvr_notebook_class_init (CvrNotebookClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cvr_notebook_finalize;
}

static void
cvr_notebook_init (CvrNotebook *self)
{
  self->all = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_object_unref);
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
  self->dirty = g_hash_table_new (NULL, NULL);
  self->next_id = 1;
}

static GType
get_item_type (GListModel *list)
{
  return CVR_TYPE_RUN_CARD;
}

static guint
get_n_items (GListModel *list)
{
  return CVR_NOTEBOOK (list)->shown->len;
}

static gpointer
get_item (GListModel *list,
          guint       position)
{
  CvrNotebook *self = CVR_NOTEBOOK (list);

  return position < self->shown->len ? g_object_ref (g_ptr_array_index (self->shown, position))
                                     : NULL;
}

static void
cvr_notebook_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

CvrNotebook *
cvr_notebook_new (gpointer project)
{
  CvrNotebook *self = g_object_new (CVR_TYPE_NOTEBOOK, NULL);

  self->project = project;

  return self;
}

void
cvr_notebook_close (CvrNotebook *self)
{
  self->project = NULL;
}

guint64
cvr_notebook_get_next_id (CvrNotebook *self)
{
  return self->next_id;
}

void
cvr_notebook_set_next_id (CvrNotebook *self,
                          guint64      next_id)
{
  self->next_id = MAX (self->next_id, next_id);
}

CvrRunCard *
cvr_notebook_find_any (CvrNotebook *self,
                       guint64      id)
{
  return g_hash_table_lookup (self->all, &id);
}

CvrRunCard *
cvr_notebook_find (CvrNotebook *self,
                   guint64      id)
{
  CvrRunCard *card = cvr_notebook_find_any (self, id);

  return card != NULL && !card->removed ? card : NULL;
}

CvrRunCard *
cvr_notebook_get_newest_run (CvrNotebook *self)
{
  for (guint i = self->shown->len; i > 0; i--)
    {
      CvrRunCard *card = g_ptr_array_index (self->shown, i - 1);

      if (card->facts.kind == CVR_CARD_RUN)
        return card;
    }

  return NULL;
}

CvrRunCard *
cvr_notebook_get_present (CvrNotebook *self)
{
  for (guint i = 0; i < self->shown->len; i++)
    if (cvr_run_card_is_present (g_ptr_array_index (self->shown, i), NULL))
      return g_ptr_array_index (self->shown, i);

  return NULL;
}

CvrRunCard *
cvr_notebook_get_maker (CvrNotebook *self)
{
  CvrRunCard *card = self->running != 0 ? cvr_notebook_find (self, self->running)
                                        : cvr_notebook_get_present (self);

  return card != NULL && card->facts.kind == CVR_CARD_RUN ? card : NULL;
}

char *
cvr_notebook_dup_key (guint64     id,
                      const char *what)
{
  return g_strdup_printf ("run/%" G_GUINT64_FORMAT "/%s", id, what);
}

/* What the list shows */

static int
compare_cards (gconstpointer a,
               gconstpointer b)
{
  guint64 x = (*(CvrRunCard *const *) a)->id, y = (*(CvrRunCard *const *) b)->id;

  return (x > y) - (x < y);
}

/* Of CvrRunCard, held. */
static GPtrArray *
find_shown (CvrNotebook *self)
{
  GPtrArray *shown = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer card;

  g_hash_table_iter_init (&iter, self->all);
  while (g_hash_table_iter_next (&iter, NULL, &card))
    if (!((CvrRunCard *) card)->removed)
      g_ptr_array_add (shown, g_object_ref (card));
  g_ptr_array_sort (shown, compare_cards);

  return shown;
}

/* One change of the list: what is the same at both ends stays. */
static void
update_list (CvrNotebook *self)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->shown);
  guint n_same = 0, n_end = 0, least;

  self->shown = find_shown (self);
  least = MIN (before->len, self->shown->len);
  while (n_same < least && before->pdata[n_same] == self->shown->pdata[n_same])
    n_same++;
  while (n_end < least - n_same && before->pdata[before->len - 1 - n_end] ==
                                     self->shown->pdata[self->shown->len - 1 - n_end])
    n_end++;
  if (before->len - n_same - n_end > 0 || self->shown->len - n_same - n_end > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), n_same, before->len - n_same - n_end,
                                self->shown->len - n_same - n_end);
}

/* Whose network is the project's, and who has epochs. */
static void
update_card (CvrNotebook *self,
             CvrRunCard  *card)
{
  CvrProject *project = self->project;
  gboolean present = project->model != NULL && project->origin.run == card->id;
  guint epoch = present ? project->origin.epoch : 0;
  guint nearest;
  gboolean has_epochs = cvr_epochs_nearest (project->epochs, card->id, 0, &nearest);

  if (card->is_present == present && card->present_epoch == epoch &&
      card->has_epochs == has_epochs)
    return;

  card->is_present = present;
  card->present_epoch = epoch;
  card->has_epochs = has_epochs;
  g_hash_table_add (self->dirty, card);
}

void
cvr_notebook_tell (CvrNotebook *self)
{
  g_autoptr (GHashTable) dirty = NULL;
  g_autoptr (GPtrArray) shown = NULL;

  if (self->project == NULL)
    return;

  g_object_ref (self);
  shown = find_shown (self);
  for (guint i = 0; i < shown->len; i++)
    update_card (self, g_ptr_array_index (shown, i));
  dirty = g_steal_pointer (&self->dirty);
  self->dirty = g_hash_table_new (NULL, NULL);
  update_list (self);
  for (guint i = 0; i < shown->len; i++)
    if (g_hash_table_contains (dirty, g_ptr_array_index (shown, i)))
      cvr_run_card_emit_changed (g_ptr_array_index (shown, i));
  g_object_unref (self);
}

/* Takes @card. */
static void
insert (CvrNotebook *self,
        CvrRunCard  *card)
{
  g_hash_table_replace (self->all, &card->id, card);
  self->next_id = MAX (self->next_id, card->id + 1);
}

void
cvr_notebook_restore (CvrNotebook     *self,
                      const GPtrArray *runs)
{
  CvrProject *project = self->project;

  for (guint i = 0; i < runs->len; i++)
    {
      CvrRunCard *card = cvr_run_card_from_row (g_ptr_array_index (runs, i));

      if (card == NULL)
        continue;
      if (card->facts.state == CVR_CARD_RUNNING && !project->read_only)
        card->facts.state = CVR_CARD_INTERRUPTED;
      insert (self, card);
    }
  cvr_notebook_tell (self);
}

static guint
next_number (CvrNotebook *self,
             CvrCardKind  kind)
{
  guint number = 0;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->all);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const CvrRunCard *card = value;

      if (card->facts.kind == kind)
        number = MAX (number, card->number);
    }

  return number + 1;
}

CvrRunCard *
cvr_notebook_add (CvrNotebook       *self,
                  CvrCardKind        kind,
                  const CvrSettings *settings)
{
  CvrRunCard *card =
    cvr_run_card_new (self->next_id, next_number (self, kind), kind, settings);

  insert (self, card);

  return card;
}

void
cvr_notebook_put (CvrNotebook *self,
                  guint64      id,
                  CvrBatch    *batch)
{
  CvrRunCard *card = cvr_notebook_find_any (self, id);
  CvrKeptRun *row;

  if (card == NULL)
    return;

  row = cvr_run_card_to_row (card);
  cvr_batch_put_run (batch, row);
  cvr_kept_run_free (row);
}

/* The card stays in memory: a step that can't be written brings it back. */
void
cvr_notebook_drop (CvrNotebook *self,
                   guint64      id,
                   CvrBatch    *batch)
{
  static const char *const parts[] = { "history", "trained" };
  CvrProject *project = self->project;
  CvrRunCard *card = cvr_notebook_find_any (self, id);

  if (card == NULL || !card->removed)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *key = cvr_notebook_dup_key (id, parts[i]);

      cvr_batch_put (batch, key, NULL);
    }
  cvr_batch_forget_run (batch, id);
  cvr_epochs_forget_run (project->epochs, id);
}

void
cvr_notebook_apply_name (CvrNotebook *self,
                         guint64      id,
                         const char  *name)
{
  CvrRunCard *card = cvr_notebook_find_any (self, id);

  if (card == NULL)
    return;
  cvr_run_card_set_name (card, name);
  g_hash_table_add (self->dirty, card);
}

void
cvr_notebook_apply_note (CvrNotebook *self,
                         guint64      id,
                         const char  *note)
{
  CvrRunCard *card = cvr_notebook_find_any (self, id);

  if (card == NULL)
    return;
  cvr_run_card_set_note (card, note);
  g_hash_table_add (self->dirty, card);
}

void
cvr_notebook_apply_shown (CvrNotebook *self,
                          guint64      id,
                          gboolean     shown)
{
  CvrRunCard *card = cvr_notebook_find_any (self, id);

  if (card != NULL)
    card->removed = !shown;
}

/* The training's own */

void
cvr_notebook_set_learned (CvrNotebook *self,
                          guint64      id,
                          CvrTrained  *trained)
{
  CvrTrained *before = self->learned_from;

  self->learned = id;
  self->learned_from = trained != NULL ? cvr_trained_ref (trained) : NULL;
  cvr_trained_unref (before);
}

/* With the run before it, which may have been removed since. */
static void
compare_data (CvrNotebook *self,
              CvrRunCard  *card,
              CvrRunCard  *before,
              CvrTrained  *trained)
{
  if (trained == NULL)
    return;

  card->facts.data = cvr_trained_fingerprint (trained);
  if (before == NULL || before->id != self->learned || self->learned_from == NULL)
    return;

  card->facts.compared = before->id;
  card->facts.since = cvr_trained_compare (trained, self->learned_from);
}

void
cvr_notebook_begin (CvrNotebook       *self,
                    const CvrSettings *settings,
                    gboolean           went_on,
                    CvrTrained        *trained,
                    CvrBatch          *batch)
{
  CvrRunCard *before = cvr_notebook_get_newest_run (self);
  CvrRunCard *card = cvr_notebook_add (self, CVR_CARD_RUN, settings);
  CvrDataset *dataset = cvr_project_active (self->project);

  compare_data (self, card, before, trained);
  cvr_notebook_set_learned (self, card->id, trained);
  card->facts.report.n_train = cvr_dataset_count (dataset, -2, CVR_SPLIT_TRAIN);
  card->facts.report.n_valid = cvr_dataset_count (dataset, -2, CVR_SPLIT_VALID);
  card->facts.went_on = went_on;
  card->facts.parent = went_on ? ((CvrProject *) self->project)->origin.run : 0;
  card->facts.state = CVR_CARD_RUNNING;
  self->running = card->id;
  cvr_notebook_put (self, card->id, batch);
  cvr_notebook_tell (self);
}

gboolean
cvr_notebook_begin_again (CvrNotebook *self,
                          guint64      id,
                          CvrBatch    *batch)
{
  CvrRunCard *card = cvr_notebook_find (self, id);

  if (card == NULL)
    return FALSE;

  card->facts.state = CVR_CARD_RUNNING;
  self->running = id;
  g_hash_table_add (self->dirty, card);
  cvr_notebook_put (self, id, batch);
  cvr_notebook_tell (self);

  return TRUE;
}

void
cvr_notebook_update (CvrNotebook *self,
                     CvrHistory  *history,
                     CvrBatch    *batch)
{
  CvrRunCard *card = cvr_notebook_find_any (self, self->running);

  if (card == NULL)
    return;

  cvr_run_card_take_history (card, history);
  g_hash_table_add (self->dirty, card);
  cvr_notebook_put (self, card->id, batch);
  cvr_notebook_tell (self);
}

void
cvr_notebook_end (CvrNotebook        *self,
                  CvrHistory         *history,
                  const CvrRunReport *report,
                  CvrCardState        state,
                  CvrBatch           *batch)
{
  CvrRunCard *card = cvr_notebook_find_any (self, self->running);

  if (card == NULL)
    return;

  cvr_run_card_take_history (card, history);
  if (report != NULL)
    card->facts.report = *report;
  card->facts.state = state;
  self->running = 0;
  g_hash_table_add (self->dirty, card);
  cvr_notebook_put (self, card->id, batch);
}
