/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one project that all pages share: pictures, network, training, history and undo; every change
 * is on disk when the action is done. */
#pragma once

#include "cvr-compress.h"
#include "cvr-epochs.h"
#include "cvr-evaluate.h"
#include "cvr-image-item.h"
#include "cvr-job.h"
#include "cvr-keeper.h"
#include "cvr-load.h"
#include "cvr-notebook.h"
#include "cvr-settings.h"
#include "cvr-training.h"

G_BEGIN_DECLS

#define CVR_TYPE_PROJECT (cvr_project_get_type ())
G_DECLARE_FINAL_TYPE (CvrProject, cvr_project, CVR, PROJECT, GObject)

/* What has the threads of training. */
typedef enum
{
  CVR_MEASURING_EXPERIMENT = 1 << 0,
  CVR_MEASURING_TUNING = 1 << 1, /* of a compressed network */
  CVR_MEASURING_STUDY = 1 << 2,  /* of many compressed networks */
} CvrMeasuring;

/* Main thread throughout.
 * Signals: "images-changed" (items came, went or changed label), "classes-changed",
 * "settings-changed", "model-changed", "evaluation-changed", "undo-changed", "saving-changed",
 * "measuring-changed" (a CvrMeasuring began or ended), "results-changed" (what was measured was
 * kept), "failed" (const char *sentence: something
 * could not be kept on disk).
 * @path: the live file, usually $XDG_DATA_HOME/convisor/current.convisor; its folder is made. Where
 * the file is damaged or newer it is set aside under another name, a new one is begun and @warning
 * says so. */
