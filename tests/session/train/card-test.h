/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trainings of a small project, and their cards. */
#pragma once

#include "project-test.h"

G_BEGIN_DECLS

static inline void
card_test_begin (ProjectFixture *fixture,
                 guint           n_epochs,
                 float           lr)
{
  CvrSettings settings = session_test_settings (n_epochs);
  g_autoptr (GError) error = NULL;

  settings.optim.lr = lr;
  cvr_project_set_settings (fixture->project, &settings);
  g_assert_true (cvr_project_train (fixture->project, FALSE, &error));
  g_assert_no_error (error);
}

static inline void
card_test_train (ProjectFixture *fixture,
                 guint           n_epochs,
                 float           lr)
{
  card_test_begin (fixture, n_epochs, lr);
  session_test_wait (project_test_is_trained, fixture);
  cvr_project_wait (fixture->project);
}

static inline CvrNotebook *
card_test_book (ProjectFixture *fixture)
{
  return cvr_project_get_notebook (fixture->project);
}

/* Borrowed. */
static inline CvrRunCard *
card_test_at (ProjectFixture *fixture,
              guint           place)
{
  GListModel *cards = G_LIST_MODEL (card_test_book (fixture));
  g_autoptr (CvrRunCard) card = g_list_model_get_item (cards, place);

  g_assert_nonnull (card);

  return card;
}

G_END_DECLS
