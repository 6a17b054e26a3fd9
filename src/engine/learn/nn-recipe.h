/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recipes: everything about a training that is tuned together. */
#pragma once

#include "nn-train.h"

G_BEGIN_DECLS

typedef enum
{
  NN_RECIPE_PLAIN, /* the settings as they are */
  NN_RECIPE_FAST,  /* few epochs on small photos: K. Jordan, arXiv 2404.00498 */
  NN_N_RECIPES,
} NnRecipe;

const char   *nn_recipe_name  (NnRecipe recipe); /* "plain" … as the command line spells them */
gboolean      nn_recipe_parse (const char *name, NnRecipe *recipe);

/* The recipe's optimiser, schedule, loss, batch, epochs and Lookahead; PLAIN changes nothing. */
void          nn_recipe_settings (NnRecipe recipe, NnTrainSpec *spec);
/* The largest learning rate for another batch: it grows with it. */
float         nn_recipe_lr       (NnRecipe recipe, guint batch);
/* (transfer full) (nullable): [n_nodes, 2]: how the slots of @graph learn; NULL: all alike. */
NnOptimScale *nn_recipe_scales   (NnRecipe recipe, NnGraph *graph);
/* Changes freshly drawn @params to what the recipe begins with; looks at up to 2,000 items of
 * @source (without randomness). */
gboolean      nn_recipe_start    (NnRecipe recipe, NnParams *params, const NnSource *source,
                                  guint64 seed, GError **error);

G_END_DECLS