CvrProject   *cvr_project_open          (const char *path, char **warning,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The slow part of it, for a worker: the project is the main thread's from then on, which calls
 * cvr_project_begin() before anything else. */
CvrProject   *cvr_project_prepare       (const char *path, char **warning,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* @path: a copy of a file that another window writes; nothing in it is changed. Every edit is
 * refused with "failed". */
CvrProject   *cvr_project_prepare_read_only (const char *path,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void          cvr_project_begin         (CvrProject *self);
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
/* What comes in. @sources: (NULL-terminated) "builtin:doodles:2000", paths of folders, archives,
 * pictures, label files and other projects. @label: (nullable) class for pictures without one.
 * @replace: everything else leaves first. @skip_same: pictures that are there already, or come
 * twice, are left out and named; else they come and are counted. @only_same: only those come, as
 * they would have been left out when @newest (an id) was the newest that was there. @labels_only: no
 * pictures come; label files speak of those that are there. They do so, too, where no picture that
 * one names comes with it, or where a picture is left out as the same: labels, sides, boxes, tags
 * and notes that are said then change in the same action.
 * @max_side: 0: 1,024 pixels. */
typedef struct
{
  const char *const *sources;
  const char        *label;
  gboolean           replace;
  gboolean           skip_same;
  gboolean           only_same;
  gboolean           labels_only;
  guint64            newest;
  guint              max_side;
} CvrImport;

/* The same as cvr_project_import(); NULL in a read-only project ("failed" said why). When nothing
 * came because all of it is there already, that is no error: the report says so, and there is no
 * action. */
CvrJob       *cvr_project_import_with   (CvrProject *self, const CvrImport *import, GObject *owner,
                                         CvrJobDone done, gpointer user_data);
/* Ends the job with the pictures that have come so far, and how many that would be now. The other
 * way to end it, cvr_job_cancel(), leaves nothing. */
void          cvr_project_import_finish_early (CvrJob *job);
guint         cvr_project_import_n_kept (CvrJob *job);
/* Loads beside the main thread and adds as one undoable action; @replace: everything else leaves
 * first (same action).
 * @done nullable: (job, CvrLoadReport* result (owned; free
 * with cvr_project_report_free), error). */
CvrJob       *cvr_project_import        (CvrProject *self, const char *const *sources,
                                         const char *label, gboolean replace,
                                         GObject *owner, CvrJobDone done, gpointer user_data);
void          cvr_project_report_free   (gpointer report);
/* A picture from the clipboard, the drawing pad or the camera; one undoable action, done beside the
 * main thread. @done nullable: (id, data), 0 where it could not be kept ("failed" said why). */
void          cvr_project_add_image     (CvrProject *self, CvrImage *image, const char *name,
                                         gint label, void (*done) (guint64 id, gpointer data),
                                         gpointer data);
/* Several at once: one undoable action of all. @done: how many came, 0 as above. */
void          cvr_project_add_images    (CvrProject *self, GPtrArray *images, GPtrArray *names,
                                         gint label, void (*done) (guint n, gpointer data),
                                         gpointer data);
/* Pictures that a working thread brings one by one (of a clip): stored as they come, then shown
 * together as one undoable action. What is not shown is forgotten when the project opens next. */
typedef struct _CvrGathering CvrGathering;
CvrGathering *cvr_gathering_new         (CvrProject *project) G_GNUC_WARN_UNUSED_RESULT;
gboolean      cvr_gathering_add         (CvrGathering *self, CvrImage *image, const char *name,
                                         GError **error);
guint         cvr_gathering_n           (CvrGathering *self);
void          cvr_gathering_free        (gpointer gathering); /* NULL: nothing */
void          cvr_project_add_gathered  (CvrProject *self, CvrGathering *gathering, gint label,
                                         void (*done) (guint n, gpointer data), gpointer data);

/* Edits: each one undoable action with a name of its own. All change the data set at once; the
 * list of items and the signals follow when it is on disk. Ids that aren't there are left out;
 * nothing to change is no action. In a read-only project each is refused with "failed". */
void          cvr_project_set_labels    (CvrProject *self, const guint64 *ids, guint n_ids,
                                         gint label);
void          cvr_project_set_splits    (CvrProject *self, const guint64 *ids, guint n_ids,
                                         CvrSplit split);
/* Blanks around @tag are taken off; an empty one is no tag. */
void          cvr_project_set_tag       (CvrProject *self, const guint64 *ids, guint n_ids,
                                         const char *tag, gboolean on);
/* All boxes of one picture. Changes of the same picture that follow closely are one action. */
void          cvr_project_set_boxes     (CvrProject *self, guint64 id, const CvrBox *boxes,
                                         guint n_boxes);
void          cvr_project_set_note      (CvrProject *self, guint64 id, const char *note);
void          cvr_project_remove_items  (CvrProject *self, const guint64 *ids, guint n_ids);
guint         cvr_project_add_class     (CvrProject *self, const char *name);
void          cvr_project_rename_class  (CvrProject *self, guint k, const char *name);
/* Colour (−1: by place), key (0: by place; another class with that key loses it), switch. */
void          cvr_project_set_class_look (CvrProject *self, guint k, gint colour, guint key,
                                          gboolean off);
/* Labels and boxes of @from become @into's; @from goes. */
void          cvr_project_merge_classes (CvrProject *self, guint from, guint into);
void          cvr_project_remove_class  (CvrProject *self, guint k);
/* Which pictures look alike (groups by id; 0 takes one out). Facts about the pictures, not an
 * action: undo leaves them. */
void          cvr_project_set_groups    (CvrProject *self, const guint64 *ids,
                                         const guint64 *groups, guint n_ids);
/* Deletes without a trace: items and pictures overwritten, undo steps that speak of them dropped
 * (with all older ones), free pages given back. Not undoable; the caller has asked.
 * @done nullable: result is a guint* (number removed, g_free). */
CvrJob       *cvr_project_remove_for_good (CvrProject *self, const guint64 *ids, guint n_ids,
                                           GObject *owner, CvrJobDone done, gpointer user_data);

/* On disk. */
/* Blocks until everything done so far is written and shown: closing, tests, the command line. */
void          cvr_project_wait          (CvrProject *self);
/* Something is on its way to the disk ("saving-changed" tells). */
gboolean      cvr_project_is_saving     (CvrProject *self);
gboolean      cvr_project_is_read_only  (CvrProject *self);
/* What pages remember (filter, chosen layer, …): JSON text by key, not undoable; NULL: none. */
char         *cvr_project_get_state     (CvrProject *self,
                                         const char *key) G_GNUC_WARN_UNUSED_RESULT;
void          cvr_project_set_state     (CvrProject *self, const char *key, const char *text);
/* The same of what was measured and nobody wants to lose: it counts as a change of the project. */
void          cvr_project_keep_result   (CvrProject *self, const char *key, const char *text);
/* Of the live file; borrowed. */
CvrKeeper    *cvr_project_keeper        (CvrProject *self);

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
/* Trainings and what measures or learns beside them share the threads: one of them at a time.
 * Whoever runs such a thing says when; the occupation is why nothing can begin at present,
 * translated, NULL: it can. */
void          cvr_project_set_measuring (CvrProject *self, CvrMeasuring what, gboolean measuring);
const char   *cvr_project_get_occupation (CvrProject *self);
/* A training that ended with the program: after epoch @epoch of @n_epochs. FALSE: there is none. */
gboolean      cvr_project_get_interrupted (CvrProject *self, guint *epoch, guint *n_epochs);
/* Goes on with it, as if nothing had happened: at most one epoch is computed twice, and the network
 * becomes the same. Where it can't, "failed" says why. */
void          cvr_project_resume_training (CvrProject *self);
/* Every training and kept variant; the networks of their epochs. Borrowed, never NULL. */
CvrNotebook  *cvr_project_get_notebook  (CvrProject *self);
CvrEpochs    *cvr_project_get_epochs    (CvrProject *self);
/* Bytes that checkpoints (networks of epochs, and what it takes to go on) may take in the file:
 * beyond it epochs are thinned out, older runs first. 0: none is kept. Until it is set it follows
 * the size of the networks, from 60 MB up. */
guint64       cvr_project_get_checkpoint_limit (CvrProject *self);
void          cvr_project_set_checkpoint_limit (CvrProject *self, guint64 bytes);
/* The trained model; NULL before. Live snapshot while training where there is one. */
CvrModel     *cvr_project_get_model     (CvrProject *self);
CvrModel     *cvr_project_get_live_model (CvrProject *self);
/* Opened file, or a compressed variant that is kept; undoable. NULL: untrained again. */
void          cvr_project_set_model     (CvrProject *self, CvrModel *model);
/* The same, called @name ("resnet18.onnx"): training goes on with it from then on. */
void          cvr_project_open_model    (CvrProject *self, CvrModel *model, const char *name);
/* What the model is called: a preset's title or the opened file's name. NULL: there is none. */
char         *cvr_project_dup_model_name (CvrProject *self) G_GNUC_WARN_UNUSED_RESULT;
/* The settings say that training begins with the present model, and there is one. */
gboolean      cvr_project_goes_on       (CvrProject *self);
/* FALSE: it goes on with a network without a layer that a rate of dropout could be of. */
gboolean      cvr_project_takes_dropout (CvrProject *self);
/* The network that an experiment begins with, borrowed; NULL: new ones of the settings. FALSE with
 * a sentence where it has learned from the project's pictures and they shall judge it as
 * @unseen. */
gboolean      cvr_project_get_base      (CvrProject *self, gboolean unseen, CvrModel **base,
                                         GError **error);
/* The network that training would begin with: the model's, while training goes on with it or while
 * it is what the settings mean; else the settings' own. Borrowed; NULL with the reason. */
NnGraph      *cvr_project_get_shown_graph (CvrProject *self, GError **error);
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
