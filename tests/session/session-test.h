/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the session's tests share: small data sets that are learned in a second, temporary folders,
 * waiting. */
#pragma once

#include "cvr-dataset.h"
#include "cvr-run.h"

#include "cvr-predict.h"

#include <gio/gio.h>

G_BEGIN_DECLS

enum { SESSION_TEST_SIDE = 12 };

/* @n grey pictures, class i % @n_classes: a bright bar whose place is the class, and noise. Split
 * already. */
CvrDataset *session_test_dataset  (guint n, guint n_classes);
CvrImage   *session_test_image    (guint index, guint n_classes);
/* Few epochs of a small network. */
CvrSettings session_test_settings (guint epochs);
/* Trained on @dataset; fails the test where that is impossible. */
CvrModel   *session_test_model    (CvrDataset *dataset, guint epochs);
/* LeNet-5 with random weights and what it makes of a picture of random pixels. */
CvrMaps    *session_test_maps     (void);
/* The same of another network for @n_classes classes. */
CvrMaps    *session_test_maps_of  (NnGraph *graph, guint n_classes);
/* Of that name; fails the test where there is none. */
NnNode      session_test_node     (CvrMaps *maps, const char *name);
/* A folder of its own, removed with everything in it by session_test_remove(). */
char       *session_test_folder   (void);
void        session_test_remove   (const char *folder);
/* Runs the main loop until @done says so; fails the test after a minute. */
void        session_test_wait     (gboolean (*done) (gpointer data), gpointer data);
/* Runs the main loop until there is nothing left to do at once. */
void        session_test_settle   (void);
/* The same until jobs that nobody listens to any more have ended too. */
void        session_test_join     (void);

G_END_DECLS
