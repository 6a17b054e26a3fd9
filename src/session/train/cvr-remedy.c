/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be tried when a training goes wrong: changes of settings with a name. */
#include "cvr-reading.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  PATIENCE = 5,        /* epochs without progress */
  MOST_EPOCHS = 10000, /* of the settings */
};

static const float augmentation = 0.3f, least_augmentation = 0.05f;
static const float dropout_step = 0.2f, most_dropout = 0.6f;
static const float most_decay = 0.1f;

typedef struct
{
  const char *title, *reason;
  gboolean  (*apply) (CvrSettings *settings);
  gboolean    live;
} Cure;

static gboolean
lower_rate (CvrSettings *settings)
{
  settings->optim.lr /= 10;

  return settings->optim.lr >= 1e-7f;
}

static gboolean
raise_rate (CvrSettings *settings)
{
  settings->optim.lr *= 3;

  return settings->optim.lr <= 1;
}

/* Only what leaves digits and letters what they are: mirroring does not. */
static gboolean
augment (CvrSettings *settings)
{
  static const CvrAugmentKind kinds[] = { CVR_AUGMENT_SHIFT, CVR_AUGMENT_ROTATE, CVR_AUGMENT_ZOOM };
  gboolean changed = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (!(settings->augment.strength[kinds[i]] >= augmentation))
      {
        settings->augment.strength[kinds[i]] = augmentation;
        changed = TRUE;
      }

  return changed;
}

static gboolean
augment_less (CvrSettings *settings)
{
  if (cvr_augment_is_off (&settings->augment))
    return FALSE;

  for (guint i = 0; i < CVR_N_AUGMENTS; i++)
    {
      float half = settings->augment.strength[i] / 2;

      settings->augment.strength[i] = half >= least_augmentation ? half : 0;
    }

  return TRUE;
}

/* A network that has its own keeps at least that. */
static gboolean
drop_more (CvrSettings *settings)
{
  float before = settings->dropout;

  settings->dropout = before < 0 ? 0.5f : MIN (before + dropout_step, most_dropout);

  return settings->dropout > before;
}

static gboolean
decay_more (CvrSettings *settings)
{
  float before = settings->optim.weight_decay;
  float least = settings->optim.kind == NN_OPTIM_ADAMW ? 0.01f : 1e-4f;

  settings->optim.weight_decay = CLAMP (10 * before, least, most_decay);

  return settings->optim.weight_decay > before;
}

static gboolean
stop_early (CvrSettings *settings)
{
  if (settings->early_stop > 0)
    return FALSE;

  settings->early_stop = PATIENCE;
  return TRUE;
}

static gboolean
longer (CvrSettings *settings)
{
  guint before = settings->epochs;

  settings->epochs = MIN (2 * before, MOST_EPOCHS);

  return settings->epochs > before;
}

/* Each with the next one that can learn more. */
static gboolean
enlarge (CvrSettings *settings)
{
  static const char *const ladder[] = { "perceptron", "mlp", "lenet5", "vgg-mini", "resnet20" };
  static const char *const sides[][2] = {
    { "seed64", "vgg-mini" }, { "alexnet-mini", "vgg-mini" }, { "mobilenet-mini", "resnet20" },
    { "googlenet-mini", "resnet20" }, { "resnet8", "resnet20" },
  };
  const char *next = NULL;

  if (settings->base[0] != '\0') /* It isn't the preset that learns. */
    return FALSE;
  for (guint i = 0; i + 1 < G_N_ELEMENTS (ladder); i++)
    if (g_str_equal (settings->arch, ladder[i]))
      next = ladder[i + 1];
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    if (g_str_equal (settings->arch, sides[i][0]))
      next = sides[i][1];
  if (next == NULL)
    return FALSE;

  g_strlcpy (settings->arch, next, sizeof settings->arch);
  return TRUE;
}

static const Cure cures[] = {
  [CVR_REMEDY_LOWER_RATE] = {
    N_("Lower the learning rate"),
    N_("A tenth of the learning rate: smaller steps no longer jump over the goal."),
    lower_rate, TRUE },
  [CVR_REMEDY_HIGHER_RATE] = {
    N_("Raise the learning rate"),
    N_("Three times the learning rate: larger steps get further in the same time."),
    raise_rate, TRUE },
  [CVR_REMEDY_AUGMENT] = {
    N_("Augment the pictures"),
    N_("Each picture is shifted, turned and zoomed a little each time: it can't be learned by "
       "heart."),
    augment, TRUE },
  [CVR_REMEDY_DROPOUT] = {
    N_("Use more dropout"),
    N_("Part of the network is switched off at random at each step: it can't rely on single "
       "details."),
    drop_more, TRUE },
  [CVR_REMEDY_WEIGHT_DECAY] = {
    N_("Use more weight decay"),
    N_("Large weights are pulled back a little at each step: smoother answers."),
    decay_more, TRUE },
  [CVR_REMEDY_STOP_EARLY] = {
    N_("Stop when it is best"),
    N_("Training ends after five epochs without progress, and the best network is kept."),
    stop_early, FALSE },
  [CVR_REMEDY_MORE_EPOCHS] = {
    N_("Train twice as long"),
    N_("Twice as many passes over the pictures."),
    longer, FALSE },
  [CVR_REMEDY_LARGER_NETWORK] = {
    N_("Take a larger network"),
    N_("More layers and filters can tell finer differences, and need more time."),
    enlarge, FALSE },
  [CVR_REMEDY_LESS_AUGMENT] = {
    N_("Augment less"),
    N_("Half of the augmentation: the pictures are easier to learn."),
    augment_less, TRUE },
};

G_STATIC_ASSERT (G_N_ELEMENTS (cures) == CVR_N_REMEDIES);

const char *
cvr_remedy_title (CvrRemedy remedy)
{
  g_return_val_if_fail (remedy < CVR_N_REMEDIES, NULL);

  return _(cures[remedy].title);
}

const char *
cvr_remedy_reason (CvrRemedy remedy)
{
  g_return_val_if_fail (remedy < CVR_N_REMEDIES, NULL);

  return _(cures[remedy].reason);
}

/**
 * cvr_remedy_apply:
 * @settings: (inout): left alone where nothing changes
 */
gboolean
cvr_remedy_apply (CvrRemedy    remedy,
                  CvrSettings *settings)
{
  CvrSettings changed = *settings;

  g_return_val_if_fail (remedy < CVR_N_REMEDIES, FALSE);

  if (!cures[remedy].apply (&changed) || !cvr_settings_check (&changed, NULL))
    return FALSE;

  *settings = changed;
  return TRUE;
}

gboolean
cvr_remedy_is_live (CvrRemedy remedy)
{
  g_return_val_if_fail (remedy < CVR_N_REMEDIES, FALSE);

  return cures[remedy].live;
}
