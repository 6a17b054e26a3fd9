/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program with the window. */
#include "config.h"
#include "cvr-application.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

int
main (int    argc,
      char **argv)
{
  g_autoptr (CvrApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, CVR_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Convisor");

  application = cvr_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
