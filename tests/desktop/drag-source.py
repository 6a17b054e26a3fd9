#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small window that lets go of files, as a file manager does: everything in it can be dragged out.

usage: drag-source.py FILE ...
"""
import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, Gio, Gtk  # noqa: E402


def open_window(application):
    files = Gdk.FileList.new_from_list([Gio.File.new_for_path(path) for path in sys.argv[1:]])
    source = Gtk.DragSource(content=Gdk.ContentProvider.new_for_value(files))
    label = Gtk.Label(label="\n".join(file.get_basename() for file in files.get_files()))
    label.add_controller(source)
    Gtk.ApplicationWindow(application=application, title="Files", default_width=260, default_height=200, child=label).present()


window = Gtk.Application(flags=Gio.ApplicationFlags.NON_UNIQUE)
window.connect("activate", open_window)
window.run([])
