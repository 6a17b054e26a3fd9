/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program does and how, in a few sentences each: the first minute, pictures and labels,
 * training and looking inside, projects. */
#include "cvr-help-window.h"

#include <glib/gi18n-lib.h>

struct _CvrHelpWindow
{
  AdwWindow parent_instance;

  AdwViewStack *stack;
};

G_DEFINE_FINAL_TYPE (CvrHelpWindow, cvr_help_window, ADW_TYPE_WINDOW)

typedef struct
{
  const char *title, *text;
} Paragraph;

static const Paragraph first_minute[] = {
  { N_ ("1. Train"),
    N_ ("Press Train (F5). A small network starts to learn the sample pictures. The curves "
        "show how often it is right: blue on the pictures it learns from, orange on pictures "
        "it has never seen.") },
  { N_ ("2. Look inside"),
    N_ ("Watch the filters of the first layer turn from noise into edges. The page Inside "
        "shows what every layer sees in a picture.") },
  { N_ ("3. Try it"),
    N_ ("Drop any picture on the window. The network says what it thinks it is, how sure it "
        "is, and why.") },
  { N_ ("4. Find its mistakes"),
    N_ ("On the page Train choose Mistakes, then the darkest cell outside the diagonal. Press "
        "a number key to correct a label, and train again.") },
  { N_ ("5. Make it small"),
    N_ ("On the page Compress pull the slider. See how much of the network can go before it "
        "starts to err.") },
  { N_ ("6. Take it away"),
    N_ ("The page Export writes the network as a file that other programs open, and checks "
        "that it answers the same.") },
  { N_ ("Your own pictures"),
    N_ ("Drop folders on the page Images: each folder becomes one class. Or drop loose pictures "
        "and label them with the keys 1 to 9. Everything can be undone with Ctrl+Z, and "
        "nothing leaves this computer.") },
  { N_ ("With the keyboard"),
    N_ ("Alt+1 to Alt+7 show the pages, F6 and Shift+F6 go from part to part, Tab and the arrow "
        "keys within one. Ctrl+F1 says what the focused thing does; Ctrl+? lists all keys.") },
};

static const Paragraph pictures[] = {
  { N_ ("Bring pictures in"),
    N_ ("Drop files, folders or archives on the window, drag or paste a picture from a "
        "browser, or take them with the camera or from a video. Pictures that are here already "
        "are left out. The details of an import name everything that was left out, and why.") },
  { N_ ("Label them"),
    N_ ("Select pictures and press the number of their class; 0 takes the label away, / finds a "
        "class by its name. “One by one” (L) shows each picture large: one key labels it and "
        "the next one comes. A trained network suggests labels, and finds those that are "
        "probably wrong.") },
  { N_ ("Label files"),
    N_ ("A label file beside its pictures is read with them: CSV, Convisor’s own JSON, COCO, "
        "LabelMe, YOLO or Pascal VOC. Are the pictures here already? Drop the label file "
        "alone: the pictures that it names get their labels, boxes and tags, and one Ctrl+Z "
        "takes all of it back.") },
  { N_ ("Boxes"),
    N_ ("Double-click a picture, or press Enter, and pull a box around each thing in it. N "
        "adds one with the keyboard: arrow keys move it, with Ctrl they change its size. "
        "“Pixels” shows the numbers that the picture is made of.") },
  { N_ ("Tags and notes"),
    N_ ("T adds a free word to the selected pictures; the pane on the right holds a note for "
        "each. Filters find them again.") },
  { N_ ("Training, validation, test"),
    N_ ("The network learns from the training pictures and is checked with validation pictures "
        "that it never learns from. They are divided by themselves, each class alike, and "
        "look-alikes stay on one side. By hand: right-click a selection, “Part of the data”.") },
  { N_ ("Take pictures and labels out"),
    N_ ("“Export data” in the project menu writes labels for other programs, with the pictures "
        "or without, as a folder or one archive. What was written can be brought in again and "
        "says the same.") },
};

