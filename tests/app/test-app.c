/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every template is made through its class, every page fits and goes away, actions and pages
 * answer. */
#include "app-support.h"

#include "cvr-application.h"
#include "cvr-capture-dialog.h"
#include "cvr-class-row.h"
#include "cvr-class-search.h"
#include "cvr-data-export-dialog.h"
#include "cvr-filter-view.h"
#include "cvr-frame.h"
#include "cvr-help-window.h"
#include "cvr-images-page.h"
#include "cvr-job-bar.h"
#include "cvr-mistakes-view.h"
#include "cvr-pages.h"
#include "cvr-picture-inspector.h"
#include "cvr-picture-tile.h"
#include "cvr-sidebar.h"
#include "cvr-swatch.h"
#include "cvr-run-tile.h"
#include "cvr-train-settings.h"
#include "cvr-transport.h"
#include "cvr-window.h"

#include <math.h>

/* A page must fit a screen of 1,024 × 600 pixels beside the narrow column of 57 and under the
 * header. */
enum { MAX_PAGE_WIDTH = 940, MAX_PAGE_HEIGHT = 540 };

static void
register_types (void)
{
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);

  for (guint i = 0; i < n_pages; i++)
    {
      GtkWidget *page = g_object_ref_sink (pages[i].make ());

      g_assert_finalize_object (page);
    }
  g_type_ensure (CVR_TYPE_WINDOW);
  g_type_ensure (CVR_TYPE_RUN_TILE);
  g_type_ensure (CVR_TYPE_TRANSPORT);
  g_type_ensure (CVR_TYPE_HELP_WINDOW);
  g_type_ensure (CVR_TYPE_CLASS_ROW);
  g_type_ensure (CVR_TYPE_CLASS_SEARCH);
  g_type_ensure (CVR_TYPE_CAPTURE_DIALOG);
  g_type_ensure (CVR_TYPE_DATA_EXPORT_DIALOG);
}

/* "cvr-train-page.ui" → "CvrTrainPage" */
static char *
type_name_of (const char *file)
{
  g_autoptr (GString) name = g_string_new (NULL);
  gboolean up = TRUE;

  for (const char *c = file; *c != '\0' && *c != '.'; c++)
    {
      if (*c != '-')
        g_string_append_c (name, up ? g_ascii_toupper (*c) : *c);
      up = *c == '-';
    }

  return g_string_free (g_steal_pointer (&name), FALSE);
}

static void
test_templates (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) files =
    g_resources_enumerate_children ("/io/github/convisor/Convisor/ui", 0, &error);

  g_assert_no_error (error);
  register_types ();
  g_assert_cmpuint (g_strv_length (files), >=, 10);
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *name = type_name_of (files[i]);
      GType type = g_type_from_name (name);
      GObject *widget;

      g_test_message ("%s", files[i]);
      g_assert_true (g_type_is_a (type, GTK_TYPE_WIDGET));
      widget = g_object_new (type, NULL);
      if (GTK_IS_WINDOW (widget))
        gtk_window_destroy (GTK_WINDOW (widget));
      else
        {
          g_object_ref_sink (widget);
          g_assert_finalize_object (widget);
        }
    }
}

/* With a project: set, measured, let go of; nothing keeps the page alive. */
static void
test_pages_finalize (void)
{
  CvrProject *project = app_support_pictures (3, 4);
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);

  g_assert_cmpuint (n_pages, ==, CVR_N_PAGES);
  for (guint i = 0; i < n_pages; i++)
    {
      GtkWidget *page = g_object_ref_sink (pages[i].make ());
      int width, height;

      g_test_message ("%s", pages[i].id);
      pages[i].set_project (page, project);
      app_support_spin ();
      gtk_widget_measure (page, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
      gtk_widget_measure (page, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);
      g_test_message ("at least %d × %d", width, height);
      g_assert_cmpint (width, <=, MAX_PAGE_WIDTH);
      g_assert_cmpint (height, <=, MAX_PAGE_HEIGHT);
      pages[i].set_project (page, NULL);
      app_support_spin ();
      g_assert_finalize_object (page);
    }
  app_support_close (project);
}

/* A page that is dropped while it still has its project lets go of it. */
static void
test_pages_dispose_with_project (void)
{
  CvrProject *project = app_support_pictures (2, 3);
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);

  for (guint i = 0; i < n_pages; i++)
    {
      GtkWidget *page = g_object_ref_sink (pages[i].make ());

      pages[i].set_project (page, project);
      app_support_spin ();
      g_assert_finalize_object (page);
      app_support_spin ();
    }
  cvr_project_add_class (project, "one more"); /* Nobody gone is told. */
  app_support_close (project);
}

