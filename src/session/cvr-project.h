/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one project that all pages share: pictures, network, training, history and undo; every change
 * is on disk when the action is done. */
#pragma once

#include "cvr-compress.h"
#include "cvr-evaluate.h"
#include "cvr-image-item.h"
#include "cvr-job.h"
#include "cvr-load.h"
#include "cvr-settings.h"
#include "cvr-training.h"

G_BEGIN_DECLS

#define CVR_TYPE_PROJECT (cvr_project_get_type ())
G_DECLARE_FINAL_TYPE (CvrProject, cvr_project, CVR, PROJECT, GObject)

/* Main thread throughout.
 * Signals: "images-changed" (items came, went or changed label), "classes-changed",
 * "settings-changed", "model-changed", "evaluation-changed", "undo-changed", "failed" (const char
 * *sentence: something could not be kept on disk).
 * @path: the live file, usually $XDG_DATA_HOME/convisor/current.convisor; its folder is made. Where
 * the file is damaged or newer it is set aside under another name, a new one is begun and @warning
 * says so. */
CvrProject   *cvr_project_open          (const char *path, char **warning,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Nothing in it yet: the caller begins with the sample. */
gboolean      cvr_project_is_new        (CvrProject *self);
const char   *cvr_project_get_name      (CvrProject *self);   /* "Doodles", the folder's name … */
void          cvr_project_set_name      (CvrProject *self, const char *name);

/* Pictures. */
/* Borrowed, read only; split is up to date. */
CvrDataset   *cvr_project_get_dataset   (CvrProject *self);
/* Of CvrImageItem, in order of arrival. */
GListModel   *cvr_project_get_items     (CvrProject *self);
CvrImageItem *cvr_project_find_item     (CvrProject *self, guint64 id); /* borrowed; NULL */
/* Translated name of a class (built-in classes have translations; the user's own are returned as
 * they are). */
const char   *cvr_project_class_title   (CvrProject *self, guint k);
/* Loads beside the main thread and adds as one undoable action; @replace: everything else leaves
 * first (same action).
 * @done nullable: (job, CvrLoadReport* result (owned; free
 * with cvr_project_report_free), error). */
CvrJob       *cvr_project_import        (CvrProject *self, const char *const *sources,
                                         const char *label, gboolean replace,
                                         GObject *owner, CvrJobDone done, gpointer user_data);
void          cvr_project_report_free   (gpointer report);
/* A picture from the clipboard or the drawing pad; one undoable action. */
guint64       cvr_project_add_image     (CvrProject *self, CvrImage *image, const char *name,
                                         gint label);
void          cvr_project_set_labels    (CvrProject *self, const guint64 *ids, guint n_ids,
                                         gint label);
void          cvr_project_remove_items  (CvrProject *self, const guint64 *ids, guint n_ids);
guint         cvr_project_add_class     (CvrProject *self, const char *name);
void          cvr_project_rename_class  (CvrProject *self, guint k, const char *name);
void          cvr_project_remove_class  (CvrProject *self, guint k);

/* Undo. Names are translated: "Label 3 pictures". NULL when there is nothing. */
const char   *cvr_project_undo_name     (CvrProject *self);
const char   *cvr_project_redo_name     (CvrProject *self);
void          cvr_project_undo          (CvrProject *self);
void          cvr_project_redo          (CvrProject *self);

/* Network and settings. */
const CvrSettings *cvr_project_get_settings (CvrProject *self);
/* Undoable, coalesced per field while dragging. */
void          cvr_project_set_settings  (CvrProject *self, const CvrSettings *settings);
/* The network the settings mean for these pictures (cached until either changes); NULL with the
 * reason, e.g. fewer than two classes. */
NnGraph      *cvr_project_get_graph     (CvrProject *self, GError **error);
gboolean      cvr_project_get_preprocess (CvrProject *self, CvrPreprocess *preprocess,
                                          GError **error);

/* Training. */
CvrTraining  *cvr_project_get_training  (CvrProject *self);
/* Go_on: from the present model. */
gboolean      cvr_project_train         (CvrProject *self, gboolean go_on, GError **error);
/* The trained model; NULL before. Live snapshot while training where there is one. */
CvrModel     *cvr_project_get_model     (CvrProject *self);
CvrModel     *cvr_project_get_live_model (CvrProject *self);
/* Opened file, or a compressed variant that is kept; undoable. */
void          cvr_project_set_model     (CvrProject *self, CvrModel *model);
/* Labels, pictures or network changed since it was trained. */
gboolean      cvr_project_model_is_stale (CvrProject *self);
/* Labels changed since it was trained. */
guint         cvr_project_n_changed_labels (CvrProject *self);
/* On validation pictures, worked out beside the main thread after a training; NULL while there is
 * none. */
CvrEvaluation *cvr_project_get_evaluation (CvrProject *self);
gboolean      cvr_project_is_evaluating (CvrProject *self);

/* For the pages' own jobs. Borrowed: the threads that training uses, and one for what must answer
 * at once. */
NnWorkers    *cvr_project_workers       (CvrProject *self);
NnWorkers    *cvr_project_quick_workers (CvrProject *self);
CvrDecoder   *cvr_project_decoder       (CvrProject *self);
/* Everything is on disk already; stops training and waits for threads. Before the last unref. */
void          cvr_project_close         (CvrProject *self);

G_END_DECLS