static const Paragraph learning[] = {
  { N_ ("Scores"),
    N_ ("On the page Train: precision, recall and F1 of every class, and its ROC and "
        "precision–recall curves. Pull the threshold and see what is found and what is missed.") },
  { N_ ("Notebook"),
    N_ ("Every training leaves a card with its curves, its settings and your note. Tick some "
        "cards to lay them over each other, return to the network of any of them, or write a "
        "report as PDF or HTML.") },
  { N_ ("Experiments"),
    N_ ("Find a learning rate, let settings race against each other, check how much of the "
        "result is luck, or see whether more pictures would help. The project’s network is left "
        "alone.") },
  { N_ ("Maps and filters"),
    N_ ("On the page Inside: what each layer makes of a picture, number by number if you like, "
        "and what its filters look for. The epoch slider shows the network as it was before, "
        "also while it learns.") },
  { N_ ("Why, Likes and Data"),
    N_ ("Why marks the places that decided an answer. Likes shows which pictures excite a "
        "filter most, and makes one up. Data lays all pictures out as points: those that the "
        "network takes for alike lie together.") },
  { N_ ("Make it small"),
    N_ ("On the page Compress: how much goes, whole filters or single weights, and how many "
        "bits are left. See which answers change, measure what each layer can lose, fine-tune "
        "afterwards and undo it all.") },
};

static const Paragraph projects[] = {
  { N_ ("Nothing gets lost"),
    N_ ("Every change is on disk as soon as you see it. If the computer goes off, the project "
        "opens as it was, and an interrupted training can go on after its last epoch. Undo "
        "(Ctrl+Z) reaches back even over restarts.") },
  { N_ ("One file"),
    N_ ("A project is one file, NAME.convisor, with pictures, labels, network and training. "
        "Save (Ctrl+S) puts a copy where you want it, for instance on a USB stick; a double "
        "click opens it on another computer.") },
  { N_ ("For a class"),
    N_ ("“Duplicate as a lesson” makes a project for pupils: chosen pages, and a seed that "
        "gives everybody the same curve.") },
  { N_ ("If a file is damaged"),
    N_ ("It is said when it is opened, and everything that is whole is recovered into a new "
        "project. The damaged file stays as it is.") },
  { N_ ("Privacy"),
    N_ ("Nothing leaves this computer. Place, camera and other data inside a photo stay "
        "outside: only the picture itself is kept. “Remove for good” overwrites pictures with "
        "their labels and takes them out of what Undo could bring back.") },
  { N_ ("Room on the disk"),
    N_ ("“Project size” shows what takes how much, and limits what is kept to go on with an "
        "interrupted training.") },
};

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

static void
add_page (CvrHelpWindow   *self,
          const char      *name,
          const char      *title,
          const char      *icon,
          const Paragraph *paragraphs,
          guint            n)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_widget_set_margin_start (box, 24);
  gtk_widget_set_margin_end (box, 24);
  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *paragraph = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

      gtk_box_append (GTK_BOX (paragraph), make_label (_(paragraphs[i].title), "heading"));
      gtk_box_append (GTK_BOX (paragraph), make_label (_(paragraphs[i].text), NULL));
      gtk_box_append (GTK_BOX (box), paragraph);
    }
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), box);
  adw_view_stack_page_set_icon_name (
    adw_view_stack_add_titled (self->stack, scrolled, name, title), icon);
}

static void
cvr_help_window_class_init (CvrHelpWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/convisor/Convisor/ui/cvr-help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CvrHelpWindow, stack);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
cvr_help_window_init (CvrHelpWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_page (self, "first-minute", _("First minute"), "media-playback-start-symbolic", first_minute,
            G_N_ELEMENTS (first_minute));
  add_page (self, "pictures", _("Pictures and labels"), "image-x-generic-symbolic", pictures,
            G_N_ELEMENTS (pictures));
  add_page (self, "learning", _("Learning"), "cvr-train-symbolic", learning,
            G_N_ELEMENTS (learning));
  add_page (self, "projects", _("Projects"), "folder-documents-symbolic", projects,
            G_N_ELEMENTS (projects));
}

/**
 * cvr_help_window_new:
 * @parent: (nullable): the window it belongs to
 * @topic: "first-minute", "pictures", "learning" or "projects": what it opens at
 *
 * Returns: (transfer none): kept by GTK until it is closed
 */
CvrHelpWindow *
cvr_help_window_new (GtkWindow  *parent,
                     const char *topic)
{
  CvrHelpWindow *self = g_object_new (CVR_TYPE_HELP_WINDOW, "transient-for", parent, NULL);

  adw_view_stack_set_visible_child_name (self->stack, topic);
  /* In the text, where the arrow keys scroll: not on the first tab, whichever is shown. */
  gtk_window_set_focus (GTK_WINDOW (self), adw_view_stack_get_visible_child (self->stack));

  return self;
}
