/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether some classes have many more pictures than others, and what helps. */
#include "cvr-balance.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const double mild_ratio = 2;
static const double strong_ratio = 5;

static void
count_classes (CvrBalance        *self,
               CvrDataset        *dataset,
               const char *const *titles)
{
  guint n_all = cvr_dataset_n_classes (dataset);

  self->classes = g_new0 (CvrBalanceClass, MAX (n_all, 1));
  for (guint k = 0; k < n_all; k++)
    {
      CvrBalanceClass *klass = &self->classes[self->n_classes];

      if (cvr_dataset_class (dataset, k)->off)
        continue;
      self->n_classes++;
      klass->k = k;
      klass->title = g_strdup (titles != NULL ? titles[k] : cvr_dataset_class_name (dataset, k));
      klass->n = cvr_dataset_count (dataset, (gint) k, CVR_SPLIT_AUTO);
      klass->by_split[CVR_SPLIT_AUTO] = klass->n;
      for (guint side = CVR_SPLIT_TRAIN; side <= CVR_SPLIT_TEST; side++)
        {
          klass->by_split[side] = cvr_dataset_count (dataset, (gint) k, side);
          klass->by_split[CVR_SPLIT_AUTO] -= klass->by_split[side];
        }
    }
}

/* The classes are counted. */
static void
judge (CvrBalance *self)
{
  guint most, least;

  for (guint c = 1; c < self->n_classes; c++)
    {
      if (self->classes[c].n > self->classes[self->largest].n)
        self->largest = c;
      if (self->classes[c].n < self->classes[self->smallest].n)
        self->smallest = c;
    }
  if (self->n_classes < 2 || self->classes[self->largest].n == 0)
    return;

  most = self->classes[self->largest].n;
  least = self->classes[self->smallest].n;
  self->ratio = least > 0 ? (double) most / least : (double) INFINITY;
  self->state = self->ratio > strong_ratio ? CVR_BALANCE_STRONG
                : self->ratio > mild_ratio ? CVR_BALANCE_MILD
                                           : CVR_BALANCE_EVEN;
  for (guint c = 0; c < self->n_classes; c++)
    if (self->classes[c].n < (most + 1) / 2)
      self->classes[c].wanted = (most + 1) / 2 - self->classes[c].n;
}

static void
add_cure (CvrBalance *self,
          CvrCureKind kind,
          guint       k,
          guint       n,
          char       *sentence)
{
  self->cures[self->n_cures++] = (CvrCure) { kind, k, n, sentence };
}

static int
more_wanted (gconstpointer a,
             gconstpointer b)
{
  const CvrCure *x = a, *y = b;

  if (x->n != y->n)
    return x->n > y->n ? -1 : 1;

  return x->k < y->k ? -1 : x->k > y->k;
}

static void
find_cures (CvrBalance        *self,
            const CvrSettings *settings)
{
  guint n_before;

  self->cures = g_new0 (CvrCure, (gsize) self->n_classes + 2);
  if (self->state != CVR_BALANCE_MILD && self->state != CVR_BALANCE_STRONG)
    return;

  if (!settings->class_weights)
    add_cure (self, CVR_CURE_WEIGHTS, 0, 0,
              g_strdup (_("Let pictures of small classes count more (class weights).")));
  if (cvr_augment_is_off (&settings->augment))
    add_cure (self, CVR_CURE_AUGMENT, 0, 0,
              g_strdup (_("Turn on augmentation, so that few pictures show more variety.")));

  n_before = self->n_cures;
  for (guint c = 0; c < self->n_classes; c++)
    {
      const CvrBalanceClass *klass = &self->classes[c];

      if (klass->wanted > 0)
        add_cure (self, CVR_CURE_COLLECT, klass->k, klass->wanted,
                  g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                "Collect %1$'u more picture of “%2$s”.",
                                                "Collect %1$'u more pictures of “%2$s”.",
                                                klass->wanted),
                                   klass->wanted, klass->title));
    }
  qsort (self->cures + n_before, self->n_cures - n_before, sizeof (CvrCure), more_wanted);
}

/**
 * cvr_balance_new:
 *
 * Any thread.
 *
 * Returns: (transfer full)
 */
CvrBalance *
cvr_balance_new (CvrDataset        *dataset,
                 const char *const *titles,
                 const CvrSettings *settings)
{
  CvrBalance *self;

  g_return_val_if_fail (dataset != NULL && settings != NULL, NULL);

  self = g_new0 (CvrBalance, 1);
  count_classes (self, dataset, titles);
  judge (self);
  find_cures (self, settings);

  return self;
}

CvrBalance *
cvr_balance_of_project (CvrProject *project)
{
  CvrDataset *dataset = cvr_project_get_dataset (project);
  guint n_classes = cvr_dataset_n_classes (dataset);
  g_autofree const char **titles = g_new (const char *, MAX (n_classes, 1));

  for (guint k = 0; k < n_classes; k++)
    titles[k] = cvr_project_class_title (project, k);

  return cvr_balance_new (dataset, titles, cvr_project_get_settings (project));
}

void
cvr_balance_free (CvrBalance *self)
{
  if (self == NULL)
    return;

  for (guint c = 0; c < self->n_classes; c++)
    g_free (self->classes[c].title);
  for (guint i = 0; i < self->n_cures; i++)
    g_free (self->cures[i].sentence);
  g_free (self->classes);
  g_free (self->cures);
  g_free (self);
}

/* "“Cat” has 500 pictures, “Dog” only 20", and what comes of it. */
static char *
dup_uneven_words (const CvrBalance *self)
{
  const CvrBalanceClass *most = &self->classes[self->largest];
  const CvrBalanceClass *least = &self->classes[self->smallest];
  const char *form;

  if (least->n == 0)
    return g_strdup_printf (_("“%s” has no pictures yet."), least->title);

  if (self->state == CVR_BALANCE_MILD)
    form = g_dngettext (GETTEXT_PACKAGE,
                        "“%1$s” has %2$'u picture, “%3$s” only %4$'u: "
                        "the network may prefer “%1$s”.",
                        "“%1$s” has %2$'u pictures, “%3$s” only %4$'u: "
                        "the network may prefer “%1$s”.",
                        most->n);
  else
    form = g_dngettext (GETTEXT_PACKAGE,
                        "“%1$s” has %2$'u picture, “%3$s” only %4$'u: "
                        "the network may hardly learn “%3$s” at all.",
                        "“%1$s” has %2$'u pictures, “%3$s” only %4$'u: "
                        "the network may hardly learn “%3$s” at all.",
                        most->n);

  return g_strdup_printf (form, most->title, most->n, least->title, least->n);
}

char *
cvr_balance_dup_words (const CvrBalance *self)
{
  guint most, least;

  if (self->state == CVR_BALANCE_UNKNOWN)
    return NULL;
  if (self->state != CVR_BALANCE_EVEN)
    return dup_uneven_words (self);

  most = self->classes[self->largest].n;
  least = self->classes[self->smallest].n;
  if (most == least)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Each class has %'u picture.",
                                         "Each class has %'u pictures.", most),
                            most);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "The classes are even: %1$'u to %2$'u picture each.",
                                       "The classes are even: %1$'u to %2$'u pictures each.",
                                       most),
                          least, most);
}