static void
test_widgets_finalize (void)
{
  const GType types[] = {
    CVR_TYPE_CANVAS,  CVR_TYPE_CLASS_ROW,      CVR_TYPE_FILTER_VIEW,       CVR_TYPE_FRAME,
    CVR_TYPE_JOB_BAR, CVR_TYPE_MISTAKES_VIEW,  CVR_TYPE_PICTURE_INSPECTOR, CVR_TYPE_SIDEBAR,
    CVR_TYPE_SWATCH,  CVR_TYPE_TRAIN_SETTINGS, CVR_TYPE_TRANSPORT
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      GtkWidget *widget = g_object_ref_sink (g_object_new (types[i], NULL));

      g_test_message ("%s", g_type_name (types[i]));
      g_assert_finalize_object (widget);
    }
}

static void
test_page_table (void)
{
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);
  g_autoptr (GtkIconTheme) theme = gtk_icon_theme_new ();

  gtk_icon_theme_add_resource_path (theme, "/io/github/convisor/Convisor/icons");
  for (guint i = 0; i < n_pages; i++)
    {
      g_assert_cmpint (cvr_page_find (pages[i].id), ==, i);
      g_assert_true (gtk_icon_theme_has_icon (theme, pages[i].icon));
    }
  g_assert_cmpint (cvr_page_find ("nowhere"), ==, -1);
  g_assert_cmpint (cvr_page_find (NULL), ==, -1);
}

static void
test_page_lines (void)
{
  CvrProject *project = app_support_pictures (3, 4);
  guint n_pages;
  const CvrPageInfo *pages = cvr_pages (&n_pages);

  for (guint i = 0; i < n_pages; i++)
    {
      GtkWidget *page = g_object_ref_sink (pages[i].make ());
      g_autofree char *line = NULL;

      pages[i].set_project (page, project);
      line = pages[i].dup_line != NULL ? pages[i].dup_line (project, page) : NULL;
      g_test_message ("%s: %s", pages[i].id, line);
      if (g_str_equal (pages[i].id, "images"))
        g_assert_cmpstr (line, ==, "12 · 3 classes");
      if (pages[i].dup_line != NULL)
        g_assert_nonnull (line);
      g_object_unref (page);
    }
  app_support_close (project);
}

/* The frame shows words where there is room and icons where there isn't; its minimum is that of
 * the icons. */
static void
test_frame (void)
{
  GtkWidget *wide = g_object_new (CVR_TYPE_SIDEBAR, NULL);
  GtkWidget *narrow = g_object_new (CVR_TYPE_SIDEBAR, "compact", TRUE, NULL);
  GtkWidget *content = gtk_label_new ("content");
  CvrFrame *frame = g_object_ref_sink (
    g_object_new (CVR_TYPE_FRAME, "wide", wide, "narrow", narrow, "content", content, NULL));
  int minimum, least;

  gtk_widget_measure (GTK_WIDGET (frame), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  gtk_widget_measure (wide, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <, least + 100);
  gtk_widget_size_allocate (GTK_WIDGET (frame), &(GtkAllocation) { 0, 0, 1400, 800 }, -1);
  g_assert_true (cvr_frame_is_wide (frame));
  gtk_widget_size_allocate (GTK_WIDGET (frame), &(GtkAllocation) { 0, 0, 1000, 800 }, -1);
  g_assert_false (cvr_frame_is_wide (frame));
  g_assert_finalize_object (frame);
}

static void
test_time_left (void)
{
  const struct { double seconds; const char *text;
  } cases[] = {
    { 130, "02:10 left" },
    { 0, "00:00 left" },
    { 59.6, "01:00 left" },
    { 3730, "1:02:10 left" },
    { -1, "" },
    { INFINITY, "" },
    { NAN, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = cvr_format_time_left (cases[i].seconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int    argc,
      char **argv)
{
  app_support_init (&argc, &argv);

  g_test_add_func ("/app/templates/each-through-its-class", test_templates);
  g_test_add_func ("/app/pages/fit-and-finalize", test_pages_finalize);
  g_test_add_func ("/app/pages/dispose-with-project", test_pages_dispose_with_project);
  g_test_add_func ("/app/pages/table", test_page_table);
  g_test_add_func ("/app/pages/lines", test_page_lines);
  g_test_add_func ("/app/widgets/finalize", test_widgets_finalize);
  g_test_add_func ("/app/frame/wide-and-narrow", test_frame);
  g_test_add_func ("/app/transport/time-left", test_time_left);

  return g_test_run ();
}
